import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { comparePaired } from '../../src/statistics/compare.js'
import type { Verdict } from '../../src/statistics/verdict.js'
import { roundsForPrecision } from '../../src/statistics/verdict.js'

/** Twelve rounds whose g are centre + (−5.5 … 5.5) · step: the interval is centre ± 3.5 · step (rank 3 of 12). */
function spaced(centre: number, step: number): { reference: number[]; target: number[] } {
  const g = Array.from({ length: 12 }, (_, i) => centre + (((i * 5) % 12) - 5.5) * step)
  return { reference: g.map(() => 100), target: g.map((value) => 100 * Math.exp(value)) }
}

test.each<[string, number, number, Verdict]>([
  ['all of it beyond the threshold', 0.6, 0.01, 'faster'],
  ['all of it beyond the threshold', -0.6, 0.01, 'slower'],
  ['beyond 1, within reach of the threshold', 0.04, 0.01, 'below-threshold'],
  ['beyond 1, within reach of the threshold', -0.04, 0.01, 'below-threshold'],
  ['across 1 and inside the threshold', 0.01, 0.01, 'same'],
  ['across 1 and the threshold', 0.02, 0.02, 'not-told-apart'],
  ['across everything', 0, 0.1, 'not-told-apart'],
])('%s (%d ± 3.5 · %d): %s', (_, centre, step, verdict) => {
  const { reference, target } = spaced(centre, step)
  const result = comparePaired(reference, target, { better: 'higher' })
  expect(result).toMatchObject({ rounds: 12, n: 12, rank: 3, alpha: 0.05, verdict, dependence: null })
  expect(result.ratio).toBeCloseTo(Math.exp(centre), 12)
  expect(result.low).toBeCloseTo(Math.exp(centre - 3.5 * step), 12)
  expect(result.high).toBeCloseTo(Math.exp(centre + 3.5 * step), 12)
  expect(result.halfWidth).toBeCloseTo(3.5 * step, 12)
  expect(result.smallestFlagged).toBeCloseTo(1.05 * Math.exp(7 * step) - 1, 12)
})

test.each([0.005, 0.05, 0.5])(
  'a slowdown of the size that could be flagged is flagged: its interval ends a half-width beyond the threshold (%d)',
  (step) => {
    const equal = spaced(0, step)
    const { smallestFlagged } = comparePaired(equal.reference, equal.target, { better: 'higher' })
    const slowed = spaced(-Math.log1p(smallestFlagged ?? 0), step)
    const { verdict, high, halfWidth } = comparePaired(slowed.reference, slowed.target, { better: 'higher' })
    expect(verdict).toBe('slower')
    expect(-Math.log(high ?? 1)).toBeCloseTo(Math.log(1.05) + (halfWidth ?? 0), 12)
  },
)

test('an interval that ends on the threshold counts', () => {
  const faster = comparePaired(new Array<number>(6).fill(100), new Array<number>(6).fill(105), { better: 'higher' })
  expect(faster.verdict).toBe('faster')
  const same = comparePaired(new Array<number>(6).fill(3), new Array<number>(6).fill(3), { better: 'higher' })
  expect(same).toMatchObject({ ratio: 1, low: 1, high: 1, verdict: 'same', roundsToResolve: null })
})

test('where lower is better, a smaller target is faster', () => {
  const result = comparePaired([20, 20, 20, 20, 20, 20], [10, 10, 10, 10, 10, 10], { better: 'lower' })
  expect(result.ratio).toBeCloseTo(2, 12)
  expect(result.verdict).toBe('faster')
})

test('a failed round drops the pair, on either side', () => {
  const reference = [10, null, 10, 10, 10, 10, 10, null]
  const target = [20, 20, 20, null, 20, 20, 20, null]
  const result = comparePaired(reference, target, { better: 'higher' })
  expect(result).toMatchObject({ rounds: 8, n: 5, low: null, high: null, rank: null, verdict: 'not-told-apart' })
  expect(result.ratio).toBeCloseTo(2, 12)
  expect(result.roundsToResolve).toBe(6)
})

test('no pair at all', () => {
  const nothing = { n: 0, ratio: null, low: null, high: null, halfWidth: null, smallestFlagged: null }
  expect(comparePaired([], [], { better: 'higher' })).toMatchObject(nothing)
  expect(comparePaired([1], [null], { better: 'higher', blocks: [0] })).toMatchObject({ ...nothing, rounds: 1 })
})

test('comparisons shown together share the 5 %: six rounds are too few for three', () => {
  const [six, twelve] = [6, 12].map((n) =>
    comparePaired(new Array<number>(n).fill(1), new Array<number>(n).fill(2), { better: 'higher', comparisons: 3 }),
  )
  expect(six).toMatchObject({ low: null, verdict: 'not-told-apart', roundsToResolve: 7 })
  expect(twelve).toMatchObject({ rank: 2, verdict: 'faster' })
  expect(twelve?.alpha).toBeCloseTo(0.05 / 3, 15)
})

