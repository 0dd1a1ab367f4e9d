import { join, resolve } from 'node:path'
import { isRunId } from './engines/labels.js'
import { badInput } from './errors.js'
import { type IndexedRun, isWhole } from './history/entry.js'
import { readHistory } from './history/index-file.js'
import type { Run } from './model.js'
import { readRecord, readRun } from './store.js'

/**
 * The run that a word names: a path to a run or its folder, a run id, `latest`, `latest~N`, its label, or the beginning of the git commit
 * it was measured at (the newest such run). Throws `bad-input` when there is none.
 */
export async function findRun(word: string, results: string, cwd: string): Promise<Run> {
  return readRun(await placeOf(word, results, cwd))
}

/** As `findRun`, but `latest` is the latest run that was completed: what a new one is compared with. */
export async function findBaseline(word: string, results: string, cwd: string): Promise<Run> {
  return readRun(await placeOf(word, results, cwd, isWhole))
}

/**
 * As `findRun`, with no trials in it, whatever their number: for what reads none. `trialCount` says how many there are.
 */
export async function findSummary(word: string, results: string, cwd: string): Promise<Run & { trialCount: number }> {
  return { ...(await readRecord(await placeOf(word, results, cwd))), trials: [] }
}

/** Whether a word that names a run is a path. */
export const isPath = (word: string) => /[/\\]|\.json$/.test(word)

/** Where the run is that a word names. */
async function placeOf(
  word: string,
  results: string,
  cwd: string,
  counts: (run: IndexedRun) => boolean = () => true,
): Promise<string> {
  if (isPath(word)) return resolve(cwd, word)
  if (isRunId(word)) return join(results, word)
  const { runs } = await readHistory(results)
  const found = runNamed(word, runs.filter(counts))
  if (found) return join(results, found.id)
  const hint =
    runs.length === 0
      ? 'measure the first one: mountbench run --no-baseline --no-gate'
      : 'name a path, a run id, latest, latest~1, a label, or at least seven digits of a git commit'
  throw badInput(`no run '${word}' in ${results}, which holds ${runs.length}`, hint)
}

/**
 * The run among these, oldest first, that a run id, `latest~N`, a label or a git commit names; undefined when none is meant. A run that measured
 * a part of another once more is found by its id only.
 */
export function runNamed(word: string, runs: readonly IndexedRun[]): IndexedRun | undefined {
  const own = runs.filter(({ confirms }) => confirms === null)
  const back = /^latest(?:~(\d+))?$/.exec(word)
  if (back) return own.at(-1 - Number(back[1] ?? 0))
  return runs.find(({ id }) => id === word) ?? own.findLast(({ label, commit }) => label === word || isAt(commit, word))
}

const isAt = (commit: string | null, word: string) => /^[0-9a-f]{7,40}$/.test(word) && commit?.startsWith(word) === true
