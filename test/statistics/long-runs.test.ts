import { describe, expect, test } from 'vitest'
import { comparePaired } from '../../src/statistics/compare.js'
import { measureDependence } from '../../src/statistics/dependence.js'
import { describe as described } from '../../src/statistics/describe.js'
import { orderStatisticRank } from '../../src/statistics/interval.js'
import { twoModes } from '../../src/statistics/modes.js'
import { drift, outliers, serialDependence, steadiness } from '../../src/statistics/noise.js'
import { blocksOf, normals, sampleOf } from './simulated.js'

// A run of hours has this many rounds; what is quadratic in them takes minutes here, and ends as a timeout.
const ROUNDS = 50_000

describe(`${ROUNDS} rounds`, () => {
  const normal = normals(11)
  const series = () => sampleOf(ROUNDS, () => Math.exp(0.1 * normal()))
  const values = series()

  test('the rank of the interval is that of whole-number sums in Python', () => {
    expect([1000, 10_000, ROUNDS].map((n) => orderStatisticRank(n, 0.05))).toEqual([469, 4902, 24_781])
  })

  test.each<[string, (values: number[]) => unknown]>([
    ['description', described],
    ['outliers', outliers],
    ['steadiness', steadiness],
    ['drift', drift],
    ['serial dependence', serialDependence],
    ['dependence', (all) => measureDependence(all, blocksOf(ROUNDS, 6))],
    ['comparison', (all) => comparePaired(all, series(), { better: 'higher' })],
  ])('%s', (_, statistic) => {
    expect(statistic(values)).not.toBeNull()
  })

  test('two modes', () => {
    expect(twoModes(values)).toBeNull()
    expect(twoModes(values.map((value, round) => (round % 2 === 0 ? value : value * 10)))).not.toBeNull()
  })
})
