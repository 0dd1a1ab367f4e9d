import { describe, expect, test } from 'vitest'
import type { Run, Trial } from '../../src/model.js'
import { basisText } from '../../src/report/basis.js'
import { htmlReport } from '../../src/report/html/page.js'
import { viewOf } from '../../src/report/view.js'
import { comparison, failedTrial, smallRun } from '../builders.js'

const run = smallRun()

/** What seq-write rests on in the small run, 12 rounds, with its trials changed. */
const basis = (change: (trial: Trial) => Trial | Trial[], more: Partial<Run> = {}) => {
  const changed = { ...run, ...more, trials: run.trials.flatMap(change) }
  return basisText(changed.scenarios.find(({ id }) => id === 'seq-write')!, changed)
}
/** Blocks of so many rounds, with an instance of every target each. */
const inBlocks = (size: number) => (trial: Trial) => {
  const block = Math.floor(trial.round / size)
  return { ...trial, block, instance: block }
}

describe('how many instances an answer rests on', () => {
  test.each([
    ['one block', inBlocks(12), '12 rounds on 1 instance:'],
    ['blocks of six, as three targets have them', inBlocks(6), '12 rounds on 2 instances:'],
    ['a last block that was cut off', inBlocks(5), '12 rounds on 3 instances:'],
    [
      'an instance for every trial',
      (trial: Trial) => ({ ...inBlocks(6)(trial), instance: trial.round }),
      '12 rounds on 12 instances:',
    ],
  ])('%s', (_, change, words) => {
    expect(basis(change)).toMatch(words)
  })

  test('one that was replaced within its block is none more', () => {
    const replaced = (trial: Trial) => {
      const one = inBlocks(6)(trial)
      return trial.target === 'bind' && trial.round > 2 ? { ...one, instance: one.instance + 1 } : one
    }
    expect(basis(replaced)).toMatch('12 rounds on 2 instances:')
  })

  test('warm-ups, other scenarios and rounds that failed do not count', () => {
    const failing = (trial: Trial) => {
      const one = inBlocks(6)(trial)
      const place = { target: one.target, round: one.round }
      if (one.round === 0) return [{ ...one, phase: 'warmup' as const, instance: 7, block: 7 }, one]
      return one.round < 11 ? one : failedTrial('full', { ...place, block: 8, instance: 8 })
    }
    expect(basis(failing)).toMatch('12 rounds on 2 instances:')
  })

  test('without a sample there is none to speak of', () => {
    expect(basis(({ target, round }) => failedTrial('full', { target, round }))).toMatch(/^12 rounds: /)
  })

  test('stands under the table and in the page', () => {
    const changed = { ...run, trials: run.trials.map(inBlocks(6)) }
    const words = '12 rounds on 2 instances: no more were asked for.'
    expect(viewOf(changed).answers[0]).toContain(words)
    expect(htmlReport(changed)).toContain(words)
  })
})

test('what the comparisons that found nothing could have found, in the measure of a verdict', () => {
  const half = 0.275
  const silent = comparison(Math.exp(-half), Math.exp(half))
  const cells = run.cells.map((cell) => ({ ...cell, comparison: cell.comparison && silent }))
  expect(basis(inBlocks(6), { cells })).toMatch(/; it would have flagged a slowdown of 82%$/)
  expect(basis(inBlocks(6))).not.toContain('flagged')
})
