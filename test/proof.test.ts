import { describe, expect, test } from 'vitest'
import type { Proof } from '../src/model.js'
import { inRam, mountOf, objectionTo, parseDf, parseMountinfo } from '../src/proof.js'
import { parseTarget } from '../src/targets.js'
import { diskProof, fixture, MIB, ramProof } from './builders.js'

const mountsIn = (name: string) => parseMountinfo(fixture(`mountinfo/${name}.txt`))

/** The proof that a container's own mount table gives for a folder at the mount point. */
function proofIn(name: string, totalBytes = 50 * 1024 * MIB): Proof {
  const mount = mountOf('/mountbench/work', mountsIn(name))
  if (!mount) throw new Error('no mount')
  const { line, ...shown } = mount
  return {
    directory: '/mountbench/work',
    ...shown,
    totalBytes,
    freeBytes: totalBytes,
    mountinfo: line,
    backing: null,
    direct: null,
  }
}

const objection = (mount: string, proof: Proof, tmpfsBytes = 64 * MIB) =>
  objectionTo(parseTarget(mount), '/mountbench', proof, tmpfsBytes)

describe('mountinfo', () => {
  test.each([
    ['docker-volume', 'ext4', '/dev/vda', '254:0', '/var/lib/docker/volumes/ut-fixture/_data'],
    ['docker-bind', 'ext4', '/dev/vda', '254:0', '/srv/fixture-bind'],
    ['docker-tmpfs', 'tmpfs', 'tmpfs', '0:48', '/'],
    ['podman-volume', 'ext4', '/dev/vda', '254:0', '/var/lib/containers/storage/volumes/ut-fixture/_data'],
    ['podman-bind', 'ext4', '/dev/vda', '254:0', '/srv/fixture-bind'],
    ['podman-tmpfs', 'tmpfs', 'tmpfs', '0:43', '/'],
  ])('%s', (name, filesystem, source, device, root) => {
    expect(proofIn(name)).toMatchObject({ mountPoint: '/mountbench', filesystem, source, device, root })
  })

  test.each(['docker-layer', 'podman-layer'])('%s: without a mount it is the root', (name) => {
    expect(proofIn(name)).toMatchObject({ mountPoint: '/', filesystem: 'overlay' })
  })

  test('every line is read, with or without optional fields', () => {
    for (const name of ['docker-volume', 'podman-tmpfs']) {
      expect(mountsIn(name)).toHaveLength(fixture(`mountinfo/${name}.txt`).trimEnd().split('\n').length)
    }
  })

  test('options of the mount and of its filesystem, each once', () => {
    expect(proofIn('docker-tmpfs').options).toEqual(['rw', 'nosuid', 'nodev', 'noexec', 'relatime', 'size=65536k'])
  })

  test('the line is kept as it was', () => {
    expect(fixture('mountinfo/docker-bind.txt').split('\n')).toContain(proofIn('docker-bind').mountinfo)
  })

  test('octal escapes: space, tab and backslash', () => {
    expect(proofIn('docker-bind-space').root).toBe('/srv/with space')
    expect(mountsIn('unshare-escapes')[0]?.mountPoint).toBe('/tmp/odd/a b\tc\\d')
  })

  test('of two mounts on one path the later hides the earlier', () => {
    expect(mountOf('/tmp/hid/file', mountsIn('unshare-hidden'))).toMatchObject({ source: 'second' })
  })

  test('the longest mount point above a path is its mount, by whole names', () => {
    const mounts = parseMountinfo(
      ['/', '/a', '/a/b'].map((point, i) => `${i} 0 0:${i} / ${point} rw - ext4 d${i} rw`).join('\n'),
    )
    const sources = ['/a/b/c', '/a/b', '/a/bc', '/ab', '/'].map((path) => mountOf(path, mounts)?.source)
    expect(sources).toEqual(['d2', 'd2', 'd1', 'd0', 'd0'])
  })

  test.each(['', 'not a mountinfo', '1 2 3:4 / /x rw', '1 2 3:4 / /x rw -'])('%j has no mounts', (text) => {
    expect(parseMountinfo(text)).toEqual([])
    expect(mountOf('/x', [])).toBeUndefined()
  })
})

