import { disksOf } from './disk.js'
import type { Measuring } from './measure.js'
import { type Cell, type MetricId, type Run, SCHEMA_VERSION, type ScenarioRecord, type Trial } from './model.js'
import { againLabel, type PlannedScenario, rulesOf } from './plan.js'
import { aboveFloor, floorOf, winnerOf } from './ranking.js'
import { sum } from './statistics/sorted.js'
import { summarize } from './summary.js'
import { TOOL_VERSION } from './version.js'

/** What is known when a run ends. */
export interface Ending {
  runId: string
  label: string | null
  confirms: string | null
  startedAt: string
  endedAt: string
  environment: Run['environment']
  stopped: string | null
  seconds: number
}

/** The record of a whole run, trials included. */
export function runRecord(state: Measuring, { stopped, seconds, environment, ...known }: Ending): Run {
  const { plan, targets, trials, warnings } = state
  const rows = plan.scenarios.map((planned) => rowOf(state, planned, stopped))
  return {
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'mountbench', version: TOOL_VERSION },
    ...known,
    status: stopped === null ? 'complete' : 'incomplete',
    stopped,
    options: { ...plan.options, mounts: [...plan.options.mounts], scenarios: [...plan.options.scenarios] },
    environment,
    targets: [...targets],
    scenarios: rows.map(({ record }) => record),
    cells: rows.flatMap(({ cells }) => cells),
    trials,
    warnings,
    timing: {
      total: seconds,
      workloads: sum(trials.map(({ wallSeconds }) => wallSeconds)),
      preparation: state.preparationSeconds,
      quiet: sum(trials.map(({ quiet }) => quiet?.seconds ?? 0)),
      instances: state.pool.seconds(),
    },
    disk: disksOf(targets, trials, state.free),
  }
}

/** A row of the table: the scenario's record and its cells, with what the machine cannot resolve taken back. */
function rowOf(
  state: Measuring,
  planned: PlannedScenario,
  stopped: string | null,
): { record: ScenarioRecord; cells: Cell[] } {
  const { plan, targets, closed } = state
  const { scenario, footprintBytes } = planned
  const { id, question, isolates, caveat, metric, counts, path, tool } = scenario
  const trials = state.trials.filter((trial) => trial.scenario === id && trial.phase === 'measure')
  const { reference } = plan.options
  const rules = rulesOf(plan)
  const seen = summarize({ scenarios: [scenario], skipped: state.skipped, targets, reference, trials, closed, rules })
  const floor = floorOf(seen.find(({ target }) => target === againLabel(reference))?.comparison)
  const cells = floor === null ? seen : seen.map((cell) => withFloor(cell, floor))
  const rounds = new Set(trials.map(({ round }) => round)).size
  const skipped = state.skipped.get(id) ?? null
  const record: ScenarioRecord = {
    ...{ id, question, isolates, caveat, metric, counts, path, tool, footprintBytes, skipped, rounds, floor },
    stopped: rounds === 0 ? null : (state.done.get(id) ?? stopped),
    winner: rankedWinner(state, cells, trials, metric, floor),
    order: planned.rounds.slice(0, rounds).map((round) => [...round.order]),
  }
  return { record, cells }
}

/** The winner among the targets that were asked for, when its lead is more than the machine's own noise. */
function rankedWinner(
  { plan }: Measuring,
  cells: readonly Cell[],
  trials: readonly Trial[],
  metric: MetricId,
  floor: number | null,
) {
  const { aa, reference } = plan.options
  const asked = cells.filter(({ target }) => !(aa && target === againLabel(reference)))
  const winner = winnerOf(asked, trials, metric, rulesOf(plan))
  const clear = winner === null || floor === null || aboveFloor(winner.comparison, floor).verdict === 'faster'
  return clear ? winner : null
}

const withFloor = (cell: Cell, floor: number): Cell => ({
  ...cell,
  comparison: cell.comparison && aboveFloor(cell.comparison, floor),
})
