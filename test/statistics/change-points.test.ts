import { describe, expect, test } from 'vitest'
import { changePoints } from '../../src/statistics/change-points.js'
import { median } from '../../src/statistics/quantiles.js'
import { seededRandom } from '../../src/statistics/random.js'
import { fixture } from '../builders.js'
import { normals } from './simulated.js'

const published = JSON.parse(fixture('change-points/published.json')) as {
  nile: number[]
  qualityControl: Record<string, number[]>
}
const recorded = JSON.parse(fixture('change-points/aa-noise.json')) as Record<string, number[]>
const FIVE_PERCENT = Math.log(1.05)
const placesOf = (values: readonly number[], options = {}) => changePoints(values, options).map(({ index }) => index)

describe('published series', () => {
  test('the Nile fell by a quarter from 1899 on', () => {
    const [change, ...more] = changePoints(published.nile.map(Math.log), { magnitude: FIVE_PERCENT })
    expect(more).toEqual([])
    expect(1871 + change!.index).toBe(1899)
    expect(Math.exp(change!.shift)).toBeCloseTo(0.74, 2)
    expect(change!.p).toBeLessThanOrEqual(0.001)
  })

  test.each([
    ['1', [146], 3],
    ['2', [97], 0],
    ['3', [179], 0],
    ['5', [], 0],
  ])('quality control %s of the Turing dataset: %j, within %d', (name, expected, within) => {
    const found = placesOf(published.qualityControl[name]!)
    expect(found).toHaveLength(expected.length)
    for (const [at, place] of expected.entries()) expect(Math.abs(found[at]! - place)).toBeLessThanOrEqual(within)
  })
})

/** Runs as they would come out of recorded rounds: the median of twelve of them, drawn with a seed. */
function recordedRuns(scenario: string, runs: number, seed: number): number[] {
  const random = seededRandom(seed)
  const rounds = recorded[scenario]!
  return Array.from({ length: runs }, () =>
    median(Array.from({ length: 12 }, () => rounds[Math.floor(random() * rounds.length)]!)),
  )
}
const shifted = (values: readonly number[], from: number, shift: number) =>
  values.map((value, index) => (index >= from ? value + shift : value))

describe('recorded noise of two equal volumes', () => {
  const scenarios = Object.keys(recorded)

  test.each(scenarios)('%s: 20 series of 60 runs have no change', (scenario) => {
    const alarms = Array.from({ length: 20 }, (_, seed) =>
      placesOf(recordedRuns(scenario, 60, seed), { magnitude: FIVE_PERCENT }),
    )
    expect(alarms.flat()).toEqual([])
  })

  test('a slowdown of a fifth at run 40 of 60 is found in all of 160 series, in 150 at most two runs off', () => {
    // Those whose runs differ by less than 8 %.
    const quiet = scenarios.filter((id) => !['fsync-latency', 'small-files', 'parallel-write', 'metadata'].includes(id))
    const found = quiet.flatMap((scenario) =>
      Array.from({ length: 20 }, (_, seed) =>
        placesOf(shifted(recordedRuns(scenario, 60, seed), 40, -Math.log(1.2)), { magnitude: FIVE_PERCENT }),
      ),
    )
    expect(found).toHaveLength(160)
    expect(found.filter((places) => places.length === 0)).toEqual([])
    expect(found.filter((places) => places.some((at) => Math.abs(at - 40) <= 2)).length).toBeGreaterThanOrEqual(150)
    // Besides the one that was planted.
    expect(found.flatMap((places) => places.slice(1)).length).toBeLessThanOrEqual(3)
  })

  test('a smaller change than what counts is none, however certain', () => {
    const runs = shifted(
      recordedRuns('seq-write', 200, 1).map((value) => value / 10),
      100,
      -Math.log(1.03),
    )
    expect(placesOf(runs)).toEqual([100])
    expect(placesOf(runs, { magnitude: FIVE_PERCENT })).toEqual([])
  })
})

describe('simulated series', () => {
  const noise = (length: number, seed: number, sigma = 0.03) => {
    const next = normals(seed)
    return Array.from({ length }, () => next() * sigma)
  }

  test('without a change: at most 2 alarms in 1000 series of 60 values', () => {
    const alarms = Array.from({ length: 1000 }, (_, seed) =>
      placesOf(noise(60, seed, 0.06), { magnitude: FIVE_PERCENT }),
    )
    expect(alarms.filter((found) => found.length > 0).length).toBeLessThanOrEqual(2)
  })

  test.each([
    [40, 3],
    [20, 4],
    [12, 5],
  ])('a fifth in noise of 3 percent is seen when %d values came before and %d after', (before, after) => {
    const seen = Array.from({ length: 40 }, (_, seed) =>
      placesOf(shifted(noise(before + after, seed), before, -Math.log(1.2)), { magnitude: FIVE_PERCENT }),
    )
    expect(
      seen.filter((found) => found.length === 1 && Math.abs(found[0]! - before) <= 1).length,
    ).toBeGreaterThanOrEqual(37)
  })

  test('two values after a change are too few', () => {
    expect(placesOf(shifted(noise(60, 3), 58, -1))).toEqual([])
  })

  test('up and down again, in a series of many windows, in order', () => {
    const values = shifted(shifted(shifted(noise(1000, 5), 130, 0.2), 160, -0.2), 700, -0.4)
    expect(placesOf(values, { magnitude: FIVE_PERCENT })).toEqual([130, 160, 700])
    const [up, down] = changePoints(values, { magnitude: FIVE_PERCENT })
    expect(up).toMatchObject({ from: 80, to: 160 })
    expect(up!.shift).toBeCloseTo(0.2, 1)
    expect(down).toMatchObject({ from: 130, to: 210 })
  })

  test('a lone spike is no change, and does not hide one', () => {
    const values = shifted(noise(60, 9), 30, -0.2)
    values[10] = 3
    expect(placesOf(values, { magnitude: FIVE_PERCENT })).toEqual([30])
  })

  test('upside down it is the same', () => {
    const values = shifted(noise(60, 11), 30, -0.2)
    expect(placesOf(values.map((value) => -value))).toEqual(placesOf(values))
  })

  test('the same values give the same answer', () => {
    const values = shifted(noise(300, 12), 100, 0.05)
    expect(changePoints(values)).toEqual(changePoints(values))
  })
})

describe('the least and the impossible', () => {
  test.each([
    ['none', []],
    ['one', [1]],
    ['five', [1, 1, 1, 9, 9]],
    ['all equal', new Array(60).fill(2)],
    ['fewer than could be rarer than p', [0, 0, 0, 0, 0, 9, 9, 9, 9, 9]],
  ])('%s has no change', (_, values) => {
    expect(changePoints(values)).toEqual([])
  })

  test.each([
    [[1, Number.NaN], {}, /finite/],
    [[], { least: 1 }, /at least 2/],
    [[], { window: 5 }, /at least 6/],
    [[], { p: 0.0001 }, /p is between/],
    [[], { magnitude: -1 }, /magnitude/],
  ])('%j with %j is bad input', (values, options, message) => {
    expect(() => changePoints(values, options)).toThrow(
      expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) }),
    )
  })
})
