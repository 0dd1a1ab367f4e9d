import { expect, test } from 'vitest'
import { twoModes } from '../../src/statistics/modes.js'
import { drift, noisiness, outliers, serialDependence, steadiness } from '../../src/statistics/noise.js'
import { autoregressive, count, heavyTails, normals, sampleOf } from './simulated.js'

test('outliers are named with their round', () => {
  const found = outliers([100, 101, null, 99, 50, 100, 102, 98])
  expect(found).toHaveLength(1)
  expect(found[0]).toMatchObject({ index: 4, value: 50 })
  expect(found[0]?.deviation).toBeCloseTo(Math.log(0.5), 2)
})

test('a quiet series does not call 4 % an outlier, nor does a noisy one', () => {
  expect(outliers([100, 100, 100, 100, 104])).toEqual([])
  expect(outliers([100, 100, 100, 100, 106])).toHaveLength(1)
  expect(outliers([60, 80, 100, 120, 140, 170])).toEqual([])
  expect(outliers([])).toEqual([])
  expect(outliers([null])).toEqual([])
})

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses the measured value %d', (value) => {
  expect(() => outliers([1, value])).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('noisy is above 10 %', () => {
  expect(noisiness([100, 101, 99])).toMatchObject({ noisy: false })
  expect(noisiness([100, 130, 70])).toEqual({ cv: 0.3, noisy: true })
  expect(noisiness([100])).toBeNull()
})

test.each([
  // range = (max − min) / mean, excursion = 4 · slope / mean, by hand
  ['level', [1, 500, 100, 100, 100, 100, 100], 0, 0, true],
  ['a range of exactly 20 %', [100, 90, 100, 110, 100], 0.2, 0.08, true],
  ['too wide', [100, 89, 100, 111, 100], 0.22, 0.088, false],
  ['a steady rise of 12 %', [94, 97, 100, 103, 106], 0.12, 0.12, false],
])('steady state: %s', (_, values, range, excursion, steady) => {
  const found = steadiness(values)
  expect(found?.range).toBeCloseTo(range, 12)
  expect(found?.excursion).toBeCloseTo(excursion, 12)
  expect(found?.steady).toBe(steady)
})

test('no steady state from four rounds', () => {
  expect(steadiness([1, 1, 1, 1])).toBeNull()
  expect(() => steadiness([1, 1, 1, 1, Number.NaN])).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('drift needs a strong and a surprising trend', () => {
  expect(drift([1, 2, 3, 4, 5, 6])).toMatchObject({ rho: 1, drifts: true })
  expect(drift([6, 5, 4, 3, 2, 1])).toMatchObject({ rho: -1, drifts: true })
  // Five rounds in order are 2 of 120 orders: strong, not surprising.
  expect(drift([1, 2, 3, 4, 5])).toMatchObject({ rho: 1, drifts: false })
  expect(drift([1, 3, 2, 5, 4, 2, 3, 1])).toMatchObject({ drifts: false })
  expect(drift([1, 1, 1, 1])).toBeNull()
})

test('about 1 % of level series drift, not more', () => {
  const normal = normals(2)
  expect(count(2000, () => drift(sampleOf(12, normal))?.drifts === true)).toBeLessThanOrEqual(30)
})

test('rounds that resemble their neighbours', () => {
  const dependent = serialDependence(autoregressive(100, 0.6, normals(3)))
  expect(dependent?.limit).toBeCloseTo(0.2, 12)
  expect(dependent?.dependent).toBe(true)
  expect(serialDependence([1, -1, 1, -1, 1, -1])?.dependent).toBe(false)
  expect(serialDependence([1, 1, 1])).toBeNull()
})

test('two modes: both are described', () => {
  const found = twoModes([100, 200, 101, 202, 99, 198, 100, 201, 102, 199, 200, 98])
  expect(found?.low).toEqual({ median: 100, n: 6 })
  expect(found?.high).toEqual({ median: 200, n: 6 })
  expect(found?.within).toBeLessThan(0.01)
})

test.each([
  ['too few values', [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]],
  ['two outliers are not a mode', [100, 101, 99, 100, 102, 98, 100, 101, 99, 100, 200, 201]],
  ['less than 5 % apart', [100, 104, 100, 104, 100, 104, 100, 104, 100, 104, 100, 104]],
  ['all equal', new Array<number>(12).fill(7)],
])('one mode: %s', (_, values) => {
  expect(twoModes(values)).toBeNull()
})

test.each([12, 16, 24, 32])('one lognormal mode of %d values is called two in fewer than one of 100', (n) => {
  const normal = normals(n)
  const heavy = heavyTails(normal)
  expect(count(1500, () => twoModes(sampleOf(n, () => Math.exp(0.3 * normal()))) !== null)).toBeLessThanOrEqual(15)
  expect(count(500, () => twoModes(sampleOf(n, () => Math.exp(0.1 * heavy()))) !== null)).toBeLessThanOrEqual(5)
})

test('two modes eight standard deviations apart are found in nine of ten', () => {
  const normal = normals(9)
  const two = () => Array.from({ length: 16 }, (_, i) => Math.exp(0.05 * (normal() + (i % 2) * 8)))
  expect(count(200, () => twoModes(two()) !== null)).toBeGreaterThan(180)
})
