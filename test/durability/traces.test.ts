import { describe, expect, test } from 'vitest'
import { barredAt } from '../../src/durability/outside.js'
import { fsyncVerdict, memoryVerdict, parseTraces, WRITTEN_BYTES } from '../../src/durability/traces.js'
import { tracesOutput } from './fake-containers.js'

const DISK = { shmemBytes: 0, cacheBytes: 16777216, storageBytes: 16777216, unwrittenBytes: 0 }
const MEMORY = { shmemBytes: 16777216, cacheBytes: 16777216, storageBytes: 0, unwrittenBytes: 0 }
const NOTHING = { shmemBytes: null, cacheBytes: null, storageBytes: null, unwrittenBytes: null }

describe('the traces of a written file', () => {
  test.for([
    ['on a disk', tracesOutput(false), DISK],
    ['in memory', tracesOutput(true), MEMORY],
    ['cgroup version 2 says file', tracesOutput(false).replaceAll('cache ', 'file '), DISK],
    [
      'unwritten when it is removed',
      tracesOutput(false, { cancelled: 16777216 }),
      { ...DISK, unwrittenBytes: 16777216 },
    ],
    ['where the kernel tells nothing', 'before\nwritten\nremoved\n', NOTHING],
    ['without any output', '', NOTHING],
  ] as const)('%s', ([, output, expected]) => {
    expect(parseTraces(output)).toEqual(expected)
  })
})

test.for([
  ['shmem is memory', MEMORY, { value: true, text: '' }],
  ['page cache is not', DISK, { value: false, text: 'only as page cache, which is given back' }],
  ['nothing grew', { ...DISK, cacheBytes: 0 }, { value: false, text: '' }],
  ['not told', NOTHING, { value: null, text: 'the container is not told what it uses' }],
] as const)('memory: %s', ([, traces, expected]) => {
  expect(memoryVerdict(traces)).toEqual(expected)
})

test.for([
  ['written out', DISK, 'ext4', { value: true, text: '' }],
  ['memory', MEMORY, 'tmpfs', { value: false, text: '0 B written: it is memory' }],
  [
    'an fsync that does nothing',
    { ...DISK, unwrittenBytes: WRITTEN_BYTES },
    'overlay',
    { value: false, text: '16.0 MiB were still unwritten after it' },
  ],
  [
    'a filesystem that is not counted',
    { ...DISK, storageBytes: 0 },
    'fuse.x',
    { value: null, text: 'the kernel counts 0 B of 16.0 MiB on fuse.x' },
  ],
  ['not told', NOTHING, 'ext4', { value: null, text: 'the kernel does not tell what was written' }],
] as const)('fsync: %s', ([, traces, filesystem, expected]) => {
  expect(fsyncVerdict(traces, { filesystem })).toEqual(expected)
})

/** As `namei --long` of util-linux 2.38 prints it. */
const WAY = 'f: /var/lib/docker/marker\ndrwxr-xr-x root root /\ndrwxr-xr-x root root var\n'
test.for([
  ['a folder that others may not pass', `${WAY}drwx--x--- root root docker\n-rw-r--r-- root root marker\n`, 'docker'],
  ['a file that others may not read', `${WAY}-rw-r----- root root marker\n`, 'marker'],
  ['a sticky folder is open', `${WAY}drwxrwxrwt root root tmp\n-rw-r--r-- root root marker\n`, undefined],
  ['a link has every mode', `${WAY}lrwxrwxrwx root root root -> /\n-rw-r--r-- root root marker\n`, undefined],
] as const)('what bars the way: %s', ([, way, name]) => {
  expect(barredAt(way)?.name).toBe(name)
})
