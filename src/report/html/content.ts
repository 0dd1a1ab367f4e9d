import type { Cell, MetricId, Run, ScenarioRecord, TargetRecord } from '../../model.js'
import { element, isolated, type Markup, quoted } from './markup.js'

/** A run on the page: a column where several stand side by side. */
export interface Column {
  run: Run
  /** Its number on the page, from 0. */
  index: number
  /** What it is called there: its label when no other has the same, otherwise its id. */
  name: string
}

/** What all parts of a page are made from. */
export interface Content {
  columns: readonly Column[]
  /** Labels of the targets of all runs, those of the first run first; their place decides shape and colour. */
  labels: readonly string[]
  /** Ids of the scenarios of all runs, in order. */
  scenarios: readonly string[]
}

/** Several runs as one page shows them. */
export function contentOf(runs: readonly Run[]): Content {
  const labels = runs.map(({ label }) => label)
  const nameOf = ({ label, runId }: Run) =>
    label !== null && labels.filter((other) => other === label).length === 1 ? label : runId
  return {
    columns: runs.map((run, index) => ({ run, index, name: nameOf(run) })),
    labels: [...new Set(runs.flatMap((run) => referenceFirst(run).map(({ label }) => label)))],
    scenarios: [...new Set(runs.flatMap(({ scenarios }) => scenarios.map(({ id }) => id)))],
  }
}

const referenceFirst = ({ targets, options }: Run): TargetRecord[] =>
  targets.toSorted((a, b) => Number(b.label === options.reference) - Number(a.label === options.reference))

/** The number of a target: its shape, its colour, and what shows or hides it. */
export const seriesOf = ({ labels }: Content, label: string): number => labels.indexOf(label)

/** A scenario in a run; undefined when the run has none of that name. */
export const scenarioIn = ({ run }: Column, id: string): ScenarioRecord | undefined =>
  run.scenarios.find((scenario) => scenario.id === id)

/** The cells of a scenario in a run, in the order of its targets. */
export const cellsIn = ({ run }: Column, id: string): Cell[] => run.cells.filter((cell) => cell.scenario === id)

/** What a scenario says of itself, from the first run that has it. */
export function scenarioOf(content: Content, id: string): ScenarioRecord {
  const [first] = content.columns.flatMap((column) => scenarioIn(column, id) ?? [])
  if (!first) throw new Error(`no run has a scenario ${id}`)
  return first
}

/** Whether runs stand side by side. */
export const isComparison = ({ columns }: Content): boolean => columns.length > 1

/** Where a figure comes from: run, scenario, target, field. */
export type FigureSource = readonly [column: Column, cell: Cell, field: 'median' | 'low' | 'high' | 'p5' | 'p95' | 'cv']

/** A figure of a cell as text, with the number as `run.json` has it beside it. */
export function figure([column, cell, field]: FigureSource, text: string): Markup {
  const { scenario, target } = cell
  const source = [String(column.index), scenario, target, field].map(isolatedKey).join('/')
  return element('data', { value: cell[field], 'data-of': source }, text)
}

const isolatedKey = (text: string) => text.replaceAll('/', '%2F')

/** Another metric of a cell as text, with its number. */
export function otherFigure({ index }: Column, cell: Cell, metric: MetricId, text: string): Markup {
  const source = [String(index), cell.scenario, cell.target, metric].map(isolatedKey).join('/')
  return element('data', { value: cell.others[metric], 'data-of': source }, text)
}

/** A name of ours: scenario ids and the like. */
export const code = (text: string): Markup => element('code', {}, text)

/** What a run is called, where several stand side by side; otherwise nothing. */
export const nameOf = (content: Content, { name }: Column): Markup | null =>
  isComparison(content) ? element('span', { class: 'run' }, quoted(name)) : null

/** The same inside an attribute: ` in NAME`. */
export const inRun = (content: Content, { name }: Column): string =>
  isComparison(content) ? ` in ${isolated(name)}` : ''
