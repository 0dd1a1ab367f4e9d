import type { Cell, MetricId, ScenarioRecord } from '../../model.js'
import { formatValue } from '../../units.js'
import { logAxis } from '../chart/axis.js'
import { colorOf, key, mark } from '../chart/marks.js'
import { percent } from '../chart/place.js'
import { type ChartRow, chartTable } from './chart-table.js'
import {
  type Column,
  type Content,
  cellsIn,
  code,
  figure,
  nameOf,
  otherFigure,
  scenarioIn,
  seriesOf,
} from './content.js'
import { element, type Markup, quoted } from './markup.js'

const LATENCIES = ['latency', 'latencyMean', 'latencyP99'] as const satisfies readonly MetricId[]
const NAMES = { latency: 'median', latencyMean: 'mean', latencyP99: '99 %' } as const

/** How long single operations took: median, mean and 99th percentile of each target, on one log axis. Null where nothing reports them. */
export function latencyPart(content: Content): Markup | null {
  const groups = content.scenarios.flatMap((id) => {
    const rows = content.labels.flatMap((label) => content.columns.flatMap((column) => timesOf(column, id, label)))
    return rows.length === 0 ? [] : [{ id, rows }]
  })
  if (groups.length === 0) return null
  const axis = logAxis(groups.flatMap(({ rows }) => rows.flatMap(({ times }) => times.map(({ seconds }) => seconds))))
  const drawn = groups.map(({ id, rows }) => ({
    id,
    title: element('strong', {}, code(id)),
    rows: rows.map((row) => chartRow(content, row, axis.at)),
  }))
  const caption =
    'Time of one operation, left is better. From the mark of the target (the median) a line goes over the mean (a short stroke) to the time that 99 % of the operations stay under (a bar). Each is the median over the rounds.'
  const heads = ['target', 'Latency', 'median · mean · 99 %'] as const
  const table = chartTable(caption, heads, axis, (tick) => tickText(tick), drawn)
  return element('section', { id: 'latency' }, element('h2', {}, 'Latency'), table)
}

const tickText = (seconds: number) => formatValue('s', seconds).replace(/^\S+/, (digits) => String(Number(digits)))

interface Times {
  column: Column
  cell: Cell
  scenario: ScenarioRecord
  times: { metric: (typeof LATENCIES)[number]; seconds: number }[]
}

/** What is known of the times of single operations; empty when that is less than two figures. */
function timesOf(column: Column, id: string, label: string): Times[] {
  const scenario = scenarioIn(column, id)
  const cell = cellsIn(column, id).find(({ target }) => target === label)
  if (!scenario || !cell || cell.median === null) return []
  const times = LATENCIES.flatMap((metric) => {
    const seconds = cell.metric === metric ? cell.median : cell.others[metric]
    return seconds == null ? [] : [{ metric, seconds }]
  })
  return times.length < 2 ? [] : [{ column, cell, scenario, times }]
}

function chartRow(content: Content, { column, cell, times }: Times, at: (value: number) => number): ChartRow {
  const series = seriesOf(content, cell.target)
  const places = Object.fromEntries(times.map(({ metric, seconds }) => [metric, percent(at(seconds))]))
  const title = `${cell.target}: ${times.map(({ metric, seconds }) => `${NAMES[metric]} ${formatValue('s', seconds)}`).join(', ')}`
  const start = places.latency ?? places.latencyMean ?? '0%'
  const stroke = (x: string | undefined, half: number) =>
    x === undefined ? [] : [element('line', { x1: x, x2: x, y1: -half, y2: half })]
  const end = places.latencyP99 ?? places.latencyMean ?? start
  const lines = [
    element('line', { x1: start, x2: end, y1: 0, y2: 0 }),
    ...stroke(places.latencyMean, 3),
    ...stroke(places.latencyP99, 7),
  ]
  return {
    series,
    head: [key(series), quoted(cell.target), nameOf(content, column)],
    plot: {
      under: [],
      marks: [element('g', { class: `interval ${colorOf(series)}` }, lines), mark(series, start, 0, 60, {}, title)],
    },
    figures: times.flatMap(({ metric, seconds }, index) => [
      index === 0 ? '' : ' · ',
      figureOf(column, cell, metric, seconds),
    ]),
  }
}

function figureOf(column: Column, cell: Cell, metric: (typeof LATENCIES)[number], seconds: number): Markup {
  const text = formatValue('s', seconds)
  return cell.metric === metric ? figure([column, cell, 'median'], text) : otherFigure(column, cell, metric, text)
}
