import { badInput } from '../errors.js'
import { ALPHA, sharedAlpha } from './interval.js'
import { mad, median, NORMAL_MAD } from './quantiles.js'
import { studentQuantile } from './student-t.js'

/** Fewer earlier runs than this say too little about how far runs scatter. */
const SMALLEST_HISTORY = 8

/** Where the next run is expected, in the unit of the values (ln of a ratio, in this tool). */
export interface PredictionInterval {
  median: number
  low: number
  high: number
  /** S: the spread of earlier runs, or the floor when that is larger. */
  scale: number
  /** t(n − 1, 1 − alpha / m). */
  factor: number
  n: number
}

/**
 * The interval in which one more run of the same environment is expected: median ± t(n−1, 1−alpha/m) · S · √(1 + 1/n).
 *
 * S = max(1.4826 · MAD, floor); `floor` is what the machine cannot resolve (its A/A half-width), in the same unit, so
 * that a few runs which happen to agree do not make every next run an alarm. m is `comparisons`, default 1.
 * alpha is spent on each side: one regression at a time is looked for, on one side.
 * Null below 8 earlier values. Throws `bad-input` for values that are not finite and a floor below 0.
 * Source: Whitmore (1986), "Prediction limits for a univariate normal observation", with median and MAD in place of
 * mean and standard deviation.
 */
export function predictionInterval(
  earlier: readonly number[],
  { comparisons = 1, floor = 0, alpha = ALPHA }: { comparisons?: number; floor?: number; alpha?: number } = {},
): PredictionInterval | null {
  const n = earlier.length
  const share = sharedAlpha(comparisons, alpha)
  if (!(floor >= 0)) throw badInput(`The floor of a prediction is 0 or more, got ${floor}.`)
  if (n < SMALLEST_HISTORY) return null
  const centre = median(earlier)
  const scale = Math.max(NORMAL_MAD * mad(earlier), floor)
  const factor = studentQuantile(1 - share, n - 1)
  const reach = factor * scale * Math.sqrt(1 + 1 / n)
  return { median: centre, low: centre - reach, high: centre + reach, scale, factor, n }
}
