import { describe, expect, test } from 'vitest'
import type { Change, RunComparison } from '../../src/compare-runs.js'
import { exporters } from '../../src/report/index.js'
import { junitComparison } from '../../src/report/junit.js'
import { smallRun } from '../builders.js'
import { HOSTILE, hostileRun } from './hostile.js'

const change = (more: Partial<Change>): Change => ({
  scenario: 'seq-write',
  target: 'bind',
  reference: 'volume',
  baseline: 1,
  candidate: 0.7,
  ratio: 0.7,
  low: 0.66,
  high: 0.75,
  verdict: 'regression',
  method: 'pair',
  runs: 1,
  ...more,
})

const compared = (more: Partial<RunComparison>): RunComparison => ({
  baseline: 'a',
  candidate: 'b',
  differences: [],
  changes: [],
  missing: [],
  ...more,
})

/** Name → what stands in the case, and the counts of the suite. */
function read(xml: string) {
  const cases = [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*>(?:<([\w-]+)( [^>]*)?>)/g)]
  const [, tests, failures, errors, skipped] =
    /<testsuite [^>]*tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/.exec(xml) ?? []
  return {
    cases: Object.fromEntries(
      cases.map(([, scenario, name, kind, about]) => [`${scenario} ${name}`, `${kind}${about ?? ''}`]),
    ),
    counts: [tests, failures, errors, skipped].map(Number),
  }
}

describe('a comparison', () => {
  test.each<[string, Partial<Change>, string]>([
    ['a regression is a failure', {}, 'failure'],
    ['an improvement passes', { verdict: 'improvement', ratio: 1.4, low: 1.3, high: 1.5 }, 'system-out'],
    ['the same passes', { verdict: 'same', ratio: 1, low: 0.98, high: 1.02 }, 'system-out'],
    ['what cannot be told is skipped', { verdict: 'inconclusive', ratio: 0.9, low: 0.7, high: 1.1 }, 'skipped'],
    ['too few rounds are skipped', { verdict: 'inconclusive', ratio: 0.9, low: null, high: null }, 'skipped'],
  ])('%s', (_, more, kind) => {
    const { cases, counts } = read(junitComparison(compared({ changes: [change(more)] })))
    expect(cases['mountbench.seq-write bind against volume']).toMatch(new RegExp(`^${kind}`))
    expect(counts).toEqual([1, kind === 'failure' ? 1 : 0, 0, kind === 'skipped' ? 1 : 0])
  })

  test('says by how much', () => {
    expect(junitComparison(compared({ changes: [change({})] }))).toContain(
      'message="regression 0.70x [0.66x, 0.75x] (against one run)"',
    )
  })

  test('what a second measurement took back passes, what it confirmed fails', () => {
    const again = (verdict: Change['verdict']) => ({ run: 'c', candidate: 1, ratio: 1, low: 0.9, high: 0.95, verdict })
    const kinds = (verdict: Change['verdict']) =>
      read(junitComparison(compared({ changes: [change({ again: again(verdict) })] }))).counts[1]
    expect([kinds('same'), kinds('regression')]).toEqual([0, 1])
  })

  test('strict fails as the gate does', () => {
    const suspicious = compared({ changes: [change({ verdict: 'inconclusive', ratio: 0.95, low: 0.92, high: 0.98 })] })
    expect(read(junitComparison(suspicious)).counts).toEqual([1, 0, 0, 1])
    expect(read(junitComparison(suspicious, { strict: true })).counts).toEqual([1, 1, 0, 0])
  })

  test('what the candidate could not measure is an error with its reason; what is new is skipped', () => {
    const missing: RunComparison['missing'] = [
      { scenario: 'seq-write-direct', target: 'bind', reference: 'volume', only: 'baseline' },
      { scenario: 'seq-write', target: 'tmpfs', reference: 'volume', only: 'candidate' },
    ]
    const { cases, counts } = read(junitComparison(compared({ missing }), { candidate: smallRun() }))
    expect(cases['mountbench.seq-write-direct bind against volume']).toMatch(
      /^error message="given up after 3 failures in a row: no space left"/,
    )
    expect(cases['mountbench.seq-write tmpfs against volume']).toMatch(/^skipped/)
    expect(counts).toEqual([2, 0, 1, 1])
    expect(junitComparison(compared({ missing }))).toContain('the candidate has no comparison of it')
  })

  test('what neither run could measure is an error all the same, and has the same name', () => {
    const { cases, counts } = read(junitComparison(compared({}), { candidate: smallRun() }))
    expect(cases['mountbench.seq-write-direct bind against volume']).toMatch(/^error message="given up/)
    expect(counts[2]).toBe(1)
  })

  test('what differs between the machines is a property', () => {
    const text = junitComparison(compared({ differences: ['kernel: 6.1 → 6.18'] }))
    expect(text).toContain('<property name="difference 1" value="kernel: 6.1 → 6.18"/>')
  })
})

test('a run without a baseline: an error where it failed, skipped where it was not tried, with the time of the others', () => {
  const text = exporters.junit(smallRun())
  const { cases, counts } = read(text)
  expect(cases['mountbench.seq-write-direct bind']).toMatch(/^error message="given up/)
  expect(cases['mountbench.seq-write-direct tmpfs']).toMatch(/^skipped message="unsupported/)
  expect(cases['mountbench.seq-write bind']).toBe('system-out')
  expect(counts).toEqual([6, 0, 1, 1])
  // Twelve rounds of 0.51 s.
  expect(text).toContain('name="bind" time="6.120"')
})

test.each(HOSTILE)('%j stays text, and has nothing that XML 1.0 forbids', (hostile) => {
  const text = exporters.junit(hostileRun(hostile))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(text).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u)
  expect(text).not.toContain('<script>')
  expect(text.match(/<testcase /g)).toHaveLength(6)
})
