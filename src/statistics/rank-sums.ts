import { normalQuantile } from './normal.js'

/**
 * How many of the 2^n sign patterns give each signed-rank sum W⁺ (the index, 0 … n(n + 1)/2), without ties.
 *
 * Exact while 2^n is a whole number in a double (n ≤ 53). n = 0 gives [1].
 * Source: Wilcoxon (1945); the counts are the coefficients of Π (1 + x^i).
 */
export function signedRankCounts(n: number): number[] {
  const counts = new Array<number>((n * (n + 1)) / 2 + 1).fill(0)
  counts[0] = 1
  for (let rank = 1; rank <= n; rank += 1) {
    for (let total = counts.length - 1; total >= rank; total -= 1) {
      counts[total] = (counts[total] ?? 0) + (counts[total - rank] ?? 0)
    }
  }
  return counts
}

/**
 * How many of the C(a + b, a) arrangements give each Mann–Whitney U (the index, 0 … ab), without ties.
 *
 * Exact for a + b ≤ 50. a = 0 or b = 0 gives [1].
 * Source: Mann & Whitney (1947); the counts are the coefficients of the Gaussian binomial Π (1 − x^(b+i)) / (1 − x^i).
 */
export function mannWhitneyCounts(a: number, b: number): number[] {
  const counts = new Array<number>(a * b + 1).fill(0)
  counts[0] = 1
  for (let i = 1; i <= a; i += 1) {
    for (let u = counts.length - 1; u >= b + i; u -= 1) counts[u] = (counts[u] ?? 0) - (counts[u - b - i] ?? 0)
    for (let u = i; u < counts.length; u += 1) counts[u] = (counts[u] ?? 0) + (counts[u - i] ?? 0)
  }
  return counts
}

/**
 * max { c : P(W ≤ c − 1) ≤ alpha / 2 } for a statistic with these counts: the rank of an interval's ends among the
 * sorted averages or differences. 0 when there is no such interval.
 */
export function exactRank(counts: readonly number[], alpha: number): number {
  const allowed = (alpha / 2) * counts.reduce((total, count) => total + count, 0)
  let below = 0
  const first = counts.findIndex((count) => {
    below += count
    return below > allowed
  })
  return Math.max(0, first)
}

/** The same rank from a normal approximation with continuity correction; 0 when there is no such interval. */
export function normalRank(mean: number, variance: number, alpha: number): number {
  return Math.max(0, Math.floor(mean + 0.5 - normalQuantile(1 - alpha / 2) * Math.sqrt(variance)))
}
