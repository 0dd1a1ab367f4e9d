import type { Cell, Run } from '../model.js'
import { type Axis, ratioAxis } from './chart/axis.js'
import { dotWithInterval } from './chart/marks.js'
import { pixels, short } from './chart/place.js'
import { COLOR_TOKENS, MARK_STYLE } from './chart/style.js'
import { ratiosOf, tickText } from './html/comparison.js'
import { type Content, cellsIn, contentOf, scenarioOf, seriesOf } from './html/content.js'
import { type Attributes, element, isolated, type Markup, trusted } from './html/markup.js'
import { percentText, ratioText, verdictText } from './verdict-text.js'

const WIDTH = 880
const PLOT = { left: 170, width: 400 }
const WORDS = PLOT.left + PLOT.width + 30
const ROW = 26
const GROUP = 30
const TOP = 74
/** Longer texts are cut: a drawing does not wrap. */
const LONGEST = { label: 20, question: 90, note: 120 }

const STYLE = `${COLOR_TOKENS}${MARK_STYLE}
text{fill:var(--ink);font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}
.soft{fill:var(--soft)}.title{font-size:17px;font-weight:650}.strong{font-weight:650}.paper{fill:var(--paper)}.rule{stroke:var(--line)}
`

/** The comparison of a run as one drawing, for a README or slides: every target's ratio to the reference on a log axis. */
export function svgReport(run: Run): string {
  const content = contentOf([run])
  const axis = ratioAxis(ratiosOf(content))
  const { parts, height } = stacked(content, run, axis)
  const name = `Storage by mount, as ratios to ${run.options.reference}`
  return drawing(WIDTH, height, { name, about: descriptionOf(run), subtitle: subtitleOf(run) }, parts)
}

/** A drawing that stands alone: its title and subtitle, light and dark, and what it shows in words for who cannot see it. */
export function drawing(
  width: number,
  height: number,
  { name, about, subtitle }: { name: string; about: string; subtitle: string },
  parts: readonly Markup[],
): string {
  const frame = { xmlns: 'http://www.w3.org/2000/svg', width, height, viewBox: `0 0 ${width} ${height}` }
  const whole = element(
    'svg',
    { ...frame, role: 'img', 'aria-labelledby': 'name about' },
    element('title', { id: 'name' }, name),
    element('desc', { id: 'about' }, about),
    element('style', {}, trusted(STYLE)),
    element('rect', { class: 'paper', width, height }),
    text(24, 32, name, { class: 'title' }),
    text(24, 52, subtitle, { class: 'soft' }),
    parts,
  )
  return `${whole.markup}\n`
}

/** The groups below each other with their notes, and how high all is. */
function stacked(content: Content, run: Run, axis: Axis): { parts: Markup[]; height: number } {
  const notes = notesOf(run)
  const parts: Markup[] = []
  let y = TOP + 10
  for (const id of content.scenarios) {
    parts.push(...heading(id, scenarioOf(content, id).question, y))
    y += GROUP
    for (const label of content.labels.filter((one) => one !== run.options.reference)) {
      parts.push(row(content, { run, axis, notes }, id, label, y))
      y += ROW
    }
    y += 8
  }
  notes.forEach((note, index) => {
    parts.push(text(24, y + 18 + index * 18, cut(`${raised(index)} ${note}`, LONGEST.note), { class: 'soft' }))
  })
  return { parts: [...ticks(axis), ...parts], height: y + 20 + notes.length * 18 }
}

const heading = (id: string, question: string, y: number): Markup[] => [
  element('line', { class: 'rule', x1: 24, x2: WIDTH - 24, y1: y + 2, y2: y + 2 }),
  text(24, y + 22, cut(id, LONGEST.label), { class: 'strong' }),
  text(PLOT.left, y + 22, cut(question, LONGEST.question), { class: 'soft' }),
]

/** What must be known beside a figure or instead of it, each once. */
const notesOf = ({ cells }: Run): string[] => [...new Set(cells.flatMap(remarksOf))]

const remarksOf = ({ flags, median, reason }: Cell): string[] => {
  if (median === null) return reason === null ? [] : [reason]
  return flags.filter(({ ranked }) => !ranked).map(({ text: one }) => one)
}

const raised = (index: number) => [...String(index + 1)].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)]).join('')

interface Drawn {
  run: Run
  axis: Axis
  notes: readonly string[]
}

function row(content: Content, { run, axis, notes }: Drawn, id: string, label: string, y: number): Markup {
  const [column] = content.columns
  const cell = column && cellsIn(column, id).find(({ target }) => target === label)
  const middle = y + ROW / 2
  const place = pixels(PLOT.left, PLOT.width)
  const name = text(40, middle + 4, cut(label, LONGEST.label))
  const marked = cell ? remarksOf(cell).map((note) => raised(notes.indexOf(note))) : []
  const words = text(WORDS, middle + 4, [cell ? wordsOf(cell, run) : 'not in this run', ...marked].join(' '))
  if (!cell?.comparison) return element('g', {}, name, words)
  const { ratio, low, high } = cell.comparison
  const lines = axis.ticks.map((tick) => vertical(place(axis.at(tick)), y, tick === 1 ? 'one' : 'grid'))
  const shares = { value: axis.at(ratio), low: low && axis.at(low), high: high && axis.at(high) }
  const marks = dotWithInterval(seriesOf(content, label), place, middle, shares, `${label}: ${ratioText(ratio)}`)
  return element('g', {}, name, lines, marks, words)
}

/** `1.52x slower [1.13, 1.83]`: how many rounds more it would take does not fit. */
function wordsOf({ comparison, median, status }: Cell, { options }: Run): string {
  if (median === null) return status
  if (comparison === null) return 'not compared'
  const { verdict, interval } = verdictText(comparison, options.threshold)
  return `${verdict} ${/^\[[^\]]*\]/.exec(interval ?? '')?.[0] ?? '(too few rounds)'}`
}

const vertical = (x: string, y: number, name: string) =>
  element('line', { class: name, x1: x, x2: x, y1: y, y2: y + ROW })

const ticks = ({ at, ticks: values }: Axis): Markup[] =>
  values.map((tick) =>
    element(
      'text',
      { class: 'tick', x: short(PLOT.left + at(tick) * PLOT.width), y: TOP, 'text-anchor': 'middle' },
      tickText(tick),
    ),
  )

/** A line of text; it cannot reorder what stands beside it. */
export const text = (x: number, y: number, content: string, more: Attributes = {}) =>
  element('text', { x, y, direction: 'ltr', ...more }, isolated(content))

/** The beginning of a text that is too long. */
export const cut = (long: string, most: number) =>
  [...long].length <= most ? long : `${[...long].slice(0, most - 1).join('')}…`

const subtitleOf = ({ environment: { engine, machine }, options }: Run) =>
  `${engine.id} ${engine.version} · ${engine.operatingSystem} · ${machine.cpus} CPUs · right is better · less than ${percentText(options.threshold)} does not count`

/** The drawing in words. */
function descriptionOf({ cells, options }: Run): string {
  const sentences = cells.flatMap(({ scenario, target, comparison }) => {
    if (!comparison) return []
    const { verdict, interval } = verdictText(comparison, options.threshold)
    return [`${scenario} on ${target}: ${verdict} ${interval ?? ''}.`]
  })
  return sentences.join(' ')
}
