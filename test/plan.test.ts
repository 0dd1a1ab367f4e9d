import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { capabilitiesOf, parametersFor, tmpfsBytes } from '../src/plan.js'
import { smallestRounds } from '../src/statistics/interval.js'
import { MIB, options, plan } from './builders.js'

const LABELS = ['volume', 'bind', 'tmpfs', 'layer', 'anonymous', 'host']
const orders = (mounts: string[], rounds: number, seed = 7) =>
  plan({ mounts, rounds, seed, scenarios: ['seq-write'] }).scenarios[0]!.rounds

test('the same options give the same plan; another seed another order', () => {
  expect(orders(LABELS, 24, 7)).toEqual(orders(LABELS, 24, 7))
  expect(orders(LABELS, 24, 7)).not.toEqual(orders(LABELS, 24, 8))
})

test('scenarios of one run have orders of their own', () => {
  const { scenarios } = plan({ mounts: LABELS, rounds: 12 })
  const texts = new Set(scenarios.map(({ rounds }) => JSON.stringify(rounds.map(({ order }) => order))))
  expect(texts.size).toBe(scenarios.length)
})

test('every round holds every target once, and rounds are numbered through', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 30 }), fc.nat(1e6), (k, rounds, seed) => {
      const planned = orders(LABELS.slice(0, k), rounds, seed)
      expect(planned.map(({ number }) => number)).toEqual([...Array(rounds).keys()])
      for (const { order } of planned) expect(order.toSorted()).toEqual(LABELS.slice(0, k).toSorted())
    }),
  )
})

describe('blocks of Williams squares', () => {
  test.each([
    [1, 6],
    [2, 4],
    [3, 6],
    [4, 4],
    [5, 10],
    [6, 6],
  ])('%d targets: a block is %d rounds', (k, size) => {
    const planned = orders(LABELS.slice(0, k), size * 2)
    expect(planned.map(({ block }) => block)).toEqual([...Array(size).fill(0), ...Array(size).fill(1)])
    expect(plan({ mounts: LABELS.slice(0, k), rounds: size * 2 }).blocks).toBe(2)
  })

  test.each([2, 3, 4, 5, 6])(
    '%d targets: in a block each stands equally often in each place and after each other',
    (k) => {
      const labels = LABELS.slice(0, k)
      const size = k % 2 === 0 && k > 2 ? k : 2 * k
      const block = orders(labels, size).map(({ order }) => order)
      const places = labels.flatMap((label) =>
        labels.map((_, place) => block.filter((order) => order[place] === label).length),
      )
      expect(new Set(places)).toEqual(new Set([size / k]))
      const follows = labels.flatMap((a) =>
        labels
          .filter((b) => b !== a)
          .map((b) => block.filter((order) => order.indexOf(b) === order.indexOf(a) + 1).length),
      )
      expect(new Set(follows).size).toBe(1)
    },
  )

  test('a last block is cut off, and the others are whole', () => {
    const planned = orders(LABELS.slice(0, 4), 10)
    expect([0, 1, 2].map((block) => planned.filter((round) => round.block === block).length)).toEqual([4, 4, 2])
    expect(plan({ mounts: LABELS.slice(0, 4), rounds: 10 }).blocks).toBe(3)
  })
})

describe('rounds at the least and at the most', () => {
  test.each<[string, Parameters<typeof plan>[0], number, number]>([
    ['whole blocks of four', { mounts: LABELS.slice(0, 2), minRounds: 11, maxRounds: 31 }, 12, 28],
    ['whole blocks of six', { mounts: LABELS.slice(0, 3), minRounds: 12, maxRounds: 32 }, 12, 30],
    ['at least two blocks', { mounts: LABELS.slice(0, 5), minRounds: 12, maxRounds: 32 }, 20, 30],
    ['enough for an interval of one pair', { mounts: LABELS.slice(0, 2), minRounds: 1, maxRounds: 32 }, 8, 32],
    ['a fixed number is kept', { mounts: LABELS.slice(0, 3), rounds: 7 }, 7, 7],
    ['one target has nothing to be precise about', { mounts: ['volume'], minRounds: 12, maxRounds: 32 }, 12, 12],
    [
      'a most that is less than two blocks is kept',
      { mounts: LABELS.slice(0, 3), minRounds: 8, maxRounds: 10 },
      10,
      10,
    ],
  ])('%s', (_, given, least, most) => {
    const { leastRounds, scenarios } = plan({ scenarios: ['seq-write'], ...given })
    expect(leastRounds).toBe(least)
    expect(scenarios[0]!.rounds).toHaveLength(most)
  })

  test('enough for an interval when many share the misses', () => {
    const given = { mounts: LABELS.slice(0, 2), minRounds: 1, maxRounds: 32 }
    const twelve = plan(given)
    expect(twelve.comparisons).toBe(twelve.scenarios.length)
    expect(twelve.leastRounds).toBeGreaterThanOrEqual(smallestRounds(twelve.comparisons))
    expect(twelve.leastRounds).toBeGreaterThan(plan({ ...given, scenarios: ['seq-write'] }).leastRounds)
  })

  test('enough to tell who is ahead, which all pairs of targets share', () => {
    const given = { mounts: LABELS.slice(0, 4), scenarios: ['all'], minRounds: 1, maxRounds: 32 }
    const { comparisons, leads, leastRounds, scenarios } = plan(given)
    expect([comparisons, leads]).toEqual([3 * scenarios.length, 6 * scenarios.length])
    expect(leastRounds).toBeGreaterThanOrEqual(smallestRounds(leads))
    expect(smallestRounds(leads)).toBeGreaterThan(smallestRounds(comparisons))
  })
})

