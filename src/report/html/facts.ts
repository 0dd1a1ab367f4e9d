import type { Run } from '../../model.js'
import { formatBytes, formatDuration } from '../../units.js'
import { percentText } from '../verdict-text.js'

/** What is said of each run, by name; null where it is not known. */
export const FACTS: readonly (readonly [name: string, textOf: (run: Run) => string | null])[] = [
  ['run', ({ runId, label }) => (label === null ? runId : `${runId}, called ${label}`)],
  ['measured', ({ startedAt, timing }) => `${dateText(startedAt)}, ${formatDuration(timing.total)}`],
  ['time spent', timeText],
  ['engine', engineText],
  ['image', ({ environment: { image } }) => image && `${image.name} (${image.id.slice(0, 19)})`],
  ['machine', machineText],
  ['kernel', ({ environment: { engine } }) => `${engine.kernel}, ${engine.operatingSystem}`],
  ['tools', toolsText],
  ['reference', ({ options }) => options.reference],
  ['rounds', roundsText],
  ['threshold', thresholdText],
  ['size and time', ({ options }) => `${formatBytes(options.sizeBytes)}, ${options.durationSeconds} s`],
  ['order', orderText],
  ['seed', ({ options }) => String(options.seed)],
  ['git', gitText],
  ['CI', ({ environment: { ci } }) => (Object.keys(ci).length === 0 ? null : pairs(ci))],
  ['fingerprint', ({ environment }) => environment.fingerprint],
  ['version', ({ tool }) => `mountbench ${tool.version}`],
]

/** `2026-11-22 01:45 UTC`. */
export const dateText = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`

const pairs = (entries: Readonly<Record<string, string>>) =>
  Object.entries(entries)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ')

function timeText({ timing }: Run): string {
  const { workloads, preparation, quiet, instances } = timing
  return `workloads ${formatDuration(workloads)}, their files ${formatDuration(preparation)}, waiting for earlier writes ${formatDuration(quiet)}, containers ${formatDuration(instances)}`
}

function engineText({ environment: { engine } }: Run): string {
  const { id, version, storageDriver, backingFilesystem, rootless, remote } = engine
  const storage = [storageDriver, backingFilesystem && `on ${backingFilesystem}`].filter(Boolean).join(' ')
  return [`${id} ${version}`, storage, rootless ? 'rootless' : '', remote ? `at ${remote}` : '']
    .filter(Boolean)
    .join(', ')
}

function machineText({ environment: { machine } }: Run): string {
  return `${machine.cpu}, ${machine.cpus} CPUs, ${formatBytes(machine.memoryBytes)}, ${machine.architecture}`
}

function toolsText({ targets }: Run): string {
  return [...new Set(targets.flatMap(({ tools }) => Object.values(tools)))].join(', ')
}

function roundsText({ options }: Run): string {
  const { minRounds, maxRounds, precision, profile } = options
  const count =
    minRounds === maxRounds
      ? String(minRounds)
      : `${minRounds} to ${maxRounds}, until the interval is ±${percentText(precision)}`
  return `${count}; profile ${profile}`
}

function thresholdText({ options }: Run): string {
  return `${percentText(options.threshold)}: less does not count as faster or slower`
}

function orderText({ options }: Run): string {
  const again = options.aa ? ', and the reference twice' : ''
  return `all targets in every round, in balanced order${again}; ${options.fresh ? 'new containers for every trial' : 'new containers for every block'}`
}

function gitText({ environment: { git } }: Run): string | null {
  return (
    git &&
    `${git.commit.slice(0, 12)}${git.branch === null ? '' : ` on ${git.branch}`}${git.dirty ? ', with changes' : ''}`
  )
}
