import { resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { badInput } from '../errors.js'
import type { Run } from '../model.js'
import { CSV_HEAD, csvLines } from '../report/csv.js'
import { exporters, FORMAT_NAMES, type FormatName, severalExporters } from '../report/index.js'
import { placeOf } from '../run-references.js'
import { readRecord, readRun, trialsOf } from '../store.js'
import { checkOutput, emit, terminalOptions } from './emit.js'

/** The flags of `report`. */
export interface ReportFlags {
  format: FormatName
  output?: string
  results: string
}

/** The formats that show no single trial, and the one that shows them part by part: a run of a million is not held for them. */
const WITHOUT_TRIALS = new Set<FormatName>([
  'table',
  'markdown',
  'csv',
  'openmetrics',
  'bmf',
  'gha-bigger',
  'gha-smaller',
  'svg',
])

interface Found {
  run: Run
  place: string
}

/** `mountbench report [RUN…]`: runs that are there already, in any format. The latest when none is named; the oldest stands first. */
export async function reportCommand(words: readonly string[], flags: ReportFlags, deps: Deps): Promise<void> {
  if (flags.output) await checkOutput(resolve(deps.cwd, flags.output))
  const results = resolve(deps.cwd, flags.results)
  const byId = new Map<string, Found>()
  for (const word of words.length > 0 ? words : ['latest']) {
    const place = await placeOf(word, results, deps.cwd, { told: deps.stderr })
    const run = WITHOUT_TRIALS.has(flags.format) ? { ...(await readRecord(place)), trials: [] } : await readRun(place)
    byId.set(run.runId, { run, place })
  }
  const found = [...byId.values()].toSorted((a, b) => a.run.startedAt.localeCompare(b.run.startedAt))
  await emit(flags.format === 'csv' ? csvParts(found) : textOf(found, flags, deps), flags, deps)
}

/** The lines of names and of trials; there is no part before the first trials could be read. */
async function* csvParts(found: readonly Found[]): AsyncGenerator<string> {
  let head = CSV_HEAD
  for (const { run, place } of found) {
    for await (const trials of trialsOf(place)) {
      yield head + csvLines(run, trials)
      head = ''
    }
  }
  if (head !== '') yield head
}

function textOf(found: readonly Found[], flags: ReportFlags, deps: Deps): string {
  const options = terminalOptions(flags, deps)
  const runs = found.map(({ run }) => run)
  const [run, ...more] = runs
  if (run && more.length === 0) return exporters[flags.format](run, options)
  const several = severalExporters[flags.format]
  if (several) return several(runs, options)
  const can = FORMAT_NAMES.filter((name) => severalExporters[name])
  throw badInput(`--format ${flags.format} has a place for one run`, `name one, or take one of: ${can.join(', ')}`)
}
