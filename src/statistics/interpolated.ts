import { binomialCdf } from './binomial.js'
import { orderStatisticRank } from './interval.js'
import { ascending, at } from './sorted.js'

/** An interval of the median between order statistics, in the unit of the values. */
export interface InterpolatedInterval {
  low: number
  high: number
  /** The rank of the outer order statistics, as in `orderStatisticRank`. */
  rank: number
}

/**
 * The interval of the median that misses with about `alpha` exactly, where the order-statistic interval can only miss with one of
 * few chances and often wastes most of its share: with n = 12 and alpha = 0.05 / 8 it misses with 0.05 % where 0.63 % are allowed.
 *
 * With k the rank of the order-statistic interval, γ_k its coverage and γ_(k+1) that of the next narrower one, the ends lie
 * λ = (n − k) I / (k + (n − 2k) I) of the way from the k-th to the (k+1)-th value, I = (γ_k − γ) / (γ_k − γ_(k+1)), γ = 1 − alpha.
 * Null when there are too few values for the order-statistic interval. Source: Hettmansperger & Sheather (1986), Statistics &
 * Probability Letters 4:75–79; its coverage is close to nominal for skewed and heavy-tailed noise too.
 */
export function interpolatedInterval(values: readonly number[], alpha: number): InterpolatedInterval | null {
  const n = values.length
  const rank = orderStatisticRank(n, alpha)
  if (rank === null) return null
  const sorted = ascending(values)
  const share = shareInward(n, rank, alpha)
  // In this form equal values give themselves exactly, and an end never passes the inner value: the interval holds its median.
  const between = (outer: number, inner: number) => at(sorted, outer) + share * (at(sorted, inner) - at(sorted, outer))
  return { low: between(rank - 1, rank), high: between(n - rank, n - rank - 1), rank }
}

/** λ of the formula; 0 when there is no narrower interval. */
function shareInward(n: number, rank: number, alpha: number): number {
  if (2 * (rank + 1) > n + 1) return 0
  const coverage = (k: number) => 1 - 2 * binomialCdf(k - 1, n, 0.5)
  const [wide, narrow] = [coverage(rank), coverage(rank + 1)]
  const part = Math.max(0, wide - (1 - alpha)) / (wide - narrow)
  return ((n - rank) * part) / (rank + (n - 2 * rank) * part)
}
