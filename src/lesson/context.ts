import { mustHaveMeasured, runBenchmark } from '../benchmark.js'
import type { Deps } from '../deps.js'
import { tryDurability } from '../durability/durability.js'
import type { Engine, Image } from '../engines/engine.js'
import { unshareCommand } from '../engines/namespaces.js'
import { BenchError } from '../errors.js'
import { type Plan, tmpfsBytes } from '../plan.js'
import { createProgress } from '../progress.js'
import type { LessonContext } from './chapter.js'
import type { LessonOptions } from './lesson.js'
import type { PasteKit } from './paste.js'

/** What a lesson is run with. */
export interface Parts {
  engine: Engine
  used: Image | null
  plan: Plan
  options: LessonOptions
  pool: LessonContext['pool']
}

/** What the chapters of a lesson may use. */
export function contextOf({ engine, used, plan, options, pool }: Parts, deps: Deps): LessonContext {
  const { durability = tryDurability, quiet, rounds } = options
  const onProblem = (problem: string) => deps.stderr.write(`warning: not removed: ${problem}\n`)
  return {
    engine,
    deps,
    kit: kitOf(engine, used, plan, deps),
    plan,
    pool,
    rounds,
    benchmark: async (given) => benchmark({ engine, used, plan, options, pool }, given, deps),
    durability: () => durability({ engine, image: used?.name ?? null, onProblem }, deps),
    say: (text) => (quiet ? undefined : deps.stderr.write(`  ${text}\n`)),
    found: {},
  }
}

function kitOf(engine: Engine, used: Image | null, plan: Plan, deps: Deps): PasteKit {
  return {
    program: engine.program,
    image: used?.name ?? null,
    ownImage: plan.options.image !== null,
    unshare: unshareCommand(deps.root),
    sizeBytes: plan.options.sizeBytes,
    tmpfsBytes: tmpfsBytes(plan),
  }
}

/** A whole run with the lesson's engine, image and results folder. Throws `interrupted`, and `cannot-run` without a single figure. */
async function benchmark({ engine, options }: Parts, given: Parameters<LessonContext['benchmark']>[0], deps: Deps) {
  const progress = options.quiet ? undefined : createProgress(deps)
  const observe = progress && { started: progress.started, trial: progress.trial }
  const { image, pull, results } = options
  const run = await runBenchmark({ image, pull, results, ...given, chosenEngine: engine, observe }, deps).finally(
    progress?.done,
  )
  deps.stderr.write(`saved ${results}/${run.runId}/run.json\n`)
  if (deps.signal.aborted) throw new BenchError('interrupted', 'interrupted')
  mustHaveMeasured(run)
  return run
}
