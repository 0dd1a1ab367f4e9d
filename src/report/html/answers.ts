import { type Cell, METRICS, type Run, type ScenarioRecord } from '../../model.js'
import { basisText } from '../basis.js'
import { percentText, verdictText } from '../verdict-text.js'
import { rowScale, shown } from '../view.js'
import { type Column, type Content, cellsIn, code, isComparison, nameOf, scenarioIn, scenarioOf } from './content.js'
import { element, type Markup, quoted } from './markup.js'

/** The answers: for each scenario its question, and one sentence for each run. */
export function answersPart(content: Content): Markup {
  const items = content.scenarios.flatMap((id) => {
    const { question } = scenarioOf(content, id)
    const answers = content.columns.flatMap((column) => {
      const scenario = scenarioIn(column, id)
      return scenario ? [answer(content, column, scenario)] : []
    })
    return [element('dt', {}, question, ' ', code(id)), ...answers]
  })
  return element(
    'section',
    { id: 'answers' },
    element('h2', {}, 'The answer'),
    element('dl', { class: isComparison(content) ? 'answers several' : 'answers' }, items),
  )
}

function answer(content: Content, column: Column, scenario: ScenarioRecord): Markup {
  const sentence = element('p', {}, nameOf(content, column), sentenceOf(column, scenario))
  return element('dd', {}, sentence, element('p', { class: 'small' }, basisOf(column, scenario)))
}

/** The answer in one sentence. */
export function sentenceOf(column: Column, scenario: ScenarioRecord): (Markup | string)[] {
  const { reference, threshold } = column.run.options
  const cells = cellsIn(column, scenario.id)
  const own = cells.find(({ target }) => target === reference)
  if (scenario.skipped !== null) return ['Not run: ', quoted(scenario.skipped), '.']
  const start =
    own?.median == null ? [quoted(reference), ' has no value'] : leadOf(cells, own.median, scenario, reference)
  const others = relations(
    cells.filter(({ target }) => target !== reference),
    threshold,
  )
  return [...start, ...others.flatMap((words) => ['; ', ...words]), '.', ...winnerText(scenario)]
}

function leadOf(cells: readonly Cell[], median: number, scenario: ScenarioRecord, reference: string) {
  const scale = rowScale(cells)
  return [
    quoted(reference),
    METRICS[scenario.metric].unit === 's' ? ' takes ' : ' reaches ',
    scale === null ? '' : shown(median, scale, scenario),
  ]
}

/** What targets have in common when nothing else need be said of each, in the order in which it is said. */
const SHARED = {
  'not-told-apart': 'not told apart from it',
  'not compared': 'not compared',
  skipped: 'left out',
  failed: 'without a value: it failed',
} as const

/** `tmpfs is 2.65x faster [2.27, 3.04]`, then `bind and host are not told apart from it`. */
function relations(cells: readonly Cell[], threshold: number): (Markup | string)[][] {
  const standing = ({ median, status, comparison }: Cell) =>
    median === null ? status : (comparison?.verdict ?? 'not compared')
  const told = cells
    .filter((cell) => !(standing(cell) in SHARED))
    .toSorted((a, b) => (b.comparison?.ratio ?? 0) - (a.comparison?.ratio ?? 0))
  const groups = Object.entries(SHARED).flatMap(([kind, words]) => {
    const own = cells.filter((cell) => standing(cell) === kind).map(({ target }) => target)
    return own.length === 0 ? [] : [[...listed(own), own.length === 1 ? ' is ' : ' are ', words]]
  })
  return [...told.map((cell) => relation(cell, threshold)), ...groups]
}

/** `a`, `a and b`, `a, b and c`. */
const listed = (names: readonly string[]): (Markup | string)[] =>
  names.flatMap((name, index) => [index === 0 ? '' : index === names.length - 1 ? ' and ' : ', ', quoted(name)])

function relation({ target, comparison }: Cell, threshold: number): (Markup | string)[] {
  if (comparison === null) return []
  const { verdict, interval } = verdictText(comparison, threshold)
  const strong = comparison.verdict === 'faster' || comparison.verdict === 'slower'
  const words = strong ? element('strong', {}, verdict) : `${comparison.verdict === 'same' ? 'the ' : ''}${verdict}`
  return [quoted(target), ' is ', words, interval === null ? '' : ` ${interval}`]
}

function winnerText({ winner, floor }: ScenarioRecord): (Markup | string)[] {
  if (winner) return [' Ahead of all others: ', element('strong', {}, quoted(winner.target)), '.']
  return floor === null ? [] : [` Two equal targets differed by ${percentText(floor)}: less is not resolved here.`]
}

/** What the answer rests on. */
function basisOf({ run }: Column, scenario: ScenarioRecord): string {
  if (scenario.rounds === 0) return 'no rounds'
  return `${scenario.winner ? '' : 'None is ahead of all others that may be ranked. '}${basisText(scenario, run)}.`
}

/** What must be said before everything else: that a run is incomplete, and its warnings. */
export function alarms(content: Content): Markup[] {
  return content.columns.flatMap((column) => alarmsOf(column.run).map((text) => alarm(content, column, text)))
}

const alarm = (content: Content, column: Column, text: string) =>
  element('p', { class: 'alarm' }, nameOf(content, column), quoted(text))

function alarmsOf({ stopped, warnings }: Run): string[] {
  const incomplete = stopped === null ? [] : [`Incomplete: ${stopped}. What was measured until then is shown.`]
  return [...incomplete, ...warnings]
}
