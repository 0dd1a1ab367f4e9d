import { DURABILITY_QUESTIONS, type DurabilityQuestion, type DurabilityRecord } from '../../src/durability/record.js'
import type { Block } from '../../src/lesson/blocks.js'
import type { Try, WatchedTry } from '../../src/lesson/results.js'
import { terminalText } from '../../src/lesson/terminal.js'
import type { Run, ScenarioRecord, Trial } from '../../src/model.js'
import { rulesOf } from '../../src/plan.js'
import { winnerOf } from '../../src/ranking.js'
import type { Command } from '../../src/scenario.js'
import { summarize } from '../../src/summary.js'
import type { MountType } from '../../src/targets.js'
import {
  bandwidthTrial,
  ddOutput,
  diskProof,
  failedTrial,
  MIB,
  plan,
  ramProof,
  smallRun,
  targetRecord,
} from '../builders.js'
import { type FakeEngineOptions, fakeEngine, machine } from '../fake.js'

/** A try of 100 MiB at so many MiB/s. */
export const tryAt = (label: string, mebibytes: number): Try => ({
  label,
  seconds: 100 / mebibytes,
  bytesPerSecond: mebibytes * MIB,
  problem: null,
})

export const failedTry = (label: string, problem = 'no space left'): Try => ({
  label,
  seconds: null,
  bytesPerSecond: null,
  problem,
})

export const watched = (label: string, mebibytes: number, more: Partial<WatchedTry> = {}): WatchedTry => ({
  ...tryAt(label, mebibytes),
  added: '',
  waitingBytes: 0,
  deviceBytes: 0,
  storageBytes: 0,
  ...more,
})

type Answers = Partial<Record<DurabilityQuestion, boolean | null>>

const NOTHING = Object.fromEntries(Object.keys(DURABILITY_QUESTIONS).map((id) => [id, false])) as Answers
export const keepsAll: Answers = {
  ...NOTHING,
  restart: true,
  stopStart: true,
  kill: true,
  remove: true,
  removeVolumes: true,
}
export const onDisk: Answers = {
  ...keepsAll,
  newContainer: true,
  engineRestart: null,
  hostSees: true,
  fsyncReachesDisk: true,
}
export const inMemory: Answers = { ...NOTHING, engineRestart: null, countsAsMemory: true }

/** A record of what mounts keep; what is not told is `no`. */
export function record(rows: Partial<Record<MountType, Answers>>): DurabilityRecord {
  return {
    engine: 'docker',
    version: '28.2.2',
    image: null,
    startedAt: '2026-11-21T12:00:00.000Z',
    speed: null,
    rows: Object.entries(rows).map(([type, given]) => ({
      label: type,
      type: type as MountType,
      answers: Object.fromEntries(
        Object.entries({ ...NOTHING, ...given }).map(([id, value]) => [
          id,
          { value, text: value === null ? 'this engine is not ours to restart' : '', evidence: [] },
        ]),
      ) as unknown as DurabilityRecord['rows'][number]['answers'],
    })),
  }
}

/** What blocks say, as one line, set so wide that line breaks are no part of it. */
export const said = (blocks: readonly Block[]) => terminalText(blocks, 1000).replaceAll(/\s+/g, ' ')

/** Speeds of one mount in MiB/s; a word instead of them is what dd fails with. */
export interface Speeds {
  plain: number
  fsync: number
  direct: number
  /** Of 4 KiB blocks, each synchronous. */
  dsync: number
}

/** Spread of a few tenths of a percent, the same every time. */
const WOBBLE = [0, 3, 1, 5, 2, 4]

