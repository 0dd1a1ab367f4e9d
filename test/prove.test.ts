import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Engine } from '../src/engines/engine.js'
import { hostPlan } from '../src/engines/host.js'
import { openInstance } from '../src/engines/instance.js'
import { openPipe, runProgram } from '../src/exec.js'
import { probe } from '../src/prove.js'
import type { Command } from '../src/scenario.js'
import { engineRecord, fixture, MIB, request } from './builders.js'
import { type Answer, fakeDeps, fakeEngine, fakeInstance } from './fake.js'

const ENGINE = { record: engineRecord({ sameKernel: false }) } as Engine
const DF = 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 1000 400 600 40% /mountbench\n'

/** A container with a volume; `answer` replaces what it says to some commands. */
function container(answer: (line: string, command: Command) => Answer | undefined = () => undefined) {
  return fakeInstance((command) => {
    const line = command.join(' ')
    const said = answer(line, command)
    if (said) return said
    if (line === 'cat /proc/self/mountinfo') return { stdout: fixture('mountinfo/docker-volume.txt') }
    if (line.startsWith('df ')) return { stdout: DF }
    if (line.startsWith('cat /proc/meminfo')) return { stdout: fixture('kernel.txt') }
    if (line.endsWith('--version')) return { stdout: `${command[0]} 1.2\nmore\n` }
    return {}
  })
}

test('the container’s own mountinfo and statfs', async () => {
  const { proof } = await probe(container(), ENGINE)
  expect(proof).toMatchObject({
    directory: '/mountbench/work',
    mountPoint: '/mountbench',
    filesystem: 'ext4',
    source: '/dev/vda',
    totalBytes: 1000 * 1024,
    freeBytes: 600 * 1024,
    backing: null,
    direct: true,
  })
  expect(fixture('mountinfo/docker-volume.txt')).toContain(proof.mountinfo)
})

test('one block is written, and removed', async () => {
  const instance = container()
  await probe(instance, ENGINE)
  const own = instance.commands
    .map((command) => command.join(' '))
    .filter((line) => line.includes('/mountbench/work/probe'))
  expect(own.at(-1)).toBe('rm -f -- /mountbench/work/probe')
  expect(own.every((line) => line.startsWith('rm') || line.includes('bs=4096 count=1'))).toBe(true)
})

describe('O_DIRECT', () => {
  const direct = async (answer: Answer) =>
    (
      await probe(
        container((line) => (line.includes('oflag=direct') ? answer : undefined)),
        ENGINE,
      )
    ).proof.direct
  test.each([
    ['accepted', {}, true],
    ['refused', { exitCode: 1, stderr: "dd: failed to open '/mountbench/work/probe': Invalid argument\n" }, false],
    [
      'refused by NFS',
      { exitCode: 1, stderr: "dd: failed to open '/mountbench/work/probe': Operation not supported\n" },
      false,
    ],
    ['a dd that has no such flag', { exitCode: 1, stderr: "dd: invalid argument 'direct' for 'oflag'\n" }, null],
    ['another failure', { exitCode: 1, stderr: 'dd: Input/output error\n' }, null],
  ])('%s', async (_, answer, expected) => {
    expect(await direct(answer)).toBe(expected)
  })

  test('without dd nothing is known', async () => {
    const { proof, tools } = await probe(
      container((_, [program]) => (program === 'dd' ? { exitCode: 127, stderr: 'dd: not found' } : undefined)),
      ENGINE,
    )
    expect(proof.direct).toBeNull()
    expect(tools).not.toHaveProperty('dd')
    expect(tools).toMatchObject({ fio: 'fio 1.2', tar: 'tar 1.2', pgbench: 'pgbench 1.2' })
  })
})

