import { describe, expect, test } from 'vitest'
import { compareTargets, familiesOf, pairedSeries } from '../src/pairing.js'
import { bandwidthRounds, bandwidthTrial, failedTrial, MIB, rules, trial } from './builders.js'

const mebibytes = (values: readonly (number | null)[]) => values.map((value) => value && value / MIB)
const TWELVE = [100, 101, 99, 102, 98, 100, 101, 99, 100, 102, 98, 100]

describe('a series of pairs', () => {
  const series = (trials: Parameters<typeof pairedSeries>[0]) => {
    const { reference, target, blocks } = pairedSeries(trials, 'bandwidth', 'volume', 'bind')
    return { reference: mebibytes(reference), target: mebibytes(target), blocks }
  }

  test('is in the order of rounds, whatever the order of trials', () => {
    const trials = [...bandwidthRounds('volume', [1, 2, 3]), ...bandwidthRounds('bind', [4, 5, 6])].toReversed()
    expect(series(trials)).toEqual({ reference: [1, 2, 3], target: [4, 5, 6], blocks: [0, 0, 0] })
  })

  test('holds null where a round failed, or was not done', () => {
    const failed = failedTrial('full', { target: 'bind', round: 1 })
    const trials = [...bandwidthRounds('volume', [1, 2, 3]), ...bandwidthRounds('bind', [4]), failed]
    expect(series(trials)).toMatchObject({ reference: [1, 2, 3], target: [4, null, null] })
  })

  test('holds null where a sample lacks the metric', () => {
    const without = trial({ target: 'bind', sample: { bytes: 1, seconds: 1, metrics: { iops: 7 } } })
    expect(series([...bandwidthRounds('volume', [1]), without]).target).toEqual([null])
  })

  test('knows the block of each round', () => {
    const inBlocks = bandwidthRounds('volume', [1, 2, 3, 4]).map((one) => ({ ...one, block: one.round < 2 ? 0 : 1 }))
    expect(series(inBlocks).blocks).toEqual([0, 0, 1, 1])
  })

  test('has no warm-ups, and no other targets', () => {
    const warm = bandwidthRounds('volume', [77], { phase: 'warmup' })
    const others = bandwidthRounds('tmpfs', [3000])
    expect(series([...warm, ...others, ...bandwidthRounds('volume', [1])])).toEqual({
      reference: [1],
      target: [null],
      blocks: [0],
    })
  })

  test('has as many rounds as there are', () => {
    const one = bandwidthTrial(MIB)
    const trials = Array.from({ length: 200_000 }, (_, round) => ({ ...one, round }))
    expect(pairedSeries(trials, 'bandwidth', 'volume', 'bind').reference).toHaveLength(200_000)
  })

  test('of nothing is empty', () => {
    expect(series([])).toEqual({ reference: [], target: [], blocks: [] })
  })
})

describe('the comparisons that share a chance to miss', () => {
  test.each([
    ['two targets: who is ahead is the comparison itself', 2, 4, false, 4, 4],
    ['three targets', 3, 4, false, 8, 12],
    ['six targets', 6, 2, false, 10, 30],
    ['one target', 1, 4, false, 1, 1],
    ['no scenario', 3, 0, false, 1, 1],
    ['three and the reference again, which is never ahead', 4, 4, true, 12, 12],
    ['two and the reference again: a lead is not narrower than the table', 3, 4, true, 8, 8],
  ])('%s', (_, targets, scenarios, aa, comparisons, leads) => {
    expect(familiesOf(targets, scenarios, aa)).toEqual({ comparisons, leads })
  })
})

