import { z } from 'zod'
import { MOUNT_TYPES } from './targets.js'

/**
 * The version of what is stored. A reader refuses a newer one, and reads older ones. 2: the trials stand in `trials.jsonl` alone; in 1 they
 * stood in `run.json` too.
 */
export const SCHEMA_VERSION = 2

/** What can be measured: base unit, which direction is better, and its name for people. */
export const METRICS = {
  bandwidth: { unit: 'B/s', better: 'higher', means: 'bytes per second' },
  iops: { unit: '1/s', better: 'higher', means: 'operations per second' },
  latency: { unit: 's', better: 'lower', means: 'median time of one operation' },
  latencyMean: { unit: 's', better: 'lower', means: 'mean time of one operation' },
  latencyP99: { unit: 's', better: 'lower', means: 'time that 99 % of the operations stay under' },
  duration: { unit: 's', better: 'lower', means: 'time for the whole workload' },
  reads: { unit: '1/s', better: 'higher', means: 'reads per second, where writes are what is compared' },
  unpack: { unit: 's', better: 'lower', means: 'time to unpack' },
  walk: { unit: 's', better: 'lower', means: 'time to look at every name' },
  readAll: { unit: 's', better: 'lower', means: 'time to read everything' },
  removeAll: { unit: 's', better: 'lower', means: 'time to remove everything' },
  create: { unit: 's', better: 'lower', means: 'time to make what is mounted' },
  start: { unit: 's', better: 'lower', means: 'time to start a container with it' },
  firstWrite: { unit: 's', better: 'lower', means: 'time of the first write' },
  remove: { unit: 's', better: 'lower', means: 'time to remove container and mount' },
} as const satisfies Record<string, { unit: string; better: 'higher' | 'lower'; means: string }>

export type MetricId = keyof typeof METRICS
const metricId = z.enum(Object.keys(METRICS) as [MetricId, ...MetricId[]])

const count = z.int().nonnegative()
const positive = z.number().positive()

/** What one trial measured, in base units. `bytes` and `seconds` are the workload's own. */
export const Sample = z.strictObject({
  bytes: count,
  seconds: positive,
  metrics: z.partialRecord(metricId, positive),
})
export type Sample = z.infer<typeof Sample>

/** Why a trial has no sample. */
export const Failure = z.strictObject({
  code: z.string(),
  message: z.string(),
  command: z.array(z.string()).nullable(),
  lastLine: z.string().nullable(),
})
export type Failure = z.infer<typeof Failure>

/** What the kernel under the engine counted while a trial ran; null where it does not tell. */
export const KernelActivity = z.strictObject({
  /** Bytes that the workload's own processes caused to be read from and written to storage (`/proc/PID/io`). */
  storageReadBytes: count.nullable(),
  storageWrittenBytes: count.nullable(),
  /** The whole device under the target (`/proc/diskstats`): whoever caused it. */
  deviceReadBytes: count.nullable(),
  deviceWrittenBytes: count.nullable(),
  /** Requests of that device which were completed; runs from before it was counted have null. */
  deviceReads: count.nullable().default(null),
  deviceWrites: count.nullable().default(null),
  /** Time in which something waited for I/O (`/proc/pressure/io`, some). */
  ioStallSeconds: z.number().nonnegative().nullable(),
  /** CPU time that the hypervisor took (`/proc/stat`, steal). */
  stealSeconds: z.number().nonnegative().nullable(),
})
export type KernelActivity = z.infer<typeof KernelActivity>

/** The wait before a trial until earlier writes have reached the disk. */
export const Quiet = z.strictObject({
  seconds: z.number().nonnegative(),
  timedOut: z.boolean(),
  /** Dirty + Writeback of the engine's kernel when the trial began; null when it cannot be read. */
  dirtyBytes: count.nullable(),
})
export type Quiet = z.infer<typeof Quiet>

