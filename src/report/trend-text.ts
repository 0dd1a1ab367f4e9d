import type { Trend, TrendChange, TrendSeries } from '../history/trend.js'
import { formatValue } from '../units.js'
import { nameText } from './history-text.js'
import { escaped } from './markdown.js'
import { drawTable, printable } from './table.js'
import { percentText, ratioText } from './verdict-text.js'

const BARS = '▁▂▃▄▅▆▇█'
/** Points of a sparkline; more do not fit beside the rest. */
const WIDTH = 24

/** A trend for a terminal: a row for each series, then a line for each change. */
export function trendTable(trend: Trend): string {
  return `${[drawTable(HEAD, rowsOf(trend)), ...linesOf(trend).map(printable)].join('\n')}\n`
}

/** A trend as a GitHub table. Labels cannot break out of their cells. */
export function trendMarkdown(trend: Trend): string {
  const cells = rowsOf(trend).map((row) => row.map((text) => text.split('\n').map(escaped).join('<br>')))
  const rows = [HEAD, HEAD.map(() => '---'), ...cells].map((row) => `| ${row.join(' | ')} |`)
  return `${[...rows, '', ...linesOf(trend).map((line) => `- ${escaped(line)}`)].join('\n')}\n`
}

/** A trend as it is. */
export const trendJson = (trend: Trend) => `${JSON.stringify(trend, null, 1)}\n`

/** A change in words: where, how much, from which run on. */
export function changeLine(series: TrendSeries, change: TrendChange): string {
  const { at, ratio, low, high, before, after, direction, runsBefore, runsAfter, isNew } = change
  const interval = low === null || high === null ? '' : ` [${signed(low)}, ${signed(high)}]`
  const value = (one: number) => valueText(series, one)
  const name = nameText(at)
  return [
    `${seriesName(series)}: ${signed(ratio)}${interval}, ${isNew ? 'new, ' : ''}for the ${direction}, from run ${at.run} on`,
    name === '' ? '' : ` (${name})`,
    `: ${value(before)} in ${runsBefore} runs before, ${value(after)} in ${runsAfter} since`,
  ].join('')
}

/** `seq-write on tmpfs against volume`. */
export const seriesName = ({ scenario, target, reference }: TrendSeries) =>
  `${scenario} on ${target}${reference === null ? '' : ` against ${reference}`}`

/**
 * One character a value, the latest ones, low to high on a logarithmic axis that is never narrower than `threshold` either way: what is less than
 * that does not look like a mountain. Empty for none.
 */
export function sparkline(values: readonly number[], threshold: number): string {
  const logs = values.slice(-WIDTH).map(Math.log)
  const [low, high] = [Math.min(...logs), Math.max(...logs)]
  const middle = (low + high) / 2
  const half = Math.max((high - low) / 2, Math.log1p(threshold))
  return logs.map((log) => BARS[Math.min(7, Math.floor(((log - middle + half) / (2 * half)) * 8))] ?? BARS[0]).join('')
}

const HEAD = ['scenario', 'target', 'runs', 'trend', 'now', 'changes']

const rowsOf = ({ series, threshold }: Trend) =>
  series.map((one) => {
    const { scenario, target, reference, points, changes, level, enough } = one
    const last = changes.at(-1)
    const found = last ? `${changes.length}, last ${signed(last.ratio)} ${last.direction}` : 'none'
    return [
      printable(scenario),
      printable(target) + (reference === null ? '' : `\nagainst ${printable(reference)}`),
      String(points.length),
      sparkline(
        points.map(({ value }) => value),
        threshold,
      ),
      `${valueText(one, level.value)}${intervalLine(one)}`,
      enough ? found : 'too few runs to tell',
    ]
  })

function intervalLine(series: TrendSeries): string {
  const { low, high } = series.level
  return low === null || high === null ? '' : `\n[${valueText(series, low)}, ${valueText(series, high)}]`
}

/** A value of a series: a ratio, or a figure with its unit. */
export const valueText = ({ unit }: TrendSeries, value: number) =>
  unit === '' ? ratioText(value) : formatValue(unit, value)

/** `+5%`, `-16.7%`. */
const signed = (ratio: number) => `${ratio < 1 ? '-' : '+'}${percentText(Math.abs(ratio - 1))}`

function linesOf({ series, view, threshold, incomplete }: Trend): string[] {
  const changes = series.flatMap((one) => one.changes.map((change) => changeLine(one, change)))
  const environments = new Set(series.map(({ fingerprint }) => fingerprint))
  const works = new Set(series.map(({ work }) => `${work.sizeBytes} ${work.durationSeconds} ${work.fresh}`))
  const what = view === 'ratio' ? "a run's median ratio to the reference" : "a run's median"
  return [
    ...changes,
    `Each point is ${what}. A change is named from ${percentText(threshold)} on, when at least 3 runs follow it (p ≤ 0.001).`,
    ...(environments.size > 1
      ? [`${environments.size} environments; a series never mixes them: ${[...environments].join(', ')}.`]
      : []),
    ...(works.size > 1 ? ['Runs of another size, duration or freshness are series of their own.'] : []),
    ...(incomplete > 0 ? [`Left out: ${incomplete} ${incomplete === 1 ? 'run' : 'runs'} that ended early.`] : []),
  ]
}
