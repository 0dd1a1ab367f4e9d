import { expect, test } from 'vitest'
import { BenchError, badInput, cannotRun, EXIT_CODES, messageOf } from '../src/errors.js'

test.each([
  [new Error('one\n  two\n\nthree'), 'one · two · three'],
  [new Error('  spaces '), 'spaces'],
  ['a text', 'a text'],
  [undefined, 'undefined'],
])('the message of %j is one line', (thrown, message) => {
  expect(messageOf(thrown)).toBe(message)
})

test('errors carry what a person needs', () => {
  expect(badInput('what', 'try')).toMatchObject({ code: 'bad-input', message: 'what', hint: 'try', name: 'BenchError' })
  expect(cannotRun('what', 'try', 'evidence')).toMatchObject({ code: 'cannot-run', details: 'evidence' })
  const cause = new Error('below')
  expect(new BenchError('failed', 'above', { cause }).cause).toBe(cause)
})

test('exit codes', () => {
  expect(EXIT_CODES).toEqual({ 'bad-input': 2, 'cannot-run': 3, interrupted: 130 })
})
