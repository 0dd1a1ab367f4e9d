import { BenchError, badInput } from '../errors.js'
import type { Sample } from '../model.js'
import type { Output, Parameters, Scenario, Steps } from '../scenario.js'
import { sum } from '../statistics/sorted.js'
import { type FioJobSpec, type FioOptions, fio } from './fio.js'
import { refuse, sectionsOf, sizeOf } from './job-file.js'
import { type FioJob, parseFio } from './parse-fio.js'

/**
 * The user's own fio job file as a scenario. Directory and output are ours; a file name must stay in the folder, and a size must
 * be given, so that it is known before anything is written whether it fits. Throws `bad-input` with the line's option.
 */
export function fioJobScenario(fileName: string, text: string): Scenario {
  const sections = sectionsOf(text, fileName)
  const shared = sections.find(({ name }) => name === 'global')?.options ?? {}
  const jobs = sections.filter(({ name }) => name !== 'global')
  if (jobs.length === 0) throw badInput(`${fileName} has no job`, 'a job starts with a line like [name]')
  for (const { name, options } of sections)
    for (const [key, value] of Object.entries(options)) refuse(fileName, name, key, value)
  const footprintBytes = jobs.reduce((sum, job) => sum + sizeOf(fileName, { ...shared, ...job.options }, job.name), 0)
  const all = jobs.map(({ options }) => ({ ...shared, ...options }))
  return {
    id: fioJobId(fileName),
    question: `How fast is ${fileName}?`,
    isolates: 'The jobs of your own file, with its directory and its output replaced by ours.',
    caveat:
      'What it measures is what the file says. Jobs that run at once are added up; stonewall makes them follow each other.',
    metric: 'bandwidth',
    counts: 'MiB',
    tool: 'fio',
    path: pathOf(all),
    group: 'core',
    steps: (parameters) => jobSteps(parameters, shared, jobs, footprintBytes),
  }
}

/** The id of the scenario that a fio job file is, from its name or its path. */
export const fioJobId = (file: string): string => {
  const name = file.replace(/^.*\//, '').replace(/\.[^.]*$/, '')
  return `fio-${name.replaceAll(/[^A-Za-z0-9._-]/g, '_')}`
}

const SYNCS = ['fsync', 'fdatasync', 'end_fsync', 'fsync_on_close', 'sync']

/** The path that the jobs take: past the page cache when all are direct, until it is safe when one of them syncs. */
function pathOf(jobs: readonly FioOptions[]): Scenario['path'] {
  const on = (options: FioOptions, key: string) => options[key] !== undefined && options[key] !== '0'
  if (jobs.every((options) => on(options, 'direct'))) return 'direct'
  return jobs.some((options) => SYNCS.some((key) => on(options, key))) ? 'durable' : 'buffered'
}

function jobSteps(
  parameters: Parameters,
  shared: FioOptions,
  jobs: readonly FioJobSpec[],
  footprintBytes: number,
): Steps {
  return {
    footprintBytes,
    setup: [],
    prepare: [],
    workload: fio(parameters, shared, jobs),
    measure: (output) => measureJobs(output, shared, jobs),
  }
}

/** Bytes of all jobs over the time of all groups: jobs of a group run at once, a stonewall starts the next group. */
function measureJobs(output: Output, shared: FioOptions, jobs: readonly FioJobSpec[]): Sample {
  const reported = parseFio(output).jobs
  const seconds = sum(groupsOf(reported, shared, jobs).map((group) => Math.max(...group.map(secondsOf))))
  const used = reported.flatMap(({ read, write }) => [read, write]).filter((direction) => direction !== null)
  const bytes = sum(used.map((direction) => direction.bytes))
  const operations = sum(used.map((direction) => direction.count))
  if (bytes === 0 || seconds === 0) {
    throw new BenchError('zero-bytes', 'the fio job file moved no bytes in a measurable time')
  }
  return { bytes, seconds, metrics: { bandwidth: bytes / seconds, iops: operations / seconds, duration: seconds } }
}

/** Jobs that ran at the same time. fio prints a job with `numjobs` several times under its name: they are of one group. */
function groupsOf(reported: readonly FioJob[], shared: FioOptions, jobs: readonly FioJobSpec[]): FioJob[][] {
  const waiting = new Set(jobs.filter(({ options }) => waits({ ...shared, ...options })).map(({ name }) => name))
  const groups: FioJob[][] = []
  for (const [index, job] of reported.entries()) {
    const starts = index === 0 || (waiting.has(job.name) && job.name !== reported[index - 1]?.name)
    if (starts) groups.push([])
    groups.at(-1)?.push(job)
  }
  return groups
}

/** Whether a job starts after those before it have ended: `stonewall`, or its other name. */
const waits = (options: FioOptions) =>
  ['stonewall', 'wait_for_previous'].some((key) => options[key] !== undefined && options[key] !== '0')

const secondsOf = ({ read, write }: FioJob) => Math.max(read?.seconds ?? 0, write?.seconds ?? 0)
