import { z } from 'zod'
import type { Sample } from '../model.js'
import type { Output, Parameters, Steps } from '../scenario.js'
import { BLOG_MAIN } from './programs/blog.js'
import { latencyMetrics, mustHold, python, reported, Times } from './python.js'

/** What a post takes at the most, with its share of the page: three of the longest fit on one of 4 KiB. */
const ROW_BYTES = 2048
/** The journal or the log before its checkpoint, and the blog that is read. */
const BESIDE_BYTES = 8 * 2 ** 20
/** Of the time, the share of the INSERTs; the SELECTs have the rest. */
const INSERTING = 0.75

/** The lesson's blog in a new database, in SQLite's journal mode `mode`: INSERTs of one transaction each, then SELECTs. */
export function blogSteps({ directory, sizeBytes, durationSeconds, seed }: Parameters, mode: string): Steps {
  const most = Math.floor(sizeBytes / 2 / ROW_BYTES)
  const inserting = durationSeconds * INSERTING
  const files = ['blog', 'read'].flatMap((name) =>
    ['', '-journal', '-wal', '-shm'].map((end) => `${directory}/${name}.db${end}`),
  )
  return {
    footprintBytes: most * ROW_BYTES + BESIDE_BYTES,
    setup: [],
    prepare: [['rm', '-f', '--', ...files]],
    workload: python(BLOG_MAIN, directory, mode, inserting, durationSeconds - inserting, most, seed),
    measure: measureBlog,
  }
}

const Found = z.strictObject({
  inserts: Times,
  seconds: z.number().positive(),
  characters: z.int().positive(),
  rows: z.int().nonnegative(),
  rowCharacters: z.int().nonnegative(),
  integrity: z.string(),
  selects: z.int().positive(),
  selectSeconds: z.number().positive(),
})

function measureBlog(output: Output): Sample {
  const found = reported(output, Found)
  const { inserts, seconds, characters } = found
  const whole = found.rows === inserts.count && found.rowCharacters === characters
  mustHold(
    whole,
    'too-few-bytes',
    `${inserts.count} posts were saved, and ${found.rows} of them are whole in the table`,
  )
  mustHold(found.integrity === 'ok', 'bad-output', `SQLite's integrity check says: ${found.integrity}`)
  const metrics = { iops: inserts.count / seconds, reads: found.selects / found.selectSeconds }
  return { bytes: characters, seconds, metrics: { ...metrics, ...latencyMetrics(inserts) } }
}
