import { readFileSync } from 'node:fs'
import { scenarios } from '../scenarios/index.js'
import type { InstanceRequest } from '../src/engines/engine.js'
import {
  type Cell,
  type ComparisonRecord,
  type EngineRecord,
  type Proof,
  Run,
  type RunOptions,
  SCHEMA_VERSION,
  type ScenarioRecord,
  type TargetRecord,
  type Trial,
} from '../src/model.js'
import { completeOptions, type PartialOptions } from '../src/options.js'
import type { Rules } from '../src/pairing.js'
import { makePlan, type Plan, rulesOf } from '../src/plan.js'
import { winnerOf } from '../src/ranking.js'
import type { Output, Scenario } from '../src/scenario.js'
import { instancesOf, summarize } from '../src/summary.js'
import { parseTarget, type Target } from '../src/targets.js'

export const MIB = 2 ** 20

/** The text of a captured output. */
export const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

/** The captured output of a scenario's workload; see test/fixtures/scenarios/README.md. */
export function capturedOutput(scenario: string): Output {
  const [stdout = '', stderr = ''] = fixture(`scenarios/${scenario}.txt`).split('--- stderr ---\n')
  return { stdout, stderr, exitCode: 0 }
}

/** What GNU dd says after moving so many bytes in so many seconds. */
export function ddOutput(bytes: number, seconds: number): string {
  const blocks = Math.floor(bytes / MIB)
  return `${blocks}+0 records in\n${blocks}+0 records out\n${bytes} bytes (${bytes / 1e6} MB, ${bytes / MIB} MiB) copied, ${seconds} s, 1.0 GB/s\n`
}

export function builtIn(id: string): Scenario {
  const found = scenarios.find((scenario) => scenario.id === id)
  if (!found) throw new Error(`no scenario ${id}`)
  return found
}

export const allIds = scenarios.map(({ id }) => id)

export const options = (given: PartialOptions = {}): RunOptions => completeOptions(given, scenarios, 7)

export const plan = (given: PartialOptions = {}): Plan => makePlan(options(given), scenarios)

/** A request for the first instance of a `--mount` text. */
export function request(mount: string | Target, more: Partial<InstanceRequest> = {}): InstanceRequest {
  const target = typeof mount === 'string' ? parseTarget(mount) : mount
  return { target, runId: '20261121-120000-abc123', number: 0, tmpfsBytes: 64 * MIB, ...more }
}

const DISK: Proof = {
  directory: '/mountbench/work',
  mountPoint: '/mountbench',
  root: '/volumes/v/_data',
  filesystem: 'ext4',
  source: '/dev/vda',
  device: '254:0',
  options: ['rw', 'relatime'],
  totalBytes: 100 * 1024 * MIB,
  freeBytes: 50 * 1024 * MIB,
  mountinfo: '144 127 254:0 /volumes/v/_data /mountbench rw,relatime - ext4 /dev/vda rw',
  backing: { filesystem: 'ext4', source: '/dev/vda', device: '254:0' },
  direct: true,
}

/** The proof of a volume on a disk. */
export const diskProof = (more: Partial<Proof> = {}): Proof => ({ ...DISK, ...more })

/** The proof of a tmpfs of 64 MiB. */
export const ramProof = (more: Partial<Proof> = {}): Proof => ({
  ...DISK,
  root: '/',
  filesystem: 'tmpfs',
  source: 'tmpfs',
  device: '0:48',
  options: ['rw', 'nosuid', 'nodev', 'noexec', 'relatime', 'size=65536k'],
  totalBytes: 64 * MIB,
  freeBytes: 64 * MIB,
  mountinfo: '144 127 0:48 / /mountbench rw - tmpfs tmpfs rw,size=65536k',
  backing: { filesystem: 'tmpfs', source: 'tmpfs', device: '0:48' },
  ...more,
})

export const targetRecord = (label: string, more: Partial<TargetRecord> = {}): TargetRecord => ({
  label,
  type: 'volume',
  options: {},
  proof: diskProof(),
  tools: { dd: 'dd (coreutils) 9.1', fio: 'fio-3.33' },
  problem: null,
  ...more,
})

/** A measured trial of 64 MiB in 0.5 s; what differs is given. */
export const trial = (more: Partial<Trial> = {}): Trial => ({
  scenario: 'seq-write',
  target: 'volume',
  phase: 'measure',
  round: 0,
  block: 0,
  position: 0,
  instance: 0,
  startedAt: '2026-11-21T12:00:00.000Z',
  command: ['dd', 'if=/dev/zero', 'of=/mountbench/work/data'],
  sample: { bytes: 64 * MIB, seconds: 0.5, metrics: { bandwidth: 128 * MIB, duration: 0.5 } },
  failure: null,
  wallSeconds: 0.51,
  quiet: { seconds: 0.02, timedOut: false, dirtyBytes: 0 },
  kernel: {
    storageReadBytes: 0,
    storageWrittenBytes: 64 * MIB,
    deviceReadBytes: 0,
    deviceWrittenBytes: 64 * MIB,
    deviceReads: 0,
    deviceWrites: 64,
    ioStallSeconds: 0.1,
    stealSeconds: 0,
  },
  raw: 'raw/000000-seq-write-volume.txt',
  ...more,
})

/** A trial that measured this bandwidth. */
export const bandwidthTrial = (bandwidth: number, more: Partial<Trial> = {}): Trial =>
  trial({ sample: { bytes: 64 * MIB, seconds: (64 * MIB) / bandwidth, metrics: { bandwidth } }, ...more })

