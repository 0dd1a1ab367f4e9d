import type { BenchmarkOptions } from '../benchmark.js'
import type { Deps } from '../deps.js'
import type { DurabilityRecord } from '../durability/record.js'
import type { Engine } from '../engines/engine.js'
import type { Run } from '../model.js'
import type { Plan } from '../plan.js'
import type { Pool } from '../pool.js'
import type { Block } from './blocks.js'
import type { PasteKit } from './paste.js'
import type { LessonResults } from './results.js'

/** What a chapter may use. */
export interface LessonContext {
  engine: Engine
  deps: Deps
  kit: PasteKit
  /** Of the single tries: sizes, targets and what they need of space. */
  plan: Plan
  /** Instances for the single tries; they are removed at the end of the chapter. */
  pool: Pool
  /** Rounds of the chapters that repeat. */
  rounds: number
  /** A whole run through the tool, with the lesson's engine, image and results folder. */
  benchmark: (options: BenchmarkOptions) => Promise<Run>
  /** Tries what each mount keeps. */
  durability: () => Promise<DurabilityRecord>
  /** Says how it goes on; not part of the lesson. */
  say: (text: string) => void
  /** What the chapters before have found. */
  found: Partial<LessonResults>
}

/** One chapter: what it will do, doing it, and what came of it. What it says follows from its result alone. */
export interface Chapter<Id extends ChapterId = ChapterId> {
  id: Id
  number: number
  title: string
  /** What the reader knows afterwards, in a sentence. */
  goal: string
  /** How long it takes on a slow machine, at the most about so many minutes. */
  minutes: number
  /** Chapters whose results it needs; they are run before it. */
  needs: readonly ChapterId[]
  /** What it is about to do, with the commands a person can paste. */
  announce: (context: Pick<LessonContext, 'kit' | 'rounds'>) => Block[]
  run: (context: LessonContext) => Promise<LessonResults[Id]>
  /** Pure: the same result reads the same. */
  render: (result: LessonResults[Id]) => Block[]
}

export type ChapterId = keyof LessonResults
