import type { Cell, Trial } from '../../model.js'
import type { Scale } from '../../units.js'
import { key } from '../chart/marks.js'
import { MOST_POINTS, type RoundPoint, roundsStrip, STRIP_HEIGHT, spanOf } from '../chart/rounds.js'
import { percentText, ratioText } from '../verdict-text.js'
import { rowScale, shown } from '../view.js'
import {
  type Column,
  type Content,
  cellsIn,
  code,
  inRun,
  isComparison,
  nameOf,
  scenarioIn,
  scenarioOf,
  seriesOf,
} from './content.js'
import { element, isolated, type Markup, quoted } from './markup.js'
import { roundsTable } from './rounds-table.js'

/** The rounds of one target of a scenario, each with what happened in it. */
export interface Series {
  cell: Cell
  points: readonly RoundPoint[]
  /** Where several runs stand side by side: in which one. */
  where: string
}

/** The rounds of every scenario in the order in which they ran, with what was odd about them. */
export function roundsPart(content: Content): Markup {
  return element(
    'section',
    { id: 'rounds' },
    element('h2', {}, 'Round by round'),
    element('p', { class: 'small wide' }, READING),
    content.scenarios.map((id) => scenarioPart(content, id)),
  )
}

const READING = `Every mark is a round, from left to right in the order in which they ran, around the median of its target. All targets of a scenario have the same scale, a factor, so that their noise can be compared. Every other block is shaded: each began with fresh containers. A ring is an outlier, a cross a round that failed. More than ${MOST_POINTS} rounds are drawn as the range of neighbours, without blocks.`

function scenarioPart(content: Content, id: string): Markup {
  const { question, isolates, caveat } = scenarioOf(content, id)
  return element(
    'article',
    { class: 'scenario', 'data-scenario': id },
    element('h3', {}, code(id), ' ', element('span', { class: 'question' }, question)),
    element('p', { class: 'small' }, isolates, ' ', caveat),
    element(
      'div',
      { class: isComparison(content) ? 'columns' : '' },
      content.columns.map((column) => figureOf(content, column, id)),
    ),
  )
}

function figureOf(content: Content, column: Column, id: string): Markup | null {
  const scenario = scenarioIn(column, id)
  if (!scenario) return null
  const cells = cellsIn(column, id)
  const scale = rowScale(cells)
  const series = seriesIn(column, inRun(content, column), cells, (value) =>
    scale === null ? '' : shown(value, scale, scenario),
  )
  const nothing = nothingIn(series, scenario.skipped)
  const span = spanOf(
    series.map(({ cell, points }) => ({
      median: cell.median ?? 1,
      values: points.flatMap(({ value }) => value ?? []),
    })),
  )
  const strips = series.map((one) =>
    strip(content, one, span, scale, (value) => (scale === null ? '' : shown(value, scale, scenario))),
  )
  const name = nameOf(content, column)
  return element(
    'div',
    { class: 'run-rounds' },
    name === null ? null : element('h4', {}, name),
    nothing === null ? strips : element('p', { class: 'none' }, nothing),
    oddities(cells, scenario.floor),
    nothing === null ? roundsTable(series) : null,
  )
}

/** Why no rounds are drawn; null when there are some. */
function nothingIn(series: readonly Series[], skipped: string | null): string | null {
  if (series.length === 0) return skipped ?? 'nothing was measured'
  // A run may be too large for its rounds to be on a page; a warning says so.
  return series.every(({ points }) => points.length === 0) ? 'Its rounds are not here.' : null
}

/** The rounds of each cell that has a value. */
function seriesIn({ run }: Column, where: string, cells: readonly Cell[], text: (value: number) => string): Series[] {
  return cells
    .filter(({ median }) => median !== null)
    .map((cell) => {
      const own = run.trials.filter(
        ({ scenario, target, phase }) => scenario === cell.scenario && target === cell.target && phase === 'measure',
      )
      const odd = new Map(
        cell.noise.flatMap(({ code: kind, round, text }) => (kind === 'outlier' ? [[round, text] as const] : [])),
      )
      return {
        cell,
        where,
        points: own.toSorted((a, b) => a.round - b.round).map((trial) => pointOf(trial, cell, odd, text)),
      }
    })
}

function pointOf(
  { round, block, sample, failure }: Trial,
  { metric, target }: Cell,
  outliers: ReadonlyMap<number | null, string>,
  text: (value: number) => string,
): RoundPoint {
  const value = sample?.metrics[metric] ?? null
  const odd = outliers.get(round)
  const what = value === null ? `failed: ${failure?.message ?? 'no value'}` : text(value)
  const title = `${target}, round ${round + 1}: ${what}${odd === undefined ? '' : ` (${odd})`}`
  return { round, block, value, outlier: odd !== undefined, title }
}

function strip(
  content: Content,
  { cell, points, where }: Series,
  span: number,
  scale: Scale | null,
  text: (value: number) => string,
): Markup {
  const number = seriesOf(content, cell.target)
  const median = cell.median ?? 1
  const label = `${isolated(cell.target)}${where}: ${points.length} rounds around a median of ${text(median)}`
  const drawing = { class: 'drawing strip', height: STRIP_HEIGHT, role: 'img', 'aria-label': label }
  return element(
    'figure',
    { class: 'rounds', 'data-series': number, 'data-scale': scale?.suffix },
    element('figcaption', {}, key(number), quoted(cell.target)),
    element('svg', drawing, roundsStrip(number, points, median, span)),
    element(
      'div',
      { class: 'scale', 'aria-hidden': 'true' },
      [ratioText(span), text(median), ratioText(1 / span)].map((one) => element('span', {}, one)),
    ),
  )
}

/** What is odd about the rounds, a line for each target, with its cause where the kernel's counts show one. */
function oddities(cells: readonly Cell[], floor: number | null): Markup | null {
  const items = cells.flatMap((cell) => {
    const texts = [...failures(cell), ...cell.noise.map(({ text }) => text)]
    return texts.length === 0 ? [] : [element('li', {}, quoted(cell.target), ': ', quoted(texts.join('; ')))]
  })
  const blind = floor === null ? [] : [element('li', {}, `Two equal targets differ by ${percentText(floor)} here.`)]
  return items.length + blind.length === 0 ? null : element('ul', { class: 'odd' }, items, blind)
}

const failures = ({ failed, n, reason }: Cell) =>
  failed > 0 && n > 0 ? [`${failed} of ${n + failed} rounds failed (${reason ?? 'no reason is known'})`] : []