test('a mount that cannot be written to is an error with dd’s words', async () => {
  const readOnly = container((line) =>
    line.startsWith('dd if=') ? { exitCode: 1, stderr: 'dd: Read-only file system\n' } : undefined,
  )
  await expect(probe(readOnly, ENGINE)).rejects.toMatchObject({
    code: 'cannot-run',
    message: expect.stringContaining('Read-only file system'),
  })
})

test.each(['cat /proc/self/mountinfo', 'df '])('a container without %s cannot be proved', async (missing) => {
  const blind = container((line) => (line.startsWith(missing) ? { exitCode: 127 } : undefined))
  await expect(probe(blind, ENGINE)).rejects.toMatchObject({ code: 'cannot-run' })
})

describe('tools', () => {
  test('the first line with a digit, also of busybox, which says it on stderr', async () => {
    const busybox = container((line) =>
      line === 'dd --version'
        ? { exitCode: 1, stderr: "dd: unrecognized option '--version'\nBusyBox v1.35.0 (Debian)\nUsage: dd\n" }
        : undefined,
    )
    expect((await probe(busybox, ENGINE)).tools.dd).toBe('BusyBox v1.35.0 (Debian)')
  })

  test('that are not there are not listed', async () => {
    const without = container((line, [program]) =>
      line.endsWith('--version') && program !== 'dd'
        ? { exitCode: 127, stderr: 'sh: 1: not found\n' }
        : program === 'python3'
          ? { exitCode: 127, stderr: 'sh: 1: python3: not found\n' }
          : undefined,
    )
    expect((await probe(without, ENGINE)).tools).toEqual({ dd: 'dd 1.2' })
  })

  test('of Python with its sqlite3 module: asked of a real one', async () => {
    const real = container((_, command) =>
      command[0] === 'python3'
        ? { stdout: execFileSync('python3', command.slice(1), { encoding: 'utf8' }) }
        : undefined,
    )
    expect((await probe(real, ENGINE)).tools.python3).toMatch(/^Python 3\.\d+\.\d+, SQLite 3\.\d+\.\d+$/)
  })
})

describe('memory', () => {
  const memory = async (limits: string, meminfo = fixture('kernel.txt')) => {
    const answers = (line: string) =>
      line.startsWith('cat /sys/fs/cgroup')
        ? { stdout: limits }
        : line.startsWith('cat /proc/meminfo')
          ? { stdout: meminfo }
          : undefined
    return (await probe(container(answers), ENGINE)).memoryBytes
  }
  test.each([
    ['no limit, cgroup v2', 'max\n', 24139364 * 1024],
    ['no limit, cgroup v1', '9223372036854771712\n', 24139364 * 1024],
    ['a limit', `${256 * MIB}\n`, 256 * MIB],
    ['nothing told', '', 24139364 * 1024],
  ])('%s', async (_, limits, expected) => {
    expect(await memory(limits)).toBe(expected)
  })

  test('not told at all', async () => {
    expect(await memory('', '')).toBeNull()
  })
})

describe('for real, on the host', () => {
  const onHost = async (src: string) => {
    const deps = fakeDeps({ exec: runProgram, openPipe })
    const instance = await openInstance(hostPlan(request(`host,src=${src}`), deps.cwd), deps)
    try {
      return (await probe(instance, fakeEngine({ record: { sameKernel: true } }).engine)).proof
    } finally {
      await instance.close()
    }
  }

  test('a folder in memory is found to be tmpfs', async () => {
    const folder = mkdtempSync('/dev/shm/mountbench-test-')
    try {
      expect(await onHost(folder)).toMatchObject({
        filesystem: 'tmpfs',
        mountPoint: '/dev/shm',
        backing: { filesystem: 'tmpfs' },
      })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('and so it is behind a symbolic link', async () => {
    const folder = mkdtempSync('/dev/shm/mountbench-test-')
    const link = join(fakeDeps().cwd, 'link')
    symlinkSync(folder, link)
    try {
      expect(await onHost(link)).toMatchObject({ filesystem: 'tmpfs' })
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
