import { METRICS, type MetricId, type Run } from '../model.js'
import { type Figure, figuresOf, separated, stableName } from './figures.js'
import { verdictText } from './verdict-text.js'

/** What github-action-benchmark reads: `BenchmarkResult` in its src/extract.ts. */
interface Entry {
  name: string
  unit: string
  value: number
  range?: string
  extra: string
}

type Better = (typeof METRICS)[MetricId]['better']

/** A chart has one unit for ever, so it is not chosen by the value. */
const FIXED = {
  'B/s': { unit: 'MiB/s', factor: 2 ** -20 },
  '1/s': { unit: 'ops/s', factor: 1 },
  s: { unit: 'µs', factor: 1e6 },
} as const satisfies Record<(typeof METRICS)[MetricId]['unit'], { unit: string; factor: number }>

/**
 * The figures of a run of which more is better, and the ratios to the reference, for github-action-benchmark's `customBiggerIsBetter`.
 *
 * An array of `{ name, unit, value, range, extra }` as its README ("customBiggerIsBetter") and its src/extract.ts have it. `range` is
 * half the interval of the median in the same unit, absent without an interval. A cell that was not measured is absent: the
 * action would take any number for a measurement.
 */
export const ghaBigger = (run: Run) => print([...entries(run, 'higher'), ...ratios(run)])

/** The figures of a run of which less is better, for `customSmallerIsBetter`. */
export const ghaSmaller = (run: Run) => print(entries(run, 'lower'))

const print = (all: readonly Entry[]) => `${JSON.stringify(all, null, 1)}\n`

function entries(run: Run, better: Better): Entry[] {
  const wanted = figuresOf(run).filter(({ metric }) => METRICS[metric].better === better)
  return wanted.map((figure) => {
    const { unit, factor } = FIXED[METRICS[figure.metric].unit]
    return {
      name: stableName(figure.engine, figure.scenario, figure.target, separated(figure.metric, '-')),
      unit,
      value: figure.value * factor,
      ...range(figure.low, figure.high, factor),
      extra: extraOf(figure, run),
    }
  })
}

/** Ratios survive a change of the machine, which absolute figures do not. */
function ratios(run: Run): Entry[] {
  const { reference } = run.options
  return run.cells.flatMap(({ scenario, target, comparison }) => {
    if (!comparison) return []
    const { ratio, low, high, n } = comparison
    const name = stableName(run.environment.engine.id, scenario, target, `ratio-to-${reference}`)
    const extra = lines(`${n} pairs of rounds`, interval(low, high))
    return [{ name, unit: 'x', value: ratio, ...range(low, high, 1), extra }]
  })
}

const range = (low: number | null, high: number | null, factor: number) =>
  low === null || high === null ? {} : { range: `± ${Number((((high - low) / 2) * factor).toPrecision(3))}` }

function extraOf({ cell, low, high, metric }: Figure, { options, environment }: Run): string {
  const { id, version } = environment.engine
  const { unit, factor } = FIXED[METRICS[metric].unit]
  const verdict = cell.comparison && metric === cell.metric && verdictText(cell.comparison, options.threshold)
  return lines(
    `${cell.n} rounds${cell.failed > 0 ? `, ${cell.failed} more failed` : ''}`,
    low === null || high === null ? '' : `${interval(low * factor, high * factor)} ${unit}`,
    verdict &&
      `against ${stableName(options.reference)}: ${[verdict.verdict, verdict.interval].filter(Boolean).join(' ')}`,
    `${id} ${version}, environment ${environment.fingerprint}`,
  )
}

const lines = (...all: readonly (string | null | false)[]) => all.filter((line) => line).join('\n')

const interval = (low: number | null, high: number | null) =>
  low === null || high === null ? '' : `interval ${Number(low.toPrecision(4))} to ${Number(high.toPrecision(4))}`
