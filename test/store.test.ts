import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { SCHEMA_VERSION } from '../src/model.js'
import { createStore, readRecord, readRun, recordOf, type Store, trialsOf, writeAtomic } from '../src/store.js'
import { smallRun, trial } from './builders.js'
import { allOf, temporaryFolder } from './fake.js'

const open = async () => {
  const results = join(temporaryFolder(), 'results')
  return { results, store: await createStore(results, 'run-1') }
}
/** Saves a run as it is saved at its end: its trials one by one, then itself. */
async function save(store: Store, run = smallRun()) {
  for (const one of run.trials) await store.appendTrial(one)
  await store.saveRun(run)
}
const read = (...parts: string[]) => readFileSync(join(...parts), 'utf8')

describe('writing', () => {
  test('a trial is on disk as soon as it is appended, one line each', async () => {
    const { store } = await open()
    await store.appendTrial(trial({ round: 0 }))
    expect(JSON.parse(read(store.folder, 'trials.jsonl'))).toEqual(trial({ round: 0 }))
    await store.appendTrial(trial({ round: 1 }))
    const lines = read(store.folder, 'trials.jsonl').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line).round)).toEqual([0, 1])
  })

  test('raw output is kept as it was', async () => {
    const { store } = await open()
    const file = await store.saveRaw('000001-dd', { stdout: 'out\r\n', stderr: '' })
    expect(file).toBe('raw/000001-dd.txt')
    expect(read(store.folder, file!)).toBe('out\r\n')
    const both = await store.saveRaw('000002-dd', { stdout: 'out', stderr: 'err' })
    expect(read(store.folder, both!)).toBe('out\n--- stderr ---\nerr')
  })

  test('no output is no file', async () => {
    const { store } = await open()
    expect(await store.saveRaw('x', { stdout: '', stderr: '' })).toBeNull()
    expect(readdirSync(join(store.folder, 'raw'))).toEqual([])
  })

  test('a run is read back as it was saved, and no temporary file is left', async () => {
    const { store } = await open()
    await save(store)
    expect(await readRun(store.folder)).toEqual(smallRun())
    expect(await readRun(join(store.folder, 'run.json'))).toEqual(smallRun())
    expect(readdirSync(store.folder).toSorted()).toEqual(['raw', 'run.json', 'trials.jsonl'])
  })

  test('saving again replaces the whole', async () => {
    const { store } = await open()
    await save(store, smallRun({ warnings: ['x'.repeat(10_000)] }))
    await store.saveRun(smallRun())
    expect(await readRun(store.folder)).toEqual(smallRun())
  })

  test('a write that fails leaves the old file, and no temporary one', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'taken', 'x'), { recursive: true })
    await expect(writeAtomic(join(folder, 'taken'), 'text')).rejects.toThrow()
    expect(readdirSync(folder)).toEqual(['taken'])
  })

  test('a text that comes in parts is written whole, or not at all', async () => {
    const folder = temporaryFolder()
    async function* parts(last: () => string) {
      yield 'a, '
      yield last()
    }
    await writeAtomic(
      join(folder, 'file'),
      parts(() => 'b'),
    )
    expect(read(folder, 'file')).toBe('a, b')
    const broken = parts(() => {
      throw new Error('no more')
    })
    await expect(writeAtomic(join(folder, 'file'), broken)).rejects.toThrow('no more')
    expect(readdirSync(folder)).toEqual(['file'])
    expect(read(folder, 'file')).toBe('a, b')
  })

  test('what is discarded is gone', async () => {
    const { results, store } = await open()
    await store.discard()
    expect(existsSync(store.folder)).toBe(false)
    expect(existsSync(results)).toBe(false)
  })

  test('what is discarded takes no other run with it', async () => {
    const { results, store } = await open()
    const other = await createStore(results, 'run-2')
    await store.discard()
    expect(readdirSync(results)).toEqual(['run-2'])
    expect(existsSync(other.folder)).toBe(true)
  })

  test('results that are a file are bad input', async () => {
    const file = join(temporaryFolder(), 'results')
    writeFileSync(file, '')
    await expect(createStore(file, 'run-1')).rejects.toMatchObject({
      code: 'bad-input',
      hint: expect.stringContaining('--results'),
    })
    await expect(createStore(join(file, 'below'), 'run-1')).rejects.toMatchObject({ code: 'bad-input' })
  })
})

