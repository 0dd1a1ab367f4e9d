import { describe, expect, test } from 'vitest'
import type { Run } from '../src/model.js'
import { viewOf } from '../src/report/view.js'
import { seededRandom } from '../src/statistics/random.js'
import { ddOutput, MIB } from './builders.js'
import { type FakeEngineOptions, machine } from './fake.js'
import { cellOf, isWorkload, measured, measures } from './fake-run.js'

const DISK_LINE = '144 127 254:0 /volumes/v/_data /mountbench rw,relatime - ext4 /dev/vda rw'
const AGAIN = machine({ mountinfo: { 'volume-again': DISK_LINE, third: DISK_LINE } })
const DISKS = { mounts: ['volume', 'bind'], rounds: undefined, minRounds: 8, maxRounds: 16 }

/** An engine whose dd takes so many seconds on a target, in a scenario; undefined is half a second. */
const taking = (seconds: (label: string, scenario: string) => number | undefined): FakeEngineOptions => ({
  machine: AGAIN,
  answer: (label, command) => {
    if (!isWorkload(command)) return undefined
    const scenario = command.join(' ').includes('/dd-write/') ? 'dd-write' : 'seq-write'
    const took = seconds(label, scenario)
    return took === undefined ? undefined : { stderr: ddOutput(64 * MIB, took), read: 0, written: 64 * MIB }
  },
})

/** Half a second, give or take a factor of two, in an order that a seed decides. */
function noise(seed = 1) {
  const random = seededRandom(seed)
  return () => 0.5 * 2 ** (2 * random() - 1)
}

const scenarioOf = (run: Run, id = 'seq-write') => run.scenarios.find((scenario) => scenario.id === id)!
const roundsOf = (run: Run, id = 'seq-write') =>
  new Set(measures(run.trials).flatMap(({ scenario, round }) => (scenario === id ? [round] : []))).size

describe('a scenario', () => {
  test('that is precise stops at the least rounds', async () => {
    const { run } = await measured(
      DISKS,
      taking(() => undefined),
    )
    expect(run).toMatchObject({ status: 'complete', stopped: null })
    expect(scenarioOf(run)).toMatchObject({ rounds: 8, stopped: 'the precision of ±5% was reached' })
    expect(roundsOf(run)).toBe(8)
    expect(cellOf(run, 'bind').comparison).toMatchObject({ n: 8, verdict: 'same' })
  })

  test('that is noisy goes on to the most, and says what it missed', async () => {
    const { run } = await measured(DISKS, taking(noise()))
    expect(run).toMatchObject({ status: 'complete', stopped: null })
    expect(scenarioOf(run)).toMatchObject({
      rounds: 16,
      stopped: expect.stringMatching(/^no more were asked for; ±\d+(\.\d+)?% where ±5% was asked for/),
    })
    expect(roundsOf(run)).toBe(16)
  })

  test('stops for itself: the precise one is not run in the blocks of the noisy one', async () => {
    const noisy = noise()
    const { run, told } = await measured(
      { ...DISKS, scenarios: ['dd-write', 'seq-write'] },
      taking((_, scenario) => (scenario === 'seq-write' ? noisy() : undefined)),
    )
    expect(scenarioOf(run, 'dd-write')).toMatchObject({ rounds: 8, stopped: 'the precision of ±5% was reached' })
    expect(scenarioOf(run, 'seq-write')).toMatchObject({ rounds: 16 })
    const last = Math.max(...run.trials.flatMap(({ scenario, block }) => (scenario === 'dd-write' ? [block] : [])))
    expect(last).toBe(1)
    expect(told.opened.filter((name) => name.startsWith('volume'))).toHaveLength(4)
  })

  test('that is noisy and far off stops at the least rounds', async () => {
    const wobble = noise()
    const { run } = await measured(
      DISKS,
      taking((label) => (label === 'bind' ? 0.01 * wobble() : wobble())),
    )
    expect(scenarioOf(run)).toMatchObject({ rounds: 8, stopped: '±5%, or far beyond the threshold' })
    expect(cellOf(run, 'bind').comparison!.halfWidth).toBeGreaterThan(0.05)
    expect(cellOf(run, 'bind').comparison!.verdict).toBe('faster')
  })

  test('never stops because a difference became significant', async () => {
    const random = seededRandom(3)
    const { run } = await measured(
      DISKS,
      taking((label) => (label === 'bind' ? 0.44 : 0.5) * 2 ** (1.2 * random())),
    )
    const { comparison } = cellOf(run, 'bind')
    expect(comparison).toMatchObject({ n: 16, verdict: 'faster' })
    expect(comparison!.halfWidth).toBeGreaterThan(0.05)
    expect(scenarioOf(run)).toMatchObject({ rounds: 16, stopped: expect.stringContaining('no more were asked for') })
  })

  test.each([
    [0.5, 8],
    [0.001, 16],
  ])('with a precision of %d does %d rounds', async (precision, rounds) => {
    const slight = seededRandom(5)
    const { run } = await measured(
      { ...DISKS, precision },
      taking(() => 0.5 * (1 + 0.04 * slight())),
    )
    expect(scenarioOf(run).rounds).toBe(rounds)
  })

  test('of a fixed number of rounds does exactly those', async () => {
    const { run } = await measured({ mounts: DISKS.mounts, rounds: 7 }, taking(noise()))
    expect(scenarioOf(run)).toMatchObject({ rounds: 7, stopped: expect.stringMatching(/^no more were asked for/) })
  })
})

