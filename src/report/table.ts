import Table from 'cli-table3'
import pc from 'picocolors'
import type { Run } from '../model.js'
import { barsOf } from './bars.js'
import { type View, viewOf } from './view.js'

/** How a table is drawn. */
export interface TableOptions {
  color?: boolean | undefined
  /** Columns of the terminal: with room enough each value gets a small bar. None without it. */
  width?: number | undefined
}

/** A table of texts, each of which may have several lines. */
export function drawTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: false }, wordWrap: true })
  table.push(...rows.map((row) => [...row]))
  return table.toString()
}

/** A run as a table for a terminal: scenarios down, targets across, notes under it. */
export function tableReport(run: Run, { color = false, width }: TableOptions = {}): string {
  const { dim } = pc.createColors(color)
  const view = viewOf(run)
  const plain = drawRun(view, color)
  const bars = view.rows.map(({ id }) => barsOf(run.cells.filter(({ scenario }) => scenario === id)))
  const barred = width === undefined ? plain : drawRun(view, color, bars)
  const table = width !== undefined && columnsOf(barred) <= width ? barred : plain
  const notes = view.notes.map((note, index) => `[${index + 1}] ${printable(note)}`)
  return `${[table, ...view.answers.map(printable), ...notes, ...view.footer.map((line) => dim(line))].join('\n')}\n`
}

function drawRun(view: View, color: boolean, bars?: readonly (readonly (string | null)[])[]): string {
  const { bold, dim } = pc.createColors(color)
  const head = ['scenario', ...view.columns.map(({ label, subtitle }) => `${bold(label)}\n${dim(subtitle)}`)]
  const rows = view.rows.map(({ id, subtitle, cells }, row) => {
    const texts = cells.map(({ value, remark, interval, detail }, column) => {
      const bar = bars?.[row]?.[column] ?? null
      return [value, bar && dim(bar), remark, interval && narrow(interval), detail]
        .filter((line) => line !== null)
        .join('\n')
    })
    return [`${bold(id)}\n${dim(subtitle.replace(', ', '\n'))}`, ...texts]
  })
  return drawTable(head, rows)
}

/** Columns that a table takes: those of its frame, which has no colour inside. */
const columnsOf = (table: string) => [...(table.split('\n')[0] ?? '')].length

/** What is said after an interval goes to lines of its own. */
const narrow = (interval: string) => interval.replaceAll(/[;,] (?=about|below)/g, '\n')

/** A text for a terminal: an engine's error or a label may hold control characters, which a terminal would obey. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
export const printable = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
