import type { Proof } from './model.js'
import { type Target, untouched } from './targets.js'

/** One line of `/proc/self/mountinfo` (proc_pid_mountinfo(5)). */
export interface Mount {
  device: string
  root: string
  mountPoint: string
  /** Options of the mount and of its filesystem, each once. */
  options: string[]
  filesystem: string
  source: string
  line: string
}

/** Filesystems that keep their content in memory: an fsync there does nothing. */
const RAM_FILESYSTEMS = ['tmpfs', 'ramfs', 'devtmpfs']

/** Whether a filesystem keeps its content in memory. */
export const inRam = (proof: Pick<Proof, 'filesystem'>) => RAM_FILESYSTEMS.includes(proof.filesystem)

/** Every mount of a mountinfo text, in its order: of two on one path the later hides the earlier. Malformed lines are left out. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').flatMap((line) => {
    const [left = '', right] = line.split(' - ')
    const [, , device, root, mountPoint, options] = left.split(' ')
    const [filesystem, source, superOptions] = (right ?? '').split(' ')
    if (!device || !root || !mountPoint || !filesystem) return []
    const all = [...(options ?? '').split(','), ...(superOptions ?? '').split(',')].filter((option) => option !== '')
    return [
      {
        device,
        root: unescaped(root),
        mountPoint: unescaped(mountPoint),
        options: [...new Set(all)],
        filesystem,
        source: unescaped(source ?? ''),
        line,
      },
    ]
  })
}

/** The kernel writes space, tab, line break and backslash as three octal digits. */
const unescaped = (field: string) =>
  field.replaceAll(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 8)))

/** The mount that a path lies on: the longest mount point above it, the last of equals. */
export function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const above = mounts.filter(({ mountPoint }) => mountPoint === '/' || `${path}/`.startsWith(`${mountPoint}/`))
  return above.reduce<Mount | undefined>(
    (best, mount) => (!best || mount.mountPoint.length >= best.mountPoint.length ? mount : best),
    undefined,
  )
}

/** Total and available bytes in the output of POSIX `df -Pk PATH`; null when it is none. */
export function parseDf(text: string): { totalBytes: number; freeBytes: number } | null {
  const match = /\s(\d+)\s+(\d+)\s+(\d+)\s+\d+%\s/.exec(text.split('\n').slice(1).join(' '))
  return match ? { totalBytes: Number(match[1]) * 1024, freeBytes: Number(match[3]) * 1024 } : null
}

/**
 * What speaks against a target being what was asked for, with the evidence; null when its proof stands.
 * `sizeBytes` is what a tmpfs was made with.
 */
export function objectionTo(target: Target, mountPoint: string, proof: Proof, sizeBytes: number): string | null {
  const seen = `mountinfo says: ${proof.mountinfo}`
  const volatileOption = proof.options.find((option) => option === 'volatile' || option === 'fsync=volatile')
  if (volatileOption) return `the ${proof.filesystem} is mounted '${volatileOption}': its fsync does nothing. ${seen}`
  if (target.type === 'host') return null
  if (untouched(target) && !proof.options.includes('ro')) return `it is not read-only. ${seen}`
  if (target.type === 'layer') {
    return proof.mountPoint === mountPoint && proof.filesystem !== 'overlay'
      ? `a mount stands where the writable layer was expected. ${seen}`
      : null
  }
  if (proof.mountPoint !== mountPoint) return `it is not a mount of its own: it landed on the writable layer. ${seen}`
  return objectionOfType(target, proof, sizeBytes, seen)
}

function objectionOfType(target: Target, proof: Proof, sizeBytes: number, seen: string): string | null {
  const asked = target.opt?.find((option) => option.startsWith('type='))?.slice('type='.length)
  if (target.type === 'tmpfs') {
    if (proof.filesystem !== 'tmpfs') return `it is a ${proof.filesystem}, not a tmpfs. ${seen}`
    if (Math.abs(proof.totalBytes - sizeBytes) > 2 ** 16 + sizeBytes * 0.01)
      return `it holds ${proof.totalBytes} bytes where ${sizeBytes} were asked for. ${seen}`
    if (target.exec && proof.options.includes('noexec') !== (target.exec === 'noexec'))
      return `it is not '${target.exec}', which was asked for. ${seen}`
    return null
  }
  if (asked && asked !== 'none' && !proof.filesystem.startsWith(asked))
    return `it is a ${proof.filesystem}, not the ${asked} that was asked for. ${seen}`
  if (target.type === 'bind') return null
  if (proof.filesystem === 'overlay' && proof.root === '/') return `it is an overlay, not a volume. ${seen}`
  if (!asked && !target.driver && inRam(proof)) return `it is a ${proof.filesystem}: memory, not a volume. ${seen}`
  return null
}

/** Options that were accepted and have no effect on this target, each with how that is known. */
export function withoutEffect({ relabel, consistency }: Target, proof: Proof, sameKernel: boolean): string[] {
  const labels = relabel && !proof.options.includes('seclabel')
  return [
    ...(labels
      ? [`${relabel} has no effect: its ${proof.filesystem} has no SELinux labels (no seclabel in mountinfo)`]
      : []),
    ...(consistency && sameKernel
      ? [`consistency=${consistency} has no effect: the container and this machine have one kernel and one page cache`]
      : []),
  ]
}
