import type { Run } from '../model.js'
import type { MountType } from '../targets.js'

/** What is asked of every mount, in the order of the table. */
export const DURABILITY_QUESTIONS = {
  restart: 'survives a restart of its container',
  stopStart: 'survives stop and start',
  kill: 'survives SIGKILL of its container',
  remove: 'survives the removal of its container',
  removeVolumes: 'survives the removal with -v',
  newContainer: 'is there in a new container with the same mount',
  engineRestart: 'survives a restart of the engine',
  shared: 'is seen by a second container at the same time',
  hostSees: 'is seen by the host',
  countsAsMemory: "is counted against the container's memory",
  fsyncReachesDisk: 'fsync reaches the disk',
  othersMayRead: 'can be read by other users of the host',
} as const
export type DurabilityQuestion = keyof typeof DURABILITY_QUESTIONS

/** An answer that was found by trying; `value` is null where it could not be tried, and `text` says why. */
export interface DurabilityAnswer {
  value: boolean | null
  /** A few words for the cell: where it is, how much, or why it was not tried; empty when yes or no says all. */
  text: string
  /** What was run and what it printed, in order: the proof. */
  evidence: { command: string[]; exitCode: number; output: string }[]
}

/** What one mount keeps. */
export interface DurabilityRow {
  label: string
  type: MountType
  answers: Record<DurabilityQuestion, DurabilityAnswer>
}

/** What every mount keeps, tried on one engine. */
export interface DurabilityRecord {
  engine: string
  version: string
  image: string | null
  startedAt: string
  rows: DurabilityRow[]
  /** The run whose figures stand beside; null when there is none. */
  speed: Pick<Run, 'runId' | 'cells' | 'scenarios' | 'options'> | null
}

/** Something that was run for an answer, and what it printed. */
export type DurabilityStep = DurabilityAnswer['evidence'][number]
