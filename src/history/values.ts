import { join } from 'node:path'
import { badInput } from '../errors.js'
import { forEachLine } from '../lines.js'
import type { MetricId, Trial } from '../model.js'
import { folderOf, readRecord, readRun } from '../store.js'

/** The measured rounds of one scenario on one target. */
export interface CellValues {
  scenario: string
  target: string
  metric: MetricId
  /** By round, in the base unit of the metric; NaN where the round failed or was not done. */
  values: Float64Array
  /** The rounds that failed, ascending, with the code of each failure. */
  failed: { round: number; code: string }[]
}

/**
 * The values of every cell of a run by round, read trial by trial, so that a million of them take eight megabytes. Cells stand in the order of
 * the run; one without a trial has no values. The path is that of a run's folder or its `run.json`. Throws `bad-input` as `readRun` does; of a
 * damaged last line nothing is taken.
 */
export async function readValues(path: string): Promise<CellValues[]> {
  const record = await readRecord(path)
  const cells = record.cells.map(({ scenario, target, metric }) => growing(scenario, target, metric))
  const byKey = new Map(cells.map((cell) => [`${cell.scenario} ${cell.target}`, cell]))
  const file = join(await folderOf(path), 'trials.jsonl')
  const take = (trial: Pick<Trial, 'scenario' | 'target' | 'phase' | 'round' | 'sample' | 'failure'>) =>
    trial.phase === 'measure' && byKey.get(`${trial.scenario} ${trial.target}`)?.add(trial)
  await forEachLine(file, (line, number, whole) => {
    const trial = trialIn(line)
    if (trial) take(trial)
    else if (whole) throw badInput(`${file} is damaged: line ${number} is not a trial`)
  }).catch(async (error) => {
    if (error.code !== 'ENOENT') throw error
    // The trials stand in the file itself: version 1, or what `--format json` printed.
    for (const trial of (await readRun(path)).trials) take(trial)
  })
  return cells.map((cell) => cell.done())
}

type Found = Pick<Trial, 'scenario' | 'target' | 'phase' | 'round' | 'sample' | 'failure'>

/** A cell whose values are still coming in, in any order. */
function growing(scenario: string, target: string, metric: MetricId) {
  let values = new Float64Array(64).fill(Number.NaN)
  let rounds = 0
  const failed: CellValues['failed'] = []
  return {
    scenario,
    target,
    add: ({ round, sample, failure }: Found) => {
      while (round >= values.length) {
        const wider = new Float64Array(values.length * 2).fill(Number.NaN)
        wider.set(values)
        values = wider
      }
      rounds = Math.max(rounds, round + 1)
      values[round] = sample?.metrics[metric] ?? Number.NaN
      if (failure) failed.push({ round, code: failure.code })
    },
    done: (): CellValues => ({
      ...{ scenario, target, metric, values: values.slice(0, rounds) },
      failed: failed.toSorted((a, b) => a.round - b.round),
    }),
  }
}

/** The trial in a line; null when it is none. Only what is used of it is looked at: a million are read this way. */
function trialIn(line: string): Found | null {
  try {
    const { scenario, target, phase, round, sample, failure } = JSON.parse(line) as Trial
    const isTrial =
      typeof scenario === 'string' && typeof target === 'string' && Number.isSafeInteger(round) && round >= 0
    return isTrial && (sample === null) !== (failure === null)
      ? { scenario, target, phase, round, sample, failure }
      : null
  } catch {
    return null
  }
}
