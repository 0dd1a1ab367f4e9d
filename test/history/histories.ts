import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { History, IndexedRun } from '../../src/history/entry.js'
import { indexedRun } from '../../src/history/entry.js'
import type { Run } from '../../src/model.js'
import { seededRandom } from '../../src/statistics/random.js'
import { recordOf } from '../../src/store.js'
import { smallRun } from '../builders.js'
import { normals } from '../statistics/simulated.js'

/** Run ids, ten minutes apart; each has its own digits. */
export function runAt(number: number): { runId: string; startedAt: string } {
  const at = new Date(Date.UTC(2026, 0, 1) + number * 600_000).toISOString()
  const digits = at.replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return { runId: `${digits}-${number.toString(16).padStart(6, '0')}`, startedAt: at }
}

/** Made once: it is measured and summarized when it is made. */
const BASE = smallRun()

/** A run as one of a history: its bind mount is `factor` times as fast against the volume as in `smallRun`. */
export function runNumber(number: number, factor = 1, more: Partial<Run> = {}): Run {
  const run = BASE
  const cells = run.cells.map((cell) => {
    if (cell.target !== 'bind' || !cell.comparison) return cell
    const { ratio, low, high } = cell.comparison
    const times = (value: number | null) => value && value * factor
    return { ...cell, comparison: { ...cell.comparison, ratio: ratio * factor, low: times(low), high: times(high) } }
  })
  const commit = seededRandom(number)().toString(16).slice(2).padEnd(40, '0')
  const git = { commit, branch: 'main', dirty: false }
  return { ...run, ...runAt(number), cells, environment: { ...run.environment, git }, ...more }
}

/** Puts runs into a results folder as they are stored. */
export function writeRuns(results: string, runs: readonly Run[]): void {
  for (const run of runs) {
    const folder = join(results, run.runId)
    mkdirSync(join(folder, 'raw'), { recursive: true })
    writeFileSync(join(folder, 'run.json'), JSON.stringify(recordOf(run)))
    writeFileSync(join(folder, 'trials.jsonl'), run.trials.map((trial) => `${JSON.stringify(trial)}\n`).join(''))
  }
}

/** Runs whose bind mount wobbles by 3 %, and is 20 % slower from one run on when that is said. */
export function syntheticRuns(count: number, slowFrom = count, seed = 1, more: Partial<Run> = {}): Run[] {
  const next = normals(seed)
  return Array.from({ length: count }, (_, number) =>
    runNumber(number, Math.exp(0.03 * next()) / (number >= slowFrom ? 1.2 : 1), more),
  )
}

export const historyOf = (runs: readonly Run[]): History => ({ runs: runs.map(indexedRun), unreadable: [] })

export const idsOf = (runs: readonly IndexedRun[]) => runs.map(({ id }) => id)