test('how many rounds would tell them apart', () => {
  const { reference, target } = spaced(0, 0.1)
  const suggested = comparePaired(reference, target, { better: 'higher' }).roundsToResolve
  expect(suggested).toBe(588) // 12 · (0.35 / 0.05)²
  expect(comparePaired(reference, target, { better: 'higher', precision: 0.1 }).roundsToResolve).toBe(147)
  // Precise enough and still across the threshold: the goal becomes ln(1.05) / 2, and more rounds are suggested.
  const across = spaced(0.03, 0.01)
  expect(comparePaired(across.reference, across.target, { better: 'higher' }).roundsToResolve).toBe(
    Math.ceil(12 * (0.035 / (Math.log(1.05) / 2)) ** 2),
  )
  const never = comparePaired(reference, target, { better: 'higher', threshold: 0, precision: 1 })
  expect(never).toMatchObject({ verdict: 'not-told-apart', roundsToResolve: null })
  expect(roundsForPrecision(12, 0.1, 0.05)).toBe(48)
})

test.each([
  ['arrays of different length', [1, 2], [1], {}],
  ['a zero', [1, 1], [1, 0], {}],
  ['a negative value', [1, -1], [1, 1], {}],
  ['NaN', [1, Number.NaN], [1, 1], {}],
  ['Infinity', [1, 1], [1, Number.POSITIVE_INFINITY], {}],
  ['a bad value beside a failed round', [null, 1], [-1, 1], {}],
  ['no comparisons', [1], [1], { comparisons: 0 }],
  ['a negative threshold', [1], [1], { threshold: -0.1 }],
  ['a precision of 0', [1], [1], { precision: 0 }],
  ['blocks of another length', [1, 1], [1, 1], { blocks: [0] }],
  ['an unknown direction', [1], [1], { better: 'larger' as 'higher' }],
])('refuses %s', (_, reference, target, options) => {
  const compare = () => comparePaired(reference, target, { better: 'higher', ...options })
  expect(compare).toThrow(expect.objectContaining({ name: 'BenchError', code: 'bad-input' }))
})

test('names the series and the round of a bad value', () => {
  const compare = () => comparePaired([1, 1, 1], [1, 1, -4], { better: 'higher' })
  expect(compare).toThrow('The target has -4 in round 3')
})

const value = fc.double({ min: 1e-3, max: 1e9, noNaN: true })
const round = fc.tuple(fc.option(value, { freq: 8 }), fc.option(value, { freq: 8 }))
const run = fc.array(round, { maxLength: 30 })
const options = fc.record({
  better: fc.constantFrom('higher' as const, 'lower' as const),
  comparisons: fc.integer({ min: 1, max: 6 }),
})
const MIRROR: Record<Verdict, Verdict> = {
  faster: 'slower',
  slower: 'faster',
  same: 'same',
  'below-threshold': 'below-threshold',
  'not-told-apart': 'not-told-apart',
}

// `interpolated` is what the product asks for.
describe.each(['exact', 'interpolated'] as const)('with the %s interval', (interval) => {
  test('swapping target and reference mirrors ratio, interval and verdict, with blocks and without', () => {
    fc.assert(
      fc.property(run, options, fc.boolean(), (rounds, given, withBlocks) => {
        const blocks = withBlocks ? rounds.map((_, i) => i >> 1) : undefined
        const [reference, target] = [rounds.map(([r]) => r), rounds.map(([, t]) => t)]
        const there = comparePaired(reference, target, { ...given, blocks, interval })
        const back = comparePaired(target, reference, { ...given, blocks, interval })
        expect(back.verdict).toBe(MIRROR[there.verdict])
        expect(back.roundsToResolve).toBe(there.roundsToResolve)
        if (there.ratio !== null) expect((back.ratio ?? 0) * there.ratio).toBeCloseTo(1, 9)
        if (there.low !== null) expect((back.high ?? 0) * there.low).toBeCloseTo(1, 9)
      }),
    )
  })

  test('the unit does not matter', () => {
    fc.assert(
      fc.property(run, options, fc.constantFrom(1024, 1e-6, 8), (rounds, given, scale) => {
        const scaled = rounds.map(([r, t]) => [r && r * scale, t && t * scale] as const)
        const plain = comparePaired(
          rounds.map(([r]) => r),
          rounds.map(([, t]) => t),
          { ...given, interval },
        )
        const other = comparePaired(
          scaled.map(([r]) => r),
          scaled.map(([, t]) => t),
          { ...given, interval },
        )
        expect(other.n).toBe(plain.n)
        expect(Math.log(other.ratio ?? 1)).toBeCloseTo(Math.log(plain.ratio ?? 1), 9)
        expect(Math.log(other.low ?? 1)).toBeCloseTo(Math.log(plain.low ?? 1), 9)
      }),
    )
  })

  test('one more round never makes n smaller, and the interval contains the ratio', () => {
    fc.assert(
      fc.property(run, round, options, (rounds, [r, t], given) => {
        const [reference, target] = [rounds.map((pair) => pair[0]), rounds.map((pair) => pair[1])]
        const fewer = comparePaired(reference, target, { ...given, interval })
        const more = comparePaired([...reference, r], [...target, t], { ...given, interval })
        expect(more.n).toBeGreaterThanOrEqual(fewer.n)
        if (fewer.ratio === null || fewer.low === null) return
        expect(fewer.low).toBeLessThanOrEqual(fewer.ratio)
        expect(fewer.high).toBeGreaterThanOrEqual(fewer.ratio)
      }),
    )
  })

  test('rounds that all have the same ratio give that ratio alone', () => {
    fc.assert(
      fc.property(value, value, fc.integer({ min: 6, max: 40 }), (r, t, n) => {
        const [reference, target] = [new Array<number>(n).fill(r), new Array<number>(n).fill(t)]
        const { ratio, low, high } = comparePaired(reference, target, { better: 'higher', interval })
        expect([low, high]).toEqual([ratio, ratio])
      }),
    )
  })
})
