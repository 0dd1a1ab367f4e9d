import Table from 'cli-table3'
import pc from 'picocolors'
import type { Run } from '../model.js'
import { viewOf } from './view.js'

/** How a table is drawn. */
export interface TableOptions {
  color?: boolean | undefined
}

/** A run as a table for a terminal: scenarios down, targets across, notes under it. */
export function tableReport(run: Run, { color = false }: TableOptions = {}): string {
  const { bold, dim } = pc.createColors(color)
  const view = viewOf(run)
  const table = new Table({
    head: ['scenario', ...view.columns.map(({ label, subtitle }) => `${bold(label)}\n${dim(subtitle)}`)],
    style: { head: [], border: [], compact: false },
    wordWrap: true,
  })
  for (const { id, subtitle, cells } of view.rows) {
    const texts = cells.map(({ value, remark, detail }) =>
      [value, remark, detail].filter((line) => line !== null).join('\n'),
    )
    table.push([`${bold(id)}\n${dim(subtitle.replace(', ', '\n'))}`, ...texts])
  }
  const notes = view.notes.map((note, index) => `[${index + 1}] ${printable(note)}`)
  return `${[table.toString(), ...notes, ...view.footer.map((line) => dim(line))].join('\n')}\n`
}

/** An engine's error may hold control characters; a terminal would obey them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const printable = (text: string) => text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
