import { expect, test } from 'vitest'
import { binomialCdf, clopperPearson, clopperPearsonBounds, signTest } from '../../src/statistics/binomial.js'

test.each([
  // Exact rational sums in Python (fractions.Fraction, math.comb).
  [3, 10, 0.5, 0.171875],
  [0, 300, 0.01, 0.049040894071285854],
  [7, 20, 0.3, 0.7722717974181604],
  [480, 1000, 0.5, 0.10872414660207047],
  [2, 5, 0.9, 0.00856],
])('P(X ≤ %d) of Bin(%d, %d)', (k, n, p, expected) => {
  expect(binomialCdf(k, n, p)).toBeCloseTo(expected, 12)
})

test.each([
  [-1, 5, 0.5, 0],
  [5, 5, 0.5, 1],
  [2.9, 5, 0.5, 0.5],
  [0, 0, 0.5, 1],
  [0, 5, 0, 1],
  [4, 5, 1, 0],
])('the edges: P(X ≤ %d) of Bin(%d, %d) is %d', (k, n, p, expected) => {
  expect(binomialCdf(k, n, p)).toBeCloseTo(expected, 14)
})

test.each([
  // Bisection on exact rational sums in Python.
  [0, 300, 0, 0.012220974694293554],
  [5, 20, 0.08657146910143454, 0.49104587170795755],
  [23, 119, 0.1266439311659495, 0.27576044481254175],
  [20, 20, 0.8315665290169146, 1],
])('Clopper–Pearson of %d in %d', (successes, trials, low, high) => {
  const interval = clopperPearson(successes, trials)
  expect(interval.low).toBeCloseTo(low, 10)
  expect(interval.high).toBeCloseTo(high, 10)
})

test('0 of 300 bounds the rate at 0.99 % with 95 % confidence (one side: the rule of three)', () => {
  expect(clopperPearsonBounds(0, 300).upper).toBeCloseTo(1 - 0.05 ** (1 / 300), 12)
  expect(clopperPearsonBounds(0, 300).upper).toBeLessThan(0.0099601)
  expect(clopperPearsonBounds(0, 0)).toEqual({ lower: 0, upper: 1 })
})

test.each([
  [6, 5],
  [-1, 5],
  [1, 2.5],
  [Number.NaN, 5],
])('refuses %d of %d', (successes, trials) => {
  expect(() => clopperPearson(successes, trials)).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('sign test: zeros are left out', () => {
  expect(signTest([1, 2, 3, 4, 5, 6])).toBeCloseTo(2 / 64, 14)
  expect(signTest([1, 2, 3, 4, 5, 6, 0, 0])).toBeCloseTo(2 / 64, 14)
  expect(signTest([1, -1])).toBe(1)
  expect(signTest([])).toBe(1)
  expect(signTest([0, 0])).toBe(1)
})
