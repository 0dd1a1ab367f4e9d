import { z } from 'zod'
import { Cell, ComparisonRecord, type RunRecord } from '../model.js'
import { MOUNT_TYPES } from '../targets.js'

/** What a history keeps of one cell: base units of its metric; null where there was nothing to measure or to compare. */
export const IndexedCell = z.object({
  scenario: z.string(),
  target: z.string(),
  type: z.enum(MOUNT_TYPES),
  metric: Cell.shape.metric,
  n: Cell.shape.n,
  median: Cell.shape.median,
  low: Cell.shape.low,
  high: Cell.shape.high,
  /** Against the run's reference, above 1 where the target is better; null for the reference, and where it was not compared. */
  comparison: ComparisonRecord.pick({ ratio: true, low: true, high: true, verdict: true }).nullable(),
})
export type IndexedCell = z.infer<typeof IndexedCell>

/** What a history keeps of a run, a line of `index.jsonl`: everything that lists and trends need, and nothing that can get large. */
export const IndexedRun = z.object({
  id: z.string(),
  label: z.string().nullable(),
  startedAt: z.string(),
  status: z.enum(['complete', 'incomplete']),
  commit: z.string().nullable(),
  branch: z.string().nullable(),
  fingerprint: z.string(),
  engine: z.string(),
  reference: z.string(),
  /** The options on which a ratio depends: how much is moved, for how long, and how often the mount is made anew. */
  work: z.object({ sizeBytes: z.number(), durationSeconds: z.number(), fresh: z.boolean() }),
  cells: z.array(IndexedCell),
})
export type IndexedRun = z.infer<typeof IndexedRun>

/** Every readable run of a results folder, oldest first, and a line for each folder that holds none. */
export interface History {
  runs: readonly IndexedRun[]
  unreadable: readonly string[]
}

/** The line of a run. */
export function indexedRun(run: Omit<RunRecord, 'trialCount'>): IndexedRun {
  const { runId, label, startedAt, status, environment, options, targets, cells } = run
  const { sizeBytes, durationSeconds, fresh, reference } = options
  const types = new Map(targets.map((target) => [target.label, target.type]))
  return {
    ...{ id: runId, label, startedAt, status },
    commit: environment.git?.commit ?? null,
    branch: environment.git?.branch ?? null,
    fingerprint: environment.fingerprint,
    engine: environment.engine.id,
    reference,
    work: { sizeBytes, durationSeconds, fresh },
    cells: cells.map(({ scenario, target, metric, n, median, low, high, comparison }) => ({
      ...{ scenario, target, type: types.get(target) ?? 'volume', metric, n, median, low, high },
      comparison: comparison && {
        ratio: comparison.ratio,
        low: comparison.low,
        high: comparison.high,
        verdict: comparison.verdict,
      },
    })),
  }
}
