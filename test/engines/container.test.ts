import { release } from 'node:os'
import { describe, expect, test } from 'vitest'
import { containerEngine } from '../../src/engines/container.js'
import { chooseEngine, detect, engineName } from '../../src/engines/index.js'
import type { ExecResult } from '../../src/exec.js'
import { parseTarget } from '../../src/targets.js'
import { fixture, request } from '../builders.js'
import { type FakeDeps, fakeDeps, fakeExec } from '../fake.js'

const json = (name: string) => ({ stdout: fixture(`engine-json/${name}.json`) })
const ABSENT = { exitCode: 127, stderr: 'spawn docker ENOENT' }
const DOCKER = {
  'docker version': json('docker-version'),
  'docker info': json('docker-20.10-info'),
  'docker context': { stdout: 'unix:///var/run/docker.sock\n' },
}
const PODMAN = { 'podman version': json('podman-4.3.1-version'), 'podman info': json('podman-4.3.1-info') }
const PODMAN_AS_DOCKER = { 'docker version': json('podman-4.3.1-version'), 'docker info': json('podman-4.3.1-info') }
const CATATONIT = { 'sh -c command -v catatonit': { stdout: '/usr/libexec/podman/catatonit\n' } }

function outside(answers: Record<string, Partial<ExecResult>>, more: Partial<FakeDeps> = {}) {
  const execs = fakeExec(answers)
  return { deps: fakeDeps({ exec: execs.exec, ...more }), lines: execs.lines }
}

describe('finding one', () => {
  test('docker', async () => {
    const { deps } = outside(DOCKER)
    expect(await containerEngine('docker', deps)).toMatchObject({
      program: 'docker',
      record: { id: 'docker', remote: null },
    })
  })

  test('podman', async () => {
    const { deps } = outside(PODMAN)
    expect(await containerEngine('podman', deps)).toMatchObject({ program: 'podman', record: { id: 'podman' } })
  })

  test('podman behind the name docker is podman, asked in its own way, and said', async () => {
    const { deps, lines } = outside(PODMAN_AS_DOCKER)
    expect(await containerEngine('docker', deps)).toMatchObject({
      program: 'docker',
      record: { id: 'podman', version: '4.3.1' },
    })
    expect(lines()).toContain('docker info --format json')
    expect(deps.stderr.text()).toContain('docker is podman here')
  })

  test.each([
    ['not installed', ABSENT, 'docker is not installed', undefined],
    [
      'no daemon',
      {
        exitCode: 1,
        stderr: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
      },
      'docker does not answer: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?',
      'start the engine',
    ],
    [
      'no permission',
      {
        exitCode: 1,
        stderr:
          'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock\n',
      },
      'docker does not answer: permission denied',
      'docker group',
    ],
    ['no answer', { exitCode: 143, timedOut: true }, 'no answer in 20 s', undefined],
    ['another program', { stdout: 'hello' }, 'not as an engine does: hello', undefined],
  ])('%s: its own words and what to try', async (_, answer, message, hint) => {
    const { deps } = outside({ 'docker version': answer })
    const error = await containerEngine('docker', deps).catch((thrown) => thrown)
    expect(error).toMatchObject({ code: 'cannot-run', message: expect.stringContaining(message) })
    if (hint) expect(error.hint).toContain(hint)
  })

  test('an info of unknown shape', async () => {
    const { deps } = outside({ ...DOCKER, 'docker info': { stdout: '{"ID": 1}' } })
    await expect(containerEngine('docker', deps)).rejects.toMatchObject({
      code: 'cannot-run',
      message: 'docker info has an unknown shape',
    })
  })

  test('an interruption while asking is no missing engine', async () => {
    const stopping = AbortSignal.abort()
    const { deps } = outside({ 'docker version': { exitCode: 130 } }, { signal: stopping })
    await expect(detect('docker', deps)).rejects.toMatchObject({ code: 'interrupted' })
  })
})

describe('a remote engine', () => {
  test('by DOCKER_HOST or a context: what the client itself resolves', async () => {
    const { deps } = outside({ ...DOCKER, 'docker context': { stdout: 'ssh://me@server\n' } })
    const engine = await containerEngine('docker', deps)
    expect(engine.record).toMatchObject({ remote: 'ssh://me@server', sameKernel: false })
    expect(() => engine.plan(request('bind'))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('a folder of that machine'),
        hint: expect.stringContaining('src='),
      }),
    )
    expect(engine.plan(request('bind,src=/there')).start.join(' ')).toContain('src=/there')
  })

  test('by CONTAINER_HOST', async () => {
    const { deps } = outside(PODMAN, { env: { CONTAINER_HOST: 'ssh://me@server' } })
    expect((await containerEngine('podman', deps)).record.remote).toBe('ssh://me@server')
  })
})

