import { BenchError } from '../errors.js'
import type { Sample } from '../model.js'
import type { Command, Output, Parameters, Steps } from '../scenario.js'
import { sum } from '../statistics/sorted.js'
import { type FioDirection, type FioJob, type FioLatency, parseFio } from './parse-fio.js'

/** Options of one fio job, as in a job file. `true` is a flag without a value. */
export type FioOptions = Readonly<Record<string, string | number | true>>

/** A named job; the options that all jobs share stand before the first. */
export interface FioJobSpec {
  name: string
  options: FioOptions
}

/**
 * What every fio trial has, whatever it measures. `fallocate=none`: the default allocates a file's blocks before the clock
 * starts. `randrepeat=0` with a seed of ours, and `refill_buffers`: neither the offsets nor the data repeat from trial to trial.
 */
function always({ directory, seed }: Parameters): FioOptions {
  // fio takes a colon for the next of several directories.
  return {
    directory: directory.replaceAll(':', '\\:'),
    fallocate: 'none',
    randrepeat: 0,
    randseed: seed,
    refill_buffers: 1,
  }
}

/**
 * fio with its output as JSON: shared options, then each job. `directory` stands first: fio takes a `filename` that comes before it
 * as relative to its working directory, which is another filesystem.
 */
export function fio(parameters: Parameters, shared: FioOptions, jobs: readonly FioJobSpec[]): Command {
  const argv = ['fio', '--output-format=json', ...flags({ ...always(parameters), ...shared })]
  return [...argv, ...jobs.flatMap(({ name, options }) => [`--name=${name}`, ...flags(options)])]
}

function flags(options: FioOptions): string[] {
  return Object.entries(options).map(([key, value]) => (value === true ? `--${key}` : `--${key}=${value}`))
}

/** Random direct I/O at queue depth 16 on a file that exists, for the asked duration. */
export function fioRandom(
  parameters: Parameters,
  rw: 'randread' | 'randwrite' | 'randrw',
  extra: FioOptions = {},
): Steps {
  const { sizeBytes, durationSeconds } = parameters
  const file: FioOptions = { filename: 'data', size: sizeBytes }
  const layout = { rw: 'write', bs: '1m', ioengine: 'psync', end_fsync: 1 }
  const options = { rw, bs: '4k', ioengine: 'libaio', iodepth: 16, direct: 1, ...timed(durationSeconds), ...extra }
  return {
    footprintBytes: sizeBytes,
    setup: [fio(parameters, file, [{ name: 'layout', options: layout }])],
    prepare: [],
    workload: fio(parameters, file, [{ name: rw, options }]),
    measure: (output) => measureOperations(onlyJob(output)),
  }
}

/** The size of a file, and about what a name costs. */
const FILE_BYTES = 4096

/** How many files for `sizeBytes`, one for every `perFileBytes`. */
export const filesFor = ({ sizeBytes }: Parameters, perFileBytes: number) =>
  Math.max(4, Math.floor(sizeBytes / perFileBytes))

/**
 * Files in one folder, in three passes: all created, then written where `write` says how or looked up with stat, then removed. Each pass
 * is a job, and each job costs fio about 0.3 s beside its work.
 */
export function fioFiles(parameters: Parameters, files: number, write: FioOptions | null): Steps {
  const { directory } = parameters
  const shared = { nrfiles: files, filesize: FILE_BYTES, openfiles: 1, filename_format: 'file.$filenum' }
  const after = { stonewall: true } as const
  return {
    footprintBytes: files * FILE_BYTES * 2,
    setup: [],
    prepare: [
      ['rm', '-rf', '--', directory],
      ['mkdir', '--', directory],
    ],
    workload: fio(parameters, { ...shared, file_service_type: 'sequential' }, [
      { name: 'create', options: { ioengine: 'filecreate' } },
      write
        ? { name: 'write', options: { ...after, rw: 'write', bs: FILE_BYTES, create_on_open: 1, ...write } }
        : { name: 'stat', options: { ...after, ioengine: 'filestat' } },
      { name: 'unlink', options: { ...after, ioengine: 'filedelete' } },
    ]),
    measure: (output) => measureFiles(output, files, 3),
  }
}

/** Runs for a time instead of an amount, going over the file again when it is through. */
export function timed(seconds: number): FioOptions {
  return { time_based: 1, ...bounded(seconds) }
}

