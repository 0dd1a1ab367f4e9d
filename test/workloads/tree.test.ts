import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { backup, restore } from '../../scenarios/backup.js'
import { sourceTree } from '../../scenarios/source-tree.js'
import { Sample } from '../../src/model.js'
import { TREE } from '../../src/workloads/programs/tree.js'
import { python } from '../../src/workloads/python.js'
import { filesOf } from '../../src/workloads/tree.js'
import { MIB } from '../builders.js'
import { must, parameters, real, removeScratch, scratch, trialOf, withPrograms } from './real.js'

removeScratch()
const SIZE = { sizeBytes: 16 * MIB }
const FILES = 187
const filesIn = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

const asked = async (source: string, ...values: (string | number)[]) => {
  const { stdout, stderr } = await real(python(`${TREE}\n${source}`, ...values))
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

test.each([
  [256, 3000],
  [64, 750],
  [1024, 12_000],
  [16, FILES],
  [1, 30],
])('%d MiB of --size are %d files', (mebibytes, files) => {
  expect(filesOf(parameters({ sizeBytes: mebibytes * MIB }))).toBe(files)
})

withPrograms(['python3', 'tar'], 'the tree', () => {
  test('3,000 files in 300 folders, log-normal around 2,000 bytes', async () => {
    const { folders, sized } = await asked('folders, sized = shape(3000)\nreport(folders=folders, sized=sized)')
    expect([folders.length, sized.length]).toEqual([300, 3000])
    expect(new Set([...folders, ...sized.map(([path]: [string]) => path)]).size).toBe(3300)
    const parents = new Set(sized.map(([path]: [string]) => path.slice(0, path.lastIndexOf('/'))))
    expect(parents).toEqual(new Set(folders))
    const logs = sized.map(([, size]: [string, number]) => Math.log(size)).toSorted((a: number, b: number) => a - b)
    expect(Math.exp(logs[1500])).toBeGreaterThan(1700)
    expect(Math.exp(logs[1500])).toBeLessThan(2300)
    const mean = logs.reduce((a: number, b: number) => a + b) / logs.length
    const sigma = Math.sqrt(logs.reduce((a: number, b: number) => a + (b - mean) ** 2, 0) / logs.length)
    expect(sigma).toBeGreaterThan(1.45)
    expect(sigma).toBeLessThan(1.75)
    // Nested: a parent stands before its children, and some are deep.
    for (const [index, folder] of folders.entries()) {
      const parent = folder.slice(0, folder.lastIndexOf('/'))
      if (index > 0) expect(folders.indexOf(parent)).toBeLessThan(index)
    }
    expect(Math.max(...folders.map((folder: string) => folder.split('/').length))).toBeGreaterThan(4)
  })

  test('is the same every time, and as an archive as on the disk', async () => {
    const folder = scratch()
    for (const archive of ['one.tar', 'two.tar'])
      await asked(`pack(sys.argv[1], ${FILES})\nreport()`, `${folder}/${archive}`)
    expect((await real(['cmp', `${folder}/one.tar`, `${folder}/two.tar`])).exitCode).toBe(0)
    const planted = scratch()
    await asked(`plant(sys.argv[1], ${FILES})\nreport()`, planted)
    const unpacked = scratch()
    await must([['tar', '-xf', `${folder}/one.tar`, '-C', unpacked]])
    expect((await real(['diff', '-r', planted, unpacked])).stdout).toBe('')
    expect(filesIn(planted)).toHaveLength(FILES)
    const total = filesIn(planted).reduce(
      (sum, { parentPath, name }) => sum + statSync(`${parentPath}/${name}`).size,
      0,
    )
    expect(await asked(`report(**expected(${FILES}))`)).toEqual({ files: FILES, folders: 18, bytes: total })
  })

  test('source-tree: unpacks, walks, reads and removes all of it, within its footprint', async () => {
    const { directory, output, sample } = await trialOf(sourceTree, SIZE)
    const found = JSON.parse(output.stdout)
    expect(found.found).toEqual({ files: FILES, folders: 18, bytes: found.expected.bytes })
    expect(readdirSync(directory).toSorted()).toEqual(['tree', 'tree.tar'])
    expect(readdirSync(`${directory}/tree`)).toEqual([])
    const { bytes, metrics } = Sample.parse(sample())
    expect(bytes).toBe(found.expected.bytes)
    const { duration, ...parts } = metrics
    expect(Object.keys(parts).toSorted()).toEqual(['readAll', 'removeAll', 'unpack', 'walk'])
    expect(Object.values(parts).reduce((a, b) => a + b)).toBeCloseTo(duration ?? 0, 9)
  })

  test.each([
    [sourceTree, 30],
    [sourceTree, 3000],
  ])('its footprint is more than archive and tree together: $1 files', async (scenario, files) => {
    const folder = scratch()
    await asked(`pack(sys.argv[1] + "/a.tar", ${files})\nplant(sys.argv[1], ${files})\nreport()`, folder)
    const used = Number((await real(['du', '-s', '-B1', folder])).stdout.split('\t')[0])
    const sizeBytes = Math.ceil((files / 3000) * 256) * MIB
    expect(used).toBeLessThan(scenario.steps(parameters({ sizeBytes })).footprintBytes)
  })

  test('backup: an archive with every file, read back and compared, and removed', async () => {
    const { archive, directory, output, sample } = await trialOf(backup, SIZE)
    expect(JSON.parse(output.stdout).compared).toEqual({ same: FILES, different: 0, missing: 0, strange: 0 })
    expect(readdirSync(archive)).toEqual([])
    expect(filesIn(`${directory}/data`)).toHaveLength(FILES)
    const { bytes, seconds, metrics } = Sample.parse(sample())
    expect(metrics.bandwidth).toBeCloseTo(bytes / seconds, 3)
  })

  test('restore: every file, compared, and again from the same archive', async () => {
    const { archive, directory, sample } = await trialOf(restore, SIZE)
    expect(Sample.parse(sample()).bytes).toBeGreaterThan(FILES)
    expect(filesIn(`${directory}/restored`)).toHaveLength(FILES)
    expect(readdirSync(archive)).toEqual([`restore-${FILES}.tar`])
    const steps = restore.steps(parameters({ directory, archive, ...SIZE }))
    await must(steps.prepare)
    expect(readdirSync(`${directory}/restored`)).toEqual([])
    expect(steps.measure(await real(steps.workload)).bytes).toBe(sample().bytes)
  })

  const damage = {
    'a file has changed': ['different', (file: string) => writeFileSync(file, 'x')],
    'a file is gone': ['missing', (file: string) => must([['rm', file]])],
    'a file is strange': ['strange', (file: string) => writeFileSync(`${file}.new`, 'x')],
  } as const
  test.each(Object.entries(damage))('backup of a tree in which %s is no number', async (_, [word, harm]) => {
    const [directory, archive] = [scratch(), scratch()]
    const steps = backup.steps(parameters({ directory, archive, ...SIZE }))
    await must([...steps.setup, ...steps.prepare])
    const [first] = filesIn(`${directory}/data`)
    await harm(`${first?.parentPath}/${first?.name}`)
    const output = await real(steps.workload)
    expect(JSON.parse(output.stdout).compared[word]).toBe(1)
    expect(() => steps.measure(output)).toThrow(/the copy is not the original/)
  })

  test('restore from an archive that was cut is no number', async () => {
    const { archive, directory } = await trialOf(restore, SIZE)
    const steps = restore.steps(parameters({ directory, archive, ...SIZE }))
    await must([...steps.prepare, ['truncate', '-s', '100000', `${archive}/restore-${FILES}.tar`]])
    const output = await real(steps.workload)
    expect(() => steps.measure(output)).toThrow()
  })

  test('an archive of nothing is a failure of tar, with its words', async () => {
    const { workload, measure } = sourceTree.steps(parameters({ directory: scratch() }))
    const output = await real(workload)
    expect(() => measure(output)).toThrow(/tar ended with 2: .*tree\.tar/)
  })
})

withPrograms(['python3', 'strace'], 'what is safe', () => {
  test('a restore ends with a sync of the filesystem', async () => {
    const { archive, directory } = await trialOf(restore, SIZE)
    const { prepare, workload } = restore.steps(parameters({ directory, archive, ...SIZE }))
    const trace = `${archive}/trace`
    await must([...prepare, ['strace', '-f', '-e', 'trace=syncfs', '-o', trace, ...workload]])
    expect((await real(['grep', '-c', 'syncfs(.*= 0', trace])).stdout.trim()).toBe('1')
    expect(existsSync(`${directory}/restored/package`)).toBe(true)
  })
})

describe('no number', () => {
  const tree = { files: 30, folders: 3, bytes: 900 }
  const output = (found: object) => ({ stdout: JSON.stringify(found), stderr: '', exitCode: 0 })
  const times = { unpackSeconds: 1, walkSeconds: 2, readSeconds: 3, removeSeconds: 4 }
  const good = { expected: tree, found: tree, readBytes: 900, left: 0, ...times }
  const { measure } = sourceTree.steps(parameters())

  test('but for the good one', () => {
    const metrics = { duration: 10, unpack: 1, walk: 2, readAll: 3, removeAll: 4 }
    expect(measure(output(good))).toEqual({ bytes: 900, seconds: 10, metrics })
  })
  test.each([
    ['a file is missing', { found: { ...tree, files: 29 } }, 'too-few-bytes'],
    ['a folder is missing', { found: { ...tree, folders: 2 } }, 'too-few-bytes'],
    ['a byte is missing', { found: { ...tree, bytes: 899 } }, 'too-few-bytes'],
    ['a byte was not read', { readBytes: 899 }, 'too-few-bytes'],
    ['something is left', { left: 1 }, 'bad-output'],
    ['no time', { walkSeconds: 0 }, 'bad-output'],
  ])('%s', (_, wrong, code) => {
    expect(() => measure(output({ ...good, ...wrong }))).toThrow(expect.objectContaining({ code }))
  })

  const same = { same: 30, different: 0, missing: 0, strange: 0 }
  test.each([
    ['differs', { ...same, same: 29, different: 1 }],
    ['is missing', { ...same, same: 29, missing: 1 }],
    ['is of nobody', { ...same, strange: 1 }],
    ['was not compared', { ...same, same: 29 }],
  ])('a file of the copy %s', (_, compared) => {
    const steps = backup.steps(parameters())
    expect(steps.measure(output({ expected: tree, seconds: 3, compared: same })).metrics.bandwidth).toBe(300)
    const wrong = output({ expected: tree, seconds: 3, compared })
    expect(() => steps.measure(wrong)).toThrow(/the copy is not the original/)
  })
})
