import { drawTable, printable } from '../report/table.js'
import { wrapped } from '../report/wrapped.js'
import { barLines } from './bar-chart.js'
import type { Block } from './blocks.js'

/** What a lesson is set to: it fits the oldest terminal, and a line of this length reads well. */
export const COLUMNS = 80

/** Blocks as text for a terminal, at most 80 columns wide but for commands, which are not broken. Ends in an empty line. */
export function terminalText(blocks: readonly Block[], columns = COLUMNS): string {
  return blocks.map((block) => `${linesOf(block, columns).map(printable).join('\n')}\n\n`).join('')
}

function linesOf(block: Block, columns: number): string[] {
  switch (block.kind) {
    case 'heading':
      return headingLines(block.text, block.level)
    case 'paragraph':
      return wrapped(block.text, columns)
    case 'commands':
      return block.lines.map((line) => `  ${line}`)
    case 'table':
      return fittedTable(block, columns).split('\n')
    case 'bars':
      return barLines(block, columns)
  }
}

function headingLines(text: string, level: 1 | 2 | 3): string[] {
  if (level === 3) return [text]
  return [text, (level === 1 ? '═' : '─').repeat(text.length)]
}

/** A border and two spaces for each column, and the border at the end. */
const frame = (columns: number) => 3 * columns + 1

/** A longer word than this may make a table too wide; it is not broken. */
const LONGEST_WORD = 24

/** A table no wider than `columns`, where its words allow it: the widest column gets line breaks first. */
function fittedTable({ head, rows }: Extract<Block, { kind: 'table' }>, columns: number): string {
  const cells = head.map((title, column) => [title, ...rows.map((row) => row[column] ?? '')])
  const least = cells.map((texts) => Math.min(LONGEST_WORD, longest(texts.flatMap((text) => text.split(' ')))))
  const widths = cells.map(longest)
  while (widths.reduce((sum, width) => sum + width, frame(widths.length)) > columns) {
    const spare = widths.map((width, column) => (width > (least[column] ?? 0) ? width : 0))
    const widest = Math.max(...spare)
    if (widest === 0) break
    widths[spare.indexOf(widest)] = widest - 1
  }
  const broken = (row: readonly string[]) =>
    row.map((cell, column) => wrapped(cell, widths[column] ?? columns).join('\n'))
  return drawTable(broken(head), rows.map(broken))
}

const longest = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length))
