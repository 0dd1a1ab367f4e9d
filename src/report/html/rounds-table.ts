import { METRICS } from '../../model.js'
import { scaleFor, threeDigits } from '../../units.js'
import { element, type Markup, quoted } from './markup.js'
import type { Series } from './rounds.js'

/** More rounds than this are not listed: the run's own files have them all. */
const MOST_LISTED = 500

/** The values behind a chart of rounds: a row a round, a column a target, in one unit. */
export function roundsTable(series: readonly Series[]): Markup {
  const rounds = [...new Set(series.flatMap(({ points }) => points.map(({ round }) => round)))].toSorted(
    (a, b) => a - b,
  )
  const summary = element('summary', {}, `The values of ${rounds.length} ${rounds.length === 1 ? 'round' : 'rounds'}`)
  if (rounds.length > MOST_LISTED)
    return element(
      'details',
      {},
      summary,
      element('p', {}, `More than ${MOST_LISTED}: they are in trials.jsonl of the run.`),
    )
  const values = series.flatMap(({ points }) => points.flatMap(({ value }) => value ?? []))
  const scale = scaleFor(METRICS[series[0]?.cell.metric ?? 'duration'].unit, values)
  const head = series.map(({ cell }) => element('th', { scope: 'col' }, quoted(cell.target), ` (${scale.suffix})`))
  const byRound = series.map(({ points }) => new Map(points.map((point) => [point.round, point.value])))
  const rows = rounds.map((round) => {
    const cells = byRound.map((known) => {
      const value = known.get(round) ?? null
      return element(
        'td',
        {},
        value === null ? 'no value' : element('data', { value }, threeDigits(value * scale.factor)),
      )
    })
    return element('tr', {}, element('th', { scope: 'row' }, String(round + 1)), cells)
  })
  const table = element(
    'table',
    { class: 'values' },
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'round'), head)),
    element('tbody', {}, rows),
  )
  return element('details', {}, summary, scrolled('Values by round', table))
}

/** A table that may be wider than the page: it scrolls by itself, also with the keyboard. */
export const scrolled = (name: string, table: Markup): Markup =>
  element('div', { class: 'scrolled', role: 'region', 'aria-label': name, tabindex: 0 }, table)
