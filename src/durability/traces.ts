import { inRam, type Mount } from '../proof.js'
import { formatBytes } from '../units.js'
import type { DurabilityAnswer } from './record.js'

/** How much is written to see where it goes. */
export const WRITTEN_BYTES = 16 * 2 ** 20

/**
 * Writes and syncs a file of $2 MiB in the folder $1, then removes it. Between the lines `before`, `written` and `removed` it prints what the
 * container's cgroup (version 2 or 1) counts as memory, and what the kernel counts as written by this shell's finished children. One line,
 * as a session's arguments must be.
 */
export const WRITE_SCRIPT = [
  'm() { for d in /sys/fs/cgroup /sys/fs/cgroup/memory; do',
  'if [ -e $d/memory.max ] || [ -e $d/memory.limit_in_bytes ]; then grep -E "^(shmem|cache|file) " $d/memory.stat; fi; done; };',
  'echo before; m;',
  'dd if=/dev/urandom of="$1/written" bs=1M count="$2" conv=fsync || exit 1;',
  'echo written; m; cat /proc/$$/io; rm -f -- "$1/written"; echo removed; cat /proc/$$/io',
].join(' ')

/** What the kernel counted for a file that was written, synced and removed; null where it does not tell. */
export interface Traces {
  /** Growth of memory that only removing the file gives back. */
  shmemBytes: number | null
  /** Growth of all pages of files, those in memory for good among them. */
  cacheBytes: number | null
  /** Bytes that were to go to storage (`write_bytes`). */
  storageBytes: number | null
  /** Bytes of those that had not gone there when the file was removed (`cancelled_write_bytes`): an fsync leaves none. */
  unwrittenBytes: number | null
}

/** Reads the output of `WRITE_SCRIPT`. Documentation/filesystems/proc.rst, section 3.3; admin-guide/cgroup-v2.rst, `memory.stat`. */
export function parseTraces(output: string): Traces {
  const [, before = '', written = '', removed = ''] = `\n${output}`.split(/^(?:before|written|removed)$/m)
  const grown = (key: string) => difference(counter(before, key), counter(written, key))
  return {
    shmemBytes: grown('shmem'),
    cacheBytes: grown('file') ?? grown('cache'),
    storageBytes: counter(written, 'write_bytes:'),
    unwrittenBytes: difference(counter(written, 'cancelled_write_bytes:'), counter(removed, 'cancelled_write_bytes:')),
  }
}

function counter(text: string, key: string): number | null {
  const value = new RegExp(`^${key} (\\d+)$`, 'm').exec(text)?.[1]
  return value === undefined ? null : Number(value)
}

const difference = (from: number | null, to: number | null) => (from === null || to === null ? null : to - from)

type Verdict = Pick<DurabilityAnswer, 'value' | 'text'>

/** Whether what was written is memory of the container: shmem is; the page cache is not, as the kernel takes it back when it needs it. */
export function memoryVerdict({ shmemBytes, cacheBytes }: Traces): Verdict {
  if (shmemBytes === null) return { value: null, text: 'the container is not told what it uses' }
  if (shmemBytes >= WRITTEN_BYTES / 2) return { value: true, text: '' }
  if ((cacheBytes ?? 0) < WRITTEN_BYTES / 2) return { value: false, text: '' }
  return { value: false, text: 'only as page cache, which is given back' }
}

/**
 * Whether fsync had written the file out before it was removed. The bytes of `write_bytes` are counted when a page is changed, not when it is
 * written; a removed page that was never written is counted in `cancelled_write_bytes`. So both are needed.
 */
export function fsyncVerdict(
  { storageBytes, unwrittenBytes }: Traces,
  { filesystem }: Pick<Mount, 'filesystem'>,
): Verdict {
  if (storageBytes === null || unwrittenBytes === null)
    return { value: null, text: 'the kernel does not tell what was written' }
  if (unwrittenBytes >= WRITTEN_BYTES / 2)
    return { value: false, text: `${formatBytes(unwrittenBytes)} were still unwritten after it` }
  if (storageBytes >= WRITTEN_BYTES) return { value: true, text: '' }
  if (inRam({ filesystem })) return { value: false, text: `${formatBytes(storageBytes)} written: it is memory` }
  return {
    value: null,
    text: `the kernel counts ${formatBytes(storageBytes)} of ${formatBytes(WRITTEN_BYTES)} on ${filesystem}`,
  }
}
