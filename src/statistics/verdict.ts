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
 * Rounded up (less a millionth, so that 588.0000001 is 588); n or fewer when the precision is already reached.
 * Infinity for a precision of 0.
 * Source: the half-width of a median's interval shrinks with √n.
 */
export function roundsForPrecision(n: number, halfWidth: number, precision: number): number {
  return halfWidth === 0 ? 0 : Math.ceil(n * (halfWidth / precision) ** 2 - 1e-6)
}

/**
 * How many rounds in total should give a verdict other than 'not-told-apart'; null when there is one already.
 *
 * `roundsForPrecision` for the target precision. Where that precision is reached and the interval still lies across a
 * boundary, the precision is ln(1 + threshold) / 2: an interval shorter than ln(1 + threshold) always has a verdict.
 * Null also for a threshold of 0, where no length of interval ensures one. Always above n otherwise.
 */
export function roundsToResolve(
  n: number,
  interval: LogInterval,
  { threshold, precision }: { threshold: number; precision: number },
): number | null {
  if (verdictOf(interval, threshold) !== 'not-told-apart') return null
  const halfWidth = (interval.high - interval.low) / 2
  const goal = halfWidth > precision ? precision : Math.log1p(threshold) / 2
  return goal === 0 ? null : roundsForPrecision(n, halfWidth, goal)
}
