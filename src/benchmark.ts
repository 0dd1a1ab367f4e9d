import { resolve } from 'node:path'
import { scenarios as builtIn } from '../scenarios/index.js'
import type { Deps } from './deps.js'
import type { Engine } from './engines/engine.js'
import { makeRunFolder, removeRunFolder } from './engines/folders.js'
import { chooseEngine } from './engines/index.js'
import { readEnvironment } from './environment.js'
import { BenchError, badInput, cannotRun } from './errors.js'
import { addToIndex } from './history/index-file.js'
import { removeLeftovers } from './leftovers.js'
import { endedAsAsked, type Measuring, measure } from './measure.js'
import type { Environment, Run, TargetRecord, Trial } from './model.js'
import { completeOptions, type PartialOptions } from './options.js'
import { newRunId } from './owner.js'
import { capabilitiesOf, makePlan, type Plan, tmpfsBytes } from './plan.js'
import { createPool, type Pool } from './pool.js'
import { runRecord } from './record.js'
import type { Scenario } from './scenario.js'
import { createStore, type Store } from './store.js'
import { systemDeps } from './system.js'

/** What `runBenchmark` takes: options of a run, all optional, and where and how to report. */
export interface BenchmarkOptions extends PartialOptions {
  /** Folder under which the run's own folder is made; default `results`. */
  results?: string | undefined
  /** Another name to find the run by. */
  label?: string | undefined
  /** The run of which a part is measured once more: then it is no run of the history. */
  confirms?: string | undefined
  /** Scenarios besides the built-in ones; they are run too. */
  extraScenarios?: readonly Scenario[] | undefined
  /** An engine that was chosen before; otherwise `engine` is looked for. */
  chosenEngine?: Engine | undefined
  observe?: Observer | undefined
  /** Called with what it will run on, before anything is made or measured; what it throws ends the run. */
  admit?: ((environment: Environment) => void) | undefined
  /** What was said of the mounts beforehand: kept as the first warnings of the run. */
  notes?: readonly string[] | undefined
}

/** Told of a run as it goes on. */
export interface Observer {
  started: (plan: Plan, runId: string) => void
  trial: (trial: Trial) => void
}

/**
 * Measures: the programmatic form of `mountbench run`. The run is on disk, under `results`, when this returns.
 *
 * Throws `BenchError`: `bad-input` before anything is made, `cannot-run` when nothing could be measured. An interrupted run, or
 * one that ended early, is returned with status `incomplete`. Whatever happens, what was made on the engine is removed.
 */
export async function runBenchmark(given: BenchmarkOptions, deps?: Deps): Promise<Run> {
  const outside = deps ?? (await systemDeps())
  const plan = planBenchmark(given, outside)
  const engine = given.chosenEngine ?? (await chooseEngine(plan.options.engine, outside))
  await removeRemains(engine, outside)
  const targets = await checkTargets(plan, engine)
  const image = needsEngine(plan)
    ? await engine.ensureImage({ name: plan.options.image, pull: plan.options.pull })
    : null
  const environment = await readEnvironment(engine.record, image, outside)
  given.admit?.(environment)
  const startedAt = outside.clock()
  const runId = newRunId(outside)
  const results = resolve(outside.cwd, given.results ?? 'results')
  const store = await createStore(results, runId)
  const pool = createPool(
    { engine, runId, tmpfsBytes: tmpfsBytes(plan), capabilities: capabilitiesOf(plan, engine.record) },
    outside,
  )
  const state = measuring(plan, pool, store, targets, given.observe)
  const clockStart = outside.now()
  given.observe?.started(plan, runId)
  const stopped = await measureAndTidy(state, engine, runId, outside)
  const seconds = (outside.now() - clockStart) / 1000
  const ended = { startedAt: startedAt.toISOString(), endedAt: outside.clock().toISOString() }
  const named = { label: given.label ?? null, confirms: given.confirms ?? null }
  const measured = runRecord(state, { runId, ...named, ...ended, environment, stopped, seconds })
  const run = { ...measured, warnings: [...(given.notes ?? []), ...measured.warnings] }
  await store.saveRun(run)
  await addToIndex(results, runId)
  return run
}

