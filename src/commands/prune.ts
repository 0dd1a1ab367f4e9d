import { lstat, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { badInput, cannotRun, messageOf } from '../errors.js'
import type { IndexedRun } from '../history/entry.js'
import { readHistory } from '../history/index-file.js'
import { parseAge } from '../history/since.js'
import { nameText, timeText, unreadableText } from '../report/history-text.js'
import { printable } from '../report/table.js'
import { formatBytes, parseCount } from '../units.js'

/** The flags of `prune`. */
export interface PruneFlags {
  keep?: string
  olderThan?: string
  yes?: boolean
  results: string
}

/**
 * `mountbench prune`: removes old runs, after asking. Only folders go that hold a run of ours that has ended; with both flags only what is
 * neither among the latest nor young. What another removes meanwhile is no problem. Throws `bad-input` when it may not ask and was not told
 * `--yes`, `cannot-run` with every folder that could not be removed whole.
 */
export async function pruneCommand(flags: PruneFlags, deps: Deps): Promise<void> {
  const results = resolve(deps.cwd, flags.results)
  const { runs, unreadable } = await readHistory(results)
  deps.stderr.write(unreadableText('left alone', unreadable))
  const old = await sized(results, oldRuns(runs, flags, deps), deps)
  if (old.length === 0) return deps.stdout.write(`nothing to remove: ${runsText(runs.length)} in ${flags.results}\n`)
  const total = formatBytes(old.reduce((sum, { bytes }) => sum + bytes, 0))
  deps.stderr.write(old.map(({ run, bytes }) => `  ${lineOf(run, bytes)}\n`).join(''))
  const agreed = await agree(`remove ${runsText(old.length)} of ${runs.length}, ${total}?`, flags, deps)
  if (!agreed) return deps.stdout.write('nothing was removed\n')
  const problems = await removeAll(results, old)
  const left = new Set((await readHistory(results)).runs.map(({ id }) => id))
  const gone = old.filter(({ run }) => !left.has(run.id)).length
  deps.stdout.write(`removed ${runsText(gone)}${problems.length === 0 ? `, ${total}` : ''}; ${left.size} are left\n`)
  if (problems.length > 0) throw cannotRun('not everything could be removed', undefined, problems.join('\n'))
}

interface Sized {
  run: IndexedRun
  bytes: number
}

function oldRuns(runs: readonly IndexedRun[], { keep, olderThan }: PruneFlags, { clock }: Deps): IndexedRun[] {
  if (keep === undefined && olderThan === undefined)
    throw badInput('which runs are old?', 'say how many to keep (--keep 100), or their age (--older-than 90d)')
  const kept = keep === undefined ? 0 : parseCount(keep, '--keep', 0, 1_000_000)
  const age = olderThan === undefined ? 0 : parseAge(olderThan, '--older-than')
  const line = new Date(clock().getTime() - age * 1000).toISOString()
  const beyond = runs.slice(0, Math.max(0, runs.length - kept))
  return olderThan === undefined ? beyond : beyond.filter(({ startedAt }) => startedAt < line)
}

/** Runs with their size; one that cannot be looked at is told and left alone, one that is gone by now is left out. */
async function sized(results: string, runs: readonly IndexedRun[], { stderr }: Deps): Promise<Sized[]> {
  const all: Sized[] = []
  for (const run of runs) {
    await bytesIn(join(results, run.id)).then(
      (bytes) => all.push({ run, bytes }),
      (error) => isGone(error) || stderr.write(unreadableText('left alone', [`${run.id}: ${messageOf(error)}`])),
    )
  }
  return all
}

async function agree(question: string, { yes }: PruneFlags, { ask }: Deps): Promise<boolean> {
  if (yes) return true
  if (!ask) throw badInput('nothing was removed: there is no terminal to ask on', 'in a script, add --yes')
  return /^y(es)?$/i.test((await ask(`${question} [y/N] `)).trim())
}

/** Removes the folders of runs; returns a line for each that could not be removed whole. */
async function removeAll(results: string, runs: readonly Sized[]): Promise<string[]> {
  const problems: string[] = []
  for (const { run } of runs) {
    const folder = join(results, run.id)
    // First what makes it a run: killed half-way it leaves no run without its trials.
    await rm(join(folder, 'run.json'), { force: true })
      .then(() => rm(folder, { recursive: true, force: true }))
      .catch((error) => isGone(error) || problems.push(`${run.id}: ${messageOf(error)}`))
  }
  return problems
}

const isGone = (error: NodeJS.ErrnoException) => error.code === 'ENOENT'

/** Bytes of the files in a folder and in the folders in it. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sizes = await Promise.all(
    entries.map(async (entry) => (entry.isFile() ? (await lstat(join(entry.parentPath, entry.name))).size : 0)),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

const runsText = (count: number) => `${count} ${count === 1 ? 'run' : 'runs'}`

const lineOf = (run: IndexedRun, bytes: number) =>
  printable([run.id, timeText(run.startedAt), formatBytes(bytes), nameText(run)].filter(Boolean).join('  '))
