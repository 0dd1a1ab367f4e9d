import { expect, test } from 'vitest'
import { barsOf } from '../../src/report/bars.js'
import { exporters } from '../../src/report/index.js'
import { smallRun } from '../builders.js'

const medians = (...values: (number | null)[]) => values.map((median) => ({ median }))

test.each([
  [medians(100, 50, 25), ['█'.repeat(16), '█'.repeat(8), '█'.repeat(4)]],
  [medians(1000, 1), ['█'.repeat(16), '▏']],
  [medians(16, 1.5), ['█'.repeat(16), '█▌']],
  [medians(null, 7), [null, '█'.repeat(16)]],
  [medians(null, null), [null, null]],
  [[], []],
])('%j', (cells, bars) => {
  expect(barsOf(cells)).toEqual(bars)
})

const framed = (text: string) => text.split('\n').filter((line) => /^[│┌├└]/.test(line))
const run = smallRun()

test.each([undefined, 40, 79])('with %s columns there is no bar, and the table is as ever', (width) => {
  expect(exporters.table(run, { width })).toBe(exporters.table(run))
})

test.each([false, true])('with room each value has a bar, and every line is as long (colour: %s)', (color) => {
  const lines = framed(exporters.table(run, { width: 200, color }))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what colours begin with
  const lengths = lines.map((line) => [...line.replaceAll(/\u001b\[\d+m/g, '')].length)
  expect(new Set(lengths).size).toBe(1)
  const measured = run.cells.filter(({ median }) => median !== null).length
  expect(lines.join('\n').match(/[█▏▎▍▌▋▊▉]+/g)).toHaveLength(measured)
})

test('bars never make it wider than the terminal', () => {
  const columns = Math.max(...framed(exporters.table(run)).map((line) => line.length))
  for (const width of [columns - 1, columns, columns + 1, columns + 8])
    for (const line of framed(exporters.table(run, { width })))
      expect(line.length).toBeLessThanOrEqual(Math.max(width, columns))
})

test('markdown has none', () => {
  expect(exporters.markdown(run)).not.toMatch(/[█▏▎▍▌▋▊▉]/)
})
