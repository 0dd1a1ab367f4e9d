import Table from 'cli-table3'
import pc from 'picocolors'
import type { Run } from '../model.js'
import { viewOf } from './view.js'

/** How a table is drawn. */
export interface TableOptions {
  color?: boolean | undefined
}

/** A table of texts, each of which may have several lines. */
export function drawTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: false }, wordWrap: true })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}

/** A run as a table for a terminal: scenarios down, targets across, notes under it. */
export function tableReport(run: Run, { color = false }: TableOptions = {}): string {
  const { bold, dim } = pc.createColors(color)
  const view = viewOf(run)
  const head = ['scenario', ...view.columns.map(({ label, subtitle }) => `${bold(label)}\n${dim(subtitle)}`)]
  const rows = view.rows.map(({ id, subtitle, cells }) => {
    const texts = cells.map(({ value, remark, interval, detail }) =>
      [value, remark, interval && narrow(interval), detail].filter((line) => line !== null).join('\n'),
    )
    return [`${bold(id)}\n${dim(subtitle.replace(', ', '\n'))}`, ...texts]
  })
  const notes = view.notes.map((note, index) => `[${index + 1}] ${printable(note)}`)
  return `${[drawTable(head, rows), ...view.answers.map(printable), ...notes, ...view.footer.map((line) => dim(line))].join('\n')}\n`
}

/** What is said after an interval goes to lines of its own. */
const narrow = (interval: string) => interval.replaceAll(/[;,] (?=about|below)/g, '\n')

/** An engine's error may hold control characters; a terminal would obey them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const printable = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
