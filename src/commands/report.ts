import { resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { badInput } from '../errors.js'
import type { Run } from '../model.js'
import { exporters, FORMAT_NAMES, type FormatName, severalExporters } from '../report/index.js'
import { findRun, findSummary } from '../run-references.js'
import { checkOutput, emit, terminalOptions } from './emit.js'

/** The flags of `report`. */
export interface ReportFlags {
  format: FormatName
  output?: string
  results: string
}

/** The formats that show no single trial: a run of a million is not read for them. */
const WITHOUT_TRIALS = new Set<FormatName>([
  'table',
  'markdown',
  'openmetrics',
  'bmf',
  'gha-bigger',
  'gha-smaller',
  'svg',
])

/** `mountbench report [RUN…]`: runs that are there already, in any format. The latest when none is named; the oldest stands first. */
export async function reportCommand(words: readonly string[], flags: ReportFlags, deps: Deps): Promise<void> {
  if (flags.output) await checkOutput(resolve(deps.cwd, flags.output))
  const results = resolve(deps.cwd, flags.results)
  const find = WITHOUT_TRIALS.has(flags.format) ? findSummary : findRun
  const found = new Map<string, Run>()
  for (const word of words.length > 0 ? words : ['latest']) {
    const run = await find(word, results, deps.cwd)
    found.set(run.runId, run)
  }
  const runs = [...found.values()].toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
  await emit(textOf(runs, flags, deps), flags, deps)
}

function textOf(runs: readonly Run[], flags: ReportFlags, deps: Deps): string {
  const options = terminalOptions(flags, deps)
  const [run, ...more] = runs
  if (run && more.length === 0) return exporters[flags.format](run, options)
  const several = severalExporters[flags.format]
  if (several) return several(runs, options)
  const can = FORMAT_NAMES.filter((name) => severalExporters[name])
  throw badInput(`--format ${flags.format} has a place for one run`, `name one, or take one of: ${can.join(', ')}`)
}
