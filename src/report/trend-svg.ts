import type { Trend, TrendSeries } from '../history/trend.js'
import { TREND_HEIGHT, trendAxis, trendDrawing } from './chart/trend.js'
import { element, type Markup } from './html/markup.js'
import { FIRST, subtitleOf } from './html/trend.js'
import { cut, drawing, text } from './svg.js'
import { changeLine, seriesName, valueText } from './trend-text.js'

const WIDTH = 880
const PLOT = { left: 24, width: 720 }
const TOP = 84
const LINE = 18
const LONGEST = 120

/** A trend as one drawing: every series over its runs, with its changes named below it. */
export function trendSvg(trend: Trend): string {
  const targets = [...new Set(trend.series.map(({ target }) => target))]
  const parts: Markup[] = []
  let y = TOP
  for (const one of trend.series) {
    parts.push(...seriesPart(one, targets.indexOf(one.target) + FIRST, trend.threshold, y))
    y += TREND_HEIGHT + 44 + one.changes.length * LINE
  }
  const about = trend.series.flatMap((one) => one.changes.map((change) => changeLine(one, change))).join(' ')
  return drawing(
    WIDTH,
    y,
    { name: 'Trend of storage by mount', about: about || 'No change was found.', subtitle: subtitleOf(trend) },
    parts,
  )
}

function seriesPart(one: TrendSeries, number: number, threshold: number, y: number): Markup[] {
  const axis = trendAxis(one, threshold)
  const right = PLOT.left + PLOT.width + 14
  const [top, bottom] = [y + 10 + axis.y(axis.high), y + 10 + axis.y(axis.low)]
  const state = one.enough ? '' : ': too few runs to tell'
  return [
    text(PLOT.left, y, cut(`${seriesName(one)}${state}`, LONGEST), { class: 'strong' }),
    element(
      'svg',
      { x: PLOT.left, y: y + 10, width: PLOT.width, height: TREND_HEIGHT },
      trendDrawing(one, number, axis, ({ run }) => run),
    ),
    text(right, top + 4, valueText(one, axis.high), { class: 'soft' }),
    text(right, bottom + 4, valueText(one, axis.low), { class: 'soft' }),
    ...one.changes.map((change, index) =>
      text(
        PLOT.left,
        y + TREND_HEIGHT + 26 + index * LINE,
        cut(`${index + 1}. ${changeLine(one, change).slice(seriesName(one).length + 2)}`, LONGEST),
        {
          class: 'soft',
        },
      ),
    ),
  ]
}