/** One scenario on one target once. Exactly one of `sample` and `failure` is not null. */
export const Trial = z.strictObject({
  scenario: z.string(),
  target: z.string(),
  phase: z.enum(['warmup', 'measure']),
  /** From 0, counted per scenario; a warm-up has the number of the round that it precedes. */
  round: count,
  block: count,
  /** Place in the order of its round, from 0. */
  position: count,
  /** Which instance of the target it ran in, from 0. */
  instance: count,
  startedAt: z.iso.datetime(),
  command: z.array(z.string()),
  sample: Sample.nullable(),
  failure: Failure.nullable(),
  /** Wall time of the workload's command as the harness saw it. */
  wallSeconds: z.number().nonnegative(),
  quiet: Quiet.nullable(),
  kernel: KernelActivity.nullable(),
  /** File under the run's folder with the workload's output as it was; null when there was none. */
  raw: z.string().nullable(),
})
export type Trial = z.infer<typeof Trial>

/** Which filesystem a target really is: the line of the container's own mountinfo that covers it, and statfs. */
export const Proof = z.strictObject({
  /** The folder that was looked at. */
  directory: z.string(),
  mountPoint: z.string(),
  /** The part of its filesystem that is mounted there. */
  root: z.string(),
  filesystem: z.string(),
  source: z.string(),
  /** `major:minor`. */
  device: z.string(),
  options: z.array(z.string()),
  totalBytes: count,
  freeBytes: count,
  /** The line itself. */
  mountinfo: z.string(),
  /** The filesystem under an overlay or a volume, as the engine's host sees it; null when the host is elsewhere. */
  backing: z.strictObject({ filesystem: z.string(), source: z.string(), device: z.string() }).nullable(),
  /** Whether a one-block O_DIRECT write was accepted; null when the dd there cannot ask. */
  direct: z.boolean().nullable(),
})
export type Proof = z.infer<typeof Proof>

/** A target as it was asked for, and what became of it. */
export const TargetRecord = z.strictObject({
  label: z.string(),
  type: z.enum(MOUNT_TYPES),
  options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  /** Of its first instance; null when none could be made. */
  proof: Proof.nullable(),
  tools: z.record(z.string(), z.string()),
  /** Why it could not be measured; null when it could. */
  problem: z.string().nullable(),
})
export type TargetRecord = z.infer<typeof TargetRecord>

/** Something that must be known before a cell is compared. */
export const Flag = z.strictObject({
  code: z.enum([
    'ram-direct',
    'ram-cold',
    'fsync-no-effect',
    'not-cold',
    'unproven',
    'elsewhere',
    'not-direct',
    'tool-differs',
    'coarse-clock',
  ]),
  text: z.string(),
  /** False: no ratio to the reference means anything. */
  comparable: z.boolean(),
  /** False: never named the best. */
  ranked: z.boolean(),
})
export type Flag = z.infer<typeof Flag>

/** What a pair of series says; the words and the interval are those of `comparePaired`. */
export const ComparisonRecord = z.strictObject({
  /** Pairs of rounds that both have a sample. */
  n: count,
  /** Above 1: the target is better. */
  ratio: positive,
  low: positive.nullable(),
  high: positive.nullable(),
  verdict: z.enum(['faster', 'slower', 'below-threshold', 'same', 'not-told-apart']),
  /** Half the interval of ln(ratio). */
  halfWidth: z.number().nonnegative().nullable(),
  /** Rounds in all that should tell the two apart; null once told. */
  roundsToResolve: count.nullable(),
  /** The smallest slowdown that these rounds could have flagged, as a fraction. */
  smallestFlagged: z.number().positive().nullable(),
})
export type ComparisonRecord = z.infer<typeof ComparisonRecord>

/** Something odd about the rounds of a cell: said, never mended. */
export const NoiseFlag = z.strictObject({
  code: z.enum(['outlier', 'noisy', 'not-steady', 'drift', 'dependent', 'two-modes']),
  text: z.string(),
  /** The round it is about, from 0; null when it is about all of them. */
  round: count.nullable(),
})
export type NoiseFlag = z.infer<typeof NoiseFlag>

