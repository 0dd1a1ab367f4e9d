import { describe, expect, test } from 'vitest'
import type { Cell, TargetRecord, Trial } from '../src/model.js'
import { Cell as CellSchema } from '../src/model.js'
import { type Closed, cellKey, instancesOf, summarize } from '../src/summary.js'
import { bandwidthRounds, builtIn, failedTrial, MIB, ramProof, rules, targetRecord, trial } from './builders.js'
import { measured } from './fake-run.js'

interface Given {
  scenario?: string
  trials?: Trial[]
  targets?: TargetRecord[]
  closed?: [string, Closed][]
  skipped?: string | null
  reference?: string
}

/** The cells of one scenario by target. */
function cells({
  scenario = 'seq-write',
  trials = [],
  targets,
  closed = [],
  skipped = null,
  reference = 'volume',
}: Given): Record<string, Cell> {
  const shown = summarize({
    scenarios: [builtIn(scenario)],
    skipped: new Map(skipped === null ? [] : [[scenario, skipped]]),
    targets: targets ?? [targetRecord('volume'), targetRecord('bind', { type: 'bind' })],
    reference,
    trials,
    closed: new Map(closed),
    rules: rules(),
  })
  for (const cell of shown) expect(CellSchema.parse(cell)).toEqual(cell)
  return Object.fromEntries(shown.map((cell) => [cell.target, cell]))
}

test('a measured cell: median, interval, spread', () => {
  const { volume } = cells({ trials: bandwidthRounds('volume', [100, 102, 104, 106, 108, 110]) })
  expect(volume).toMatchObject({
    status: 'measured',
    reason: null,
    n: 6,
    failed: 0,
    median: 105 * MIB,
    low: 100 * MIB,
    high: 110 * MIB,
    comparison: null,
    flags: [],
  })
  expect(volume!.cv).toBeGreaterThan(0)
})

test('five rounds are too few for an interval', () => {
  expect(cells({ trials: bandwidthRounds('volume', [1, 2, 3, 4, 5]) }).volume).toMatchObject({
    median: 3 * MIB,
    low: null,
    high: null,
  })
})

test('the other metrics are medians too', () => {
  const with99 = [1, 2, 3].map((round) =>
    trial({
      scenario: 'fsync-latency',
      round,
      sample: { bytes: 1, seconds: 1, metrics: { latency: 0.001, latencyP99: round } },
    }),
  )
  expect(cells({ scenario: 'fsync-latency', trials: with99 }).volume).toMatchObject({
    metric: 'latency',
    median: 0.001,
    others: { latencyP99: 2 },
  })
})

describe('ratios', () => {
  test('are paired by round, above 1 where the target is better', () => {
    const trials = [...bandwidthRounds('volume', [100, 200, 400]), ...bandwidthRounds('bind', [200, 400, 800])]
    expect(cells({ trials }).bind!.comparison?.ratio).toBeCloseTo(2, 10)
    expect(cells({ trials }).volume!.comparison).toBeNull()
  })

  test('for a latency less is better', () => {
    const latency = (target: string, value: number) =>
      trial({ scenario: 'fsync-latency', target, sample: { bytes: 1, seconds: 1, metrics: { latency: value } } })
    expect(
      cells({ scenario: 'fsync-latency', trials: [latency('volume', 0.004), latency('bind', 0.001)] }).bind!.comparison
        ?.ratio,
    ).toBeCloseTo(4, 10)
  })

  test('a round that failed on either side is no pair', () => {
    const trials = [...bandwidthRounds('volume', [100, 100, 100]), ...bandwidthRounds('bind', [200, 900, 900])]
    const failed = trials.map((own) =>
      own.target === 'bind' && own.round > 0 ? failedTrial('no', { target: 'bind', round: own.round }) : own,
    )
    expect(cells({ trials: failed }).bind).toMatchObject({
      comparison: { ratio: expect.closeTo(2, 10), n: 1 },
      n: 1,
      failed: 2,
    })
  })

  test('warm-ups are in no statistic', () => {
    const warm = bandwidthRounds('volume', [1], { phase: 'warmup' })
    expect(cells({ trials: [...warm, ...bandwidthRounds('volume', [100])] }).volume).toMatchObject({
      n: 1,
      median: 100 * MIB,
    })
  })

  test('there is none for what cannot be compared', () => {
    const tmpfs = targetRecord('tmpfs', { type: 'tmpfs', proof: ramProof() })
    const trials = ['volume', 'tmpfs'].flatMap((target) =>
      bandwidthRounds(target, [100, 100], { scenario: 'seq-write-direct', kernel: null }),
    )
    const shown = cells({ scenario: 'seq-write-direct', trials, targets: [targetRecord('volume'), tmpfs] })
    expect(shown.tmpfs).toMatchObject({ status: 'measured', comparison: null, flags: [{ code: 'ram-direct' }] })
  })

  test('nor against a reference that cannot be compared', () => {
    const tmpfs = targetRecord('tmpfs', { type: 'tmpfs', proof: ramProof() })
    const trials = ['volume', 'tmpfs'].flatMap((target) =>
      bandwidthRounds(target, [100, 100], { scenario: 'seq-write-direct', kernel: null }),
    )
    const shown = cells({
      scenario: 'seq-write-direct',
      trials,
      targets: [tmpfs, targetRecord('volume')],
      reference: 'tmpfs',
    })
    expect(shown.volume!.comparison).toBeNull()
  })

  test('nor against a reference whose reads were not cold', () => {
    const share = (part: number) => ({ ...trial().kernel!, storageReadBytes: part * 64 * MIB })
    const trials = [
      ...bandwidthRounds('volume', [5000, 5000], { scenario: 'seq-read-cold', kernel: share(0) }),
      ...bandwidthRounds('bind', [500, 500], { scenario: 'seq-read-cold', kernel: share(1) }),
    ]
    expect(cells({ scenario: 'seq-read-cold', trials }).bind).toMatchObject({ comparison: null, flags: [] })
  })
})

