import { type Cell, type ComparisonRecord, METRICS, type Run, type ScenarioRecord } from '../model.js'
import { compareTargets, familiesOf, type Rules, rulesOfLeads } from '../pairing.js'
import { verdictText } from '../report/verdict-text.js'
import { formatValue, threeDigits } from '../units.js'
import { type Block, bars } from './blocks.js'
import { capital, listed } from './words.js'

/** How the comparisons of a finished run were made. */
export function rulesOfRun({ targets, scenarios, options }: Run): Rules {
  const families = familiesOf(targets.length, scenarios.length, options.aa)
  return { ...families, precision: options.precision, threshold: options.threshold }
}

/** The cells of a scenario, in the order of the targets. */
export const cellsOf = ({ cells }: Run, scenario: string) => cells.filter((cell) => cell.scenario === scenario)

/** A cell's median with its unit, or why there is none. */
export function valueText({ scenario, median, metric, reason, status }: Cell, { scenarios }: Run): string {
  if (median === null) return `${status}${reason ? `: ${reason}` : ''}`
  const { unit } = METRICS[metric]
  const counts = scenarios.find(({ id }) => id === scenario)?.counts ?? ''
  return unit === '1/s' ? `${threeDigits(median)} ${counts}s/s` : formatValue(unit, median)
}

/** A comparison inside a sentence: the verdict and its interval, without what more rounds would give. */
export function verdictWords(comparison: ComparisonRecord, { options }: Run): string {
  const { verdict, interval } = verdictText(comparison, options.threshold)
  return [verdict, interval?.split(';')[0]].filter(Boolean).join(' ')
}

/** How a cell compares with the reference: `1.82x faster [1.75, 1.90]`; empty for the reference itself. */
export function comparedText({ target, comparison, flags, median }: Cell, { options }: Run): string {
  if (target === options.reference || median === null) return ''
  if (!comparison) return `not compared${flags.map(({ text }) => `: ${text}`).join(',')}`
  const { verdict, interval } = verdictText(comparison, options.threshold)
  return [verdict, interval].filter(Boolean).join(' ')
}

/** A chart of the medians of a scenario. */
export function medianBars(scenario: ScenarioRecord, run: Run): Block[] {
  const { unit, better, means } = METRICS[scenario.metric]
  const all = cellsOf(run, scenario.id).map(({ target, median }) => ({
    label: target,
    value: median,
    missing: 'no figure',
  }))
  return bars(`${scenario.id}: ${means}, ${better} is better`, unit, all)
}

/** What a scenario says of every target that has a figure, in a sentence. */
export function scenarioSentence(scenario: ScenarioRecord, run: Run): string {
  const { reference } = run.options
  const measured = cellsOf(run, scenario.id).filter(({ median }) => median !== null)
  if (measured.length === 0) return 'No mount has a figure here.'
  const base = measured.find(({ target }) => target === reference)
  if (!base) return `${capital(reference)} has no figure, so nothing is compared with it.`
  const others = measured.filter(({ target }) => target !== reference)
  if (others.length === 0) return `Only ${reference} was measured (${valueText(base, run)}), so nothing is compared.`
  const said = others.map((cell) => `${cell.target} is ${wordsFor(cell, run)}`)
  return `Against ${reference} (${valueText(base, run)}), ${listed(said)}.`
}

const wordsFor = (cell: Cell, run: Run) =>
  cell.comparison ? verdictWords(cell.comparison, run) : comparedText(cell, run)

/** What must be known about the figures of a run: each flag once, with where it stands. */
export function flagSentences(run: Run): string[] {
  const flagged = run.cells.flatMap(({ scenario, target, flags }) =>
    flags.map(({ text }) => ({ text, scenario, target })),
  )
  const texts = [...new Set(flagged.map(({ text }) => text))]
  return texts.map((text) => {
    const own = flagged.filter((flag) => flag.text === text)
    const targets = [...new Set(own.map(({ target }) => target))]
    const scenarios = [...new Set(own.map(({ scenario }) => scenario))]
    return `To know about ${listed(targets)} in ${listed(scenarios)}: ${text}.`
  })
}

/** How one target compares with another of all in the rounds of a scenario; null without a pair of rounds. */
export function between(run: Run, scenario: ScenarioRecord, reference: string, target: string) {
  const trials = run.trials.filter((trial) => trial.scenario === scenario.id)
  return compareTargets(trials, scenario.metric, reference, target, rulesOfLeads(rulesOfRun(run)))
}

/** Why a run ended before its rounds were done; null when they were. */
export const cutShort = ({ stopped }: Run) =>
  stopped === null ? null : `It ended early (${stopped}); what was measured until then is shown.`
