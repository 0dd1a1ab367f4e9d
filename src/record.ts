import type { Measuring } from './measure.js'
import { type Run, SCHEMA_VERSION } from './model.js'
import { summarize } from './summary.js'
import { TOOL_VERSION } from './version.js'

/** What is known when a run ends. */
export interface Ending {
  runId: string
  startedAt: string
  endedAt: string
  environment: Run['environment']
  stopped: string | null
  seconds: number
}

/** The record of a run: what `run.json` holds. */
export function runRecord(state: Measuring, { runId, startedAt, endedAt, environment, stopped, seconds }: Ending): Run {
  const { plan, targets, trials, warnings } = state
  const scenarios = plan.scenarios.map(({ scenario }) => scenario)
  const records = plan.scenarios.map(({ scenario, footprintBytes, rounds }) => {
    const { id, question, isolates, caveat, metric, counts, path, tool } = scenario
    const order = rounds.map((round) => [...round.order])
    const skipped = state.skipped.get(id) ?? null
    return { id, question, isolates, caveat, metric, counts, path, tool, footprintBytes, skipped, order }
  })
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'mountbench', version: TOOL_VERSION },
    runId,
    status: stopped === null ? 'complete' : 'incomplete',
    stopped,
    startedAt,
    endedAt,
    options: { ...plan.options, mounts: [...plan.options.mounts], scenarios: [...plan.options.scenarios] },
    environment,
    targets: [...targets],
    scenarios: records,
    cells: summarize({ scenarios, records, targets, reference: plan.options.reference, trials, closed: state.closed }),
    trials,
    warnings,
    timing: {
      total: seconds,
      workloads: sum(trials.map(({ wallSeconds }) => wallSeconds)),
      preparation: state.preparationSeconds,
      quiet: sum(trials.map(({ quiet }) => quiet?.seconds ?? 0)),
      instances: state.pool.seconds(),
    },
  }
}
