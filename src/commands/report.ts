import { resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { badInput } from '../errors.js'
import type { Run, RunRecord } from '../model.js'
import { CSV_HEAD, csvLines } from '../report/csv.js'
import { exporters, FORMAT_NAMES, type FormatName, severalExporters } from '../report/index.js'
import { jsonHead, jsonTail, jsonTrials } from '../report/json.js'
import { placeOf } from '../run-references.js'
import { readRecord, readRun, trialsOf } from '../store.js'
import { checkOutput, emit, terminalOptions } from './emit.js'

/** The flags of `report`. */
export interface ReportFlags {
  format: FormatName
  output?: string
  results: string
}

/** The formats that show no single trial. */
const WITHOUT_TRIALS = new Set<FormatName>([
  'table',
  'markdown',
  'openmetrics',
  'bmf',
  'gha-bigger',
  'gha-smaller',
  'svg',
])

/** A format that holds all trials at once takes up to this many: some 300 MB. */
const MOST_HELD = 100_000

/** What a format leaves out of a larger run; the others are refused. */
const LEFT_OUT: Partial<Record<FormatName, string>> = { html: 'rounds and commands', junit: 'times' }

/** A run of which the trials are not read yet. */
interface Found {
  record: RunRecord
  place: string
}

/** `mountbench report [RUN…]`: runs that are there already, in any format. The latest when none is named; the oldest stands first. */
export async function reportCommand(words: readonly string[], flags: ReportFlags, deps: Deps): Promise<void> {
  if (flags.output) await checkOutput(resolve(deps.cwd, flags.output))
  const results = resolve(deps.cwd, flags.results)
  const byId = new Map<string, Found>()
  for (const word of words.length > 0 ? words : ['latest']) {
    const place = await placeOf(word, results, deps.cwd, { told: deps.stderr })
    const record = await readRecord(place)
    byId.set(record.runId, { record, place })
  }
  const found = [...byId.values()].toSorted((a, b) => a.record.startedAt.localeCompare(b.record.startedAt))
  const parts = IN_PARTS[flags.format]
  if (parts) return await emit(parts(found), flags, deps)
  const runs: Run[] = []
  for (const one of found) runs.push(await heldRun(one, flags.format))
  await emit(textOf(runs, flags, deps), flags, deps)
}

/** The formats that hold a part of the trials at a time. */
const IN_PARTS: Partial<Record<FormatName, (found: readonly Found[]) => AsyncIterable<string>>> = {
  csv: csvParts,
  json: jsonParts,
}

/** The lines of names and of trials; there is no part before the first trials could be read. */
async function* csvParts(found: readonly Found[]): AsyncGenerator<string> {
  let head = CSV_HEAD
  for (const { record, place } of found) {
    for await (const trials of trialsOf(place)) {
      yield head + csvLines(record, trials)
      head = ''
    }
  }
  if (head !== '') yield head
}

/** One run, or an array of several; there is no part before the first trials could be read. */
async function* jsonParts(found: readonly Found[]): AsyncGenerator<string> {
  const several = found.length > 1
  for (const [index, { record, place }] of found.entries()) {
    const { trialCount, warnings, ...rest } = record
    const seen: string[] = []
    let head = `${several ? (index === 0 ? '[' : ',\n') : ''}${jsonHead(rest)}`
    let first = true
    for await (const trials of trialsOf(place, seen)) {
      yield head + jsonTrials(trials, first)
      head = ''
      first &&= trials.length === 0
    }
    yield `${head}${jsonTail([...warnings, ...seen])}`
  }
  yield several ? ']\n' : '\n'
}

/** The run with as many of its trials as its format can do with. Throws `bad-input` when they are too many for one that shows each of them. */
async function heldRun({ record, place }: Found, format: FormatName): Promise<Run> {
  const { trialCount, ...rest } = record
  if (WITHOUT_TRIALS.has(format)) return { ...rest, trials: [] }
  if (trialCount <= MOST_HELD) return await readRun(place)
  const many = `the run has ${trialCount} trials, and --format ${format} holds ${MOST_HELD} at most`
  const hint = '--format csv or json has each of them, whatever their number'
  const leftOut = LEFT_OUT[format]
  if (!leftOut) throw badInput(many, hint)
  return { ...rest, trials: [], warnings: [...rest.warnings, `${many}: ${leftOut} are left out; ${hint}`] }
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
