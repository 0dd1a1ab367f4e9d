import { mkdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { DURABILITY_TARGETS, tryDurability } from '../durability/durability.js'
import type { DurabilityRecord } from '../durability/record.js'
import { DURABILITY_FORMATS } from '../durability/report.js'
import type { Engine } from '../engines/engine.js'
import type { EngineId } from '../engines/ids.js'
import { chooseEngine } from '../engines/index.js'
import { BenchError, badInput, messageOf } from '../errors.js'
import { readHistory } from '../history/index-file.js'
import { newRunId } from '../owner.js'
import { findSummary } from '../run-references.js'
import { checkResults, writeAtomic } from '../store.js'
import { parseTargets, type Target } from '../targets.js'

/** The flags of `durability`. */
export interface DurabilityFlags {
  engine: EngineId | 'auto'
  mount?: string[]
  image?: string
  pull: 'never' | 'missing'
  run?: string
  restartEngine?: string[]
  format: keyof typeof DURABILITY_FORMATS
  results: string
}

/** `mountbench durability`: tries what each mount keeps, prints it beside the speed of a run, and saves it with the evidence. */
export async function durabilityCommand(flags: DurabilityFlags, deps: Deps): Promise<void> {
  const targets = flags.mount ? ownTargets(flags.mount) : DURABILITY_TARGETS
  const results = resolve(deps.cwd, flags.results)
  await checkResults(results)
  const engine = await chooseEngine(flags.engine, deps)
  const speed = await speedOf(flags.run, engine, results, deps)
  const image = await engine.ensureImage({ name: flags.image ?? null, pull: flags.pull })
  const problems: string[] = []
  const record = await tryDurability(
    {
      engine,
      image: image?.name ?? null,
      targets,
      speed,
      restartEngine: flags.restartEngine,
      onProblem: (problem) => problems.push(problem),
    },
    deps,
  )
  deps.stdout.write(DURABILITY_FORMATS[flags.format](record))
  const file = await save(record, results, deps)
  deps.stderr.write(`saved with the evidence: ${file}\n`)
  if (problems.length > 0) {
    throw new BenchError('cannot-run', 'not everything could be removed', {
      hint: 'mountbench clean',
      details: problems.join('\n'),
    })
  }
}

/** What is tried is removed, and its containers with -v: storage of the user's own is not taken for it. */
function ownTargets(mounts: readonly string[]): Target[] {
  const targets = parseTargets(mounts)
  const users = targets.find(({ src, name }) => src !== undefined || name !== undefined)
  if (!users) return targets
  const key = users.src === undefined ? 'name' : 'src'
  throw badInput(
    `durability removes what it tries, so it takes no storage of yours: ${users.label} has '${key}'`,
    users.type === 'volume' ? 'leave it out: a volume is made' : 'leave it out, and start in a folder on that disk',
  )
}

/** The run whose figures stand beside: the one named, or the latest of this engine; null when there is none. */
async function speedOf(
  word: string | undefined,
  { record }: Engine,
  results: string,
  deps: Deps,
): Promise<DurabilityRecord['speed']> {
  const latest = async () => (await readHistory(results)).runs.findLast(({ engine }) => engine === record.id)?.id
  const wanted = word ?? (await latest())
  if (wanted === undefined) return null
  const { runId, cells, scenarios, options, environment } = await findSummary(wanted, results, deps.cwd, {
    told: deps.stderr,
  })
  if (environment.engine.id !== record.id) {
    throw badInput(
      `run ${runId} is of ${environment.engine.id}, and this is ${record.id}`,
      `name a run of ${record.id}, or leave --run out`,
    )
  }
  return { runId, cells, scenarios, options }
}

async function save(record: DurabilityRecord, results: string, deps: Deps): Promise<string> {
  const file = join(results, `durability-${newRunId(deps)}.json`)
  try {
    await mkdir(results, { recursive: true })
    await writeAtomic(file, DURABILITY_FORMATS.json(record))
    return file
  } catch (error) {
    throw badInput(`results cannot be written to ${results}: ${messageOf(error)}`, 'name another folder with --results')
  }
}
