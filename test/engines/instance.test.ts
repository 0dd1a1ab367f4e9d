import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { InstancePlan } from '../../src/engines/engine.js'
import { hostPlan } from '../../src/engines/host.js'
import { openInstance, tryAll } from '../../src/engines/instance.js'
import { openPipe, type Pipe, runProgram } from '../../src/exec.js'
import { parseTarget } from '../../src/targets.js'
import { request } from '../builders.js'
import { type Answers, type FakeDeps, fakeDeps, fakeExec, fakePipe, temporaryFolder } from '../fake.js'

const PLAN: InstancePlan = {
  name: 'ours',
  create: [
    ['engine', 'create', 'one'],
    ['engine', 'create', 'two'],
  ],
  start: ['engine', 'run'],
  startIn: null,
  mountPoint: '/mnt',
  kill: ['engine', 'kill', 'ours'],
  note: null,
  sweep: [['engine', 'sweep']],
  remove: [
    ['engine', 'rm', 'ours'],
    ['engine', 'volume', 'rm'],
  ],
}

/** An engine whose container ends when it is told to. */
function outside(answers: Answers, exec: Parameters<typeof fakeExec>[0] = {}, more: Partial<FakeDeps> = {}) {
  let pipe: Pipe | undefined
  const inside: string[] = []
  const execs = fakeExec(exec)
  const deps = fakeDeps({
    exec: execs.exec,
    openPipe: (command) => {
      pipe = fakePipe(command.at(-1) ?? '', (words) => {
        inside.push(words.join(' '))
        return answers(words)
      })
      return pipe
    },
    ...more,
  })
  return { deps, lines: execs.lines, inside, pipe: () => pipe }
}

describe('opening', () => {
  test('creates, starts, and makes our folder on the mount', async () => {
    const { deps, lines, inside } = outside(() => ({}))
    const instance = await openInstance(PLAN, deps)
    expect(instance).toMatchObject({ directory: '/mnt/ours', mountPoint: '/mnt' })
    expect(lines()).toEqual(['engine create one', 'engine create two'])
    expect(inside).toEqual(['mkdir -p -- /mnt/ours', 'cd /mnt/ours'])
  })

  test('a step that fails removes what was made, and is the error, with the engine’s words', async () => {
    const { deps, lines } = outside(() => ({}), {
      'engine create two': { exitCode: 125, stderr: 'warning\nno space left on device\n' },
    })
    const error = await openInstance(PLAN, deps).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'cannot-run',
      message: 'engine create two failed: no space left on device',
      hint: expect.stringContaining('free some space'),
      details: expect.stringContaining('engine create two'),
    })
    expect(lines()).toEqual(expect.arrayContaining(['engine rm ours', 'engine volume rm']))
  })

  test('a container that does not start: its last words', async () => {
    const { deps } = outside(() => ({
      dies: 125,
      stderr: 'docker: Error response from daemon: invalid mount config\n',
    }))
    await expect(openInstance(PLAN, deps)).rejects.toMatchObject({
      message: expect.stringContaining('exit code 125: docker: Error response from daemon: invalid mount config'),
    })
  })

  test('what cannot be removed after it does not hide the first error', async () => {
    const { deps } = outside(() => ({ exitCode: 1, stderr: 'Permission denied\n' }), {
      'engine rm': { exitCode: 1, stderr: 'device busy\n' },
    })
    const error = await openInstance(PLAN, deps).catch((thrown) => thrown)
    expect(error.message).toBe('the container cannot write to the mount: Permission denied')
    expect(error.details).toContain('not removed: engine rm ours: device busy')
  })

  test('a shell that could not be used is ended: nothing of it keeps running', async () => {
    const file = join(temporaryFolder(), 'file')
    writeFileSync(file, '')
    const pipes: Pipe[] = []
    const deps = fakeDeps({
      exec: runProgram,
      openPipe: (...given) => {
        const pipe = openPipe(...given)
        pipes.push(pipe)
        return pipe
      },
    })
    await expect(
      openInstance(hostPlan(request(parseTarget(`host,src=${file}`)), deps.cwd), deps),
    ).rejects.toMatchObject({ code: 'cannot-run' })
    expect(pipes).toHaveLength(1)
    await pipes[0]!.ended
  })
})

