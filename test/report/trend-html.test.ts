import { describe, expect, test } from 'vitest'
import { trendOf } from '../../src/history/trend.js'
import { trendHtml } from '../../src/report/html/trend.js'
import { trendSvg } from '../../src/report/trend-svg.js'
import { smallRun } from '../builders.js'
import { historyOf, syntheticRuns } from '../history/histories.js'
import { HOSTILE } from './hostile.js'

const runs = syntheticRuns(60, 40)
const trend = trendOf(historyOf(runs))
const [changed] = trend.series.filter(({ changes }) => changes.length > 0)
const forms = { html: trendHtml, svg: trendSvg }
type Form = keyof typeof forms
const both = Object.keys(forms) as Form[]

test('the history has one series with a change', () => {
  expect(trend.series.filter(({ changes }) => changes.length > 0)).toHaveLength(1)
})

describe.each(both)('%s', (form) => {
  const text = forms[form](trend)

  test('the same history gives the same bytes', () => {
    expect(forms[form](trendOf(historyOf(syntheticRuns(60, 40))))).toBe(text)
  })

  test('names the run where it changed, once in the drawing and in words', () => {
    expect(text.match(/class="change worse"/g)).toHaveLength(1)
    expect(text).toContain(`from run ${runs[40]!.runId} on`)
  })

  test('without a change has no line, and says so', () => {
    const steady = forms[form](trendOf(historyOf(syntheticRuns(60, 60))))
    expect(steady).not.toContain('class="change')
    expect(steady).toContain('No change was found.')
  })

  test('with too few runs does not say that nothing changed', () => {
    const few = forms[form](trendOf(historyOf(syntheticRuns(5, 5))))
    expect(few).toMatch(/too few runs to tell/i)
    expect(few).not.toContain('No change. Now')
  })

  test('of nothing is whole', () => {
    expect(forms[form](trendOf({ runs: [], unreadable: [] }))).toMatch(/<\/(html|svg)>\n$/)
  })

  test.each(HOSTILE)('a label, a branch and a target %j stay text', (word) => {
    const tags = (own: string) =>
      [...forms[form](trendOf(historyOf(named(own)))).matchAll(/<\/?([a-z]\w*)/gi)].map(([, name]) => name)
    expect(tags(word)).toEqual(tags('harmless'))
  })
})

/** The synthetic runs with one word wherever a user may put one. */
const named = (word: string) =>
  runs.map((run) => ({
    ...run,
    label: word,
    targets: run.targets.map((target) => (target.label === 'bind' ? { ...target, label: word } : target)),
    cells: run.cells.map((cell) => (cell.target === 'bind' ? { ...cell, target: word } : cell)),
    environment: { ...smallRun().environment, git: { commit: word, branch: word, dirty: false } },
  }))

test('every run is a mark where its value is on the log axis, with its value behind it', () => {
  const html = trendHtml({ ...trend, series: [changed!] })
  const places = [...html.matchAll(/<svg x="[\d.]+%" y="([\d.]+)"[^>]*class="mark/g)].map(([, y]) => Number(y))
  const values = changed!.points.map(({ value }) => value)
  expect(places).toHaveLength(60)
  // A straight line through two of them gives the axis; all others must lie on it.
  const [least, most] = [values.indexOf(Math.min(...values)), values.indexOf(Math.max(...values))]
  const slope = (places[most]! - places[least]!) / (Math.log(values[most]!) - Math.log(values[least]!))
  expect(slope).toBeLessThan(0)
  values.forEach((value, index) => {
    expect(places[index]).toBeCloseTo(places[least]! + slope * (Math.log(value) - Math.log(values[least]!)), 0)
  })
  expect([...html.matchAll(/<data value="([^"]*)"/g)].map(([, value]) => Number(value))).toEqual(values)
})

test('a long history has a line without marks, and lists the latest', () => {
  const [one] = trend.series
  const points = Array.from({ length: 1000 }, (_, index) => ({ ...one!.points[0]!, run: `run-${index}` }))
  const html = trendHtml({ ...trend, series: [{ ...one!, points, changes: [] }] })
  expect(html).not.toContain('class="mark')
  expect(html).toContain('The latest 200 of 1000 runs')
  expect(html.length).toBeLessThan(150_000)
})