test('a fresh instance of each target for each block, in every block that is run', async () => {
  const { run, told } = await measured(DISKS, taking(noise()))
  const blocks = [0, 1, 2, 3]
  expect(told.opened.toSorted()).toEqual([
    ...blocks.map((block) => `bind-${block}`),
    ...blocks.map((block) => `volume-${block}`),
  ])
  for (const { block, instance, round } of measures(run.trials)) {
    expect(instance).toBe(block)
    expect(block).toBe(Math.floor(round / 4))
  }
})

test('the order that is stored is that of the rounds that were done', async () => {
  const { run } = await measured(
    DISKS,
    taking(() => undefined),
  )
  expect(scenarioOf(run).order).toHaveLength(8)
  expect(measures(run.trials).map(({ target }) => target)).toEqual(scenarioOf(run).order.flat())
})

test('a run that is stopped says why for the scenario too', async () => {
  let now = 0
  const slow = taking(noise())
  const { run } = await measured(
    { ...DISKS, maxTimeSeconds: 50 },
    {
      ...slow,
      deps: { now: () => now, sleep: async () => {} },
      answer: (...given) => {
        if (isWorkload(given[1])) now += 10_000
        return slow.answer!(...given)
      },
    },
  )
  expect(scenarioOf(run).stopped).toBe('the time limit of 50 s was reached')
})

describe('the winner', () => {
  const seconds: Record<string, number> = { volume: 0.5, bind: 0.25, third: 0.1 }
  const run = async (more = {}) =>
    (
      await measured(
        { ...DISKS, mounts: ['volume', 'bind', 'third=volume'], ...more },
        taking((label) => seconds[label]),
      )
    ).run

  test('is named with its lead over the runner-up', async () => {
    const found = await run()
    expect(scenarioOf(found).winner).toMatchObject({ target: 'third', over: 'bind' })
    expect(scenarioOf(found).winner!.comparison.ratio).toBeCloseTo(2.5, 9)
    expect(viewOf(found).answers[0]).toContain('third is ahead, 2.50x faster than bind [2.50, 2.50]')
  })

  test('is none where all are the same', async () => {
    const { run: equal } = await measured(
      DISKS,
      taking(() => undefined),
    )
    expect(scenarioOf(equal).winner).toBeNull()
    expect(viewOf(equal).answers[0]).toContain('none is ahead of all others')
  })
})

