import { badInput } from '../errors.js'
import { type Dependence, measureDependence, stretchOf } from './dependence.js'
import { interpolatedInterval } from './interpolated.js'
import { medianInterval, orderStatisticRank, sharedAlpha, smallestRounds } from './interval.js'
import { pairedLogRatios, type Series } from './pairs.js'
import { median } from './quantiles.js'
import { type LogInterval, roundsToResolve, type Verdict, verdictOf } from './verdict.js'

/** What a comparison needs to know beside the two series. */
export interface CompareOptions {
  /** Which direction of the values is better. */
  better: 'higher' | 'lower'
  /** m: how many comparisons are shown together; each gets alpha = 0.05 / m. Default 1. */
  comparisons?: number | undefined
  /** The smallest difference that counts, as a fraction: 0.05 is 5 %. Default 0.05. */
  threshold?: number | undefined
  /** The half-width of ln(ratio) that is precise enough. Default 0.05. */
  precision?: number | undefined
  /** The block of each round. When given, dependence between rounds is measured and widens the interval. */
  blocks?: readonly number[] | undefined
  /**
   * `exact` (the default): the order-statistic interval, whose ends are values that were measured. `interpolated`: between them, so that
   * it misses with its share and not with less; what the product uses.
   */
  interval?: 'exact' | 'interpolated' | undefined
}

/** The answer for one pair; every ratio is above 1 where the target is better. */
export interface Comparison {
  /** Rounds given, with those that failed on either side. */
  rounds: number
  /** Rounds that are paired: what the interval rests on ("11 of 12 rounds"). */
  n: number
  /** exp(median g); null when n is 0. */
  ratio: number | null
  /** The ends of the interval of the ratio; both null while n is too small for one. */
  low: number | null
  high: number | null
  verdict: Verdict
  /** Rounds in total that should tell the two apart, or the fewest that give an interval; null once told apart. */
  roundsToResolve: number | null
  /** The chance that this interval misses: 0.05 / comparisons. */
  alpha: number
  /** The rank of the order statistics the interval is made of; null without one. */
  rank: number | null
  /** Half the length of the interval of ln(ratio); null without one. */
  halfWidth: number | null
  /**
   * The smallest slowdown these rounds could have flagged, as a fraction: 0.4 is 1.40x slower. About ln(1 + threshold) + 2 · halfWidth, which
   * is on the scale of the logarithms, like the half-width. Null without an interval.
   */
  smallestFlagged: number | null
  /** What was measured between rounds; null without `blocks`, below 6 rounds and when all g are equal. */
  dependence: Dependence | null
}

function checked({ comparisons = 1, threshold = 0.05, precision = 0.05 }: CompareOptions) {
  if (!(threshold >= 0 && Number.isFinite(threshold))) throw badInput(`A threshold is 0 or more, got ${threshold}.`)
  if (!(precision > 0 && Number.isFinite(precision))) throw badInput(`A precision is above 0, got ${precision}.`)
  return { comparisons, threshold, precision, alpha: sharedAlpha(comparisons) }
}

/** The interval of the median of `g`, each side stretched by what dependence costs; null when n is too small for one. */
function logInterval(
  g: readonly number[],
  { alpha, kind }: { alpha: number; kind: CompareOptions['interval'] },
  stretch: number,
): LogInterval | null {
  const found = kind === 'interpolated' ? interpolatedInterval(g, alpha) : medianInterval(g, alpha)
  if (found === null) return null
  const { low, high } = found
  if (stretch === 1) return { low, high }
  const centre = median(g)
  return { low: centre - (centre - low) * stretch, high: centre + (high - centre) * stretch }
}

/** The interval as ratios, with what it could have shown; all null without one. */
function reach(interval: LogInterval | null, threshold: number) {
  if (interval === null) return { low: null, high: null, halfWidth: null, smallestFlagged: null }
  const halfWidth = (interval.high - interval.low) / 2
  const smallestFlagged = Math.expm1(Math.log1p(threshold) + 2 * halfWidth)
  return { low: Math.exp(interval.low), high: Math.exp(interval.high), halfWidth, smallestFlagged }
}

/**
 * Whether the target is better than the reference, by how much, and how sure that is.
 *
 * `reference` and `target` hold one value per round in round order, in any one unit; null is a failed round and drops
 * the pair. g_i = ±ln(target_i / reference_i), above 0 where the target is better; the ratio is exp(median g); the
 * interval is that of the median (`interval`) at alpha = 0.05 / comparisons, and the verdict follows from
 * it alone (`verdictOf`). Without `blocks` the rounds are taken to be independent; with it, see `measureDependence`.
 * No pairs: ratio, low and high are null. Below `smallestRounds(comparisons)` pairs: low and high are null, the verdict
 * is 'not-told-apart'. Throws `bad-input` for series of different length, values that are not positive and finite,
 * and impossible options. Source: Thompson (1936) for the interval; Bonferroni for comparisons.
 */
export function comparePaired(reference: Series, target: Series, options: CompareOptions): Comparison {
  const { comparisons, threshold, precision, alpha } = checked(options)
  const { g, blocks } = pairedLogRatios(reference, target, options.better, options.blocks)
  const n = g.length
  const rank = orderStatisticRank(n, alpha)
  const dependence = blocks === null ? null : measureDependence(g, blocks)
  const stretch = dependence === null ? 1 : stretchOf(dependence, alpha)
  const interval = logInterval(g, { alpha, kind: options.interval }, stretch)
  return {
    rounds: reference.length,
    n,
    ratio: n === 0 ? null : Math.exp(median(g)),
    ...reach(interval, threshold),
    verdict: verdictOf(interval, threshold),
    roundsToResolve:
      interval === null ? smallestRounds(comparisons) : roundsToResolve(n, interval, { threshold, precision }),
    alpha,
    rank,
    dependence,
  }
}
