import fc from 'fast-check'
import * as oracle from 'simple-statistics'
import { expect, test } from 'vitest'
import { lag1Autocorrelation, spearman } from '../../src/statistics/correlation.js'
import { seededRandom, shuffled } from '../../src/statistics/random.js'
import { autoregressive, normals } from './simulated.js'

test.each([
  // Every permutation listed in Python (itertools): the count at least as far from 0, over n!.
  [[1, 2, 3, 4, 5], [2, 1, 4, 3, 5], 0.8, 16 / 120],
  [[1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], 1, 2 / 720],
  [[0, 1, 2, 3, 4, 5, 6, 7], [3, 1, 4, 1, 5, 9, 2, 6], 0.5030030300035688, 8424 / 40320],
  [[106, 100, 86, 101, 99, 103, 97, 113, 112], [7, 27, 2, 50, 28, 29, 20, 12, 6], -0.05, 330808 / 362880],
])('Spearman, exact: %j with %j', (x, y, rho, p) => {
  const result = spearman(x, y)
  expect(result?.rho).toBeCloseTo(rho, 12)
  expect(result?.p).toBeCloseTo(p, 12)
  expect(result?.n).toBe(x.length)
})

test('Spearman, from Student’s t above n = 9', () => {
  const x = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
  const y = [2, 1, 4, 3, 6, 5, 8, 7, 10, 9]
  const result = spearman(x, y)
  // rho = 1 − 6·10/990; t = rho·√(8/(1 − rho²)) = 7.6158 …
  expect(result?.rho).toBeCloseTo(1 - 60 / 990, 12)
  expect(result?.p).toBeGreaterThan(4e-6)
  expect(result?.p).toBeLessThan(1e-4)
  expect(spearman(x, x)?.p).toBe(0)
})

test('rho agrees with simple-statistics (no ties), and never changes under a monotone scale', () => {
  const sizes = fc.tuple(fc.integer({ min: 3, max: 30 }), fc.nat())
  fc.assert(
    fc.property(sizes, ([n, seed]) => {
      const x = [...Array(n).keys()]
      const y = shuffled(x, seededRandom(seed))
      const rho = spearman(x, y)?.rho ?? Number.NaN
      expect(rho).toBeCloseTo(oracle.sampleRankCorrelation(x, y), 10)
      expect(spearman(x, y.map(Math.exp))?.rho).toBeCloseTo(rho, 12)
    }),
    { numRuns: 30 },
  )
})

test('nothing to correlate', () => {
  expect(spearman([1, 2], [1, 2])).toBeNull()
  expect(spearman([1, 2, 3], [5, 5, 5])).toBeNull()
  expect(() => spearman([1, 2, 3], [1, 2])).toThrow(expect.objectContaining({ code: 'bad-input' }))
  expect(() => spearman([1, 2, 3], [1, 2, Number.NaN])).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('lag-1 autocorrelation', () => {
  // Computed in Python from the definition.
  expect(lag1Autocorrelation([101, 99, 104, 98, 120, 97, 103, 100])).toBeCloseTo(-0.4935770750988142, 12)
  expect(lag1Autocorrelation(autoregressive(5000, 0.4, normals(1)))).toBeCloseTo(0.4, 1)
  expect(lag1Autocorrelation([1, 1, 1, 1])).toBeNull()
  expect(lag1Autocorrelation([1, 2])).toBeNull()
  expect(() => lag1Autocorrelation([1, 2, Number.NaN])).toThrow(expect.objectContaining({ code: 'bad-input' }))
})
