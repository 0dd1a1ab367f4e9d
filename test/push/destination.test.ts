import { describe, expect, test } from 'vitest'
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

test.each([
  ['gw:9091', /not an http/],
  ['ftp://user:secret@gw', /not an http/],
  ['user:secret@gw', /not an http/],
  ['http://influx/write', /does not say which db/],
  ['http://u:secret@influx/api/v2/write?org=o', /does not say which bucket/],
])('%s is refused without being repeated', (address, message) => {
  expect(() => to(address)).toThrow(
    expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) }),
  )
  expect(() => to(address)).not.toThrow(/secret/)
})

describe('a database', () => {
  test.each([
    ['postgresql://u:secret@db:5433/bench', 'postgresql://db:5433/bench', ['secret']],
    ['postgres://u:p%40w@db/bench?sslmode=require', 'postgresql://db/bench', ['p%40w', 'p@w']],
    ['postgresql:///bench?host=/run/postgresql&password=hidden', 'postgresql:///bench', ['hidden']],
  ])('%s', (address, place, secrets) => {
    const found = databaseAt(address)
    expect(found.place).toBe(place)
    expect(found.secrets).toEqual(expect.arrayContaining(secrets))
    expect(found.url).toMatch(/[?&]uselibpqcompat=true$/)
  })

  test.each([
    ['mysql://u:secret@db/x', /not a postgresql:\/\/ address/],
    ['postgresql://u:sec/ret@db/x', /written %40 or %2F/],
    ['postgresql://u:secret%zz@db/x', /not percent-encoded/],
    ['postgresql://db/x?sslmode=requir', /no sslmode 'requir'/],
    ['postgresql://db/x?sslmode=allow', /no sslmode 'allow'/],
  ])('%s is refused without being repeated', (address, message) => {
    expect(() => databaseAt(address)).toThrow(
      expect.objectContaining({ code: 'bad-input', message: expect.stringMatching(message) }),
    )
    expect(() => databaseAt(address)).not.toThrow(/secret|sec\/ret/)
  })
})
