import { z } from 'zod'
import type { Output, Scenario } from '../src/scenario.js'
import { MAKE_CONFIG, READ_CONFIG } from '../src/workloads/programs/config.js'
import { latencyMetrics, mustHold, python, reported, Times } from '../src/workloads/python.js'

const FILES = 500
/** The longest has 158 lines of at most 24 bytes; folders and blocks on top. */
const FOOTPRINT_BYTES = FILES * 8192

export const configRead: Scenario = {
  id: 'config-read',
  question: 'How fast are configuration files read through a read-only mount?',
  isolates:
    'A container that has the mount read-only opens, reads and closes 500 files of up to 4 KiB in 20 folders, in an order of its own each time. On a read-only mount of yours it reads the files that are there, 2,000 at the most and none over 64 KiB.',
  caveat: 'Files and names are in memory after the first time: it measures the way through the mount, not a disk.',
  metric: 'iops',
  counts: 'file',
  tool: 'python3',
  path: 'warm',
  group: 'lesson',
  parties: ['reader'],
  readShare: 1,
  existing: true,
  steps: ({ directory, durationSeconds, seed }) => ({
    footprintBytes: FOOTPRINT_BYTES,
    setup: [python(MAKE_CONFIG, directory, FILES)],
    prepare: [],
    workload: python(READ_CONFIG, directory, FILES, durationSeconds, seed),
    by: 'reader',
    measure: measureConfig,
  }),
}

const Read = z.strictObject({
  reads: Times,
  bytes: z.int().nonnegative(),
  changed: z.int().nonnegative(),
  files: z.int().positive(),
  seconds: z.number().positive(),
  readOnly: z.boolean(),
})

/** Files per second. Throws when the mount could have been written to, or a file had another size than its name said. */
function measureConfig(output: Output) {
  const { reads, bytes, changed, seconds, readOnly } = reported(output, Read)
  mustHold(readOnly, 'bad-output', 'the mount is not read-only')
  mustHold(
    changed === 0,
    'too-few-bytes',
    `${changed} of ${reads.count} reads gave another number of bytes than the file has`,
  )
  return { bytes, seconds, metrics: { iops: reads.count / seconds, ...latencyMetrics(reads) } }
}
