import { describe, expect, test } from 'vitest'
import { interpolate, interpolateAll } from '../../src/compose/interpolate.js'

const ENV = { DATA: '/srv/data', EMPTY: '' }

describe('variables are put in as Compose does it', () => {
  test.each([
    ['no variable', 'no variable'],
    ['$DATA:/x', '/srv/data:/x'],
    [`\${DATA}/db:/x`, '/srv/data/db:/x'],
    [`\${UNSET:-./data}:/x`, './data:/x'],
    [`\${UNSET-./data}:/x`, './data:/x'],
    [`\${EMPTY:-./data}:/x`, './data:/x'],
    [`\${EMPTY-./data}:/x`, ':/x'],
    [`\${EMPTY}/x`, '/x'],
    [`\${DATA:+there}`, 'there'],
    [`\${UNSET:+there}`, ''],
    [`\${DATA:?must be set}`, '/srv/data'],
    ['a$$b', 'a$b'],
    [`$$\{DATA}`, `\${DATA}`],
  ])('%s', (text, expected) => {
    expect(interpolate(text, ENV)).toBe(expected)
  })

  test('in lists and maps, and only in texts', () => {
    expect(interpolateAll([{ source: '$DATA', read_only: true, size: 5, none: null }], ENV)).toEqual([
      { source: '/srv/data', read_only: true, size: 5, none: null },
    ])
  })
})

test.each([
  ['$UNSET/x', /the variable UNSET in '\$UNSET\/x' has no value$/],
  [`\${UNSET}`, /the variable UNSET/],
  [`\${EMPTY:?is needed}`, /the variable EMPTY .* has no value: is needed$/],
  [`\${}`, /is not a variable/],
  [`\${a b}`, /is not a variable/],
])('%s is refused: it would be another mount', (text, message) => {
  expect(() => interpolate(text, ENV)).toThrow(message)
})
