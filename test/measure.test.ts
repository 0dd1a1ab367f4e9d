import { describe, expect, test } from 'vitest'
import { type FakeEngineOptions, fakeClock } from './fake.js'
import { cellOf, closedAll, isWorkload, measured, measures, trialsOf } from './fake-run.js'

describe('a trial that fails', () => {
  const full = {
    exitCode: 1,
    stderr:
      "dd: error writing 'x': No space left on device\n1+0 records in\n0+0 records out\n67108864 bytes (67 MB, 64 MiB) copied, 0.5 s, 134 MB/s\n",
  }
  /** The volume fails in these of its workloads, counted from 0, the warm-up. */
  const failing = (which: (index: number) => boolean): FakeEngineOptions => {
    let index = 0
    return {
      answer: (label, command) =>
        label === 'volume' && isWorkload(command) ? (which(index++) ? full : undefined) : undefined,
    }
  }

  test('is recorded with its command and last line, never a number, and the others go on', async () => {
    const { run } = await measured(
      {},
      failing((index) => index === 2),
    )
    const [failed] = trialsOf(run, 'volume').filter(({ failure }) => failure)
    expect(failed).toMatchObject({
      sample: null,
      failure: { code: 'ENOSPC', lastLine: expect.stringContaining('No space left on device') },
    })
    expect(failed!.failure!.command).toEqual(failed!.command)
    expect(failed!.raw).not.toBeNull()
    expect(cellOf(run, 'volume')).toMatchObject({ status: 'measured', n: 5, failed: 1 })
    expect(cellOf(run, 'tmpfs')).toMatchObject({ n: 6, failed: 0 })
  })

  test('three in a row give the cell up, and only it', async () => {
    const { run } = await measured(
      {},
      failing((index) => index >= 2),
    )
    expect(measures(trialsOf(run, 'volume'))).toHaveLength(4)
    expect(cellOf(run, 'volume')).toMatchObject({
      status: 'measured',
      n: 1,
      failed: 3,
      reason: expect.stringContaining('given up after 3 failures in a row'),
    })
    expect(cellOf(run, 'tmpfs').n).toBe(6)
  })

  test('two in a row do not', async () => {
    const { run } = await measured(
      {},
      failing((index) => index === 2 || index === 3 || index === 5 || index === 6),
    )
    expect(measures(trialsOf(run, 'volume'))).toHaveLength(6)
    expect(cellOf(run, 'volume')).toMatchObject({ n: 2, failed: 4 })
  })

  test('all of them: no figure at all', async () => {
    const { run } = await measured(
      {},
      failing((index) => index > 0),
    )
    expect(cellOf(run, 'volume')).toMatchObject({ status: 'failed', n: 0, failed: 3, median: null, comparison: null })
    expect(cellOf(run, 'tmpfs').comparison).toBeNull()
  })

  test('in the warm-up closes the cell as failed', async () => {
    const { run } = await measured(
      {},
      failing((index) => index === 0),
    )
    expect(measures(trialsOf(run, 'volume'))).toEqual([])
    expect(cellOf(run, 'volume')).toMatchObject({ status: 'failed', reason: expect.stringContaining('No space left') })
  })

  test.each([
    ['EINVAL', { exitCode: 1, stderr: "dd: failed to open 'x': Invalid argument\n" }],
    ['a flag that dd does not know', { exitCode: 1, stderr: "dd: invalid argument 'direct' for 'oflag'\n" }],
    ['no dd that prints a speed', { stderr: '64+0 records in\n64+0 records out\n' }],
  ])('in the warm-up with %s is unsupported: skipped with its reason', async (_, answer) => {
    const { run } = await measured(
      {},
      { answer: (label, command) => (label === 'volume' && isWorkload(command) ? answer : undefined) },
    )
    expect(cellOf(run, 'volume')).toMatchObject({
      status: 'skipped',
      n: 0,
      reason: expect.stringMatching(/^unsupported: /),
    })
    expect(cellOf(run, 'tmpfs').status).toBe('measured')
  })

  test('by its time limit ends its instance, and the next gets a fresh one', async () => {
    let index = 0
    const hanging: FakeEngineOptions = {
      answer: (label, command) => (label === 'volume' && isWorkload(command) && index++ === 1 ? 'hang' : undefined),
    }
    const { run, told } = await measured({ trialTimeoutSeconds: 0.2 }, hanging)
    expect(trialsOf(run, 'volume').find(({ failure }) => failure)?.failure).toMatchObject({ code: 'timeout' })
    expect(told.opened).toContain('volume-1')
    expect(cellOf(run, 'volume').n).toBe(5)
    closedAll(told)
  })

  test('because its container was killed', async () => {
    let index = 0
    const killed: FakeEngineOptions = {
      answer: (label, command) =>
        label === 'volume' && isWorkload(command) && index++ === 1 ? { dies: 137 } : undefined,
    }
    const { run, told } = await measured({}, killed)
    expect(trialsOf(run, 'volume').find(({ failure }) => failure)?.failure?.message).toContain('137')
    expect(cellOf(run, 'volume').n).toBe(5)
    closedAll(told)
  })

  test('in its preparation is recorded too; its setup is done again next time', async () => {
    let setups = 0
    const fake: FakeEngineOptions = {
      answer: (label, command) =>
        label === 'volume' && command.includes('if=/dev/urandom') && setups++ === 1
          ? { exitCode: 1, stderr: 'Input/output error\n' }
          : undefined,
    }
    const { run } = await measured({ scenarios: ['seq-read-warm'], rounds: 8 }, fake)
    const failures = trialsOf(run, 'volume').filter(({ failure }) => failure)
    expect(failures).toHaveLength(1)
    expect(failures[0]!.failure!.message).toContain('preparing failed: dd: Input/output error')
    expect(setups).toBe(3)
  })

  test('with --fresh keeps no instance for the next', async () => {
    let prepared = 0
    const fake: FakeEngineOptions = {
      answer: (label, command) =>
        label === 'volume' &&
        command.join(' ').startsWith('rm -f -- /mountbench') &&
        command.at(-1)!.endsWith('/seq-write/data') &&
        prepared++ === 1
          ? { exitCode: 1 }
          : undefined,
    }
    const { run, told } = await measured({ fresh: true, rounds: 2 }, fake)
    expect(trialsOf(run, 'volume').filter(({ failure }) => failure)).toHaveLength(1)
    expect(told.opened.filter((name) => name.startsWith('volume'))).toHaveLength(3)
  })
})

test('--max-time starts no further round, saves, and says so', async () => {
  const clock = fakeClock()
  const slow: FakeEngineOptions = {
    deps: { now: clock.now, sleep: clock.sleep },
    answer: (_, command) => {
      if (isWorkload(command)) clock.advance(10)
      return undefined
    },
  }
  const { run, told } = await measured({ maxTimeSeconds: 50 }, slow)
  expect(run).toMatchObject({ status: 'incomplete', stopped: 'the time limit of 50 s was reached' })
  expect(cellOf(run, 'volume').n).toBe(2)
  closedAll(told)
})
