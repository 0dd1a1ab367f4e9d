import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mustHaveMeasured } from '../src/benchmark.js'
import type { Command } from '../src/scenario.js'
import { MIB } from './builders.js'
import { machine } from './fake.js'
import { cellOf, closedAll, isWorkload, measured, refused, resultsIn } from './fake-run.js'

describe('what cannot be measured here', () => {
  test('a tool that no target has: the scenario is skipped with how to get it', async () => {
    const { run, workloads } = await measured(
      { scenarios: ['seq-write', 'fsync-latency'] },
      { machine: machine({ tools: { dd: 'dd 9.1' } }) },
    )
    expect(run.scenarios.map(({ skipped }) => skipped)).toEqual([
      null,
      expect.stringMatching(/fio is not there: install fio/),
    ])
    expect(cellOf(run, 'volume', 'fsync-latency')).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('fio is not there'),
    })
    expect(workloads.some((line) => line.includes('fio'))).toBe(false)
  })

  test('programs that neither this machine nor an image has: each with how to get it on either', async () => {
    const { run } = await measured(
      { scenarios: ['seq-write', 'fsync-latency', 'sqlite-wal', 'pgbench'], mounts: ['volume'], rounds: 2 },
      { machine: machine({ tools: { fio: 'fio-3.33' } }) },
    )
    expect(Object.fromEntries(run.scenarios.map(({ id, skipped }) => [id, skipped]))).toEqual({
      'seq-write': expect.stringMatching(/^dd is not there: install it \(apt-get install coreutils\), or use an image/),
      'fsync-latency': null,
      'sqlite-wal': expect.stringMatching(
        /^python3 is not there: install it \(apt-get install python3\), or use an image/,
      ),
      pgbench: 'pgbench is not there: install it (apt-get install postgresql), or use an image that has it: --image',
    })
  })

  test('O_DIRECT that is refused', async () => {
    const { run } = await measured({ scenarios: ['seq-write-direct'] }, { machine: machine({ direct: false }) })
    expect(cellOf(run, 'volume', 'seq-write-direct')).toMatchObject({
      status: 'skipped',
      reason: 'unsupported: ext4 refuses O_DIRECT',
    })
    expect(() => mustHaveMeasured(run)).toThrow(
      expect.objectContaining({ code: 'cannot-run', message: 'nothing was measured' }),
    )
  })

  describe('a file of the image', () => {
    const tools = { dd: 'dd 9.1', python3: 'Python 3.11' }
    const given = { scenarios: ['copy-up-1m'], mounts: ['layer', 'volume'], rounds: 2 }
    const layer = '144 127 0:48 / / rw - overlay overlay rw,upperdir=/u'
    const built = machine({ tools, mountinfo: { layer } })
    const written = '{"seconds": 0.1, "openSeconds": 0.05, "sizeBytes": 1048576, "ofImage": true}'
    const answer =
      (exitCode: number) =>
      (_: string, [program, ...rest]: Command) => {
        if (program === 'test') return { exitCode: rest.at(-1) === '/usr/local/share/mountbench/1m' ? exitCode : 2 }
        return program === 'python3' && rest.includes('write') ? { stdout: written } : undefined
      }

    test('is not below a writable layer without an image: skipped there, measured on a mount', async () => {
      const record = { id: 'namespaces' as const }
      const { run, told } = await measured(given, { machine: built, record, answer: answer(0) })
      expect(cellOf(run, 'layer', 'copy-up-1m')).toMatchObject({
        status: 'skipped',
        reason: 'there is no image below this writable layer, so nothing is copied up',
      })
      expect(cellOf(run, 'volume', 'copy-up-1m').status).toBe('measured')
      expect(told.commands.filter((line) => line.startsWith('layer python3') && line.includes('setup'))).toEqual([])
    })

    test('is not in that image: skipped there, with what to use', async () => {
      const { run } = await measured(given, { machine: built, answer: answer(1) })
      expect(cellOf(run, 'layer', 'copy-up-1m')).toMatchObject({
        status: 'skipped',
        reason: expect.stringMatching(
          /^there is no \/usr\/local\/share\/mountbench\/1m in this image: use one that has it/,
        ),
      })
      expect(cellOf(run, 'volume', 'copy-up-1m').status).toBe('measured')
    })

    test('is there: measured', async () => {
      const { run } = await measured(given, { machine: built, answer: answer(0) })
      expect(cellOf(run, 'layer', 'copy-up-1m').status).toBe('measured')
    })
  })

  test('programs that become another user, where there is none but root', async () => {
    const tools = { dd: 'dd 9.1', pgbench: 'pgbench (PostgreSQL) 15.18' }
    const given = { scenarios: ['pgbench', 'seq-write'], mounts: ['volume'] }
    const refused = async (rootless: boolean, id: 'namespaces' | 'podman') => {
      const { run } = await measured(given, { machine: machine({ tools }), record: { id, rootless } })
      return cellOf(run, 'volume', 'pgbench').reason ?? ''
    }
    const reason = /^an ordinary user has no other user than root/
    expect(await refused(true, 'namespaces')).toMatch(reason)
    expect(await refused(false, 'namespaces')).not.toMatch(reason)
    expect(await refused(true, 'podman')).not.toMatch(reason)
  })

  test('a target whose proof fails fails with the evidence, and the others are measured', async () => {
    const line = '144 127 0:48 / /mountbench rw - tmpfs tmpfs rw'
    const { run, told, deps } = await measured(
      { mounts: ['tmpfs', 'volume'] },
      { machine: machine({ mountinfo: { volume: line } }) },
    )
    expect(run.targets.find(({ label }) => label === 'volume')?.problem).toContain(line)
    expect(cellOf(run, 'volume')).toMatchObject({
      status: 'failed',
      median: null,
      reason: expect.stringContaining('memory, not a volume'),
    })
    expect(cellOf(run, 'tmpfs').status).toBe('measured')
    expect(deps.stderr.text()).toContain('memory, not a volume')
    closedAll(told)
  })

  test('no target that stands its proof: cannot run, nothing kept', async () => {
    const line = '144 127 0:48 / /mountbench rw - tmpfs tmpfs rw'
    const { error, deps, told } = await refused(
      { mounts: ['volume'] },
      { machine: machine({ mountinfo: { volume: line } }) },
    )
    expect(error).toMatchObject({
      code: 'cannot-run',
      message: 'no target can be measured',
      details: expect.stringContaining('memory, not a volume'),
    })
    expect(resultsIn(deps.cwd)).toEqual([])
    closedAll(told)
  })

  test('an instance that cannot be made', async () => {
    const { run } = await measured(
      {},
      {
        exec: { 'fake create mountbench-20261121-120000-000002-volume': { exitCode: 125, stderr: 'quota exceeded\n' } },
      },
    )
    expect(run.targets[0]!.problem).toContain('quota exceeded')
    expect(cellOf(run, 'tmpfs').status).toBe('measured')
  })

  test('what the engine knows against a target is bad input', async () => {
    const { error, told } = await refused(
      {},
      { engine: { objection: async ({ type }) => (type === 'volume' ? "there is no volume 'x'" : null) } },
    )
    expect(error).toMatchObject({ code: 'bad-input', message: "volume: there is no volume 'x'" })
    expect(told.opened).toEqual([])
  })
})

