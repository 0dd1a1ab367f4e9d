import { medianInterval } from './interval.js'
import { median, quantile } from './quantiles.js'
import { mean, sum } from './sorted.js'

/** One series in numbers, all in the unit of the values except `n` and `cv`. */
export interface Description {
  n: number
  median: number
  /** The 95 % order-statistic interval of the median; both null below 6 values. */
  low: number | null
  high: number | null
  p5: number
  p95: number
  /** Standard deviation over mean, unitless; null for one value and for a mean of 0. */
  cv: number | null
  min: number
  max: number
}

/**
 * The coefficient of variation: sample standard deviation (n − 1) over the mean's magnitude, unitless.
 *
 * Null for fewer than two values and for a mean of 0: a spread that was not measured is not a spread of 0.
 */
export function coefficientOfVariation(values: readonly number[]): number | null {
  if (values.length < 2) return null
  const centre = mean(values)
  if (centre === 0) return null
  const squares = sum(values.map((value) => (value - centre) ** 2))
  return Math.sqrt(squares / (values.length - 1)) / Math.abs(centre)
}

/**
 * What a table shows of one series: median with its interval, p5 to p95, coefficient of variation, extremes.
 *
 * Unit: that of the values. Null for no values. Throws `bad-input` for values that are not finite.
 * Source: quantiles as in `quantile` (Hyndman & Fan type 7), interval as in `medianInterval` at alpha 0.05.
 */
export function describe(values: readonly number[]): Description | null {
  if (values.length === 0) return null
  const interval = medianInterval(values)
  return {
    n: values.length,
    median: median(values),
    low: interval?.low ?? null,
    high: interval?.high ?? null,
    p5: quantile(values, 0.05),
    p95: quantile(values, 0.95),
    cv: coefficientOfVariation(values),
    min: quantile(values, 0),
    max: quantile(values, 1),
  }
}
