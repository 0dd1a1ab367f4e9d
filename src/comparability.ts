import type { Flag, Proof, TargetRecord, Trial } from './model.js'
import { inRam } from './proof.js'
import type { Scenario } from './scenario.js'
import { least } from './statistics/sorted.js'

/** Of the bytes that a workload read, the share that must have come from storage before the read counts as cold or direct. */
const FROM_STORAGE = 0.9
/** fio counts run time in whole milliseconds: below this the rounding is more than 2 %. */
const COARSE_SECONDS = 0.05

/**
 * What must be known before a cell is compared: whether it took the path through the kernel that its scenario is about.
 * `trials` are those with a sample; empty gives only what the filesystem itself decides.
 */
export function flagsOf(
  scenario: Scenario,
  target: TargetRecord,
  reference: TargetRecord,
  trials: readonly Trial[],
): Flag[] {
  const { proof } = target
  const flags = [
    proof && ramFlag(scenario, proof),
    proof && (inRam(proof) ? elsewhereFlag(proof, trials) : storageFlag(scenario, trials)),
    toolFlag(scenario, target, reference),
    clockFlag(scenario, trials),
  ]
  return flags.filter((flag) => flag !== null)
}

function ramFlag({ path }: Scenario, proof: Proof): Flag | null {
  if (!inRam(proof)) return null
  const ram = `${proof.filesystem} is memory`
  if (path === 'direct') {
    return { code: 'ram-direct', text: `${ram}: there is no page cache to go past`, comparable: false, ranked: false }
  }
  if (path === 'cold') return { code: 'ram-cold', text: `${ram}: it is never cold`, comparable: false, ranked: false }
  if (path === 'durable') {
    return {
      code: 'fsync-no-effect',
      text: `${ram}: fsync has no effect, and nothing is kept`,
      comparable: true,
      ranked: false,
    }
  }
  return null
}

/** A file in memory causes no traffic to storage; a workload that did was not on the mount. */
function elsewhereFlag({ filesystem }: Proof, trials: readonly Trial[]): Flag | null {
  const moved = trials.filter(({ kernel, sample }) => {
    const bytes = (kernel?.storageReadBytes ?? 0) + (kernel?.storageWrittenBytes ?? 0)
    return bytes > Math.max(2 ** 20, (sample?.bytes ?? 0) * 0.1)
  })
  if (moved.length === 0) return null
  const text = `not on the mount: ${moved.length} of ${trials.length} trials reached storage, and a ${filesystem} is memory`
  return { code: 'elsewhere', text, comparable: false, ranked: false }
}

/** Reads that were to come from storage and did not; told by the kernel's count for the workload itself. */
function storageFlag({ path, readShare = 0 }: Scenario, trials: readonly Trial[]): Flag | null {
  if (readShare === 0 || (path !== 'cold' && path !== 'direct') || trials.length === 0) return null
  const shares = trials.map(({ kernel, sample }) =>
    share(kernel?.storageReadBytes ?? null, (sample?.bytes ?? 0) * readShare),
  )
  const known = shares.filter((value) => value !== null)
  if (known.length < shares.length) {
    return {
      code: 'unproven',
      text: 'the kernel does not tell what came from storage',
      comparable: true,
      ranked: false,
    }
  }
  const smallest = least(known)
  if (smallest >= FROM_STORAGE) return null
  const code = path === 'cold' ? 'not-cold' : 'not-direct'
  const text = `not ${path}: only ${Math.round(smallest * 100)} % of the bytes that were read came from storage`
  return { code, text, comparable: false, ranked: false }
}

const share = (read: number | null, asked: number) => (read === null || asked === 0 ? null : read / asked)

function toolFlag({ tool }: Scenario, target: TargetRecord, reference: TargetRecord): Flag | null {
  const [used, other] = [target.tools[tool], reference.tools[tool]]
  if (used === other || used === undefined || other === undefined) return null
  return {
    code: 'tool-differs',
    text: `${used} here, ${other} on ${reference.label}`,
    comparable: false,
    ranked: false,
  }
}

function clockFlag({ tool, metric }: Scenario, trials: readonly Trial[]): Flag | null {
  if (tool !== 'fio' || metric !== 'bandwidth' || trials.length === 0) return null
  const shortest = least(trials.map(({ sample }) => sample?.seconds ?? Number.POSITIVE_INFINITY))
  if (shortest >= COARSE_SECONDS) return null
  const text = `trials under ${COARSE_SECONDS * 1000} ms: fio's clock of 1 ms is coarse for that; choose a larger --size`
  return { code: 'coarse-clock', text, comparable: true, ranked: true }
}
