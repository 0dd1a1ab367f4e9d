import { describe, expect, test } from 'vitest'
import { ComposeFile } from '../../src/compose/model.js'
import { projectOf } from '../../src/compose/mounts.js'
import { chooseMounts, type Facts } from '../../src/compose/targets.js'
import { parseTargets } from '../../src/targets.js'

const VOLUMES = {
  db: null,
  later: null,
  other: null,
  there: { external: true },
  nfs: { driver: 'local', driver_opts: { o: 'addr=10.0.0.1,rw', device: ':/data' } },
}

const facts = (more: Partial<Facts> = {}): Facts => ({
  sources: new Map([
    ['./src', { path: '/home/me/src', kind: 'folder' }],
    ['./a, "b"', { path: '/home/me/a, "b"', kind: 'folder' }],
    ['./nginx.conf', { path: '/home/me/nginx.conf', kind: 'file' }],
    ['./gone', { path: '/home/me/gone', kind: 'missing' }],
    ['/far', { path: '/far', kind: 'unseen' }],
  ]),
  present: new Set(['shop_db']),
  fillsOnce: false,
  untaken: new Set(),
  busy: new Map(),
  ...more,
})

/** The mounts that services of a file become. */
function choose(services: Record<string, object>, names: string[] = [], more: Partial<Facts> = {}) {
  const project = projectOf(ComposeFile.parse({ services, volumes: VOLUMES }), 'shop')
  const choice = chooseMounts(project, names, facts(more))
  // What is chosen must be what --mount takes.
  return { ...choice, targets: parseTargets(choice.mounts) }
}
const one = (volume: unknown, more: Partial<Facts> = {}) => choose({ app: { volumes: [volume] } }, [], more)

describe('a mount of the file as a target', () => {
  test.each([
    ['a volume that is there', 'db:/data', 'data=volume,name=shop_db'],
    ['read-only', 'db:/data:ro', 'data=volume,name=shop_db,ro'],
    ['a volume that is not there yet', 'later:/data', 'data=volume'],
    ['the same of another driver', 'nfs:/data', 'data=volume,driver=local,"opt=o=addr=10.0.0.1,rw",opt=device=:/data'],
    ['an anonymous one', '/cache', 'cache=anonymous'],
    ['an anonymous one with nocopy', { type: 'volume', target: '/c', volume: { nocopy: true } }, 'c=anonymous,nocopy'],
    ['a folder', './src:/app/src:z,cached', 'app-src=bind,src=/home/me/src,z,consistency=cached'],
    ['a folder that has to be quoted', './a, "b":/data', 'data=bind,"src=/home/me/a, ""b"""'],
    ['a folder of another machine', '/far:/data', 'data=bind,src=/far'],
    [
      'a tmpfs',
      { type: 'tmpfs', target: '/run/x', tmpfs: { size: '64m', mode: '0o1770' } },
      'run-x=tmpfs,size=67108864,mode=1770',
    ],
    ['the root', 'db:/', 'root=volume,name=shop_db'],
  ])('%s', (_, volume, expected) => {
    expect(one(volume).mounts).toEqual([expected])
  })

  test('the quoting is read back as it was', () => {
    expect(one('./a, "b":/data').targets[0]).toMatchObject({ src: '/home/me/a, "b"' })
    expect(one('nfs:/data').targets[0]).toMatchObject({ opt: ['o=addr=10.0.0.1,rw', 'device=:/data'] })
  })

  test('podman fills a volume once, which must not be from our image', () => {
    expect(one('db:/data', { fillsOnce: true }).mounts).toEqual(['data=volume,name=shop_db,nocopy'])
    expect(one('later:/data', { fillsOnce: true }).mounts).toEqual(['data=volume'])
  })
})

describe("podman's volume that no container has had", () => {
  const untaken = { present: new Set(['shop_db', 'there']), untaken: new Set(['shop_db', 'there']), fillsOnce: true }

  test('is left alone, and a fresh one is measured', () => {
    const { mounts, notes } = one('db:/data', untaken)
    expect(mounts).toEqual(['data=volume'])
    expect(notes[0]).toMatch(
      /the volume 'shop_db': no container has had it yet, and with podman the first one decides its owner and content/,
    )
  })

  test('and one of which nothing else is known is not measured', () => {
    expect(one('there:/data', untaken)).toMatchObject({
      mounts: [],
      notes: [expect.stringMatching(/is not measured: no container/)],
    })
  })
})

