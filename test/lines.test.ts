import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { linesIn } from '../src/lines.js'
import { allOf, temporaryFolder } from './fake.js'

describe('lines', () => {
  const MEBIBYTE = 2 ** 20
  const long = 'é'.repeat(MEBIBYTE)
  test.each([
    ['none', '', []],
    ['one without an end', 'a', [['a', 1, false]]],
    [
      'two and an empty one',
      'a\n\nb\n',
      [
        ['a', 1, true],
        ['b', 3, true],
      ],
    ],
    [
      'longer than a part that is read',
      `x${long}\ny${long}\nz`,
      [
        [`x${long}`, 1, true],
        [`y${long}`, 2, true],
        ['z', 3, false],
      ],
    ],
    [
      'a break at the end of a part',
      `${'a'.repeat(MEBIBYTE - 1)}\nb\n`,
      [
        ['a'.repeat(MEBIBYTE - 1), 1, true],
        ['b', 2, true],
      ],
    ],
  ])('%s', async (_, text, expected) => {
    const file = join(temporaryFolder(), 'lines')
    writeFileSync(file, text)
    const found = (await allOf(linesIn(file))).flat()
    expect(found.map(({ text: line, number, whole }) => [line, number, whole])).toEqual(expected)
  })

  test('come part by part: no more is held than is read together', async () => {
    const file = join(temporaryFolder(), 'lines')
    const text = `${'x'.repeat(99)}\n`
    writeFileSync(file, text.repeat(40_000))
    const parts = await allOf(linesIn(file))
    expect(parts.flat()).toHaveLength(40_000)
    expect(Math.max(...parts.map((part) => part.length))).toBeLessThanOrEqual(MEBIBYTE / text.length + 1)
  })

  test('of no file are an error', async () => {
    await expect(linesIn(join(temporaryFolder(), 'lines')).next()).rejects.toMatchObject({ code: 'ENOENT' })
  })
})
