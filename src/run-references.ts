import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { TextStream } from './deps.js'
import { isRunId } from './engines/labels.js'
import { badInput } from './errors.js'
import { type IndexedRun, isWhole } from './history/entry.js'
import { readHistory } from './history/index-file.js'
import type { Run } from './model.js'
import { unreadableText } from './report/history-text.js'
import { readRecord, readRun } from './store.js'

/** How a run is looked for. */
export interface Search {
  /** Where it is told that folders were passed over on the way: one of them may be the one that was meant. Nowhere without it. */
  told?: Pick<TextStream, 'write'>
  /** Which runs of a history count; all without it. */
  counts?: (run: IndexedRun) => boolean
}

/**
 * The run that a word names: a path to a run or its folder, a run id, `latest`, `latest~N`, its label, or the beginning of the git commit
 * it was measured at (the newest such run). Throws `bad-input` when there is none.
 */
export async function findRun(word: string, results: string, cwd: string): Promise<Run> {
  return readRun(await placeOf(word, results, cwd))
}

/** As `findRun`, but `latest` is the latest run that was completed: what a new one is compared with. */
export async function findBaseline(word: string, results: string, cwd: string): Promise<Run> {
  return readRun(await placeOf(word, results, cwd, { counts: isWhole }))
}

/**
 * As `findRun`, with no trials in it, whatever their number: for what reads none. `trialCount` says how many there are.
 */
export async function findSummary(
  word: string,
  results: string,
  cwd: string,
  search?: Search,
): Promise<Run & { trialCount: number }> {
  return { ...(await readRecord(await placeOf(word, results, cwd, search))), trials: [] }
}

/** Whether a word that names a run may be a path; a label with a slash may be one as well. */
export const isPath = (word: string) => /[/\\]|\.json$/.test(word)

/** Where the run is that a word names as in `findRun`, which may be a path that holds none. Throws `bad-input` when the word names nothing. */
export async function placeOf(word: string, results: string, cwd: string, search: Search = {}): Promise<string> {
  const { told, counts = () => true } = search
  const path = resolve(cwd, word)
  if (isPath(word) && holdsRun(path)) return path
  if (isRunId(word)) return join(results, word)
  const { runs, unreadable } = await readHistory(results)
  const found = runNamed(word, runs.filter(counts))
  if (found) {
    told?.write(unreadableText('passed over', unreadable))
    return join(results, found.id)
  }
  // Whoever reads it says what is wrong with it.
  if (isPath(word)) return path
  const hint =
    runs.length === 0
      ? 'measure the first one: mountbench run --no-baseline --no-gate'
      : 'name a path, a run id, latest, latest~1, a label, or at least seven digits of a git commit'
  throw badInput(`no run '${word}' in ${results}, which holds ${runs.length}`, hint)
}

/** Whether a path is that of a file, or of the folder of a run that has ended. */
export const holdsRun = (path: string) => isFile(path) || isFile(join(path, 'run.json'))

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile()
  } catch {
    return false
  }
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
