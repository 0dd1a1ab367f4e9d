import { escaped } from '../report/markdown.js'
import { barLines } from './bar-chart.js'
import type { Block } from './blocks.js'
import { COLUMNS } from './terminal.js'

/** Blocks as GitHub Markdown: fenced commands, tables, and bar charts as text. Texts cannot break out of where they stand. */
export function markdownText(blocks: readonly Block[]): string {
  return blocks.map((block) => `${linesOf(block).join('\n')}\n\n`).join('')
}

function linesOf(block: Block): string[] {
  switch (block.kind) {
    case 'heading':
      return [`${'#'.repeat(block.level)} ${escaped(block.text)}`]
    case 'paragraph':
      return [escaped(block.text)]
    case 'commands':
      return fenced('sh', block.lines)
    case 'table':
      return [block.head.map(escaped), block.head.map(() => '---'), ...block.rows.map((row) => row.map(escaped))].map(
        (cells) => `| ${cells.join(' | ')} |`,
      )
    case 'bars':
      return fenced('text', barLines(block, COLUMNS))
  }
}

/** A fence longer than any that stands in the lines. */
function fenced(language: string, lines: readonly string[]): string[] {
  const longest = Math.max(2, ...lines.flatMap((line) => (line.match(/`+/g) ?? []).map((ticks) => ticks.length)))
  const fence = '`'.repeat(longest + 1)
  return [`${fence}${language}`, ...lines.map((line) => line.replaceAll(/[\r\n]+/g, ' ')), fence]
}
