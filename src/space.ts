import { deviceUnder } from './disk.js'
import type { Proof } from './model.js'
import type { PlannedScenario } from './plan.js'
import { inRam } from './proof.js'
import { formatBytes } from './units.js'

const MIB = 2 ** 20

/** What a target offers: its proof, and the memory there is for it. */
export interface Space {
  label: string
  proof: Proof
  /** Available memory of the engine's machine, or less by the container's limit; null when it is not told. */
  memoryBytes: number | null
}

/** Kept free on a disk: 5 % of it, between 64 MiB and 1 GiB. */
const reserveOf = (totalBytes: number) => Math.min(1024 * MIB, Math.max(64 * MIB, totalBytes * 0.05))

/**
 * Why the scenarios do not fit, with the numbers; null when they do. Targets on one disk hold their files at the same time,
 * so they are added up; a file in memory counts against the memory too.
 */
export function spaceObjection(spaces: readonly Space[], scenarios: readonly PlannedScenario[]): string | null {
  const largest = scenarios.reduce((best, next) => (next.footprintBytes > best.footprintBytes ? next : best), NOTHING)
  const devices = [...new Set(spaces.map(diskOf))]
  for (const device of devices) {
    const here = spaces.filter((space) => diskOf(space) === device)
    const objection = deviceObjection(here, largest.footprintBytes, largest.scenario.id)
    if (objection) return objection
  }
  return memoryObjection(spaces, largest.footprintBytes)
}

/** The disk under a target: an overlay takes its room from the filesystem below. */
const diskOf = ({ proof }: Space) => deviceUnder(proof)

const NOTHING: Pick<PlannedScenario, 'footprintBytes'> & { scenario: { id: string } } = {
  footprintBytes: 0,
  scenario: { id: 'nothing' },
}

function deviceObjection(here: readonly Space[], footprintBytes: number, scenario: string): string | null {
  const [first] = here
  if (!first) return null
  const needed = footprintBytes * here.length
  const reserve = inRam(first.proof) ? 0 : reserveOf(first.proof.totalBytes)
  if (needed + reserve <= first.proof.freeBytes) return null
  const labels = here.map(({ label }) => label).join(', ')
  const kept = reserve ? `, of which ${formatBytes(reserve)} are kept free` : ''
  return `${scenario} needs ${formatBytes(needed)} on ${first.proof.source} (${first.proof.filesystem}; ${labels}), where ${formatBytes(first.proof.freeBytes)} are free${kept}`
}

function memoryObjection(spaces: readonly Space[], footprintBytes: number): string | null {
  const ram = spaces.filter(({ proof }) => inRam(proof))
  const known = ram.map(({ memoryBytes }) => memoryBytes).filter((bytes) => bytes !== null)
  const available = Math.min(...known)
  const needed = footprintBytes * ram.length
  if (needed <= available * 0.8) return null
  return `${ram.map(({ label }) => label).join(', ')} needs ${formatBytes(needed)} of memory, where ${formatBytes(available)} are available`
}
