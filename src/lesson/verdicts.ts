import { type Cell, METRICS, type Run, type ScenarioRecord } from '../model.js'
import { compareTargets, type Rules } from '../pairing.js'
import { verdictText } from '../report/verdict-text.js'
import { formatValue } from '../units.js'
import { type Block, bars } from './blocks.js'
import { capital, listed } from './words.js'

/** How the comparisons of a finished run were made. */
export function rulesOfRun({ targets, scenarios, options }: Run): Rules {
  const comparisons = Math.max(1, (targets.length - 1) * scenarios.length)
  return { comparisons, precision: options.precision, threshold: options.threshold }
}

/** The cells of a scenario, in the order of the targets. */
export const cellsOf = ({ cells }: Run, scenario: string) => cells.filter((cell) => cell.scenario === scenario)

/** A cell's median with its unit, or why there is none. */
export function valueText({ median, metric, reason, status }: Cell): string {
  return median === null ? `${status}${reason ? `: ${reason}` : ''}` : formatValue(METRICS[metric].unit, median)
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

/** What a scenario says of every target that has a figure, in a sentence or two; null when none has. */
export function scenarioSentence(scenario: ScenarioRecord, run: Run): string | null {
  const { reference } = run.options
  const measured = cellsOf(run, scenario.id).filter(({ median }) => median !== null)
  if (measured.length === 0) return null
  const base = measured.find(({ target }) => target === reference)
  if (!base) return `${capital(scenario.id)}: ${reference} has no figure, so nothing is compared with it.`
  const others = measured.filter(({ target }) => target !== reference)
  if (others.length === 0) return `${capital(scenario.id)}: only ${reference} was measured (${valueText(base)}).`
  const said = others.map((cell) => `${cell.target} is ${comparedText(cell, run)}`)
  return `${capital(scenario.id)}: against ${reference} (${valueText(base)}), ${listed(said)}.`
}

/** What must be known about the figures of a scenario: each flag once, with the targets that have it. */
export function flagSentences(scenario: ScenarioRecord, run: Run): string[] {
  const cells = cellsOf(run, scenario.id)
  const texts = [...new Set(cells.flatMap(({ flags }) => flags.map(({ text }) => text)))]
  return texts.map((text) => {
    const targets = cells.filter(({ flags }) => flags.some((flag) => flag.text === text)).map(({ target }) => target)
    return `${capital(listed(targets))} on ${scenario.id}: ${text}.`
  })
}

/** How one target compares with another in the rounds of a scenario; null without a pair of rounds. */
export function between(run: Run, scenario: ScenarioRecord, reference: string, target: string) {
  const trials = run.trials.filter((trial) => trial.scenario === scenario.id)
  return compareTargets(trials, scenario.metric, reference, target, rulesOfRun(run))
}

/** Why a run ended before its rounds were done; null when they were. */
export const cutShort = ({ stopped }: Run) =>
  stopped === null ? null : `It ended early (${stopped}); what was measured until then is shown.`
