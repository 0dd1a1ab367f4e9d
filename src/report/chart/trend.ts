import { scaleLog } from 'd3-scale'
import { area, line } from 'd3-shape'
import type { TrendPoint, TrendSeries } from '../../history/trend.js'
import { greatest, least } from '../../statistics/sorted.js'
import { element, type Markup } from '../html/markup.js'
import { colorOf, mark } from './marks.js'
import { percent, short } from './place.js'

export const TREND_HEIGHT = 132
const EDGE = 16
/** Paths cannot be drawn in shares of a width that is not known: they are drawn in thousandths, and stretched. */
const STRETCHED = 1000
/** More points than this have no mark of their own; the line goes through all of them. */
const MOST_MARKS = 150

/** The vertical axis of a trend: log, from the least to the greatest value with their intervals. */
export interface TrendAxis {
  y: (value: number) => number
  low: number
  high: number
}

/** The axis of a series; it is never narrower than `threshold` to both sides, so that noise does not look like a mountain. */
export function trendAxis({ points }: TrendSeries, threshold: number): TrendAxis {
  const all = points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value])
  const [from, to] = [least(all), greatest(all)]
  const middle = Math.sqrt(from * to)
  const [low, high] = [Math.min(from, middle / (1 + threshold)), Math.max(to, middle * (1 + threshold))]
  const y = scaleLog()
    .domain([low, high])
    .range([TREND_HEIGHT - EDGE, EDGE])
  return { y, low, high }
}

/** A series over its runs, for a viewport of `TREND_HEIGHT`: intervals as a band, levels between changes, a mark a run, changes numbered. */
export function trendDrawing(one: TrendSeries, number: number, axis: TrendAxis, title: (point: TrendPoint) => string) {
  const at = (index: number) => (index + 0.5) / one.points.length
  return [
    element('line', { class: 'grid', x1: '0%', x2: '100%', y1: TREND_HEIGHT - 0.5, y2: TREND_HEIGHT - 0.5 }),
    paths(one, number, axis, at),
    levels(one, axis, at),
    changes(one, at),
    marks(one, number, axis, at, title),
  ]
}

type At = (index: number) => number

function paths({ points }: TrendSeries, number: number, { y }: TrendAxis, at: At): Markup {
  const x = (index: number) => at(index) * STRETCHED
  const band = area<TrendPoint>()
    .defined(({ low, high }) => low !== null && high !== null)
    .x((_, index) => x(index))
    .y0(({ low, value }) => y(low ?? value))
    .y1(({ high, value }) => y(high ?? value))
  const thread = line<TrendPoint>(
    (_, index) => x(index),
    ({ value }) => y(value),
  )
  return element(
    'svg',
    { viewBox: `0 0 ${STRETCHED} ${TREND_HEIGHT}`, width: '100%', height: TREND_HEIGHT, preserveAspectRatio: 'none' },
    element('path', { class: `uncertain ${colorOf(number)}`, d: band.digits(2)(points) ?? '' }),
    element('path', {
      class: `course ${colorOf(number)}`,
      d: thread.digits(2)(points) ?? '',
      'vector-effect': 'non-scaling-stroke',
    }),
  )
}

/** Where the series lay between its changes. */
function levels({ points, changes: found }: TrendSeries, { y }: TrendAxis, at: At): Markup[] {
  const half = 0.5 / points.length
  return found.flatMap(({ index, before, after }, place) => {
    const start = found[place - 1]?.index ?? 0
    const end = (found[place + 1]?.index ?? points.length) - 1
    const level = (from: number, to: number, value: number) =>
      element('line', {
        class: 'level',
        x1: percent(at(from) - half),
        x2: percent(at(to) + half),
        y1: short(y(value)),
        y2: short(y(value)),
      })
    return [...(place === 0 ? [level(start, index - 1, before)] : []), level(index, end, after)]
  })
}

/** A line where a change happened, with its number above it. */
function changes({ points, changes: found }: TrendSeries, at: At): Markup[] {
  return found.map(({ index, direction }, place) => {
    const x = percent(at(index) - 0.5 / points.length)
    return element(
      'g',
      { class: `change ${direction}` },
      element('line', { x1: x, x2: x, y1: EDGE, y2: TREND_HEIGHT }),
      element('text', { x, y: EDGE - 4, 'text-anchor': 'middle' }, `${direction === 'worse' ? '▼' : '▲'} ${place + 1}`),
    )
  })
}

function marks(
  { points }: TrendSeries,
  number: number,
  { y }: TrendAxis,
  at: At,
  title: (point: TrendPoint) => string,
): Markup[] {
  if (points.length > MOST_MARKS) return []
  return points.map((point, index) =>
    mark(number, percent(at(index)), Number(short(y(point.value))), 30, {}, title(point)),
  )
}
