import { BenchError } from '../errors.js'
import type { Scenario } from '../scenario.js'
import { parseDd } from '../workloads/parse-dd.js'

const WRITES = 100
const WRITE_BYTES = 4096

/** dd as it waits for every single block, for a file in a folder. */
export const ddSyncText = (folder: string) => `dd if=/dev/zero of=${folder}/log bs=4k count=${WRITES} oflag=dsync`

/** What fsync-latency asks, for machines without fio: only a mean, and only with a dd that knows `oflag=dsync`. */
export const ddSync: Scenario = {
  id: 'dd-sync',
  question: 'How long does a small write wait until it is safe?',
  isolates: `dd with oflag=dsync: ${WRITES} blocks of 4 KiB, each of which is on the disk before the next.`,
  caveat: 'A mean: dd does not tell how long the slow ones took. fsync-latency does, with fio.',
  metric: 'latencyMean',
  counts: 'write',
  tool: 'dd',
  path: 'durable',
  group: 'lesson',
  steps: ({ directory }) => ({
    footprintBytes: WRITES * WRITE_BYTES,
    setup: [],
    prepare: [['rm', '-f', '--', `${directory}/log`]],
    workload: ddSyncText(directory).split(' '),
    measure: (output) => {
      const { bytes, seconds } = parseDd(output)
      if (bytes !== WRITES * WRITE_BYTES) {
        throw new BenchError('too-few-bytes', `dd moved ${bytes} bytes where ${WRITES * WRITE_BYTES} were asked for`)
      }
      if (seconds === 0) throw new BenchError('bad-output', `dd moved ${bytes} bytes in 0 s`)
      return { bytes, seconds, metrics: { latencyMean: seconds / WRITES, duration: seconds } }
    },
  }),
}
