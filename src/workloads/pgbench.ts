import { z } from 'zod'
import { BenchError } from '../errors.js'
import type { Sample } from '../model.js'
import type { Output, Parameters, Steps } from '../scenario.js'
import { PGBENCH } from './programs/pgbench.js'
import { latencyMetrics, mustHold, reported, shell, Times } from './python.js'

const CLIENTS = 4
/** Not less than the clients: each has a branch of its own to update, most of the time. */
const SCALE = 4
const MIB = 2 ** 20
/** A new cluster, 15 MiB of tables for each step of the scale, and what two checkpoints may keep of the log. */
const AT_REST_BYTES = (40 + 15 * SCALE + 180) * MIB
/** More than any disk commits: the history's rows, and pages that grew. */
const GROWS_BYTES_PER_SECOND = 2 * MIB

/** A new cluster for every trial; pgbench counts in whole seconds. */
export function pgbenchSteps({ directory, durationSeconds, seed }: Parameters): Steps {
  const seconds = Math.max(1, Math.ceil(durationSeconds))
  return {
    footprintBytes: AT_REST_BYTES + seconds * GROWS_BYTES_PER_SECOND,
    setup: [],
    prepare: [['rm', '-rf', '--', `${directory}/data`], shell(PGBENCH, 'prepare', directory)],
    workload: shell(PGBENCH, 'run', directory, CLIENTS, SCALE, seconds, seed),
    measure: measurePgbench,
  }
}

const Found = z.strictObject({
  server: z.strictObject({
    version: z.string().regex(/^\d+/),
    fsync: z.string(),
    synchronousCommit: z.string(),
    fullPageWrites: z.string(),
    walBytes: z.int().positive(),
    rows: z.int().nonnegative(),
  }),
  times: Times,
  summary: z.array(z.string()),
})

function measurePgbench(output: Output): Sample {
  const { server, times, summary } = reported(output, Found, 'pgbench')
  const { fsync, synchronousCommit, fullPageWrites, rows } = server
  for (const [name, value] of Object.entries({ fsync, synchronousCommit, fullPageWrites })) {
    mustHold(value === 'on', 'bad-output', `PostgreSQL ran with ${setting(name)} = ${value}: its commits could be lost`)
  }
  const { processed, perSecond } = parseSummary(summary)
  const whole = times.count === processed && rows === processed
  mustHold(
    whole,
    'too-few-bytes',
    `pgbench counted ${processed} transactions, its log has ${times.count}, and the history table ${rows}`,
  )
  return {
    bytes: server.walBytes,
    seconds: processed / perSecond,
    metrics: { iops: perSecond, ...latencyMetrics(times) },
  }
}

/** As PostgreSQL spells it. */
const setting = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

/**
 * Transactions, and how many a second without the time for connecting, in the lines that pgbench prints at its end
 * (`printResults` in pgbench.c: 14 changed the words in brackets, 15 added the count of failures; before, a failure ended pgbench).
 *
 * @throws BenchError when a line is missing, stands there twice, says nothing or tells of a failure.
 */
export function parseSummary(lines: readonly string[]): { processed: number; perSecond: number } {
  const processed = only(lines, /^number of transactions actually processed: (\d+)(?:\/\d+)?$/)
  const perSecond = only(
    lines,
    /^tps = (\d+(?:\.\d+)?) \((?:without initial connection time|excluding connections establishing)\)$/,
  )
  mustHold(processed > 0 && perSecond > 0, 'bad-output', 'pgbench made no transactions')
  if (lines.some((line) => line.includes('failed'))) {
    const failed = only(lines, /^number of failed transactions: (\d+) \(/)
    mustHold(failed === 0, 'bad-output', `${failed} transactions failed`)
  }
  return { processed, perSecond }
}

/** The number in the one line of that pattern. */
function only(lines: readonly string[], pattern: RegExp): number {
  const [found, ...others] = lines.flatMap((line) => pattern.exec(line)?.[1] ?? [])
  if (found !== undefined && others.length === 0) return Number(found)
  throw new BenchError('bad-output', `pgbench's summary is not understood: ${lines.join(' · ')}`)
}
