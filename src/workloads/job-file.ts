import { badInput } from '../errors.js'
import { parseSize, unknownName } from '../units.js'
import type { FioOptions } from './fio.js'

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

/** A `[name]` of a job file with its options; a flag without a value is `true`. */
export interface Section {
  name: string
  options: Record<string, string | true>
}

/**
 * Sections and options of a job file (fio's HOWTO, "Job file format"): `[name]`, `key=value`, `key`, and comments from `;` or `#`,
 * also behind an option. A further [global] adds to the first only where no job stands before it, so it is refused elsewhere.
 */
export function sectionsOf(text: string, fileName: string): Section[] {
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

/** Throws `bad-input` for an option that would leave the folder, run something else, or not be fio's. */
export function refuse(fileName: string, section: string, key: string, value: string | true): void {
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
export function sizeOf(fileName: string, options: FioOptions, job: string): number {
  const count = (key: string) => Number(options[key] ?? 1) || 1
  const { size, filesize } = options
  if (typeof size === 'string' && !size.endsWith('%'))
    return parseSize(size.replace(/(?<=[kmgt])i?b$/i, '')) * count('numjobs')
  if (typeof filesize === 'string' && !/[-%]/.test(filesize))
    return parseSize(filesize.replace(/(?<=[kmgt])i?b$/i, '')) * count('nrfiles') * count('numjobs')
  throw badInput(`${fileName} [${job}]: no size`, 'write size=64m, so that it is known whether it fits')
}
