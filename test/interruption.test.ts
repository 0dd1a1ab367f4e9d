import { describe, expect, test } from 'vitest'
import { type BenchmarkOptions, mustHaveMeasured } from '../src/benchmark.js'
import { readRun } from '../src/store.js'
import { MIB } from './builders.js'
import { type FakeEngineOptions, machine } from './fake.js'
import { cellOf, closedAll, isWorkload, measured } from './fake-run.js'

describe('interrupted', () => {
  /** Ctrl-C when the volume's workload of this index begins. */
  async function stoppedAt(index: number, given: BenchmarkOptions = {}) {
    const stopping = new AbortController()
    let count = 0
    const opened: string[] = []
    const fake: FakeEngineOptions = {
      deps: { signal: stopping.signal },
      answer: (label, command, told) => {
        if (label !== 'volume' || !isWorkload(command) || count++ !== index) return undefined
        opened.push(...told.opened)
        stopping.abort()
        return 'hang'
      },
    }
    return { ...(await measured(given, fake)), before: opened }
  }

  test('in the middle: incomplete, saved with what was measured, everything closed', async () => {
    const { run, folder, told, execs } = await stoppedAt(3)
    expect(run).toMatchObject({ status: 'incomplete', stopped: 'interrupted' })
    expect(await readRun(folder)).toEqual(run)
    expect(cellOf(run, 'volume')).toMatchObject({ status: 'measured', n: 2, failed: 0 })
    closedAll(told)
    expect(execs.lines().filter((line) => line.startsWith('fake rm'))).toHaveLength(told.opened.length)
  })

  test('the trial that was running is no failure', async () => {
    const { run } = await stoppedAt(3)
    expect(run.trials.filter(({ failure }) => failure)).toEqual([])
  })

  test('nothing is started any more', async () => {
    const { told, before } = await stoppedAt(1, { mounts: ['volume', 'tmpfs', 'layer', 'bind'] })
    expect(told.opened).toEqual(before)
  })

  test('before anything was measured nothing is a figure', async () => {
    const { run } = await stoppedAt(0, { mounts: ['volume'] })
    expect(run).toMatchObject({ status: 'incomplete', stopped: 'interrupted', trials: [] })
    expect(cellOf(run, 'volume')).toMatchObject({ median: null })
  })
})

test('an error after something was measured: incomplete with the reason, saved, everything closed', async () => {
  const built = machine()
  const filling: FakeEngineOptions = {
    machine: built,
    answer: (label, command) => {
      if (label === 'volume' && isWorkload(command)) built.free.volume = 8 * MIB
      return undefined
    },
  }
  const { run, folder, told } = await measured({ mounts: ['volume', 'bind'], rounds: 8 }, filling)
  expect(run).toMatchObject({ status: 'incomplete', stopped: expect.stringMatching(/seq-write needs .* are free/) })
  expect(() => mustHaveMeasured(run)).toThrow(
    expect.objectContaining({ code: 'cannot-run', message: expect.stringMatching(/^it ended early: seq-write needs/) }),
  )
  expect(cellOf(run, 'volume')).toMatchObject({ status: 'measured', n: 4 })
  expect(await readRun(folder)).toEqual(run)
  closedAll(told)
})

test.each([
  [null, null],
  ['interrupted', null],
  ['the time limit of 60 s was reached', 60],
])('%j is an end that was asked for', async (stopped, maxTimeSeconds) => {
  const { run } = await measured()
  expect(() => mustHaveMeasured({ ...run, stopped, options: { ...run.options, maxTimeSeconds } })).not.toThrow()
})
