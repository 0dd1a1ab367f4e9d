import type { ComparisonRecord } from './model.js'
import { roundsForPrecision } from './statistics/verdict.js'

/** What the rule looks at, once at the end of a block. */
export interface Standing {
  rounds: number
  leastRounds: number
  mostRounds: number
  /** Every declared comparison of the scenario that can be made; one without an interval is not precise. */
  comparisons: readonly Pick<ComparisonRecord, 'low' | 'high' | 'halfWidth'>[]
  precision: number
  threshold: number
}

/** An effect is far when its interval stays clear of the threshold by this many of its own half-widths. */
const CLEARANCE = 2

/**
 * Why a scenario needs no more rounds; null while it does. Fixed in advance: enough rounds, and every comparison either as precise as
 * asked, or so far beyond the threshold that more precision changes nothing. It never stops because something became significant: what
 * decides is the width of the interval, absolutely or against its distance from the threshold.
 */
export function doneReason({
  rounds,
  leastRounds,
  mostRounds,
  comparisons,
  precision,
  threshold,
}: Standing): string | null {
  const percent = `±${percentOf(precision)}`
  const wide = comparisons.filter(({ halfWidth }) => halfWidth === null || halfWidth > precision)
  const near = wide.filter((comparison) => !isFar(comparison, threshold))
  if (rounds >= leastRounds && comparisons.length > 0) {
    if (wide.length === 0) return `the precision of ${percent} was reached`
    if (near.length === 0) return `${percent}, or far beyond the threshold`
  }
  if (rounds < mostRounds) return null
  const widest = Math.max(...near.flatMap(({ halfWidth }) => halfWidth ?? []))
  const missed = Number.isFinite(widest)
    ? `; ±${percentOf(widest)} where ${percent} was asked for, which takes about ${roundsForPrecision(rounds, widest, precision)} rounds`
    : ''
  return `no more were asked for${missed}`
}

/** A half-width of ln(ratio), as the precision is one: both in the same measure. */
const percentOf = (halfWidth: number) => `${Number((halfWidth * 100).toPrecision(3))}%`

/** Whether the nearer end of the interval is beyond the threshold by twice the half-width. */
function isFar({ low, high, halfWidth }: Standing['comparisons'][number], threshold: number): boolean {
  if (low === null || high === null || halfWidth === null) return false
  const nearest = Math.max(Math.log(low), -Math.log(high))
  return nearest - Math.log1p(threshold) >= CLEARANCE * halfWidth
}
