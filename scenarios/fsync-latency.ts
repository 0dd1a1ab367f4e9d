import type { Scenario } from '../src/scenario.js'
import { bounded, fio, measureSync, onlyJob } from '../src/workloads/fio.js'

const MAX_BYTES = 64 * 2 ** 20

export const fsyncLatency: Scenario = {
  id: 'fsync-latency',
  question: 'How long does a commit wait?',
  isolates: 'Appends of 4 KiB, each followed by fdatasync, one at a time: what a database pays for every transaction.',
  caveat: 'The time is that of fdatasync alone. On tmpfs it does nothing: fast, and nothing is kept.',
  metric: 'latency',
  counts: 'sync',
  tool: 'fio',
  path: 'durable',
  group: 'core',
  steps: (parameters) => {
    const size = Math.min(parameters.sizeBytes, MAX_BYTES)
    const append = { filename: 'log', rw: 'write', bs: '4k', fdatasync: 1, size, ioengine: 'psync', create_on_open: 1 }
    const options = { ...append, ...bounded(parameters.durationSeconds) }
    return {
      footprintBytes: size,
      setup: [],
      prepare: [['rm', '-f', '--', `${parameters.directory}/log`]],
      workload: fio(parameters, {}, [{ name: 'append', options }]),
      measure: (output) => measureSync(onlyJob(output)),
    }
  },
}
