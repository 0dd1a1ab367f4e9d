import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { indexedRun } from '../../src/history/entry.js'
import { addToIndex, readHistory } from '../../src/history/index-file.js'
import { SCHEMA_VERSION } from '../../src/model.js'
import { findRun, findSummary } from '../../src/run-references.js'
import { recordOf } from '../../src/store.js'
import { temporaryFolder } from '../fake.js'
import { idsOf, runAt, runNumber, writeRuns } from './histories.js'

function folderWith(count: number) {
  const results = join(temporaryFolder(), 'results')
  const runs = Array.from({ length: count }, (_, number) =>
    runNumber(number, 1 + number / 100, { label: `run ${number}` }),
  )
  writeRuns(results, runs)
  const file = join(results, 'index.jsonl')
  const ids = runs.map(({ runId }) => runId)
  return { results, runs, file, ids, lines: () => readFileSync(file, 'utf8').trimEnd().split('\n') }
}

/** Lines of an index with one part replaced in each, and what they tell changed, under sums that are right. */
const rewritten = (text: string, part: RegExp, other: string) =>
  text.replaceAll(/^\{"sum":".{8}",(.*)$/gm, (_, rest: string) => {
    expect(rest).toMatch(part)
    const changed = rest.replace(part, other).replace('"label":"run ', '"label":"sun ')
    return `{"sum":"${crc32(changed).toString(16).padStart(8, '0')}",${changed}`
  })

describe('the index', () => {
  test('has a line a run, with what lists and trends need', async () => {
    const { results, runs, lines, ids } = folderWith(3)
    const { runs: found, unreadable } = await readHistory(results)
    expect(found).toEqual(runs.map(indexedRun))
    expect(unreadable).toEqual([])
    expect(lines().map((line) => JSON.parse(line).run.id)).toEqual(ids)
    expect((await readHistory(results)).runs).toEqual(runs.map(indexedRun))
    expect(found[1]).toMatchObject({
      label: 'run 1',
      commit: runs[1]!.environment.git!.commit,
      fingerprint: '0123456789ab',
      work: { sizeBytes: 64 * 2 ** 20, fresh: false },
    })
    expect(found[1]!.cells[1]).toMatchObject({ scenario: 'seq-write', target: 'bind', type: 'bind', n: 12 })
  })

  test('answers without the runs being read again', async () => {
    const { results, ids } = folderWith(3)
    const path = join(results, ids[1]!, 'run.json')
    utimesSync(path, 1000, 1000)
    await readHistory(results)
    // The same size and time: only who reads it would notice.
    writeFileSync(path, 'x'.repeat(statSync(path).size))
    utimesSync(path, 1000, 1000)
    expect(idsOf((await readHistory(results)).runs)).toEqual(ids)
  })

  test('a new run is one more line, and the others stay as they are', async () => {
    const { results, lines } = folderWith(2)
    await readHistory(results)
    const before = lines()
    writeRuns(results, [runNumber(7)])
    await addToIndex(results, runAt(7).runId)
    expect(lines().slice(0, 2)).toEqual(before)
    expect(lines()).toHaveLength(3)
    expect(idsOf((await readHistory(results)).runs)).toHaveLength(3)
    expect(lines()).toHaveLength(3)
  })

  const damages: [string, (file: string, text: string) => void][] = [
    ['lost', (file) => rmSync(file)],
    ['empty', (file) => writeFileSync(file, '')],
    ['cut off in its last line', (file, text) => writeFileSync(file, text.slice(0, -30))],
    ['cut off in its first line', (file, text) => writeFileSync(file, text.slice(30))],
    ['not text', (file) => writeFileSync(file, Buffer.from([0, 255, 10, 13, 10, 200]))],
    ['of another version', (file, text) => writeFileSync(file, rewritten(text, /"v":\d+,/, '"v":999,'))],
    ['of a newer run', (file, text) => writeFileSync(file, rewritten(text, /"schema":\d+,/, '"schema":999,'))],
    ['doubled', (file, text) => writeFileSync(file, text + text)],
    [
      'changed by hand in one digit',
      (file, text) => writeFileSync(file, text.replace('"n":12', '"n":13').replace(/,12,/, ',13,')),
    ],
    ['JSON of something else', (file) => writeFileSync(file, '{"a":1}\n[]\nnull\n')],
    [
      'a folder',
      (file) => {
        rmSync(file)
        mkdirSync(file)
      },
    ],
  ]
  test.each(damages)('that is %s loses no run, and is put right where it can be', async (name, damage) => {
    const { results, file, ids, runs } = folderWith(3)
    await readHistory(results)
    const whole = readFileSync(file, 'utf8')
    damage(file, whole)
    expect((await readHistory(results)).runs).toEqual(runs.map(indexedRun))
    if (name !== 'a folder')
      expect(readFileSync(file, 'utf8').trimEnd().split('\n').toSorted()).toEqual(
        whole.trimEnd().split('\n').toSorted(),
      )
    expect(idsOf((await readHistory(results)).runs)).toEqual(ids)
  })

  test('a run that changed is read again, one that is gone is gone', async () => {
    const { results, ids, lines } = folderWith(3)
    await readHistory(results)
    writeRuns(results, [runNumber(1, 3, { label: 'another and longer label' })])
    rmSync(join(results, ids[0]!), { recursive: true })
    const { runs } = await readHistory(results)
    expect(runs.map(({ label }) => label)).toEqual(['another and longer label', 'run 2'])
    expect(lines()).toHaveLength(2)
  })

  test('many that write at once lose nothing', async () => {
    const { results, ids } = folderWith(40)
    await Promise.all([...ids.map((id) => addToIndex(results, id)), readHistory(results), readHistory(results)])
    expect(idsOf((await readHistory(results)).runs)).toEqual(ids)
    expect(idsOf((await readHistory(results)).runs)).toEqual(ids)
  })

  test('of a folder that is not there is empty, and makes none', async () => {
    const results = join(temporaryFolder(), 'results')
    expect(await readHistory(results)).toEqual({ runs: [], unreadable: [] })
    expect(existsSync(results)).toBe(false)
  })

  test('where it cannot be written it is done without', async () => {
    const { results, ids, file } = folderWith(2)
    // A folder in its place refuses the superuser too.
    mkdirSync(join(file, 'taken'), { recursive: true })
    expect(idsOf((await readHistory(results)).runs)).toEqual(ids)
    await addToIndex(results, ids[0]!)
    expect(readdirSync(results).toSorted()).toEqual([...ids, 'index.jsonl'].toSorted())
    expect(readdirSync(file)).toEqual(['taken'])
  })
})

describe('what is no readable run is told, and everything else is still there', () => {
  test('half-written, newer, damaged, misnamed, foreign', async () => {
    const { results, ids } = folderWith(3)
    const make = (number: number, files: Record<string, string>) => {
      const folder = join(results, runAt(number).runId)
      mkdirSync(folder)
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    }
    make(10, { 'trials.jsonl': '{"scenario":' })
    make(11, {})
    make(12, { 'run.json': JSON.stringify({ ...recordOf(runNumber(12)), schemaVersion: SCHEMA_VERSION + 1 }) })
    make(13, { 'run.json': JSON.stringify(recordOf(runNumber(13))).slice(0, 500) })
    make(14, { 'run.json': JSON.stringify(recordOf(runNumber(99))) })
    make(15, { 'run.json': '{"tool": {"name": "hyperfine"}}' })
    mkdirSync(join(results, 'calibration'))
    writeFileSync(join(results, 'README.md'), '')
    for (const _ of ['first', 'again']) {
      const { runs, unreadable } = await readHistory(results)
      expect(idsOf(runs)).toEqual(ids)
      expect(unreadable).toEqual([
        expect.stringMatching(/still going on, or was killed/),
        expect.stringMatching(/holds no readable run/),
        expect.stringMatching(/newer mountbench/),
        expect.stringMatching(/is not JSON/),
        expect.stringMatching(/holds another run/),
        expect.stringMatching(/is not a run of mountbench/),
      ])
    }
  })

  test('a file that cannot even be looked at', async () => {
    const { results, ids } = folderWith(3)
    await readHistory(results)
    const file = join(results, ids[1]!, 'run.json')
    rmSync(file)
    // A link to itself is refused to the superuser too.
    symlinkSync(file, file)
    for (const _ of ['first', 'again']) {
      const { runs, unreadable } = await readHistory(results)
      expect(idsOf(runs)).toEqual([ids[0], ids[2]])
      expect(unreadable).toEqual([expect.stringContaining(ids[1]!)])
    }
    await addToIndex(results, ids[1]!)
  })

  test('a run of version 1 is a run', async () => {
    const results = join(temporaryFolder(), 'results')
    const run = runNumber(1)
    mkdirSync(join(results, run.runId), { recursive: true })
    writeFileSync(join(results, run.runId, 'run.json'), JSON.stringify({ ...run, schemaVersion: 1 }))
    expect((await readHistory(results)).runs).toEqual([indexedRun(run)])
    expect(await findRun('latest', results, '/')).toEqual(run)
  })
})

describe('a run by its name', () => {
  test.each([
    ['latest', 4],
    ['latest~0', 4],
    ['latest~3', 1],
    ['run 2', 2],
    [runAt(3).runId, 3],
    [runNumber(2).environment.git!.commit.slice(0, 8), 2],
  ])('%s', async (word, number) => {
    const { results, runs } = folderWith(5)
    expect(await findRun(word, results, '/')).toEqual(runs[number])
    expect(await findSummary(word, results, '/')).toEqual({ ...recordOf(runs[number]!), trials: [] })
  })

  test.each([
    ['a label with a slash', 'feature/x'],
    ['one that ends as a file does', 'x.json'],
  ])('%s is a label, unless a run is there', async (_, label) => {
    const { results, runs } = folderWith(3)
    const cwd = temporaryFolder()
    const labelled = runNumber(1, 2, { label })
    writeRuns(results, [labelled])
    // What else has that name is no run.
    mkdirSync(join(cwd, label), { recursive: true })
    expect(await findRun(label, results, cwd)).toEqual(labelled)
    writeFileSync(join(cwd, label, 'run.json'), JSON.stringify(runs[2]))
    expect(await findRun(label, results, cwd)).toEqual(runs[2])
    await expect(findRun(`no/${label}`, results, cwd)).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining(join(cwd, 'no', label)),
    })
  })

  test.each([['latest~5'], ['run 9'], ['deadbeef'], ['abc']])('%s is none', async (word) => {
    const { results } = folderWith(5)
    await expect(findRun(word, results, '/')).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/which holds 5/),
    })
  })

  test('reads one run, not all', async () => {
    const { results, ids, runs } = folderWith(3)
    await readHistory(results)
    rmSync(join(results, ids[0]!, 'trials.jsonl'))
    expect(await findRun('latest', results, '/')).toEqual(runs[2])
  })
})
