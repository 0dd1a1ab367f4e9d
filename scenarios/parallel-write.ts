import type { Scenario } from '../src/scenario.js'
import { fio, measureBandwidth, onlyJob } from '../src/workloads/fio.js'

const WRITERS = 4

export const parallelWrite: Scenario = {
  id: 'parallel-write',
  question: 'How fast do four programs write at once?',
  isolates:
    'Four processes, each writing a quarter into its own new file, in blocks of 256 KiB, with an fsync at the end, inside the time.',
  caveat: 'The time is that of the slowest writer, in whole milliseconds.',
  metric: 'bandwidth',
  counts: 'MiB',
  tool: 'fio',
  path: 'durable',
  group: 'core',
  steps: (parameters) => {
    const size = parameters.sizeBytes / WRITERS
    const write = { rw: 'write', bs: '256k', size, ioengine: 'psync', end_fsync: 1, create_on_open: 1 }
    const options = { ...write, filename_format: 'data.$jobnum', numjobs: WRITERS, group_reporting: true as const }
    return {
      footprintBytes: size * WRITERS,
      setup: [],
      prepare: [['rm', '-f', '--', ...[0, 1, 2, 3].map((job) => `${parameters.directory}/data.${job}`)]],
      workload: fio(parameters, {}, [{ name: 'writers', options }]),
      measure: (output) => measureBandwidth(onlyJob(output), size * WRITERS),
    }
  },
}
