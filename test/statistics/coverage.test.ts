import { expect, test } from 'vitest'
import { comparePaired } from '../../src/statistics/compare.js'
import { heavyTails, normals, sampleOf } from './simulated.js'

/** Twenty rounds on a drifting host with heavy-tailed noise on both sides, and a target `ratio` times the reference. */
function simulate(ratio: number, seed: number, times: number) {
  const normal = normals(seed)
  const heavy = heavyTails(normal)
  return sampleOf(times, () => 0).map(() => {
    let host = 0
    const rounds = sampleOf(20, () => {
      host += 0.1 * normal()
      return host
    })
    const reference = rounds.map((level) => 100 * Math.exp(level + 0.08 * heavy()))
    const target = rounds.map((level) => 100 * ratio * Math.exp(level + 0.08 * heavy()))
    return comparePaired(reference, target, { better: 'higher' })
  })
}

test.each([0.5, 0.9, 1, 1.05, 1.2, 2])(
  'the interval of 20 rounds contains a ratio of %d in at least 93 of 100',
  (ratio) => {
    const results = simulate(ratio, Math.round(ratio * 100), 800)
    const covered = results.filter(({ low, high }) => (low ?? 1) <= ratio && ratio <= (high ?? 1))
    expect(covered.length / results.length).toBeGreaterThanOrEqual(0.93)
  },
)

test.each([
  // The verdicts that are wrong for this ratio at the 5 % threshold.
  [0.5, ['faster', 'same', 'below-threshold']],
  [0.9, ['faster', 'same']],
  [1, ['faster', 'slower', 'below-threshold']],
  [1.2, ['slower', 'same']],
  [2, ['slower', 'same', 'below-threshold']],
])('a ratio of %d gets a wrong verdict in at most 5 of 100', (ratio, wrong) => {
  const results = simulate(ratio, 1000 + Math.round(ratio * 100), 800)
  const mistaken = results.filter(({ verdict }) => wrong.includes(verdict))
  expect(mistaken.length / results.length).toBeLessThanOrEqual(0.05)
})

test('a halved or doubled speed is always told, with the right sign', () => {
  expect(new Set(simulate(2, 1, 200).map(({ verdict }) => verdict))).toEqual(new Set(['faster']))
  expect(new Set(simulate(0.5, 2, 200).map(({ verdict }) => verdict))).toEqual(new Set(['slower']))
})
