import wilcoxon from '@stdlib/stats-wilcoxon'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hodgesLehmann, hodgesLehmannShift } from '../../src/statistics/hodges-lehmann.js'
import { median } from '../../src/statistics/quantiles.js'
import { mannWhitneyCounts, signedRankCounts } from '../../src/statistics/rank-sums.js'
import { normals, sampleOf } from './simulated.js'

test('the rank-sum counts are those of listing every pattern (Python, itertools)', () => {
  expect(signedRankCounts(6)).toEqual([1, 1, 1, 2, 2, 3, 4, 4, 4, 5, 5, 5, 5, 4, 4, 4, 3, 2, 2, 1, 1, 1])
  expect(mannWhitneyCounts(3, 4)).toEqual([1, 1, 2, 3, 4, 4, 5, 4, 4, 3, 2, 1, 1])
  expect(mannWhitneyCounts(4, 3)).toEqual(mannWhitneyCounts(3, 4))
  expect(mannWhitneyCounts(25, 25).reduce((total, count) => total + count, 0)).toBe(126410606437752)
  expect(signedRankCounts(0)).toEqual([1])
})

test('one sample: the depression scores of Hollander & Wolfe, table 3.1', () => {
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
  const result = hodgesLehmann(after.map((value, i) => value - before[i]!))
  // The book, R's wilcox.test(conf.int = TRUE) and a listing of all 2^9 patterns in Python agree.
  expect(result?.estimate).toBeCloseTo(-0.46, 12)
  expect(result?.low).toBeCloseTo(-0.786, 12)
  expect(result?.high).toBeCloseTo(-0.01, 12)
})

test('two samples: the permeability data of Hollander & Wolfe, table 4.1', () => {
  const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
  const y = [1.15, 0.88, 0.9, 0.74, 1.21]
  const result = hodgesLehmannShift(x, y)
  // R's wilcox.test(x, y, conf.int = TRUE) with signs changed; a listing of all C(15, 5) arrangements in Python agrees.
  expect(result?.estimate).toBeCloseTo(-0.305, 12)
  expect(result?.low).toBeCloseTo(-0.76, 12)
  expect(result?.high).toBeCloseTo(0.15, 12)
})

test('the interval excludes 0 exactly when the signed-rank test of stdlib rejects', () => {
  const normal = normals(31)
  for (const n of [6, 9, 14, 25, 40]) {
    for (let run = 0; run < 20; run += 1) {
      const values = sampleOf(n, () => normal() + 0.6)
      const { low, high } = hodgesLehmann(values) ?? {}
      const excludes = (low ?? 0) > 0 || (high ?? 0) < 0
      expect(excludes).toBe(wilcoxon(values, { exact: true }).pValue <= 0.05)
    }
  }
})

test('two samples: the estimate and its interval are those of listing every difference', () => {
  const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
  const values = fc.array(fc.oneof(value, fc.integer({ min: -3, max: 3 })), { minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(values, values, (from, to) => {
      const listed = to.flatMap((y) => from.map((x) => y - x)).toSorted((a, b) => a - b)
      const { estimate, low, high } = hodgesLehmannShift(from, to) ?? {}
      expect(estimate).toBe(median(listed))
      const ends = listed.filter((end, place) => end === low && listed.at(-1 - place) === high)
      expect(low === null || ends.length > 0).toBe(true)
    }),
  )
})

test('the normal approximation continues the exact interval', () => {
  const normal = normals(5)
  const values = sampleOf(51, normal)
  const [exact, approximate] = [hodgesLehmann(values.slice(1)), hodgesLehmann(values)]
  expect(approximate?.low).toBeCloseTo(exact?.low ?? Number.NaN, 1)
  expect(approximate?.high).toBeCloseTo(exact?.high ?? Number.NaN, 1)
  const shift = hodgesLehmannShift(values.slice(0, 30), values.slice(30))
  expect(shift?.low).toBeLessThan(0)
  expect(shift?.high).toBeGreaterThan(0)
})

test('too few values: an estimate without an interval; none: nothing', () => {
  expect(hodgesLehmann([1, 2, 4, 8, 16])).toEqual({ estimate: 5, low: null, high: null })
  expect(hodgesLehmann([1, 2, 3, 4, 5, 6])?.low).toBe(1)
  expect(hodgesLehmannShift([1], [3])).toEqual({ estimate: 2, low: null, high: null })
  expect(hodgesLehmannShift([1, 2, 3], [4, 5, 6])?.low).toBeNull()
  expect(hodgesLehmann([])).toBeNull()
  expect(hodgesLehmannShift([], [1])).toBeNull()
  expect(() => hodgesLehmann([1, Number.NaN])).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('ten thousand values on either side', () => {
  const random = normals(8)
  const [from, to] = [sampleOf(10_000, random), sampleOf(10_000, () => random() + 0.5)]
  const { estimate, low, high } = hodgesLehmannShift(from, to) ?? {}
  expect(estimate).toBeCloseTo(0.5, 1)
  expect(low).toBeLessThan(estimate!)
  expect(high).toBeGreaterThan(estimate!)
})

const samples = fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 12 })

test('shifting one side shifts the estimate; the interval contains it', () => {
  fc.assert(
    fc.property(samples, samples, (from, to) => {
      const result = hodgesLehmannShift(from, to)
      const moved = hodgesLehmannShift(
        from,
        to.map((value) => value + 7),
      )
      expect(moved?.estimate).toBeCloseTo((result?.estimate ?? 0) + 7, 8)
      expect(result?.low ?? Number.NEGATIVE_INFINITY).toBeLessThanOrEqual(result?.estimate ?? 0)
      expect(result?.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(result?.estimate ?? 0)
    }),
  )
  expect(hodgesLehmann([5])?.estimate).toBe(median([5]))
})
