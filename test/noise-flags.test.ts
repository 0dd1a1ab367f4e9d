import { describe, expect, test } from 'vitest'
import type { Trial } from '../src/model.js'
import { NoiseFlag } from '../src/model.js'
import { noiseOf } from '../src/noise-flags.js'
import { bandwidthRounds, MIB, trial } from './builders.js'

const QUIET = [100, 101, 99, 102, 98, 100, 101, 99, 100, 102, 98, 100]
const flags = (trials: readonly Trial[]) => {
  const found = noiseOf(trials, 'bandwidth')
  for (const flag of found) expect(NoiseFlag.parse(flag)).toEqual(flag)
  return found
}
const texts = (values: readonly number[]) =>
  flags(bandwidthRounds('volume', values)).map(({ code, text }) => [code, text])

test.each<[string, number[], [string, string][]]>([
  ['nothing measured', [], []],
  ['one round', [100], []],
  ['quiet rounds', QUIET, []],
  ['equal rounds', QUIET.map(() => 100), []],
  [
    'one round far off',
    [100, 101, 99, 60, 98, 100, 101, 99, 100, 102, 98, 100],
    [
      ['outlier', 'round 4 was 60.0 MiB/s'],
      ['noisy', 'the rounds differ by 12% (standard deviation over mean)'],
    ],
  ],
  [
    'rounds that differ',
    [80, 130, 100, 125, 85, 118, 90, 110, 96, 105, 99, 103],
    [['noisy', 'the rounds differ by 15% (standard deviation over mean)']],
  ],
  [
    'rounds that rise',
    [95, 96, 97, 98, 99, 100, 101, 102, 103, 104, 105, 106],
    [['drift', 'the rounds rise from first to last']],
  ],
  [
    'rounds that fall',
    [106, 105, 104, 103, 102, 101, 100, 99, 98, 97, 96, 95],
    [['drift', 'the rounds fall from first to last']],
  ],
  [
    'an end that has not settled',
    [100, 101, 99, 102, 98, 100, 101, 100, 92, 96, 104, 108],
    [['not-steady', 'the last five rounds had not settled']],
  ],
  [
    'two kinds of rounds',
    [100, 110, 100.2, 110.2, 110.1, 100.1, 110, 100, 100.3, 110.3, 110, 100],
    [['two-modes', 'the rounds are of two kinds, about 100 MiB/s and about 110 MiB/s']],
  ],
])('%s', (_, values, expected) => {
  expect(texts(values)).toEqual(expected)
})

test('nothing is deleted, nor changed', () => {
  const trials = bandwidthRounds('volume', [100, 101, 99, 60, 98, 100, 101])
  const before = structuredClone(trials)
  flags(trials)
  expect(trials).toEqual(before)
})

describe('an outlier', () => {
  /** The flag of round 4 at 60 instead of about 100, with what is known of that round. */
  const outlier = (more: Partial<Trial>, kernel: Partial<NonNullable<Trial['kernel']>> = {}) => {
    const trials = bandwidthRounds('volume', [100, 101, 99, 60, 98, 100, 101, 99, 100, 102, 98, 100])
    const odd = trials[3]!
    trials[3] = { ...odd, kernel: { ...odd.kernel!, ...kernel }, ...more }
    return flags(trials).find(({ code }) => code === 'outlier')
  }

  test.each<[string, Partial<Trial>, Partial<NonNullable<Trial['kernel']>>, string]>([
    ['nothing stands out', {}, {}, ''],
    ['the kernel does not tell', { kernel: null, quiet: null }, {}, ''],
    [
      'the kernel tells nothing',
      {},
      { ioStallSeconds: null, stealSeconds: null, deviceReadBytes: null, deviceWrittenBytes: null },
      '',
    ],
    ['steal', {}, { stealSeconds: 0.1 }, ': the hypervisor took 100 ms of processor time'],
    ['others', {}, { deviceWrittenBytes: 512 * MIB }, ': others used the disk'],
    ['others that read', {}, { deviceReadBytes: 512 * MIB }, ': others used the disk'],
    ['pressure', {}, { ioStallSeconds: 0.4 }, ': something waited for I/O most of the time'],
    [
      'dirty pages',
      { quiet: { seconds: 5, timedOut: true, dirtyBytes: 256 * MIB } },
      {},
      ': earlier writes had not reached the disk',
    ],
    [
      'several',
      {},
      { stealSeconds: 0.1, ioStallSeconds: 0.4 },
      ': the hypervisor took 100 ms of processor time, something waited for I/O most of the time',
    ],
  ])('%s', (_, more, kernel, cause) => {
    expect(outlier(more, kernel)).toEqual({ code: 'outlier', text: `round 4 was 60.0 MiB/s${cause}`, round: 3 })
  })

  test('is named by the number of its round, also after rounds that failed', () => {
    const [, , ...later] = bandwidthRounds('volume', [0.1, 0.1, 100, 101, 99, 60, 98, 100, 101, 99, 100, 102])
    expect(flags(later)).toContainEqual({ code: 'outlier', text: 'round 6 was 60.0 MiB/s', round: 5 })
  })
})

test('values are told in the unit of the metric', () => {
  const trials = [1, 1.01, 0.99, 4, 1, 1.02, 0.98].map((milliseconds, round) =>
    trial({ round, sample: { bytes: 1, seconds: 1, metrics: { latency: milliseconds / 1000 } } }),
  )
  expect(noiseOf(trials, 'latency')[0]).toMatchObject({ code: 'outlier', text: 'round 4 was 4.00 ms' })
})
