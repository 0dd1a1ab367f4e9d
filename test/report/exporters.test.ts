import { describe, expect, test } from 'vitest'
import { Run } from '../../src/model.js'
import { exporters, FORMAT_NAMES } from '../../src/report/index.js'
import { comparison, smallRun } from '../builders.js'

const run = smallRun()

test.each(FORMAT_NAMES)('%s of a small run', (format) => {
  const text = exporters[format](run)
  expect(text.endsWith('\n')).toBe(true)
  // The drawn formats have tests of their own, which read what is on them.
  if (!['json', 'html', 'svg'].includes(format)) expect(text).toMatchSnapshot()
})

test('json is the run, as the schema reads it', () => {
  expect(Run.parse(JSON.parse(exporters.json(run)))).toEqual(run)
})

describe('a table', () => {
  test('fits into 100 columns', () => {
    for (const line of exporters.table(run).split('\n'))
      if (/[│─]/.test(line)) expect(line.length).toBeLessThanOrEqual(100)
  })

  test('fits into 100 columns with the longest verdicts', () => {
    const own = comparison(1.01, 1.06, { ratio: 1.03, verdict: 'below-threshold' })
    const few = comparison(1, 1, { n: 4, low: null, high: null, halfWidth: null, roundsToResolve: 8 })
    for (const one of [own, few]) {
      const cells = run.cells.map((cell) => ({ ...cell, comparison: cell.comparison && one }))
      for (const line of exporters.table({ ...run, cells }).split('\n'))
        if (/[│─]/.test(line)) expect(line.length).toBeLessThanOrEqual(100)
    }
  })

  test('has colour only when it is asked for', () => {
    expect(exporters.table(run)).not.toContain('\u001b')
    expect(exporters.table(run, { color: true })).toContain('\u001b')
  })
})

describe('hostile words stay text in markdown', () => {
  /** The table's rows when the reason of the failed cell is this. */
  function rows(reason: string) {
    const cells = run.cells.map((cell) => (cell.status === 'failed' ? { ...cell, reason } : cell))
    return exporters.markdown({ ...run, cells })
  }
  const label = (name: string) => {
    const targets = run.targets.map((target, i) => (i === 1 ? { ...target, label: name } : target))
    return exporters.markdown({ ...run, targets })
  }
  const heading = (text: string) => text.split('\n')[0] ?? ''
  /** The cells of a row, split where GitHub splits them. */
  const cellsIn = (line: string) => line.split(/(?<!\\)\|/).slice(1, -1)

  test.each(['a|b', 'a\\|b', '`x|y`', '<b>x</b>', '[x](http://y)', '*x*', '_x_', 'a\nb', 'a\r\nb', 'a\rb'])(
    'a label %j does not break out of its cell',
    (name) => {
      expect(cellsIn(heading(label(name)))).toHaveLength(4)
      expect(heading(label(name))).not.toMatch(/<b>|(?<!\\)\[x|(?<!\\)`|(?<!\\)\*/)
      expect(heading(label(name))).not.toContain('\r')
    },
  )

  test('nor does a reason start a line of its own', () => {
    const lines = rows('first\n# heading\r\n| a | b |').split(/[\r\n]+/)
    expect(lines.filter((line) => line.startsWith('#') || line.startsWith('| a'))).toEqual([])
  })

  test('markup of HTML is escaped', () => {
    expect(rows('<script>alert(1)</script> & more')).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; more')
  })
})

test('in no format does a failed cell show a number', () => {
  for (const format of ['table', 'markdown'] as const) {
    const text = exporters[format](run)
    expect(text).toMatch(/failed \\?\[\d\\?\]/)
    expect(text).toMatch(/skipped \\?\[\d\\?\]/)
  }
})
