import { badInput } from '../errors.js'
import { sum } from './sorted.js'

/** Relative slack for "P ≤ α" and the like: sums of exponentials are good to about 1e-13. */
export const PROBABILITY_SLACK = 1e-12

function checkCounts(successes: number, trials: number): void {
  if (!Number.isSafeInteger(trials) || trials < 0) throw badInput(`A number of trials is 0, 1, 2, …, got ${trials}.`)
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > trials) {
    throw badInput(`A number of successes is between 0 and ${trials}, got ${successes}.`)
  }
}

/** P(X = 0), P(X = 1), …, P(X = upTo), each from the one before on the log scale, where nothing underflows. */
function probabilities(upTo: number, trials: number, p: number): number[] {
  const odds = Math.log(p) - Math.log1p(-p)
  let log = trials * Math.log1p(-p)
  return Array.from({ length: upTo + 1 }, (_, i) => {
    if (i > 0) log += Math.log((trials - i + 1) / i) + odds
    return Math.exp(log)
  })
}

/**
 * P(X ≤ k) for X ~ Bin(trials, p), by summing the exact terms.
 *
 * k may be any number (0 below 0, 1 from `trials` on); Bin(0, p) is always 0. Good to about 1e-12 for a thousand trials.
 * Throws `bad-input` for a negative or fractional number of trials and for p outside [0, 1].
 */
export function binomialCdf(k: number, trials: number, p: number): number {
  checkCounts(0, trials)
  if (!(p >= 0 && p <= 1)) throw badInput(`A probability is between 0 and 1, got ${p}.`)
  if (k < 0) return 0
  if (k >= trials || p === 0) return 1
  if (p === 1) return 0
  return Math.min(1, sum(probabilities(Math.floor(k), trials, p)))
}

/** The p at which a decreasing function of p falls to `level`, by bisection to the last bit. */
function crossing(decreasing: (p: number) => number, level: number): number {
  let low = 0
  let high = 1
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (decreasing(middle) > level) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/**
 * One-sided Clopper–Pearson bounds: the true probability is below `upper` with confidence 1 − alpha, and above
 * `lower` with confidence 1 − alpha (each by itself; for both at once see `clopperPearson`).
 *
 * Unitless. 0 of 300 at alpha 0.05 gives upper 0.0099. No trials: 0 and 1. Throws `bad-input` for impossible counts.
 * Source: Clopper & Pearson (1934), "The use of confidence or fiducial limits illustrated in the case of the binomial".
 */
export function clopperPearsonBounds(
  successes: number,
  trials: number,
  alpha = 0.05,
): { lower: number; upper: number } {
  checkCounts(successes, trials)
  const none = successes === 0
  const all = successes === trials
  return {
    lower: none ? 0 : crossing((p) => binomialCdf(successes - 1, trials, p), 1 - alpha),
    upper: all ? 1 : crossing((p) => binomialCdf(successes, trials, p), alpha),
  }
}

/**
 * The two-sided Clopper–Pearson interval of a probability: each end is missed with at most alpha / 2.
 *
 * Empty case, errors and source: those of `clopperPearsonBounds`. 0 of 300 at alpha 0.05 gives high 0.0122.
 */
export function clopperPearson(successes: number, trials: number, alpha = 0.05): { low: number; high: number } {
  const { lower, upper } = clopperPearsonBounds(successes, trials, alpha / 2)
  return { low: lower, high: upper }
}

/**
 * The two-sided p-value of the exact sign test that the median of `values` is 0.
 *
 * Zeros say nothing about a direction and are left out; with nothing left, p is 1. Unitless.
 * Source: Dixon & Mood (1946), "The statistical sign test".
 */
export function signTest(values: readonly number[]): number {
  const positive = values.filter((value) => value > 0).length
  const negative = values.filter((value) => value < 0).length
  return Math.min(1, 2 * binomialCdf(Math.min(positive, negative), positive + negative, 0.5))
}