describe('with aa', () => {
  const twice = (given: Parameters<typeof plan>[0] = {}) =>
    plan({ mounts: ['volume', 'bind,src=/data'], scenarios: ['seq-write'], aa: true, ...given })

  test('the reference is there a second time, the same but for its label', () => {
    expect(twice().targets).toEqual([
      { label: 'volume', type: 'volume' },
      { label: 'bind', type: 'bind', src: '/data' },
      { label: 'volume-again', type: 'volume' },
    ])
    expect(twice({ reference: 'bind' }).targets.at(-1)).toEqual({ label: 'bind-again', type: 'bind', src: '/data' })
  })

  test('it has a place in every round, and is one comparison more', () => {
    const { scenarios, comparisons } = twice()
    for (const { order } of scenarios[0]!.rounds) expect(order.toSorted()).toEqual(['bind', 'volume', 'volume-again'])
    expect(comparisons).toBe(2)
  })

  test('a label that is taken is refused', () => {
    expect(() => twice({ mounts: ['volume', 'volume-again=tmpfs'] })).toThrow(
      expect.objectContaining({ code: 'bad-input' }),
    )
  })
})

describe('seeds of trials', () => {
  const seed = (runSeed: number, round: number) => parametersFor(options({ seed: runSeed }), '/x', round).seed

  test('differ from round to round, and are the same for all targets of a round', () => {
    const seeds = Array.from({ length: 1000 }, (_, round) => seed(7, round))
    expect(new Set(seeds).size).toBe(1000)
    expect(parametersFor(options({ seed: 7 }), '/a', 3).seed).toBe(parametersFor(options({ seed: 7 }), '/b', 3).seed)
  })

  test('are whole numbers that fio takes, never 0', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.nat(9999), (runSeed, round) => {
        const value = seed(runSeed, round)
        expect(Number.isInteger(value) && value >= 0 && value < 2 ** 31).toBe(true)
      }),
    )
  })
})

test('parameters are those of the options', () => {
  expect(parametersFor(options({ sizeBytes: 8 * MIB, durationSeconds: 2 }), '/dir', 0)).toMatchObject({
    directory: '/dir',
    sizeBytes: 8 * MIB,
    durationSeconds: 2,
  })
})

test('a tmpfs without a size holds the largest scenario with room to spare, in whole pages', () => {
  const bytes = tmpfsBytes(plan({ sizeBytes: 64 * MIB, scenarios: ['seq-write', 'fsync-latency'] }))
  expect(bytes).toBeGreaterThan(64 * MIB + 16 * MIB)
  expect(bytes % 4096).toBe(0)
})

test('footprints are those of the scenarios', () => {
  const { scenarios } = plan({ sizeBytes: 64 * MIB, scenarios: ['seq-write', 'metadata'] })
  expect(scenarios[0]!.footprintBytes).toBe(64 * MIB)
  expect(scenarios[1]!.footprintBytes).toBeGreaterThanOrEqual(1024 * 4096)
})

describe('capabilities beyond the least', () => {
  const POSTGRES = ['SETUID', 'SETGID', 'CHOWN']

  test.each([
    ['what no scenario asks for', 'docker', null, ['dd-write'], []],
    ['a program that the tools image lacks', 'docker', null, ['pgbench'], []],
    ['a program that the tools image lacks', 'podman', null, ['dd-write', 'pgbench'], []],
    ['an image of the user’s may have it', 'docker', 'postgres:15', ['dd-write', 'pgbench'], POSTGRES],
    ['the host may have it', 'namespaces', null, ['pgbench'], POSTGRES],
  ] as const)('%s: %s with %s', (_, id, image, scenarios, expected) => {
    const made = plan({ mounts: ['volume'], image: image ?? undefined, scenarios: [...scenarios] })
    expect(capabilitiesOf(made, { id })).toEqual(expected)
  })
})
