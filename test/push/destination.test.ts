import { describe, expect, test } from 'vitest'
import { BenchError } from '../../src/errors.js'
import { requestTo } from '../../src/push/destination.js'
import { databaseAt } from '../../src/push/postgres.js'
import { smallRun } from '../builders.js'

const run = smallRun()
const to = (address: string, env = {}) => requestTo(address, run, env)
const base64 = (text: string) => Buffer.from(text).toString('base64')

test.each([
  ['http://gw:9091', 'PUT', 'http://gw:9091/metrics/job/mountbench/engine/docker/fingerprint/0123456789ab'],
  [
    'http://gw:9091/prefix/',
    'PUT',
    'http://gw:9091/prefix/metrics/job/mountbench/engine/docker/fingerprint/0123456789ab',
  ],
  ['http://gw/metrics/job/mine/host/a', 'PUT', 'http://gw/metrics/job/mine/host/a'],
  ['http://influx:8086/write?db=bench', 'POST', 'http://influx:8086/write?db=bench&precision=ms'],
  ['http://influx/write?db=b&rp=week&precision=s', 'POST', 'http://influx/write?db=b&rp=week&precision=ms'],
  ['https://influx/api/v2/write?org=o&bucket=b', 'POST', 'https://influx/api/v2/write?org=o&bucket=b&precision=ms'],
])('%s: %s %s', (address, method, url) => {
  expect(to(address)).toMatchObject({ method, url })
  expect(to(address).body).toContain(method === 'PUT' ? '# EOF' : 'mountbench,engine=docker')
})

test('a label of the group that cannot stand in a path is in base64', () => {
  const environment = { ...run.environment, fingerprint: 'a/b?c' }
  const { url } = requestTo('http://gw', { ...run, environment }, {})
  expect(url).toBe('http://gw/metrics/job/mountbench/engine/docker/fingerprint@base64/YS9iP2M')
})

describe('who it is', () => {
  test.each([
    ['http://u:p%40ss@gw', {}, `Basic ${base64('u:p@ss')}`],
    ['http://u:p@influx/write?db=b', { INFLUX_TOKEN: 't' }, `Basic ${base64('u:p')}`],
    ['http://influx/api/v2/write?org=o&bucket=b', { INFLUX_TOKEN: 'secret\n' }, 'Token secret'],
    ['http://influx/write?db=b', { INFLUX_USERNAME: 'u', INFLUX_PASSWORD: 'p' }, `Basic ${base64('u:p')}`],
    ['http://influx/write?db=b', {}, undefined],
    ['http://gw', { INFLUX_TOKEN: 'not for a gateway' }, undefined],
  ])('%s with %j', (address, env, authorization) => {
    expect(to(address, env).headers.authorization).toBe(authorization)
  })

  test('is in no address that is shown or sent', () => {
    const { place, url, secrets } = to('http://user:pass%20word@influx/write?db=b&u=x&p=query')
    expect(place).toBe('http://influx/write')
    expect(url).not.toMatch(/user|pass/)
    expect(secrets).toEqual(expect.arrayContaining(['pass word', 'pass%20word', 'query']))
  })
})

test('an @ that belongs to the address stays in it', () => {
  expect(to('http://gw:9091/metrics/job@base64/bXk/host/a').url).toBe('http://gw:9091/metrics/job@base64/bXk/host/a')
  expect(to('https://influx/api/v2/write?org=me@example.com&bucket=b').url).toContain('org=me%40example.com')
})

/** All that a person is told of an address that is refused. */
function refusal(read: () => unknown): string {
  try {
    read()
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    return `${error.code}: ${error.message}\nhint: ${error.hint}`
  }
  return 'taken'
}

test.each([
  ['gw:9091', /not an http/],
  ['ftp://user:secret@gw', /not an http/],
  ['user:secret@gw', /not an http/],
  ['http://influx/write', /does not say which db/],
  ['http://u:secret@influx/api/v2/write?org=o', /does not say which bucket/],
  ['http://u:100%@gw', /the user or password is not percent-encoded\nhint: .*% is written %25/],
  ['http://u%:p@gw', /the user or password is not percent-encoded/],
  ['http://u:secret?@gw', /not an http/],
  ['http://u:1234?secret@gw', /an @, .* in a password is percent-encoded\nhint: .*\? is %3F/],
  ['http://u:1234/secret@gw', /in a password is percent-encoded/],
  ['http://u:1234#secret@gw', /in a password is percent-encoded/],
])('%s is refused without being repeated', (address, message) => {
  const said = refusal(() => to(address))
  expect(said).toMatch(/^bad-input: /)
  expect(said).toMatch(message)
  expect(said).not.toMatch(/secret|1234|100%/)
})

describe('a database', () => {
  test.each([
    ['postgresql://u:secret@db:5433/bench', 'postgresql://db:5433/bench', ['secret']],
    ['postgres://u:p%40w@db/bench?sslmode=require', 'postgresql://db/bench', ['p%40w', 'p@w']],
    ['postgresql://[::1]:5433/bench', 'postgresql://[::1]:5433/bench', []],
    ['postgresql://u@%2Frun%2Fpostgresql/bench', 'postgresql://%2Frun%2Fpostgresql/bench', []],
    ['postgresql:///bench?host=/run/postgresql&password=hidden', 'postgresql:///bench', ['hidden']],
  ])('%s', (address, place, secrets) => {
    const found = databaseAt(address)
    expect(found.place).toBe(place)
    expect(found.secrets).toEqual(expect.arrayContaining(secrets))
    expect(found.url).toMatch(/[?&]uselibpqcompat=true$/)
  })

  test.each([
    ['mysql://u:secret@db/x', /not a postgresql:\/\/ address/],
    ['postgresql://u:sec/ret@db/x', /in a password is percent-encoded.*\nhint: .*\/ is %2F/],
    ['postgresql://u:sec?ret@db/x', /in a password is percent-encoded.*\nhint: .*\? is %3F/],
    ['postgresql://u:secret?@db/x', /in a password is percent-encoded/],
    ['postgresql://u:1234?secret@db/x', /in a password is percent-encoded/],
    ['postgresql://u:1234?a=secret@db/x', /in a password is percent-encoded/],
    ['postgresql://u:sec#ret@db/x', /in a password is percent-encoded.*\nhint: .*# is %23/],
    ['postgresql://u:sec@ret@db/x', /in a password is percent-encoded.*\nhint: .*@ is %40/],
    ['postgresql://u:secret', /a port is a number/],
    ['postgresql://u:secret%zz@db/x', /not percent-encoded/],
    ['postgresql://db/x?sslmode=requir', /no sslmode 'requir'/],
    ['postgresql://db/x?sslmode=allow', /no sslmode 'allow'/],
    [
      'postgresql://db/x?sslmode=prefer',
      /no sslmode 'prefer' here\nhint: known: disable, require, verify-ca, verify-full$/,
    ],
    ['postgresql://db/x?sslmode=disable&sslmode=prefer', /no sslmode 'prefer'/],
    ['postgresql://db/x?sslmode=require;password=secret', /no sslmode of that name/],
  ])('%s is refused without being repeated', (address, message) => {
    const said = refusal(() => databaseAt(address))
    expect(said).toMatch(/^bad-input: /)
    expect(said).toMatch(message)
    expect(said).not.toMatch(/sec\W?ret|1234/)
  })
})
