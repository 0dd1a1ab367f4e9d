import { describe, expect, test } from 'vitest'
import type { ComparisonRecord } from '../../src/model.js'
import { percentText, ratioText, verdictText } from '../../src/report/verdict-text.js'
import { comparison } from '../builders.js'

/** Verdict and interval in one line. */
function words(one: ComparisonRecord, threshold = 0.05): string {
  const { verdict, interval } = verdictText(one, threshold)
  return [verdict, interval].filter((text) => text !== null).join(' ')
}

/** A row for each verdict. */
test.each<[ComparisonRecord, string]>([
  [comparison(1.75, 1.9, { ratio: 1.82, verdict: 'faster' }), '1.82x faster [1.75, 1.90]'],
  [comparison(1 / 1.52, 1 / 1.31, { ratio: 1 / 1.4, verdict: 'slower' }), '1.40x slower [1.31, 1.52]'],
  [
    comparison(1.01, 1.06, { ratio: 1.03, verdict: 'below-threshold' }),
    '1.03x faster [1.01, 1.06], below the 5% threshold',
  ],
  [
    comparison(1 / 1.06, 1 / 1.01, { ratio: 1 / 1.03, verdict: 'below-threshold' }),
    '1.03x slower [1.01, 1.06], below the 5% threshold',
  ],
  [comparison(0.98, 1.02, { verdict: 'same' }), 'same within 5% [0.98, 1.02]'],
  [
    comparison(0.94, 1.12, { n: 12, roundsToResolve: 32, verdict: 'not-told-apart' }),
    'not told apart [0.94, 1.12]; about 20 more rounds',
  ],
])('%j', (one, text) => {
  expect(words(one)).toBe(text)
})

describe('not told apart', () => {
  const few = { n: 4, low: null, high: null, halfWidth: null, smallestFlagged: null }

  test('without an interval says how many rounds it takes', () => {
    expect(words(comparison(1, 1, { ...few, roundsToResolve: 6 }))).toBe(
      'not told apart too few rounds; about 2 more rounds',
    )
  })

  test('never reads as equal, and never as a number', () => {
    for (const roundsToResolve of [null, 4, 12]) {
      const text = words(comparison(1, 1, { ...few, roundsToResolve }))
      expect(text).not.toMatch(/same|equal|faster|slower|\d\.\d/)
    }
  })

  test('promises no rounds when none are known to help', () => {
    expect(words(comparison(0.94, 1.12))).toBe('not told apart [0.94, 1.12]')
    expect(words(comparison(0.94, 1.12, { roundsToResolve: 12 }))).toBe('not told apart [0.94, 1.12]')
  })
})

test('the threshold is the one that was asked for', () => {
  expect(words(comparison(0.99, 1.01, { verdict: 'same' }), 0.025)).toBe('same within 2.5% [0.99, 1.01]')
  expect(words(comparison(1.01, 1.06, { ratio: 1.03, verdict: 'below-threshold' }), 0.1)).toContain(
    'below the 10% threshold',
  )
})

test.each([
  [1, '1.00x'],
  [0.976, '0.98x'],
  [1.824, '1.82x'],
  [9.99, '9.99x'],
  [35.21, '35.2x'],
  [680.4, '680x'],
  [0.012, '0.0120x'],
])('the ratio %d is shown as %s', (ratio, text) => {
  expect(ratioText(ratio)).toBe(text)
})

test('a ratio that was measured never reads as 0', () => {
  for (const ratio of [0.004, 0.0015, 0.0001]) expect(Number.parseFloat(ratioText(ratio))).toBeGreaterThan(0)
})

test.each([
  [0.05, '5%'],
  [0.075, '7.5%'],
  [0.1, '10%'],
  [0.068, '6.8%'],
  [0.12345, '12.3%'],
  [1.2, '120%'],
])('the fraction %d is shown as %s', (fraction, text) => {
  expect(percentText(fraction)).toBe(text)
})
