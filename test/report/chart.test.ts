import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { trendOf } from '../../src/history/trend.js'
import { logAxis, ratioAxis } from '../../src/report/chart/axis.js'
import { COLORS, colorOf, shapeOf } from '../../src/report/chart/marks.js'
import { MOST_POINTS, spanOf } from '../../src/report/chart/rounds.js'
import { trendAxis } from '../../src/report/chart/trend.js'
import { historyOf, runNumber } from '../history/histories.js'

describe('an axis of ratios', () => {
  test.each([
    [[], [0.8, 0.9, 1, 1.1, 1.25]],
    [
      [0.83, 1.19, 409],
      [1, 3, 10, 30, 100, 500],
    ],
    [
      [0.001, 700],
      [0.001, 0.1, 1, 10, 100],
    ],
  ])('of %j names 1 and round values', (ratios, some) => {
    const { ticks } = ratioAxis(ratios)
    expect(ticks).toContain(1)
    expect(some.filter((tick) => ticks.includes(tick)).length).toBeGreaterThanOrEqual(3)
    expect(ticks).toEqual(ticks.toSorted((a, b) => a - b))
  })

  test('a ratio and its inverse are as far from 1', () => {
    const { at } = ratioAxis([0.25, 4])
    expect(at(4) - at(1)).toBeCloseTo(at(1) - at(0.25), 10)
  })
})

test('every value is inside its axis, and named ones never touch', () => {
  const value = fc.double({ min: 1e-9, max: 1e9, noNaN: true })
  fc.assert(
    fc.property(fc.array(value, { minLength: 1, maxLength: 20 }), (values) => {
      const { at, ticks } = logAxis(values)
      for (const one of values) expect(at(one) >= 0 && at(one) <= 1).toBe(true)
      for (const [index, tick] of ticks.entries()) {
        expect(at(tick) >= 0 && at(tick) <= 1).toBe(true)
        if (index > 0) expect(at(tick) - at(ticks[index - 1]!)).toBeGreaterThan(0.12)
      }
    }),
  )
})

test.each([
  [[100], 100, 1.1],
  [[100, 115], 100, 1.2],
  [[100, 40], 100, 3],
  [[100, 1e30], 100, 1e28],
])('rounds %j around %d reach a factor of %d', (values, median, span) => {
  expect(spanOf([{ values, median }])).toBe(span)
})

test('no two of the first 42 targets look the same', () => {
  const looks = Array.from({ length: 42 }, (_, series) => `${colorOf(series)} ${shapeOf(series, 64)}`)
  expect(new Set(looks).size).toBe(42)
  expect(new Set(looks.slice(0, 7).map((look) => look.split(' ')[1])).size).toBe(7)
  expect(COLORS).toBe(6)
  expect(MOST_POINTS).toBeGreaterThan(48)
})

test('the axis of a trend holds every run, however many there are', () => {
  const [series] = trendOf(historyOf([runNumber(1)])).series
  const [point] = series!.points
  const points = Array.from({ length: 100_000 }, (_, index) => ({ ...point!, value: 1 + index, low: null, high: null }))
  const { low, high, y } = trendAxis({ ...series!, points }, 0.05)
  expect([low, high]).toEqual([1, 100_000])
  expect(y(low)).toBeGreaterThan(y(high))
})
