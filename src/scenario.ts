import type { MetricId, Sample } from './model.js'

/** A program and its arguments. Never a shell line. */
export type Command = readonly string[]

/** The programs that a scenario may need inside the container. */
export type Tool = 'dd' | 'fio' | 'python3' | 'tar' | 'pgbench'

/** What a program needs that becomes another user than root, and gives files to it. */
export type Capability = 'SETUID' | 'SETGID' | 'CHOWN'

/**
 * Who takes part in a trial beside the target's own container. `second`: another container on the same mount · `reader`: another one that
 * has the mount read-only · `outside`: the host, in the folder that the mount is there.
 */
export type Party = 'second' | 'reader' | 'outside'

/** Which scenarios are run together: the paths through the kernel one by one, or what programs make of them. */
export type Group = 'core' | 'lesson'

/**
 * Which path through the kernel a scenario is about; what a filesystem makes of it decides what may be compared.
 *
 * `buffered`: into the page cache · `durable`: until fsync returns · `direct`: O_DIRECT, past the page cache ·
 * `cold`: read after eviction from the page cache · `warm`: read from the page cache · `metadata`: names, no content ·
 * `shared`: written on one side and seen on another · `engine`: the engine's own work with the mount.
 */
export type Path = 'buffered' | 'durable' | 'direct' | 'cold' | 'warm' | 'metadata' | 'shared' | 'engine'

/** What a workload was asked to do. */
export interface Parameters {
  /** An empty folder of this scenario's own, on the mount under test, as whoever runs the command sees it. */
  directory: string
  /** A folder of ours on the host's disk and outside of every mount under test, as a `second` or `reader` sees it; absent for all others. */
  archive?: string
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

/** What `measure` may use beside the workload's output. */
export interface Around {
  /** The output of `meanwhile`; null when the scenario has none. */
  meanwhile: Output | null
  /** What making, starting and removing the instance took; null unless the scenario is about that. */
  lifecycle: { createSeconds: number; startSeconds: number; removeSeconds: number } | null
}

/**
 * The steps of one trial, as data. Only `workload` is measured. They are computed once for each party, with the folders as that party
 * sees them: `setup` and `prepare` are run in the target's own container.
 */
export interface Steps {
  /** Bytes that the target must hold at once. */
  footprintBytes: number
  /** Once per instance of the target: what the workload needs to find. */
  setup: readonly Command[]
  /** Before every trial. */
  prepare: readonly Command[]
  workload: Command
  /** Who runs the workload; absent: the target's own container. */
  by?: Party
  /** What another party does at the same time. The workload waits for nothing: the two find each other through files on the mount. */
  meanwhile?: { by: Party; command: Command }
  /** The sample in a successful output; throws `BenchError` when there is none: never a wrong number, never 0. */
  measure: (output: Output, around?: Around) => Sample
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
  group: Group
  /** All that `by` and `meanwhile` name; what a target cannot have makes its cell `skipped`, with the reason. Default: none. */
  parties?: readonly Party[]
  /**
   * Capabilities, as `capabilities(7)` names them without `CAP_`, that its programs need beyond writing to the mount; all containers of a
   * run with such a scenario have them, unless their image lacks the program. Default: none.
   */
  capabilities?: readonly Capability[]
  /** A file of the image: in a writable layer that has none such below it there is nothing to measure. Other mounts need none. Default: none. */
  imageFile?: string
  /** Every trial gets an instance of its own: what it does can be done only once in a container. */
  fresh?: true
  /** The trial is about the instance itself: it is made before the workload and removed after it, and both are timed. */
  lifecycle?: true
  /**
   * It measures by reading the files that it finds in its folder, whatever they are: on a read-only mount of the user's it is run in the
   * mount point itself, without `setup` and `prepare`. Any other scenario is skipped there.
   */
  existing?: true
  /** Share of the bytes that are read, from 0 (the default) to 1: how many must have come from storage where the path says so. */
  readShare?: number
  steps: (parameters: Parameters) => Steps
}