/** A fake machine on which dd has these speeds on each label. Without fio unless `tools` says otherwise. */
export function ddMachine(
  speeds: Record<string, Speeds | string>,
  { steady = false, ...more }: FakeEngineOptions & { steady?: boolean } = {},
) {
  const disk = machine().mountinfo.volume ?? ''
  const built = machine({ mountinfo: { a: disk, b: disk }, tools: { dd: 'dd (coreutils) 9.1' } })
  let calls = 0
  const answer = (label: string, command: Command) => {
    if (command[0] !== 'dd' || command[1] === '--version' || command.join(' ').includes('/probe')) return undefined
    const own = speeds[label] ?? speeds.volume ?? 'dd: nothing is known of this mount'
    if (typeof own === 'string') return { exitCode: 1, stderr: `dd: error writing 'x': ${own}\n` }
    const operand = (key: string) => command.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1)
    const kind =
      operand('conv') === 'fsync'
        ? 'fsync'
        : operand('oflag') === 'direct'
          ? 'direct'
          : operand('oflag')
            ? 'dsync'
            : 'plain'
    const bytes = Number(operand('count')) * (operand('bs') === '1M' ? MIB : 4096)
    const wobble = steady ? 1 : 1 + (WOBBLE[calls++ % WOBBLE.length] ?? 0) / 1000
    const seconds = Number(((bytes / MIB / own[kind]) * wobble).toPrecision(6))
    return { stderr: ddOutput(bytes, seconds), written: label === 'tmpfs' ? 0 : bytes }
  }
  return fakeEngine({ machine: built, answer, ...more })
}

/** Where tmpfs is the fastest by far, and a volume is as good as a bind mount. */
export const FAST_MEMORY = {
  volume: { plain: 1000, fsync: 200, direct: 220, dsync: 2 },
  bind: { plain: 1000, fsync: 200, direct: 220, dsync: 2 },
  tmpfs: { plain: 3000, fsync: 3000, direct: 3000, dsync: 900 },
}

/** Where a bind mount is slow, memory is no faster than the page cache, and a plain dd is slower than one with fsync. */
export const SLOW_BIND = {
  volume: { plain: 400, fsync: 500, direct: 300, dsync: 4 },
  bind: { plain: 50, fsync: 20, direct: 30, dsync: 0.1 },
  tmpfs: { plain: 300, fsync: 300, direct: 300, dsync: 300 },
}

/** Twelve rounds in no order, a few tenths of a percent apart. */
const ROUNDS = [3, 0, 5, 1, 4, 2, 2, 4, 0, 5, 1, 3]

/** The run of chapter 5, with these speeds in MiB/s of dd-write and seq-write; a mount that is null failed in every round. */
export function comparedRun(speeds: Record<string, Pick<Speeds, 'plain' | 'fsync'> | null>): Run {
  const labels = Object.keys(speeds)
  const planned = plan({
    mounts: labels,
    scenarios: ['dd-write', 'seq-write'],
    rounds: 12,
    sizeBytes: 64 * MIB,
    seed: 7,
  })
  const chosen = planned.scenarios.map(({ scenario }) => scenario)
  const targets = labels.map((label) =>
    targetRecord(label, { type: label as MountType, proof: label === 'tmpfs' ? ramProof() : diskProof() }),
  )
  const trials = chosen.flatMap(({ id }) =>
    labels.flatMap((label) =>
      ROUNDS.map((wobble, round): Trial => {
        const place = { scenario: id, target: label, round, block: Math.floor(round / 6), kernel: null }
        const own = speeds[label]
        const value = own && own[id === 'dd-write' ? 'plain' : 'fsync'] * MIB * (1 + wobble / 1000)
        return value ? bandwidthTrial(value, place) : failedTrial('no space left', place)
      }),
    ),
  )
  const rules = rulesOf(planned)
  const reference = planned.options.reference
  const cells = summarize({
    scenarios: chosen,
    skipped: new Map(),
    targets,
    reference,
    trials,
    closed: new Map(),
    rules,
  })
  const [known] = smallRun().scenarios
  const records = chosen.map(({ id, question, isolates, caveat, metric, counts, path, tool }): ScenarioRecord => {
    const own = cells.filter(({ scenario }) => scenario === id)
    const winner = winnerOf(
      own,
      trials.filter(({ scenario }) => scenario === id),
      metric,
      rules,
    )
    return { ...known!, id, question, isolates, caveat, metric, counts, path, tool, rounds: 12, winner }
  })
  return smallRun({ options: planned.options, targets, trials, cells, scenarios: records })
}
