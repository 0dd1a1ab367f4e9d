import * as oracle from 'simple-statistics'
import { expect, test } from 'vitest'
import { normalCdf, normalQuantile } from '../../src/statistics/normal.js'
import { studentQuantile, studentTails } from '../../src/statistics/student-t.js'

test.each([
  // Python 3.11, statistics.NormalDist().cdf
  [-3, 0.0013498980316301035],
  [-1, 0.15865525393145707],
  [0, 0.5],
  [0.5, 0.6914624612740131],
  [1.96, 0.9750021048517796],
])('Φ(%d)', (x, expected) => {
  expect(normalCdf(x)).toBeCloseTo(expected, 14)
  expect(normalCdf(x)).toBeCloseTo(oracle.cumulativeStdNormalProbability(x), 4)
})

test('Φ far out', () => {
  expect(normalCdf(Number.POSITIVE_INFINITY)).toBe(1)
  expect(normalCdf(Number.NEGATIVE_INFINITY)).toBe(0)
  expect(normalCdf(-7.9)).toBeLessThan(1e-14)
})

test.each([
  // Python 3.11, statistics.NormalDist().inv_cdf
  [0.975, 1.9599639845400536],
  [0.9, 1.2815515655446008],
  [0.5, 0],
  [0.001, -3.090232306167813],
  [0.999999, 4.753424308817089],
])('Φ⁻¹(%d)', (p, expected) => {
  expect(normalQuantile(p)).toBeCloseTo(expected, 8)
})

test.each([
  // The density integrated over the angle atan(t / √ν), Simpson's rule with 200 000 steps, in Python.
  [1, 1, 0.5],
  [2.5, 2, 0.1296117202215081],
  [2.2, 11, 0.050086110981804155],
  [3.1, 8, 0.014665764637047683],
  [0.4, 29, 0.6920877271777304],
])('both tails of t = %d with %d degrees of freedom', (t, freedom, expected) => {
  expect(studentTails(t, freedom)).toBeCloseTo(expected, 10)
  expect(studentTails(-t, freedom)).toBeCloseTo(expected, 10)
})

test.each([
  // Printed tables of Student's t, and the same integration halved in Python.
  [0.975, 1, 12.706204736],
  [0.975, 2, 4.30265273],
  [0.95, 7, 1.894578605],
  [0.975, 11, 2.20098516],
  [1 - 0.05 / 3, 9, 2.509587057],
  [0.995, 30, 2.749995654],
])('t quantile %d with %d degrees of freedom', (p, freedom, expected) => {
  expect(studentQuantile(p, freedom)).toBeCloseTo(expected, 7)
  expect(studentQuantile(1 - p, freedom)).toBeCloseTo(-expected, 7)
})

test('Student’s t: the middle, the end, and towards the normal', () => {
  expect(studentQuantile(0.5, 4)).toBeCloseTo(0, 12)
  expect(studentTails(Number.POSITIVE_INFINITY, 5)).toBe(0)
  expect(studentTails(0, 5)).toBe(1)
  expect(studentQuantile(0.975, 100_000)).toBeCloseTo(normalQuantile(0.975), 4)
})

test.each([
  () => normalCdf(Number.NaN),
  () => normalQuantile(0),
  () => normalQuantile(1),
  () => studentTails(1, 0),
  () => studentTails(1, 2.5),
  () => studentQuantile(1, 3),
])('refuses what has no value: %s', (call) => {
  expect(call).toThrow(expect.objectContaining({ code: 'bad-input' }))
})
