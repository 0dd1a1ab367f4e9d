import { appendFile, mkdir, open, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { badInput, messageOf } from './errors.js'
import type { Run, RunRecord, Trial } from './model.js'

/** One run's folder while it is written. */
export interface Store {
  folder: string
  /** Keeps a workload's output as it was; returns the file's name under the folder, or null when there was no output. */
  saveRaw: (name: string, output: { stdout: string; stderr: string }) => Promise<string | null>
  /** Adds a trial at once: what was measured survives whatever comes next. */
  appendTrial: (trial: Trial) => Promise<void>
  /** Writes `run.json` whole or not at all: the run without its trials, which were appended one by one. */
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
    saveRun: (run) => writeAtomic(join(folder, 'run.json'), `${JSON.stringify(recordOf(run), null, 1)}\n`),
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

/** A run without its trials: what `run.json` holds. */
export function recordOf({ trials, ...rest }: Run): RunRecord {
  return { ...rest, trialCount: trials.length }
}

let temporaries = 0

/**
 * Writes a file whole or not at all: a temporary file beside it, synced, then renamed. Of two that write at once, the later one stays. A text may
 * come in parts, of which only one is held.
 */
export async function writeAtomic(path: string, text: string | AsyncIterable<string>): Promise<void> {
  temporaries += 1
  const temporary = `${path}.${process.pid}-${temporaries}.tmp`
  try {
    const file = await open(temporary, 'w')
    await writeFile(file, text)
      .then(() => file.sync())
      .finally(() => file.close())
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

export { parseJson, readRecord, readRun, trialsOf } from './stored-run.js'
