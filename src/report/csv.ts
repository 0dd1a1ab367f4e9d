import { METRICS, type MetricId, type Run, type Trial } from '../model.js'
import { separated, typeOf, unitWords, wellFormed } from './figures.js'

interface Row {
  run: Omit<Run, 'trials'>
  trial: Trial
}

type Value = string | number | boolean | null | undefined

const metricColumns = (Object.keys(METRICS) as MetricId[]).map((id): [string, (row: Row) => Value] => [
  `${separated(id, '_')}_${unitWords(id, '_')}`,
  ({ trial }) => trial.sample?.metrics[id],
])

/** The columns in their order; what is added later is added at the end. */
const COLUMNS: readonly [string, (row: Row) => Value][] = [
  ['run', ({ run }) => run.runId],
  ['label', ({ run }) => run.label],
  ['commit', ({ run }) => run.environment.git?.commit],
  ['fingerprint', ({ run }) => run.environment.fingerprint],
  ['engine', ({ run }) => run.environment.engine.id],
  ['scenario', ({ trial }) => trial.scenario],
  ['target', ({ trial }) => trial.target],
  ['type', ({ run, trial }) => typeOf(run, trial.target)],
  ['phase', ({ trial }) => trial.phase],
  ['round', ({ trial }) => trial.round],
  ['block', ({ trial }) => trial.block],
  ['position', ({ trial }) => trial.position],
  ['instance', ({ trial }) => trial.instance],
  ['started_at', ({ trial }) => trial.startedAt],
  ['outcome', ({ trial }) => (trial.sample ? 'measured' : 'failed')],
  ['bytes', ({ trial }) => trial.sample?.bytes],
  ['seconds', ({ trial }) => trial.sample?.seconds],
  ['wall_seconds', ({ trial }) => trial.wallSeconds],
  ['storage_read_bytes', ({ trial }) => trial.kernel?.storageReadBytes],
  ['storage_written_bytes', ({ trial }) => trial.kernel?.storageWrittenBytes],
  ['io_stall_seconds', ({ trial }) => trial.kernel?.ioStallSeconds],
  ['failure_code', ({ trial }) => trial.failure?.code],
  ['failure_message', ({ trial }) => trial.failure?.message],
  ['raw', ({ trial }) => trial.raw],
  ...metricColumns,
]

/**
 * Every trial of a run as a line, warm-ups and failures too, after a line of names; what was not measured is an empty field.
 * RFC 4180: lines end with CR LF, a field with a comma, a quote or a line break is quoted, quotes are doubled. Text is as it was: a
 * spreadsheet should be told to read these columns as text.
 */
export const csvReport = (run: Run) => csvOf([run])

/** The trials of several runs in one file. */
export const csvOf = (runs: readonly Run[]) => [CSV_HEAD, ...runs.map((run) => csvLines(run, run.trials))].join('')

/** The lines of some trials of a run, whose own list is not looked at; empty for none. */
export const csvLines = (run: Row['run'], trials: readonly Trial[]) =>
  trials.map((trial) => lineOf(COLUMNS.map(([, read]) => read({ run, trial })))).join('')

const lineOf = (values: readonly Value[]) => `${values.map(field).join(',')}\r\n`

function field(value: Value): string {
  // Most fields are numbers or empty, and there may be a million lines: only a text can need more than itself.
  if (typeof value !== 'string') return String(value ?? '')
  const text = wellFormed(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** The line of names. */
export const CSV_HEAD = lineOf(COLUMNS.map(([name]) => name))
