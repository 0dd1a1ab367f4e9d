import type { Run } from '../model.js'
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
const LONGEST = { label: 20, words: 44, question: 90 }

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
  const drawing = element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      width: WIDTH,
      height,
      viewBox: `0 0 ${WIDTH} ${height}`,
      role: 'img',
      'aria-labelledby': 'name about',
    },
    element('title', { id: 'name' }, name),
    element('desc', { id: 'about' }, descriptionOf(run)),
    element('style', {}, trusted(STYLE)),
    element('rect', { class: 'paper', width: WIDTH, height }),
    text(24, 32, name, { class: 'title' }),
    text(24, 52, subtitleOf(run), { class: 'soft' }),
    parts,
  )
  return `${drawing.markup}\n`
}

/** The groups below each other, and how high all is. */
function stacked(content: Content, run: Run, axis: Axis): { parts: Markup[]; height: number } {
  const parts: Markup[] = []
  let y = TOP + 10
  for (const id of content.scenarios) {
    const rows = content.labels.filter((label) => label !== run.options.reference)
    parts.push(element('line', { class: 'rule', x1: 24, x2: WIDTH - 24, y1: y + 2, y2: y + 2 }))
    parts.push(
      text(24, y + 22, id, { class: 'strong' }),
      text(PLOT.left, y + 22, cut(scenarioOf(content, id).question, LONGEST.question), { class: 'soft' }),
    )
    y += GROUP
    for (const label of rows) {
      parts.push(row(content, run, axis, id, label, y))
      y += ROW
    }
    y += 8
  }
  return { parts: [...ticks(axis), ...parts], height: y + 16 }
}

function row(content: Content, run: Run, axis: Axis, id: string, label: string, y: number): Markup {
  const [column] = content.columns
  const cell = column && cellsIn(column, id).find(({ target }) => target === label)
  const middle = y + ROW / 2
  const place = pixels(PLOT.left, PLOT.width)
  const name = text(40, middle + 4, cut(label, LONGEST.label))
  const comparison = cell?.comparison
  if (!comparison)
    return element(
      'g',
      {},
      name,
      text(WORDS, middle + 4, wordsWithout(cell?.median == null, cell?.status), { class: 'soft' }),
    )
  const { ratio, low, high } = comparison
  const { verdict, interval } = verdictText(comparison, run.options.threshold)
  const words = cut(`${verdict} ${interval ?? ''}`, LONGEST.words)
  const lines = axis.ticks.map((tick) => vertical(place(axis.at(tick)), y, tick === 1 ? 'one' : 'grid'))
  const shares = { value: axis.at(ratio), low: low && axis.at(low), high: high && axis.at(high) }
  const marks = dotWithInterval(seriesOf(content, label), place, middle, shares, `${label}: ${ratioText(ratio)}`)
  return element('g', {}, name, lines, marks, text(WORDS, middle + 4, words))
}

const wordsWithout = (unmeasured: boolean, status: string | undefined) =>
  unmeasured ? (status ?? 'not measured') : 'not compared'

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

const text = (x: number, y: number, content: string, more: Attributes = {}) =>
  element('text', { x, y, direction: 'ltr', ...more }, isolated(content))

const cut = (long: string, most: number) =>
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
