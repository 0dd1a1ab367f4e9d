import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pgbench } from '../../scenarios/pgbench.js'
import { openPipe } from '../../src/exec.js'
import { Sample } from '../../src/model.js'
import { parseSummary } from '../../src/workloads/pgbench.js'
import { capturedOutput, MIB } from '../builders.js'
import { must, parameters, real, withPrograms } from './real.js'

const { measure } = pgbench.steps(parameters())
const captured = JSON.parse(capturedOutput('pgbench').stdout)
const output = (found: unknown) => ({ stdout: JSON.stringify(found), stderr: '', exitCode: 0 })
/** The captured output with a line of pgbench's summary put another way. */
const saying = (from: RegExp, to: string) => ({
  ...captured,
  summary: captured.summary.map((line: string) => line.replace(from, to)),
})

test('the captured output: transactions a second without the time for connecting, latencies from the log', () => {
  const { server, times } = captured
  expect(measure(capturedOutput('pgbench'))).toEqual({
    bytes: server.walBytes,
    seconds: expect.closeTo(759 / 767.149428, 6),
    metrics: {
      iops: 767.149428,
      latency: times.p50Seconds,
      latencyMean: times.meanSeconds,
      latencyP99: times.p99Seconds,
    },
  })
})

test.each([
  ['fsync is off', { server: { ...captured.server, fsync: 'off' } }, 'bad-output', /fsync = off/],
  [
    'commits do not wait',
    { server: { ...captured.server, synchronousCommit: 'local' } },
    'bad-output',
    /synchronous_commit = local/,
  ],
  ['torn pages', { server: { ...captured.server, fullPageWrites: 'off' } }, 'bad-output', /full_page_writes = off/],
  ['no version', { server: { ...captured.server, version: '' } }, 'bad-output', /version/],
  ['nothing was logged ahead', { server: { ...captured.server, walBytes: 0 } }, 'bad-output', /walBytes/],
  ['a row is missing', { server: { ...captured.server, rows: 758 } }, 'too-few-bytes', /the history table 758/],
  ['a transaction is not in the log', { times: { ...captured.times, count: 758 } }, 'too-few-bytes', /its log has 758/],
  ['no transaction at all', { times: { count: 0 } }, 'bad-output', /times/],
  [
    'one failed',
    saying(/transactions: 0 \(0.000%\)/, 'transactions: 1 (0.132%)'),
    'bad-output',
    /1 transactions failed/,
  ],
  ['no tps', saying(/^tps = .*/, ''), 'bad-output', /not understood/],
  [
    'tps with the time for connecting',
    saying(/without initial.*/, 'including connections establishing)'),
    'bad-output',
    /./,
  ],
])('%s: no number', (_, wrong, code, message) => {
  expect(() => measure(output({ ...captured, ...wrong }))).toThrow(
    expect.objectContaining({ code, message: expect.stringMatching(message) }),
  )
})

describe('the summary', () => {
  const lines = (...more: string[]) => ['number of transactions actually processed: 100', ...more]

  test.each([
    ['14 and later', lines('tps = 50.5 (without initial connection time)')],
    [
      '15: failures are counted',
      lines('number of failed transactions: 0 (0.000%)', 'tps = 50.5 (without initial connection time)'),
    ],
    [
      '13 and earlier: both rates',
      lines('tps = 49.1 (including connections establishing)', 'tps = 50.5 (excluding connections establishing)'),
    ],
  ])('as of version %s', (_, summary) => {
    expect(parseSummary(summary)).toEqual({ processed: 100, perSecond: 50.5 })
  })

  test.each([
    ['nothing', []],
    ['half of it', lines()],
    ['two rates', lines(...Array.from({ length: 2 }, () => 'tps = 50.5 (without initial connection time)'))],
    ['failures in words that are not known', lines('failed: some', 'tps = 50.5 (without initial connection time)')],
    [
      'no transactions',
      ['number of transactions actually processed: 0', 'tps = 0.0 (without initial connection time)'],
    ],
  ])('%s: no number', (_, summary) => {
    expect(() => parseSummary(summary)).toThrow(expect.objectContaining({ code: 'bad-output' }))
  })
})