/** The best target of a scenario that may be ranked, and how far it is ahead of the next. */
export const Winner = z.strictObject({
  target: z.string(),
  over: z.string(),
  comparison: ComparisonRecord,
})
export type Winner = z.infer<typeof Winner>

/** All rounds of one scenario on one target. */
export const Cell = z.strictObject({
  scenario: z.string(),
  target: z.string(),
  status: z.enum(['measured', 'failed', 'skipped']),
  /** Why it was not measured, or what failed in part of it; null when all went well. */
  reason: z.string().nullable(),
  metric: metricId,
  /** Rounds with a sample, and rounds that failed. */
  n: count,
  failed: count,
  median: positive.nullable(),
  /** 95 % order-statistic interval of the median; null while n is too small. */
  low: positive.nullable(),
  high: positive.nullable(),
  p5: positive.nullable(),
  p95: positive.nullable(),
  /** Standard deviation over mean. */
  cv: z.number().nonnegative().nullable(),
  /** Medians over the rounds of the other metrics that the workload reported. */
  others: z.partialRecord(metricId, positive),
  /** Against the reference, paired by round; null for the reference, where not comparable, and without a pair. */
  comparison: ComparisonRecord.nullable(),
  flags: z.array(Flag),
  noise: z.array(NoiseFlag),
})
export type Cell = z.infer<typeof Cell>

/** A scenario of a run: its parameters, or why it was not run. */
export const ScenarioRecord = z.strictObject({
  id: z.string(),
  question: z.string(),
  isolates: z.string(),
  caveat: z.string(),
  metric: metricId,
  counts: z.string(),
  path: z.enum(['buffered', 'durable', 'direct', 'cold', 'warm', 'metadata', 'shared', 'engine']),
  tool: z.string(),
  footprintBytes: count,
  skipped: z.string().nullable(),
  /** Rounds that were done, and why there are no more; null when it was not run. */
  rounds: count,
  stopped: z.string().nullable(),
  /** Null when none is ahead of all others, or fewer than two may be ranked. */
  winner: Winner.nullable(),
  /** With `--aa`: the least difference that this machine resolves here, as a fraction; null when its two equal targets agree. */
  floor: z.number().positive().nullable(),
  /** Target labels in the order in which they ran, a list per round. */
  order: z.array(z.array(z.string())),
})
export type ScenarioRecord = z.infer<typeof ScenarioRecord>

/** A disk under targets of a run: its room, and what it did while trials ran on it. */
export const Disk = z.strictObject({
  /** `major:minor`, and its name for people. */
  device: z.string(),
  name: z.string(),
  targets: z.array(z.string()),
  /** Before anything was written; the least after any trial; after the last files were removed, or what was seen last. Null when not seen. */
  freeBytesAtStart: count.nullable(),
  leastFreeBytes: count.nullable(),
  freeBytesAtEnd: count.nullable(),
  /** Time of the trials whose requests are counted, warm-ups included. */
  seconds: z.number().nonnegative(),
  /** Requests completed in that time, whoever made them; null where the kernel does not tell. */
  reads: count.nullable(),
  writes: count.nullable(),
  /** Requests per second of that time. */
  readIops: z.number().nonnegative().nullable(),
  writeIops: z.number().nonnegative().nullable(),
  /** Why nothing was counted; null when it was. */
  problem: z.string().nullable(),
})
export type Disk = z.infer<typeof Disk>

/** What the engine says of itself. */
export const EngineRecord = z.strictObject({
  id: z.enum(['docker', 'podman', 'namespaces']),
  version: z.string(),
  storageDriver: z.string().nullable(),
  backingFilesystem: z.string().nullable(),
  dataRoot: z.string().nullable(),
  kernel: z.string(),
  operatingSystem: z.string(),
  cgroupVersion: z.string().nullable(),
  rootless: z.boolean(),
  /** Address of an engine on another machine, whose bind paths are that machine's; null for one that is reached locally. */
  remote: z.string().nullable(),
  /** False for an engine in a virtual machine or elsewhere: its disks are not in our /proc. */
  sameKernel: z.boolean(),
})
export type EngineRecord = z.infer<typeof EngineRecord>