describe('df', () => {
  test.each([
    ['one line', 'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 1000 400 600 40% /mnt\n'],
    [
      'a long name wrapped',
      'Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/mapper/long\n  1000 400 600 40% /mnt\n',
    ],
  ])('%s', (_, text) => {
    expect(parseDf(text)).toEqual({ totalBytes: 1000 * 1024, freeBytes: 600 * 1024 })
  })

  test.each(['', 'df: /x: No such file or directory\n', 'Filesystem 1024-blocks Used Available Capacity Mounted on\n'])(
    '%j is none',
    (text) => {
      expect(parseDf(text)).toBeNull()
    },
  )
})

describe('a proof that stands', () => {
  test.each([
    ['volume', 'docker-volume'],
    ['anonymous', 'docker-anonymous'],
    ['bind', 'docker-bind'],
    ['bind,src=/srv/with space', 'docker-bind-space'],
    ['bind,src=/dev/shm', 'docker-bind-on-shm'],
    ['layer', 'docker-layer'],
    ['volume', 'podman-volume'],
    ['anonymous', 'podman-anonymous'],
    ['bind', 'podman-bind'],
    ['bind,src=/dev/shm', 'podman-bind-on-shm'],
    ['layer', 'podman-layer'],
    ['volume,driver=local,opt=type=tmpfs,opt=device=tmpfs', 'docker-volume-tmpfs'],
    ['volume,opt=type=tmpfs,opt=device=tmpfs', 'podman-volume-tmpfs'],
  ])('%s on %s', (mount, name) => {
    expect(objection(mount, proofIn(name))).toBeNull()
  })

  test.each(['docker-tmpfs', 'podman-tmpfs'])('tmpfs of 64 MiB on %s', (name) => {
    expect(objection('tmpfs', proofIn(name, 64 * MIB))).toBeNull()
  })

  test('the host is what it is', () => {
    expect(objection('host', diskProof({ mountPoint: '/' }))).toBeNull()
  })
})

describe('what speaks against a target, with the line as evidence', () => {
  test.each([
    [
      'podman with --rm: a volatile overlay',
      'layer',
      'podman-layer-rm',
      /overlay is mounted 'fsync=volatile|overlay is mounted 'volatile/,
    ],
    ['a bind that landed on the writable layer', 'bind', 'docker-layer', /landed on the writable layer/],
    ['a volume that landed on the writable layer', 'volume', 'podman-layer', /landed on the writable layer/],
    ['a tmpfs that landed on the writable layer', 'tmpfs', 'docker-layer', /landed on the writable layer/],
    ['a tmpfs that is a disk', 'tmpfs', 'docker-volume', /it is a ext4, not a tmpfs/],
    ['a volume that is memory', 'volume', 'docker-volume-tmpfs', /memory, not a volume/],
    ['a volume that is memory, on podman', 'anonymous', 'podman-volume-tmpfs', /memory, not a volume/],
    [
      'a volume of tmpfs that became a disk',
      'volume,opt=type=tmpfs',
      'podman-volume',
      /it is a ext4, not the tmpfs that was asked for/,
    ],
    ['a volume of nfs that became a disk', 'volume,opt=type=nfs', 'docker-volume', /not the nfs/],
    [
      'a mount where the layer was expected',
      'layer',
      'docker-volume',
      /a mount stands where the writable layer was expected/,
    ],
  ])('%s', (_, mount, name, why) => {
    const proof = proofIn(name, 64 * MIB)
    const said = objection(mount, proof)
    expect(said).toMatch(why)
    expect(said).toContain(`mountinfo says: ${proof.mountinfo}`)
  })

  test('volatile counts on every type, also the host', () => {
    expect(objection('host', diskProof({ filesystem: 'overlay', options: ['rw', 'volatile'] }))).toMatch(
      /its fsync does nothing/,
    )
  })

  test('an overlay is no volume', () => {
    expect(objection('volume', diskProof({ filesystem: 'overlay', root: '/' }))).toMatch(
      /it is an overlay, not a volume/,
    )
  })

  test('a tmpfs of another size, to 1 %', () => {
    expect(objection('tmpfs', ramProof({ totalBytes: 32 * MIB }))).toMatch(
      /holds 33554432 bytes where 67108864 were asked for/,
    )
    expect(objection('tmpfs', ramProof({ totalBytes: 64 * MIB + 4096 }))).toBeNull()
  })

  test('nfs4 is an nfs', () => {
    expect(objection('volume,driver=local,opt=type=nfs', diskProof({ filesystem: 'nfs4' }))).toBeNull()
  })
})

test.each([
  ['tmpfs', true],
  ['ramfs', true],
  ['ext4', false],
  ['overlay', false],
])('%s in memory: %s', (filesystem, expected) => {
  expect(inRam({ filesystem })).toBe(expected)
})
