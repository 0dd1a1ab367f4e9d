import { describe, expect, test } from 'vitest'
import { ddText, onMount, type PasteKit, preparing, removing, runLine, scriptOnMount } from '../../src/lesson/paste.js'
import { MIB } from '../builders.js'

const kit = (more: Partial<PasteKit> = {}): PasteKit => ({
  program: 'docker',
  image: 'tools:1',
  ownImage: false,
  unshare: ['unshare', '--mount'],
  sizeBytes: 100 * MIB,
  tmpfsBytes: 126.2 * MIB,
  ...more,
})
const namespaces = kit({ program: null, image: null })
const DD = 'dd if=/dev/zero of=/data/test bs=1M count=100'
const dd = (given: PasteKit) => (folder: string) => ddText(given, folder)

describe('lines to paste', () => {
  test.each([
    ['volume', `docker run --rm --network none -v mountbench-lesson:/data tools:1 ${DD}`],
    ['bind', `docker run --rm --network none -v "$PWD/mountbench-lesson":/data tools:1 ${DD}`],
    ['tmpfs', `docker run --rm --network none --tmpfs /data:size=127m tools:1 ${DD}`],
  ] as const)('%s: as in lessons', (mount, line) => {
    expect(onMount(kit(), mount, dd(kit()))).toBe(line)
  })

  test("replace what the user's own image starts by itself", () => {
    const own = kit({ ownImage: true, image: 'mine' })
    expect(onMount(own, 'volume', dd(own))).toContain(`--entrypoint dd mine ${DD.slice(3)}`)
    expect(scriptOnMount(own, 'volume', (folder) => `ls ${folder}`)).toContain("--entrypoint sh mine -c 'ls /data'")
  })

  test.each([
    ['volume', 'mount --bind mountbench-lesson/volume mountbench-lesson/mnt'],
    ['tmpfs', 'mount -t tmpfs -o size=127m tmpfs mountbench-lesson/mnt'],
  ] as const)('%s in namespaces: the mount, then the command on it', (mount, mounting) => {
    const line = `unshare --mount sh -c '${mounting} && dd if=/dev/zero of=mountbench-lesson/mnt/test bs=1M count=100'`
    expect(onMount(namespaces, mount, dd(namespaces))).toBe(line)
  })

  test('several commands are one shell in one container, and never quoted twice', () => {
    expect(scriptOnMount(kit(), 'volume', (folder) => `a ${folder}; b`)).toMatch(/tools:1 sh -c 'a \/data; b'$/)
    expect(scriptOnMount(namespaces, 'volume', (folder) => `a ${folder}; b`).match(/'/g)).toHaveLength(2)
  })

  test('what is made is removed', () => {
    expect([preparing(kit()), removing(kit())]).toEqual([
      ['mkdir -p mountbench-lesson'],
      ['docker volume rm mountbench-lesson', 'rm -rf mountbench-lesson'],
    ])
    expect(removing(namespaces)).toEqual(['rm -rf mountbench-lesson'])
  })

  test('a whole run names the engine, and an image that was given', () => {
    const asked = { mounts: ['volume', 'bind'], rounds: 9 }
    expect(runLine(kit(), ['dd-write'], asked)).toBe(
      'mountbench run dd-write --mount volume --mount bind --rounds 9 --size 100m --engine docker',
    )
    expect(runLine(namespaces, ['dd-write'], asked)).toMatch(/--engine namespaces$/)
    expect(runLine(kit({ ownImage: true, image: 'mine' }), ['dd-write'], asked)).toMatch(/--image mine$/)
  })
})
