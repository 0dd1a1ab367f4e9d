import { describe, expect, test } from 'vitest'
import type { Flag, TargetRecord, Trial } from '../src/model.js'
import { compareTargets } from '../src/pairing.js'
import { aboveFloor, floorOf, winnerOf } from '../src/ranking.js'
import { summarize } from '../src/summary.js'
import { bandwidthRounds, builtIn, comparison, failedTrial, rules, targetRecord } from './builders.js'

const TWELVE = [100, 101, 99, 102, 98, 100, 101, 99, 100, 102, 98, 100]
const times = (target: string, factor: number) =>
  bandwidthRounds(
    target,
    TWELVE.map((value) => value * factor),
  )

/** The winner of seq-write on the targets that have trials; the first is the reference. */
function winner(
  trials: Trial[],
  {
    flags = {},
    threshold = 0.05,
    leads = 1,
  }: { flags?: Record<string, Flag>; threshold?: number; leads?: number } = {},
) {
  const targets: TargetRecord[] = [...new Set(trials.map(({ target }) => target))].map((label) => targetRecord(label))
  const one = { scenarios: [builtIn('seq-write')], skipped: new Map(), closed: new Map(), rules: rules({ threshold }) }
  const cells = summarize({ ...one, targets, reference: targets[0]?.label ?? 'volume', trials })
  const flagged = cells.map((cell) => {
    const flag = flags[cell.target]
    return flag ? { ...cell, flags: [flag] } : cell
  })
  return winnerOf(flagged, trials, 'bandwidth', rules({ threshold, leads }))
}

const NOT_RANKED: Flag = { code: 'fsync-no-effect', text: 'is memory', comparable: true, ranked: false }
const RANKED: Flag = { code: 'coarse-clock', text: 'is short', comparable: true, ranked: true }

describe('the winner', () => {
  test('leads over the next best, with the interval of that lead', () => {
    const found = winner([...times('volume', 1), ...times('bind', 2), ...times('layer', 3)])
    expect(found).toMatchObject({ target: 'layer', over: 'bind' })
    expect(found!.comparison).toMatchObject({ n: 12, ratio: expect.closeTo(1.5, 9), verdict: 'faster' })
    expect(found!.comparison.low).toBeLessThanOrEqual(1.5000001)
    expect(found!.comparison.high).toBeGreaterThanOrEqual(1.4999999)
  })

  test('has a lead that shares its chance to miss with every pair, not only with those of the table', () => {
    const wobbly = [...TWELVE.keys()].map((round) => 200 + ((round * 5) % 12))
    const trials = [...times('volume', 1), ...times('bind', 1.1), ...bandwidthRounds('layer', wobbly)]
    const found = winner(trials, { leads: 12 })
    const alone = compareTargets(trials, 'bandwidth', 'bind', 'layer', rules({ comparisons: 12 }))
    expect(found).toEqual({ target: 'layer', over: 'bind', comparison: alone })
    expect(found!.comparison.halfWidth).toBeGreaterThan(winner(trials)!.comparison.halfWidth!)
    // 12 rounds have no interval when a thousand share the misses.
    expect(winner(trials, { leads: 1000 })).toBeNull()
  })

  test('may be the reference', () => {
    const found = winner([...times('volume', 3), ...times('bind', 1)])
    expect(found).toMatchObject({ target: 'volume', over: 'bind', comparison: { ratio: expect.closeTo(3, 9) } })
  })

  test('does not depend on the order of the targets', () => {
    const trials = [...times('volume', 1), ...times('bind', 2), ...times('layer', 3)]
    const found = winner(trials.toReversed())
    expect(found).toMatchObject({ target: 'layer', over: 'bind' })
  })

  test.each([
    ['one target', times('volume', 1)],
    ['nothing measured', []],
    ['two equal ones', [...times('volume', 1), ...times('bind', 1)]],
    ['the two best equal, far ahead of the third', [...times('volume', 1), ...times('bind', 9), ...times('layer', 9)]],
    ['ahead by less than the threshold', [...times('volume', 1), ...times('bind', 1.03)]],
    ['ahead in too few rounds', [...bandwidthRounds('volume', [1, 1, 1]), ...bandwidthRounds('bind', [9, 9, 9])]],
    [
      'ahead in the median, with an interval across 1',
      [...times('volume', 1), ...bandwidthRounds('bind', [300, 50, 140, 60, 200, 70, 180, 55, 160, 90, 150, 110])],
    ],
    [
      'the other failed throughout',
      [...times('volume', 1), ...TWELVE.map((_, round) => failedTrial('full', { target: 'bind', round }))],
    ],
  ])('there is none: %s', (_, trials) => {
    expect(winner(trials)).toBeNull()
  })

  test('uses the threshold', () => {
    expect(winner([...times('volume', 1), ...times('bind', 1.03)], { threshold: 0.02 })).toMatchObject({
      target: 'bind',
    })
  })

  test('is never one that is not ranked, nor is it the runner-up', () => {
    const trials = [...times('volume', 1), ...times('bind', 2), ...times('tmpfs', 30)]
    expect(winner(trials, { flags: { tmpfs: NOT_RANKED } })).toMatchObject({ target: 'bind', over: 'volume' })
    expect(winner(trials, { flags: { bind: NOT_RANKED } })).toMatchObject({ target: 'tmpfs', over: 'volume' })
    expect(winner(trials, { flags: { tmpfs: NOT_RANKED, bind: NOT_RANKED } })).toBeNull()
  })

  test('may have a flag that does not matter for ranks', () => {
    expect(winner([...times('volume', 1), ...times('bind', 2)], { flags: { bind: RANKED } })).not.toBeNull()
  })
})

describe('the floor of a machine', () => {
  test.each([
    ['no second reference', null, null],
    ['no interval', comparison(1, 1, { low: null, high: null }), null],
    ['agree', comparison(0.97, 1.04), null],
    ['agree at an end', comparison(1, 1.04), null],
    ['better by up to 8%', comparison(1.02, 1.08), 0.08],
    ['worse by up to 8%', comparison(1 / 1.08, 1 / 1.02), 0.08],
  ])('%s', (_, again, floor) => {
    const found = floorOf(again)
    if (floor === null) expect(found).toBeNull()
    else expect(found).toBeCloseTo(floor, 9)
  })
})

describe('with a floor of 8%', () => {
  test.each([
    ['beyond it', comparison(1.09, 1.3, { verdict: 'faster' }), 'faster'],
    ['beyond it, on the other side', comparison(0.7, 0.92, { verdict: 'slower' }), 'slower'],
    ['only in part', comparison(1.07, 1.3, { verdict: 'faster' }), 'not-told-apart'],
    ['only in part, on the other side', comparison(0.7, 0.93, { verdict: 'slower' }), 'not-told-apart'],
    ['small', comparison(1.01, 1.03, { verdict: 'below-threshold' }), 'not-told-apart'],
    ['the same', comparison(0.99, 1.01, { verdict: 'same' }), 'not-told-apart'],
    ['not told apart before', comparison(0.9, 1.2), 'not-told-apart'],
  ])('%s', (_, one, verdict) => {
    expect(aboveFloor(one, 0.08)).toEqual({ ...one, verdict })
  })

  test('the pair that it comes from is within it', () => {
    for (const again of [
      comparison(1.02, 1.08, { verdict: 'below-threshold' }),
      comparison(0.8, 0.9, { verdict: 'slower' }),
    ])
      expect(aboveFloor(again, floorOf(again)!).verdict).toBe('not-told-apart')
  })
})
