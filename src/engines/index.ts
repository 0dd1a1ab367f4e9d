import type { Deps } from '../deps.js'
import { BenchError, cannotRun, messageOf } from '../errors.js'
import { containerEngine } from './container.js'
import type { Engine } from './engine.js'
import { ENGINE_IDS, type EngineId } from './ids.js'
import { namespacesEngine } from './namespaces.js'

/** How each engine is looked for. */
export const ENGINES = {
  docker: (deps: Deps) => containerEngine('docker', deps),
  podman: (deps: Deps) => containerEngine('podman', deps),
  namespaces: (deps: Deps) => namespacesEngine(deps),
} as const satisfies Record<EngineId, (deps: Deps) => Promise<Engine>>

/** An engine that was looked for: it, or why it cannot be used. */
export interface Detected {
  id: EngineId
  engine: Engine | null
  problem: BenchError | null
}

/** Looks for one engine; an interruption is thrown, everything else is told. */
export async function detect(id: EngineId, deps: Deps): Promise<Detected> {
  try {
    return { id, engine: await ENGINES[id](deps), problem: null }
  } catch (error) {
    if (error instanceof BenchError && error.code === 'interrupted') throw error
    const problem = error instanceof BenchError ? error : cannotRun(messageOf(error))
    return { id, engine: null, problem }
  }
}

/**
 * The engine of that name, or for `auto` the first that answers; says on stderr which it took and why not the others.
 * Throws `cannot-run` with the engine's own words.
 */
export async function chooseEngine(id: EngineId | 'auto', deps: Deps): Promise<Engine> {
  const problems: string[] = []
  for (const candidate of id === 'auto' ? ENGINE_IDS : [id]) {
    const { engine, problem } = await detect(candidate, deps)
    if (engine) {
      deps.stderr.write(`engine: ${[engineName(engine), ...problems].join('; ')}\n`)
      return engine
    }
    if (problem && id !== 'auto') throw problem
    problems.push(messageOf(problem))
  }
  throw cannotRun(
    'no engine can be used',
    'install docker or podman, or run as root for --engine namespaces',
    problems.join('\n'),
  )
}

/** An engine as it is named to people: `docker 28.2 (overlay2)`. */
export function engineName({ record }: Engine): string {
  const driver = record.storageDriver && record.id !== 'namespaces' ? ` (${record.storageDriver})` : ''
  return `${record.id} ${record.version}${record.rootless ? ' rootless' : ''}${driver}`
}
