import type { Observer } from './benchmark.js'
import type { Deps } from './deps.js'
import { type ComparisonRecord, METRICS, type MetricId, type Trial } from './model.js'
import { compareTargets } from './pairing.js'
import { type Plan, type PlannedScenario, rulesOf } from './plan.js'
import { intervalText, ratioText } from './report/verdict-text.js'
import { median } from './statistics/quantiles.js'
import { sum } from './statistics/sorted.js'
import { doneReason, roundsExpected, type Standing, secondsOf } from './stopping.js'
import { formatDuration, formatValue } from './units.js'

/** A scenario as far as it has come. */
interface Row {
  planned: PlannedScenario
  trials: Trial[]
  /** Rounds that were begun, the warm-up too, and the time that went into them. */
  begun: Set<string>
  seconds: number
  /** By target, as of the last finished round. */
  comparisons: Map<string, ComparisonRecord>
}

/** Shows a run as it goes on, on stderr: a live block on a terminal, otherwise a line for each finished round. */
export function createProgress({ stderr, now }: Pick<Deps, 'stderr' | 'now'>): Observer & { done: () => void } {
  let plan: Plan | undefined
  let rows: Row[] = []
  let last = now()
  let round: Trial[] = []
  const endRound = () => {
    const row = rows.find(({ planned }) => planned.scenario.id === round[0]?.scenario)
    if (plan && row) {
      row.comparisons = comparisonsOf(plan, row)
      if (!stderr.live) stderr.write(`${roundLine(plan, row, round, leftText(plan, rows))}\n`)
    }
    round = []
  }
  return {
    started: (begun, runId) => {
      plan = begun
      rows = begun.scenarios.map(emptyRow)
      last = now()
      stderr.write(`run ${runId}: ${plannedText(begun)}\n`)
    },
    trial: (trial) => {
      const row = rows.find(({ planned }) => planned.scenario.id === trial.scenario)
      if (!plan || !row) return
      if (round[0] && !sameRound(round[0], trial)) endRound()
      row.trials.push(trial)
      row.begun.add(`${trial.phase} ${trial.round}`)
      row.seconds += (now() - last) / 1000
      last = now()
      round.push(trial)
      if (round.length === plan.targets.length) endRound()
      stderr.live?.render(liveText(plan, rows))
    },
    done: () => (stderr.live ? stderr.live.done() : endRound()),
  }
}

const emptyRow = (planned: PlannedScenario): Row => ({
  planned,
  trials: [],
  begun: new Set(),
  seconds: 0,
  comparisons: new Map(),
})

const sameRound = (a: Trial, b: Trial) => a.scenario === b.scenario && a.round === b.round && a.phase === b.phase

const measured = ({ trials }: Row) => trials.filter(({ phase }) => phase === 'measure')

const roundsDone = (row: Row) => new Set(measured(row).map(({ round }) => round)).size

function comparisonsOf(plan: Plan, row: Row): Row['comparisons'] {
  const { reference } = plan.options
  const { metric, path } = row.planned.scenario
  const past = path === 'direct' || path === 'cold'
  // Memory has no path past the page cache: a ratio would be a lie (comparability.ts).
  const others = plan.targets.filter(({ label, type }) => label !== reference && !(past && type === 'tmpfs'))
  const found = others.flatMap(({ label }) => {
    const comparison = compareTargets(row.trials, metric, reference, label, rulesOf(plan))
    return comparison ? [[label, comparison] as const] : []
  })
  return new Map(found)
}

const most = (scenarios: Plan['scenarios']) => Math.max(0, ...scenarios.map(({ rounds }) => rounds.length))

function plannedText({ scenarios, targets, leastRounds }: Plan): string {
  const highest = most(scenarios)
  const rounds = leastRounds === highest ? `${leastRounds}` : `${leastRounds} to ${highest}`
  return `${scenarios.length} scenarios on ${targets.map(({ label }) => label).join(', ')}; ${rounds} rounds, one more to warm up`
}

function standingOf({ leastRounds, options }: Plan, row: Row): Standing {
  const comparisons = [...row.comparisons.values()]
  const { precision, threshold, scenarioSeconds: limitSeconds } = options
  return {
    rounds: roundsDone(row),
    leastRounds,
    mostRounds: row.planned.rounds.length,
    comparisons,
    precision,
    threshold,
    seconds: secondsOf(measured(row)),
    limitSeconds,
  }
}

/**
 * Until every scenario is as precise as asked or has its most rounds, at the pace so far; one that has not begun is taken to be like the
 * others. A rough figure: precision comes with the square root of the rounds.
 */
function leftText(plan: Plan, rows: readonly Row[]): string {
  const pace = (some: readonly Row[]) =>
    sum(some.map(({ seconds }) => seconds)) / sum(some.map(({ begun }) => begun.size))
  const passedOver = (row: Row, index: number) =>
    row.begun.size === 0 && rows.slice(index).some(({ begun }) => begun.size > 0)
  const left = rows.map((row, index) => {
    if (passedOver(row, index)) return 0
    const standing = standingOf(plan, row)
    const missing = doneReason(standing) === null ? roundsExpected(standing) - standing.rounds : 0
    return row.begun.size > 0 ? missing * pace([row]) : (missing + 1) * pace(rows)
  })
  const seconds = sum(left)
  return seconds > 0 ? `about ${formatDuration(Math.ceil(seconds))} left` : 'finishing'
}

/** A scenario a line: rounds done, the median of the reference, and the ratio of each other target with its interval. */
function liveText(plan: Plan, rows: readonly Row[]): string {
  const labels = plan.targets.map(({ label }) => label)
  const lines = rows.map((row) => {
    const rounds = `${roundsDone(row)}/${most(plan.scenarios)}`
    return line(
      row.planned.scenario.id,
      rounds,
      labels.map((label) => standingText(plan, row, label)),
    )
  })
  return [line('', 'rounds', labels), ...lines, leftText(plan, rows)].join('\n')
}

const line = (name: string, rounds: string, values: readonly string[]) =>
  [name.padEnd(17), rounds.padEnd(7), ...values.map((value) => value.padEnd(20))].join(' ').trimEnd()

function standingText({ options }: Plan, row: Row, label: string): string {
  const comparison = row.comparisons.get(label)
  if (label === options.reference || !comparison) return medianText(measured(row), label, row.planned.scenario.metric)
  return comparisonText(comparison)
}

const comparisonText = ({ ratio, low, high }: ComparisonRecord) =>
  [ratioText(ratio), low !== null && high !== null && intervalText(low, high)].filter(Boolean).join(' ')

function medianText(trials: readonly Trial[], label: string, metric: MetricId): string {
  const own = trials.filter(({ target }) => target === label)
  const values = own.flatMap(({ sample }) => sample?.metrics[metric] ?? [])
  if (values.length > 0) return formatValue(METRICS[metric].unit, median(values))
  return own.length > 0 ? 'failed' : '-'
}

function roundLine({ targets, scenarios }: Plan, row: Row, round: readonly Trial[], left: string): string {
  const [first] = round
  const { id, metric } = row.planned.scenario
  const warmUp = first?.phase === 'warmup'
  const name = warmUp ? 'warm-up' : `round ${(first?.round ?? 0) + 1}/${most(scenarios)}`
  const values = targets.map(({ label }) => {
    const comparison = warmUp ? undefined : row.comparisons.get(label)
    const standing = comparison ? ` (so far ${comparisonText(comparison)})` : ''
    return `${label} ${medianText(round, label, metric)}${standing}`
  })
  return `${id} ${name}: ${values.join(', ')}; ${left}`
}
