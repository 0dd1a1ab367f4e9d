import { badInput } from '../errors.js'
import type { Dependence } from './dependence.js'
import { intervalAtRank, orderStatisticRank, sharedAlpha, smallestRounds } from './interval.js'
import { median } from './quantiles.js'
import { type LogInterval, roundsForPrecision, type Verdict, verdictOf } from './verdict.js'

/** What a comparison needs to know beside the two series. */
export interface CompareOptions {
  /** Which direction of the values is better. */
  better: 'higher' | 'lower'
  /** m: how many comparisons are shown together; each gets alpha = 0.05 / m. Default 1. */
  comparisons?: number
  /** The smallest difference that counts, as a fraction: 0.05 is 5 %. Default 0.05. */
  threshold?: number
  /** The half-width of ln(ratio) that is precise enough. Default 0.05. */
  precision?: number
  /** The block each round belongs to. Given, dependence between rounds is measured and widens the interval. */
  blocks?: readonly number[]
}

/** The answer for one pair; every ratio is above 1 where the target is better. */
export interface Comparison {
  /** Rounds given, with those that failed on either side. */
  rounds: number
  /** Rounds that are paired: what the interval rests on. */
  n: number
  /** exp(median g); null when n is 0. */
  ratio: number | null
  /** The ends of the interval; both null while n is too small for one. */
  low: number | null
  high: number | null
  verdict: Verdict
  /** Rounds in total that should tell the two apart (or the smallest number with an interval); null once told. */
  roundsToResolve: number | null
  /** The chance that this interval misses: 0.05 / comparisons. */
  alpha: number
  /** The rank of the order statistics that are the interval's ends; null without an interval. */
  rank: number | null
  /** Half the length of the interval of ln(ratio); null without one. */
  halfWidth: number | null
  /** The smallest slowdown these rounds could have flagged, about threshold + 2 · halfWidth; null without an interval. */
  smallestFlagged: number | null
  /** What was measured of the dependence between rounds; null when `blocks` was not given or n is too small. */
  dependence: Dependence | null
}

type Series = readonly (number | null)[]

export function comparePaired(reference: Series, target: Series, options: CompareOptions): Comparison {
  const { comparisons = 1, threshold = 0.05, precision = 0.05 } = options
  const g = logRatios(reference, target, options.better)
  const alpha = sharedAlpha(comparisons)
  const rank = orderStatisticRank(g.length, alpha)
  const interval = rank === null ? null : intervalAtRank(g, rank)
  const verdict = verdictOf(interval, threshold)
  const halfWidth = interval === null ? null : (interval.high - interval.low) / 2
  return {
    rounds: reference.length,
    n: g.length,
    ratio: g.length === 0 ? null : Math.exp(median(g)),
    low: interval === null ? null : Math.exp(interval.low),
    high: interval === null ? null : Math.exp(interval.high),
    verdict,
    roundsToResolve:
      halfWidth === null
        ? smallestRounds(comparisons)
        : verdict === 'not-told-apart'
          ? roundsForPrecision(g.length, halfWidth, precision)
          : null,
    alpha,
    rank,
    halfWidth,
    smallestFlagged: halfWidth === null ? null : threshold + 2 * halfWidth,
    dependence: null,
  }
}

function logRatios(reference: Series, target: Series, better: 'higher' | 'lower'): number[] {
  if (reference.length !== target.length) throw badInput('length')
  return reference.flatMap((r, i) => {
    const t = target[i]
    return r === null || t === null || t === undefined
      ? []
      : [(better === 'higher' ? 1 : -1) * (Math.log(t) - Math.log(r))]
  })
}