export const failedTrial = (message: string, more: Partial<Trial> = {}): Trial =>
  trial({
    sample: null,
    failure: { code: 'ENOSPC', message, command: ['dd', 'of=x'], lastLine: 'No space left on device' },
    ...more,
  })

/** How one pair is compared, unless said otherwise. */
export const rules = (more: Partial<Rules> = {}): Rules => ({
  comparisons: 1,
  leads: 1,
  precision: 0.05,
  threshold: 0.05,
  ...more,
})

/** A pair whose interval is this, as the comparison of 12 rounds would give it; the ratio is its middle. */
export const comparison = (low: number, high: number, more: Partial<ComparisonRecord> = {}): ComparisonRecord => {
  const halfWidth = Math.log(high / low) / 2
  return {
    n: 12,
    ratio: Math.sqrt(low * high),
    low,
    high,
    verdict: 'not-told-apart',
    halfWidth,
    roundsToResolve: null,
    smallestFlagged: Math.expm1(Math.log1p(0.05) + 2 * halfWidth),
    ...more,
  }
}

/** Trials of one target, one for each bandwidth in MiB/s, round by round. */
export const bandwidthRounds = (target: string, mebibytes: readonly number[], more: Partial<Trial> = {}): Trial[] =>
  mebibytes.map((value, round) => bandwidthTrial(value * MIB, { target, round, ...more }))

export const engineRecord = (more: Partial<EngineRecord> = {}): EngineRecord => ({
  id: 'docker',
  version: '28.2.2',
  storageDriver: 'overlay2',
  backingFilesystem: 'extfs',
  dataRoot: '/var/lib/docker',
  kernel: '6.18.44',
  operatingSystem: 'Debian GNU/Linux 12 (bookworm)',
  cgroupVersion: '2',
  rootless: false,
  remote: null,
  sameKernel: true,
  ...more,
})

const RUN_ID = '20261121-120000-abc123'

/** A finished run of two scenarios on volume, bind and tmpfs, twelve rounds, with one failed and one skipped cell. */
export function smallRun(more: Partial<Run> = {}): Run {
  const given = {
    mounts: ['volume', 'bind', 'tmpfs'],
    scenarios: ['seq-write', 'seq-write-direct'],
    rounds: 12,
    sizeBytes: 64 * MIB,
    seed: 7,
  }
  const planned = plan(given)
  const targets = [
    targetRecord('volume'),
    targetRecord('bind', { type: 'bind' }),
    targetRecord('tmpfs', { type: 'tmpfs', proof: ramProof() }),
  ]
  const trials = smallTrials()
  const closed = new Map([
    [
      'seq-write-direct bind',
      { status: 'failed' as const, reason: 'given up after 3 failures in a row: no space left' },
    ],
    ['seq-write-direct tmpfs', { status: 'skipped' as const, reason: 'unsupported: tmpfs refuses O_DIRECT' }],
  ])
  const rules = rulesOf(planned)
  const chosen = planned.scenarios.map(({ scenario }) => scenario)
  const summary = { skipped: new Map(), targets, reference: 'volume', closed, rules }
  const cells: Cell[] = summarize({ scenarios: chosen, trials, ...summary })
  const records = planned.scenarios.map(({ scenario, footprintBytes, rounds }): ScenarioRecord => {
    const { id, question, isolates, caveat, metric, counts, path, tool } = scenario
    const own = trials.filter((trial) => trial.scenario === id)
    const known = { id, question, isolates, caveat, metric, counts, path, tool, footprintBytes, skipped: null }
    const winner = winnerOf(
      cells.filter((cell) => cell.scenario === id),
      own,
      metric,
      rules,
    )
    const order = rounds.map((round) => [...round.order])
    const instances = instancesOf(own.filter(({ phase }) => phase === 'measure'))
    return { ...known, rounds: 12, instances, stopped: 'no more were asked for', winner, floor: null, order }
  })
  return Run.parse({
    schemaVersion: SCHEMA_VERSION,
    tool: { name: 'mountbench', version: '0.1.0' },
    runId: RUN_ID,
    status: 'complete',
    stopped: null,
    startedAt: '2026-11-21T12:00:00.000Z',
    endedAt: '2026-11-21T12:01:23.000Z',
    options: planned.options,
    environment: {
      engine: engineRecord(),
      image: { name: 'mountbench/tools:0.1.0', id: 'sha256:7b4bdb90ff05', digests: [] },
      machine: {
        kernel: '6.18.44',
        architecture: 'x64',
        cpu: 'A processor',
        cpus: 2,
        memoryBytes: 24 * 1024 * MIB,
        node: '20.19.0',
      },
      git: null,
      ci: {},
      fingerprint: '0123456789ab',
    },
    targets,
    scenarios: records,
    cells,
    trials,
    warnings: [],
    timing: { total: 83, workloads: 70, preparation: 5, quiet: 4, instances: 3 },
    ...more,
  })
}

function smallTrials(): Trial[] {
  // Two blocks of six rounds; the values are in no order, so that nothing seems to drift.
  const wobble = [3, 0, 5, 1, 4, 2, 2, 4, 0, 5, 1, 3]
  const of = (scenario: string, target: string, least: number) =>
    wobble.map((more, round) =>
      bandwidthTrial((least + more) * MIB, { scenario, target, round, block: Math.floor(round / 6) }),
    )
  return [
    ...of('seq-write', 'volume', 200),
    ...of('seq-write', 'bind', 216),
    ...of('seq-write', 'tmpfs', 3000).map((own) => ({ ...own, kernel: null })),
    ...of('seq-write-direct', 'volume', 400),
    ...[0, 1, 2].map((round) => failedTrial('no space left', { scenario: 'seq-write-direct', target: 'bind', round })),
  ]
}
