import { badInput } from '../errors.js'
import { binomialCdf, PROBABILITY_SLACK } from './binomial.js'
import { ascending, at } from './sorted.js'

/** The share of misses allowed to all comparisons shown together, when nothing else is said. */
export const ALPHA = 0.05

/** An interval of the median: the rank-th smallest and the rank-th largest of n values, in their unit. */
export interface MedianInterval {
  low: number
  high: number
  /** 1-based: low is the rank-th smallest value, high the rank-th largest. */
  rank: number
  n: number
}

/** The Bonferroni share of one of `comparisons` shown together. Throws `bad-input` unless that is 1, 2, 3, … */
export function sharedAlpha(comparisons: number, alpha = ALPHA): number {
  if (!Number.isSafeInteger(comparisons) || comparisons < 1) {
    throw badInput(`The number of comparisons is a whole number of at least 1, got ${comparisons}.`)
  }
  return alpha / comparisons
}

/**
 * The rank k of the order-statistic interval [x_(k), x_(n+1−k)] of the median, or null when n is too small for one.
 *
 * k = max { j : P(Bin(n, ½) ≤ j − 1) ≤ alpha / 2 }, so the interval misses the median with at most alpha, whatever
 * the shape of the noise. alpha 0.05: 6→1 8→1 10→2 12→3 16→4 20→6 24→7 32→10. Null for n = 0.
 * Throws `bad-input` for a negative or fractional n and for alpha outside (0, 1).
 * Source: Thompson (1936); David & Nagaraja, "Order Statistics", 3rd edition, §7.1 (the inverted sign test).
 */
export function orderStatisticRank(n: number, alpha: number): number | null {
  if (!(alpha > 0 && alpha < 1)) throw badInput(`alpha is between 0 and 1, got ${alpha}.`)
  const allowed = (alpha / 2) * (1 + PROBABILITY_SLACK)
  // Halved and not counted up: the distribution function is a sum, and a run of hours has tens of thousands of rounds.
  let [rank, beyond] = [0, n]
  while (rank < beyond) {
    const middle = Math.floor((rank + beyond) / 2)
    if (binomialCdf(middle, n, 0.5) <= allowed) rank = middle + 1
    else beyond = middle
  }
  return rank === 0 ? null : rank
}

/**
 * The order-statistic (sign-test) interval of the median of `values`, or null when there are too few.
 *
 * Unit: that of the values. alpha: the chance of missing the median. Empty: null.
 * Throws `bad-input` for values that are not finite. Definition and source: `orderStatisticRank`.
 */
export function medianInterval(values: readonly number[], alpha: number = ALPHA): MedianInterval | null {
  const rank = orderStatisticRank(values.length, alpha)
  return rank === null ? null : intervalAtRank(values, rank)
}

/** The rank-th smallest and rank-th largest of `values`; the caller guarantees 1 ≤ rank ≤ n / 2 rounded up. */
export function intervalAtRank(values: readonly number[], rank: number): MedianInterval {
  const sorted = ascending(values)
  const n = sorted.length
  return { low: at(sorted, rank - 1), high: at(sorted, n - rank), rank, n }
}

/**
 * The smallest number of rounds with an interval when `comparisons` are shown together: 1→6, 3→7, 6→8, 12→9.
 *
 * The widest interval, [x_(1), x_(n)], misses with 2^(1−n). Throws `bad-input` unless comparisons is 1, 2, 3, …
 */
export function smallestRounds(comparisons: number, alpha: number = ALPHA): number {
  const share = sharedAlpha(comparisons, alpha)
  let n = 1
  while (orderStatisticRank(n, share) === null) n += 1
  return n
}
