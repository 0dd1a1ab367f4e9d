import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { mustHaveMeasured } from '../src/benchmark.js'
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