describe('no room', () => {
  test.each([
    [
      'on the disk',
      { sizeBytes: 500 * 1024 * MIB, mounts: ['volume'] },
      {},
      /seq-write needs 500 GiB on \/dev\/vda.*50\.0 GiB are free/,
    ],
    ['of two on one disk', { mounts: ['volume', 'bind'] }, { volume: 150 * MIB, bind: 150 * MIB }, /needs 128 MiB/],
    ['in a tmpfs', { mounts: ['tmpfs'] }, { tmpfs: 32 * MIB }, /./],
  ])('%s: refused with the numbers, and nothing is written', async (_, given, free, message) => {
    const { error, deps, told } = await refused(given, { machine: machine({ free }) })
    expect(error).toMatchObject({ code: 'cannot-run' })
    expect(`${error.message}\n${error.details}`).toMatch(message)
    expect(told.commands.filter((line) => isWorkload(line.split(' ').slice(1)))).toEqual([])
    expect(resultsIn(deps.cwd)).toEqual([])
    expect(existsSync(join(deps.cwd, '.mountbench'))).toBe(false)
    closedAll(told)
  })
})

test('a bind mount that lies in memory is said', async () => {
  const line = '144 127 0:48 / /mountbench rw - tmpfs tmpfs rw'
  const { run } = await measured({ mounts: ['bind', 'volume'] }, { machine: machine({ mountinfo: { bind: line } }) })
  expect(run.warnings).toEqual([expect.stringMatching(/^bind lies on a tmpfs, which is memory and no disk/)])
})
