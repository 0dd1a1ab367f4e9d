import type { Trend, TrendPoint, TrendSeries } from '../../history/trend.js'
import { key } from '../chart/marks.js'
import { TREND_HEIGHT, trendAxis, trendDrawing } from '../chart/trend.js'
import { changeLine, seriesName, valueText } from '../trend-text.js'
import { percentText } from '../verdict-text.js'
import { type Content, code } from './content.js'
import { dateText } from './facts.js'
import { element, isolated, type Markup, quoted } from './markup.js'
import { document } from './page.js'
import { scrolled } from './rounds-table.js'

/** More runs than this are not listed in the table behind a chart. */
const MOST_LISTED = 200
/** The first colour is that of a reference, which has no ratio. */
export const FIRST = 1

/** A trend as a page of its own: what changed, then every series over its runs. */
export function trendHtml(trend: Trend): string {
  const targets = [...new Set(trend.series.map(({ target }) => target))]
  const scenarios = [...new Set(trend.series.map(({ scenario }) => scenario))]
  const parts = scenarios.map((id) => scenarioPart(trend, id, targets))
  const header = element(
    'header',
    {},
    element('p', { class: 'brand' }, 'mountbench'),
    element('h1', {}, 'Has the mount changed?'),
    element('p', { class: 'small' }, subtitleOf(trend)),
    legend(targets),
  )
  return document('Trend of storage by mount', [
    header,
    element(
      'main',
      {},
      answers(trend),
      element('section', {}, element('h2', {}, 'Run after run'), parts),
      reading(trend),
    ),
  ])
}

/** What a trend is about, in a line. */
export function subtitleOf({ series, view, incomplete }: Trend): string {
  const runs = new Set(series.flatMap(({ points }) => points.map(({ run }) => run))).size
  const left = incomplete > 0 ? ` · ${incomplete} incomplete left out` : ''
  return `${runs} ${runs === 1 ? 'run' : 'runs'}${left} · ${series.length} series · ${view === 'ratio' ? 'ratios to the reference, higher is better' : 'absolute medians'}`
}

const legend = (targets: Content['labels']) =>
  element(
    'ul',
    { class: 'legend', 'aria-label': 'Targets' },
    targets.map((label, series) =>
      element('li', { 'data-legend': series + FIRST }, key(series + FIRST), quoted(label)),
    ),
  )

function answers({ series }: Trend): Markup {
  const found = series.flatMap((one) => one.changes.map((change) => element('li', {}, quoted(changeLine(one, change)))))
  const few = series.filter(({ enough }) => !enough).length
  const texts = [
    ...(found.length === 0 ? ['No change was found.'] : []),
    ...(few > 0 ? [`${few} of ${series.length} series have too few runs to tell.`] : []),
  ]
  return element(
    'section',
    { id: 'answers' },
    element('h2', {}, 'The answer'),
    found.length === 0 ? null : element('ul', { class: 'changes' }, found),
    texts.map((text) => element('p', {}, text)),
  )
}

function scenarioPart(trend: Trend, id: string, targets: readonly string[]): Markup {
  const own = trend.series.filter(({ scenario }) => scenario === id)
  const figures = own.map((one) =>
    figureOf(one, targets.indexOf(one.target) + FIRST, trend.threshold, severalPlaces(own, one)),
  )
  return element('article', { class: 'scenario', 'data-scenario': id }, element('h3', {}, code(id)), figures)
}

/** Where a series was measured, when another of the same target was measured elsewhere. */
function severalPlaces(own: readonly TrendSeries[], one: TrendSeries): string {
  const same = own.filter(({ target }) => target === one.target)
  const { sizeBytes, durationSeconds, fresh } = one.work
  return same.length < 2
    ? ''
    : `${one.engine}, ${one.fingerprint}, ${sizeBytes} B, ${durationSeconds} s${fresh ? ', fresh' : ''}`
}