describe('what is said', () => {
  test('of a volume that is not there yet', () => {
    expect(one('later:/data').notes).toEqual([
      "app /data: there is no volume 'shop_later' yet: a fresh one is measured",
    ])
    expect(one('nfs:/data').notes[0]).toMatch(/a fresh one of the same driver and options is measured$/)
    expect(one('db:/data').notes).toEqual([])
  })

  test.each([
    [
      'a file',
      './nginx.conf:/etc/nginx.conf:ro',
      /is no folder, and nothing is written into or beside a file of yours/,
    ],
    ['a pipe', { type: 'npipe', source: 'x', target: '/p' }, /type 'npipe' cannot be made here/],
    ['an empty tmpfs', { type: 'tmpfs', target: '/t', read_only: true }, /always empty/],
    ['what could only be read by writing to it', 'nfs:/data:ro', /to make it would be to write/],
  ])('of %s: why it is not measured', (_, volume, reason) => {
    const { mounts, notes } = one(volume)
    expect(mounts).toEqual([])
    expect(notes).toEqual([expect.stringMatching(/^app \S+ is not measured: /)])
    expect(notes[0]).toMatch(reason)
  })

  test('of a volume that something else uses meanwhile', () => {
    expect(one('db:/data', { busy: new Map([['shop_db', ['web', 'job']]]) }).notes).toEqual([
      'app /data: in use by web, job, whose own work there is in the figures',
    ])
    expect(one('db:/data', { busy: new Map([['shop_db', []]]) }).notes).toEqual([])
  })

  test('of options that make no difference', () => {
    expect(one('./src:/app/src:rslave').notes).toEqual(['app /app/src: rslave is no part of what is measured'])
  })
})

test.each([
  ['./gone:/data', /service app: there is no \/home\/me\/gone to mount at \/data/],
  ['there:/data', /the external volume 'there' is not on this engine/],
  ['src:/data', /the volume 'src' is not declared under the top-level volumes/],
])('%s is refused', (volume, message) => {
  expect(() => one(volume)).toThrow(message)
})

describe('several services', () => {
  const TWO = {
    app: { volumes: ['db:/data', './src:/app/src'] },
    backup: { volumes: ['db:/backup', 'db:/ro:ro', '/tmp'] },
  }

  test('all of them, and what two share once', () => {
    const { mounts, notes } = choose(TWO)
    expect(mounts).toEqual([
      'app-data=volume,name=shop_db',
      'app-app-src=bind,src=/home/me/src',
      'backup-ro=volume,name=shop_db,ro',
      'backup-tmp=anonymous',
    ])
    expect(notes).toEqual(['backup /backup is the same mount as app-data, and is measured once'])
  })

  test('the one that is named, without its name in the labels', () => {
    expect(choose(TWO, ['backup']).targets.map(({ label }) => label)).toEqual(['backup', 'ro', 'tmp'])
  })

  test('two volumes that are not there yet are two', () => {
    const { mounts, notes } = choose({ a: { volumes: ['later:/a'] }, b: { volumes: ['other:/b', 'later:/c'] } })
    expect(mounts).toEqual(['a-a=volume', 'b-b=volume'])
    expect(notes.at(-1)).toBe('b /c is the same mount as a-a, and is measured once')
  })

  test('two anonymous volumes are two', () => {
    expect(choose({ app: { volumes: ['/a', '/b'] } }).mounts).toEqual(['a=anonymous', 'b=anonymous'])
  })

  test('labels keep the rules, and are told apart', () => {
    const path = '/usr/local/share/applications/of/many/words'
    const volumes = ['/a/b', '/a-b', '/ä b', path, `${'/x'.repeat(40)}`, `/${'y'.repeat(60)}`]
    const labels = choose({ app: { volumes } }).targets.map(({ label }) => label)
    expect(labels).toEqual([
      'a-b',
      'a-b-2',
      '_b'.slice(1),
      'applications-of-many-words',
      `${'x-'.repeat(14)}x`,
      'y'.repeat(29),
    ])
  })
})
