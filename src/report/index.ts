import type { Run } from '../model.js'
import { jsonReport } from './json.js'
import { markdownReport } from './markdown.js'
import { type TableOptions, tableReport } from './table.js'

/** A finished run as a text. */
export type Exporter = (run: Run, options?: TableOptions) => string

/** Every format, by the name that `--format` takes. */
export const exporters = {
  table: tableReport,
  json: jsonReport,
  markdown: markdownReport,
} as const satisfies Record<string, Exporter>

export type FormatName = keyof typeof exporters
export const FORMAT_NAMES = Object.keys(exporters) as FormatName[]
