import type { KernelActivity, Quiet } from './model.js'
import type { Session, SessionResult } from './session.js'

/** What the kernel under the engine shows in /proc, read in one command from inside a container. */
export interface KernelSnapshot {
  /** Dirty + Writeback of /proc/meminfo; null when it is not there. */
  dirtyBytes: number | null
  /** MemAvailable. */
  availableBytes: number | null
  stealSeconds: number | null
  ioStallSeconds: number | null
  /** By `major:minor`, since boot. */
  devices: Readonly<Record<string, DeviceCounters>>
}

/** What a block device has done since boot. */
export interface DeviceCounters {
  readBytes: number
  writtenBytes: number
  /** Requests that were completed, after merging. */
  reads: number
  writes: number
}

const SOURCES = ['/proc/meminfo', '/proc/stat', '/proc/pressure/io', '/proc/diskstats']
const READ_SECONDS = 20
/** USER_HZ, in which /proc/stat counts, is 100 on every Linux. */
const TICKS_PER_SECOND = 100
const SECTOR_BYTES = 512

/** Reads a snapshot. What the container may not see is null; a session that is over throws. */
export async function readKernel(session: Session): Promise<KernelSnapshot> {
  const { stdout } = await session.run(['cat', ...SOURCES], READ_SECONDS)
  return parseKernel(stdout)
}

/** The snapshot in the concatenated text of the four files, in any order. */
export function parseKernel(text: string): KernelSnapshot {
  const dirty = kibibytes(text, 'Dirty')
  const writeback = kibibytes(text, 'Writeback')
  const cpu = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ')
  const stalled = /^some .*total=(\d+)$/m.exec(text)?.[1]
  return {
    dirtyBytes: dirty === null || writeback === null ? null : dirty + writeback,
    availableBytes: kibibytes(text, 'MemAvailable'),
    stealSeconds: cpu?.[7] === undefined ? null : Number(cpu[7]) / TICKS_PER_SECOND,
    ioStallSeconds: stalled === undefined ? null : Number(stalled) / 1e6,
    devices: Object.fromEntries([...text.matchAll(DISKSTATS_LINE)].map(deviceOf)),
  }
}

/** Documentation/admin-guide/iostats.rst: major minor name, reads, merged, sectors read, ms, writes, merged, sectors written. */
const DISKSTATS_LINE = /^ *(\d+) +(\d+) \S+ (\d+) \d+ (\d+) \d+ (\d+) \d+ (\d+) /gm

function deviceOf([, major, minor, reads, read, writes, written]: RegExpMatchArray) {
  const bytes = { readBytes: Number(read) * SECTOR_BYTES, writtenBytes: Number(written) * SECTOR_BYTES }
  return [`${major}:${minor}`, { ...bytes, reads: Number(reads), writes: Number(writes) }] as const
}

function kibibytes(text: string, key: string): number | null {
  const value = new RegExp(`^${key}: +(\\d+) kB$`, 'm').exec(text)?.[1]
  return value === undefined ? null : Number(value) * 1024
}

/** What happened between two snapshots while a workload ran. `device` is that of the target; null when it is not known. */
export function activity(
  before: KernelSnapshot,
  after: KernelSnapshot,
  device: string | null,
  workload: Pick<SessionResult, 'storageReadBytes' | 'storageWrittenBytes'>,
): KernelActivity {
  const from = device ? before.devices[device] : undefined
  const to = device ? after.devices[device] : undefined
  return {
    storageReadBytes: workload.storageReadBytes,
    storageWrittenBytes: workload.storageWrittenBytes,
    deviceReadBytes: from && to ? to.readBytes - from.readBytes : null,
    deviceWrittenBytes: from && to ? to.writtenBytes - from.writtenBytes : null,
    deviceReads: from && to ? to.reads - from.reads : null,
    deviceWrites: from && to ? to.writes - from.writes : null,
    ioStallSeconds: difference(before.ioStallSeconds, after.ioStallSeconds),
    stealSeconds: difference(before.stealSeconds, after.stealSeconds),
  }
}

function difference(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : Math.max(0, after - before)
}

/** Dirty + Writeback below this is quiet: what an idle system has. */
const QUIET_BYTES = 4 * 2 ** 20
const QUIET_SECONDS = 3
const POLL_SECONDS = 0.02

const FLUSH_SECONDS = 120

/** Writes out the filesystem of a folder; everything, where `sync` cannot be told which. */
export async function flush(session: Session, directory: string): Promise<void> {
  const flushed = await session.run(['sync', '-f', '--', directory], FLUSH_SECONDS)
  if (flushed.exitCode !== 0) await session.run(['sync'], FLUSH_SECONDS)
}

/** What quiescing needs of the outside. */
export interface QuietDeps {
  now: () => number
  sleep: (seconds: number) => Promise<void>
}

/**
 * Flushes the filesystem of a folder and waits until the kernel has little left to write, at most 3 seconds; what others
 * write may never end. Returns the last snapshot, from which the trial is counted.
 */
export async function quiesce(
  session: Session,
  directory: string,
  deps: QuietDeps,
): Promise<{ quiet: Quiet; kernel: KernelSnapshot }> {
  const started = deps.now()
  const seconds = () => (deps.now() - started) / 1000
  await flush(session, directory)
  for (;;) {
    const kernel = await readKernel(session)
    const { dirtyBytes } = kernel
    const calm = dirtyBytes === null || dirtyBytes <= QUIET_BYTES
    if (calm || seconds() > QUIET_SECONDS) return { quiet: { seconds: seconds(), timedOut: !calm, dirtyBytes }, kernel }
    await deps.sleep(POLL_SECONDS)
  }
}