describe('a comparison', () => {
  const times = (factor: number) => TWELVE.map((value) => value * factor)
  const compared = (factor: number, more = {}) =>
    compareTargets(
      [...bandwidthRounds('volume', TWELVE), ...bandwidthRounds('bind', times(factor))],
      'bandwidth',
      'volume',
      'bind',
      rules(more),
    )

  test.each([
    [1.5, 'faster'],
    [1 / 1.5, 'slower'],
    [1.03, 'below-threshold'],
    [1, 'same'],
  ])('%d times the reference is %s', (factor, verdict) => {
    expect(compared(factor)).toMatchObject({ n: 12, ratio: expect.closeTo(factor, 9), verdict, roundsToResolve: null })
  })

  test('swapped is the inverse', () => {
    const trials = [...bandwidthRounds('volume', TWELVE), ...bandwidthRounds('bind', TWELVE.toReversed())]
    const there = compareTargets(trials, 'bandwidth', 'volume', 'bind', rules())
    const back = compareTargets(trials, 'bandwidth', 'bind', 'volume', rules())
    expect(back!.ratio).toBeCloseTo(1 / there!.ratio, 9)
    expect(back!.low).toBeCloseTo(1 / there!.high!, 9)
    expect(back!.high).toBeCloseTo(1 / there!.low!, 9)
  })

  test('of a metric where less is better is above 1 for less', () => {
    const latency = (target: string, value: number) =>
      trial({ target, sample: { bytes: 1, seconds: 1, metrics: { latency: value } } })
    expect(
      compareTargets([latency('volume', 4), latency('bind', 1)], 'latency', 'volume', 'bind', rules())?.ratio,
    ).toBeCloseTo(4, 9)
  })

  test('uses the threshold', () => {
    expect(compared(1.03, { threshold: 0.02 })).toMatchObject({ verdict: 'faster' })
  })

  test('of few rounds has a ratio and no interval, and knows how many it takes', () => {
    const trials = [...bandwidthRounds('volume', [100, 100, 100]), ...bandwidthRounds('bind', [300, 300, 300])]
    expect(compareTargets(trials, 'bandwidth', 'volume', 'bind', rules({ comparisons: 3 }))).toEqual({
      n: 3,
      ratio: expect.closeTo(3, 9),
      low: null,
      high: null,
      verdict: 'not-told-apart',
      halfWidth: null,
      roundsToResolve: 7,
      smallestFlagged: null,
    })
  })

  test('is wider the more comparisons share the misses', () => {
    const trials = [...bandwidthRounds('volume', TWELVE), ...bandwidthRounds('bind', TWELVE.toReversed())]
    const halfWidths = [1, 6, 12].map(
      (comparisons) => compareTargets(trials, 'bandwidth', 'volume', 'bind', rules({ comparisons }))!.halfWidth!,
    )
    expect(halfWidths).toEqual(halfWidths.toSorted((a, b) => a - b))
    expect(new Set(halfWidths).size).toBe(3)
  })

  test('is wider where the rounds of a block resemble each other', () => {
    const values = [90, 91, 89, 110, 111, 109, 94, 95, 93, 106, 107, 105]
    const bind = bandwidthRounds('bind', values)
    const volume = bandwidthRounds(
      'volume',
      TWELVE.map(() => 100),
    )
    const inBlocks = [...volume, ...bind].map((one) => ({ ...one, block: Math.floor(one.round / 3) }))
    // The same values in another order: nothing that a block would share.
    const mixed = [90, 110, 94, 106, 91, 111, 95, 107, 89, 109, 93, 105]
    const shuffled = [...volume, ...bandwidthRounds('bind', mixed)].map((one) => ({
      ...one,
      block: Math.floor(one.round / 3),
    }))
    const half = (trials: typeof inBlocks) => compareTargets(trials, 'bandwidth', 'volume', 'bind', rules())!.halfWidth!
    expect(half(inBlocks)).toBeGreaterThan(1.5 * half(shuffled))
  })

  test('two blocks cannot tell what they share from chance: the interval is the plain one', () => {
    const values = [90, 91, 89, 90, 91, 89, 110, 111, 109, 110, 111, 109]
    const trials = [
      ...bandwidthRounds('bind', values),
      ...bandwidthRounds(
        'volume',
        TWELVE.map(() => 100),
      ),
    ]
    const half = (size: number) => {
      const inBlocks = trials.map((one) => ({ ...one, block: Math.floor(one.round / size) }))
      return compareTargets(inBlocks, 'bandwidth', 'volume', 'bind', rules())!.halfWidth!
    }
    expect(half(6)).toBe(half(12))
    expect(half(3)).toBeGreaterThan(1.5 * half(6))
  })

  test('is null without a pair', () => {
    expect(compareTargets([], 'bandwidth', 'volume', 'bind', rules())).toBeNull()
    const apart = [bandwidthTrial(1, { round: 0 }), bandwidthTrial(1, { target: 'bind', round: 1 })]
    expect(compareTargets(apart, 'bandwidth', 'volume', 'bind', rules())).toBeNull()
  })
})
