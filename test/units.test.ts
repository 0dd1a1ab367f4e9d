import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatBytes,
  formatDuration,
  formatValue,
  nearest,
  parseCount,
  parseDuration,
  parseShare,
  parseSize,
  scaleFor,
  threeDigits,
  unknownName,
} from '../src/units.js'

describe('sizes', () => {
  test.each([
    ['64m', 67108864],
    ['64M', 67108864],
    ['64MiB', 67108864],
    ['67108864', 67108864],
    ['64MB', 64000000],
    ['1.5GiB', 1610612736],
    ['1k', 1024],
    ['1kb', 1000],
    ['2g', 2147483648],
    ['1t', 1099511627776],
    ['23MiB', 24117248],
    [' 4 k ', 4096],
    ['512b', 512],
  ])('%j is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes)
  })

  test.each([
    '',
    '0',
    '0m',
    'm',
    '-1m',
    '1e3',
    '64q',
    '64mm',
    '1,5g',
    '0x10',
    'NaN',
    'Infinity',
    '0.1b',
    '9'.repeat(400),
    '64constructor',
  ])('%j is no size, and an example is given', (text) => {
    expect(() => parseSize(text)).toThrow(
      expect.objectContaining({
        code: 'bad-input',
        message: `'${text}' is not a size`,
        hint: expect.stringContaining('64m'),
      }),
    )
  })

  test('any whole number of MiB is read back', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), (n) => parseSize(`${n}m`) === n * 2 ** 20))
  })
})

describe('durations', () => {
  test.each([
    ['500ms', 0.5],
    ['1.5s', 1.5],
    ['2m', 120],
    ['2min', 120],
    ['1h', 3600],
    ['1S', 1],
  ])('%j is %d seconds', (text, seconds) => {
    expect(parseDuration(text)).toBe(seconds)
  })

  test.each(['', '1', '0s', '-1s', 's', '1d', '1.s', '1e2s', `${'9'.repeat(400)}h`])('%j is no duration', (text) => {
    expect(() => parseDuration(text)).toThrow(
      expect.objectContaining({ code: 'bad-input', hint: expect.stringContaining('500ms') }),
    )
  })
})

describe('counts', () => {
  test.each([
    ['1', 1],
    ['12', 12],
    ['100', 100],
  ])('%j is taken', (text, value) => {
    expect(parseCount(text, '--rounds', 1, 100)).toBe(value)
  })

  test.each(['0', '101', '-1', '1.5', '', 'ten', '1e2', '0x1'])('%j is not', (text) => {
    expect(() => parseCount(text, '--rounds', 1, 100)).toThrow(
      expect.objectContaining({ code: 'bad-input', message: `--rounds '${text}' is not a whole number from 1 to 100` }),
    )
  })
})

describe('formatting', () => {
  test.each([
    [0, '0'],
    [0.0123, '0.0123'],
    [1.234, '1.23'],
    [12.34, '12.3'],
    [123.4, '123'],
    [1234, '1234'],
    [-1.234, '-1.23'],
    [9.996, '10.0'],
    [99.96, '100'],
  ])('%d in three digits is %s', (value, text) => {
    expect(threeDigits(value)).toBe(text)
  })

  test('what is not zero never reads as zero', () => {
    fc.assert(fc.property(fc.double({ min: 1e-6, max: 1e12, noNaN: true }), (value) => Number(threeDigits(value)) > 0))
  })

  test.each([
    ['B', 64 * 2 ** 20, '64.0 MiB'],
    ['B', 0, '0 B'],
    ['B/s', 1.5 * 2 ** 30, '1.50 GiB/s'],
    ['s', 143e-6, '143 µs'],
    ['s', 0.45e-6, '0.450 µs'],
    ['s', 0.0012, '1.20 ms'],
    ['s', 9, '9.00 s'],
    ['1/s', 12345, '12.3 k/s'],
    ['1/s', 3, '3.00 /s'],
    ['parsec', 2, '2.00 parsec'],
  ])('%s %d is shown as %s', (unit, value, text) => {
    expect(formatValue(unit, value)).toBe(text)
  })

  test('bytes', () => expect(formatBytes(1610612736)).toBe('1.50 GiB'))

  test('a row has one scale, in which its smallest value still shows', () => {
    expect(scaleFor('s', [0.00045, 2]).suffix).toBe('µs')
    expect(scaleFor('B/s', [3 * 2 ** 30, 200 * 2 ** 20]).suffix).toBe('MiB/s')
    expect(scaleFor('B/s', []).suffix).toBe('B/s')
  })

  test.each([
    [0.85, '850 ms'],
    [0.9996, '1 s'],
    [1, '1 s'],
    [12.4, '12 s'],
    [59.7, '1 min 0 s'],
    [185, '3 min 5 s'],
  ])('%d s is shown as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text)
  })
})

describe('the nearest name', () => {
  const names = ['volume', 'anonymous', 'bind', 'tmpfs', 'layer', 'host']
  test.each([
    ['volum', 'volume'],
    ['VOLUME', 'volume'],
    ['tempfs', 'tmpfs'],
    ['bindd', 'bind'],
    ['anonimous', 'anonymous'],
    ['kubernetes', undefined],
    ['', undefined],
  ])('%j → %s', (typed, name) => {
    expect(nearest(typed, names)).toBe(name)
  })

  test('is the hint of an unknown name; without one all names are', () => {
    expect(unknownName('mount', 'tmpf', names)).toMatchObject({
      message: "unknown mount 'tmpf'",
      hint: "did you mean 'tmpfs'?",
    })
    expect(unknownName('mount', 'zzzzzzzz', names).hint).toBe(`known: ${names.join(', ')}`)
  })

  test('a label in capitals is found too', () => {
    expect(nearest('NVM', ['NVMe', 'other'])).toBe('NVMe')
  })
})

describe('shares', () => {
  test.each([
    ['5%', 0.05],
    ['0.05', 0.05],
    ['2.5%', 0.025],
    ['12 %', 0.12],
    [' 5% ', 0.05],
    ['99.9%', 0.999],
  ])('%j is %d', (text, share) => {
    expect(parseShare(text, '--precision')).toBeCloseTo(share, 12)
  })

  test.each(['', '%', '0', '0%', '100%', '1', '5', '-5%', '5%%', '1e-2', '.05', '5 per cent', 'NaN'])(
    '%j is no share',
    (text) => {
      expect(() => parseShare(text, '--precision')).toThrow(
        expect.objectContaining({
          code: 'bad-input',
          message: `--precision '${text}' is not a share between 0% and 100%`,
          hint: expect.stringContaining('5%'),
        }),
      )
    },
  )
})
