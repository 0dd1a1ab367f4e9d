import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { isRunId } from './engines/labels.js'
import { badInput } from './errors.js'
import type { Run } from './model.js'
import { readRun } from './store.js'

/** What was looked through for a run, and what of it could not be read. */
export interface Runs {
  runs: Run[]
  /** One line for each folder that holds no readable run. */
  unreadable: string[]
}

/** Every readable run in a results folder, oldest first. A folder that cannot be read is told and passed over. */
export async function readRuns(results: string): Promise<Runs> {
  const names = (await readdir(results, { withFileTypes: true }).catch(() => [])).filter(
    (entry) => entry.isDirectory() && isRunId(entry.name),
  )
  const found: Runs = { runs: [], unreadable: [] }
  for (const { name } of names.toSorted((a, b) => a.name.localeCompare(b.name))) {
    await readRun(join(results, name)).then(
      (run) => found.runs.push(run),
      (error: Error) => found.unreadable.push(error.message),
    )
  }
  return found
}

/**
 * The run that a word names: a path to a run or its folder, a run id, `latest`, `latest~N`, its label, or the beginning of the git commit
 * it was measured at (the newest such run). Throws `bad-input` when there is none.
 */
export async function findRun(word: string, results: string, cwd: string): Promise<Run> {
  if (/[/\\]|\.json$/.test(word)) return readRun(resolve(cwd, word))
  if (isRunId(word)) return readRun(join(results, word))
  const { runs } = await readRuns(results)
  const back = /^latest(?:~(\d+))?$/.exec(word)
  const found = back
    ? runs.at(-1 - Number(back[1] ?? 0))
    : runs.findLast((run) => run.label === word || isAt(run, word))
  if (found) return found
  const hint = 'name a path, a run id, latest, latest~1, a label, or at least seven digits of a git commit'
  throw badInput(`no run '${word}' in ${results}, which holds ${runs.length}`, hint)
}

const isAt = ({ environment }: Run, word: string) =>
  /^[0-9a-f]{7,40}$/.test(word) && environment.git?.commit.startsWith(word) === true