function figureOf(one: TrendSeries, number: number, threshold: number, place: string): Markup {
  const axis = trendAxis(one, threshold)
  const label = `${isolated(seriesName(one))}: ${one.points.length} runs, ${one.changes.length} changes`
  const drawing = { class: 'drawing', height: TREND_HEIGHT, role: 'img', 'aria-label': label }
  const [first, last] = [one.points[0], one.points.at(-1)]
  const days = [first, last].map((point) => element('span', {}, point ? dateText(point.startedAt) : ''))
  const against = one.reference === null ? null : element('small', {}, 'against ', quoted(one.reference))
  return element(
    'figure',
    { class: 'trend', 'data-series': number },
    element(
      'figcaption',
      {},
      key(number),
      element('span', {}, quoted(one.target), against, place === '' ? null : element('small', {}, quoted(place))),
    ),
    element(
      'svg',
      drawing,
      trendDrawing(one, number, axis, (point) => pointText(one, point)),
    ),
    element(
      'div',
      { class: 'scale tall', 'aria-hidden': 'true' },
      [axis.high, axis.low].map((value) => element('span', {}, valueText(one, value))),
    ),
    element('div', { class: 'days', 'aria-hidden': 'true' }, days),
    element('div', { class: 'notes' }, verdict(one), pointsTable(one)),
  )
}

const pointText = (one: TrendSeries, { run, label, value, low, high }: TrendPoint) =>
  `${run}${label === null ? '' : ` (${label})`}: ${valueText(one, value)}${low === null || high === null ? '' : ` [${valueText(one, low)}, ${valueText(one, high)}]`}`

/** The changes by their numbers, or why there are none; and where the series is now. */
function verdict(one: TrendSeries): Markup[] {
  const now = `Now ${valueText(one, one.level.value)}, over ${one.level.runs} ${one.level.runs === 1 ? 'run' : 'runs'}.`
  if (!one.enough) return [element('p', { class: 'small' }, `Too few runs to tell. ${now}`)]
  if (one.changes.length === 0) return [element('p', { class: 'small' }, `No change. ${now}`)]
  const items = one.changes.map((change) => element('li', {}, quoted(changeLine(one, change))))
  return [element('ol', { class: 'odd' }, items), element('p', { class: 'small' }, now)]
}

function pointsTable(one: TrendSeries): Markup {
  const shown = one.points.slice(-MOST_LISTED)
  const heads = ['run', 'label', 'commit', 'measured', 'value', 'interval'].map((name) =>
    element('th', { scope: 'col' }, name),
  )
  const rows = shown.map(({ run, label, commit, startedAt, value, low, high }) => {
    const interval =
      low === null || high === null ? 'too few rounds' : `${valueText(one, low)} to ${valueText(one, high)}`
    const figure = element('data', { value }, valueText(one, value))
    const cells = [quoted(label ?? ''), quoted(commit?.slice(0, 12) ?? ''), dateText(startedAt), figure, interval]
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, run),
      cells.map((cell) => element('td', {}, cell)),
    )
  })
  const table = element('table', {}, element('thead', {}, element('tr', {}, heads)), element('tbody', {}, rows))
  const name =
    shown.length < one.points.length
      ? `The latest ${shown.length} of ${one.points.length} runs`
      : `The ${shown.length} runs`
  return element('details', {}, element('summary', {}, name), scrolled(`Runs of ${isolated(seriesName(one))}`, table))
}

function reading({ threshold, view }: Trend): Markup {
  const what = view === 'ratio' ? 'the median ratio of a run to its reference' : 'the median of a run'
  const text = `Every mark is ${what}, on a log axis, from the oldest run on the left to the newest; the band is its interval within the run. A change, a line with a number, is named from ${percentText(threshold)} on, when at least 3 runs follow it and runs in no order would show one as clear in less than one of a thousand histories; ▲ is for the better, ▼ for the worse. Dashed lines are the medians before and after. Runs on another machine, or of another size or duration, are series of their own.`
  return element('section', { id: 'reading' }, element('h2', {}, 'How to read it'), element('p', {}, text))
}
