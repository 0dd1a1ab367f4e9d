import { setMaxListeners } from 'node:events'
import type { Deps } from '../deps.js'
import type { Engine } from '../engines/engine.js'
import { makeRunFolder, removeRunFolder } from '../engines/folders.js'
import { BenchError, messageOf } from '../errors.js'
import { newRunId } from '../owner.js'
import type { Command } from '../scenario.js'
import type { MountType, Target } from '../targets.js'
import { containerLab, type LabOptions } from './container-lab.js'
import { askEngineRestart, engineRestartReason } from './engine-restart.js'
import type { Lab } from './lab.js'
import { untried } from './marker.js'
import { askMount } from './questions.js'
import {
  DURABILITY_QUESTIONS,
  type DurabilityAnswer,
  type DurabilityQuestion,
  type DurabilityRecord,
  type DurabilityRow,
} from './record.js'
import { shellLab } from './shell-lab.js'
import { WRITTEN_BYTES } from './traces.js'

/** Every mount type of a container, each made for the purpose. */
export const DURABILITY_TARGETS: readonly Target[] = (['volume', 'anonymous', 'bind', 'tmpfs', 'layer'] as const).map(
  (type: MountType) => ({ label: type, type }),
)

/** What to try, and where. */
export interface DurabilityOptions {
  /** Its image is available: `ensureImage` was called. */
  engine: Engine
  image: string | null
  targets?: readonly Target[]
  /** Restarts the engine, which stops every container on it; absent: that question is not tried. */
  restartEngine?: Command | undefined
  speed?: DurabilityRecord['speed']
  /** Told what could not be removed afterwards. */
  onProblem?: (problem: string) => void
}

/**
 * Tries what each mount keeps, all mounts at the same time, in containers that are made for it and removed afterwards. A mount that cannot
 * be made is a row without answers, which say why. Throws `interrupted` when the signal is aborted, after everything was removed.
 */
export async function tryDurability(options: DurabilityOptions, deps: Deps): Promise<DurabilityRecord> {
  const { engine, targets = DURABILITY_TARGETS, image, speed = null } = options
  const startedAt = deps.clock().toISOString()
  const runId = newRunId(deps)
  const lab: LabOptions = { engine, runId, tmpfsBytes: WRITTEN_BYTES * 2 }
  // Every session and every program that runs listens to it, and there are more of them at a time than Node thinks healthy.
  setMaxListeners(0, deps.signal)
  await makeRunFolder(deps.cwd, runId, deps.owner)
  const problems: string[] = []
  try {
    const settled = await Promise.allSettled(targets.map((target) => tryRow(target, lab, problems, deps)))
    const rows = settled.map((result) => {
      if (result.status === 'rejected') throw result.reason
      return result.value
    })
    const restarted = await restartAnswers(rows, targets, options, lab, problems, deps)
    return {
      engine: engine.record.id,
      version: engine.record.version,
      image,
      startedAt,
      rows: rows.map((row, index) => withRestart(row, restarted[index])),
      speed,
    }
  } finally {
    problems.push(...(await removeRunFolder(deps.cwd, runId)))
    for (const problem of problems) options.onProblem?.(problem)
  }
}

/** A lab for the mounts of one row: the host and namespaces have no engine that would start and stop. */
export const labFor = (target: Target, options: LabOptions, deps: Deps): Lab =>
  target.type === 'host' || options.engine.program === null
    ? shellLab(options, deps)
    : containerLab(options.engine.program, options, deps)

async function tryRow(target: Target, options: LabOptions, problems: string[], deps: Deps): Promise<DurabilityRow> {
  const lab = labFor(target, options, deps)
  const { label, type } = target
  try {
    const { record } = options.engine
    const answers = await askMount({ lab, target, record, tmpfsBytes: options.tmpfsBytes, deps })
    return { label, type, answers: { ...answers, engineRestart: untried('') } }
  } catch (error) {
    if (error instanceof BenchError && error.code === 'interrupted') throw error
    return { label, type, answers: allAnswered(untried(messageOf(error))) }
  } finally {
    problems.push(...(await lab.close()))
  }
}

function allAnswered(answer: DurabilityAnswer): DurabilityRow['answers'] {
  const questions = Object.keys(DURABILITY_QUESTIONS) as DurabilityQuestion[]
  return Object.fromEntries(questions.map((question) => [question, answer])) as DurabilityRow['answers']
}

const withRestart = (row: DurabilityRow, answer: DurabilityAnswer | undefined): DurabilityRow =>
  answer ? { ...row, answers: { ...row.answers, engineRestart: answer } } : row

async function restartAnswers(
  rows: readonly DurabilityRow[],
  targets: readonly Target[],
  { engine, restartEngine }: DurabilityOptions,
  options: LabOptions,
  problems: string[],
  deps: Deps,
): Promise<(DurabilityAnswer | undefined)[]> {
  const reasons = targets.map((target) => engineRestartReason(target, engine, restartEngine))
  const made = rows.map(({ answers }) => Object.values(answers).some(({ value }) => value !== null))
  const asked = targets.filter((_, index) => made[index] && reasons[index] === null)
  const answered =
    restartEngine && asked.length > 0
      ? await askEngineRestart(asked, restartEngine, options, problems, deps)
      : new Map()
  return targets.map(({ label }, index) => {
    const reason = reasons[index]
    if (!made[index]) return undefined
    return reason ? untried(reason) : answered.get(label)
  })
}
