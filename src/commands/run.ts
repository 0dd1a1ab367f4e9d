import { access, constants, readFile, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { BenchmarkOptions } from '../benchmark.js'
import { mustHaveMeasured, planBenchmark, runBenchmark } from '../benchmark.js'
import { composeOptions } from '../compose/options.js'
import type { Deps } from '../deps.js'
import type { Engine } from '../engines/engine.js'
import type { EngineId } from '../engines/ids.js'
import { chooseEngine } from '../engines/index.js'
import { badInput, EXIT_CODES, messageOf } from '../errors.js'
import type { Environment, Run } from '../model.js'
import type { ProfileName } from '../options.js'
import { createProgress } from '../progress.js'
import { changesTable } from '../report/change-text.js'
import { exporters, type FormatName } from '../report/index.js'
import { junitComparison } from '../report/junit.js'
import { findBaseline } from '../run-references.js'
import type { Scenario } from '../scenario.js'
import { checkResults } from '../store.js'
import type { Target } from '../targets.js'
import { parseCount, parseDuration, parseShare, parseSize } from '../units.js'
import { fioJobScenario } from '../workloads/fio-job.js'
import { admitted, failThresholdOf, type GateFlags, judged } from './compare.js'
import { dryRun } from './dry-run.js'
import { checkOutput, emit, terminalOptions } from './emit.js'

/** The flags of `run` as they are typed. */
export interface RunFlags extends GateFlags {
  /** False: none, whatever the configuration says. */
  baseline?: string | false
  label?: string
  mount?: string[]
  compose?: string
  service?: string[]
  reference?: string
  profile: ProfileName
  engine: EngineId | 'auto'
  image?: string
  pull: 'never' | 'missing'
  rounds?: string
  minRounds?: string
  maxRounds?: string
  precision?: string
  threshold?: string
  aa?: boolean
  duration?: string
  size?: string
  maxTime?: string
  scenarioTime?: string
  timeout?: string
  fresh?: boolean
  fioJob?: string[]
  seed?: string
  format: FormatName
  output?: string
  dryRun?: boolean
}

/** `mountbench run`: measures, saves, prints. Returns the exit code. */
export async function runCommand(scenarios: readonly string[], flags: RunFlags, deps: Deps): Promise<number> {
  const { options, engine } = await withCompose(await optionsOf(scenarios, flags, deps), flags, deps)
  const plan = planBenchmark(options, deps)
  if (flags.dryRun) {
    deps.stdout.write(dryRun(plan, deps))
    return 0
  }
  // What is only used in the end is checked before anything is measured, too.
  failThresholdOf(flags)
  await checkResults(resolve(deps.cwd, flags.results))
  if (flags.output) await checkOutput(resolve(deps.cwd, flags.output))
  const baseline = await baselineOf(flags, deps)
  const chosenEngine = engine ?? (await chooseEngine(plan.options.engine, deps))
  if (!chosenEngine.record.remote) for (const target of plan.targets) await checkFolder(target)
  const progress = flags.quiet ? undefined : createProgress(deps)
  const { seed } = plan.options
  const admit = baseline ? (now: Environment) => admitted(baseline.environment, now, flags) : undefined
  const run = await runBenchmark({ ...options, seed, chosenEngine, observe: progress, admit }, deps).finally(
    progress?.done,
  )
  deps.stderr.write(`saved ${flags.results}/${run.runId}/run.json\n`)
  if (!baseline || run.stopped === 'interrupted') {
    await emitRun(run, flags, deps)
    if (run.stopped === 'interrupted') return EXIT_CODES.interrupted
    mustHaveMeasured(run)
    return 0
  }
  return judgedRun(baseline, run, { chosenEngine, extraScenarios: options.extraScenarios }, flags, deps)
}

const emitRun = (run: Run, flags: RunFlags, deps: Deps) =>
  emit(exporters[flags.format](run, terminalOptions(flags, deps)), flags, deps)

/** Prints a run and its comparison with the baseline: stdout has the run, unless its format is about the comparison. */
async function judgedRun(baseline: Run, run: Run, again: BenchmarkOptions, flags: RunFlags, deps: Deps) {
  let waiting = flags.format === 'junit'
  if (!waiting) await emitRun(run, flags, deps)
  try {
    mustHaveMeasured(run)
    return await judged(baseline, run, again, flags, deps, async (comparison) => {
      deps.stderr.write(changesTable(comparison))
      if (waiting) await emit(junitComparison(comparison, { strict: flags.strict, candidate: run }), flags, deps)
      waiting = false
    })
  } finally {
    // Whoever waits for test cases gets those of the run when there is nothing to compare.
    if (waiting) await emitRun(run, flags, deps)
  }
}

/** The options with the mounts of the Compose file, if one is named, and the engine that was asked which of its volumes are there. */
async function withCompose(
  options: BenchmarkOptions,
  flags: RunFlags,
  deps: Deps,
): Promise<{ options: BenchmarkOptions; engine: Engine | null }> {
  const { compose: file, service, mount, reference, dryRun } = flags
  if (file === undefined) {
    if (service) throw badInput('--service is one of a Compose file', 'name the file: --compose compose.yaml')
    return { options, engine: null }
  }
  // A dry run also says what it would do where no engine is.
  const choosing = chooseEngine(flags.engine, deps)
  const engine = dryRun ? await choosing.catch(() => null) : await choosing
  // The job files are run without being named, and are no services.
  const words = options.scenarios?.filter((word) => !options.extraScenarios?.some(({ id }) => id === word)) ?? []
  const request = { file, words, service, mount, reference }
  return { options: { ...options, ...(await composeOptions(request, engine, deps)) }, engine }
}

/** The baseline, before anything is measured: the run to come is not yet there, so `latest` is the one before it. */
async function baselineOf({ baseline, gate, results }: RunFlags, { cwd }: Deps): Promise<Run | null> {
  if (typeof baseline === 'string') return findBaseline(baseline, resolve(cwd, results), cwd)
  if (gate)
    throw badInput(
      '--gate needs something to compare with',
      'name a run: --baseline latest, or measure without: --no-gate',
    )
  return null
}

async function optionsOf(scenarios: readonly string[], flags: RunFlags, { cwd }: Deps): Promise<BenchmarkOptions> {
  const { mount, reference, profile, engine, image, pull, fresh, results, label } = flags
  return {
    scenarios: [...scenarios],
    mounts: mount,
    reference,
    profile,
    engine,
    image,
    pull,
    fresh,
    results,
    label,
    rounds: optional(flags.rounds, (text) => parseCount(text, '--rounds', 1, 10_000)),
    minRounds: optional(flags.minRounds, (text) => parseCount(text, '--min-rounds', 1, 10_000)),
    maxRounds: optional(flags.maxRounds, (text) => parseCount(text, '--max-rounds', 1, 10_000)),
    precision: optional(flags.precision, (text) => parseShare(text, '--precision')),
    threshold: optional(flags.threshold, (text) => parseShare(text, '--threshold')),
    aa: flags.aa,
    seed: optional(flags.seed, (text) => parseCount(text, '--seed', 0, 2 ** 31)),
    durationSeconds: optional(flags.duration, parseDuration),
    sizeBytes: optional(flags.size, parseSize),
    maxTimeSeconds: optional(flags.maxTime, parseDuration),
    scenarioSeconds: optional(flags.scenarioTime, parseDuration),
    trialTimeoutSeconds: optional(flags.timeout, parseDuration),
    extraScenarios: await Promise.all((flags.fioJob ?? []).map((file) => readFioJob(resolve(cwd, file)))),
  }
}

const optional = <T>(text: string | undefined, parse: (text: string) => T) =>
  text === undefined ? undefined : parse(text)

async function readFioJob(file: string): Promise<Scenario> {
  const text = await readFile(file, 'utf8').catch((error) => {
    throw badInput(`the fio job file cannot be read: ${messageOf(error)}`)
  })
  return fioJobScenario(basename(file), text)
}

async function checkFolder({ label, src, ro }: Target): Promise<void> {
  if (src === undefined) return
  const found = await stat(src).catch(() => null)
  if (!found) throw badInput(`${label}: there is no folder ${src}`, 'make it first, or leave src out for a fresh one')
  if (!found.isDirectory()) throw badInput(`${label}: ${src} is not a folder`)
  await access(src, ro ? constants.R_OK : constants.W_OK).catch(() => {
    throw badInput(`${label}: ${src} is not ${ro ? 'readable' : 'writable'}`)
  })
}
