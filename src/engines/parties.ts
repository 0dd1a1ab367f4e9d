import type { EngineRecord } from '../model.js'
import type { Party } from '../scenario.js'
import type { MountType, Target } from '../targets.js'

/** What is known of an engine before it is asked anything. */
export type EngineFacts = Pick<EngineRecord, 'id'> & Partial<Pick<EngineRecord, 'remote' | 'sameKernel' | 'rootless'>>

const ONE_CONTAINER = {
  tmpfs: 'a tmpfs belongs to one container: no other can mount it',
  layer: 'the writable layer belongs to one container: no other can mount it',
} as const

const NO_FOLDER = {
  tmpfs: 'a tmpfs is memory of its container: it is in no folder of the host',
  layer:
    'the writable layer is put together inside its container: it is in no folder of the host that may be written to',
} as const

const MOUNTLESS: Record<Party, Partial<Record<MountType, string>>> = {
  second: ONE_CONTAINER,
  reader: { ...ONE_CONTAINER, host: 'the bare host has no read-only mount of it' },
  outside: NO_FOLDER,
}

/** Why a target cannot have a party on an engine; null when nothing is known against it. */
export function partyObjection({ type }: Pick<Target, 'type'>, party: Party, engine: EngineFacts): string | null {
  const mountless = MOUNTLESS[party][type]
  if (mountless) return mountless
  if (type === 'host') return null
  if (party !== 'outside') {
    return engine.remote
      ? `the engine is on ${engine.remote}: another container there can have no folder of this machine`
      : null
  }
  if (engine.remote) return `the engine is on ${engine.remote}: its folders are not on this machine`
  return engine.sameKernel === false
    ? 'the engine runs in a machine of its own: its folders and its clock are not those of this one'
    : null
}
