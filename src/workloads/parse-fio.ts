import { z } from 'zod'
import type { BenchError, ErrorCode } from '../errors.js'
import { ERRNO, errnoIn, linesOf, type OutputFailure, signalCode, workloadError } from './failure.js'
import { type Found, findDocuments, lastWithJobs } from './fio-json.js'

/** A latency distribution in seconds. Percentiles fio did not print (`percentile_list`, few options) are null. */
export interface FioLatency {
  mean: number
  p50: number | null
  p95: number | null
  p99: number | null
  p999: number | null
}

/** What one job moved in one direction, in base units. */
export interface FioDirection {
  bytes: number
  /** fio's `runtime`, rounded up to whole milliseconds, fsyncs included; with `group_reporting` that of the slowest job. */
  seconds: number
  /** `bytes / seconds`, or null when `seconds` is 0. */
  bytesPerSecond: number | null
  /** `count / seconds`, or null when `seconds` is 0. */
  iops: number | null
  /** I/Os completed; for the file engines (filecreate, filestat, filedelete) files. */
  count: number
  /** Completion latency without fsyncs; null when fio took no samples (`gtod_reduce`). */
  latency: FioLatency | null
}

/** The fsyncs and fdatasyncs of one job; `end_fsync` is not among them. */
export interface FioSync {
  count: number
  latency: FioLatency | null
}

/** One job, or with `group_reporting` one group of equal jobs. */
export interface FioJob {
  name: string
  /** Null when the job did no reads. */
  read: FioDirection | null
  /** Null when the job did no writes. */
  write: FioDirection | null
  /** Null when the job did no fsyncs, or fio is older than 3.4. */
  sync: FioSync | null
}

/** What one run of fio measured. */
export interface FioMeasurement {
  /** As fio prints it: `fio-3.33`. */
  version: string
  /** At least one. */
  jobs: FioJob[]
}

// The JSON of fio 3 (`stat.c`: show_thread_status_json, add_ddir_status_json). Keys that are not used are not looked at.
const count = z.int().nonnegative()
const latencySchema = z.object({
  max: z.number().nonnegative(),
  mean: z.number().nonnegative(),
  N: count.optional(), // from 3.18
  percentile: z.record(z.string(), z.number().nonnegative()).optional(),
})
const directionSchema = z.object({
  io_bytes: count,
  runtime: count,
  total_ios: count,
  clat_ns: latencySchema.optional(),
  lat_ns: latencySchema.optional(),
})
const syncSchema = z.object({ total_ios: count, lat_ns: latencySchema.optional() })
const outcomeSchema = z.object({
  jobname: z.string(),
  error: z.int(),
  first_error: z.int().optional(), // with continue_on_error, which leaves `error` at 0
})
const jobSchema = outcomeSchema.extend({
  read: directionSchema,
  write: directionSchema,
  sync: syncSchema.optional(), // from 3.4
})
const documentSchema = z.object({ 'fio version': z.string(), jobs: z.array(jobSchema).min(1) })
const outcomesSchema = z.object({ jobs: z.array(outcomeSchema) })

type Latency = z.infer<typeof latencySchema>

/** Nanoseconds to seconds; null when there is no sample. Numeric keys: 3.0–3.3 print "0.00" for every unused place. */
function latencyOf(latency: Latency | undefined): FioLatency | null {
  if (latency === undefined || latency.N === 0 || latency.max === 0) return null
  const printed = new Map(Object.entries(latency.percentile ?? {}).map(([key, value]) => [Number(key), value / 1e9]))
  const at = (percentile: number) => printed.get(percentile) ?? null
  return { mean: latency.mean / 1e9, p50: at(50), p95: at(95), p99: at(99), p999: at(99.9) }
}

/** clat, or lat when only that has percentiles (`lat_percentiles=1`) or samples: mean and percentiles of one distribution. */
function directionLatency(clat: Latency | undefined, lat: Latency | undefined): FioLatency | null {
  const useLat = clat?.percentile === undefined && lat?.percentile !== undefined
  return useLat ? (latencyOf(lat) ?? latencyOf(clat)) : (latencyOf(clat) ?? latencyOf(lat))
}

// bw, bw_*, iops and iops_* are not read: runs under about half a second print 0 in most of them.
function directionOf(direction: z.infer<typeof directionSchema>): FioDirection | null {
  const { io_bytes: bytes, total_ios: count, clat_ns, lat_ns } = direction
  if (bytes === 0 && count === 0) return null
  const seconds = direction.runtime / 1000
  const per = (amount: number) => (seconds === 0 ? null : amount / seconds)
  return {
    bytes,
    seconds,
    bytesPerSecond: per(bytes),
    iops: per(count),
    count,
    latency: directionLatency(clat_ns, lat_ns),
  }
}

