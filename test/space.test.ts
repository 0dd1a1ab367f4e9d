import { describe, expect, test } from 'vitest'
import { spaceObjection } from '../src/space.js'
import { diskProof, MIB, plan, ramProof } from './builders.js'

const GIB = 1024 * MIB
const scenariosOf = (sizeBytes: number) => plan({ sizeBytes, scenarios: ['seq-write', 'fsync-latency'] }).scenarios
const disk = (label: string, freeBytes: number, more = {}) => ({
  label,
  proof: diskProof({ freeBytes, totalBytes: 100 * GIB, ...more }),
  memoryBytes: null,
})
const ram = (label: string, freeBytes: number, memoryBytes: number | null, device = '0:48') => ({
  label,
  proof: ramProof({ freeBytes, totalBytes: freeBytes, device, backing: null }),
  memoryBytes,
})

test('what fits', () => {
  expect(spaceObjection([disk('volume', 10 * GIB), disk('bind', 10 * GIB)], scenariosOf(256 * MIB))).toBeNull()
})

test('500G on a small disk: the scenario, what it needs, where, and what is free', () => {
  const objection = spaceObjection([disk('volume', 20 * GIB)], scenariosOf(500 * GIB))
  expect(objection).toContain('seq-write needs 500 GiB on /dev/vda (ext4; volume)')
  expect(objection).toContain('20.0 GiB are free')
  expect(objection).toContain('1.00 GiB are kept free')
})

describe('a reserve is kept: 5 % of the disk, between 64 MiB and 1 GiB', () => {
  test.each([
    ['a large disk', 1000 * GIB, GIB],
    ['a disk of 10 GiB', 10 * GIB, 0.5 * GIB],
    ['a small disk', 512 * MIB, 64 * MIB],
  ])('%s', (_, totalBytes, reserve) => {
    const exact = { totalBytes, freeBytes: 128 * MIB + reserve }
    expect(spaceObjection([disk('volume', 0, exact)], scenariosOf(128 * MIB))).toBeNull()
    expect(
      spaceObjection([disk('volume', 0, { ...exact, freeBytes: exact.freeBytes - 1 })], scenariosOf(128 * MIB)),
    ).not.toBeNull()
  })
})

test('targets on one disk hold their files at the same time: they are added up and named', () => {
  const free = 3.5 * GIB
  expect(spaceObjection([disk('volume', free), disk('bind', free)], scenariosOf(GIB))).toBeNull()
  const objection = spaceObjection([disk('volume', free), disk('bind', free), disk('host', free)], scenariosOf(GIB))
  expect(objection).toContain('needs 3.00 GiB on /dev/vda (ext4; volume, bind, host)')
})

test('the writable layer takes its room from the disk below the overlay', () => {
  const layer = disk('layer', 2.5 * GIB, { filesystem: 'overlay', device: '0:39', source: 'overlay' })
  expect(spaceObjection([layer, disk('volume', 2.5 * GIB)], scenariosOf(GIB))).toContain('needs 2.00 GiB')
})

test('two disks are looked at one by one', () => {
  const other = { device: '254:16', source: '/dev/vdb', backing: null }
  expect(spaceObjection([disk('volume', 2.5 * GIB), disk('bind', 2.5 * GIB, other)], scenariosOf(GIB))).toBeNull()
  expect(spaceObjection([disk('volume', 9 * GIB), disk('bind', GIB, other)], scenariosOf(GIB))).toContain('/dev/vdb')
})

describe('memory', () => {
  test('a tmpfs needs no reserve, but its size', () => {
    expect(spaceObjection([ram('tmpfs', 64 * MIB, 8 * GIB)], scenariosOf(64 * MIB))).toBeNull()
    expect(spaceObjection([ram('tmpfs', 63 * MIB, 8 * GIB)], scenariosOf(64 * MIB))).toContain('63.0 MiB are free')
  })

  test('what is available, or the limit of the container, bounds it', () => {
    const objection = spaceObjection([ram('tmpfs', 2 * GIB, 512 * MIB)], scenariosOf(GIB))
    expect(objection).toBe('tmpfs needs 1.00 GiB of memory, where 512 MiB are available')
  })

  test('two of them are added up', () => {
    const two = [ram('a', GIB, 2 * GIB), ram('b', GIB, 2 * GIB, '0:49')]
    expect(spaceObjection(two, scenariosOf(900 * MIB))).not.toBeNull()
    expect(spaceObjection(two.slice(1), scenariosOf(900 * MIB))).toBeNull()
  })

  test('where it is not told nothing is refused for it', () => {
    expect(spaceObjection([ram('tmpfs', GIB, null)], scenariosOf(GIB))).toBeNull()
  })
})

test('nothing to measure needs nothing', () => {
  expect(spaceObjection([disk('volume', GIB)], [])).toBeNull()
})
