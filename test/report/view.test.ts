import { describe, expect, test } from 'vitest'
import type { Cell } from '../../src/model.js'
import { viewOf } from '../../src/report/view.js'
import { MIB, smallRun } from '../builders.js'

const run = smallRun()
/** The view of the small run with some cells changed. */
const viewWith = (target: string, change: Partial<Cell>) =>
  viewOf({ ...run, cells: run.cells.map((cell) => (cell.target === target ? { ...cell, ...change } : cell)) })
const cellOf = (view = viewOf(run), row = 0, column = 0) => view.rows[row]!.cells[column]!

test('targets across with what they are, scenarios down', () => {
  const view = viewOf(run)
  expect(view.columns).toEqual([
    { label: 'volume', subtitle: 'ext4; reference' },
    { label: 'bind', subtitle: 'ext4' },
    { label: 'tmpfs', subtitle: 'tmpfs' },
  ])
  expect(view.rows.map(({ id }) => id)).toEqual(['seq-write', 'seq-write-direct'])
})

test('a label that is not its type says both, and an overlay what is under it', () => {
  const targets = run.targets.map((target, i) =>
    i === 1
      ? { ...target, label: 'mine', type: 'layer' as const, proof: { ...target.proof!, filesystem: 'overlay' } }
      : target,
  )
  expect(viewOf({ ...run, targets }).columns[1]).toEqual({ label: 'mine', subtitle: 'layer, overlay on ext4' })
})

describe('a row', () => {
  test('has one unit, the median and half its interval', () => {
    expect(viewOf(run).rows[0]!.cells.map(({ value }) => value)).toEqual([
      '203 MiB/s ±0.741%',
      '219 MiB/s ±0.686%',
      '3003 MiB/s ±0.0500%',
    ])
  })

  test('compares with the reference', () => {
    expect(viewOf(run).rows[0]!.cells.map(({ remark }) => remark.replace(/ \[\d\]/g, ''))).toEqual([
      'reference',
      '1.08x faster',
      '14.8x faster',
    ])
  })

  test('without an interval has no ±', () => {
    expect(cellOf(viewWith('volume', { low: null, high: null })).value).toMatch(/MiB\/s$/)
  })

  test('what cannot be compared says so, and why', () => {
    const flags: Cell['flags'] = [{ code: 'ram-direct', text: 'tmpfs is memory', comparable: false, ranked: false }]
    const view = viewWith('tmpfs', { comparison: null, flags })
    expect(cellOf(view, 0, 2).remark).toMatch(/^not compared \[\d\]$/)
    expect(view.notes).toContain('tmpfs is memory: not compared')
  })

  test('of latencies has the 99th percentile', () => {
    const scenarios = run.scenarios.map((scenario) => ({ ...scenario, metric: 'latency' as const }))
    const cells = run.cells.map((cell) => ({
      ...cell,
      metric: 'latency' as const,
      median: 0.00015,
      low: null,
      high: null,
      others: { latencyP99: 0.0009 },
    }))
    expect(cellOf(viewOf({ ...run, scenarios, cells }))).toMatchObject({ value: '150 µs', detail: 'p99 900 µs' })
  })

  test.each([
    ['I/O', '12.3k IOPS'],
    ['file', '12.3k files/s'],
  ])('of operations per second counts %ss', (counts, value) => {
    const scenarios = run.scenarios.map((scenario) => ({ ...scenario, metric: 'iops' as const, counts }))
    const cells = run.cells.map((cell) => ({ ...cell, metric: 'iops' as const, median: 12300, low: null, high: null }))
    expect(cellOf(viewOf({ ...run, scenarios, cells })).value).toBe(value)
  })
})

describe('a cell without a figure', () => {
  test.each([
    ['failed', 1],
    ['skipped', 2],
  ])('%s: no number, its status, and its reason as a note', (status, column) => {
    const view = viewOf(run)
    const { value, remark, detail } = cellOf(view, 1, column)
    expect({ value, detail }).toEqual({ value: null, detail: null })
    const number = Number(new RegExp(`^${status} \\[(\\d)\\]$`).exec(remark)?.[1])
    expect(view.notes[number - 1]).toBe(
      run.cells.find((cell) => cell.scenario === 'seq-write-direct' && cell.status === status)?.reason,
    )
  })

  test('a failed cell never shows a number, also when it has other metrics', () => {
    const view = viewWith('volume', { status: 'failed', median: null, others: { bandwidth: 5 * MIB }, reason: 'full' })
    expect(cellOf(view)).toMatchObject({ value: null, detail: null, remark: expect.stringMatching(/^failed \[\d\]$/) })
  })
})

test('rounds that failed are told beside the figure', () => {
  const view = viewWith('bind', { failed: 2, n: 4, reason: 'no space left' })
  expect(view.notes).toContain('2 of 6 rounds failed: no space left')
})

test('equal notes stand once', () => {
  const cells = run.cells.map((cell) => (cell.median === null ? { ...cell, reason: 'the same' } : cell))
  expect(viewOf({ ...run, cells }).notes.filter((note) => note === 'the same')).toHaveLength(1)
})

describe('the footer', () => {
  const footer = (more = {}) => viewOf({ ...run, ...more }).footer.join('\n')

  test('says how to read it and what it was measured on', () => {
    for (const word of [
      'volume',
      '±',
      'The intervals against volume together miss with 5%, and so do those of who is ahead.',
      'interleaved',
      '64.0 MiB',
      'seed 7',
      'docker 28.2.2 (overlay2)',
      '2 CPUs',
      'mountbench/tools:0.1.0',
    ])
      expect(footer()).toContain(word)
  })

  test('says when it is incomplete, first', () => {
    expect(footer({ status: 'incomplete', stopped: 'interrupted' })).toMatch(/^INCOMPLETE: interrupted/)
    expect(footer()).not.toContain('INCOMPLETE')
  })
})
