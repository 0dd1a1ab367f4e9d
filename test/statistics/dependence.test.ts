import { describe, expect, test } from 'vitest'
import { type Comparison, comparePaired } from '../../src/statistics/compare.js'
import { measureDependence, stretchOf } from '../../src/statistics/dependence.js'
import { autoregressive, blocksOf, blockwise, heavyTails, normals, sampleOf } from './simulated.js'

/** An A/A comparison of these g, as the two series a run would hold. */
function compare(g: readonly number[], blocks?: readonly number[]) {
  const reference = g.map(() => 100)
  const target = g.map((value) => 100 * Math.exp(0.1 * value))
  return comparePaired(reference, target, { better: 'higher', blocks })
}

/** Whether an A/A comparison claims a difference: the interval of the ratio excludes 1. */
function alarmed({ low, high }: Comparison): boolean {
  return low !== null && high !== null && (low > 1 || high < 1)
}

/** The shares of `times` A/A series that alarm, without the rule and with it. */
function alarms(times: number, draw: () => number[], blocks: readonly number[]): { plain: number; ruled: number } {
  const series = Array.from({ length: times }, draw)
  return {
    plain: series.filter((g) => alarmed(compare(g))).length / times,
    ruled: series.filter((g) => alarmed(compare(g, blocks))).length / times,
  }
}

const times = 1000
/** 5 % and two standard errors of a share of `times` runs. */
const NOMINAL = 0.05 + 2 * Math.sqrt((0.05 * 0.95) / times)

describe.each([16, 20, 24, 32])('%d rounds in blocks of four', (n) => {
  const blocks = blocksOf(n, 4)

  test('neighbours with lag-1 0.4: more than 5 % false alarms without the rule, nominal with it', () => {
    const normal = normals(n)
    const { plain, ruled } = alarms(times, () => autoregressive(n, 0.4, normal), blocks)
    expect(plain).toBeGreaterThan(NOMINAL)
    expect(ruled).toBeLessThanOrEqual(NOMINAL)
  })

  test('blocks that share 40 % of the variance: the same', () => {
    const normal = normals(100 + n)
    const { plain, ruled } = alarms(times, () => blockwise(n, 4, 0.4, normal), blocks)
    expect(plain).toBeGreaterThan(NOMINAL)
    expect(ruled).toBeLessThanOrEqual(NOMINAL)
  })

  test('independent noise: nominal either way, and at least two of three intervals are exactly the plain one', () => {
    const heavy = heavyTails(normals(200 + n))
    const series = Array.from({ length: times }, () => sampleOf(n, heavy))
    const pairs = series.map((g) => [compare(g), compare(g, blocks)] as const)
    const kept = pairs.filter(([plain, ruled]) => plain.low === ruled.low && plain.high === ruled.high)
    expect(kept.length / times).toBeGreaterThan(0.67)
    expect(pairs.filter(([plain]) => alarmed(plain)).length / times).toBeLessThanOrEqual(NOMINAL)
    expect(pairs.filter(([, ruled]) => alarmed(ruled)).length / times).toBeLessThanOrEqual(NOMINAL)
  })
})

test('twelve rounds are too few to repair all of it: about half of the excess goes', () => {
  const normal = normals(12)
  const { plain, ruled } = alarms(1500, () => autoregressive(12, 0.4, normal), blocksOf(12, 2))
  expect(plain).toBeGreaterThan(0.11)
  expect(ruled).toBeLessThanOrEqual(0.08)
})

test('rounds that alternate are not dependent in the way that matters: nothing is narrowed', () => {
  const g = Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (1 + i / 100))
  const dependence = measureDependence(g, blocksOf(12, 2))
  expect(dependence?.serial).toBeLessThan(0)
  expect(dependence).toMatchObject({ inflation: 1, effectiveRounds: 12 })
  expect(compare(g, blocksOf(12, 2)).low).toBe(compare(g).low)
})

test('two levels, six rounds each: worth few rounds, and the interval says so', () => {
  const g = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 9, 9.1, 9.2, 9.3, 9.4, 9.5]
  const dependence = measureDependence(g, blocksOf(12, 6))
  expect(dependence?.serial).toBeGreaterThan(0.7)
  expect(dependence?.shared).toBeGreaterThan(0.5)
  expect(dependence?.inflation).toBeCloseTo(9, 10)
  expect(dependence?.effectiveRounds).toBeCloseTo(12 / 9, 10)
  expect(dependence === null ? 0 : stretchOf(dependence, 0.05)).toBeCloseTo((3 * 4.30265273) / 1.959963985, 6)
  expect(compare(g, blocksOf(12, 6)).halfWidth).toBeGreaterThan(6 * (compare(g).halfWidth ?? 0))
})

test('an outlier does not hide dependence: ranks are correlated', () => {
  const g = [1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1, 500]
  expect(measureDependence(g, blocksOf(12, 2))?.inflation).toBeGreaterThan(1.5)
})

test('nothing to measure', () => {
  expect(measureDependence([1, 2, 3, 4, 5], [0, 0, 1, 1, 2])).toBeNull()
  expect(measureDependence([1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 2, 2])).toBeNull()
  expect(measureDependence([3, 1, 2, 5, 4, 6], [0, 1, 2, 3, 4, 5])?.shared).toBeNull()
  expect(() => measureDependence([1, 2], [0])).toThrow(expect.objectContaining({ code: 'bad-input' }))
})

test('a dropped round takes its block number with it', () => {
  const target = [1, 2, 3, 4, 5, 6, 7, 8]
  const whole = comparePaired([1, 1, 1, 1, 1, 1, 1], target.slice(1), {
    better: 'higher',
    blocks: [0, 0, 0, 1, 1, 1, 1],
  })
  const dropped = comparePaired([null, 1, 1, 1, 1, 1, 1, 1], target, {
    better: 'higher',
    blocks: [0, 0, 0, 0, 1, 1, 1, 1],
  })
  expect(dropped).toEqual({ ...whole, rounds: 8 })
})
