import { describe, expect, test } from 'vitest'
import { interpolatedInterval } from '../../src/statistics/interpolated.js'
import { medianInterval } from '../../src/statistics/interval.js'
import { seededRandom } from '../../src/statistics/random.js'

const normals = (seed: number) => {
  const random = seededRandom(seed)
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

describe('the interpolated interval', () => {
  test('known answer: n = 12, alpha = 0.05, worked by hand from the formula', () => {
    // k = 3: γ_3 = 1 − 2·79/4096, γ_4 = 1 − 2·299/4096; I = (γ_3 − 0.95)/(γ_3 − γ_4) = 0.106364; λ = 9·I/(3 + 6·I) = 0.263118
    const found = interpolatedInterval([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], 0.05)
    expect(found?.low).toBeCloseTo(3.26312, 5)
    expect(found?.high).toBeCloseTo(9.73688, 5)
  })

  test.each([6, 7, 12, 13, 30])('n = %i: inside the order-statistic interval, and symmetric under negation', (n) => {
    const normal = normals(n)
    const values = Array.from({ length: n }, normal)
    const inner = interpolatedInterval(values, 0.05)
    const outer = medianInterval(values)
    expect(inner?.low).toBeGreaterThanOrEqual(outer?.low ?? Number.NaN)
    expect(inner?.high).toBeLessThanOrEqual(outer?.high ?? Number.NaN)
    const mirrored = interpolatedInterval(
      values.map((value) => -value),
      0.05,
    )
    expect(mirrored?.low).toBeCloseTo(-(inner?.high ?? Number.NaN), 12)
  })

  test('too few values: none', () => expect(interpolatedInterval([1, 2, 3, 4, 5], 0.05)).toBeNull())

  const shapes: Record<string, (normal: () => number, random: () => number) => number> = {
    normal: (normal) => 0.14 * normal(),
    'spikes in one arm': (normal, random) => 0.05 * normal() + (random() < 0.3 ? 1.2 * random() : 0),
    exponential: (normal, random) => 0.05 * normal() - Math.log(1 - random()) * 0.2,
  }
  // True medians by numerical integration (python3, standard library only).
  const medianOf: Record<string, number> = { normal: 0, 'spikes in one arm': 0.0264315, exponential: 0.1448206 }
  test.each(Object.keys(shapes))('%s noise: misses the median at nominal, 12 rounds, 8 comparisons', (name) => {
    const normal = normals(5)
    const random = seededRandom(6)
    const times = 4000
    let missed = 0
    for (let trial = 0; trial < times; trial++) {
      const values = Array.from({ length: 12 }, () => shapes[name]?.(normal, random) ?? 0)
      const found = interpolatedInterval(values, 0.05 / 8)
      const centre = medianOf[name] ?? 0
      if (!found || found.low > centre || found.high < centre) missed++
    }
    // Nominal 0.625 %: 25 of 4000; four standard errors above it.
    expect(missed).toBeLessThanOrEqual(45)
  })
})
