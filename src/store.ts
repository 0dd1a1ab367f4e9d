import { appendFile, mkdir, open, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { badInput, messageOf } from './errors.js'
import { Run, SCHEMA_VERSION, type Trial } from './model.js'

/** One run's folder while it is written. */
export interface Store {
  folder: string
  /** Keeps a workload's output as it was; returns the file's name under the folder, or null when there was no output. */
  saveRaw: (name: string, output: { stdout: string; stderr: string }) => Promise<string | null>
  /** Adds a trial at once: what was measured survives whatever comes next. */
  appendTrial: (trial: Trial) => Promise<void>
  /** Writes `run.json` whole or not at all. */
  saveRun: (run: Run) => Promise<void>
  /** Removes the folder again, and the one around it when it was made for it: nothing was measured. */
  discard: () => Promise<void>
}

/** Makes the folder of a run under `results`. Throws `bad-input` when that is not a folder or cannot be written. */
export async function createStore(results: string, runId: string): Promise<Store> {
  const folder = join(results, runId)
  const existed = await checkResults(results)
  await mkdir(join(folder, 'raw'), { recursive: true }).catch((error) => {
    throw badInput(`results cannot be written to ${results}: ${messageOf(error)}`, 'name another folder with --results')
  })
  return {
    folder,
    saveRaw: async (name, { stdout, stderr }) => {
      if (stdout === '' && stderr === '') return null
      const file = join('raw', `${name}.txt`)
      await writeFile(join(folder, file), stderr === '' ? stdout : `${stdout}\n--- stderr ---\n${stderr}`)
      return file
    },
    appendTrial: (trial) => appendFile(join(folder, 'trials.jsonl'), `${JSON.stringify(trial)}\n`),
    saveRun: (run) => writeAtomic(join(folder, 'run.json'), `${JSON.stringify(run, null, 1)}\n`),
    discard: async () => {
      await rm(folder, { recursive: true, force: true })
      if (!existed) await rmdir(results).catch(() => {})
    },
  }
}

/** Whether the folder for results is there. Throws `bad-input` when something else stands in its place. */
export async function checkResults(results: string): Promise<boolean> {
  const found = await stat(results).catch((error) => {
    if (error.code === 'ENOTDIR')
      throw badInput(`${results} cannot be a folder: a part of it is a file`, 'name a folder with --results')
    return null
  })
  if (found && !found.isDirectory()) throw badInput(`${results} is not a folder`, 'name a folder with --results')
  return found !== null
}

/** Writes a file whole or not at all: a temporary file beside it, synced, then renamed. */
export async function writeAtomic(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp`
  try {
    const file = await open(temporary, 'w')
    await file
      .writeFile(text)
      .then(() => file.sync())
      .finally(() => file.close())
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** The run in a `run.json` or in the folder that holds one. Throws `bad-input` that says what is wrong with it. */
export async function readRun(path: string): Promise<Run> {
  const found = await stat(path).catch(() => null)
  if (!found) throw badInput(`there is no run at ${path}`)
  const file = found.isDirectory() ? join(path, 'run.json') : path
  const text = await readFile(file, 'utf8').catch((error) => {
    throw badInput(`${path} holds no readable run: ${messageOf(error)}`)
  })
  return parseRun(text, file)
}

const Header = z.object({ schemaVersion: z.number(), tool: z.object({ name: z.literal('mountbench') }) })

function parseRun(text: string, file: string): Run {
  const json = parseJson(text, file)
  const header = Header.safeParse(json)
  if (!header.success) throw badInput(`${file} is not a run of mountbench`)
  if (header.data.schemaVersion > SCHEMA_VERSION) {
    throw badInput(
      `${file} was written by a newer mountbench (schema ${header.data.schemaVersion}, this one reads ${SCHEMA_VERSION})`,
      'update mountbench',
    )
  }
  const run = Run.safeParse(json)
  if (run.success) return run.data
  throw badInput(`${file} is damaged: ${z.prettifyError(run.error).split('\n').slice(0, 2).join(' ')}`)
}

/** The JSON in a file's text. Throws `bad-input` that names the file. */
export function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw badInput(`${file} is not JSON: ${messageOf(error)}`)
  }
}
