import fc from 'fast-check'
import * as oracle from 'simple-statistics'
import { expect, test } from 'vitest'
import { coefficientOfVariation, describe as describeSeries } from '../../src/statistics/describe.js'

test('twelve values', () => {
  const described = describeSeries([12, 1, 11, 2, 10, 3, 9, 4, 8, 5, 7, 6])
  expect(described).toMatchObject({ n: 12, median: 6.5, low: 3, high: 10, min: 1, max: 12 })
  expect(described?.p5).toBeCloseTo(1.55, 12)
  expect(described?.p95).toBeCloseTo(11.45, 12)
  expect(described?.cv).toBeCloseTo(Math.sqrt(13) / 6.5, 12)
})

test('few values have no interval, one has no spread, none is nothing', () => {
  expect(describeSeries([3, 4, 5, 6, 7])).toMatchObject({ n: 5, low: null, high: null })
  expect(describeSeries([3])).toEqual({
    n: 1,
    median: 3,
    low: null,
    high: null,
    p5: 3,
    p95: 3,
    cv: null,
    min: 3,
    max: 3,
  })
  expect(describeSeries([])).toBeNull()
  expect(() => describeSeries([1, Number.POSITIVE_INFINITY])).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('the coefficient of variation is that of simple-statistics, and has no unit', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 }), (values) => {
      const cv = coefficientOfVariation(values) ?? Number.NaN
      expect(cv).toBeCloseTo(oracle.coefficientOfVariation(values), 8)
      expect(coefficientOfVariation(values.map((value) => value * 1024))).toBeCloseTo(cv, 8)
    }),
  )
  expect(coefficientOfVariation([-1, 1])).toBeNull()
})
