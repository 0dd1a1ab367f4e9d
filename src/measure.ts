import { openTargets } from './admission.js'
import type { Deps } from './deps.js'
import { deviceUnder, type FreeSpace, noteFree } from './disk.js'
import { runRound } from './harness.js'
import type { Run, TargetRecord, Trial } from './model.js'
import { type Plan, type PlannedScenario, type Round, rulesOf, targetOf } from './plan.js'
import type { Pool } from './pool.js'
import { inRam, parseDf } from './proof.js'
import { doneReason, secondsOf } from './stopping.js'
import type { Store } from './store.js'
import { type Closed, cellKey, summarize } from './summary.js'
import { runTrial } from './trial.js'

/** Rounds in a row that may fail before a cell is given up. */
const PATIENCE = 3

/** Failures of the first, untimed trial that mean that this cannot be done here, rather than that it went wrong. */
const UNSUPPORTED: readonly string[] = ['EINVAL', 'EOPNOTSUPP', 'usage', 'not-found', 'no-transfer-line']

/** A run while it is measured; everything that is known so far is in it, whatever happens next. */
export interface Measuring {
  plan: Plan
  pool: Pool
  store: Store
  targets: readonly TargetRecord[]
  trials: Trial[]
  closed: Map<string, Closed>
  /** Scenario ids with the reason why they are not run. */
  skipped: Map<string, string>
  /** Scenario ids that need no more rounds, with the reason. */
  done: Map<string, string>
  warnings: string[]
  preparationSeconds: number
  /** What was seen free on the disks under the targets. */
  free: FreeSpace
  /** Told of every trial as it ends. */
  observe: (trial: Trial) => void
}

/**
 * Measures all rounds of a plan, block by block; in a block every scenario gets its rounds on the same instances. Returns why it
 * ended early, or null when all was done. Throws `cannot-run` when nothing can be measured at all.
 */
export async function measure(state: Measuring, deps: Deps): Promise<string | null> {
  const started = deps.now()
  const stop = () => stopReason(state, deps, started)
  const open = () =>
    state.plan.scenarios.filter(({ scenario: { id } }) => !state.skipped.has(id) && !state.done.has(id))
  for (let block = 0; block < state.plan.blocks && open().length > 0; block++) {
    await openTargets(state, deps, block)
    for (const planned of open()) {
      const reason = await measureBlock(state, planned, block, deps, stop)
      if (reason !== null) return reason
      closeWhenDone(state, planned)
    }
    await state.pool.dropAll()
  }
  return null
}

/** Looks, at the end of a block, whether the scenario needs more rounds. */
function closeWhenDone(state: Measuring, { scenario, rounds }: PlannedScenario): void {
  const { plan, targets, trials, closed } = state
  const { options } = plan
  const own = trials.filter((trial) => trial.scenario === scenario.id && trial.phase === 'measure')
  const cells = summarize({
    scenarios: [scenario],
    skipped: state.skipped,
    targets,
    reference: options.reference,
    trials: own,
    closed,
    rules: rulesOf(plan),
  })
  const open = cells.filter(({ target }) => isOpen(state, scenario.id, target))
  if (open.length === 0) return void state.done.set(scenario.id, 'no target was left')
  const reason = doneReason({
    rounds: new Set(own.map(({ round }) => round)).size,
    leastRounds: plan.leastRounds,
    mostRounds: rounds.length,
    comparisons: open.flatMap(({ comparison }) => comparison ?? []),
    precision: options.precision,
    threshold: options.threshold,
    seconds: secondsOf(own),
    limitSeconds: options.scenarioSeconds,
  })
  if (reason !== null) state.done.set(scenario.id, reason)
}

function stopReason({ plan }: Measuring, { signal, now }: Deps, started: number): string | null {
  if (signal.aborted) return 'interrupted'
  const limit = plan.options.maxTimeSeconds
  return limit !== null && (now() - started) / 1000 > limit ? timeLimitText(limit) : null
}

const timeLimitText = (seconds: number) => `the time limit of ${seconds} s was reached`

/** Whether a run ended as its user wanted: with all its rounds, by its time limit, or interrupted. Otherwise something broke. */
export const endedAsAsked = ({ stopped, options }: Pick<Run, 'stopped' | 'options'>) =>
  stopped === null || stopped === 'interrupted' || stopped === timeLimitText(options.maxTimeSeconds ?? 0)