// sync.total_ios counts fsyncs only and stays 0 under fdatasync=1 (seen in 3.33); the latency samples are of both.
// Before 3.18 fio does not print their number either: a latency without a count is refused, as nothing can be summed.
function syncOf(sync: z.infer<typeof syncSchema> | undefined): FioSync | null {
  const latency = latencyOf(sync?.lat_ns)
  const count = Math.max(sync?.total_ios ?? 0, sync?.lat_ns?.N ?? 0)
  if (count === 0 && latency !== null) throw badOutput('fdatasyncs are not counted', 'Use fio 3.18 or later.')
  return count === 0 ? null : { count, latency }
}

function jobOf({ jobname, read, write, sync }: z.infer<typeof jobSchema>): FioJob {
  return { name: jobname, read: directionOf(read), write: directionOf(write), sync: syncOf(sync) }
}

/** The failure a job itself reports: fio prints complete JSON with a bandwidth after ENOSPC. */
function jobFailure(document: unknown, line: string): OutputFailure | null {
  const parsed = outcomesSchema.safeParse(document)
  const job = parsed.data?.jobs.find(({ error, first_error }) => error !== 0 || (first_error ?? 0) !== 0)
  if (job === undefined) return null
  const number = Math.abs(job.error || (job.first_error ?? 0))
  const code = ERRNO.find((row) => row.number === number)?.code ?? 'failed'
  return { code, line: `job ${job.jobname} has error ${number}${line && `: ${line}`}` }
}

const REFUSED =
  /unrecognized option|^fio: engine .+ not loadable|^fio: failed to load engine|size too small|^Bad option|option .* requires an argument/
const UNPARSED = /^fio: failed parsing|out of range|^fio: .*\b(?:invalid|illegal|unknown|bad)\b/i

/** What the lines around the JSON complain of. A missing engine also says ENOENT, so refusals come first. */
function complaint(lines: readonly string[]): OutputFailure | null {
  const refused = lines.findLast((line) => REFUSED.test(line))
  if (refused !== undefined) return { code: 'usage', line: refused }
  const errno = errnoIn(lines)
  if (errno !== null) return { code: errno.code, line: lines.at(-1) ?? errno.line }
  const unparsed = lines.findLast((line) => UNPARSED.test(line))
  return unparsed === undefined ? null : { code: 'usage', line: unparsed }
}

/** The failure the exit status tells of, or fio's word that a signal ended it early: it then prints JSON with `error` 0. */
function exitFailure(lines: readonly string[], exitCode: number): OutputFailure | null {
  const line = lines.at(-1) ?? ''
  const signalled = lines.find((spoken) => spoken.startsWith('fio: terminating on signal'))
  if (signalled !== undefined) return { code: 'interrupted', line: signalled }
  const byStatus: Record<number, ErrorCode> = { 124: 'timeout', 125: 'failed', 127: 'not-found', 128: 'interrupted' }
  const code = byStatus[exitCode] ?? signalCode(exitCode)
  if (code !== null) return { code, line }
  return exitCode === 0 ? null : (complaint(lines) ?? { code: 'failed', line })
}

/** Why there is no document to read although fio exited 0. */
function missing({ documents, cutOff }: Found, lines: readonly string[]): OutputFailure {
  const line = lines.at(-1) ?? ''
  if (cutOff) return { code: 'bad-output', line: 'the JSON is cut off' }
  if (documents.length > 0) return { code: 'bad-output', line: 'no JSON document with jobs is valid' }
  return complaint(lines) ?? { code: lines.length === 0 ? 'empty' : 'no-json', line }
}

function badOutput(line: string, hint?: string): BenchError {
  return workloadError('fio', 0, { code: 'bad-output', line }, hint)
}

/** fio 2 counts in microseconds and whole KiB under some of the same names, so other major versions are refused. */
function read(document: unknown): FioMeasurement {
  const version = z.object({ 'fio version': z.string() }).safeParse(document).data?.['fio version'] ?? 'no version'
  if (!/^fio-3\.\d/.test(version)) throw badOutput(`${version} has other units than fio 3`, 'Use fio 3.0 or later.')
  const parsed = documentSchema.safeParse(document)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw badOutput(`${issue?.path.join('.')}: ${issue?.message}`)
  }
  return { version, jobs: parsed.data.jobs.map(jobOf) }
}

/**
 * The jobs of the last complete JSON document of one fio 3 run, in base units.
 *
 * Text before and after the JSON is allowed. With several documents (`status-interval`) the last counts; when that one is
 * cut off the output is refused, because the one before is an intermediate state.
 *
 * @throws BenchError when fio failed or was stopped, whatever it printed (`ENOSPC`, `usage`, `interrupted`, …), or when
 * its output has no JSON (`no-json`, `empty`) or JSON of another shape or of fio 2 (`bad-output`).
 */
export function parseFio(output: { stdout: string; stderr: string; exitCode: number }): FioMeasurement {
  const found = findDocuments(output.stdout)
  const lines = linesOf(`${found.text}\n${output.stderr}`)
  const document = lastWithJobs(found.documents)
  const failure = jobFailure(document, lines.at(-1) ?? '') ?? exitFailure(lines, output.exitCode)
  if (failure !== null) throw workloadError('fio', output.exitCode, failure)
  if (found.cutOff || document === undefined) throw workloadError('fio', 0, missing(found, lines))
  return read(document)
}
