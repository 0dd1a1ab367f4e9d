import { readFile, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { badInput, messageOf } from './errors.js'
import { type Line, linesIn } from './lines.js'
import { Run, RunRecord, SCHEMA_VERSION, Trial } from './model.js'

/**
 * The whole run in a folder, or in a file: a `run.json` with `trials.jsonl` beside it, or one that has the trials in it, as `--format json`
 * prints it and version 1 stored it. A last line that was cut off in `trials.jsonl`, and trials that are not there, are said in `warnings`.
 * Throws `bad-input` that says what is wrong with it.
 */
export async function readRun(path: string): Promise<Run> {
  const { file, json } = await open(path)
  if (isWhole(json)) return parsed(Run, json, file)
  const { trialCount, ...record } = parsed(RunRecord, json, file)
  const trials: Trial[] = []
  const warnings: string[] = []
  for await (const part of trialsBeside(file, trialCount, warnings)) for (const trial of part) trials.push(trial)
  return { ...record, trials, warnings: [...record.warnings, ...warnings] }
}

/** A run without its trials: what takes no longer for a million of them. Throws as `readRun` does; `trials.jsonl` is not looked at. */
export async function readRecord(path: string): Promise<RunRecord> {
  const { file, json } = await open(path)
  if (!isWhole(json)) return parsed(RunRecord, json, file)
  const { trials, ...record } = parsed(Run, json, file)
  return { ...record, trialCount: trials.length }
}

/**
 * The trials of a run, as many at a time as are read together, so that there may be more than fit in memory. Throws as `readRun` does, and adds
 * to `warnings` what that says there.
 */
export async function* trialsOf(path: string, warnings: string[] = []): AsyncGenerator<Trial[]> {
  const { file, json } = await open(path)
  if (isWhole(json)) yield parsed(Run, json, file).trials
  else yield* trialsBeside(file, parsed(RunRecord, json, file).trialCount, warnings)
}

async function* trialsBeside(file: string, trialCount: number, warnings: string[]): AsyncGenerator<Trial[]> {
  const lines = join(dirname(file), 'trials.jsonl')
  let found = 0
  for await (const part of trialsIn(lines)) {
    const trials = part.filter((trial) => trial !== null)
    if (trials.length < part.length) warnings.push(`the last line of ${lines} was cut off: that trial is left out`)
    found += trials.length
    yield trials
  }
  if (found !== trialCount) warnings.push(`${lines} has ${found} of ${trialCount} trials`)
}

const Header = z.object({ schemaVersion: z.number(), tool: z.object({ name: z.literal('mountbench') }) })

/** The JSON of a run, with its version raised to ours: only where the trials stand has changed since. */
async function open(path: string): Promise<{ file: string; json: unknown }> {
  const found = await stat(path).catch(() => null)
  if (!found) throw badInput(`there is no run at ${path}`)
  const file = found.isDirectory() ? join(path, 'run.json') : path
  const text = await readFile(file, 'utf8').catch(async (error) => {
    throw badInput(`${path} holds no readable run: ${await reasonOf(file, error)}`)
  })
  const json = parseJson(text, file)
  const header = Header.safeParse(json)
  if (!header.success) throw badInput(`${file} is not a run of mountbench`)
  if (header.data.schemaVersion > SCHEMA_VERSION) {
    throw badInput(
      `${file} was written by a newer mountbench (schema ${header.data.schemaVersion}, this one reads ${SCHEMA_VERSION})`,
      'update mountbench',
    )
  }
  return { file, json: { ...(json as object), schemaVersion: SCHEMA_VERSION } }
}

async function reasonOf(file: string, error: unknown): Promise<string> {
  const started = await stat(join(dirname(file), 'trials.jsonl')).catch(() => null)
  return started ? 'it has no run.json yet: it is still going on, or was killed' : messageOf(error)
}

const isWhole = (json: unknown) => typeof json === 'object' && json !== null && 'trials' in json

function parsed<T>(schema: z.ZodType<T>, json: unknown, file: string): T {
  const found = schema.safeParse(json)
  if (found.success) return found.data
  throw badInput(`${file} is damaged: ${z.prettifyError(found.error).split('\n').slice(0, 2).join(' ')}`)
}

/** The trials in a file of lines, part by part; null for a last line that was cut off. Any other damage is `bad-input`. */
async function* trialsIn(file: string): AsyncGenerator<(Trial | null)[]> {
  try {
    for await (const lines of linesIn(file)) yield lines.map((line) => trialIn(line, file))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw badInput(`there is no ${file}: the trials of this run are lost`)
  }
}

function trialIn({ text, number, whole }: Line, file: string): Trial | null {
  try {
    return Trial.parse(JSON.parse(text))
  } catch {
    if (whole) throw badInput(`${file} is damaged: line ${number} is not a trial`)
    return null
  }
}

/** The JSON in a file's text. Throws `bad-input` that names the file. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw badInput(`${file} is not JSON: ${messageOf(error)}`)
  }
}
