import { describe, expect, test } from 'vitest'
import { disksOf, diskText, type FreeSpace, loadText, noteFree } from '../src/disk.js'
import { Run, Trial } from '../src/model.js'
import { exporters } from '../src/report/index.js'
import { diskProof, MIB, ramProof, smallRun, targetRecord, trial } from './builders.js'
import { measured, trialsOf } from './fake-run.js'

const GIB = 1024 * MIB
const counted = (target: string, deviceReads: number | null, deviceWrites: number | null, wallSeconds = 0.5) =>
  trial({ target, wallSeconds, kernel: { ...trial().kernel!, deviceReads, deviceWrites } })

describe('free space', () => {
  test('keeps the least and the last', () => {
    const seen: FreeSpace = new Map()
    for (const free of [50, 30, 40]) noteFree(seen, '254:0', free)
    expect(seen.get('254:0')).toEqual({ least: 30, last: 40 })
  })
})

describe('the disks of a run', () => {
  const other = diskProof({ device: '8:1', source: '/dev/sda1', backing: null, freeBytes: 10 * GIB })
  const targets = [
    targetRecord('volume'),
    targetRecord('bind', { type: 'bind' }),
    targetRecord('tmpfs', { type: 'tmpfs', proof: ramProof() }),
    targetRecord('other', { type: 'bind', proof: other }),
    targetRecord('broken', { proof: null }),
  ]

  test('one for each device; memory is none, and what could not be made has none', () => {
    const seen: FreeSpace = new Map([['254:0', { least: 49 * GIB, last: 49.5 * GIB }]])
    const trials = [
      counted('volume', 10, 100),
      counted('bind', 0, 400),
      counted('tmpfs', 5, 5),
      counted('other', null, null),
    ]
    expect(disksOf(targets, trials, seen)).toEqual([
      {
        ...{ device: '254:0', name: 'vda', targets: ['volume', 'bind'], problem: null },
        ...{ freeBytesAtStart: 50 * GIB, leastFreeBytes: 49 * GIB, freeBytesAtEnd: 49.5 * GIB },
        ...{ seconds: 1, reads: 10, writes: 500, readIops: 10, writeIops: 500 },
      },
      {
        ...{ device: '8:1', name: 'sda1', targets: ['other'], problem: 'the kernel counts no requests for 8:1' },
        ...{ freeBytesAtStart: 10 * GIB, leastFreeBytes: 10 * GIB, freeBytesAtEnd: null },
        ...{ seconds: 0, reads: null, writes: null, readIops: null, writeIops: null },
      },
    ])
  })

  test('a trial that was not counted takes no time either', () => {
    const [disk] = disksOf(targets, [counted('volume', 0, 100, 0.5), counted('volume', null, null, 9)], new Map())
    expect(disk).toMatchObject({ seconds: 0.5, writes: 100, writeIops: 200 })
  })

  test('an overlay stands on the disk below it', () => {
    const overlay = diskProof({ device: '0:39', source: 'overlay', filesystem: 'overlay' })
    expect(disksOf([targetRecord('layer', { proof: overlay })], [], new Map())).toMatchObject([
      { device: '254:0', name: 'vda' },
    ])
  })
})

describe('in words', () => {
  const disk = disksOf(
    [targetRecord('volume')],
    [counted('volume', 6, 256)],
    new Map([['254:0', { least: 49 * GIB, last: 0 }]]),
  )

  test('what it did, and how much room there was', () => {
    expect(disk.map(diskText)).toEqual([
      'disk vda: 512 write and 12.0 read IOPS on average while it measured; 50.0 GiB free, least 49.0 GiB',
    ])
  })

  test('why it is not told', () => {
    const silent = disksOf([targetRecord('volume')], [counted('volume', null, null)], new Map())
    expect(silent.map(diskText)[0]).toMatch(
      /^disk vda: IOPS not told: the kernel counts no requests for 254:0; 50\.0 GiB free/,
    )
  })

  test('it is a line under the table', () => {
    for (const format of ['table', 'markdown'] as const)
      expect(exporters[format](smallRun({ disk }))).toContain('disk vda: 512 write and 12.0 read IOPS')
  })

  test('the load between two looks', () => {
    const before = { readBytes: 0, writtenBytes: 0, reads: 100, writes: 50 }
    const after = { readBytes: 2 * MIB, writtenBytes: 0, reads: 300, writes: 50 }
    expect(loadText(before, after, 2)).toBe('now 100 read IOPS (1.00 MiB/s), 0 write IOPS (0 B/s)')
  })
})

describe('a measured run', () => {
  test('has the room it started with and the least that was seen', async () => {
    const free = [9000, 8000, 8500]
    const { run } = await measured(
      {},
      {
        answer: (label, [program]) =>
          program === 'df' && label === 'volume'
            ? { stdout: `x\n/dev/vda 90000000 0 ${(free.length > 1 ? free.shift() : free[0])! * 1000} 0% /\n` }
            : undefined,
      },
    )
    expect(run.disk).toMatchObject([
      {
        ...{ device: '254:0', name: 'vda', targets: ['volume'] },
        freeBytesAtStart: 9000 * 1000 * 1024,
        leastFreeBytes: 8000 * 1000 * 1024,
        freeBytesAtEnd: 8500 * 1000 * 1024,
      },
    ])
    expect(trialsOf(run, 'volume')[0]!.kernel).toMatchObject({ deviceReads: 0, deviceWrites: 0 })
    expect(trialsOf(run, 'tmpfs')[0]!.kernel).toMatchObject({ deviceReads: null, deviceWrites: null })
  })

  test('a df that says nothing is no failure', async () => {
    let asked = 0
    const { run } = await measured(
      {},
      {
        answer: (label, [program]) =>
          program === 'df' && label === 'volume' && asked++ > 0 ? { exitCode: 1 } : undefined,
      },
    )
    expect(run.status).toBe('complete')
    expect(run.disk[0]).toMatchObject({ freeBytesAtEnd: null })
  })
})

test('a run from before the disk was looked at is read', () => {
  const { disk: _, ...old } = JSON.parse(JSON.stringify(smallRun()))
  for (const own of old.trials)
    if (own.kernel) for (const key of ['deviceReads', 'deviceWrites']) delete own.kernel[key]
  const read = Run.parse(old)
  expect(read.disk).toEqual([])
  expect(Trial.parse(old.trials[0]).kernel).toMatchObject({ deviceReads: null, deviceWrites: null })
})
