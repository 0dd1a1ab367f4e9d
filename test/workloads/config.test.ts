import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { configRead } from '../../scenarios/config-read.js'
import type { Command } from '../../src/scenario.js'
import { must, parameters, real, removeScratch, scratch, withPrograms } from './real.js'

removeScratch()
const filesIn = (root: string) =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => `${parentPath}/${name}`)

/** A command that sees a folder mounted read-only. */
const readOnly = (folder: string, command: Command) => {
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
  const script = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99; shift; exec "$@"'
  return real(['unshare', ...user, '--mount', 'sh', '-c', script, 'sh', folder, ...command])
}

async function prepared() {
  const directory = scratch()
  const steps = configRead.steps(parameters({ directory }))
  await must(steps.setup)
  return { directory, ...steps }
}

withPrograms(['python3', 'unshare'], 'configuration', () => {
  test('500 files of up to 4 KiB in 20 folders, the same every time, within its footprint', async () => {
    const [one, two] = [await prepared(), await prepared()]
    const files = filesIn(one.directory)
    expect(files).toHaveLength(500)
    expect(readdirSync(`${one.directory}/mountbench-config`)).toHaveLength(20)
    expect(Math.max(...files.map((file) => statSync(file).size))).toBeLessThanOrEqual(4096)
    expect((await real(['diff', '-r', one.directory, two.directory])).stdout).toBe('')
    const used = Number((await real(['du', '-s', '-B1', one.directory])).stdout.split('\t')[0])
    expect(used).toBeLessThan(one.footprintBytes)
  })

  test('is a figure through a read-only mount, and through no other', async ({ skip }) => {
    const { directory, workload, measure } = await prepared()
    const output = await readOnly(directory, workload)
    if (output.exitCode === 99) skip('nothing can be mounted here')
    const { bytes, metrics } = measure(output)
    expect(Object.keys(metrics).toSorted()).toEqual(['iops', 'latency', 'latencyMean', 'latencyP99'])
    expect(bytes).toBeGreaterThan(0)
    const writable = await real(workload)
    expect(() => measure(writable)).toThrow('the mount is not read-only')
  })

  test('every file is read before one is read again, in another order with another seed', async () => {
    const { directory, workload } = await prepared()
    const { stdout } = await real(workload)
    const { reads, files, bytes } = JSON.parse(stdout)
    expect(files).toBe(500)
    const total = filesIn(directory).reduce((sum, file) => sum + statSync(file).size, 0)
    const passes = reads.count / 500
    expect(bytes / total).toBeGreaterThan(Math.floor(passes) - 0.001)
    expect(bytes / total).toBeLessThan(Math.ceil(passes) + 0.001)
  })

  test('a file that is gone is a failure', async () => {
    const { directory, workload, measure } = await prepared()
    const [first = ''] = filesIn(directory)
    await must([['rm', first]])
    const output = await real(workload)
    expect(() => measure(output)).toThrow(/499 of 500 files are there/)
  })

  test('files of the user: small regular ones that are there, and nothing is written', async () => {
    const directory = scratch()
    mkdirSync(`${directory}/config/deep`, { recursive: true })
    writeFileSync(`${directory}/config/app.yml`, 'a: 1\n')
    writeFileSync(`${directory}/config/deep/empty`, '')
    writeFileSync(`${directory}/large.bin`, Buffer.alloc(65_537))
    symlinkSync('/etc/passwd', `${directory}/link`)
    symlinkSync('/nonexistent', `${directory}/broken`)
    await must([['mkfifo', `${directory}/pipe`]])
    const before = (await real(['find', directory, '-printf', '%p %s %T@ %C@\n'])).stdout
    const { stdout, stderr } = await real(configRead.steps(parameters({ directory })).workload)
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ files: 2, changed: 0, readOnly: false })
    expect((await real(['find', directory, '-printf', '%p %s %T@ %C@\n'])).stdout).toBe(before)
  })

  test('nothing to read is said, not measured', async () => {
    const { workload, measure } = configRead.steps(parameters({ directory: scratch() }))
    const output = await real(workload)
    expect(() => measure(output)).toThrow(/there is no small file to read/)
  })
})

describe('no number', () => {
  const reads = { count: 10, meanSeconds: 1, p50Seconds: 1, p99Seconds: 2 }
  const good = { reads, bytes: 100, changed: 0, files: 5, seconds: 2, readOnly: true }
  const output = (found: object) => ({ stdout: JSON.stringify(found), stderr: '', exitCode: 0 })
  const { measure } = configRead.steps(parameters())
  test('but for the good one', () => expect(measure(output(good)).metrics.iops).toBe(5))
  test.each([
    ['the mount is not read-only', { readOnly: false }, 'bad-output'],
    ['a file changed', { changed: 1 }, 'too-few-bytes'],
    ['nothing was read', { reads: { count: 0 } }, 'bad-output'],
  ])('%s', (_, wrong, code) => {
    expect(() => measure(output({ ...good, ...wrong }))).toThrow(expect.objectContaining({ code }))
  })
})
