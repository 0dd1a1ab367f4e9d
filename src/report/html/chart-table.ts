import type { Axis } from '../chart/axis.js'
import { percent } from '../chart/place.js'
import { type Attributes, type Child, element, type Markup } from './markup.js'

/** A row of a table whose second column is drawn: the target, its place on the axis, and the figures. */
export interface ChartRow {
  series: number
  head: Child
  /** What lies under the grid, and the marks, around y = 0; or words where nothing can be drawn. */
  plot: { under: readonly Markup[]; marks: readonly Markup[] } | string
  figures: Child
}

/** A table that is also a chart: read row by row it is complete without the drawing, which is hidden from screen readers. */
export function chartTable(
  caption: string,
  heads: readonly [string, string, string],
  axis: Axis,
  named: (tick: number) => string,
  groups: readonly { id: string; title: Child; rows: readonly ChartRow[] }[],
): Markup {
  const columns = element(
    'tr',
    { role: 'row' },
    cell('th', 'who', heads[0], { role: 'columnheader', scope: 'col' }),
    cell('td', 'plot', axisLine(axis, named), { 'aria-hidden': 'true' }),
    cell('th', 'what', heads[2], { role: 'columnheader', scope: 'col' }),
  )
  const bodies = groups.map(({ id, title, rows }) =>
    element(
      'tbody',
      { role: 'rowgroup', 'data-scenario': id },
      element('tr', { role: 'row', class: 'group' }, cell('th', 'title', title, { role: 'rowheader', colspan: 3 })),
      rows.map((row) => rowOf(row, axis)),
    ),
  )
  const head = element('thead', { role: 'rowgroup' }, columns)
  const lines = element('caption', {}, caption)
  return element('table', { class: 'chart', role: 'table', 'aria-label': heads[1] }, lines, head, bodies)
}

const cell = (tag: 'th' | 'td', name: string, content: Child, more: Attributes = {}) =>
  element(tag, { class: name, role: 'cell', ...more }, content)

function rowOf({ series, head, plot, figures }: ChartRow, axis: Axis): Markup {
  const drawing =
    typeof plot === 'string'
      ? element('p', { class: 'none' }, plot)
      : element(
          'svg',
          { class: 'drawing row', height: '100%', 'aria-hidden': 'true' },
          plot.under,
          gridLines(axis),
          element('svg', { y: '50%', height: 1, overflow: 'visible' }, plot.marks),
        )
  return element(
    'tr',
    { role: 'row', 'data-series': series },
    cell('th', 'who', head, { role: 'rowheader', scope: 'row' }),
    cell('td', 'plot', drawing),
    cell('td', 'what', figures),
  )
}

const gridLines = ({ at, ticks }: Axis): Markup[] =>
  ticks.map((tick) => {
    const x = percent(at(tick))
    return element('line', { class: tick === 1 ? 'one' : 'grid', x1: x, x2: x, y1: '0%', y2: '100%' })
  })

/** The named values of an axis, above its rows. */
function axisLine({ at, ticks }: Axis, named: (tick: number) => string): Markup {
  const labels = ticks.map((tick) =>
    element(
      'text',
      { class: 'tick', x: percent(at(tick)), y: 14, 'text-anchor': 'middle', 'data-tick': tick },
      named(tick),
    ),
  )
  return element('svg', { class: 'drawing axis', height: 20 }, labels)
}
