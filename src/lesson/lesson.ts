import { planBenchmark } from '../benchmark.js'
import type { Deps } from '../deps.js'
import type { tryDurability } from '../durability/durability.js'
import type { Engine, Image } from '../engines/engine.js'
import { makeRunFolder, removeRunFolder } from '../engines/folders.js'
import type { EngineId } from '../engines/ids.js'
import { chooseEngine, engineName } from '../engines/index.js'
import { BenchError, messageOf } from '../errors.js'
import { removeLeftovers } from '../leftovers.js'
import { newRunId } from '../owner.js'
import { type Plan, tmpfsBytes } from '../plan.js'
import { createPool } from '../pool.js'
import { formatBytes } from '../units.js'
import { type Block, commands, heading, paragraph, sentences } from './blocks.js'
import type { LessonContext } from './chapter.js'
import { contextOf } from './context.js'
import type { ListedChapter } from './index.js'

/** How a lesson is run. */
export interface LessonOptions {
  engine: EngineId | 'auto'
  image: string | undefined
  pull: 'never' | 'missing'
  /** What one dd writes: a whole number of MiB. */
  sizeBytes: number
  /** Rounds of the chapters that repeat. */
  rounds: number
  /** Folder in which the runs of these chapters are kept. */
  results: string
  quiet: boolean
  /** An engine that was chosen before; otherwise `engine` is looked for. */
  chosenEngine?: Engine | undefined
  /** Tries what each mount keeps; default: `tryDurability`. */
  durability?: typeof tryDurability | undefined
}

/** What became of a lesson. */
export interface LessonEnd {
  /** Numbers of the chapters that could not be run. */
  failed: number[]
  interrupted: boolean
}

const MOUNTS = ['volume', 'bind', 'tmpfs']

/**
 * Runs chapters one after the other and hands out what they say as soon as it is known. A chapter that cannot be run says why, and the
 * next one begins; everything that was made is removed, whatever happens. Throws `bad-input` and, without an engine, `cannot-run`.
 */
export async function tellLesson(
  chapters: readonly ListedChapter[],
  options: LessonOptions,
  write: (blocks: readonly Block[]) => void,
  deps: Deps,
): Promise<LessonEnd> {
  const { image, pull, sizeBytes } = options
  const plan = planBenchmark({ scenarios: ['dd-write'], mounts: MOUNTS, rounds: 1, sizeBytes, image, pull }, deps)
  const engine = options.chosenEngine ?? (await chooseEngine(options.engine, deps))
  const found = await removeLeftovers([engine], deps)
  for (const problem of found.problems) deps.stderr.write(`warning: not removed: ${problem}\n`)
  const used = await engine.ensureImage({ name: image ?? null, pull })
  const runId = newRunId(deps)
  const pool = createPool({ engine, runId, tmpfsBytes: tmpfsBytes(plan) }, deps)
  const context = contextOf({ engine, used, plan, options, pool }, deps)
  try {
    await makeRunFolder(deps.cwd, runId, deps.owner)
    write(opening(engine, used, plan, deps))
    return await tellAll(chapters, context, write)
  } finally {
    await pool.dropAll()
    const problems = [...pool.problems, ...(await removeRunFolder(deps.cwd, runId))]
    for (const problem of problems) deps.stderr.write(`warning: not removed: ${problem}\n`)
  }
}

const NO_ENGINE =
  'There is no docker or podman in this: a container is a shell in namespaces of the kernel, and a volume is a fresh folder that is mounted into it, as an engine does it too.'

function opening(engine: Engine, image: Image | null, plan: Plan, { clock }: Deps): Block[] {
  const where = [engineName(engine), image?.name, engine.record.operatingSystem, `kernel ${engine.record.kernel}`]
  return [
    heading(1, 'Container storage: what a mount costs, and what it keeps'),
    paragraph(
      `Measured on ${where.filter(Boolean).join(', ')}, ${clock().toISOString().slice(0, 16).replace('T', ' ')} UTC. One dd writes ${formatBytes(plan.options.sizeBytes)}. Every figure and every sentence about a figure comes from this machine, now.`,
    ),
    ...(engine.program === null ? [paragraph(NO_ENGINE)] : []),
  ]
}

async function tellAll(
  chapters: readonly ListedChapter[],
  context: LessonContext,
  write: (blocks: readonly Block[]) => void,
): Promise<LessonEnd> {
  const failed: number[] = []
  for (const chapter of chapters) {
    if (context.deps.signal.aborted) return interrupted(chapter, failed, write)
    const title = `Chapter ${chapter.number}. ${chapter.title}`
    context.deps.stderr.write(`chapter ${chapter.number} of the lesson: ${chapter.title}\n`)
    write([heading(2, title), paragraph(chapter.goal), ...chapter.announce(context)])
    try {
      write(await chapter.tell(context))
    } catch (error) {
      if (context.deps.signal.aborted) return interrupted(chapter, failed, write)
      if (!(error instanceof BenchError)) throw error
      failed.push(chapter.number)
      write(failureBlocks(error))
    } finally {
      await context.pool.dropAll()
    }
  }
  return { failed, interrupted: context.deps.signal.aborted }
}

function interrupted(
  { number }: ListedChapter,
  failed: number[],
  write: (blocks: readonly Block[]) => void,
): LessonEnd {
  write(sentences(`INTERRUPTED: chapter ${number}, and what follows it, was not run to its end.`))
  return { failed, interrupted: true }
}

function failureBlocks(error: BenchError): Block[] {
  const hint = error.hint ? ` To try: ${error.hint}.` : ''
  const details = error.details ? [commands(error.details.split('\n').map((line) => `# ${line}`))] : []
  return [...sentences(`This chapter could not be run: ${messageOf(error)}.${hint}`), ...details]
}
