import type { Cell } from '../../model.js'
import { threeDigits } from '../../units.js'
import { type Axis, ratioAxis } from '../chart/axis.js'
import { dotWithInterval, key } from '../chart/marks.js'
import { percent } from '../chart/place.js'
import { percentText, ratioText, verdictText } from '../verdict-text.js'
import { type ChartRow, chartTable } from './chart-table.js'
import { type Column, type Content, cellsIn, code, nameOf, scenarioOf, seriesOf } from './content.js'
import { element, type Markup, quoted } from './markup.js'

/** The comparison: every target's ratio to the reference of its run, with its interval, on one log axis. */
export function comparisonPart(content: Content): Markup {
  const axis = ratioAxis(ratiosOf(content))
  const groups = content.scenarios.map((id) => ({
    id,
    title: [
      element('strong', {}, code(id)),
      ' ',
      element('span', { class: 'small' }, scenarioOf(content, id).question),
    ],
    rows: rowsOf(content, axis, id),
  }))
  const caption = `Ratio to ${referencesOf(content)}, which is 1x: right of it is better, whatever is measured. The line is the interval; shaded is what counts as no difference (${thresholdOf(content)}).`
  const heads = ['target', 'Ratio to the reference', 'verdict and interval'] as const
  return element(
    'section',
    { id: 'comparison' },
    element('h2', {}, 'The comparison'),
    chartTable(caption, heads, axis, tickText, groups),
  )
}

/** A ratio on an axis: `0.5x`, `1x`, `200x`. */
export const tickText = (tick: number) => `${Number(threeDigits(tick))}x`

/** Everything that must be on the axis. */
export const ratiosOf = ({ columns }: Content): number[] =>
  columns.flatMap(({ run }) =>
    run.cells.flatMap(({ comparison }) =>
      comparison ? [comparison.ratio, comparison.low ?? comparison.ratio, comparison.high ?? comparison.ratio] : [],
    ),
  )

const unique = (texts: readonly string[]) => [...new Set(texts)].join(', ')
const referencesOf = ({ columns }: Content) => unique(columns.map(({ run }) => run.options.reference))
const thresholdOf = ({ columns }: Content) => unique(columns.map(({ run }) => percentText(run.options.threshold)))

function rowsOf(content: Content, axis: Axis, id: string): ChartRow[] {
  return content.labels.flatMap((label) =>
    content.columns.flatMap((column) => {
      const found = cellsIn(column, id).find(({ target }) => target === label)
      return found && label !== column.run.options.reference ? [rowOf(content, column, axis, found)] : []
    }),
  )
}

function rowOf(content: Content, column: Column, axis: Axis, cell: Cell): ChartRow {
  const series = seriesOf(content, cell.target)
  const head = [key(series), quoted(cell.target), nameOf(content, column)]
  if (cell.comparison === null) return { series, head, plot: whyNot(cell), figures: statusOf(cell) }
  const { threshold } = column.run.options
  const { ratio, low, high } = cell.comparison
  const { verdict, interval } = verdictText(cell.comparison, threshold)
  const value = { value: axis.at(ratio), low: low && axis.at(low), high: high && axis.at(high) }
  const title = `${cell.target}: ${ratioText(ratio)}, ${verdict} ${interval ?? ''}`
  const plot = { under: [band(axis, threshold)], marks: dotWithInterval(series, percent, 0, value, title) }
  return { series, head, plot, figures: figuresOf(column, cell, verdict, interval) }
}

/** The ratios that count as no difference. */
function band({ at }: Axis, threshold: number): Markup {
  const [from, to] = [at(1 / (1 + threshold)), at(1 + threshold)]
  return element('rect', { class: 'band', x: percent(from), width: percent(to - from), y: 0, height: '100%' })
}

function figuresOf(column: Column, cell: Cell, verdict: string, interval: string | null): Markup[] {
  const notes = cell.flags.filter(({ ranked }) => !ranked).map(({ text }) => element('small', {}, quoted(text)))
  const exact = cell.comparison && {
    value: cell.comparison.ratio,
    'data-low': cell.comparison.low,
    'data-high': cell.comparison.high,
    'data-of': `${column.index}/${cell.scenario}/${cell.target}/ratio`,
  }
  return [
    element('data', { ...exact, class: `verdict ${cell.comparison?.verdict ?? ''}` }, verdict),
    element('span', { class: 'small' }, ` ${interval ?? ''}`),
    ...notes,
  ]
}

const statusOf = ({ status, median }: Cell) => (median === null ? status : 'not compared')

/** Why there is nothing to draw. */
function whyNot({ median, reason, flags }: Cell): string {
  if (median === null) return reason ?? 'nothing was measured'
  const texts = flags.filter(({ comparable }) => !comparable).map(({ text }) => text)
  return texts.length > 0 ? texts.join('; ') : (reason ?? 'the reference is not comparable here')
}
