import { element, type Markup } from '../html/markup.js'
import { colorOf, mark } from './marks.js'
import { percent, short } from './place.js'

/** One round of a target in the chart of its rounds. */
export interface RoundPoint {
  /** From 0. */
  round: number
  block: number
  /** In base units; null where it failed or was not done. */
  value: number | null
  outlier: boolean
  /** What it shows when pointed at. */
  title: string
}

export const STRIP_HEIGHT = 76
const EDGE = 10
const MIDDLE = STRIP_HEIGHT / 2
/** More rounds than this are drawn as the range of neighbours. */
export const MOST_POINTS = 200
/** What the scale of a chart of rounds may reach, as a factor around the median. */
const SPANS = [1.1, 1.2, 1.3, 1.5, 2, 3, 5, 10, 20, 50, 100, 1000, 1e4, 1e6, 1e9]

/** The factor around their medians that holds the rounds of all targets: one for all, so that their noise can be compared. */
export function spanOf(series: readonly { values: readonly number[]; median: number }[]): number {
  let most = 1
  for (const { values, median } of series) {
    for (const value of values) most = Math.max(most, value / median, median / value)
  }
  return SPANS.find((span) => span >= most) ?? most
}

/** The rounds of one target in order, around its median, on a log scale that ends at `span` times and a `span`th of it. */
export function roundsStrip(series: number, points: readonly RoundPoint[], median: number, span: number): Markup[] {
  const width = 1 / points.length
  const y = (value: number) => MIDDLE - (Math.log(value / median) / Math.log(span)) * (MIDDLE - EDGE)
  const x = (index: number) => percent((index + 0.5) * width)
  if (points.length > MOST_POINTS) return [...grid(), ...ranges(series, points, y)]
  return [...bands(points, width), ...grid(), path(series, points, x, y), dots(series, points, x, y)]
}

/** Every other block is shaded: rounds of a block share their containers. */
function bands(points: readonly RoundPoint[], width: number): Markup[] {
  const starts = points.flatMap(({ block }, index) => (points[index - 1]?.block === block ? [] : [index]))
  return starts.flatMap((start, number) => {
    const end = starts[number + 1] ?? points.length
    const place = { x: percent(start * width), width: percent((end - start) * width) }
    return number % 2 === 1 ? [element('rect', { class: 'band', y: 0, height: STRIP_HEIGHT, ...place })] : []
  })
}

const grid = (): Markup[] =>
  [EDGE, MIDDLE, STRIP_HEIGHT - EDGE].map((y) =>
    element('line', { class: y === MIDDLE ? 'middle' : 'grid', x1: '0%', x2: '100%', y1: y, y2: y }),
  )

type AtIndex = (index: number) => string
type AtValue = (value: number) => number

/** Lines between neighbours that both have a value: a gap stays a gap. */
function path(series: number, points: readonly RoundPoint[], x: AtIndex, y: AtValue): Markup {
  const lines = points.flatMap(({ value }, index) => {
    const before = points[index - 1]?.value ?? null
    if (value === null || before === null) return []
    return [element('line', { x1: x(index - 1), x2: x(index), y1: short(y(before)), y2: short(y(value)) })]
  })
  return element('g', { class: `thread ${colorOf(series)}` }, lines)
}

function dots(series: number, points: readonly RoundPoint[], x: AtIndex, y: AtValue): Markup {
  const marks = points.map(({ value, outlier, title, round }, index) => {
    if (value === null) return failed(x(index), title)
    const place = { cx: x(index), cy: short(y(value)) }
    const ring = outlier ? element('circle', { class: 'ring', r: 8, ...place }) : null
    return [ring, mark(series, x(index), Number(short(y(value))), 34, { 'data-round': round }, title)]
  })
  return element('g', {}, marks)
}

const failed = (x: string, title: string): Markup =>
  element(
    'svg',
    { class: 'mark failed', x, y: MIDDLE, overflow: 'visible' },
    element('path', { d: 'M-5,-5L5,5M-5,5L5,-5' }, element('title', {}, title)),
  )

/** Many rounds: neighbours share a column, drawn from their least to their greatest value. */
function ranges(series: number, points: readonly RoundPoint[], y: AtValue): Markup[] {
  const size = Math.ceil(points.length / MOST_POINTS)
  const columns = Math.ceil(points.length / size)
  return Array.from({ length: columns }, (_, column) => {
    const values = points.slice(column * size, (column + 1) * size).flatMap(({ value }) => value ?? [])
    if (values.length === 0) return []
    const x = percent(((column + 0.5) * size) / points.length)
    const [top, bottom] = [Math.max(...values), Math.min(...values)].map((value) => short(y(value)))
    const title = `rounds ${column * size + 1} to ${Math.min(points.length, (column + 1) * size)}`
    return [
      element(
        'line',
        { class: `range ${colorOf(series)}`, x1: x, x2: x, y1: top, y2: bottom },
        element('title', {}, title),
      ),
    ]
  }).flat()
}
