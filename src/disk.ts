import type { DeviceCounters } from './kernel.js'
import type { Disk, Proof, TargetRecord, Trial } from './model.js'
import { inRam } from './proof.js'
import { sum } from './statistics/sorted.js'
import { formatBytes, threeDigits } from './units.js'

/** Free bytes as they were seen after trials, by device. */
export type FreeSpace = Map<string, { least: number; last: number }>

/** Keeps what was seen free on a device. */
export function noteFree(seen: FreeSpace, device: string, freeBytes: number): void {
  const least = seen.get(device)?.least ?? freeBytes
  seen.set(device, { least: Math.min(least, freeBytes), last: freeBytes })
}

/** The device whose room and requests a target takes: that under an overlay, where it is known. */
export const deviceUnder = ({ backing, device }: Pick<Proof, 'backing' | 'device'>) => backing?.device ?? device

/** The disks under the targets that have a proof, in their order; memory is none. `trials` are all of the run, warm-ups too. */
export function disksOf(targets: readonly TargetRecord[], trials: readonly Trial[], seen: FreeSpace): Disk[] {
  const proved = targets.flatMap(({ label, proof }) => (proof && !inRam(proof) ? [{ label, proof }] : []))
  const devices = [...new Set(proved.map(({ proof }) => deviceUnder(proof)))]
  return devices.flatMap((device) => {
    const here = proved.filter(({ proof }) => deviceUnder(proof) === device)
    const [first] = here
    if (!first) return []
    const labels = here.map(({ label }) => label)
    const atStart = first.proof.freeBytes
    const free = seen.get(device)
    return {
      ...{ device, name: nameOf(first.proof), targets: labels },
      freeBytesAtStart: atStart,
      leastFreeBytes: Math.min(atStart, free?.least ?? atStart),
      freeBytesAtEnd: free?.last ?? null,
      ...requestsOf(trials.filter(({ target }) => labels.includes(target))),
      problem: hasCounts(trials, labels) ? null : `the kernel counts no requests for ${device}`,
    }
  })
}

const nameOf = ({ backing, source, filesystem }: Proof) => (backing?.source ?? source).split('/').at(-1) || filesystem

const hasCounts = (trials: readonly Trial[], labels: readonly string[]) =>
  trials.some(({ target, kernel }) => labels.includes(target) && kernel?.deviceWrites != null)

/** Requests that the device completed while these trials ran, and how many a second; null without a trial that counted them. */
function requestsOf(trials: readonly Trial[]): Pick<Disk, 'seconds' | 'reads' | 'writes' | 'readIops' | 'writeIops'> {
  const counted = trials.flatMap(({ wallSeconds, kernel }) =>
    kernel && kernel.deviceReads !== null && kernel.deviceWrites !== null
      ? [{ wallSeconds, reads: kernel.deviceReads, writes: kernel.deviceWrites }]
      : [],
  )
  const seconds = sum(counted.map(({ wallSeconds }) => wallSeconds))
  if (counted.length === 0) return { seconds, reads: null, writes: null, readIops: null, writeIops: null }
  const reads = sum(counted.map((trial) => trial.reads))
  const writes = sum(counted.map((trial) => trial.writes))
  const perSecond = (requests: number) => (seconds > 0 ? requests / seconds : null)
  return { seconds, reads, writes, readIops: perSecond(reads), writeIops: perSecond(writes) }
}

/** A disk of a run in a line: `disk vda: 512 write IOPS on average while it measured; 78.0 GiB free, least 77.0 GiB`. */
export function diskText({ name, readIops, writeIops, problem, freeBytesAtStart, leastFreeBytes }: Disk): string {
  const did =
    readIops === null || writeIops === null
      ? `IOPS not told${problem ? `: ${problem}` : ''}`
      : `${threeDigits(writeIops)} write and ${threeDigits(readIops)} read IOPS on average while it measured`
  const room = freeBytesAtStart === null ? 'free space not told' : `${formatBytes(freeBytesAtStart)} free`
  return `disk ${name}: ${did}; ${room}${leastFreeBytes === null ? '' : `, least ${formatBytes(leastFreeBytes)}`}`
}

/** What a device did between two readings, in a line; `seconds` lie between them. */
export function loadText(before: DeviceCounters, after: DeviceCounters, seconds: number): string {
  const rate = (key: keyof DeviceCounters) => Math.max(0, after[key] - before[key]) / seconds
  const bytes = (key: keyof DeviceCounters) => `${formatBytes(rate(key))}/s`
  return `now ${threeDigits(rate('reads'))} read IOPS (${bytes('readBytes')}), ${threeDigits(rate('writes'))} write IOPS (${bytes('writtenBytes')})`
}
