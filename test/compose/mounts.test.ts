import { describe, expect, test } from 'vitest'
import { ComposeFile, type ComposeMount } from '../../src/compose/model.js'
import { projectOf, shortMount } from '../../src/compose/mounts.js'

const BLANK: ComposeMount = {
  service: 'app',
  path: '/data',
  type: 'volume',
  source: null,
  readOnly: false,
  relabel: null,
  consistency: null,
  noCopy: false,
  sizeBytes: null,
  mode: null,
  exec: null,
  ignored: [],
}

/** The only mount of a service that declares this. */
function only(service: object): ComposeMount {
  const { mounts } = projectOf(ComposeFile.parse({ services: { app: service } }), 'shop')
  expect(mounts).toHaveLength(1)
  return mounts[0]!
}
const long = (more: object) => only({ volumes: [{ type: 'volume', target: '/data', ...more }] })

describe('the short syntax', () => {
  test.each<[string, Partial<ComposeMount>]>([
    ['/cache', { path: '/cache' }],
    ['db:/data', { source: 'db' }],
    ['db:/data:ro', { source: 'db', readOnly: true }],
    ['db:/data:rw', { source: 'db' }],
    ['db:/data:nocopy', { source: 'db', noCopy: true }],
    ['./src:/data', { type: 'bind', source: './src' }],
    ['../up:/data:ro,Z', { type: 'bind', source: '../up', readOnly: true, relabel: 'Z' }],
    ['~/x:/data:z', { type: 'bind', source: '~/x', relabel: 'z' }],
    ['/abs:/data:cached', { type: 'bind', source: '/abs', consistency: 'cached' }],
    ['/abs:/data:delegated', { type: 'bind', source: '/abs', consistency: 'delegated' }],
    ['.:/data:rslave', { type: 'bind', source: '.', ignored: ['rslave'] }],
  ])('%s', (text, expected) => {
    expect(shortMount('app', text)).toEqual({ ...BLANK, ...expected })
  })

  test.each(['data', 'a:b', ':/data', 'a:/b:ro:more', '/cache:ro', ''])('%j is no mount', (text) => {
    expect(() => shortMount('app', text)).toThrow(/service app: '.*' is not a mount/)
  })
})

describe('the long syntax', () => {
  test.each<[object, Partial<ComposeMount>]>([
    [{}, {}],
    [{ source: 'db', volume: {} }, { source: 'db' }],
    [
      { source: 'db', volume: { nocopy: true }, read_only: true },
      { source: 'db', noCopy: true, readOnly: true },
    ],
    [
      { source: 'db', volume: { subpath: 'in' } },
      { source: 'db', ignored: ['subpath in'] },
    ],
    [
      { type: 'bind', source: '/a', bind: { create_host_path: true }, consistency: 'cached' },
      { type: 'bind', source: '/a', consistency: 'cached' },
    ],
    [
      { type: 'bind', source: '/a', bind: { propagation: 'rshared', selinux: 'z' } },
      { type: 'bind', source: '/a', relabel: 'z', ignored: ['propagation rshared'] },
    ],
    [{ type: 'tmpfs' }, { type: 'tmpfs' }],
    [
      { type: 'tmpfs', tmpfs: { size: 67108864, mode: 0o1777 } },
      { type: 'tmpfs', sizeBytes: 2 ** 26, mode: '1777' },
    ],
    [
      { type: 'tmpfs', tmpfs: { size: '64m', mode: '0o755' } },
      { type: 'tmpfs', sizeBytes: 2 ** 26, mode: '755' },
    ],
    // docker compose config prints both as texts.
    [
      { type: 'tmpfs', tmpfs: { size: '67108864', mode: '0755' } },
      { type: 'tmpfs', sizeBytes: 2 ** 26, mode: '755' },
    ],
    [
      { type: 'tmpfs', tmpfs: { size: '2gb' } },
      { type: 'tmpfs', sizeBytes: 2 ** 31 },
    ],
    [{ type: 'tmpfs', tmpfs: { size: 0 } }, { type: 'tmpfs' }],
    [
      { type: 'npipe', source: 'x' },
      { type: 'npipe', source: 'x' },
    ],
  ])('%j', (given, expected) => {
    expect(long(given)).toEqual({ ...BLANK, ...expected })
  })

  test.each([
    [{ target: 'data' }, /'data' of a mount is not an absolute path/],
    [{ type: 'bind' }, /the bind mount at \/data has no source/],
    [{ type: 'tmpfs', tmpfs: { size: 'much' } }, /'much' is not the size of a tmpfs/],
    [{ type: 'tmpfs', tmpfs: { mode: '0o9' } }, /'0o9' is not the mode of a tmpfs/],
  ])('%j is refused', (given, message) => {
    expect(() => long(given)).toThrow(message)
  })
})

describe('tmpfs of a service', () => {
  test.each<[unknown, Partial<ComposeMount>]>([
    ['/run', {}],
    [['/run'], {}],
    ['/run:size=64m,mode=1770,noexec', { sizeBytes: 2 ** 26, mode: '1770', exec: 'noexec' }],
    ['/run:rw,exec,nosuid,uid=5', { exec: 'exec', ignored: ['nosuid', 'uid=5'] }],
  ])('%j', (tmpfs, expected) => {
    expect(only({ tmpfs })).toEqual({ ...BLANK, type: 'tmpfs', path: '/run', ...expected })
  })

  test('that is no path is refused', () => {
    expect(() => only({ tmpfs: 'run' })).toThrow(/'run' is not an absolute path/)
  })
})

test('volumes are named after the project, unless they have a name or are external', () => {
  const volumes = {
    plain: null,
    named: { name: 'shared' },
    there: { external: true },
    old: { external: { name: 'legacy' } },
    nfs: { driver: 'local', driver_opts: { type: 'nfs', o: 'addr=10.0.0.1,rw', port: 5 } },
  }
  const project = projectOf(ComposeFile.parse({ name: 'shop', services: {}, volumes }), 'folder')
  expect(project.volumes).toEqual({
    plain: { name: 'shop_plain', external: false, driver: null, driverOptions: {} },
    named: { name: 'shared', external: false, driver: null, driverOptions: {} },
    there: { name: 'there', external: true, driver: null, driverOptions: {} },
    old: { name: 'legacy', external: true, driver: null, driverOptions: {} },
    nfs: {
      name: 'shop_nfs',
      external: false,
      driver: 'local',
      driverOptions: { type: 'nfs', o: 'addr=10.0.0.1,rw', port: '5' },
    },
  })
})
