import type { MetricId, Sample } from './model.js'

/** A program and its arguments. Never a shell line. */
export type Command = readonly string[]

/** The programs that a scenario may need inside the container. */
export type Tool = 'dd' | 'fio'

/**
 * Which path through the kernel a scenario is about; what a filesystem makes of it decides what may be compared.
 *
 * `buffered`: into the page cache · `durable`: until fsync returns · `direct`: O_DIRECT, past the page cache ·
 * `cold`: read after eviction from the page cache · `warm`: read from the page cache · `metadata`: names, no content.
 */
export type Path = 'buffered' | 'durable' | 'direct' | 'cold' | 'warm' | 'metadata'

/** What a workload was asked to do. */
export interface Parameters {
  /** An empty folder of this scenario's own, on the mount under test. */
  directory: string
  /** How much to move at the most: a whole number of MiB. */
  sizeBytes: number
  /** How long a workload that is bounded by time runs. */
  durationSeconds: number
  /** Different for every trial, the same for the same trial of the same run seed. */
  seed: number
}

/** What a finished workload left: its output, and what the kernel counted for it. */
export interface Output {
  stdout: string
  stderr: string
  /** 128 + n for a workload killed by signal n. */
  exitCode: number
}

/** The steps of one trial, as data. Only `workload` is measured. */
export interface Steps {
  /** Bytes that the target must hold at once. */
  footprintBytes: number
  /** Once per instance of the target: what the workload needs to find. */
  setup: readonly Command[]
  /** Before every trial. */
  prepare: readonly Command[]
  workload: Command
  /** The sample in a successful output; throws `BenchError` when there is none: never a wrong number, never 0. */
  measure: (output: Output) => Sample
}

/** One question about storage: a row of the table. Its texts are read by users. */
export interface Scenario {
  id: string
  /** What a person asks; ends in a question mark. */
  question: string
  /** What makes the answer about storage and nothing else. */
  isolates: string
  /** What the figure does not say. */
  caveat: string
  /** The metric in which targets are compared. */
  metric: MetricId
  /** What the metric counts, for display: `MiB`, `I/O`, `file`. */
  counts: string
  tool: Tool
  path: Path
  /** Share of the bytes that are read, from 0 (the default) to 1: how many must have come from storage where the path says so. */
  readShare?: number
  steps: (parameters: Parameters) => Steps
}
