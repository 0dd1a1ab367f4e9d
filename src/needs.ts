import type { EngineFacts } from './engines/parties.js'
import type { Scenario } from './scenario.js'
import type { Target } from './targets.js'

/** Why a scenario about a file of the image has none on a target; null when there may be one, or none is needed. */
export function imageObjection(
  { imageFile }: Pick<Scenario, 'imageFile'>,
  { type }: Pick<Target, 'type'>,
  { id }: EngineFacts,
): string | null {
  if (imageFile === undefined || type !== 'layer' || id !== 'namespaces') return null
  return 'there is no image below this writable layer, so nothing is copied up'
}

/** Why the programs of a scenario cannot become another user on a target; null when nothing is known against it. */
export function userObjection(
  { capabilities = [] }: Pick<Scenario, 'capabilities'>,
  { type }: Pick<Target, 'type'>,
  { id, rootless }: EngineFacts,
): string | null {
  if (!capabilities.includes('SETUID') || type === 'host' || id !== 'namespaces' || !rootless) return null
  return 'an ordinary user has no other user than root in these namespaces, and its programs refuse root'
}
