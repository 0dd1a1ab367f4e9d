import { expect, test } from 'vitest'
import { predictionInterval } from '../../src/statistics/prediction.js'
import { count, normals, sampleOf } from './simulated.js'

const EARLIER = [0.01, -0.02, 0.03, 0, 0.015, -0.01, 0.02, 0.005, -0.03, 0.012]

test('ten earlier runs, three comparisons', () => {
  // Computed in Python from the formula, with t by numerical integration.
  const interval = predictionInterval(EARLIER, { comparisons: 3 })
  expect(interval).toMatchObject({ n: 10, median: 0.0075 })
  expect(interval?.factor).toBeCloseTo(2.5095870574, 8)
  expect(interval?.scale).toBeCloseTo(0.014826, 12)
  expect(interval?.low).toBeCloseTo(-0.03152317524836398, 9)
  expect(interval?.high).toBeCloseTo(0.04652317524836398, 9)
})

test('the floor stands in where the earlier runs happen to agree', () => {
  const interval = predictionInterval(new Array<number>(8).fill(0.1), { floor: 0.02 })
  // t(7, 0.95) = 1.894579
  expect(interval?.scale).toBe(0.02)
  expect(interval?.high).toBeCloseTo(0.1 + 1.894578605 * 0.02 * Math.sqrt(9 / 8), 9)
})

test('too short a history is none', () => {
  expect(predictionInterval(EARLIER.slice(0, 7))).toBeNull()
  expect(predictionInterval([])).toBeNull()
})

test.each([[{ comparisons: 0 }], [{ floor: -1 }], [{ floor: Number.NaN }]])('refuses %j', (options) => {
  expect(() => predictionInterval(EARLIER, options)).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('a normal series leaves it about as often as it says: 5 % a side', () => {
  const normal = normals(4)
  const below = count(2000, () => {
    const interval = predictionInterval(sampleOf(20, normal))
    return interval !== null && normal() < interval.low
  })
  // The MAD is a noisier estimate than the standard deviation t is made for: a little above nominal.
  expect(below / 2000).toBeGreaterThan(0.035)
  expect(below / 2000).toBeLessThan(0.075)
})
