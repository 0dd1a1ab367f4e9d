import { randomBytes } from 'node:crypto'
import type { Deps } from '../../../src/deps.js'
import type { Engine } from '../../../src/engines/engine.js'
import { chooseEngine } from '../../../src/engines/index.js'
import type { HeldParty } from '../../../src/party.js'
import { createPool, type Held } from '../../../src/pool.js'
import type { Party } from '../../../src/scenario.js'
import { systemDeps } from '../../../src/system.js'
import { parseTarget, type Target } from '../../../src/targets.js'
import type { Subject } from './subjects.js'
import { atEnd, freshFolder, MIB } from './world.js'

const SILENT = { write: () => {}, isTTY: false, columns: 100, live: null }

/** What the library needs to work on a subject in a fresh folder, from this process. */
export async function depsFor(subject: Subject, overrides: Partial<Deps> = {}): Promise<Deps> {
  return systemDeps({ cwd: freshFolder(subject), stdout: SILENT, stderr: SILENT, ...overrides })
}

/** A target's instance, made, proved and held by the library; removed at the end of the test. */
export interface Opened {
  held: Held
  target: Target
  engine: Engine
  deps: Deps
  runId: string
  /** Another party on its mount. */
  party: (party: Party) => Promise<HeldParty>
  /** Removes it now; says what could not be removed. */
  drop: () => Promise<readonly string[]>
}

/** Opens the target of a `--mount` text. Throws what the library throws. */
export async function open(
  subject: Subject,
  mount: string,
  given: { deps?: Deps; tmpfsBytes?: number } = {},
): Promise<Opened> {
  const deps = given.deps ?? (await depsFor(subject))
  const engine = await chooseEngine(subject.engine, deps)
  await engine.ensureImage({ name: null, pull: 'never' })
  const runId = `e2e-${randomBytes(4).toString('hex')}`
  const pool = createPool({ engine, runId, tmpfsBytes: given.tmpfsBytes ?? 32 * MIB }, deps)
  const target = parseTarget(mount)
  const drop = async () => {
    await pool.dropAll()
    return pool.problems
  }
  atEnd(drop)
  const held = await pool.take(target)
  return { held, target, engine, deps, runId, party: (party) => pool.party(held, party), drop }
}
