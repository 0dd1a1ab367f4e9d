import { METRICS, type Run } from '../model.js'
import { typeOf, wellFormed } from '../report/figures.js'

/** A run as a row of `mountbench_run`, by column. */
export function runRow({ runId, label, status, stopped, startedAt, endedAt, tool, environment, options }: Run) {
  const { engine, fingerprint, git } = environment
  return {
    run_id: clean(runId),
    label,
    status,
    stopped,
    started_at: startedAt,
    ended_at: endedAt,
    tool_version: tool.version,
    engine: engine.id,
    engine_version: engine.version,
    fingerprint,
    git_commit: git?.commit ?? null,
    git_branch: git?.branch ?? null,
    git_dirty: git?.dirty ?? null,
    reference: options.reference,
    options,
    environment,
  }
}

/** The cells of a run as rows of `mountbench_cell`, by column; null where nothing was measured. */
export const cellRows = (run: Run) =>
  run.cells.map(({ scenario, target, status, reason, metric, n, failed, median, low, high, comparison, others }) => ({
    run_id: run.runId,
    scenario,
    target,
    type: typeOf(run, target),
    status,
    reason,
    metric,
    unit: METRICS[metric].unit,
    better: METRICS[metric].better,
    rounds: n,
    failed_rounds: failed,
    median,
    low,
    high,
    ratio: comparison?.ratio ?? null,
    ratio_low: comparison?.low ?? null,
    ratio_high: comparison?.high ?? null,
    verdict: comparison?.verdict ?? null,
    others,
  }))

/** PostgreSQL's text has no NUL (https://www.postgresql.org/docs/current/datatype-json.html). */
const clean = (text: string) => wellFormed(text).replaceAll('\0', '\uFFFD')

/** A value as JSON that PostgreSQL takes. */
export const json = (value: unknown) =>
  JSON.stringify(value, (_, part) => (typeof part === 'string' ? clean(part) : part))