describe('aa', () => {
  const TWICE = { ...DISKS, aa: true }

  test('adds the reference a second time under a label of its own', async () => {
    const { run, told } = await measured({ ...TWICE, mounts: ['volume', 'tmpfs'] }, { machine: AGAIN })
    expect(run.targets.map(({ label, type }) => [label, type])).toEqual([
      ['volume', 'volume'],
      ['tmpfs', 'tmpfs'],
      ['volume-again', 'volume'],
    ])
    expect(run.options).toMatchObject({ aa: true, mounts: ['volume', 'tmpfs'], reference: 'volume' })
    expect(told.opened.filter((name) => name.startsWith('volume-again'))).toHaveLength(2)
    expect(cellOf(run, 'volume-again')).toMatchObject({ status: 'measured', comparison: { verdict: 'same' } })
    expect(scenarioOf(run)).toMatchObject({ floor: null })
  })

  test('two selves that differ are a floor, and smaller verdicts are taken back', async () => {
    const seconds: Record<string, number> = { volume: 0.5, 'volume-again': 0.45, bind: 0.48, third: 0.01 }
    const { run } = await measured(
      { ...TWICE, mounts: ['volume', 'bind', 'third=volume'] },
      taking((label) => seconds[label]),
    )
    expect(scenarioOf(run).floor).toBeCloseTo(0.5 / 0.45 - 1, 9)
    expect(cellOf(run, 'volume-again').comparison!.verdict).toBe('not-told-apart')
    expect(cellOf(run, 'bind').comparison!.verdict).toBe('not-told-apart')
    expect(cellOf(run, 'third').comparison!.verdict).toBe('faster')
    expect(viewOf(run).answers).toContainEqual(expect.stringContaining('this machine cannot resolve less than 11.1%'))
  })

  test('a floor withholds a winner whose lead is within it', async () => {
    const seconds: Record<string, number> = { volume: 0.5, 'volume-again': 0.45, bind: 0.46 }
    const { run } = await measured(
      TWICE,
      taking((label) => seconds[label]),
    )
    expect(scenarioOf(run).winner).toBeNull()
  })

  test('a floor does not withhold a winner whose lead is far beyond it', async () => {
    const seconds: Record<string, number> = { volume: 0.5, 'volume-again': 0.499, bind: 0.1 }
    const { run } = await measured(
      TWICE,
      taking((label) => seconds[label]),
    )
    expect(scenarioOf(run).floor).toBeLessThan(0.01)
    expect(scenarioOf(run).winner).toMatchObject({ target: 'bind' })
  })

  test('the reference can win although its second self is as fast', async () => {
    const seconds: Record<string, number> = { volume: 0.1, 'volume-again': 0.1, bind: 0.5 }
    const { run } = await measured(
      TWICE,
      taking((label) => seconds[label]),
    )
    expect(cellOf(run, 'bind').comparison!.verdict).toBe('slower')
    expect(scenarioOf(run).winner).toMatchObject({ target: 'volume', over: 'bind' })
  })
})

const FULL = { exitCode: 1, stderr: "dd: error writing 'x': No space left on device\n" }

describe('a target that was given up', () => {
  /** Fails on these targets from the third workload on: the warm-up and one round are done. */
  const failing = (...labels: string[]): FakeEngineOptions => {
    const seen = new Map<string, number>()
    return {
      machine: AGAIN,
      answer: (label, command) => {
        if (!isWorkload(command) || !labels.includes(label)) return undefined
        seen.set(label, (seen.get(label) ?? 0) + 1)
        return seen.get(label)! > 2 ? FULL : undefined
      },
    }
  }

  test('does not keep the others from being precise', async () => {
    const { run } = await measured(
      { ...DISKS, mounts: ['volume', 'bind', 'third=volume'], maxRounds: 24 },
      failing('bind'),
    )
    expect(cellOf(run, 'bind')).toMatchObject({ n: 1, failed: 3 })
    expect(cellOf(run, 'third').comparison!.verdict).toBe('same')
    expect(scenarioOf(run)).toMatchObject({ rounds: 12, stopped: 'the precision of ±5% was reached' })
  })

  test('with all others ends its scenario with a reason', async () => {
    const { run } = await measured(DISKS, failing('volume', 'bind'))
    expect(scenarioOf(run).rounds).toBe(4)
    expect(scenarioOf(run).stopped).not.toBeNull()
    expect(viewOf(run).answers.join()).not.toContain('null')
  })
})