/** What a run ran on. */
export const Environment = z.strictObject({
  engine: EngineRecord,
  image: z.strictObject({ name: z.string(), id: z.string(), digests: z.array(z.string()) }).nullable(),
  machine: z.strictObject({
    kernel: z.string(),
    architecture: z.string(),
    cpu: z.string(),
    cpus: count,
    memoryBytes: count,
    node: z.string(),
  }),
  git: z.strictObject({ commit: z.string(), branch: z.string().nullable(), dirty: z.boolean() }).nullable(),
  /** CI variables that name the build, when present. */
  ci: z.record(z.string(), z.string()),
  /** Short hash of what must match before absolute figures are compared. */
  fingerprint: z.string(),
})
export type Environment = z.infer<typeof Environment>

/** What was asked for. */
export const RunOptions = z.strictObject({
  profile: z.enum(['quick', 'standard', 'thorough']),
  engine: z.enum(['auto', 'docker', 'podman', 'namespaces']),
  scenarios: z.array(z.string()),
  mounts: z.array(z.string()),
  reference: z.string(),
  minRounds: z.int().positive(),
  maxRounds: z.int().positive(),
  /** Half-width of the interval of ln(ratio) at which a scenario is done. */
  precision: positive,
  /** The smallest difference that counts, as a fraction. */
  threshold: positive,
  /** Whether the reference runs a second time under another label. */
  aa: z.boolean(),
  sizeBytes: z.int().positive(),
  durationSeconds: positive,
  maxTimeSeconds: positive.nullable(),
  /** A scenario gets no more than the least rounds once its trials have taken this long; null: no limit. */
  scenarioSeconds: positive.nullable().default(null),
  trialTimeoutSeconds: positive,
  fresh: z.boolean(),
  image: z.string().nullable(),
  pull: z.enum(['never', 'missing']),
  seed: count,
})
export type RunOptions = z.infer<typeof RunOptions>

/** Where the time of a run went, in seconds. */
export const Timing = z.strictObject({
  total: z.number().nonnegative(),
  /** Inside the measured workloads' commands. */
  workloads: z.number().nonnegative(),
  /** Setup and preparation of the workloads' files, untimed. */
  preparation: z.number().nonnegative(),
  /** Waiting until earlier writes have reached the disk. */
  quiet: z.number().nonnegative(),
  /** Making and removing instances of the targets. */
  instances: z.number().nonnegative(),
})
export type Timing = z.infer<typeof Timing>

/** One invocation with all its trials: what `--format json` prints. */
export const Run = z.strictObject({
  schemaVersion: z.literal(SCHEMA_VERSION),
  tool: z.strictObject({ name: z.literal('mountbench'), version: z.string() }),
  runId: z.string(),
  /** What its user calls it: another name to find it by; null without one. */
  label: z.string().nullable().default(null),
  /** The run of which it measured a part once more, for a gate: no run of the history. Null for every other. */
  confirms: z.string().nullable().default(null),
  status: z.enum(['complete', 'incomplete']),
  /** Why it ended before all rounds were done; null when they were. */
  stopped: z.string().nullable(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  options: RunOptions,
  environment: Environment,
  targets: z.array(TargetRecord),
  scenarios: z.array(ScenarioRecord),
  cells: z.array(Cell),
  trials: z.array(Trial),
  warnings: z.array(z.string()),
  timing: Timing,
  /** The disks under the targets; runs from before they were looked at have none. */
  disk: z.array(Disk).default([]),
})
export type Run = z.infer<typeof Run>

/**
 * What `run.json` holds: a run without its trials, which are the lines of `trials.jsonl` beside it. It is written last, and whole or not at
 * all, so a folder that has one is of a run that has ended.
 */
export const RunRecord = Run.omit({ trials: true }).extend({ trialCount: count })
export type RunRecord = z.infer<typeof RunRecord>
