import { flagsOf } from './comparability.js'
import { type Cell, METRICS, type MetricId, type ScenarioRecord, type TargetRecord, type Trial } from './model.js'
import type { Scenario } from './scenario.js'
import { comparePaired } from './statistics/compare.js'
import { describe } from './statistics/describe.js'
import { median } from './statistics/quantiles.js'

/** Why a cell has no trials, or no more of them. */
export interface Closed {
  status: 'failed' | 'skipped'
  reason: string
}

/** What a summary is made of. */
export interface Measured {
  scenarios: readonly Scenario[]
  records: readonly ScenarioRecord[]
  targets: readonly TargetRecord[]
  reference: string
  trials: readonly Trial[]
  /** By `cellKey`. */
  closed: ReadonlyMap<string, Closed>
}

export const cellKey = (scenario: string, target: string) => `${scenario} ${target}`

/** A cell for every scenario and target, in their order, also where nothing was measured. */
export function summarize(measured: Measured): Cell[] {
  return measured.scenarios.flatMap((scenario) => {
    const own = measured.trials.filter((trial) => trial.scenario === scenario.id && trial.phase === 'measure')
    return measured.targets.map((target) => cellOf(scenario, target, own, measured))
  })
}

function cellOf(scenario: Scenario, target: TargetRecord, trials: readonly Trial[], measured: Measured): Cell {
  const reference = measured.targets.find(({ label }) => label === measured.reference) ?? target
  const own = trials.filter((trial) => trial.target === target.label)
  const good = own.filter((trial) => trial.sample?.metrics[scenario.metric] !== undefined)
  const failures = own.filter(({ failure }) => failure !== null)
  const closed = measured.closed.get(cellKey(scenario.id, target.label))
  const skipped = measured.records.find(({ id }) => id === scenario.id)?.skipped ?? null
  const shown = describe(good.map((trial) => valueIn(trial, scenario.metric)))
  const flags = flagsOf(scenario, target, reference, good)
  const referenceTrials = trials.filter(({ target: label, sample }) => label === reference.label && sample !== null)
  const both = [...flags, ...flagsOf(scenario, reference, reference, referenceTrials)]
  const comparable = both.every((flag) => flag.comparable)
  return {
    scenario: scenario.id,
    target: target.label,
    status: shown ? 'measured' : (closed?.status ?? (skipped && !target.problem ? 'skipped' : 'failed')),
    reason:
      closed?.reason ??
      failures[0]?.failure?.message ??
      target.problem ??
      skipped ??
      (shown ? null : 'no round of it was done'),
    metric: scenario.metric,
    n: good.length,
    failed: failures.length,
    median: shown?.median ?? null,
    low: shown?.low ?? null,
    high: shown?.high ?? null,
    p5: shown?.p5 ?? null,
    p95: shown?.p95 ?? null,
    cv: shown?.cv ?? null,
    others: othersOf(scenario.metric, good),
    ratio:
      comparable && target.label !== reference.label
        ? ratioOf(scenario.metric, trials, reference.label, target.label)
        : null,
    flags,
  }
}

const valueIn = ({ sample }: Trial, metric: MetricId): number => sample?.metrics[metric] ?? Number.NaN

function othersOf(primary: MetricId, trials: readonly Trial[]): Cell['others'] {
  const ids = (Object.keys(METRICS) as MetricId[]).filter((id) => id !== primary)
  const medians = ids.flatMap((id) => {
    const values = trials.flatMap(({ sample }) => sample?.metrics[id] ?? [])
    return values.length > 0 ? [[id, median(values)] as const] : []
  })
  return Object.fromEntries(medians)
}

/** Values of one target by round, null where the round failed or was not done. */
function byRound(trials: readonly Trial[], label: string, metric: MetricId, rounds: number): (number | null)[] {
  const own = new Map(
    trials.filter((trial) => trial.target === label).map((trial) => [trial.round, trial.sample?.metrics[metric]]),
  )
  return Array.from({ length: rounds }, (_, round) => own.get(round) ?? null)
}

function ratioOf(metric: MetricId, trials: readonly Trial[], reference: string, target: string): number | null {
  const rounds = Math.max(-1, ...trials.map(({ round }) => round)) + 1
  const [from, to] = [reference, target].map((label) => byRound(trials, label, metric, rounds))
  return comparePaired(from ?? [], to ?? [], { better: METRICS[metric].better }).ratio
}