describe('closing', () => {
  test('empties our folder from inside, ends the container, removes what was made', async () => {
    const { deps, lines, inside, pipe } = outside(() => ({}), { 'engine kill': () => ({}) })
    const instance = await openInstance(PLAN, deps)
    expect(await instance.close()).toEqual([])
    await pipe()!.ended
    expect(inside.at(-1)).toBe('rm -rf -- /mnt/ours')
    expect(lines().slice(2)).toEqual(['engine rm ours', 'engine volume rm'])
  })

  test('sweeps from outside when that is not possible from inside', async () => {
    const { deps, lines, pipe } = outside((words) => (words[0] === 'rm' ? { exitCode: 1 } : {}))
    const instance = await openInstance(PLAN, deps)
    await instance.close()
    expect(lines()).toContain('engine sweep')
    pipe()!.kill()
  })

  test('sweeps from outside when the container is gone', async () => {
    const { deps, lines, pipe } = outside(() => ({}))
    const instance = await openInstance(PLAN, deps)
    pipe()!.kill()
    await pipe()!.ended
    expect(await instance.close()).toEqual([])
    expect(lines()).toContain('engine sweep')
    expect(lines()).toContain('engine rm ours')
  })

  test('says what could not be removed, and goes on', async () => {
    const { deps, lines } = outside(() => ({}), { 'engine rm': { exitCode: 1, stderr: 'busy\n' } })
    const instance = await openInstance(PLAN, deps)
    expect(await instance.close()).toEqual(['engine rm ours: busy'])
    expect(lines().at(-1)).toBe('engine volume rm')
  })

  test('on Ctrl-C the work inside is killed at once', async () => {
    const stopping = new AbortController()
    const { deps, lines, pipe } = outside(
      (words) => (words[0] === 'fio' ? 'hang' : {}),
      {},
      { signal: stopping.signal },
    )
    const instance = await openInstance(PLAN, deps)
    const running = expect(instance.session.run(['fio'], 600)).rejects.toMatchObject({ code: 'killed' })
    stopping.abort()
    await running
    await pipe()!.ended
    expect(lines()).toContain('engine kill ours')
  })
})

describe('on the host, with a real shell', () => {
  const real = () => fakeDeps({ exec: runProgram, openPipe })

  test('makes a folder, works in it, and leaves nothing', async () => {
    const deps = real()
    const plan = hostPlan(request('host'), deps.cwd)
    const instance = await openInstance(plan, deps)
    await instance.session.run(['touch', `${instance.directory}/data`], 30)
    expect(readdirSync(instance.directory)).toEqual(['data'])
    expect(await instance.close()).toEqual([])
    expect(existsSync(plan.mountPoint)).toBe(false)
  })

  test('in a folder of the user it removes only its own', async () => {
    const deps = real()
    const src = join(deps.cwd, 'mine')
    mkdirSync(src)
    writeFileSync(join(src, 'precious'), '')
    const instance = await openInstance(hostPlan(request(`host,src=${src}`), deps.cwd), deps)
    await instance.session.run(['touch', `${instance.directory}/data`], 30)
    expect(await instance.close()).toEqual([])
    expect(readdirSync(src)).toEqual(['precious'])
  })
})

test('trying all: what is gone already is no problem', async () => {
  const { exec } = fakeExec({
    'docker rm a': { exitCode: 1, stderr: 'Error: No such container: a' },
    'docker volume rm v': { exitCode: 1, stderr: 'Error response from daemon: get v: no such volume' },
    'podman rm b': { exitCode: 1, stderr: 'Error: no container with name or ID "b" found: no such container' },
    'docker rm c': { exitCode: 1, stderr: 'busy' },
  })
  const commands = ['docker rm a', 'docker volume rm v', 'podman rm b', 'docker rm c', 'docker rm d'].map((line) =>
    line.split(' '),
  )
  expect(await tryAll(commands, { exec })).toEqual(['docker rm c: busy'])
})
