import { describe, expect, test } from 'vitest'
import { flagsOf } from '../src/comparability.js'
import type { Trial } from '../src/model.js'
import { builtIn, MIB, ramProof, targetRecord, trial } from './builders.js'

const disk = targetRecord('volume')
const ram = targetRecord('tmpfs', { type: 'tmpfs', proof: ramProof() })
const kernel = (storageReadBytes: number | null, storageWrittenBytes: number | null = 0): Trial['kernel'] => ({
  storageReadBytes,
  storageWrittenBytes,
  deviceReadBytes: null,
  deviceWrittenBytes: null,
  deviceReads: null,
  deviceWrites: null,
  ioStallSeconds: null,
  stealSeconds: null,
})
const read = (share: number | null) => trial({ kernel: kernel(share === null ? null : share * 64 * MIB) })
const flags = (scenario: string, target = disk, trials: Trial[] = [], reference = disk) =>
  flagsOf(builtIn(scenario), target, reference, trials)

test('a disk that did what was asked has no flag', () => {
  for (const id of ['dd-write', 'seq-write', 'seq-write-direct', 'fsync-latency', 'small-files', 'metadata'])
    expect(flags(id)).toEqual([])
  expect(flags('seq-read-cold', disk, [read(1)])).toEqual([])
  expect(flags('rand-read-4k', disk, [read(1), read(0.95)])).toEqual([])
})

describe('memory', () => {
  test.each([
    ['seq-write-direct', 'ram-direct', false],
    ['rand-read-4k', 'ram-direct', false],
    ['seq-read-cold', 'ram-cold', false],
    ['seq-write', 'fsync-no-effect', true],
    ['fsync-latency', 'fsync-no-effect', true],
    ['parallel-write', 'fsync-no-effect', true],
  ])('%s on tmpfs: %s', (scenario, code, comparable) => {
    expect(flags(scenario, ram)).toEqual([
      expect.objectContaining({ code, comparable, ranked: false, text: expect.stringContaining('tmpfs is memory') }),
    ])
  })

  test.each(['dd-write', 'seq-read-warm', 'metadata'])('%s on tmpfs is a plain comparison', (scenario) => {
    expect(flags(scenario, ram)).toEqual([])
  })

  test('a workload that reached storage was not on it', () => {
    const elsewhere = flags('dd-write', ram, [trial({ kernel: kernel(0, 64 * MIB) }), trial({ kernel: kernel(0, 0) })])
    expect(elsewhere).toEqual([
      expect.objectContaining({ code: 'elsewhere', comparable: false, text: expect.stringContaining('1 of 2 trials') }),
    ])
    expect(flags('dd-write', ram, [trial({ kernel: kernel(4096, 4096) })])).toEqual([])
    expect(flags('dd-write', ram, [trial({ kernel: null })])).toEqual([])
  })
})

describe('reads that were to come from storage', () => {
  test.each([
    ['seq-read-cold', 'not-cold'],
    ['rand-read-4k', 'not-direct'],
  ])('%s from the page cache: %s', (scenario, code) => {
    expect(flags(scenario, disk, [read(1), read(0.12)])).toEqual([
      expect.objectContaining({ code, comparable: false, ranked: false, text: expect.stringContaining('only 12 %') }),
    ])
  })

  test('of a mix of reads and writes only the reads count', () => {
    expect(flags('rand-rw-70-30', disk, [read(0.7)])).toEqual([])
    expect(flags('rand-rw-70-30', disk, [read(0.35)])).toEqual([
      expect.objectContaining({ code: 'not-direct', text: expect.stringContaining('only 50 %') }),
    ])
  })

  test.each([[[read(null)]], [[read(1), read(null)]], [[trial({ kernel: null })]]])(
    'without the count it is unproven',
    (trials) => {
      expect(flags('seq-read-cold', disk, trials)).toEqual([
        expect.objectContaining({ code: 'unproven', comparable: true, ranked: false }),
      ])
    },
  )

  test('a warm read and a write are not asked', () => {
    expect(flags('seq-read-warm', disk, [read(0)])).toEqual([])
    expect(flags('seq-write-direct', disk, [read(0)])).toEqual([])
  })
})

describe('the tool', () => {
  const busybox = targetRecord('layer', { tools: { dd: 'BusyBox v1.35.0' } })

  test('that differs from the reference’s is said with both versions', () => {
    expect(flags('dd-write', busybox)).toEqual([
      expect.objectContaining({
        code: 'tool-differs',
        comparable: false,
        text: 'BusyBox v1.35.0 here, dd (coreutils) 9.1 on volume',
      }),
    ])
  })

  test('that one of them lacks is no difference', () => {
    expect(flags('fsync-latency', busybox)).toEqual([])
    expect(flags('fsync-latency', disk, [], busybox)).toEqual([])
  })
})

describe('fio’s clock of 1 ms', () => {
  const lasting = (seconds: number) => trial({ sample: { bytes: MIB, seconds, metrics: { bandwidth: MIB / seconds } } })

  test('is coarse for a bandwidth of short trials', () => {
    expect(flags('parallel-write', disk, [lasting(1), lasting(0.01)])).toEqual([
      expect.objectContaining({
        code: 'coarse-clock',
        comparable: true,
        ranked: true,
        text: expect.stringContaining('--size'),
      }),
    ])
  })

  test('is looked for in as many trials as there are', () => {
    const many = Array.from({ length: 200_000 }, () => lasting(1))
    expect(flags('parallel-write', disk, many)).toEqual([])
    const half = Array.from({ length: 200_000 }, () => read(0.5))
    expect(flags('seq-read-cold', disk, half)).toEqual([expect.objectContaining({ code: 'not-cold' })])
  })

  test('is fine for long ones, for latencies, and where dd measures', () => {
    expect(flags('parallel-write', disk, [lasting(0.05)])).toEqual([])
    expect(flags('fsync-latency', disk, [lasting(0.01)])).toEqual([])
    expect(flags('seq-write', disk, [lasting(0.01)])).toEqual([])
  })
})

test('a target without a proof has only the flags of its tool', () => {
  expect(flags('seq-read-cold', targetRecord('x', { proof: null }), [read(0)])).toEqual([])
})
