import type { Deps } from './deps.js'
import { BenchError } from './errors.js'
import { activity, flush, quiesce, readKernel } from './kernel.js'
import type { Measuring } from './measure.js'
import type { Trial } from './model.js'
import { type Beside, failureOf, outcome } from './outcome.js'
import { type PlannedScenario, type Round, WARM_UP } from './plan.js'
import type { Held } from './pool.js'
import type { Around, Scenario } from './scenario.js'
import type { SessionResult } from './session.js'
import { hasOwnInstance, type Stage, setStage } from './stage.js'
import type { Target } from './targets.js'

/** Where a trial stands in its run. */
export interface Place {
  round: Round
  phase: Trial['phase']
  position: number
}

/** A trial in two steps, so that only the second is inside the measured loop. */
export interface RunningTrial {
  /** Never throws: a preparation that failed is the trial's failure. */
  prepare: () => Promise<void>
  /** The trial's record, with a sample or a failure; null when the run was interrupted, which is no failure of the trial. */
  run: () => Promise<Trial | null>
}

/** One scenario on one target once. */
export function runTrial(
  state: Measuring,
  planned: PlannedScenario,
  target: Target,
  place: Place,
  deps: Deps,
): RunningTrial {
  const { scenario } = planned
  const number = place.phase === 'warmup' ? WARM_UP : place.round.number
  let own: Held | undefined
  let ready: Stage | undefined
  let problem: unknown
  const prepare = async () => {
    if (hasOwnInstance(scenario)) own = await openOwn(state, target, deps)
    ready = await setStage(state, own ?? (await state.pool.take(target)), scenario, number, deps)
  }
  return {
    prepare: () =>
      prepare().catch((error) => {
        problem = error
      }),
    run: async () => {
      if (deps.signal.aborted) return null
      const blank = blankTrial(planned, target, place, ready, deps)
      const trial = ready
        ? await work(state, ready, scenario, blank, deps)
        : { ...blank, failure: failureOf(problem, null, null) }
      if (own) await state.pool.close(own)
      else if (state.plan.options.fresh) await state.pool.drop(target)
      return deps.signal.aborted ? null : trial
    },
  }
}

/** An instance for one trial, made when what was written before has reached the disk: making it is part of some trials. */
async function openOwn(state: Measuring, target: Target, deps: Deps): Promise<Held> {
  const { session, directory } = await state.pool.take(target)
  await quiesce(session, directory, deps)
  return state.pool.open(target)
}

function blankTrial(
  planned: PlannedScenario,
  target: Target,
  place: Place,
  ready: Stage | undefined,
  deps: Deps,
): Trial {
  const { round, phase, position } = place
  return {
    scenario: planned.scenario.id,
    target: target.label,
    phase,
    round: round.number,
    block: round.block,
    position,
    instance: ready?.held.number ?? 0,
    startedAt: deps.clock().toISOString(),
    command: [...(ready?.steps.workload ?? [])],
    sample: null,
    failure: null,
    wallSeconds: 0,
    quiet: ready?.quiet ?? null,
    kernel: null,
    raw: null,
  }
}

async function work(state: Measuring, stage: Stage, scenario: Scenario, blank: Trial, deps: Deps): Promise<Trial> {
  const { held, steps, session, kernel } = stage
  const started = deps.now()
  try {
    const { output, beside } = await perform(stage, state.plan.options.trialTimeoutSeconds)
    const { proof } = held.probe
    const counted = activity(kernel, await readKernel(session), proof.backing?.device ?? proof.device, output)
    // The next trial is on another target, and perhaps another filesystem, which cannot flush this one.
    await flush(held.session, held.directory)
    const name = rawName(state, blank)
    const raw = await state.store.saveRaw(name, output)
    if (beside) await state.store.saveRaw(`${name}-${beside.party}`, beside.output)
    const lifecycle = scenario.lifecycle ? await endedLifecycle(state, held) : null
    const result = outcome(steps, output, beside, lifecycle)
    return { ...blank, ...result, wallSeconds: output.wallSeconds, kernel: counted, raw }
  } catch (error) {
    // Not the workload's failure: its output could not be kept.
    if (!(error instanceof BenchError)) throw error
    const failure = failureOf(error, steps.workload, null)
    return { ...blank, failure, wallSeconds: (deps.now() - started) / 1000 }
  }
}

/** The workload, and what another party does at the same time. Throws what ended either of them before its end, and ends both then. */
async function perform(
  { steps, session, beside }: Stage,
  timeoutSeconds: number,
): Promise<{ output: SessionResult; beside: Beside | null }> {
  if (!beside) return { output: await session.run(steps.workload, timeoutSeconds), beside: null }
  const both = [
    beside.session.run(beside.command, timeoutSeconds),
    session.run(steps.workload, timeoutSeconds),
  ] as const
  try {
    const [other, output] = await Promise.all(both)
    return { output, beside: { party: beside.party, command: beside.command, output: other } }
  } catch (error) {
    // Neither is left to wait for the other.
    await Promise.all([beside.session.end(), session.end()])
    throw error
  }
}

/** What the instance took, after its removal. */
async function endedLifecycle(state: Measuring, held: Held): Promise<Around['lifecycle']> {
  await state.pool.close(held)
  const { createSeconds, startSeconds, removeSeconds } = held.lifecycle
  return removeSeconds === null ? null : { createSeconds, startSeconds, removeSeconds }
}

const rawName = ({ trials }: Measuring, { scenario, target }: Trial) =>
  `${String(trials.length).padStart(6, '0')}-${scenario}-${target}`.replaceAll(/[^\w.-]/g, '_')
