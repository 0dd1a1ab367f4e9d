import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { copyUps } from '../../scenarios/copy-up.js'
import { Sample } from '../../src/model.js'
import type { Command } from '../../src/scenario.js'
import { MIB } from '../builders.js'
import { must, parameters, real, removeScratch, scratch, trialOf, withPrograms } from './real.js'

removeScratch()
const [small, medium] = copyUps
if (!small || !medium) throw new Error('there are no sizes')
/** The same command with another folder in the place of the image's. */
const withImage = (command: Command, image: string): Command =>
  command.map((word) => (word === '/usr/local/share/mountbench' ? image : word))

test('four sizes, each a fresh instance', () => {
  expect(copyUps.map(({ id, fresh }) => [id, fresh])).toEqual(
    ['copy-up-1m', 'copy-up-8m', 'copy-up-32m', 'copy-up-128m'].map((id) => [id, true]),
  )
  expect(copyUps.map(({ steps }) => steps(parameters()).footprintBytes)).toEqual([1, 8, 32, 128].map((m) => m * MIB))
})

withPrograms(['python3'], 'the first write', () => {
  test('on a mount: to a file of its own, of that size, of zeros', async () => {
    const { directory, output, sample } = await trialOf(medium)
    const found = JSON.parse(output.stdout)
    expect(found).toMatchObject({ sizeBytes: 8 * MIB, ofImage: false })
    expect(found.openSeconds).toBeLessThan(found.seconds)
    expect(Sample.parse(sample())).toMatchObject({ bytes: 1, metrics: { duration: found.seconds } })
    expect(readFileSync(`${directory}/8m`).equals(Buffer.alloc(8 * MIB))).toBe(true)
    expect(statSync(`${directory}/8m`).blocks * 512).toBeGreaterThanOrEqual(8 * MIB)
  })

  test('where the file of the image is on the same mount: to that one, whose content stays', async () => {
    const [image, directory] = [scratch(), scratch()]
    writeFileSync(`${image}/1m`, Buffer.alloc(MIB))
    const { setup, workload } = small.steps(parameters({ directory }))
    await must(setup.map((command) => withImage(command, image)))
    const before = statSync(`${image}/1m`).mtimeMs
    const { stdout } = await real(withImage(workload, image))
    expect(JSON.parse(stdout)).toMatchObject({ sizeBytes: MIB, ofImage: true })
    expect(statSync(`${image}/1m`).mtimeMs).toBeGreaterThan(before)
    expect(readFileSync(`${image}/1m`).equals(Buffer.alloc(MIB))).toBe(true)
    await expect(real(['test', '-e', `${directory}/1m`])).resolves.toMatchObject({ exitCode: 1 })
  })

  test('a file of the image of another size is refused', async () => {
    const [image, directory] = [scratch(), scratch()]
    writeFileSync(`${image}/1m`, 'short')
    const { setup } = small.steps(parameters({ directory }))
    await expect(must(setup.map((command) => withImage(command, image)))).rejects.toThrow(/another size/)
  })

  test('a file that was lost after its setup is no number', async () => {
    const directory = scratch()
    const { workload, measure } = small.steps(parameters({ directory }))
    const output = await real(workload)
    expect(() => measure(output)).toThrow(expect.objectContaining({ code: 'ENOENT' }))
  })
})

/** A mount needs a superuser or a user namespace. */
withPrograms(['python3', 'unshare'], 'a writable layer', () => {
  const layer = async (script: string, command: Command) => {
    const root = scratch()
    // An overlay cannot have another one as its upper folder, and /tmp may be one.
    for (const name of ['t', 't/lower/image', 't/upper', 't/work', 't/mnt'])
      mkdirSync(`${root}/${name}`, { recursive: true })
    const mount = `mount -t overlay -o "lowerdir=$1/lower,upperdir=$1/upper,workdir=$1/work" overlay "$1/mnt"`
    const sh = `${script}\n${mount} || { echo "no overlay here" >&2; exit 99; }\nshift\n"$@"`
    const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
    return {
      root: `${root}/t`,
      run: (at: Command) => real(['unshare', ...user, '--mount', 'sh', '-c', sh, 'sh', `${root}/t`, ...at]),
      command,
    }
  }

  test('without a file of an image below has nothing to copy up', async ({ skip }) => {
    const { root, run } = await layer(':', [])
    const output = await run(small.steps(parameters({ directory: `${root}/mnt` })).workload)
    if (output.exitCode === 99) skip('no overlay can be mounted here')
    expect(() => small.steps(parameters()).measure(output)).toThrow(/nothing to copy up/)
  })

  test('copies the file of the image up, whole, when it is opened', async ({ skip }) => {
    const { root, run } = await layer('head -c 1048576 /dev/zero >"$1/lower/image/1m"; mkdir "$1/lower/work"', [])
    const { workload, measure } = small.steps(parameters({ directory: `${root}/mnt/work` }))
    const output = await run(withImage(workload, `${root}/mnt/image`))
    if (output.exitCode === 99) skip('no overlay can be mounted here')
    expect(output.stderr).toBe('')
    expect(measure(output).metrics.duration).toBeGreaterThan(0)
    expect(JSON.parse(output.stdout)).toMatchObject({ ofImage: true, sizeBytes: MIB })
    expect(statSync(`${root}/upper/image/1m`).size).toBe(MIB)
  })
})

describe('no number', () => {
  const good = { seconds: 0.2, openSeconds: 0.1, sizeBytes: MIB, ofImage: true }
  const output = (found: object) => ({ stdout: JSON.stringify(found), stderr: '', exitCode: 0 })
  const { measure } = small.steps(parameters())
  test('but for the good one', () => expect(measure(output(good)).seconds).toBe(0.2))
  test.each([
    ['the file is another size afterwards', { sizeBytes: 1 }],
    ['no time', { seconds: 0 }],
    ['not said whose file it was', { ofImage: undefined }],
  ])('%s', (_, wrong) => {
    expect(() => measure(output({ ...good, ...wrong }))).toThrow(expect.objectContaining({ code: 'bad-output' }))
  })
})
