import { describe, expect, test } from 'vitest'
import { TOOLS_IMAGE } from '../src/engines/labels.js'
import { readEnvironment } from '../src/environment.js'
import { Environment } from '../src/model.js'
import { engineRecord } from './builders.js'
import { fakeDeps, fakeExec } from './fake.js'

const IMAGE = { name: 'tools', id: 'sha256:1', digests: [] }
const NO_GIT = { 'git rev-parse': { exitCode: 128, stderr: 'not a git repository' } }
const read = (
  answers: Parameters<typeof fakeExec>[0] = NO_GIT,
  env = {},
  engine = engineRecord(),
  image: typeof IMAGE | null = IMAGE,
) => readEnvironment(engine, image, fakeDeps({ exec: fakeExec(answers).exec, env }))

test('is what the schema stores', async () => {
  const environment = await read()
  expect(Environment.parse(environment)).toEqual(environment)
  expect(environment.machine.cpus).toBeGreaterThan(0)
})

describe('git', () => {
  test('none', async () => expect((await read()).git).toBeNull())

  test.each([
    ['', false],
    [' M file\n', true],
  ])('status %j is dirty: %s', async (status, dirty) => {
    const answers = {
      'git rev-parse HEAD': { stdout: 'abc\n' },
      'git rev-parse --abbrev-ref': { stdout: 'main\n' },
      'git status': { stdout: status },
    }
    expect((await read(answers)).git).toEqual({ commit: 'abc', branch: 'main', dirty })
  })
})

test('of the variables only those that name a build are kept', async () => {
  expect(
    (
      await read(NO_GIT, {
        CI: 'true',
        GITHUB_SHA: 'abc',
        AWS_SECRET_ACCESS_KEY: 'x',
        PATH: '/bin',
        CI_PIPELINE_ID: '',
      })
    ).ci,
  ).toEqual({ CI: 'true', GITHUB_SHA: 'abc' })
})

test('an image of ours is known by its name: each machine builds it anew, with another id', async () => {
  const of = async (name: string, id: string) =>
    (await read(NO_GIT, {}, engineRecord(), { name, id, digests: [] })).fingerprint
  expect(await of(TOOLS_IMAGE, 'sha256:1')).toBe(await of(TOOLS_IMAGE, 'sha256:2'))
  expect(await of('theirs', 'sha256:1')).not.toBe(await of('theirs', 'sha256:2'))
})

describe('the fingerprint', () => {
  const of = async (...given: Parameters<typeof read>) => (await read(...given)).fingerprint

  test('is the same for the same', async () => expect(await of()).toBe(await of(NO_GIT, { CI: 'true' })))

  test.each([
    ['the engine', engineRecord({ id: 'podman' }), IMAGE],
    ['its version', engineRecord({ version: '29' }), IMAGE],
    ['the storage driver', engineRecord({ storageDriver: 'btrfs' }), IMAGE],
    ['the kernel', engineRecord({ kernel: '6.1' }), IMAGE],
    ['the image', engineRecord(), { ...IMAGE, id: 'sha256:2' }],
    ['no image', engineRecord(), null],
  ])('is another with %s changed', async (_, engine, image) => {
    expect(await of(NO_GIT, {}, engine, image)).not.toBe(await of())
  })
})
