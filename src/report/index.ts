import type { Run } from '../model.js'
import { bmfReport } from './bmf.js'
import { csvOf, csvReport } from './csv.js'
import { ghaBigger, ghaSmaller } from './gha-benchmark.js'
import { goBenchmark } from './go-benchmark.js'
import { htmlReport, htmlReports } from './html/page.js'
import { hyperfineOf, hyperfineReport } from './hyperfine.js'
import { jsonOf, jsonReport } from './json.js'
import { junitOf, junitReport } from './junit.js'
import { markdownReport } from './markdown.js'
import { openMetrics, openMetricsOf } from './openmetrics.js'
import { svgReport } from './svg.js'
import { type TableOptions, tableReport } from './table.js'

/** A finished run as a text. */
export type Exporter = (run: Run, options?: TableOptions) => string

/** Every format, by the name that `--format` takes. */
export const exporters = {
  table: tableReport,
  json: jsonReport,
  markdown: markdownReport,
  csv: csvReport,
  junit: junitReport,
  openmetrics: openMetrics,
  bmf: bmfReport,
  'gha-bigger': ghaBigger,
  'gha-smaller': ghaSmaller,
  'go-benchmark': goBenchmark,
  hyperfine: hyperfineReport,
  html: htmlReport,
  svg: svgReport,
} as const satisfies Record<string, Exporter>

export type FormatName = keyof typeof exporters
export const FORMAT_NAMES = Object.keys(exporters) as FormatName[]

/** Several finished runs as one text, oldest first. */
export type SeveralExporter = (runs: readonly Run[], options?: TableOptions) => string

const title = ({ runId, label }: Run) => (label ? `${runId} (${label})` : runId)

/** The formats that have a place for several runs. */
export const severalExporters: Partial<Record<FormatName, SeveralExporter>> = {
  table: (runs, options) => runs.map((run) => `${title(run)}\n${tableReport(run, options)}`).join('\n'),
  json: jsonOf,
  markdown: (runs) => runs.map((run) => `### ${run.runId}\n\n${markdownReport(run)}`).join('\n'),
  csv: csvOf,
  junit: junitOf,
  openmetrics: openMetricsOf,
  'go-benchmark': (runs) => runs.map(goBenchmark).join('\n'),
  hyperfine: hyperfineOf,
  html: htmlReports,
}
