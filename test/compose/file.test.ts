import { describe, expect, test } from 'vitest'
import { defaultProjectName, parseComposeFile } from '../../src/compose/file.js'
import { projectOf } from '../../src/compose/mounts.js'
import { BenchError } from '../../src/errors.js'

const parse = (text: string, env = {}) => parseComposeFile('compose.yaml', text, env)

describe('a file read without docker compose', () => {
  test('anchors, merge keys, YAML 1.1 octals, and variables where they matter', () => {
    const text = `
x-common: &common
  volumes: [ "\${DATA:-db}:/data" ]
services:
  app:
    <<: *common
    environment: { PASSWORD: "\${NOT_SET}" }
  cache:
    volumes:
      - { type: tmpfs, target: /t, read_only: no, tmpfs: { mode: 0755, size: 8m } }
volumes:
  db:
`
    const { mounts } = projectOf(parse(text), 'shop')
    expect(mounts.map(({ service, type, source, mode }) => [service, type, source, mode])).toEqual([
      ['app', 'volume', 'db', null],
      ['cache', 'tmpfs', null, '755'],
    ])
    expect(projectOf(parse(text, { DATA: '/srv' }), 'shop').mounts[0]).toMatchObject({ type: 'bind', source: '/srv' })
  })

  test('services without mounts', () => {
    expect(projectOf(parse('services: { a: { image: x }, b: }'), 'p')).toMatchObject({
      services: ['a', 'b'],
      mounts: [],
    })
  })
})

describe('what is wrong is told with its line', () => {
  const lines = (...all: string[]) => all.join('\n')
  test.each([
    ['a tab', lines('services:', '  a:', '\tvolumes: []'), /^compose\.yaml:3: .*tabs/i],
    ['an open bracket', lines('services:', '  a:', '    volumes: [x'), /^compose\.yaml:3: /],
    ['a key twice', lines('services:', '  a:', '  a:'), /^compose\.yaml:3: .*unique/],
    ['no services', 'volumes: {}', /^compose\.yaml:1: there are no services/],
    ['nothing', '', /^compose\.yaml:1: there are no services/],
    ['a list of services', lines('services:', '  - a'), /^compose\.yaml:2: services/],
    ['volumes as a text', lines('services:', '  a:', '    volumes: x'), /^compose\.yaml:3: services\.a\.volumes: /],
    [
      'a mount without a target',
      lines('services:', '  a:', '    volumes:', '      - b:/b', '      - type: bind'),
      /^compose\.yaml:5: services\.a\.volumes\.1/,
    ],
    [
      'a variable without a value',
      lines('services:', '  a:', '    volumes:', `      - \${HERE}:/b`),
      /^compose\.yaml:4: the variable HERE in '\$\{HERE\}:\/b' has no value/,
    ],
    ['parts elsewhere', lines('include:', '  - other.yaml', 'services: {}'), /^compose\.yaml:2: 'include' takes parts/],
    [
      'a service elsewhere',
      lines('services:', '  a:', '    extends:', '      file: b.yaml'),
      /^compose\.yaml:4: 'extends' takes parts from elsewhere/,
    ],
  ])('%s', (_, text, message) => {
    const error = (() => {
      try {
        return parse(text)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(BenchError)
    expect(error).toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) })
    expect((error as BenchError).message).not.toContain('\n')
  })
})

test.each([
  ['/home/me/My Blog.v2/compose.yaml', {}, 'myblogv2'],
  ['/home/me/_-app/compose.yaml', {}, 'app'],
  ['/home/me/app/compose.yaml', { COMPOSE_PROJECT_NAME: 'other' }, 'other'],
])('the project of %s', (file, env, name) => {
  expect(defaultProjectName(file, env)).toBe(name)
})