describe('--init', () => {
  const init = async (program: 'docker' | 'podman', answers: Record<string, Partial<ExecResult>>) =>
    (await containerEngine(program, outside(answers).deps)).plan(request('volume')).start.includes('--init')

  test('docker ships its own', async () => expect(await init('docker', DOCKER)).toBe(true))
  test('podman with catatonit', async () => expect(await init('podman', { ...PODMAN, ...CATATONIT })).toBe(true))
  test('podman without: no container may fail for it', async () => expect(await init('podman', PODMAN)).toBe(false))
  test('podman behind docker without', async () => expect(await init('docker', PODMAN_AS_DOCKER)).toBe(false))
})

describe('a volume that is to exist', () => {
  test.each([
    ['volume,name=mine', 0, null],
    ['volume,name=mine', 1, "there is no volume 'mine' on this engine"],
    ['volume', 1, null],
  ])('%s, inspect exits %d', async (mount, exitCode, objection) => {
    const { deps } = outside({ ...DOCKER, 'docker volume inspect': { exitCode } })
    expect(await (await containerEngine('docker', deps)).objection(parseTarget(mount))).toBe(objection)
  })
})

test('a plan uses the id of the image that was found, not its name', async () => {
  const { deps } = outside({ ...DOCKER, 'docker image inspect': { stdout: '[{"Id": "sha256:77"}]' } })
  const engine = await containerEngine('docker', deps)
  await engine.ensureImage({ name: 'mine:latest', pull: 'never' })
  expect(engine.plan(request('volume')).start).toContain('sha256:77')
})

test('a plan as a person pastes it: detached, and commands by exec', async () => {
  const engine = await containerEngine('docker', outside(DOCKER).deps)
  const plan = engine.plan(request('volume'))
  const { start, inside } = engine.paste(plan)
  expect(start).toContain('--detach')
  expect(start).not.toContain('--interactive')
  expect(start.slice(-2)).toEqual([plan.start[plan.start.indexOf('--entrypoint') + 2], 'infinity'])
  expect(inside(['dd', 'if=x'])).toEqual(['docker', 'exec', '--env', 'LC_ALL=C', plan.name, 'dd', 'if=x'])
})

describe('choosing', () => {
  const UNSHARE = { 'unshare --mount': {}, 'unshare --version': { stdout: 'unshare from util-linux 2.38.1\n' } }
  const NONE = { 'docker version': ABSENT, 'podman version': ABSENT }

  test('auto takes the first that answers, and says which', async () => {
    const { deps, lines } = outside({ ...DOCKER, ...PODMAN })
    expect((await chooseEngine('auto', deps)).record.id).toBe('docker')
    expect(deps.stderr.text()).toBe('engine: docker 20.10.24+dfsg1 (overlay2)\n')
    expect(lines().some((line) => line.startsWith('podman'))).toBe(false)
  })

  test('auto says why not the others', async () => {
    const { deps } = outside({ 'docker version': ABSENT, ...PODMAN })
    expect((await chooseEngine('auto', deps)).record.id).toBe('podman')
    expect(deps.stderr.text()).toContain('podman 4.3.1 (overlay); docker is not installed')
  })

  test('without both it takes namespaces', async () => {
    const { deps } = outside({ ...NONE, ...UNSHARE })
    expect((await chooseEngine('auto', deps)).record).toMatchObject({
      id: 'namespaces',
      version: '2.38.1',
      kernel: release(),
    })
  })

  test('with none at all every reason is told', async () => {
    const { deps } = outside({
      ...NONE,
      'unshare --mount': { exitCode: 1, stderr: 'unshare: unshare failed: Operation not permitted\n' },
    })
    await expect(chooseEngine('auto', deps)).rejects.toMatchObject({
      code: 'cannot-run',
      details: expect.stringMatching(
        /docker is not installed\npodman is not installed\nnamespaces cannot be made: unshare/,
      ),
    })
  })

  test('a named engine that does not answer is not replaced', async () => {
    const { deps } = outside({ ...NONE, ...UNSHARE })
    await expect(chooseEngine('podman', deps)).rejects.toMatchObject({
      code: 'cannot-run',
      message: 'podman is not installed',
    })
  })

  test('a rootless one is named so', async () => {
    const { engine } = await detect('docker', outside(DOCKER).deps)
    expect(engineName({ ...engine!, record: { ...engine!.record, rootless: true } })).toBe(
      'docker 20.10.24+dfsg1 rootless (overlay2)',
    )
  })
})
