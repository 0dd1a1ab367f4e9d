import type { Cell, ComparisonRecord, RunRecord, TargetRecord } from '../model.js'

/**
 * What a history keeps of one cell: base units of its metric; null where there was nothing to measure or to compare. Numbers are kept to seven
 * digits; the exact ones stand in `run.json`. One flat object: a history holds a hundred thousand of them.
 */
export interface IndexedCell extends Pick<Cell, 'scenario' | 'target' | 'metric' | 'n' | 'median' | 'low' | 'high'> {
  type: TargetRecord['type']
  /** Against the run's reference, above 1 where the target is better; null for the reference, and where it was not compared. */
  ratio: number | null
  ratioLow: number | null
  ratioHigh: number | null
  verdict: ComparisonRecord['verdict'] | null
}

/** What a history keeps of a run, a line of `index.jsonl`: everything that lists and trends need, and nothing that can get large. */
export interface IndexedRun {
  id: string
  label: string | null
  /** The run of which it measured a part once more; null for a run of the history. */
  confirms: string | null
  startedAt: string
  status: RunRecord['status']
  commit: string | null
  branch: string | null
  fingerprint: string
  engine: string
  reference: string
  /** The options on which a ratio depends: how much is moved, for how long, and how often the mount is made anew. */
  work: { sizeBytes: number; durationSeconds: number; fresh: boolean }
  cells: IndexedCell[]
}

/** Every readable run of a results folder, oldest first, and a line for each folder that holds none. */
export interface History {
  runs: readonly IndexedRun[]
  unreadable: readonly string[]
}

/** The line of a run. */
export function indexedRun(run: Omit<RunRecord, 'trialCount'>): IndexedRun {
  const { runId, label, confirms, startedAt, status, environment, options, targets, cells } = run
  const { sizeBytes, durationSeconds, fresh, reference } = options
  const types = new Map(targets.map((target) => [target.label, target.type]))
  return {
    ...{ id: runId, label, confirms, startedAt, status },
    commit: environment.git?.commit ?? null,
    branch: environment.git?.branch ?? null,
    fingerprint: environment.fingerprint,
    engine: environment.engine.id,
    reference,
    work: { sizeBytes, durationSeconds, fresh },
    cells: cells.map((cell) => indexedCell(cell, types.get(cell.target) ?? 'volume')),
  }
}

function indexedCell(cell: Cell, type: IndexedCell['type']): IndexedCell {
  const { scenario, target, metric, n, median, low, high, comparison } = cell
  return {
    ...{ scenario, target, type, metric, n },
    ...{ median: short(median), low: short(low), high: short(high) },
    ratio: short(comparison?.ratio),
    ratioLow: short(comparison?.low),
    ratioHigh: short(comparison?.high),
    verdict: comparison?.verdict ?? null,
  }
}

const short = (value: number | null | undefined) => (value == null ? null : Number(value.toPrecision(7)))

/** Whether a run stands for its commit: it was measured as a whole, and not only to look once more at what another run had found. */
export const isWhole = ({ status, confirms }: Pick<IndexedRun, 'status' | 'confirms'>) =>
  status === 'complete' && confirms === null
