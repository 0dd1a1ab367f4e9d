import { z } from 'zod'
import { BenchError } from '../errors.js'
import type { Sample } from '../model.js'
import type { Around, Command, Output, Parameters, Steps } from '../scenario.js'
import { sum } from '../statistics/sorted.js'
import { RECORDS_MAIN } from './programs/records.js'
import { latencyMetrics, mustHold, python, reported, Times } from './python.js'

const RECORD_BYTES = 128
const MAX_BYTES = 64 * 2 ** 20
/** Below this share of the time both wrote at once, and it is no figure of two writers. */
const TOGETHER = 0.5

/** Writers of one log, each a party of its own: `a` in the container of the target, `b` in the second. */
export function writersSteps(parameters: Parameters, writers: 1 | 2): Steps {
  const { directory, sizeBytes, durationSeconds, seed } = parameters
  const shared = `${directory}/shared`
  const most = Math.floor(Math.min(sizeBytes, MAX_BYTES) / 2 / RECORD_BYTES / writers)
  const writer = (who: string, others: string): Command =>
    python(RECORDS_MAIN, shared, who, others, durationSeconds, most, seed)
  return {
    // The log, and about 12 digits for the time of each record.
    footprintBytes: most * writers * RECORD_BYTES * 2,
    setup: [],
    prepare: [
      ['rm', '-rf', '--', shared],
      ['mkdir', '-m', '777', '--', shared],
    ],
    workload: writer('a', writers === 2 ? 'b' : ''),
    ...(writers === 2 ? { meanwhile: { by: 'second' as const, command: writer('b', 'a') } } : {}),
    measure: (output, around) => measureWriters(output, writers, around),
  }
}

const count = z.int().nonnegative()
const Found = z.strictObject({
  records: Times,
  counts: z.record(z.string(), z.int().positive()),
  seconds: z.number().positive(),
  togetherSeconds: z.number(),
  found: z.strictObject({ whole: count, torn: count, twice: count, missing: count, strange: count }),
})
const Other = z.strictObject({ records: z.int().positive() })

/** Records per second of all writers together. Throws unless every record is in the log exactly once and whole. */
function measureWriters(output: Output, writers: number, around?: Around): Sample {
  const { records, counts, seconds, togetherSeconds, found } = reported(output, Found)
  const names = Object.keys(counts)
  mustHold(names.length === writers, 'bad-output', `${names.length} of ${writers} writers wrote`)
  mustHold(records.count === sum(Object.values(counts)), 'bad-output', 'the times are not those of all records')
  if (writers === 2) {
    if (!around?.meanwhile) throw new BenchError('bad-output', 'the second writer said nothing')
    const other = reported(around.meanwhile, Other)
    mustHold(
      other.records === counts.b,
      'bad-output',
      `the second writer wrote ${other.records} records, not ${counts.b}`,
    )
    mustHold(togetherSeconds > seconds * TOGETHER, 'bad-output', 'the two writers did not write at the same time')
  }
  const { whole, torn, twice, missing, strange } = found
  const broken = `of ${records.count} records ${missing} are missing, ${torn} torn, ${twice} there twice, ${strange} of nobody`
  mustHold(torn + twice + strange === 0, 'bad-output', broken)
  mustHold(missing === 0 && whole === records.count, 'too-few-bytes', broken)
  const metrics = { iops: records.count / seconds, ...latencyMetrics(records) }
  return { bytes: records.count * RECORD_BYTES, seconds, metrics }
}
