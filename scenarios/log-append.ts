import type { Parameters, Scenario, Steps } from '../src/scenario.js'
import { bounded, type FioOptions, fio, measureOperations, measureSync, onlyJob } from '../src/workloads/fio.js'

const MAX_BYTES = 64 * 2 ** 20
/** A line of a web server's log, 120 bytes with its line feed. */
const LINE =
  '2026-01-01T12:00:00.000Z INFO  web request handled method=GET path=/api/posts status=200 duration=12ms bytes=5120 id=7f\n'

const common = { metric: 'iops', counts: 'line', tool: 'fio', group: 'lesson' } as const

export const logAppend: Scenario = {
  ...common,
  id: 'log-append',
  question: 'How many log lines per second, when the log is not synced?',
  isolates: 'Lines of 120 bytes, a write call each, at the end of a new file: the path into the page cache.',
  caveat: 'A crash of the machine loses the last seconds of such a log. All lines are the same text, which compresses.',
  path: 'buffered',
  steps: (parameters) => appendSteps(parameters, {}, (output) => measureOperations(onlyJob(output))),
}

export const logAppendSync: Scenario = {
  ...common,
  id: 'log-append-sync',
  question: 'How many log lines per second, when each must be safe?',
  isolates: 'Lines of 120 bytes at the end of a new file, each followed by fdatasync: an audit log.',
  caveat:
    'One writer, a sync for each line: a log that syncs once for many lines is faster. The latencies are of the syncs.',
  path: 'durable',
  steps: (parameters) => appendSteps(parameters, { fdatasync: 1 }, (output) => measureSync(onlyJob(output))),
}

function appendSteps(parameters: Parameters, sync: FioOptions, measure: Steps['measure']): Steps {
  const { directory, sizeBytes, durationSeconds } = parameters
  const lines = Math.floor(Math.min(sizeBytes, MAX_BYTES) / LINE.length)
  const pattern = `0x${[...LINE].map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0')).join('')}`
  const append = { filename: 'log', rw: 'write', bs: LINE.length, size: lines * LINE.length, ioengine: 'psync' }
  const options = { ...append, create_on_open: 1, buffer_pattern: pattern, ...sync, ...bounded(durationSeconds) }
  return {
    footprintBytes: lines * LINE.length,
    setup: [],
    prepare: [['rm', '-f', '--', `${directory}/log`]],
    workload: fio(parameters, {}, [{ name: 'append', options }]),
    measure,
  }
}
