import { resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { badInput } from '../errors.js'
import { readHistory } from '../history/index-file.js'
import { mustBeKnown, mustHaveRuns } from '../history/select.js'
import { parseSince } from '../history/since.js'
import { type Trend, type TrendSeries, trendOf } from '../history/trend.js'
import { unreadableText } from '../report/history-text.js'
import { trendHtml } from '../report/html/trend.js'
import { printable } from '../report/table.js'
import { trendSvg } from '../report/trend-svg.js'
import { changeLine, seriesName, trendJson, trendMarkdown, trendTable } from '../report/trend-text.js'
import { parseCount, parseShare } from '../units.js'
import { checkOutput, emit } from './emit.js'

/** How a trend is printed. */
export const TREND_FORMATS = {
  table: trendTable,
  markdown: trendMarkdown,
  json: trendJson,
  html: trendHtml,
  svg: trendSvg,
} as const satisfies Record<string, (trend: Trend) => string>

/** The flags of `trend`. */
export interface TrendFlags {
  target?: string
  fingerprint?: string
  since?: string
  newest?: string
  absolute?: boolean
  threshold?: string
  gate?: boolean
  failOnInconclusive?: boolean
  format: keyof typeof TREND_FORMATS
  output?: string
  results: string
}

/** `mountbench trend [SCENARIO…]`. Returns the exit code: 1 for a new change for the worse with `--gate`, 4 when there are too few runs. */
export async function trendCommand(scenarios: readonly string[], flags: TrendFlags, deps: Deps): Promise<number> {
  if (flags.output) await checkOutput(resolve(deps.cwd, flags.output))
  const history = await readHistory(resolve(deps.cwd, flags.results))
  deps.stderr.write(unreadableText('passed over', history.unreadable))
  mustHaveRuns(history, flags.results)
  mustBeKnown(history, scenarios, flags.target)
  const { target, fingerprint, absolute } = flags
  const trend = trendOf(history, {
    ...{ scenarios, target, fingerprint, absolute },
    since: flags.since === undefined ? undefined : parseSince(flags.since, history.runs, deps.clock()),
    newest: flags.newest === undefined ? undefined : parseCount(flags.newest, '--newest', 3, 1_000_000),
    threshold: flags.threshold === undefined ? undefined : parseShare(flags.threshold, '--threshold'),
  })
  if (trend.series.length === 0)
    throw badInput(
      'no complete run fits',
      'mountbench history lists what there is; the reference has no ratio, only --absolute',
    )
  await emit(TREND_FORMATS[flags.format](trend), flags, deps)
  return gateCode(trend, flags, deps)
}

/** The exit code of a gate, with its reasons on stderr; 0 without `--gate`. What has ended is told, and is no reason. */
function gateCode({ series }: Trend, { gate, failOnInconclusive }: TrendFlags, { stderr }: Deps): number {
  if (!gate) return 0
  const live = series.filter(({ ended }) => !ended)
  const worse = newlyWorse(live)
  const open = failOnInconclusive
    ? live.filter(({ enough }) => !enough).map((one) => `${seriesName(one)}: too few runs`)
    : []
  const [code, outcome, reasons] =
    worse.length > 0
      ? ([1, 'regression', worse] as const)
      : open.length > 0
        ? ([4, 'inconclusive', open] as const)
        : ([0, 'pass', []] as const)
  const past = newlyWorse(series.filter(({ ended }) => ended)).map((line) => `not counted, no longer measured: ${line}`)
  stderr.write(`gate: ${outcome}\n${[...reasons, ...past].map((line) => `  ${printable(line)}\n`).join('')}`)
  return code
}

const newlyWorse = (series: readonly TrendSeries[]) =>
  series.flatMap((one) =>
    one.changes
      .filter(({ isNew, direction }) => isNew && direction === 'worse')
      .map((change) => changeLine(one, change)),
  )