test('a duration is whole seconds, one at the least', () => {
  const secondsOf = (durationSeconds: number) => pgbench.steps(parameters({ durationSeconds })).workload.at(-2)
  expect([0.2, 1, 1.5, 30].map(secondsOf)).toEqual(['1', '1', '2', '30'])
})

/** PostgreSQL, and whoever may become its user or need not: root in a user namespace of its own may not. */
const server = spawnSync('sh', [
  '-c',
  'ls -d /usr/lib/postgresql/*/bin/initdb && { [ "$(id -u)" != 0 ] || id postgres; }',
])
const programs = server.status === 0 ? ['pgbench', 'psql'] : ['postgres']

withPrograms(programs, 'a real PostgreSQL', () => {
  /** In memory: it is what the program does that is tested. */
  const folder = () => mkdtempSync(join('/dev/shm', 'pgbench-unit-'))
  const working = () =>
    ['/dev/shm', tmpdir()].flatMap((at) =>
      readdirSync(at)
        .filter((name) => name.startsWith('mountbench.'))
        .map((name) => join(at, name)),
    )
  /** What came to be since `before` goes again: at once what was ours, in a while what another pgbench on this machine is using. */
  const nothingStays = async (before: readonly string[]) => {
    const since = working().filter((path) => !before.includes(path))
    await expect.poll(() => since.filter((path) => existsSync(path)), { timeout: 30_000 }).toEqual([])
  }

  test('a trial: counted, within its footprint, with nothing left but its cluster', async () => {
    const [directory, before] = [folder(), working()]
    const steps = pgbench.steps(parameters({ directory }))
    try {
      await must(steps.prepare)
      const sample = Sample.parse(steps.measure(await real(steps.workload)))
      expect(sample.metrics.iops).toBeGreaterThan(0)
      const used = Number((await real(['du', '-sb', directory])).stdout.split('\t')[0])
      expect(used).toBeGreaterThan(60 * MIB)
      expect(used).toBeLessThan(steps.footprintBytes)
      expect(readdirSync(directory)).toEqual(['data'])
      expect((await real(['ls', `${directory}/data/postmaster.pid`])).exitCode).not.toBe(0)
      await nothingStays(before)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('interrupted: nothing is left, although the server would have taken its time to stop', async () => {
    const directory = folder()
    const steps = pgbench.steps(parameters({ directory }))
    // Written by the server: the fifth line is the folder of its socket, the eighth how far it has come.
    const lockFile = `${directory}/data/postmaster.pid`
    const told = () =>
      (existsSync(lockFile) ? readFileSync(lockFile, 'utf8') : '').split('\n').map((line) => line.trim())
    try {
      // What is archived before it stops takes longer than whoever interrupts is waiting.
      const slow = `archive_mode = on\narchive_command = 'sleep 3'`
      await must([...steps.prepare, ['sh', '-c', 'echo "$2" >>"$1"', 'sh', `${directory}/data/postgresql.conf`, slow]])
      const pipe = openPipe(steps.workload)
      await expect.poll(() => told()[7], { timeout: 30_000 }).toBe('ready')
      const own = told()[4]!
      expect(working()).toContain(own)
      pipe.kill()
      await pipe.ended
      expect(existsSync(own)).toBe(false)
    } finally {
      await expect.poll(() => existsSync(lockFile), { timeout: 30_000 }).toBe(false)
      rmSync(directory, { recursive: true })
    }
  })

  test('a cluster with fsync off is refused', async () => {
    const directory = folder()
    const steps = pgbench.steps(parameters({ directory }))
    try {
      await must([
        ...steps.prepare,
        ['sh', '-c', 'echo "fsync = off" >>"$1"', 'sh', `${directory}/data/postgresql.conf`],
      ])
      const ended = await real(steps.workload)
      expect(() => steps.measure(ended)).toThrow(/PostgreSQL ran with fsync = off/)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('without a cluster: the server’s own words, and nothing left', async () => {
    const [directory, before] = [folder(), working()]
    try {
      const ended = await real(pgbench.steps(parameters({ directory })).workload)
      expect(ended).toMatchObject({
        exitCode: 1,
        stdout: '',
        stderr: expect.stringMatching(/^the server did not start: .+/),
      })
      await nothingStays(before)
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
