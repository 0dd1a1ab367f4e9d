import type { Observer } from './benchmark.js'
import type { Deps } from './deps.js'
import { METRICS, type MetricId, type Trial } from './model.js'
import type { Plan } from './plan.js'
import { median } from './statistics/quantiles.js'
import { formatDuration, formatValue } from './units.js'

/** Shows a run as it goes on, on stderr: a live block on a terminal, otherwise a line for each finished round. */
export function createProgress({ stderr, now }: Pick<Deps, 'stderr' | 'now'>): Observer & { done: () => void } {
  let plan: Plan | undefined
  let started = now()
  const trials: Trial[] = []
  let round: Trial[] = []
  const left = (begun: Plan) => timeLeft(begun, trials, (now() - started) / 1000)
  const endRound = () => {
    if (plan && round.length > 0) stderr.write(`${roundLine(plan, round, left(plan))}\n`)
    round = []
  }
  return {
    started: (begun, runId) => {
      plan = begun
      started = now()
      stderr.write(`run ${runId}: ${planned(begun)}\n`)
    },
    trial: (trial) => {
      if (!plan) return
      if (!stderr.live && round[0] && !sameRound(round[0], trial)) endRound()
      trials.push(trial)
      round.push(trial)
      if (stderr.live) stderr.live.render(liveText(plan, trials, left(plan)))
      else if (round.length === plan.targets.length) endRound()
    },
    done: () => (stderr.live ? stderr.live.done() : endRound()),
  }
}

const sameRound = (a: Trial, b: Trial) => a.scenario === b.scenario && a.round === b.round && a.phase === b.phase

const most = (scenarios: Plan['scenarios']) => Math.max(0, ...scenarios.map(({ rounds }) => rounds.length))

const roundsText = (least: number, highest: number) => (least === highest ? `${least}` : `${least} to ${highest}`)

function planned({ scenarios, targets, leastRounds }: Plan): string {
  return `${scenarios.length} scenarios on ${targets.map(({ label }) => label).join(', ')}; ${roundsText(leastRounds, most(scenarios))} rounds, one more to warm up`
}

/** From the mean time of a trial so far, up to the least rounds; a rough figure, as scenarios differ. */
function timeLeft({ scenarios, targets, leastRounds }: Plan, trials: readonly Trial[], elapsed: number): string {
  const total = scenarios.length * targets.length * (leastRounds + 1)
  const share = trials.length / total
  return share >= 1 ? 'finishing' : `about ${formatDuration((elapsed / share) * (1 - share))} left`
}

/** A scenario a line: rounds done, and the median of each target so far. */
function liveText({ scenarios, targets }: Plan, trials: readonly Trial[], left: string): string {
  const head = line(
    '',
    'rounds',
    targets.map(({ label }) => label),
  )
  const lines = scenarios.map(({ scenario }) => {
    const own = trials.filter((trial) => trial.scenario === scenario.id && trial.phase === 'measure')
    const done = new Set(own.map(({ round }) => round)).size
    const values = targets.map(({ label }) => medianText(own, label, scenario.metric))
    return line(scenario.id, `${done}/${most(scenarios)}`, values)
  })
  return [head, ...lines, left].join('\n')
}

const line = (name: string, rounds: string, values: readonly string[]) =>
  [name.padEnd(17), rounds.padEnd(7), ...values.map((value) => value.padEnd(12))].join(' ').trimEnd()

function medianText(trials: readonly Trial[], label: string, metric: MetricId): string {
  const own = trials.filter(({ target }) => target === label)
  const values = own.flatMap(({ sample }) => sample?.metrics[metric] ?? [])
  if (values.length > 0) return formatValue(METRICS[metric].unit, median(values))
  return own.length > 0 ? 'failed' : '-'
}

function roundLine({ scenarios, targets }: Plan, round: readonly Trial[], left: string): string {
  const [first] = round
  const metric = scenarios.find(({ scenario }) => scenario.id === first?.scenario)?.scenario.metric ?? 'duration'
  const name = first?.phase === 'warmup' ? 'warm-up' : `round ${(first?.round ?? 0) + 1}/${most(scenarios)}`
  const values = targets.map(({ label }) => `${label} ${medianText(round, label, metric)}`)
  return `${first?.scenario} ${name}: ${values.join(', ')}; ${left}`
}
