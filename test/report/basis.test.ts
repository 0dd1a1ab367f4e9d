import { expect, test } from 'vitest'
import type { ScenarioRecord } from '../../src/model.js'
import { basisText } from '../../src/report/basis.js'
import { htmlReport } from '../../src/report/html/page.js'
import { viewOf } from '../../src/report/view.js'
import { comparison, smallRun } from '../builders.js'

const run = smallRun()
const scenario = run.scenarios.find(({ id }) => id === 'seq-write')!

test.each<[Partial<ScenarioRecord>, string]>([
  [{}, '12 rounds on 2 instances: no more were asked for'],
  [{ rounds: 1, instances: 1 }, '1 round on 1 instance: no more were asked for'],
  [{ instances: 12, stopped: 'its 12 s were used' }, '12 rounds on 12 instances: its 12 s were used'],
  [{ instances: null }, '12 rounds: no more were asked for'],
  [{ rounds: 3, instances: 0, stopped: null }, '3 rounds: no target was left'],
])('what an answer rests on: %j', (more, words) => {
  expect(basisText({ ...scenario, ...more }, run)).toBe(words)
})

test('it stands under the table and in the page', () => {
  const words = '12 rounds on 2 instances: no more were asked for.'
  expect(viewOf(run).answers[0]).toContain(words)
  expect(htmlReport(run)).toContain(words)
})

test('what the comparisons that found nothing could have found, in the measure of a verdict', () => {
  const silent = comparison(Math.exp(-0.275), Math.exp(0.275))
  const cells = run.cells.map((cell) => ({ ...cell, comparison: cell.comparison && silent }))
  expect(basisText(scenario, { cells })).toMatch(/; it would have flagged a slowdown of 82%$/)
  expect(basisText(scenario, run)).not.toContain('flagged')
})
