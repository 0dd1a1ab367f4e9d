import fc from 'fast-check'
import { expect, test } from 'vitest'
import { signTest } from '../../src/statistics/binomial.js'
import { medianInterval, orderStatisticRank, sharedAlpha, smallestRounds } from '../../src/statistics/interval.js'
import { median } from '../../src/statistics/quantiles.js'

// Exact rational sums in Python (math.comb) for n = 6 … 40 and n = 7 … 40.
const RANKS_1 = [
  1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 9, 10, 10, 10, 11, 11, 12, 12, 13, 13, 13, 14,
]
const RANKS_3 = [
  1, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 7, 7, 7, 8, 8, 9, 9, 9, 10, 10, 10, 11, 11, 12, 12, 13,
]

test('the rank for one comparison and for three', () => {
  expect(RANKS_1.map((_, i) => orderStatisticRank(i + 6, 0.05))).toEqual(RANKS_1)
  expect(RANKS_3.map((_, i) => orderStatisticRank(i + 7, 0.05 / 3))).toEqual(RANKS_3)
})

test.each([...[0, 1, 2, 3, 4, 5].map((n) => [n, 0.05]), [6, 0.05 / 3]])(
  'no interval from %d values at %d',
  (n, alpha) => {
    expect(orderStatisticRank(n!, alpha!)).toBeNull()
  },
)

test('a probability exactly at alpha / 2 is allowed', () => {
  // P(Bin(5, ½) ≤ 0) = 1/32 and P(Bin(8, ½) ≤ 1) = 9/256.
  expect(orderStatisticRank(5, 2 / 32)).toBe(1)
  expect(orderStatisticRank(8, 18 / 256)).toBe(2)
})

test.each([
  [1, 6],
  [2, 7],
  [3, 7],
  [6, 8],
  [12, 9],
  [30, 11],
])('%d comparisons need %d rounds', (comparisons, rounds) => {
  expect(smallestRounds(comparisons)).toBe(rounds)
})

test('the ends are order statistics', () => {
  const values = [12, 1, 11, 2, 10, 3, 9, 4, 8, 5, 7, 6]
  expect(medianInterval(values)).toEqual({ low: 3, high: 10, rank: 3, n: 12 })
  expect(medianInterval([1, 2, 3, 4, 5])).toBeNull()
  expect(medianInterval([])).toBeNull()
})

const samples = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 6, maxLength: 40 })

test('contains the median', () => {
  fc.assert(
    fc.property(samples, (values) => {
      const interval = medianInterval(values)
      expect(interval?.low).toBeLessThanOrEqual(median(values))
      expect(interval?.high).toBeGreaterThanOrEqual(median(values))
    }),
  )
})

test('excludes 0 exactly when the sign test rejects (no zeros)', () => {
  fc.assert(
    fc.property(
      samples.filter((values) => !values.includes(0)),
      (values) => {
        const interval = medianInterval(values)
        const excludes = interval !== null && (interval.low > 0 || interval.high < 0)
        expect(excludes).toBe(signTest(values) <= 0.05)
      },
    ),
  )
})

test.each([0, -1, 1.5, Number.NaN])('refuses %d comparisons', (comparisons) => {
  expect(() => sharedAlpha(comparisons)).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test.each([0, 1, Number.NaN])('refuses alpha %d', (alpha) => {
  expect(() => orderStatisticRank(10, alpha)).toThrow(expect.objectContaining({ code: 'bad-input' }))
})