/** Ends after a time even when there is more to do. fio takes whole milliseconds. */
export function bounded(seconds: number): FioOptions {
  return { runtime: `${Math.max(1, Math.round(seconds * 1000))}ms` }
}

/** The one job of a fio output. Throws when there is another number of jobs. */
export function onlyJob(output: Output): FioJob {
  const { jobs } = parseFio(output)
  const [job] = jobs
  if (!job || jobs.length !== 1)
    throw new BenchError('bad-output', `fio reported ${jobs.length} jobs where 1 was asked for`)
  return job
}

/** The directions in which a job did I/O; throws when there is none. */
function directions(job: FioJob): FioDirection[] {
  const used = [job.read, job.write].filter((direction) => direction !== null)
  if (used.some(({ bytes }) => bytes > 0)) return used
  throw new BenchError('zero-bytes', `fio job '${job.name}' moved no bytes`)
}

/** Bandwidth of jobs that were to move `expectedBytes` in all. Fewer bytes throw. */
export function measureBandwidth(job: FioJob, expectedBytes: number): Sample {
  const used = directions(job)
  const bytes = sum(used.map((direction) => direction.bytes))
  if (bytes < expectedBytes) {
    throw new BenchError('too-few-bytes', `fio moved ${bytes} bytes where ${expectedBytes} were asked for`)
  }
  const seconds = measuredSeconds(used)
  return { bytes, seconds, metrics: { bandwidth: bytes / seconds, duration: seconds } }
}

/** Operations per second of a job over both directions, with the latencies of the direction that did more. */
export function measureOperations(job: FioJob): Sample {
  const used = directions(job)
  const bytes = sum(used.map((direction) => direction.bytes))
  const seconds = measuredSeconds(used)
  const [most] = used.toSorted((a, b) => b.count - a.count)
  const iops = sum(used.map((direction) => direction.count)) / seconds
  return { bytes, seconds, metrics: { iops, bandwidth: bytes / seconds, ...latencies(most?.latency ?? null) } }
}

/** Latency of the sync after each write. Throws when no sync was reported. */
export function measureSync(job: FioJob): Sample {
  const used = directions(job)
  const latency = job.sync?.latency
  if (!latency?.p50) throw new BenchError('bad-output', 'fio reported no sync latencies above 0')
  const bytes = sum(used.map((direction) => direction.bytes))
  const seconds = measuredSeconds(used)
  const operations = sum(used.map((direction) => direction.count))
  return { bytes, seconds, metrics: { ...latencies(latency), iops: operations / seconds } }
}

/**
 * Operations per second over several jobs, from the time inside the operations themselves (mean × count, nanoseconds):
 * the run times that fio prints are whole milliseconds. Each job must have done exactly `count` operations.
 */
function measureFiles(output: Output, count: number, steps: number): Sample {
  const { jobs } = parseFio(output)
  if (jobs.length !== steps) throw new BenchError('bad-output', `fio reported ${jobs.length} of ${steps} jobs`)
  const seconds = sum(jobs.map((job) => secondsInside(job, count)))
  if (!(seconds > 0)) throw new BenchError('bad-output', 'fio did not report how long the operations took')
  const bytes = sum(jobs.map((job) => job.write?.bytes ?? 0))
  return { bytes, seconds, metrics: { iops: count / seconds, duration: seconds } }
}

function secondsInside(job: FioJob, count: number): number {
  const used = directions(job)
  const done = sum(used.map((direction) => direction.count))
  if (done !== count) throw new BenchError('too-few-bytes', `fio job '${job.name}' did ${done} of ${count} operations`)
  const parts = [...used, ...(job.sync ? [job.sync] : [])]
  return sum(parts.map(({ count, latency }) => count * (latency?.mean ?? Number.NaN)))
}

function measuredSeconds(used: readonly FioDirection[]): number {
  const seconds = Math.max(...used.map((direction) => direction.seconds))
  if (seconds > 0) return seconds
  throw new BenchError('bad-output', 'fio reports a run time of 0 ms', { hint: 'measure more bytes: --size' })
}

function latencies(latency: FioLatency | null): Sample['metrics'] {
  if (!latency) return {}
  const metrics: Sample['metrics'] = { latencyMean: latency.mean }
  if (latency.p50) metrics.latency = latency.p50
  if (latency.p99) metrics.latencyP99 = latency.p99
  return metrics
}
