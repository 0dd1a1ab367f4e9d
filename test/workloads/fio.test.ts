import { describe, expect, test } from 'vitest'
import { bounded, fio, measureBandwidth, measureOperations, measureSync, onlyJob } from '../../src/workloads/fio.js'
import type { FioDirection, FioJob } from '../../src/workloads/parse-fio.js'
import { fixture, MIB } from '../builders.js'

const PARAMETERS = { directory: '/mnt/x', sizeBytes: 64 * MIB, durationSeconds: 1, seed: 12 }
const latency = (more = {}) => ({ mean: 2e-4, p50: 1e-4, p95: 3e-4, p99: 5e-4, p999: 9e-4, ...more })
const direction = (more: Partial<FioDirection> = {}): FioDirection => ({
  bytes: 64 * MIB,
  seconds: 2,
  bytesPerSecond: 32 * MIB,
  iops: 8192,
  count: 16384,
  latency: latency(),
  ...more,
})
const job = (more: Partial<FioJob> = {}): FioJob => ({ name: 'j', read: null, write: direction(), sync: null, ...more })
const captured = (name: string) => ({ stdout: fixture(`fio/${name}.stdout`), stderr: '', exitCode: 0 })

describe('argv', () => {
  test('shared options stand before the first job; a flag has no value', () => {
    const argv = fio(PARAMETERS, { size: 4096 }, [
      { name: 'a', options: { rw: 'write' } },
      { name: 'b', options: { stonewall: true } },
    ])
    expect(argv).toEqual([
      'fio',
      '--output-format=json',
      '--directory=/mnt/x',
      '--fallocate=none',
      '--randrepeat=0',
      '--randseed=12',
      '--refill_buffers=1',
      '--size=4096',
      '--name=a',
      '--rw=write',
      '--name=b',
      '--stonewall',
    ])
  })

  test.each([
    [1, '1000ms'],
    [0.3, '300ms'],
    [1.2345, '1235ms'],
    [0.0001, '1ms'],
  ])('%d s is %s: fio takes whole milliseconds', (seconds, runtime) => {
    expect(bounded(seconds)).toEqual({ runtime })
  })
})

describe('one job', () => {
  test('is the one that was asked for', () => expect(onlyJob(captured('01-write-seq-end_fsync')).name).toBe('w'))
  test('two are refused', () => {
    const { jobs, ...rest } = JSON.parse(captured('01-write-seq-end_fsync').stdout)
    const twice = {
      ...captured('01-write-seq-end_fsync'),
      stdout: `${JSON.stringify({ ...rest, jobs: [...jobs, ...jobs] }, null, 1)}\n`,
    }
    expect(() => onlyJob(twice)).toThrow(expect.objectContaining({ code: 'bad-output' }))
  })
})

describe('bandwidth', () => {
  test('is bytes over seconds', () => {
    expect(measureBandwidth(job(), 64 * MIB)).toEqual({
      bytes: 64 * MIB,
      seconds: 2,
      metrics: { bandwidth: 32 * MIB, duration: 2 },
    })
  })
  test.each([
    ['fewer bytes', job(), 65 * MIB, 'too-few-bytes'],
    ['nothing moved', job({ write: null }), 1, 'zero-bytes'],
    ['no time', job({ write: direction({ seconds: 0 }) }), 1, 'bad-output'],
  ])('%s is no number', (_, given, expected, code) => {
    expect(() => measureBandwidth(given, expected)).toThrow(expect.objectContaining({ code }))
  })
})

describe('operations', () => {
  test('of both directions over the longer time, with the latencies of the one that did more', () => {
    const read = direction({ count: 7000, seconds: 1, latency: latency({ p50: 7e-4 }) })
    const write = direction({ count: 3000, seconds: 2, latency: latency({ p50: 3e-4 }) })
    expect(measureOperations(job({ read, write })).metrics).toMatchObject({
      iops: 5000,
      latency: 7e-4,
      latencyP99: 5e-4,
      latencyMean: 2e-4,
    })
  })
  test('without latencies there are none, not 0', () => {
    expect(measureOperations(job({ write: direction({ latency: null }) })).metrics).toEqual({
      iops: 8192,
      bandwidth: 32 * MIB,
    })
    expect(
      measureOperations(job({ write: direction({ latency: latency({ p50: null, p99: null }) }) })).metrics,
    ).not.toHaveProperty('latency')
  })
})

describe('sync latency', () => {
  test('is that of the sync, not of the write', () => {
    const sync = { count: 16384, latency: latency({ p50: 0.00015 }) }
    expect(measureSync(job({ sync })).metrics).toMatchObject({ latency: 0.00015, latencyP99: 5e-4, iops: 8192 })
  })
  test.each([
    ['no syncs', null],
    ['no latencies', { count: 1, latency: null }],
    ['no median', { count: 1, latency: latency({ p50: null }) }],
    ['a median of 0', { count: 1, latency: latency({ p50: 0 }) }],
  ])('%s is no number', (_, sync) => {
    expect(() => measureSync(job({ sync }))).toThrow(expect.objectContaining({ code: 'bad-output' }))
  })
  test('a latency below a microsecond keeps its unit', () => {
    expect(measureSync(job({ sync: { count: 1, latency: latency({ p50: 4.5e-7 }) } })).metrics.latency).toBe(4.5e-7)
  })
})
