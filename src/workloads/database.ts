import { BenchError } from '../errors.js'
import type { Sample } from '../model.js'
import type { Output, Parameters, Steps } from '../scenario.js'
import { sum } from '../statistics/sorted.js'
import { type FioOptions, fio, measureSync, timed } from './fio.js'
import { type FioJob, parseFio } from './parse-fio.js'

const PAGE = '8k'
const WORKERS = 3
/** A checkpoint writes many pages before it syncs. */
const PAGES_PER_SYNC = 32
const MAX_LOG_BYTES = 64 * 2 ** 20

/** Workers that write pages at random and a log beside them, at once, in files that exist: PostgreSQL recycles its WAL. */
export function databaseJobs(parameters: Parameters): Omit<Steps, 'measure'> {
  const { sizeBytes, durationSeconds } = parameters
  const pages: FioOptions = { filename: 'pages', size: sizeBytes }
  const log: FioOptions = { filename: 'wal', size: Math.min(MAX_LOG_BYTES, sizeBytes / 4) }
  const layout = { rw: 'write', bs: '1m', ioengine: 'psync', end_fsync: 1 }
  const write = { bs: PAGE, ioengine: 'psync', ...timed(durationSeconds) }
  return {
    footprintBytes: sizeBytes + Number(log.size),
    setup: [pages, log].map((file) => fio(parameters, file, [{ name: 'layout', options: layout }])),
    prepare: [],
    workload: fio(parameters, {}, [
      { name: 'wal', options: { ...log, rw: 'write', fdatasync: 1, ...write } },
      { name: 'pages', options: { ...pages, rw: 'randwrite', fdatasync: PAGES_PER_SYNC, numjobs: WORKERS, ...write } },
    ]),
  }
}

/** Commits per second and their sync latency; the bandwidth is that of log and pages together. Throws when a job did nothing. */
export function measureCommits(output: Output): Sample {
  const { jobs } = parseFio(output)
  const [log, ...others] = named(jobs, 'wal')
  const pages = named(jobs, 'pages')
  if (!log || others.length > 0 || pages.length !== WORKERS || jobs.length !== WORKERS + 1) {
    throw new BenchError(
      'bad-output',
      `fio reported ${jobs.map(({ name }) => name).join(', ')}: not a log and ${WORKERS} workers`,
    )
  }
  const commits = measureSync(log)
  // A checkpoint without a sync is none: that throws too.
  const written = pages.map((job) => measureSync(job))
  const bytes = commits.bytes + sum(written.map((sample) => sample.bytes))
  const seconds = Math.max(commits.seconds, ...written.map((sample) => sample.seconds))
  return { bytes, seconds, metrics: { ...commits.metrics, bandwidth: bytes / seconds } }
}

const named = (jobs: readonly FioJob[], name: string) => jobs.filter((job) => job.name === name)
