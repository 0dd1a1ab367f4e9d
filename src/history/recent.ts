import { type ChangePoint, changePoints } from '../statistics/change-points.js'
import type { TrendSeries } from './trend.js'

/**
 * The changes among `found`, those of `values`, that are new: they began at `newFrom` or later, or the values before it do not show them,
 * so that one that takes many values to be seen is new when it is seen. None for none. Cost is linear in the number of values; throws as
 * `changePoints` does.
 */
export function newChanges(
  values: readonly number[],
  found: readonly ChangePoint[],
  newFrom: number,
  magnitude: number,
): Set<ChangePoint> {
  // What rests on earlier values alone was to be seen before: most often that is all, and nothing is looked for again.
  const young = found.filter(({ to }) => to > newFrom)
  const [first] = young
  if (!first || first.index >= newFrom) return new Set(young)
  const before = changePoints(values.slice(0, Math.max(0, newFrom)), { magnitude })
  const known = new Set(before.filter(({ index }) => index >= first.from).map((change) => likest(change, found)))
  return new Set(young.filter((change) => change.index >= newFrom || !known.has(change)))
}

/** The nearest change in the same direction: where a small one begins moves by some values when more come in. */
function likest({ index, shift }: ChangePoint, found: readonly ChangePoint[]): ChangePoint | undefined {
  const distance = (one: ChangePoint) => Math.abs(one.index - index)
  return found
    .filter((one) => one.shift > 0 === shift > 0)
    .reduce<ChangePoint | undefined>((best, one) => (best && distance(best) <= distance(one) ? best : one), undefined)
}

/** What tells whether a series goes on. */
type Course = Pick<TrendSeries, 'engine' | 'scenario' | 'target' | 'type' | 'points'>

/**
 * Whether a series has ended: a later run measured the same scenario on the same target in another environment, size or against another
 * reference, or some other series has `newest` later runs. Never with one series alone.
 */
export function hasEnded(series: Course, all: readonly Course[], newest: number): boolean {
  const last = series.points.at(-1)?.run ?? ''
  return all.some((other) => (other.points.at(isAlike(other, series) ? -1 : -newest)?.run ?? '') > last)
}

const isAlike = (a: Course, b: Course) =>
  a.engine === b.engine && a.scenario === b.scenario && a.target === b.target && a.type === b.type
