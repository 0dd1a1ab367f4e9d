import { expect, test } from 'vitest'
import { seededRandom, shuffled } from '../../src/statistics/random.js'

test.each([
  // Computed with an independent sfc32 in Python (state 0, low word, high word, 1; 12 outputs discarded).
  [0, [1363572419, 145230303, 808754475, 4216505632]],
  [1, [2012149540, 1872316204, 1707632675, 1779833415]],
  [42, [1264412219, 1947509147, 3919439299, 1251167922]],
  [2 ** 53 - 1, [3268402823, 2602357022, 3266425223, 182731693]],
])('seed %d gives the sfc32 stream', (seed, words) => {
  const random = seededRandom(seed)
  expect(words.map(() => random() * 2 ** 32)).toEqual(words)
})

test.each([-1, 0.5, Number.NaN, 2 ** 53])('refuses the seed %d', (seed) => {
  expect(() => seededRandom(seed)).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('numbers are in [0, 1) and fill it evenly', () => {
  const random = seededRandom(7)
  const bins = new Array<number>(10).fill(0)
  for (let i = 0; i < 20_000; i += 1) bins[Math.floor(random() * 10)]! += 1
  // Chi-squared with 9 degrees of freedom: 27.9 is exceeded once in a thousand seeds.
  const chiSquared = bins.reduce((total, seen) => total + (seen - 2000) ** 2 / 2000, 0)
  expect(chiSquared).toBeLessThan(27.9)
})

test('a shuffle keeps the items and the input, and repeats with its seed', () => {
  const items = ['a', 'b', undefined, 'd', 'e']
  const once = shuffled(items, seededRandom(3))
  expect(once).toHaveLength(5)
  expect(new Set(once)).toEqual(new Set(items))
  expect(items).toEqual(['a', 'b', undefined, 'd', 'e'])
  expect(shuffled(items, seededRandom(3))).toEqual(once)
  expect(shuffled([], seededRandom(3))).toEqual([])
})

test('every order of three comes up equally often', () => {
  const random = seededRandom(11)
  const seen = new Map<string, number>()
  for (let i = 0; i < 6000; i += 1) {
    const order = shuffled([0, 1, 2], random).join('')
    seen.set(order, (seen.get(order) ?? 0) + 1)
  }
  expect(seen.size).toBe(6)
  // Standard deviation of each count: 29.
  for (const times of seen.values()) expect(Math.abs(times - 1000)).toBeLessThan(120)
})
