import { flagsOf } from './comparability.js'
import { type Cell, METRICS, type MetricId, type NoiseFlag, type TargetRecord, type Trial } from './model.js'
import { noiseOf } from './noise-flags.js'
import { compareTargets, pairedSeries, type Rules } from './pairing.js'
import type { Scenario } from './scenario.js'
import { describe } from './statistics/describe.js'
import { serialDependence } from './statistics/noise.js'
import { pairedLogRatios } from './statistics/pairs.js'
import { median } from './statistics/quantiles.js'

/** Why a cell has no trials, or no more of them. */
export interface Closed {
  status: 'failed' | 'skipped'
  reason: string
}

/** What a summary is made of. */
export interface Measured {
  scenarios: readonly Scenario[]
  /** Scenario ids with the reason why they were not run. */
  skipped: ReadonlyMap<string, string>
  targets: readonly TargetRecord[]
  reference: string
  trials: readonly Trial[]
  /** By `cellKey`. */
  closed: ReadonlyMap<string, Closed>
  rules: Rules
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
  const skipped = measured.skipped.get(scenario.id) ?? null
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
    comparison:
      comparable && target.label !== reference.label
        ? compareTargets(trials, scenario.metric, reference.label, target.label, measured.rules)
        : null,
    flags,
    noise: [...noiseOf(good, scenario.metric), ...dependenceOf(scenario, reference, target, trials)],
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

/** Whether neighbouring rounds of a pair resemble each other. */
function dependenceOf(
  { metric }: Scenario,
  reference: TargetRecord,
  target: TargetRecord,
  trials: readonly Trial[],
): NoiseFlag[] {
  if (target.label === reference.label) return []
  const series = pairedSeries(trials, metric, reference.label, target.label)
  const { g } = pairedLogRatios(series.reference, series.target, METRICS[metric].better)
  const found = serialDependence(g)
  if (!found?.dependent) return []
  return [
    {
      code: 'dependent',
      text: 'its rounds are not independent: neighbours resemble each other',
      round: null,
    },
  ]
}

/**
 * On how many instances of each target a scenario was measured: what differs from one instance to the next was seen so often and no more.
 * Rounds of a block share theirs; where no two trials share one, each round has its own. `trials` are its measured ones; 0 without a sample.
 */
export function instancesOf(trials: readonly Trial[]): number {
  const good = trials.filter(({ sample }) => sample !== null)
  const apart = new Set(good.map(({ target, instance }) => `${instance} ${target}`)).size === good.length
  return new Set(good.map(({ round, block }) => (apart ? round : block))).size
}