/** The plan of the options given, with the built-in scenarios and the extra ones. */
export function planBenchmark(given: BenchmarkOptions, deps: Deps): Plan {
  const extra = given.extraScenarios ?? []
  const all = [...builtIn, ...extra]
  const asked = given.scenarios ?? []
  const chosen = extra.length > 0 ? [...asked, ...extra.map(({ id }) => id)] : asked
  const seed = Number.parseInt(deps.token(6), 16)
  const known = all.map(({ id }) => id)
  const twice = known.find((id, index) => known.indexOf(id) !== index)
  if (twice) throw badInput(`two scenarios are called '${twice}'`, 'rename one of the files')
  const plan = makePlan(completeOptions({ ...given, scenarios: chosen }, all, seed), all)
  const targets = plan.targets.map((target) =>
    target.src ? { ...target, src: resolve(deps.cwd, target.src) } : target,
  )
  return { ...plan, targets }
}

const needsEngine = ({ targets }: Plan) => targets.some(({ type }) => type !== 'host')

/** Whether something of this run lies in the working directory. */
const needsFolder = ({ targets, scenarios }: Plan, engine: Engine) =>
  engine.record.id !== 'docker' ||
  scenarios.some(({ scenario }) => scenario.parties !== undefined) ||
  targets.some(({ type, src, ro }) => ro || type === 'host' || (type === 'bind' && src === undefined))

async function removeRemains(engine: Engine, deps: Deps): Promise<void> {
  const { removed, problems } = await removeLeftovers([engine], deps)
  if (removed.length > 0) deps.stderr.write(`removed ${removed.length} remains of a run that was killed\n`)
  for (const problem of problems) deps.stderr.write(`warning: not removed: ${problem}\n`)
}

async function checkTargets({ targets }: Plan, engine: Engine): Promise<TargetRecord[]> {
  const records: TargetRecord[] = []
  for (const target of targets) {
    const { label, type, ...options } = target
    const objection = type === 'host' ? null : await engine.objection(target)
    if (objection) throw badInput(`${label}: ${objection}`)
    const shown = Object.entries(options).map(([key, value]) => [key, Array.isArray(value) ? [...value] : value])
    records.push({ label, type, options: Object.fromEntries(shown), proof: null, tools: {}, problem: null })
  }
  return records
}

function measuring(plan: Plan, pool: Pool, store: Store, targets: TargetRecord[], observer?: Observer): Measuring {
  return {
    plan,
    pool,
    store,
    targets,
    trials: [],
    closed: new Map(),
    skipped: new Map(),
    done: new Map(),
    warnings: [],
    preparationSeconds: 0,
    free: new Map(),
    observe: observer?.trial ?? (() => {}),
  }
}

/** Measures, and removes everything that was made for it, also when measuring throws. */
async function measureAndTidy(state: Measuring, engine: Engine, runId: string, deps: Deps): Promise<string | null> {
  try {
    if (needsFolder(state.plan, engine)) await makeRunFolder(deps.cwd, runId, deps.owner)
    return await measure(state, deps)
  } catch (error) {
    if (state.trials.length === 0) {
      await state.store.discard()
      throw error
    }
    if (error instanceof BenchError && error.code === 'interrupted') return 'interrupted'
    return error instanceof Error ? error.message : String(error)
  } finally {
    await state.pool.dropAll()
    const problems = [...state.pool.problems, ...(await removeRunFolder(deps.cwd, runId))]
    for (const problem of problems) state.warnings.push(`not removed: ${problem}`)
    for (const warning of state.warnings) deps.stderr.write(`warning: ${warning}\n`)
  }
}

/** Throws `cannot-run` when a run has no figure at all, or broke before its end. */
export function mustHaveMeasured(run: Run): void {
  if (run.cells.every(({ status }) => status !== 'measured')) {
    const reasons = [...new Set(run.cells.map(({ reason }) => reason))].join('\n')
    throw cannotRun('nothing was measured', undefined, reasons)
  }
  if (!endedAsAsked(run)) throw cannotRun(`it ended early: ${run.stopped}`, 'what was measured until then is saved')
}
