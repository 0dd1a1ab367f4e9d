import { statSync } from 'node:fs'
import { appendFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { isRunId } from '../engines/labels.js'
import { badInput, messageOf } from '../errors.js'
import { linesIn } from '../lines.js'
import { SCHEMA_VERSION } from '../model.js'
import { writeAtomic } from '../store.js'
import { readRecord } from '../stored-run.js'
import { type History, type IndexedCell, type IndexedRun, indexedRun } from './entry.js'

/** The versions of a line, its own and that of the run in it. A line with others is as good as none: a newer run is not known by its line. */
const VERSIONS = { v: 1, schema: SCHEMA_VERSION }

/** A line of `index.jsonl`: a run, and how its `run.json` looked when it was read. */
interface Line {
  size: number
  mtimeMs: number
  run: IndexedRun
}

/**
 * Every run of a results folder, oldest first; none when there is no such folder. It comes from `index.jsonl` there, in which a line stands
 * for every run; what that file lacks, or has otherwise than `run.json` now is, is read from the run's own folder and put right in it. So the
 * index can be damaged, lost or written by two at once, and no run is lost by it; where it cannot be written, it is done without.
 */
export async function readHistory(results: string): Promise<History> {
  const index = await readIndex(results)
  const unreadable: string[] = []
  const added: Line[] = []
  const lines: Line[] = []
  for (const id of await runFolders(results)) {
    const known = index.lines.get(id)
    const now = signOf(results, id)
    const current = known && now && known.size === now.size && known.mtimeMs === now.mtimeMs
    const line = current ? known : await lineOf(results, id).catch((error) => void unreadable.push(messageOf(error)))
    if (!line) continue
    lines.push(line)
    if (line !== known) added.push(line)
  }
  const stale = index.damaged || index.lines.size !== lines.length - added.length
  if (stale || added.length > 0) await mend(results, stale ? lines : added, stale)
  return { runs: lines.map(({ run }) => run), unreadable }
}

/** Puts a run that has just been saved into the index. Never throws: whoever reads the index finds what it lacks. */
export async function addToIndex(results: string, runId: string): Promise<void> {
  const line = await lineOf(results, runId).catch(() => null)
  if (line) await mend(results, [line], false)
}

/** The names of the folders that may be runs, ascending, which is by time; none without such a folder. */
export async function runFolders(results: string): Promise<string[]> {
  const entries = await readdir(results, { withFileTypes: true }).catch(() => [])
  return entries.flatMap((entry) => (entry.isDirectory() && isRunId(entry.name) ? entry.name : [])).toSorted()
}

const indexFile = (results: string) => join(results, 'index.jsonl')

/**
 * How the file of a run looks; null when it is not to be seen, and whoever reads it says why. Ten thousand of them are asked: one after another
 * that is ten times as fast without a promise each.
 */
function signOf(results: string, id: string): { size: number; mtimeMs: number } | null {
  try {
    const { size, mtimeMs } = statSync(`${results}/${id}/run.json`)
    return { size, mtimeMs }
  } catch {
    return null
  }
}

async function lineOf(results: string, id: string): Promise<Line> {
  // Before it is read: when it changes meanwhile, the line is out of date and not the run.
  const sign = signOf(results, id) ?? { size: 0, mtimeMs: 0 }
  const run = indexedRun(await readRecord(join(results, id)))
  if (run.id !== id) throw badInput(`${join(results, id)} holds another run, ${run.id}`, 'give the folder its name')
  return { ...sign, run }
}

/** The lines of the index by run, the last of each; `damaged` when something in it is no such line, or stands there twice. */
async function readIndex(results: string): Promise<{ lines: Map<string, Line>; damaged: boolean }> {
  const lines = new Map<string, Line>()
  let damaged = false
  try {
    for await (const part of linesIn(indexFile(results))) {
      for (const { text } of part) {
        const line = lineIn(text)
        if (!line || lines.has(line.run.id)) damaged = true
        if (line) lines.set(line.run.id, line)
      }
    }
  } catch (error) {
    damaged ||= (error as NodeJS.ErrnoException).code !== 'ENOENT'
  }
  return { lines, damaged }
}

const CELL_FIELDS = [
  ...(['scenario', 'target', 'type', 'metric', 'n', 'median', 'low', 'high'] as const),
  ...(['ratio', 'ratioLow', 'ratioHigh', 'verdict'] as const),
] satisfies (keyof IndexedCell)[]
type Row = { [Field in keyof IndexedCell]: IndexedCell[Field] }[keyof IndexedCell][]

/** Written out and by number, because it is done a hundred thousand times: taking a row apart by its iterator takes five times as long. */
function cellIn(row: Row): IndexedCell {
  return {
    scenario: row[0],
    target: row[1],
    type: row[2],
    metric: row[3],
    n: row[4],
    median: row[5],
    low: row[6],
    high: row[7],
    ratio: row[8],
    ratioLow: row[9],
    ratioHigh: row[10],
    verdict: row[11],
  } as IndexedCell
}

const SUM = '{"sum":"'
/** Where a line goes on after its sum. */
const REST = `${SUM}12345678",`.length

/** A line as a JSON object that begins with the CRC-32 of what follows it; a cell is a row of `CELL_FIELDS`: names would be half of it. */
function lineText({ size, mtimeMs, run }: Line): string {
  const rows = run.cells.map((cell) => CELL_FIELDS.map((field) => cell[field]))
  const rest = JSON.stringify({ ...VERSIONS, size, mtimeMs, run: { ...run, cells: rows } }).slice(1)
  return `${SUM}${crc32(rest).toString(16).padStart(8, '0')}",${rest}\n`
}

/** The line in a text that is one of ours, unharmed; otherwise null. The sum takes the place of looking at every field of ten thousand runs. */
function lineIn(text: string): Line | null {
  const sum = Number.parseInt(text.slice(SUM.length, SUM.length + 8), 16)
  if (!text.startsWith(SUM) || sum !== crc32(text.slice(REST))) return null
  const { v, schema, size, mtimeMs, run } = JSON.parse(text)
  if (v !== VERSIONS.v || schema !== VERSIONS.schema) return null
  run.cells = run.cells.map(cellIn)
  return { size, mtimeMs, run }
}

/** Adds lines to the index, or writes it anew; where neither can be done, it stays as it is. */
async function mend(results: string, lines: readonly Line[], anew: boolean): Promise<void> {
  const text = lines.map(lineText).join('')
  // One write for all lines: what two processes append at once does not mix.
  const written = anew ? writeAtomic(indexFile(results), text) : appendFile(indexFile(results), text)
  await written.catch(() => {})
}
