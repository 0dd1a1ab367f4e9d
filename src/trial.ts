import type { Deps } from './deps.js'
import { BenchError, messageOf } from './errors.js'
import { activity, flush, type KernelSnapshot, quiesce, readKernel } from './kernel.js'
import type { Measuring } from './measure.js'
import type { Failure, Quiet, Trial } from './model.js'
import { type PlannedScenario, parametersFor, type Round, WARM_UP } from './plan.js'
import type { Held } from './pool.js'
import type { Command, Output, Steps } from './scenario.js'
import type { Target } from './targets.js'

/** Where a trial stands in its run. */
export interface Place {
  round: Round
  phase: Trial['phase']
  position: number
}

/** Ready to measure: the instance with the scenario's files, everything earlier written. */
interface Prepared {
  held: Held
  steps: Steps
  quiet: Quiet
  kernel: KernelSnapshot
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
  let ready: Prepared | undefined
  let problem: unknown
  return {
    prepare: async () => {
      try {
        ready = await prepare(state, planned, target, place, deps)
      } catch (error) {
        problem = error
      }
    },
    run: async () => {
      if (deps.signal.aborted) return null
      const blank = blankTrial(planned, target, place, ready, deps)
      const trial = ready
        ? await work(state, ready, blank, deps)
        : { ...blank, failure: failureOf(problem, null, null) }
      if (state.plan.options.fresh) await state.pool.drop(target)
      return deps.signal.aborted ? null : trial
    },
  }
}

function blankTrial(
  planned: PlannedScenario,
  target: Target,
  place: Place,
  ready: Prepared | undefined,
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

async function prepare(
  state: Measuring,
  planned: PlannedScenario,
  target: Target,
  place: Place,
  deps: Deps,
): Promise<Prepared> {
  const held = await state.pool.take(target)
  const started = deps.now()
  const { scenario } = planned
  const { options } = state.plan
  const directory = `${held.directory}/${scenario.id}`
  const steps = scenario.steps(
    parametersFor(options, directory, place.phase === 'warmup' ? WARM_UP : place.round.number),
  )
  const must = (command: Command) => mustSucceed(held, command, options.trialTimeoutSeconds)
  if (!held.ready.has(scenario.id)) {
    held.folders.add(scenario.id)
    await must(['mkdir', '-p', '--', directory])
    for (const command of steps.setup) await must(command)
    held.ready.add(scenario.id)
  }
  for (const command of steps.prepare) await must(command)
  state.preparationSeconds += (deps.now() - started) / 1000
  return { held, steps, ...(await quiesce(held.session, directory, deps)) }
}

async function mustSucceed({ session }: Held, command: Command, timeoutSeconds: number): Promise<void> {
  const result = await session.run(command, timeoutSeconds)
  if (result.exitCode === 0) return
  throw new BenchError(
    'failed',
    `preparing failed: ${command[0]}: ${lastLine(result) ?? `exit code ${result.exitCode}`}`,
    {
      details: command.join(' '),
    },
  )
}

async function work(state: Measuring, { held, steps, kernel }: Prepared, blank: Trial, deps: Deps): Promise<Trial> {
  const { session } = held
  const started = deps.now()
  try {
    const output = await session.run(steps.workload, state.plan.options.trialTimeoutSeconds)
    const { proof } = held.probe
    const counted = activity(kernel, await readKernel(session), proof.backing?.device ?? proof.device, output)
    // The next trial is on another target, and perhaps another filesystem, which cannot flush this one.
    await flush(session, held.directory)
    const raw = await state.store.saveRaw(rawName(state, blank), output)
    return { ...blank, ...outcome(steps, output), wallSeconds: output.wallSeconds, kernel: counted, raw }
  } catch (error) {
    // Not the workload's failure: its output could not be kept.
    if (!(error instanceof BenchError)) throw error
    const failure = failureOf(error, steps.workload, null)
    return { ...blank, failure, wallSeconds: (deps.now() - started) / 1000 }
  }
}

const SIGKILL = 9
const KILLED =
  'was killed: the kernel does that when the memory of a container is used up, and a tmpfs counts against it'

function outcome(steps: Steps, output: Output): Pick<Trial, 'sample' | 'failure'> {
  try {
    if (output.exitCode === 128 + SIGKILL) throw new BenchError('killed', `${steps.workload[0]} ${KILLED}`)
    return { sample: steps.measure(output), failure: null }
  } catch (error) {
    return { sample: null, failure: failureOf(error, steps.workload, output) }
  }
}

function failureOf(error: unknown, command: Command | null, output: Output | null): Failure {
  return {
    code: error instanceof BenchError ? error.code : 'failed',
    message: messageOf(error),
    command: command && [...command],
    lastLine: output && lastLine(output),
  }
}

/** What dd says of its speed also after it failed: no reason, and no place for a number. */
const DD_REPORT = / copied, | transferred in | records (in|out)$/

/** The last line on stderr, or on stdout when stderr is empty, that is not dd's report; null when there is none. */
function lastLine({ stdout, stderr }: Output): string | null {
  const lines = (stderr.trim() || stdout.trim()).split('\n').filter((line) => line !== '' && !DD_REPORT.test(line))
  return lines.at(-1) ?? null
}

const rawName = ({ trials }: Measuring, { scenario, target }: Trial) =>
  `${String(trials.length).padStart(6, '0')}-${scenario}-${target}`.replaceAll(/[^\w.-]/g, '_')
