import { type Cell, METRICS, type ScenarioRecord } from '../../model.js'
import { type Scale, threeDigits } from '../../units.js'
import { key } from '../chart/marks.js'
import { rowScale, shown, spread } from '../view.js'
import {
  type Column,
  type Content,
  cellsIn,
  code,
  figure,
  isComparison,
  scenarioIn,
  scenarioOf,
  seriesOf,
} from './content.js'
import { type Child, element, type Markup, quoted } from './markup.js'
import { scrolled } from './rounds-table.js'

/** The absolute figures: a row for every scenario and target, the runs beside each other. */
export function figuresPart(content: Content): Markup {
  const bodies = content.scenarios.map((id) =>
    element('tbody', { 'data-scenario': id }, groupHead(content, id), rowsOf(content, id)),
  )
  const table = element('table', { class: 'figures' }, element('thead', {}, headsOf(content)), bodies)
  return element(
    'section',
    { id: 'figures' },
    element('h2', {}, 'The figures'),
    element('p', {}, explanation(content)),
    scrolled('Absolute figures', table),
  )
}

function explanation(content: Content): string {
  const machines = new Set(content.columns.map(({ run }) => run.environment.fingerprint))
  const caution =
    machines.size > 1
      ? ' These runs were measured on different machines or engines: compare their ratios, not these figures.'
      : ''
  return `Median over the rounds with the interval that holds it with 95 %; the range that 90 % of the rounds lie in; their standard deviation over their mean (CV).${caution}`
}

const FIELDS = ['median', '95 % interval', '5 % to 95 %', 'CV', 'rounds'] as const

function headsOf(content: Content): Markup[] {
  const fields = content.columns.map(() => FIELDS.map((name) => element('th', { scope: 'col' }, name)))
  const heads = element('tr', {}, element('th', { scope: 'col' }, 'target'), fields)
  if (!isComparison(content)) return [heads]
  const names = content.columns.map(({ name }) =>
    element('th', { scope: 'colgroup', colspan: FIELDS.length }, quoted(name)),
  )
  return [element('tr', {}, element('td', {}), names), heads]
}

function groupHead(content: Content, id: string): Markup {
  const { metric } = scenarioOf(content, id)
  const text = `${METRICS[metric].means}, ${METRICS[metric].better} is better`
  const width = 1 + FIELDS.length * content.columns.length
  return element(
    'tr',
    { class: 'group' },
    element(
      'th',
      { scope: 'rowgroup', colspan: width },
      element('strong', {}, code(id)),
      ' ',
      element('span', { class: 'small' }, text),
    ),
  )
}

function rowsOf(content: Content, id: string): Markup[] {
  const scale = rowScale(content.columns.flatMap((column) => cellsIn(column, id)))
  return content.labels.flatMap((label) => {
    const parts = content.columns.map((column) => {
      const cell = cellsIn(column, id).find(({ target }) => target === label)
      const scenario = scenarioIn(column, id)
      return cell && scenario ? { column, cell, scenario } : null
    })
    if (parts.every((part) => part === null)) return []
    const series = seriesOf(content, label)
    const cells = parts.map((part) => (part && scale ? cellsOf(part, scale) : absent(part?.cell)))
    return [
      element('tr', { 'data-series': series }, element('th', { scope: 'row' }, key(series), quoted(label)), cells),
    ]
  })
}

function cellsOf(
  { column, cell, scenario }: { column: Column; cell: Cell; scenario: ScenarioRecord },
  scale: Scale,
): Markup[] {
  if (cell.median === null) return [absent(cell)]
  const range = (low: 'low' | 'p5', high: 'high' | 'p95'): Child => {
    const [from, to] = [cell[low], cell[high]]
    if (from === null || to === null) return 'too few rounds'
    // `0.51k to 4.36k files/s`, as a k that stands once would be read as belonging to the second; a unit stands once.
    const thousands = METRICS[cell.metric].unit === '1/s' ? scale.suffix.replace('/s', '') : ''
    const start = figure([column, cell, low], `${threeDigits(from * scale.factor)}${thousands}`)
    return [start, ' to ', figure([column, cell, high], shown(to, scale, scenario))]
  }
  const median = element('strong', {}, figure([column, cell, 'median'], shown(cell.median, scale, scenario)))
  const cv = cell.cv === null ? 'too few rounds' : figure([column, cell, 'cv'], `${threeDigits(cell.cv * 100)}%`)
  const rounds = cell.failed > 0 ? `${cell.n} (${cell.failed} failed)` : String(cell.n)
  const contents: Child[] = [
    [median, ' ', element('small', {}, spread(cell))],
    range('low', 'high'),
    range('p5', 'p95'),
    cv,
    rounds,
  ]
  return contents.map((content) => element('td', {}, content))
}

function absent(cell: Cell | undefined): Markup {
  const text = cell ? `${cell.status}: ${cell.reason ?? 'no reason is known'}` : 'not in this run'
  return element('td', { class: 'none', colspan: FIELDS.length }, quoted(text))
}
