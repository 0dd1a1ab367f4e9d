import { escaped } from '../report/markdown.js'
import { drawTable, printable } from '../report/table.js'
import { wrapped } from '../report/wrapped.js'
import {
  DURABILITY_QUESTIONS,
  type DurabilityAnswer,
  type DurabilityQuestion,
  type DurabilityRecord,
} from './record.js'
import { durabilitySentences } from './sentences.js'

/** A record laid out: questions down, mounts across; what is too long for a cell is a note. */
interface Laid {
  head: string[]
  rows: { question: string; cells: string[][] }[]
  notes: string[]
  sentences: string[]
  footer: string[]
}

/** The most that stands in a cell. */
const CELL_WIDTH = 14
const QUESTION_WIDTH = 26

function laidOut(record: DurabilityRecord): Laid {
  const notes: string[] = []
  const rows = Object.entries(DURABILITY_QUESTIONS).map(([id, question]) => ({
    question,
    cells: record.rows.map(({ answers }) => cellOf(answers[id as DurabilityQuestion], notes)),
  }))
  const { engine, version, image, startedAt, speed } = record
  const where = `tried on ${engine} ${version}${image ? ` with ${image}` : ''}, ${startedAt}`
  return {
    head: ['', ...record.rows.map(({ label }) => label)],
    rows,
    notes,
    sentences: durabilitySentences(record),
    footer: [where, speed ? `speed: run ${speed.runId}` : 'speed: no run of this engine; mountbench run measures one'],
  }
}

function cellOf({ value, text }: DurabilityAnswer, notes: string[]): string[] {
  const word = value === null ? '–' : value ? 'yes' : 'no'
  if (text === '') return [word]
  if (text.length <= CELL_WIDTH) return [word, text]
  if (!notes.includes(text)) notes.push(text)
  return [`${word} [${notes.indexOf(text) + 1}]`]
}

/** The record as a table for a terminal, with its notes and a sentence for each mount under it. */
export function durabilityTable(record: DurabilityRecord): string {
  const { head, rows, notes, sentences, footer } = laidOut(record)
  const drawn = drawTable(
    head,
    rows.map(({ question, cells }) => [
      wrapped(question, QUESTION_WIDTH).join('\n'),
      ...cells.map((lines) => lines.map(printable).join('\n')),
    ]),
  )
  const noted = notes.map((note, index) => `[${index + 1}] ${printable(note)}`)
  return `${[drawn, ...sentences.map(printable), '', ...noted, ...footer].join('\n')}\n`
}

/** The record as a GitHub table. */
export function durabilityMarkdown(record: DurabilityRecord): string {
  const { head, rows, notes, sentences, footer } = laidOut(record)
  const lines = [
    head.map(escaped),
    head.map(() => '---'),
    ...rows.map(({ question, cells }) => [question, ...cells].map((cell) => [cell].flat().map(escaped).join('<br>'))),
  ].map((cells) => `| ${cells.join(' | ')} |`)
  const listed = [...sentences.map(escaped), ...notes.map((note, index) => `[${index + 1}] ${escaped(note)}`)]
  return `${[...lines, '', ...listed.map((line) => `- ${line}`), '', ...footer.map(escaped)].join('\n')}\n`
}

/** How a record is printed. */
export const DURABILITY_FORMATS = {
  table: durabilityTable,
  markdown: durabilityMarkdown,
  json: (record: DurabilityRecord) => `${JSON.stringify(record, null, 1)}\n`,
} as const satisfies Record<string, (record: DurabilityRecord) => string>
