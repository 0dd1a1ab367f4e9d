import { describe, expect, test } from 'vitest'
import {
  DURABILITY_QUESTIONS,
  type DurabilityAnswer,
  type DurabilityQuestion,
  type DurabilityRecord,
} from '../../src/durability/record.js'
import { DURABILITY_FORMATS } from '../../src/durability/report.js'
import { durabilitySentences } from '../../src/durability/sentences.js'
import type { ComparisonRecord, Run } from '../../src/model.js'
import type { MountType } from '../../src/targets.js'
import { comparison, smallRun } from '../builders.js'

const IDS = Object.keys(DURABILITY_QUESTIONS) as DurabilityQuestion[]
const KEEPS = ['restart', 'stopStart', 'kill', 'remove', 'removeVolumes', 'newContainer', 'engineRestart'] as const

const answerOf = (value: boolean | null): DurabilityAnswer => ({ value, text: '', evidence: [] })

/** A row in which these questions have these answers, and all others `rest`. */
const row = (
  type: MountType,
  rest: boolean | null,
  more: Partial<Record<DurabilityQuestion, boolean | null>> = {},
) => ({
  label: type,
  type,
  answers: Object.fromEntries(
    IDS.map((id) => [id, answerOf(id in more ? (more[id] ?? null) : rest)]),
  ) as DurabilityRecord['rows'][number]['answers'],
})
const keepsNothing = Object.fromEntries(KEEPS.map((id) => [id, false]))
const TMPFS = row('tmpfs', false, { countsAsMemory: true })
const VOLUME = row('volume', true, { countsAsMemory: false })
const ANONYMOUS = row('anonymous', true, { countsAsMemory: false, removeVolumes: false, newContainer: false })
const LAYER = row('layer', true, { countsAsMemory: false, remove: false, removeVolumes: false, newContainer: false })

const record = (rows: DurabilityRecord['rows'], run?: Run): DurabilityRecord => ({
  engine: 'docker',
  version: '28.2',
  image: 'mountbench/tools:0.1.0',
  startedAt: '2026-11-22T12:00:00.000Z',
  rows,
  speed: run ? { runId: run.runId, cells: run.cells, scenarios: run.scenarios, options: run.options } : null,
})

/** A run in which tmpfs compares with the volume like this. */
function runWith(found: ComparisonRecord | null): Run {
  const run = smallRun()
  const cells = run.cells.map((cell) => (cell.target === 'tmpfs' ? { ...cell, comparison: found } : cell))
  return { ...run, cells }
}

describe('what is said of a mount', () => {
  test.for([
    ['volume', VOLUME, 'volume: keeps everything, also when its container is removed with -v.'],
    [
      'anonymous',
      ANONYMOUS,
      'anonymous: loses everything when its container is removed with -v, and a new container gets an empty one.',
    ],
    ['layer', LAYER, 'layer: loses everything when its container is removed.'],
    ['tmpfs', TMPFS, 'tmpfs: loses everything on stop, is memory of its container, its fsync reaches no disk.'],
    [
      'a tmpfs that survived',
      row('tmpfs', true, { removeVolumes: false }),
      'tmpfs: loses everything when its container is removed with -v, is memory of its container.',
    ],
    [
      'lost when killed only',
      row('bind', true, { kill: false, countsAsMemory: null }),
      'bind: loses everything when its container is killed.',
    ],
    ['nothing tried', row('host', null), 'host: what it keeps was not tried.'],
    [
      'no more than tried',
      row('volume', null, { restart: true, kill: true }),
      'volume: keeps everything when its container is killed.',
    ],
    ['nothing kept', row('bind', null, keepsNothing), 'bind: loses everything on stop.'],
  ] as const)('%s', ([, given, expected]) => {
    expect(durabilitySentences(record([given]))).toEqual([expected])
  })
})

describe('the speed beside it', () => {
  test.for([
    ['faster', comparison(30, 40, { ratio: 35.2, verdict: 'faster' }), '35.2x faster than volume on seq-write'],
    ['slower', comparison(0.4, 0.6, { ratio: 0.5, verdict: 'slower' }), '2.00x slower than volume on seq-write'],
    ['same', comparison(0.98, 1.02, { verdict: 'same' }), 'as fast as volume within 5% on seq-write'],
    ['not told apart', comparison(0.5, 2, { verdict: 'not-told-apart' }), 'not told apart from volume on seq-write'],
  ] as const)('%s', ([, found, expected]) => {
    const [said] = durabilitySentences(record([TMPFS], runWith(found)))
    expect(said).toBe(
      `tmpfs: ${expected}, loses everything on stop, is memory of its container, its fsync reaches no disk.`,
    )
  })

  test('is left out where the run has no comparison', () => {
    const [said] = durabilitySentences(record([TMPFS], runWith(null)))
    expect(said).toMatch(/^tmpfs: loses everything/)
  })

  test('is left out for a mount that the run had not', () => {
    const [said] = durabilitySentences(record([LAYER], smallRun()))
    expect(said).toMatch(/^layer: loses everything/)
  })

  test('of the reference is that it is one', () => {
    const [said] = durabilitySentences(record([VOLUME], smallRun()))
    expect(said).toMatch(/^volume: what the others are compared with on seq-write, keeps everything/)
  })

  test('is that of fsync when the run has it', () => {
    const run = runWith(comparison(2, 3, { verdict: 'faster' }))
    const [first] = run.scenarios
    const fsync = run.cells
      .filter(({ scenario }) => scenario === 'seq-write')
      .map((cell) => ({
        ...cell,
        scenario: 'fsync-latency',
        comparison: cell.target === 'tmpfs' ? comparison(600, 770, { ratio: 680, verdict: 'faster' as const }) : null,
      }))
    const more = {
      ...run,
      scenarios: [...run.scenarios, { ...first!, id: 'fsync-latency' }],
      cells: [...run.cells, ...fsync],
    }
    expect(durabilitySentences(record([TMPFS], more))[0]).toMatch(/^tmpfs: 680x faster than volume on fsync-latency, /)
  })
})

describe('a record on paper', () => {
  const PATH = '/var/lib/docker/volumes/a|b/_data'
  const seen = {
    ...VOLUME,
    answers: {
      ...VOLUME.answers,
      hostSees: { value: true, text: PATH, evidence: [] },
      engineRestart: { value: null, text: 'not tried here at all', evidence: [] },
    },
  }

  test('as a table of at most 100 columns: yes, no, not tried, and its long reasons as notes', () => {
    const text = DURABILITY_FORMATS.table(record([seen, ANONYMOUS, TMPFS, LAYER, row('bind', true)]))
    const lines = text.split('\n')
    expect(Math.max(...lines.filter((line) => /[│─]/.test(line)).map((line) => line.length))).toBeLessThanOrEqual(100)
    expect(text).toContain(`[2] ${PATH}`)
    expect(text).toMatch(/yes \[2\]/)
    expect(text).toMatch(/– \[1\]/)
    expect(text).toContain('no run of this engine')
  })

  test('as markdown: every row has a cell for every mount', () => {
    const text = DURABILITY_FORMATS.markdown(record([seen, TMPFS]))
    const rows = text.split('\n').filter((line) => line.startsWith('|'))
    expect(rows).toHaveLength(2 + IDS.length)
    for (const line of rows) expect(line.match(/(?<!\\)\|/g)).toHaveLength(4)
    expect(text).toContain('a\\|b')
  })

  test('as JSON: the record itself', () => {
    const given = record([seen], smallRun())
    expect(JSON.parse(DURABILITY_FORMATS.json(given))).toEqual(JSON.parse(JSON.stringify(given)))
  })
})
