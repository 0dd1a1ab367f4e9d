/** What may be said about a target against its reference; the words are those of the public API. */
export type Verdict = 'faster' | 'slower' | 'below-threshold' | 'same' | 'not-told-apart'

/** An interval of ln(ratio); above 0 the target is better. */
export interface LogInterval {
  low: number
  high: number
}

/** Differences of logarithms are good to about 1e-15: an end this near a boundary lies on it. */
const ON_THE_LINE = 1e-12

/**
 * The verdict of an interval of ln(ratio), t = 1 + threshold:
 *
 * low ≥ ln t 'faster' · high ≤ −ln t 'slower' · 0 outside the interval 'below-threshold' ·
 * interval inside ±ln t 'same' · otherwise, and without an interval (null), 'not-told-apart'.
 * Swapping reference and target (negating the interval) swaps 'faster' and 'slower' and keeps the rest.
 */
export function verdictOf(interval: LogInterval | null, threshold: number): Verdict {
  if (interval === null) return 'not-told-apart'
  const { low, high } = interval
  const line = Math.log1p(threshold)
  if (low > ON_THE_LINE && low >= line - ON_THE_LINE) return 'faster'
  if (high < -ON_THE_LINE && high <= -line + ON_THE_LINE) return 'slower'
  if (low > ON_THE_LINE || high < -ON_THE_LINE) return 'below-threshold'
  if (low >= -line - ON_THE_LINE && high <= line + ON_THE_LINE) return 'same'
  return 'not-told-apart'
}

/**
 * How many rounds in total bring a half-width down to `precision` (both on the log scale): n · (halfWidth / precision)².
 *
 * Rounded up; at most n when the precision is already reached. Infinity for a precision of 0.
 * Source: the half-width of a median's interval shrinks with √n.
 */
export function roundsForPrecision(n: number, halfWidth: number, precision: number): number {
  return halfWidth === 0 ? n : Math.ceil(n * (halfWidth / precision) ** 2)
}