describe('cells without a figure say why', () => {
  const closedBy = (status: Closed['status'], reason: string): [string, Closed][] => [
    [cellKey('seq-write', 'bind'), { status, reason }],
  ]

  test.each([
    [
      'given up',
      { closed: closedBy('failed', 'given up after 3 failures in a row: full') },
      'failed',
      'given up after 3 failures in a row: full',
    ],
    ['not supported', { closed: closedBy('skipped', 'unsupported: EINVAL') }, 'skipped', 'unsupported: EINVAL'],
    ['every round failed', { trials: [failedTrial('full', { target: 'bind' })] }, 'failed', 'full'],
    ['the scenario was not run', { skipped: 'fio is not there' }, 'skipped', 'fio is not there'],
    ['not reached', {}, 'failed', 'no round of it was done'],
  ] as [string, Given, string, string][])('%s', (_, given, status, reason) => {
    expect(cells(given).bind).toMatchObject({
      status,
      reason,
      n: 0,
      median: null,
      low: null,
      comparison: null,
      others: {},
    })
  })

  test('a target that could not be made', () => {
    const targets = [
      targetRecord('volume'),
      targetRecord('bind', { problem: 'it landed on the writable layer', proof: null }),
    ]
    expect(cells({ targets }).bind).toMatchObject({ median: null, reason: 'it landed on the writable layer' })
  })
})

test('a cell that failed in part keeps its figure and its reason', () => {
  const trials = [...bandwidthRounds('bind', [100, 100]), failedTrial('full', { target: 'bind', round: 2 })]
  expect(cells({ trials }).bind).toMatchObject({
    status: 'measured',
    n: 2,
    failed: 1,
    reason: 'full',
    median: 100 * MIB,
  })
})

test('a sample without the metric of its scenario is no figure', () => {
  const without = trial({ sample: { bytes: 1, seconds: 1, metrics: { iops: 5 } } })
  expect(cells({ trials: [without] }).volume).toMatchObject({ status: 'failed', n: 0, median: null })
})

describe('how many instances a scenario was measured on', () => {
  /** Twelve rounds on two targets, in blocks of so many rounds with an instance of each. */
  const inBlocks = (size: number) =>
    ['volume', 'bind'].flatMap((target) =>
      bandwidthRounds(target, new Array<number>(12).fill(100)).map((one): Trial => {
        const block = Math.floor(one.round / size)
        return { ...one, block, instance: block }
      }),
    )

  test.each([
    ['no trial', [], 0],
    ['one block', inBlocks(12), 1],
    ['blocks of six, as three targets have them', inBlocks(6), 2],
    ['a last block that was cut off', inBlocks(5), 3],
    ['an instance for every trial', inBlocks(6).map((one) => ({ ...one, instance: one.round })), 12],
    [
      'one that was replaced within its block is none more',
      inBlocks(6).map((one) => (one.target === 'bind' && one.round > 2 ? { ...one, instance: one.instance + 1 } : one)),
      2,
    ],
    [
      'a block in which all failed does not count',
      inBlocks(6).map(({ target, round, block, instance, ...one }) =>
        block === 0
          ? { ...one, target, round, block, instance }
          : failedTrial('full', { target, round, block, instance }),
      ),
      1,
    ],
  ])('%s', (_, trials, instances) => {
    expect(instancesOf(trials)).toBe(instances)
  })

  test.each([
    [{ rounds: 8 }, 2],
    [{ rounds: 3 }, 1],
    [{ rounds: 3, fresh: true }, 3],
  ])('of a run with %j', async (given, instances) => {
    const { run } = await measured({ mounts: ['volume', 'bind'], ...given })
    expect(run.scenarios[0]).toMatchObject({ rounds: given.rounds, instances })
  })
})
