import type { ComparisonRecord, Trial } from './model.js'
import { sum } from './statistics/sorted.js'
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
  /** How long the scenario's trials took so far, and may take before it gets no more than the least rounds; null: no limit. */
  seconds: number
  limitSeconds: number | null
}

/** An effect is far when its interval stays clear of the threshold by this many of its own half-widths. */
const CLEARANCE = 2

/**
 * Why a scenario needs no more rounds; null while it does. Fixed in advance: enough rounds, and every comparison either as precise as
 * asked, or so far beyond the threshold that more precision changes nothing; or its time is used. It never stops because something became
 * significant: what decides is the width of the interval, absolutely or against its distance from the threshold, and the clock.
 */
export function doneReason(standing: Standing): string | null {
  const { rounds, leastRounds, mostRounds, comparisons, precision, limitSeconds } = standing
  const percent = `±${percentOf(precision)}`
  const { wide, near } = imprecise(standing)
  if (rounds >= leastRounds && comparisons.length > 0) {
    if (wide.length === 0) return `the precision of ${percent} was reached`
    if (near.length === 0) return `${percent}, or far beyond the threshold`
  }
  const late = rounds >= leastRounds && limitSeconds !== null && standing.seconds >= limitSeconds
  if (rounds < mostRounds && !late) return null
  const widest = widestOf(near)
  const missed =
    widest === null
      ? ''
      : `; ±${percentOf(widest)} where ${percent} was asked for, which takes about ${roundsForPrecision(rounds, widest, precision)} rounds`
  return `${late ? `its ${limitSeconds} s were used` : 'no more were asked for'}${missed}`
}

/** How many rounds in all a scenario should take, by what is known so far: at least the least, at most the most that fit into its time. */
export function roundsExpected(standing: Standing): number {
  const { rounds, leastRounds, mostRounds, precision, seconds, limitSeconds } = standing
  const widest = widestOf(imprecise(standing).near)
  const needed = widest === null ? 0 : roundsForPrecision(rounds, widest, precision)
  const fitting = limitSeconds === null || rounds === 0 ? mostRounds : Math.ceil((limitSeconds / seconds) * rounds)
  return Math.max(leastRounds, rounds, Math.min(mostRounds, needed, fitting))
}

/** What the trials of a scenario took, with the wait before each. */
export const secondsOf = (trials: readonly Pick<Trial, 'wallSeconds' | 'quiet'>[]) =>
  sum(trials.map(({ wallSeconds, quiet }) => wallSeconds + (quiet?.seconds ?? 0)))

/** The comparisons that are not as precise as asked, and those of them that are near the threshold as well. */
function imprecise({ comparisons, precision, threshold }: Standing) {
  const wide = comparisons.filter(({ halfWidth }) => halfWidth === null || halfWidth > precision)
  return { wide, near: wide.filter((comparison) => !isFar(comparison, threshold)) }
}

/** The widest half-width; null when none has one. */
function widestOf(comparisons: Standing['comparisons']): number | null {
  const widest = Math.max(...comparisons.flatMap(({ halfWidth }) => halfWidth ?? []))
  return Number.isFinite(widest) ? widest : null
}

/** A half-width of ln(ratio), as the precision is one: both in the same measure. */
const percentOf = (halfWidth: number) => `${Number((halfWidth * 100).toPrecision(3))}%`

/** Whether the nearer end of the interval is beyond the threshold by twice the half-width. */
function isFar({ low, high, halfWidth }: Standing['comparisons'][number], threshold: number): boolean {
  if (low === null || high === null || halfWidth === null) return false
  const nearest = Math.max(Math.log(low), -Math.log(high))
  return nearest - Math.log1p(threshold) >= CLEARANCE * halfWidth
}
