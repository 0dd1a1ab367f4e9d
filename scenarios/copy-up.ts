import { z } from 'zod'
import type { Output, Scenario } from '../src/scenario.js'
import { FIRST_WRITE_MAIN } from '../src/workloads/programs/first-write.js'
import { mustHold, python, reported } from '../src/workloads/python.js'

const MIB = 2 ** 20
/** Where the tools image has files of zeros, by their size. */
const IN_IMAGE = '/usr/local/share/mountbench'

const copyUp = (mebibytes: number): Scenario => ({
  id: `copy-up-${mebibytes}m`,
  question: `How long does the first write to a file of ${mebibytes} MiB take, when it comes from the image?`,
  isolates:
    'One byte is written to a file and fsynced, opening it included. In the writable layer the file is of the image and is copied up for it, whole; on a mount it is a file there, and nothing is copied.',
  caveat:
    'Once for each file: later writes find the copy. The file was read before, so that its content is in memory. A filesystem that shares blocks (XFS, Btrfs) may copy none.',
  metric: 'duration',
  counts: 'file',
  tool: 'python3',
  path: 'durable',
  group: 'lesson',
  imageFile: `${IN_IMAGE}/${mebibytes}m`,
  fresh: true,
  steps: ({ directory }) => {
    const size = mebibytes * MIB
    const step = (name: string) => python(FIRST_WRITE_MAIN, name, directory, IN_IMAGE, `${mebibytes}m`, size)
    return {
      footprintBytes: size,
      setup: [step('setup')],
      prepare: [],
      workload: step('write'),
      measure: (output) => measureFirstWrite(output, size),
    }
  },
})

/** The same question at four sizes: a copy takes longer the larger the file is, a write of one byte does not. */
export const copyUps: readonly Scenario[] = [1, 8, 32, 128].map(copyUp)

const Written = z.strictObject({
  seconds: z.number().positive(),
  openSeconds: z.number().positive(),
  sizeBytes: z.int().positive(),
  ofImage: z.boolean(),
})

function measureFirstWrite(output: Output, size: number) {
  const { seconds, sizeBytes } = reported(output, Written)
  mustHold(sizeBytes === size, 'bad-output', `the file has ${sizeBytes} bytes after the write, not ${size}`)
  return { bytes: 1, seconds, metrics: { duration: seconds } }
}
