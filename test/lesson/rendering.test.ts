import { describe, expect, test } from 'vitest'
import { barLines, barScale } from '../../src/lesson/bar-chart.js'
import { type Block, bars, commands, heading, paragraph, sentences, table } from '../../src/lesson/blocks.js'
import { markdownText } from '../../src/lesson/markdown.js'
import { COLUMNS, terminalText } from '../../src/lesson/terminal.js'
import { listed } from '../../src/lesson/words.js'
import { wrapped } from '../../src/report/wrapped.js'

const bar = (label: string, value: number | null) => ({ label, value, missing: value === null ? 'not measured' : '' })
const chart = (values: Record<string, number | null>, unit = 'B/s', scale?: 'linear') =>
  bars(
    'A chart',
    unit,
    Object.entries(values).map(([label, value]) => bar(label, value)),
    scale,
  )
const linesOf = (blocks: Block[]) => blocks.flatMap((block) => (block.kind === 'bars' ? barLines(block, COLUMNS) : []))
const lengthOf = (line: string | undefined) => (line?.match(/[▏▎▍▌▋▊▉█]/g) ?? []).length

describe('bars', () => {
  test('are as long as their share of the largest, and say their value', () => {
    const lines = linesOf(chart({ volume: 1000, bind: 500, tmpfs: 250 }))
    const [, volume, bind, tmpfs] = lines
    expect(volume).toMatch(/^ {2}volume █+ 1000 B\/s$/)
    expect(lengthOf(bind) / lengthOf(volume)).toBeCloseTo(0.5, 1)
    expect(lengthOf(tmpfs) / lengthOf(volume)).toBeCloseTo(0.25, 1)
    expect(lines.join()).not.toContain('log scale')
  })

  test('are on a log scale that is said when values are far apart: equal factors are equal lengths', () => {
    const lines = linesOf(chart({ a: 10_000, b: 1000, c: 100 }))
    const [a, b, c] = lines.slice(1, 4).map(lengthOf) as [number, number, number]
    expect(Math.abs(a - b - (b - c))).toBeLessThanOrEqual(1)
    expect(c).toBeGreaterThan(0)
    expect(lines.slice(4).join(' ')).toContain('(log scale: bars begin at 10.0 B/s,')
  })

  test.each([
    ['19 times apart', [19, 1], false],
    ['21 times apart', [21, 1], true],
    ['with a zero, which has no logarithm', [1000, 0], false],
    ['all zero', [0, 0], false],
  ])('%s', (_, values, log) => {
    expect(barScale(values, 'B').note !== null).toBe(log)
  })

  test('can be kept linear, and the smallest above zero still shows', () => {
    const lines = linesOf(chart({ a: 1000, b: 0.01, c: 0 }, '%', 'linear'))
    expect(lines.join()).not.toContain('log scale')
    expect(lines.slice(1).map(lengthOf).slice(1)).toEqual([1, 0])
  })

  test('without a value say so; a chart without any value is none', () => {
    expect(linesOf(chart({ volume: 10, bind: null }))[2]).toBe('  bind   not measured')
    expect(chart({ volume: null })).toEqual([])
  })

  test('a count has no decimals', () => {
    expect(linesOf(chart({ volume: 4, layer: 2 }, ''))[1]).toMatch(/█ 4$/)
  })

  test.each([[{ 'a very long label of a mount that somebody typed': 1e12, b: 1 }], [{ x: 0.123456789, y: 5 }]])(
    'fit 80 columns: %o',
    (values) => {
      for (const line of linesOf(chart(values))) expect(line.length).toBeLessThanOrEqual(COLUMNS)
    },
  )
})

describe('a terminal', () => {
  const LONG = 'words that go on and on until no line can hold them any more '.repeat(6).trim()

  test('gets nothing wider than 80 columns but commands', () => {
    const blocks = [
      heading(2, 'A heading'),
      paragraph(LONG),
      table(
        ['use', 'because'],
        [
          ['a', LONG],
          ['b', LONG],
        ],
      ),
    ]
    for (const line of terminalText(blocks).split('\n')) expect(line.length).toBeLessThanOrEqual(COLUMNS)
    expect(terminalText(blocks).replaceAll(/[^a-z]+/g, ' ')).toContain('until no line can hold them any more')
  })

  test('gets a command in one line, however long, to be pasted', () => {
    const line = `dd ${'x=y '.repeat(40)}`.trim()
    expect(terminalText([commands([line])]).split('\n')).toContain(`  ${line}`)
  })

  test('gets no control characters of an error', () => {
    const text = terminalText([paragraph('a\u001b[31mb'), table(['x'], [['\u0007y']])])
    for (const character of ['\u001b', '\u0007']) expect(text).not.toContain(character)
  })
})

describe('markdown', () => {
  test('has headings, fenced commands, tables and charts as text', () => {
    const text = markdownText([
      heading(2, 'Chapter'),
      commands(['docker run x']),
      table(['mount', 'speed'], [['volume', '1 MiB/s']]),
      ...chart({ volume: 10 }),
    ])
    expect(text).toContain(
      '## Chapter\n\n```sh\ndocker run x\n```\n\n| mount | speed |\n| --- | --- |\n| volume | 1 MiB/s |\n\n```text\nA chart\n',
    )
  })

  test('is not broken out of by what it holds', () => {
    const text = markdownText([table(['a'], [['x | y <b>\n# z']]), commands(['echo ```', 'b'])])
    expect(text).toContain('| x \\| y &lt;b&gt; # z |')
    expect(text).toContain('````sh\necho ```\nb\n````')
  })
})

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('%o in a sentence', (words, text) => {
  expect(listed(words)).toBe(text)
})

test('a long word stands alone, and nothing is lost', () => {
  expect(wrapped('aa bbbbbbbbbb cc dd', 5)).toEqual(['aa', 'bbbbbbbbbb', 'cc dd'])
})

test('sentences without anything to say are no paragraph', () => {
  expect(sentences(null, '')).toEqual([])
  expect(sentences('A.', null, 'B.')).toEqual([paragraph('A. B.')])
})
