import { describe, expect, test } from 'vitest'
import { doneReason, roundsExpected, type Standing } from '../src/stopping.js'
import { comparison } from './builders.js'

/** Whether a scenario of 12 to 32 rounds is done, at 5% precision and threshold. */
const done = (comparisons: Standing['comparisons'], more: Partial<Standing> = {}) =>
  doneReason({
    rounds: 12,
    leastRounds: 12,
    mostRounds: 32,
    comparisons,
    precision: 0.05,
    threshold: 0.05,
    seconds: 20,
    limitSeconds: null,
    ...more,
  })

const NARROW = comparison(0.99, 1.02)
const WIDE = comparison(0.9, 1.2)
const FAR = comparison(25, 35)
const NONE = comparison(1, 1, { n: 3, low: null, high: null, halfWidth: null })
const PRECISE = 'the precision of ±5% was reached'
const FAR_ENOUGH = '±5%, or far beyond the threshold'

test.each<[string, Standing['comparisons'], string | null]>([
  ['narrow', [NARROW], PRECISE],
  ['narrow, and different', [comparison(1.3, 1.34)], PRECISE],
  ['just narrow enough', [comparison(1, 1, { halfWidth: 0.05 })], PRECISE],
  ['just not', [comparison(Math.exp(-0.0501), Math.exp(0.0501))], null],
  ['wide', [WIDE], null],
  ['one of two is wide', [NARROW, WIDE], null],
  ['without an interval', [NONE], null],
  ['one of two is without an interval', [NARROW, NONE], null],
  ['nothing to compare', [], null],
  ['wide, and thirty times faster', [FAR], FAR_ENOUGH],
  ['wide, and thirty times slower', [comparison(1 / 35, 1 / 25)], FAR_ENOUGH],
  ['one narrow, one far', [NARROW, FAR], FAR_ENOUGH],
  ['one wide, one far', [WIDE, FAR], null],
])('at the least rounds: %s', (_, comparisons, reason) => {
  expect(done(comparisons)).toBe(reason)
})

describe('the least rounds are done, however clear it is', () => {
  test.each([
    ['narrow', NARROW],
    ['far', FAR],
  ])('%s', (_, one) => {
    expect(done([one], { rounds: 11 })).toBeNull()
    expect(done([one])).not.toBeNull()
  })
})

describe('never because it became significant', () => {
  test.each([
    ['faster than the threshold, but wide and near', comparison(1.06, 1.3)],
    ['slower than the threshold, but wide and near', comparison(0.7, 0.94)],
    ['faster by twice, and wider than that', comparison(1.2, 3.3)],
    ['excludes 1, below the threshold', comparison(1.01, 1.15)],
    ['excludes 1 by a hair', comparison(1.0001, 1.2)],
  ])('%s', (_, one) => {
    expect(done([one])).toBeNull()
    expect(done([one], { rounds: 28 })).toBeNull()
  })

  test('the verdict itself changes nothing', () => {
    for (const verdict of ['faster', 'slower', 'same', 'below-threshold', 'not-told-apart'] as const) {
      expect(done([comparison(0.9, 1.2, { verdict })])).toBeNull()
      expect(done([comparison(0.99, 1.02, { verdict })])).toBe(PRECISE)
    }
  })
})

describe('far is twice its own half-width beyond the threshold', () => {
  /** The interval whose nearer end lies so many half-widths of 0.1 beyond the threshold. */
  const beyond = (halfWidths: number, side: 1 | -1) => {
    const near = Math.log1p(0.05) + halfWidths * 0.1
    const [low, high] = [Math.exp(near), Math.exp(near + 0.2)]
    return side === 1 ? comparison(low, high) : comparison(1 / high, 1 / low)
  }

  test.each([1, -1] as const)('on side %d', (side) => {
    expect(done([beyond(1.99, side)])).toBeNull()
    expect(done([beyond(2.01, side)])).toBe(FAR_ENOUGH)
  })

  test('counts from the threshold that was asked for', () => {
    expect(done([comparison(2, 2.4)])).toBe(FAR_ENOUGH)
    expect(done([comparison(2, 2.4)], { threshold: 0.9 })).toBeNull()
  })
})

describe('at the most rounds', () => {
  const most = (comparisons: Standing['comparisons'], more: Partial<Standing> = {}) =>
    done(comparisons, { rounds: 32, ...more })

  test('the precision that was missed is said, with how many rounds would reach it', () => {
    // ±0.14 where ±0.05 was asked for: 32 · (0.14 / 0.05)² rounds.
    const missed = comparison(Math.exp(-0.14), Math.exp(0.14))
    expect(most([missed])).toBe('no more were asked for; ±14% where ±5% was asked for, which takes about 251 rounds')
  })

  test('of several the widest counts, and those far off do not', () => {
    const [wide, wider] = [0.08, 0.1].map((half) => comparison(Math.exp(-half), Math.exp(half)))
    expect(most([wide!, wider!, NARROW, FAR])).toContain('; ±10% where')
  })

  test('what was only just missed does not read as reached', () => {
    const missed = comparison(Math.exp(-0.0502), Math.exp(0.0502))
    expect(most([missed])).toContain('±5.02% where ±5% was asked for')
  })

  test('one without an interval hides no other', () => {
    expect(most([NONE])).toBe('no more were asked for')
    expect(most([comparison(Math.exp(-0.1), Math.exp(0.1)), NONE])).toContain('±10% where ±5% was asked for')
  })

  test('nothing to compare: only that they were done', () => {
    expect(most([])).toBe('no more were asked for')
  })

  test('precise at last is precise, not spent', () => {
    expect(most([NARROW])).toBe(PRECISE)
  })

  test('the precision is named as it was asked for', () => {
    expect(most([NARROW], { precision: 0.025 })).toBe('the precision of ±2.5% was reached')
  })
})

describe('the time of a scenario', () => {
  test.each<[string, Partial<Standing>, string | null]>([
    [
      'is used',
      { limitSeconds: 20 },
      'its 20 s were used; ±14.4% where ±5% was asked for, which takes about 100 rounds',
    ],
    ['is not', { limitSeconds: 21 }, null],
    ['is used before the least rounds', { limitSeconds: 20, rounds: 11 }, null],
  ])('%s', (_, more, reason) => {
    expect(done([WIDE], more)).toBe(reason)
  })

  test('precision ends it first', () => expect(done([NARROW], { limitSeconds: 20 })).toBe(PRECISE))
})

describe('how many rounds it should take', () => {
  const expected = (comparisons: Standing['comparisons'], more: Partial<Standing> = {}) =>
    roundsExpected({
      ...{ rounds: 12, leastRounds: 12, mostRounds: 32, comparisons, precision: 0.05, threshold: 0.05 },
      ...{ seconds: 20, limitSeconds: null, ...more },
    })
  test.each<[string, Standing['comparisons'], Partial<Standing>, number]>([
    ['precise: the least', [NARROW], {}, 12],
    ['far: the least', [FAR], {}, 12],
    ['nothing known: the least', [], { rounds: 0, seconds: 0 }, 12],
    ['by the square of what is missing', [comparison(1, 1, { halfWidth: 0.07 })], {}, 24],
    ['at most the most', [WIDE], {}, 32],
    ['what fits into its time', [WIDE], { limitSeconds: 30 }, 18],
  ])('%s', (_, comparisons, more, rounds) => {
    expect(expected(comparisons, more)).toBe(rounds)
  })
})