describe('run.json and trials.jsonl', () => {
  const saved = async () => {
    const { store } = await open()
    await save(store)
    return { folder: store.folder, lines: join(store.folder, 'trials.jsonl') }
  }

  test('a trial stands in trials.jsonl only, and their number in run.json', async () => {
    const { folder } = await saved()
    expect(JSON.parse(read(folder, 'run.json'))).toEqual(recordOf(smallRun()))
    expect(read(folder, 'run.json')).not.toContain('storageWrittenBytes')
    expect(await readRecord(folder)).toEqual(recordOf(smallRun()))
    expect((await readRecord(folder)).trialCount).toBe(smallRun().trials.length)
  })

  test('a record needs no trials', async () => {
    const { folder, lines } = await saved()
    rmSync(lines)
    expect(await readRecord(folder)).toEqual(recordOf(smallRun()))
    for (const reading of [() => readRun(folder), () => allOf(trialsOf(folder))])
      await expect(reading()).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(/trials of this run are lost/),
      })
  })

  test('a last line that was cut off is left out, and said', async () => {
    const { folder, lines } = await saved()
    writeFileSync(lines, read(lines).slice(0, -40))
    const run = await readRun(folder)
    expect(run.trials).toEqual(smallRun().trials.slice(0, -1))
    expect(run.warnings).toEqual([expect.stringContaining('was cut off'), expect.stringMatching(/has 50 of 51 trials/)])
  })

  test('trials that are not there are said', async () => {
    const { folder, lines } = await saved()
    writeFileSync(lines, `${read(lines).split('\n').slice(0, 3).join('\n')}\n`)
    expect(await readRun(folder)).toMatchObject({ trials: { length: 3 }, warnings: [expect.stringMatching(/3 of 51/)] })
  })

  test('trials come part by part, from wherever they stand', async () => {
    const { folder, lines } = await saved()
    const run = smallRun()
    expect((await allOf(trialsOf(folder))).flat()).toEqual(run.trials)
    const times = Math.ceil((3 * 2 ** 20) / read(lines).length)
    writeFileSync(lines, `${read(lines).repeat(times)}{"scenario":"cut o`)
    const parts = await allOf(trialsOf(join(folder, 'run.json')))
    expect(parts.length).toBeGreaterThan(2)
    expect(parts.flat()).toHaveLength(times * run.trials.length)
    // With its trials in it, what lies beside it is of another run.
    writeFileSync(join(folder, 'whole.json'), JSON.stringify(run))
    expect((await allOf(trialsOf(join(folder, 'whole.json')))).flat()).toEqual(run.trials)
  })

  test('any other damage is told with its line', async () => {
    const { folder, lines } = await saved()
    const all = read(lines).split('\n')
    writeFileSync(lines, [...all.slice(0, 4), '{"round": 1}', ...all.slice(4)].join('\n'))
    for (const reading of [() => readRun(folder), () => allOf(trialsOf(folder))])
      await expect(reading()).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(/line 5 is not a trial/),
      })
  })

  test.each([
    ['version 1, in run.json', 1],
    ['as --format json prints it', SCHEMA_VERSION],
  ])('a file with the trials in it is whole: %s', async (_, schemaVersion) => {
    const file = join(temporaryFolder(), 'run.json')
    writeFileSync(file, JSON.stringify({ ...smallRun(), schemaVersion }))
    expect(await readRun(file)).toEqual(smallRun())
    expect(await readRecord(file)).toEqual(recordOf(smallRun()))
  })

  test('a run that was killed has trials and no run.json', async () => {
    const { store } = await open()
    await store.appendTrial(trial())
    for (const reading of [readRun, readRecord]) {
      await expect(reading(store.folder)).rejects.toMatchObject({
        code: 'bad-input',
        message: expect.stringMatching(/still going on, or was killed/),
      })
    }
  })
})

describe('reading what is not a run says what it is', () => {
  const foreign = [
    ['empty', '', /is not JSON/],
    ['cut off', JSON.stringify(smallRun()).slice(0, -20), /is not JSON/],
    ['not JSON', 'name,value\n', /is not JSON/],
    ['an array', '[]', /is not a run of mountbench/],
    ['null', 'null', /is not a run of mountbench/],
    ['of another tool', '{"schemaVersion": 1, "tool": {"name": "hyperfine"}}', /is not a run of mountbench/],
    ['raw fio', '{"fio version": "fio-3.33", "jobs": []}', /is not a run of mountbench/],
    [
      'newer',
      JSON.stringify({ ...smallRun(), schemaVersion: SCHEMA_VERSION + 1, more: 1 }),
      /newer mountbench \(schema 3, this one reads 2\)/,
    ],
    ['damaged', JSON.stringify({ ...smallRun(), cells: [{}] }), /is damaged/],
    ['without a part', JSON.stringify({ ...smallRun(), options: undefined }), /is damaged.*options/],
    ['with a part too many', JSON.stringify({ ...smallRun(), extra: 1 }), /is damaged.*extra/],
    ['with a median of 0', JSON.stringify(smallRun()).replace(/"median":[\d.]+/, '"median":0'), /is damaged/],
  ] as const

  test.each(foreign)('%s', async (_, text, message) => {
    const file = join(temporaryFolder(), 'run.json')
    writeFileSync(file, text)
    await expect(readRun(file)).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) })
    await expect(readRun(file)).rejects.toMatchObject({ message: expect.not.stringContaining('\n') })
  })

  test('nothing there', async () => {
    await expect(readRun(join(temporaryFolder(), 'nowhere'))).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('there is no run at'),
    })
  })

  test('a folder without a run', async () => {
    await expect(readRun(temporaryFolder())).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringContaining('holds no readable run'),
    })
  })
})
