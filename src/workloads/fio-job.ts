import { BenchError, badInput } from '../errors.js'
import type { Sample } from '../model.js'
import type { Output, Parameters, Scenario, Steps } from '../scenario.js'
import { parseSize, unknownName } from '../units.js'
import { type FioJobSpec, type FioOptions, fio } from './fio.js'
import { type FioJob, parseFio } from './parse-fio.js'

/** Options that decide where fio writes and how it reports: ours, whatever a job file says. */
const OURS = [
  'directory',
  'output',
  'output-format',
  'status-interval',
  'minimal',
  'terse-version',
  'eta',
  'fallocate',
  'randrepeat',
  'randseed',
]
/** Options that would leave the folder, fill the disk whatever size says, load code, or run programs. */
const REFUSED = [
  ...[
    'opendir',
    'exec_prerun',
    'exec_postrun',
    'include',
    'aux-path',
    'write_iolog',
    'fill_device',
    'fill_fs',
    'program',
  ],
  ...[
    'write_bw_log',
    'write_lat_log',
    'write_iops_log',
    'write_hist_log',
    'log_compression',
    'read_iolog',
    'replay_redirect',
  ],
]
/** Options of fio's command line, which job files do not have; here a file's options become arguments. */
const COMMAND_LINE = [
  ...[
    'client',
    'server',
    'daemonize',
    'showcmd',
    'parse-only',
    'name',
    'section',
    'profile',
    'max-jobs',
    'version',
    'help',
  ],
  ...[
    'cmdhelp',
    'enghelp',
    'trigger',
    'trigger-file',
    'trigger-timeout',
    'trigger-remote',
    'remote-config',
    'merge-blktrace-only',
  ],
]

interface Section {
  name: string
  options: Record<string, string | true>
}

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
    id: `fio-${fileName.replace(/\.[^.]*$/, '').replaceAll(/[^A-Za-z0-9._-]/g, '_')}`,
    question: `How fast is ${fileName}?`,
    isolates: 'The jobs of your own file, with its directory and its output replaced by ours.',
    caveat:
      'What it measures is what the file says. Jobs that run at once are added up; stonewall makes them follow each other.',
    metric: 'bandwidth',
    counts: 'MiB',
    tool: 'fio',
    path: pathOf(all),
    steps: (parameters) => jobSteps(parameters, shared, jobs, footprintBytes),
  }
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

/**
 * Sections and options of a job file (fio's HOWTO, "Job file format"): `[name]`, `key=value`, `key`, and comments from `;` or `#`,
 * also behind an option. A further [global] adds to the first only where no job stands before it, so it is refused elsewhere.
 */
function sectionsOf(text: string, fileName: string): Section[] {
  const sections: Section[] = []
  for (const raw of text.split('\n')) {
    const line = raw.replace(/(?:^|\s)[;#].*$/, '').trim()
    if (line === '') continue
    const heading = /^\[(.+)\]$/.exec(line)?.[1]
    if (heading === undefined) addOption(sections.at(-1), line, fileName)
    else if (heading === 'global' && sections.length > 0)
      throw badInput(`${fileName} has a [global] after other sections`, 'put it first')
    else sections.push({ name: heading, options: {} })
  }
  for (const { options } of sections) for (const key of OURS) delete options[key]
  return sections
}

function addOption(section: Section | undefined, line: string, fileName: string): void {
  if (!section)
    throw badInput(`${fileName}: '${line}' stands before the first section`, 'start with [global] or [name]')
  const [, key = line, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? []
  section.options[key] = value ?? true
}

function refuse(fileName: string, section: string, key: string, value: string | true): void {
  const where = `${fileName} [${section}]`
  if (COMMAND_LINE.includes(key)) throw badInput(`${where}: ${key} is no option of a job file`)
  if (REFUSED.includes(key))
    throw badInput(`${where}: ${key} is not taken`, 'it would leave the folder under test, or run other programs')
  if (!/^[a-z][a-z0-9_-]*$/.test(key))
    throw unknownName(`option in ${where}`, key, ['rw', 'bs', 'size', 'ioengine', 'iodepth', 'runtime'])
  if (typeof value !== 'string') return
  if (value.includes('${')) throw badInput(`${where}: ${key} uses an environment variable`, 'write its value')
  if (key === 'ioengine' && /^(external|exec|http|net|rados|rbd)/.test(value)) {
    throw badInput(`${where}: ioengine=${value} is not taken`, 'it does not do file I/O on the mount')
  }
  const names = key.startsWith('filename') ? value.split(':') : []
  if (names.some((name) => name.startsWith('/') || name.split('/').includes('..'))) {
    throw badInput(`${where}: ${key}=${value} leaves the folder under test`, 'name files without a path')
  }
}

/**
 * At most what a job writes: fio's `size` is per job, and `filesize` per file. Its units are powers of 1024 as `m` and `mb`, and of 1000
 * as `mib` (kb_base=1024, the default); all count as 1024 here, so that it is never too little.
 */
function sizeOf(fileName: string, options: FioOptions, job: string): number {
  const count = (key: string) => Number(options[key] ?? 1) || 1
  const { size, filesize } = options
  if (typeof size === 'string' && !size.endsWith('%'))
    return parseSize(size.replace(/(?<=[kmgt])i?b$/i, '')) * count('numjobs')
  if (typeof filesize === 'string' && !/[-%]/.test(filesize))
    return parseSize(filesize.replace(/(?<=[kmgt])i?b$/i, '')) * count('nrfiles') * count('numjobs')
  throw badInput(`${fileName} [${job}]: no size`, 'write size=64m, so that it is known whether it fits')
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

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
