import { ALPHA } from './interval.js'
import { median } from './quantiles.js'
import { exactRank, mannWhitneyCounts, normalRank, signedRankCounts } from './rank-sums.js'
import { ascending, at } from './sorted.js'

/** A Hodges–Lehmann estimate with its interval, in the unit of the values; both ends null with too few values. */
export interface HodgesLehmann {
  estimate: number
  low: number | null
  high: number | null
}

/** Up to this many values in all, the rank-sum distributions are counted; beyond, they are as good as normal. */
const EXACT_UP_TO = 50

/** The interval whose ends are the rank-th smallest and the rank-th largest of `candidates`, around their median. */
function around(candidates: readonly number[], rank: number): HodgesLehmann {
  const sorted = ascending(candidates)
  const ends = rank === 0 ? null : { low: at(sorted, rank - 1), high: at(sorted, sorted.length - rank) }
  return { estimate: median(sorted), low: ends?.low ?? null, high: ends?.high ?? null }
}

/**
 * The one-sample Hodges–Lehmann estimate: the median of all averages (x_i + x_j) / 2, i ≤ j (Walsh averages).
 *
 * The interval inverts Wilcoxon's signed-rank test: exact up to n = 50 (values without ties; conservative with them),
 * normal with continuity correction above. It assumes noise that is symmetric about the centre.
 * Null for no values; throws `bad-input` for values that are not finite.
 * Source: Hodges & Lehmann (1963); Hollander, Wolfe & Chicken, "Nonparametric statistical methods", §3.3.
 */
export function hodgesLehmann(values: readonly number[], alpha: number = ALPHA): HodgesLehmann | null {
  const n = values.length
  if (n === 0) return null
  const averages = values.flatMap((x, i) => values.slice(i).map((y) => (x + y) / 2))
  const rank =
    n <= EXACT_UP_TO
      ? exactRank(signedRankCounts(n), alpha)
      : normalRank((n * (n + 1)) / 4, (n * (n + 1) * (2 * n + 1)) / 24, alpha)
  return around(averages, rank)
}

/**
 * The two-sample Hodges–Lehmann estimate of how far `to` lies above `from`: the median of all differences.
 *
 * The interval inverts the Mann–Whitney test: exact up to 50 values in all (without ties; conservative with them),
 * normal with continuity correction above. It assumes that the two differ by a shift only.
 * Null when either side is empty; throws `bad-input` for values that are not finite.
 * Source: Hodges & Lehmann (1963); Hollander, Wolfe & Chicken, §4.3.
 */
export function hodgesLehmannShift(
  from: readonly number[],
  to: readonly number[],
  alpha: number = ALPHA,
): HodgesLehmann | null {
  const [a, b] = [from.length, to.length]
  if (a === 0 || b === 0) return null
  const rank =
    a + b <= EXACT_UP_TO
      ? exactRank(mannWhitneyCounts(a, b), alpha)
      : normalRank((a * b) / 2, (a * b * (a + b + 1)) / 12, alpha)
  const [below, above] = [ascending(from), ascending(to)]
  const difference = (place: number) => differenceAt(below, above, place)
  const [lower, upper] = [difference(Math.ceil((a * b) / 2)), difference(Math.floor((a * b) / 2) + 1)]
  return {
    estimate: lower === upper ? lower : lower / 2 + upper / 2,
    low: rank === 0 ? null : difference(rank),
    high: rank === 0 ? null : difference(a * b + 1 - rank),
  }
}

/**
 * The rank-th smallest of all differences y − x, found by halving between the least and the greatest and counting those below: ten thousand
 * values on either side have a hundred million differences, which are never made. Both ascending; `rank` from 1.
 */
function differenceAt(from: readonly number[], to: readonly number[], rank: number): number {
  let low = at(to, 0) - at(from, from.length - 1)
  let high = at(to, to.length - 1) - at(from, 0)
  if (countUpTo(from, to, low) >= rank) return low
  for (;;) {
    const middle = low / 2 + high / 2
    // Neighbours among the numbers there are: the count rises from one to the other, so this is a difference itself.
    if (middle <= low || middle >= high) return high
    if (countUpTo(from, to, middle) >= rank) high = middle
    else low = middle
  }
}

/** How many differences y − x are at most `limit`, in one walk through both. */
function countUpTo(from: readonly number[], to: readonly number[], limit: number): number {
  let count = 0
  let within = 0
  for (const x of from) {
    while (within < to.length && at(to, within) - x <= limit) within += 1
    count += within
  }
  return count
}
