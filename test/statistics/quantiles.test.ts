import fc from 'fast-check'
import * as oracle from 'simple-statistics'
import { expect, test } from 'vitest'
import { mad, median, quantile } from '../../src/statistics/quantiles.js'

const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 })

test.each([
  // R 4: quantile(c(15, 20, 35, 40, 50), p), type 7.
  [0.05, 16],
  [0.3, 23],
  [0.4, 29],
  [0.5, 35],
  [1, 50],
  [0, 15],
])('type 7 at %d', (p, expected) => {
  expect(quantile([50, 15, 40, 20, 35], p)).toBeCloseTo(expected, 12)
})

test('agrees with simple-statistics (type 7 since 7.8.9)', () => {
  fc.assert(
    fc.property(numbers, fc.double({ min: 0, max: 1, noNaN: true }), (values, p) => {
      expect(quantile(values, p)).toBeCloseTo(oracle.quantile(values, p), 6)
      expect(median(values)).toBeCloseTo(oracle.median(values), 6)
      expect(mad(values)).toBeCloseTo(oracle.medianAbsoluteDeviation(values), 6)
    }),
  )
})

test('the median of the negated values is exactly the negated median', () => {
  fc.assert(
    fc.property(numbers, (values) => {
      expect(Math.abs(median(values.map((value) => -value)) + median(values))).toBe(0)
    }),
  )
})

test('mad is raw: 1 for 1 … 5, where the normal-consistent one would be 1.48', () => {
  expect(mad([1, 2, 3, 4, 5])).toBe(1)
  expect(mad([7])).toBe(0)
})

test.each([
  ['no values', [], 0.5],
  ['p above 1', [1, 2], 1.01],
  ['p below 0', [1, 2], -0.01],
  ['p not a number', [1, 2], Number.NaN],
  ['a value not a number', [1, Number.NaN], 0.5],
  ['an infinite value', [1, Number.POSITIVE_INFINITY], 0.5],
])('refuses %s', (_, values, p) => {
  expect(() => quantile(values, p)).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('leaves its input as it was', () => {
  const values = [3, 1, 2]
  median(values)
  expect(values).toEqual([3, 1, 2])
})
