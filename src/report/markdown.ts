import type { Run } from '../model.js'
import { viewOf } from './view.js'

/** A run as a GitHub table with its notes. Labels cannot break out of their cells. */
export function markdownReport(run: Run): string {
  const view = viewOf(run)
  const heading = [
    'scenario',
    ...view.columns.map(({ label, subtitle }) => `${escaped(label)}<br>${escaped(subtitle)}`),
  ]
  const rows = view.rows.map(({ id, cells }) => [
    escaped(id),
    ...cells.map(({ value, remark, interval, detail }) =>
      [value, remark, interval, detail].flatMap((text) => (text ? escaped(text) : [])).join('<br>'),
    ),
  ])
  const lines = [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
  const answers = view.answers.map((answer) => `- ${escaped(answer)}`)
  const notes = view.notes.map((note, index) => `- [${index + 1}] ${escaped(note)}`)
  return `${[...lines, '', ...(answers.length > 0 ? [...answers, ''] : []), ...(notes.length > 0 ? [...notes, ''] : []), ...view.footer.map(escaped)].join('\n')}\n`
}

/** A text that stays text in a GitHub table. */
export const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/([|\\`*_[\]])/g, '\\$1')
    .replaceAll(/[\r\n]+/g, ' ')
