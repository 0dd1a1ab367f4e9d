import { type IndexedRun, isWhole } from './history/entry.js'
import type { Run } from './model.js'
import { againLabel } from './plan.js'
import { changePoints } from './statistics/change-points.js'
import { sharedAlpha } from './statistics/interval.js'
import { normalQuantile } from './statistics/normal.js'
import { type PredictionInterval, predictionInterval } from './statistics/prediction.js'

/** One target of one scenario. */
export interface Place {
  scenario: string
  target: string
}

/** A shift from which on earlier runs are of another level, as a fraction. */
const CHANGE = 0.05
/** How far back a history is looked at. */
const MOST_EARLIER = 200

/**
 * The medians of ln(target / reference) that earlier runs found, oldest first, since the last change point among them: what came before is
 * another level. Only runs like the candidate count; empty where none compared the two.
 */
export function earlierRatios(runs: readonly IndexedRun[], candidate: Run, { scenario, target }: Place): number[] {
  const logs = runs
    .filter((run) => isWhole(run) && isLike(run, candidate, target))
    .flatMap(({ cells }) => cells.find((cell) => cell.scenario === scenario && cell.target === target)?.ratio ?? [])
    .slice(-MOST_EARLIER)
    .map(Math.log)
  return logs.slice(changePoints(logs, { magnitude: Math.log1p(CHANGE) }).at(-1)?.index ?? 0)
}

/** Whether two runs did the same work on the same environment with the same mounts: ratios depend on how much is moved, too. */
function isLike({ fingerprint, reference, work, cells }: IndexedRun, candidate: Run, target: string): boolean {
  const { environment, options, targets } = candidate
  const isSameMount = (name: string) =>
    cells.find((cell) => cell.target === name)?.type === targets.find(({ label }) => label === name)?.type
  return (
    fingerprint === environment.fingerprint &&
    reference === options.reference &&
    work.sizeBytes === options.sizeBytes &&
    work.durationSeconds === options.durationSeconds &&
    work.fresh === options.fresh &&
    isSameMount(target) &&
    isSameMount(reference)
  )
}

/**
 * Where the candidate's median of ln(target / reference) is expected after `earlier` ones. Null when they are fewer than eight, when the
 * candidate's own rounds are too few for an interval, and when the baseline lies elsewhere: then that is what was asked for, not the history.
 *
 * Runs may agree by chance: their spread is taken to be at least what the candidate's own rounds leave open, and what its two equal targets
 * (`--aa`) do.
 */
export function expectedAfter(
  earlier: readonly number[],
  baseline: number,
  candidate: Run,
  place: Place,
  comparisons: number,
): PredictionInterval | null {
  const floor = ownSpread(candidate, place)
  if (floor === null) return null
  const expected = predictionInterval(earlier, { comparisons, floor })
  return expected && baseline >= expected.low && baseline <= expected.high ? expected : null
}

/** The standard error behind a run's own intervals, as of a normal distribution; null when the target has no interval. */
function ownSpread({ cells, options, targets, scenarios }: Run, { scenario, target }: Place): number | null {
  const widthOf = (label: string) =>
    cells.find((cell) => cell.scenario === scenario && cell.target === label)?.comparison?.halfWidth ?? null
  const own = widthOf(target)
  if (own === null) return null
  const again = options.aa ? (widthOf(againLabel(options.reference)) ?? 0) : 0
  const together = Math.max(1, (targets.length - 1) * scenarios.length)
  return Math.max(own, again) / normalQuantile(1 - sharedAlpha(together) / 2)
}
