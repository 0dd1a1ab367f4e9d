import { expect, test } from 'vitest'
import { lineProtocol } from '../../src/push/line-protocol.js'
import { smallRun } from '../builders.js'
import { HOSTILE, hostileRun } from '../report/hostile.js'

const run = smallRun()

test('a line a cell, at the start of the run', () => {
  const lines = lineProtocol(run).trimEnd().split('\n')
  expect(lines).toHaveLength(run.cells.length)
  expect(lines[1]).toMatch(
    /^mountbench,engine=docker,fingerprint=0123456789ab,reference=volume,scenario=seq-write,target=bind,type=bind status="measured",/,
  )
  for (const line of lines) expect(line).toMatch(/ 1795262400000$/)
})

test('fields: medians with their interval, the ratio, rounds as integers', () => {
  const bind = run.cells[1]!
  const [, line = ''] = lineProtocol(run).split('\n')
  for (const field of [
    `bandwidth_bytes_per_second=${bind.median}`,
    `bandwidth_bytes_per_second_low=${bind.low}`,
    `ratio=${bind.comparison!.ratio}`,
    `ratio_high=${bind.comparison!.high}`,
    'verdict="faster"',
    'rounds=12i',
    'failed_rounds=0i',
    'run="20261121-120000-abc123"',
  ])
    expect(line.split(/[ ,](?=[a-z_]+=)/)).toContain(field.replace(/ .*/, ''))
})

test('a cell that failed has its reason, and no figure', () => {
  const line = lineProtocol(run)
    .split('\n')
    .find((one) => one.includes('status="failed"'))
  expect(line).toContain('reason="given up after 3 failures in a row: no space left"')
  expect(line).not.toMatch(/bandwidth|ratio/)
})

test('a run that was labelled or made at a commit says so', () => {
  const git = { commit: '3f2a9c1', branch: null, dirty: false }
  const text = lineProtocol({ ...run, label: 'nightly', environment: { ...run.environment, git } })
  expect(text).toContain('label="nightly",commit="3f2a9c1"')
})

/** Split as the protocol does: at blanks and commas that no backslash precedes and no quotes surround. */
function parse(line: string) {
  const [, tags = '', fields = '', time = ''] =
    /^mountbench,((?:\\.|[^ \\])+) ((?:"(?:\\.|[^"\\])*"|[^" ])+) (\d+)$/.exec(line) ?? []
  const pairs = tags.match(/(?:\\.|[^,\\])+/g) ?? []
  return { tags: pairs.map((pair) => pair.replaceAll(/\\(.)/g, '$1')), fields, time }
}

test.each(HOSTILE)('%j stays one value', (text) => {
  for (const line of lineProtocol(hostileRun(text)).trimEnd().split('\n')) {
    const { tags, time } = parse(line)
    expect(time).toBe('1795262400000')
    expect(tags.map((tag) => tag.replace(/=.*/, ''))).toEqual([
      'engine',
      'fingerprint',
      'reference',
      'scenario',
      'target',
      'type',
    ])
  }
})
