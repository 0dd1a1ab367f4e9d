import { expect, test } from 'vitest'
import { sqliteRollback, sqliteWal } from '../../scenarios/sqlite.js'
import { Sample } from '../../src/model.js'
import { BLOG } from '../../src/workloads/programs/blog.js'
import { python } from '../../src/workloads/python.js'
import { MIB } from '../builders.js'
import { must, parameters, real, removeScratch, scratch, trialOf, withPrograms } from './real.js'

removeScratch()
const both = [
  ['rollback journal', sqliteRollback, 'delete'],
  ['write-ahead log', sqliteWal, 'wal'],
] as const

withPrograms(['python3', 'sqlite3'], 'the blog', () => {
  const asked = async (file: string, statement: string) => (await real(['sqlite3', file, statement])).stdout.trim()

  test.each(both)('%s: leaves exactly the posts it counts, in the journal mode it names', async (_, scenario, mode) => {
    const { directory, output, sample } = await trialOf(scenario)
    const { inserts, rows, characters } = JSON.parse(output.stdout)
    const file = `${directory}/blog.db`
    expect(await asked(file, 'PRAGMA journal_mode')).toBe(mode)
    expect(await asked(file, 'SELECT COUNT(*), MAX(id), SUM(LENGTH(title) + LENGTH(content)) FROM posts')).toBe(
      `${inserts.count}|${rows}|${characters}`,
    )
    expect(await asked(file, 'SELECT COUNT(*) FROM posts WHERE created_at IS NULL OR LENGTH(title) < 20')).toBe('0')
    expect(await asked(`${directory}/read.db`, 'SELECT COUNT(*) FROM posts')).toBe('100')
    const { bytes, metrics } = Sample.parse(sample())
    expect(bytes).toBe(characters)
    expect(Object.keys(metrics).toSorted()).toEqual(['iops', 'latency', 'latencyMean', 'latencyP99', 'reads'])
    expect(metrics.latencyP99).toBeGreaterThanOrEqual(metrics.latency ?? Number.NaN)
  })

  test.each(both)('%s: stops at the most inserts, and never needs more than its footprint', async (_, scenario) => {
    const { directory, output } = await trialOf(scenario, { sizeBytes: MIB, durationSeconds: 20 / 4, seed: 3 })
    const { inserts } = JSON.parse(output.stdout)
    const most = MIB / 2 / 2048
    expect(inserts.count).toBeLessThanOrEqual(most)
    const used = Number((await real(['du', '-sb', directory])).stdout.split('\t')[0])
    expect(used).toBeLessThan(scenario.steps(parameters({ sizeBytes: MIB })).footprintBytes)
  })

  test('the same seed saves the same posts', async () => {
    const first = async (seed: number) => {
      const { directory } = await trialOf(sqliteWal, { sizeBytes: MIB, durationSeconds: 0.05, seed })
      return asked(`${directory}/blog.db`, 'SELECT title, content FROM posts LIMIT 1')
    }
    expect(await first(5)).toBe(await first(5))
    expect(await first(5)).not.toBe(await first(6))
  })

  test('a new trial begins with an empty blog', async () => {
    const { directory } = await trialOf(sqliteRollback)
    const steps = sqliteRollback.steps(parameters({ directory }))
    await must(steps.prepare)
    expect(() => steps.measure({ stdout: '', stderr: '', exitCode: 0 })).toThrow()
    const again = await real(steps.workload)
    expect(steps.measure(again).bytes).toBeGreaterThan(0)
  })

  test('a journal mode that is refused is a failure: memory has none', async () => {
    const output = await real(python(`${BLOG}\nblog(":memory:", "wal")`))
    expect(output).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('not possible here: SQLite chose memory'),
    })
  })

  test('a row that vanished is seen by the second connection', async () => {
    const file = `${scratch()}/x.db`
    const source = `${BLOG}
db = blog(sys.argv[1], "delete")
insert(db, posts(1), 5, 10)
before = kept(sys.argv[1])
db.execute("DELETE FROM posts WHERE id = 4")
report(before=before, after=kept(sys.argv[1]))`
    const { before, after } = JSON.parse((await real(python(source, file))).stdout)
    expect([before[0], after[0], before[2]]).toEqual([10, 9, 'ok'])
  })
})

withPrograms(['python3', 'strace'], 'syncs of the blog', () => {
  test.each([
    ['rollback journal', sqliteRollback, 3],
    ['write-ahead log', sqliteWal, 1],
  ] as const)('%s: what a commit needs', async (_, scenario, syncs) => {
    const directory = scratch()
    const { workload } = scenario.steps(parameters({ directory, sizeBytes: MIB }))
    const trace = `${directory}/trace`
    const { stdout } = await real(['strace', '-f', '-e', 'trace=fsync,fdatasync', '-o', trace, ...workload])
    const count = Number((await real(['grep', '-cE', 'f(data)?sync\\(', trace])).stdout)
    expect(count).toBeGreaterThanOrEqual(JSON.parse(stdout).inserts.count * syncs)
  })
})

test.each([
  ['a row is missing', { rows: 9 }, 'too-few-bytes'],
  ['a row too many', { rows: 11 }, 'too-few-bytes'],
  ['a post was cut', { rowCharacters: 99 }, 'too-few-bytes'],
  ['a page is damaged', { integrity: '*** in database main ***' }, 'bad-output'],
  ['nothing was inserted', { inserts: { count: 0 } }, 'bad-output'],
  ['nothing was selected', { selects: 0 }, 'bad-output'],
])('%s: no number', (_, wrong, code) => {
  const inserts = { count: 10, meanSeconds: 0.01, p50Seconds: 0.01, p99Seconds: 0.02 }
  const good = {
    inserts,
    seconds: 0.1,
    characters: 100,
    rows: 10,
    rowCharacters: 100,
    integrity: 'ok',
    selects: 5,
    selectSeconds: 1,
  }
  const output = (found: object) => ({ stdout: JSON.stringify(found), stderr: '', exitCode: 0 })
  const { measure } = sqliteWal.steps(parameters())
  expect(measure(output(good)).metrics).toMatchObject({ iops: 100, reads: 5 })
  expect(() => measure(output({ ...good, ...wrong }))).toThrow(expect.objectContaining({ code }))
})