async function measureBlock(
  state: Measuring,
  planned: PlannedScenario,
  block: number,
  deps: Deps,
  stop: () => string | null,
): Promise<string | null> {
  const rounds = planned.rounds.filter((round) => round.block === block)
  const [first] = rounds
  if (!first) return null
  if (block === 0) await oneRound(state, planned, first, 'warmup', deps)
  for (const round of rounds) {
    const reason = stop()
    if (reason !== null) return reason
    await oneRound(state, planned, round, 'measure', deps)
  }
  await tidy(state, planned)
  for (const { label } of state.targets) await seeFree(state, label)
  return stop() === 'interrupted' ? 'interrupted' : null
}

async function oneRound(
  state: Measuring,
  planned: PlannedScenario,
  round: Round,
  phase: Trial['phase'],
  deps: Deps,
): Promise<void> {
  const broken: unknown[] = []
  const open = round.order.filter((label) => isOpen(state, planned.scenario.id, label))
  const tasks = open.map((label) => {
    const place = { round, phase, position: round.order.indexOf(label) }
    const trial = runTrial(state, planned, targetOf(state.plan, label), place, deps)
    return {
      name: label,
      prepare: trial.prepare,
      trial: () =>
        trial
          .run()
          .then((ended) => ended && keep(state, planned, ended))
          .catch((error) => {
            broken.push(error)
            return null
          }),
    }
  })
  await runRound(tasks)
  // A failed workload is recorded; what is thrown is something of ours, such as results that cannot be written: tinybench would hide it.
  if (broken.length > 0) throw broken[0]
}

const isOpen = (state: Measuring, scenario: string, label: string) =>
  !state.closed.has(cellKey(scenario, label)) &&
  state.targets.some((target) => target.label === label && target.problem === null)

/** Keeps a trial, gives up a cell that keeps failing, and returns the seconds for one unit of its metric. */
async function keep(state: Measuring, { scenario }: PlannedScenario, trial: Trial): Promise<number | null> {
  state.trials.push(trial)
  await state.store.appendTrial(trial)
  state.observe(trial)
  await seeFree(state, trial.target)
  if (trial.failure) giveUp(state, trial, trial.failure.code, trial.failure.message)
  const value = trial.sample?.metrics[scenario.metric]
  if (value === undefined) return null
  return scenario.metric === 'bandwidth' || scenario.metric === 'iops' ? 1 / value : value
}

const DF_SECONDS = 20

/** Looks how much room a target's disk has, while its files are there. What cannot be seen is no failure. */
async function seeFree({ pool, free }: Measuring, label: string): Promise<void> {
  const held = pool.held(label)
  if (!held || held.session.over() !== null || inRam(held.probe.proof)) return
  const told = await held.session.run(['df', '-Pk', held.directory], DF_SECONDS).catch(() => null)
  const space = told && parseDf(told.stdout)
  if (space) noteFree(free, deviceUnder(held.probe.proof), space.freeBytes)
}

function giveUp(state: Measuring, trial: Trial, code: string, message: string): void {
  const key = cellKey(trial.scenario, trial.target)
  if (trial.phase === 'warmup') {
    const unsupported = UNSUPPORTED.includes(code)
    state.closed.set(key, {
      status: unsupported ? 'skipped' : 'failed',
      reason: unsupported ? `unsupported: ${message}` : message,
    })
    return
  }
  const last = state.trials.filter(({ scenario, target }) => cellKey(scenario, target) === key).slice(-PATIENCE)
  if (last.length === PATIENCE && last.every(({ failure }) => failure)) {
    state.closed.set(key, { status: 'failed', reason: `given up after ${PATIENCE} failures in a row: ${message}` })
  }
}

/** Removes the scenario's files, also those of other parties, so that the next one finds the same room. */
async function tidy(state: Measuring, { scenario }: PlannedScenario): Promise<void> {
  for (const { label } of state.targets) {
    const held = state.pool.held(label)
    if (!held?.folders.delete(scenario.id)) continue
    held.ready.delete(scenario.id)
    const players = [
      held,
      ...[...held.parties.values()].map(({ session, archive }) => ({ session, directory: archive })),
    ]
    for (const { session, directory } of players) {
      if (session.over() !== null) continue
      await session.run(['rm', '-rf', '--', `${directory}/${scenario.id}`], state.plan.options.trialTimeoutSeconds)
    }
  }
}
