import { badInput } from '../errors.js'
import { lag1Autocorrelation, type RankCorrelation, spearman } from './correlation.js'
import { coefficientOfVariation } from './describe.js'
import { mad, median, NORMAL_MAD } from './quantiles.js'
import { mean } from './sorted.js'

/** A value far from the others of its series. */
export interface Outlier {
  /** Zero-based position in the series: the round. */
  index: number
  value: number
  /** ln(value / median): 0.1 is about 10 % above, −0.1 about 10 % below. */
  deviation: number
}

/**
 * The values of a series that lie far from its median: |ln x − median of ln x| > max(5 · 1.4826 · MAD, ln 1.05).
 *
 * Positions count every round; null (a failed round) is passed over. Outliers are named, never removed.
 * Empty for no values. Throws `bad-input` for values that are not positive and finite.
 * Source: Hampel's rule (5 scaled MADs), with a floor so that a very quiet series does not call 1 % an outlier.
 */
export function outliers(values: readonly (number | null)[]): Outlier[] {
  const logs = values.flatMap((value, index) => (value === null ? [] : [{ index, value, log: logOf(value) }]))
  if (logs.length === 0) return []
  const all = logs.map(({ log }) => log)
  const centre = median(all)
  const limit = Math.max(5 * NORMAL_MAD * mad(all), Math.log(1.05))
  return logs
    .filter(({ log }) => Math.abs(log - centre) > limit)
    .map(({ index, value, log }) => ({ index, value, deviation: log - centre }))
}

/** ln(value). Throws `bad-input` for a value that is not positive and finite. */
export function logOf(value: number): number {
  if (!(value > 0 && Number.isFinite(value))) throw badInput(`A measured value is positive and finite, got ${value}.`)
  return Math.log(value)
}

/** More than this coefficient of variation is called noisy. */
const NOISY_ABOVE = 0.1

/** The coefficient of variation of a series and whether it is above 10 %; null where there is none (see `describe`). */
export function noisiness(values: readonly number[]): { cv: number; noisy: boolean } | null {
  const cv = coefficientOfVariation(values)
  return cv === null ? null : { cv, noisy: cv > NOISY_ABOVE }
}

/** How steady the end of a series was; both figures are fractions of the window's mean. */
export interface Steadiness {
  /** (max − min) / mean of the last five rounds. */
  range: number
  /** The rise or fall, over those rounds, of the straight line fitted to them, over their mean. */
  excursion: number
  steady: boolean
}

const WINDOW = 5

/**
 * Whether the last five rounds are in steady state: max − min at most 20 % of their mean, and the least-squares line
 * through them moves by at most 10 % of it.
 *
 * Null for fewer than five values and for a mean of 0. Throws `bad-input` for values that are not finite.
 * Source: SNIA Solid State Storage Performance Test Specification 2.0.2, "Steady state" (its measurement window).
 */
export function steadiness(values: readonly number[]): Steadiness | null {
  if (!values.every(Number.isFinite)) throw badInput('Steadiness needs finite numbers.')
  const window = values.slice(-WINDOW)
  if (window.length < WINDOW) return null
  const centre = mean(window)
  if (centre === 0) return null
  const range = (Math.max(...window) - Math.min(...window)) / Math.abs(centre)
  // With positions −2 … 2 the slope is Σ position · value / 10, and the line runs over four steps.
  const slope = window.reduce((total, value, i) => total + (i - 2) * value, 0) / 10
  const excursion = Math.abs((4 * slope) / centre)
  return { range, excursion, steady: range <= 0.2 && excursion <= 0.1 }
}

/**
 * Whether a series moves in one direction over its rounds: Spearman's |rho| > 0.6 with p < 0.01.
 *
 * Null below 3 values and for a constant series. Throws `bad-input` for values that are not finite.
 */
export function drift(values: readonly number[]): (RankCorrelation & { drifts: boolean }) | null {
  const rounds = values.map((_, index) => index)
  const correlation = spearman(rounds, values)
  if (correlation === null) return null
  return { ...correlation, drifts: Math.abs(correlation.rho) > 0.6 && correlation.p < 0.01 }
}

/**
 * Whether neighbouring rounds resemble each other: lag-1 autocorrelation of g above 2 / √n.
 *
 * g are log ratios in round order. Null below 3 values and for a constant series. A flag for the reader; what widens
 * an interval is `measureDependence`. Throws `bad-input` for values that are not finite.
 * Source: Bartlett (1946): without autocorrelation the estimate has standard deviation about 1 / √n.
 */
export function serialDependence(g: readonly number[]): { lag1: number; limit: number; dependent: boolean } | null {
  const lag1 = lag1Autocorrelation(g)
  if (lag1 === null) return null
  const limit = 2 / Math.sqrt(g.length)
  return { lag1, limit, dependent: lag1 > limit }
}
