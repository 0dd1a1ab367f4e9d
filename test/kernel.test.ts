import { describe, expect, test } from 'vitest'
import { activity, flush, type KernelSnapshot, parseKernel, quiesce, readKernel } from '../src/kernel.js'
import { fixture, MIB } from './builders.js'
import { fakeClock, fakeSession } from './fake.js'

const dirtyText = (kibibytes: number) => `Dirty: ${kibibytes} kB\nWriteback: 0 kB\n`

describe('/proc', () => {
  test('the captured text of a machine', () => {
    const { devices, ...rest } = parseKernel(fixture('kernel.txt'))
    expect(rest).toEqual({
      dirtyBytes: 1860 * 1024,
      availableBytes: 24139364 * 1024,
      stealSeconds: 45.18,
      ioStallSeconds: 38.855947,
    })
    expect(devices['254:0']).toEqual({
      readBytes: 25390498 * 512,
      writtenBytes: 60960464 * 512,
      reads: 2374524,
      writes: 2393888,
    })
    expect(devices['7:0']).toEqual({ readBytes: 0, writtenBytes: 0, reads: 0, writes: 0 })
  })

  test('what is not there is null, never 0', () => {
    expect(parseKernel('')).toEqual({
      dirtyBytes: null,
      availableBytes: null,
      stealSeconds: null,
      ioStallSeconds: null,
      devices: {},
    })
    expect(parseKernel('Dirty: 4 kB\n').dirtyBytes).toBeNull()
  })

  test('Dirty and Writeback are added, WritebackTmp is another', () => {
    expect(parseKernel('Dirty: 4 kB\nWriteback: 8 kB\nWritebackTmp: 100 kB\n').dirtyBytes).toBe(12 * 1024)
  })

  test('it is read with one command', async () => {
    const { session, commands } = fakeSession(() => ({ stdout: fixture('kernel.txt'), exitCode: 1 }))
    expect((await readKernel(session)).dirtyBytes).toBe(1860 * 1024)
    expect(commands).toEqual([['cat', '/proc/meminfo', '/proc/stat', '/proc/pressure/io', '/proc/diskstats']])
  })
})

describe('activity between two snapshots', () => {
  const at = (more: Partial<KernelSnapshot>): KernelSnapshot => ({
    dirtyBytes: 0,
    availableBytes: 0,
    stealSeconds: 1,
    ioStallSeconds: 2,
    devices: { '254:0': { readBytes: 100, writtenBytes: 200, reads: 10, writes: 20 } },
    ...more,
  })
  const after = at({
    stealSeconds: 1.5,
    ioStallSeconds: 3,
    devices: { '254:0': { readBytes: 150, writtenBytes: 500, reads: 13, writes: 27 } },
  })
  const workload = { storageReadBytes: 5, storageWrittenBytes: 6 }

  test('is what was added', () => {
    expect(activity(at({}), after, '254:0', workload)).toEqual({
      ...workload,
      deviceReadBytes: 50,
      deviceWrittenBytes: 300,
      deviceReads: 3,
      deviceWrites: 7,
      ioStallSeconds: 1,
      stealSeconds: 0.5,
    })
  })

  test.each([null, '9:9'])('of device %s nothing is known', (device) => {
    expect(activity(at({}), after, device, workload)).toMatchObject({
      deviceReadBytes: null,
      deviceWrittenBytes: null,
      deviceReads: null,
      deviceWrites: null,
    })
  })

  test('a counter that is missing on one side is null, and one that went back is 0', () => {
    const gone = activity(at({ stealSeconds: null }), at({ ioStallSeconds: 1 }), null, workload)
    expect(gone).toMatchObject({ stealSeconds: null, ioStallSeconds: 0 })
  })
})

describe('flushing', () => {
  test('the filesystem of the folder', async () => {
    const { session, commands } = fakeSession(() => ({}))
    await flush(session, '/mnt/x')
    expect(commands).toEqual([['sync', '-f', '--', '/mnt/x']])
  })

  test('everything, where sync cannot be told which', async () => {
    const { session, commands } = fakeSession((command) => ({ exitCode: command.includes('-f') ? 1 : 0 }))
    await flush(session, '/mnt/x')
    expect(commands.at(-1)).toEqual(['sync'])
  })
})

describe('quiescing', () => {
  const quiet = (texts: string[], clock = fakeClock()) => {
    const left = [...texts]
    const { session, commands } = fakeSession((command) => ({
      stdout: command[0] === 'cat' ? ((left.length > 1 ? left.shift() : left[0]) ?? '') : '',
    }))
    return quiesce(session, '/mnt/x', clock).then((ended) => ({ ...ended, commands }))
  }

  test('flushes first, and ends at once when there is little to write', async () => {
    const { quiet: waited, kernel, commands } = await quiet([dirtyText(100)])
    expect(waited).toEqual({ seconds: 0, timedOut: false, dirtyBytes: 100 * 1024 })
    expect(kernel.dirtyBytes).toBe(100 * 1024)
    expect(commands.map(([program]) => program)).toEqual(['sync', 'cat'])
  })

  test('waits until what others wrote is out', async () => {
    const { quiet: waited } = await quiet([dirtyText(64 * 1024), dirtyText(32 * 1024), dirtyText(1024)])
    expect(waited).toMatchObject({ timedOut: false, dirtyBytes: MIB })
    expect(waited.seconds).toBeCloseTo(0.04, 6)
  })

  test('gives up after three seconds, and says so', async () => {
    const { quiet: waited } = await quiet([dirtyText(64 * 1024)])
    expect(waited).toMatchObject({ timedOut: true, dirtyBytes: 64 * MIB })
    expect(waited.seconds).toBeGreaterThanOrEqual(3)
    expect(waited.seconds).toBeLessThan(3.1)
  })

  test('where the kernel does not tell, it does not wait', async () => {
    expect((await quiet([''])).quiet).toEqual({ seconds: 0, timedOut: false, dirtyBytes: null })
  })
})
