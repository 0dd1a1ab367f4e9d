import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  folderLeftovers,
  forgetInstance,
  instanceFolder,
  isInstanceFolder,
  makeRunFolder,
  noteInstance,
  removeRunFolder,
} from '../../src/engines/folders.js'
import { instanceName } from '../../src/engines/labels.js'
import { temporaryFolder } from '../fake.js'

const RUN_ID = '20261121-120000-abc123'
const NAME = instanceName(RUN_ID, 'bind', 0)

describe('a folder that a label names', () => {
  test('is one that we make', () => {
    expect(isInstanceFolder(instanceFolder('/home/me', RUN_ID, NAME), RUN_ID, NAME)).toBe(true)
  })

  test.each([
    ['anything else', '/etc', RUN_ID, NAME],
    ['a relative one', `.mountbench/${RUN_ID}/${NAME}`, RUN_ID, NAME],
    ['one with ..', `/x/../.mountbench/${RUN_ID}/${NAME}`, RUN_ID, NAME],
    ['one of another run', `/x/.mountbench/20261121-120000-ffffff/${NAME}`, RUN_ID, NAME],
    ['the folder of the run', `/x/.mountbench/${RUN_ID}`, RUN_ID, ''],
    ['one above', '/x/.mountbench', RUN_ID, '..'],
    ['a run that is no run: ..', '/home/me/photos', '..', 'photos'],
    ['a run that is no run: ../..', '/photos', '../..', 'photos'],
    ['an empty run', '/x/.mountbench/photos', '', 'photos'],
    ['a run with a path', `/x/.mountbench/a/b/${NAME}`, 'a/b', NAME],
    ['a name that is not of the run', `/x/.mountbench/${RUN_ID}/photos`, RUN_ID, 'photos'],
    [
      'a name with a path',
      `/x/.mountbench/${RUN_ID}/mountbench-${RUN_ID}-/../../../photos-0`,
      RUN_ID,
      `mountbench-${RUN_ID}-/../../../photos-0`,
    ],
  ])('is not %s', (_, path, runId, name) => {
    expect(isInstanceFolder(path, runId, name)).toBe(false)
  })
})

test('a run’s folder says whose it is, and goes with the one around it', async () => {
  const cwd = temporaryFolder()
  await makeRunFolder(cwd, RUN_ID, 'owner-word')
  expect(readFileSync(join(cwd, '.mountbench', RUN_ID, 'owner'), 'utf8')).toBe('owner-word\n')
  expect(await removeRunFolder(cwd, RUN_ID)).toEqual([])
  expect(existsSync(join(cwd, '.mountbench'))).toBe(false)
})

test('the folder of another run stays', async () => {
  const cwd = temporaryFolder()
  await makeRunFolder(cwd, RUN_ID, 'a')
  await makeRunFolder(cwd, '20261121-120000-ffffff', 'b')
  await removeRunFolder(cwd, RUN_ID)
  expect(existsSync(join(cwd, '.mountbench', '20261121-120000-ffffff', 'owner'))).toBe(true)
})

test('a working directory that cannot be written to is an error for a person', async () => {
  const cwd = temporaryFolder()
  writeFileSync(join(cwd, '.mountbench'), 'a file')
  await expect(makeRunFolder(cwd, RUN_ID, 'a')).rejects.toMatchObject({ code: 'cannot-run' })
})

describe('what no label tells is noted in the run’s folder', () => {
  /** A run that noted an instance whose folder is in the user's storage, and was killed. */
  async function killedRun(folderName: string, name = NAME) {
    const cwd = temporaryFolder()
    const storage = temporaryFolder()
    const folder = join(storage, folderName)
    mkdirSync(folder)
    const child = spawn('sleep', ['600'], { detached: true })
    await makeRunFolder(cwd, RUN_ID, 'owner-word')
    await noteInstance(cwd, { runId: RUN_ID, folder }, name, child.pid!)
    const [leftover] = await folderLeftovers(cwd)
    return { cwd, storage, folder, child, remove: () => leftover!.remove() }
  }

  test('its folder in the user’s storage is removed, its process ended', async () => {
    const { cwd, storage, child, remove } = await killedRun(NAME)
    const ended = once(child, 'exit')
    expect(await remove()).toEqual([])
    await ended
    expect(readdirSync(storage)).toEqual([])
    expect(existsSync(join(cwd, '.mountbench'))).toBe(false)
  })

  test.each(['photos', `mountbench-${RUN_ID}`, 'mountbench-20261121-120000-ffffff-bind-0'])(
    'a forged folder %s is not removed',
    async (folderName) => {
      const { folder, child, remove } = await killedRun(folderName)
      child.kill('SIGKILL')
      await once(child, 'exit')
      await remove()
      expect(existsSync(folder)).toBe(true)
    },
  )

  test('a note that is none does no harm', async () => {
    const cwd = temporaryFolder()
    await makeRunFolder(cwd, RUN_ID, 'owner-word')
    writeFileSync(join(cwd, '.mountbench', RUN_ID, `${NAME}.instance.json`), '{"process": 1')
    const [leftover] = await folderLeftovers(cwd)
    expect(await leftover!.remove()).toEqual([])
  })

  test('it is forgotten when the instance is closed', async () => {
    const cwd = temporaryFolder()
    await makeRunFolder(cwd, RUN_ID, 'owner-word')
    await noteInstance(cwd, { runId: RUN_ID, folder: null }, NAME, process.pid)
    await forgetInstance(cwd, { runId: RUN_ID }, NAME)
    expect(readdirSync(join(cwd, '.mountbench', RUN_ID))).toEqual(['owner'])
  })
})
