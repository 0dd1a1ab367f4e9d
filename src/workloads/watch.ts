import { z } from 'zod'
import { BenchError } from '../errors.js'
import type { Sample } from '../model.js'
import type { Around, Output, Parameters, Steps } from '../scenario.js'
import { APPEND_CHANGES, SAVE_CHANGES } from './programs/changes.js'
import { WATCH_MAIN } from './programs/watch.js'
import { latencyMetrics, mustHold, node, python, reported, Times } from './python.js'

/** A file of two numbers, its next version, two files to find each other, and their folder. */
const FOOTPRINT_BYTES = 2 ** 20

/** How changes are noticed, and who makes them. */
export type Watching = { how: 'event' | 'poll'; writer: 'outside' } | { how: 'tail'; writer: 'second' }

/** A watcher in the container of the target, and another party that makes one change after the other for the asked duration. */
export function watchSteps({ directory, durationSeconds, seed }: Parameters, { how, writer }: Watching): Steps {
  const watched = `${directory}/watched`
  const command = writer === 'outside' ? node(SAVE_CHANGES, watched, seed) : python(APPEND_CHANGES, watched, seed)
  return {
    footprintBytes: FOOTPRINT_BYTES,
    setup: [],
    prepare: [
      ['rm', '-rf', '--', watched],
      // The user of the host is another one than that of the container.
      ['mkdir', '-m', '777', '--', watched],
    ],
    workload: python(WATCH_MAIN, watched, how, durationSeconds),
    meanwhile: { by: writer, command },
    measure: (output, around) => measureWatch(output, around, writer === 'outside' ? 'node' : 'python3'),
  }
}

const Seen = z.strictObject({
  changes: Times.or(z.strictObject({ count: z.literal(0) })),
  bytes: z.int().nonnegative(),
  seconds: z.number().positive(),
  lost: z.string().nullable(),
})
const Written = z.strictObject({ written: z.int().positive() })

/** From the change to the moment it was read. Throws when a change was lost, or the writer made another number of them. */
function measureWatch(output: Output, around: Around | undefined, writer: string): Sample {
  const { changes, bytes, seconds, lost } = reported(output, Seen)
  if (lost !== null) throw new BenchError('failed', lost)
  mustHold('p50Seconds' in changes, 'bad-output', 'no change was seen')
  if (!around?.meanwhile) throw new BenchError('bad-output', 'the writer of the changes said nothing')
  const { written } = reported(around.meanwhile, Written, writer)
  const both = `${written} changes were made and ${changes.count} seen`
  mustHold(changes.count === written, changes.count < written ? 'too-few-bytes' : 'bad-output', both)
  return { bytes, seconds, metrics: latencyMetrics(changes) }
}
