import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BenchError, type ErrorCode } from '../../src/errors.js'
import { parseDd } from '../../src/workloads/parse-dd.js'

interface Case {
  name: string
  stderr: string
  exitCode: number
  expect: { error: ErrorCode } | { bytes: number; seconds: number; bytesPerSecond: number | null }
}

const corpus: Case[] = JSON.parse(readFileSync(new URL('../fixtures/dd.json', import.meta.url), 'utf8'))

/** Cases of the corpus that hold a number which is refused on purpose. */
const REFUSED: Record<string, ErrorCode> = {
  // The same text as gnu-nocache-evict, whose expectation is zero-bytes: 0 bytes never are a measurement.
  'gnu-0-bytes': 'zero-bytes',
  'gnu-locale-de_DE': 'no-transfer-line',
  'gnu-locale-fr_FR': 'no-transfer-line',
  'gnu-locale-pl_PL': 'no-transfer-line',
  'gnu-locale-ru_RU': 'no-transfer-line',
  'gnu-locale-zh_CN': 'no-transfer-line',
  'gnu-locale-LANGUAGE-de-with-C.UTF-8': 'no-transfer-line',
  'gnu-locale-LC_NUMERIC-only-de': 'no-transfer-line',
  'uutils-fr-locale': 'no-transfer-line',
}

/** The BenchError, or what was returned instead. */
function outcome(stderr: string, exitCode = 0): unknown {
  try {
    return parseDd({ stderr, exitCode })
  } catch (error) {
    return error
  }
}

function expectError(stderr: string, exitCode: number, code: ErrorCode): BenchError {
  const error = outcome(stderr, exitCode)
  expect(error).toBeInstanceOf(BenchError)
  expect(error).toMatchObject({ code })
  expect((error as BenchError).message).toMatch(/^dd failed[^\n\r]*$/)
  return error as BenchError
}

describe('the corpus', () => {
  it('has 78 cases', () => expect(corpus).toHaveLength(78))

  it.each(corpus)('$name', ({ name, stderr, exitCode, expect: expected }) => {
    const code = REFUSED[name] ?? ('error' in expected ? expected.error : undefined)
    if (code !== undefined) expectError(stderr, exitCode, code)
    else expect(parseDd({ stderr, exitCode })).toEqual(expected)
  })
})

const records = '100+0 records in\n100+0 records out\n'
const line = '104857600 bytes (105 MB, 100 MiB) copied, 0.0512 s, 2.0 GB/s'
const measured = { bytes: 104857600, seconds: 0.0512, bytesPerSecond: 2048000000 }
const progress = '\r2097152 bytes (2.1 MB, 2.0 MiB) copied, 1 s, 1.7 MB/s'
// GNU dd 9.1: (slow pipe) | dd of=f bs=1M iflag=fullblock conv=fsync status=progress
const glued = `${progress}3000000 bytes (3.0 MB, 2.9 MiB) copied, 1.82372 s, 1.6 MB/s\n\n2+1 records in\n2+1 records out\n3000000 bytes (3.0 MB, 2.9 MiB) copied, 1.82717 s, 1.6 MB/s\n`

describe('what is read', () => {
  it.each([
    ['a line without records', `${line}\n`, measured],
    ['no newline at the end', `${records}${line}`, measured],
    ['CRLF', `${records}${line}\n`.replaceAll('\n', '\r\n'), measured],
    ['CR progress before the report', `${progress}\n${records}${line}\n`, measured],
    ['CR progress on a terminal', `${progress}\r\n${records.replaceAll('\n', '\r\n')}${line}\r\n`, measured],
    ['reports glued together', glued, { bytes: 3000000, seconds: 1.82717, bytesPerSecond: 3000000 / 1.82717 }],
    ['a warning', `dd: warning: partial read (100 bytes); suggest iflag=fullblock\n${records}${line}\n`, measured],
    ['truncated records', `${records}1 truncated record\n${line}\n`, measured],
    [
      'the last of two runs',
      `${records}${line}\n${records}${line.replace('0.0512', '0.05')}\n`,
      { ...measured, seconds: 0.05, bytesPerSecond: 2097152000 },
    ],
  ])('%s', (_, stderr, expected) => expect(parseDd({ stderr, exitCode: 0 })).toEqual(expected))
})

describe('what is refused', () => {
  const written = `5+0 records in\n4+0 records out\n${line}\n`
  it.each<[string, string, number, ErrorCode]>([
    ['seconds cut off', `${records}104857600 bytes (105 MB, 100 MiB) copied, 0.05`, 0, 'no-transfer-line'],
    ['rate cut off', `${records}104857600 bytes (105 MB, 100 MiB) copied, 0.0512 s, 2.0 GB`, 0, 'no-transfer-line'],
    ['only progress', `${progress}${progress}`, 0, 'no-transfer-line'],
    ['the report before the fsync, glued to progress', glued.slice(0, glued.indexOf('\n')), 0, 'no-transfer-line'],
    ['a second report cut off', `${records}${line}\n${records}1048576`, 0, 'no-transfer-line'],
    [
      'digits in groups',
      `${records}1,048,576 bytes (1.0 MB, 1.0 MiB) copied, 0.05 s, 21 MB/s\n`,
      0,
      'no-transfer-line',
    ],
    ['decimal comma', `${records}${line.replace('0.0512', '0,0512')}\n`, 0, 'no-transfer-line'],
    ['negative seconds', `${records}${line.replace('0.0512', '-0.0512')}\n`, 0, 'no-transfer-line'],
    [
      'more bytes than a number holds',
      `${records}${line.replace('104857600', '9007199254740993')}\n`,
      0,
      'no-transfer-line',
    ],
    ['a good line and exit 1', `${records}${line}\n`, 1, 'failed'],
    ['a good line and an engine error', `${records}${line}\n`, 125, 'failed'],
    ['a failed fsync', `${records}${line}\ndd: fsync failed for '/f': Input/output error\n`, 1, 'EIO'],
    ['a failed fsync of musl', `${records}${line}\ndd: /f: I/O error\n`, 1, 'EIO'],
    ['ENOSPC of uutils', 'dd: IO error: No space left on device (os error 28)\n', 1, 'ENOSPC'],
    [
      'ENOSPC hidden by a shell that exits 0',
      `dd: error writing '/x': No space left on device\n${written}`,
      0,
      'ENOSPC',
    ],
    ['a bad option hidden by a shell', `dd: invalid number: '1.5'\n`, 0, 'usage'],
    ['read-only', "dd: failed to open '/x': Read-only file system\n", 1, 'EROFS'],
    ['no permission', 'sh: 1: cannot create /x: Permission denied\n', 2, 'EACCES'],
    ['memory', 'dd: memory exhausted by input buffer of size 1073741824 bytes (1.0 GiB)\n', 1, 'ENOMEM'],
    ['memory, exit 0', 'dd: memory exhausted by input buffer of size 1073741824 bytes (1.0 GiB)\n', 0, 'ENOMEM'],
    [
      'skipped past the end',
      `dd: /f: cannot skip to specified offset\n0+0 records in\n0+0 records out\n0 bytes copied, 3e-05 s, 0.0 kB/s\n`,
      0,
      'zero-bytes',
    ],
    ['SIGINT, as the shell tells it', `${records}${line}\n`, 130, 'interrupted'],
    ['SIGTERM, as the shell tells it', `${records}${line}\n`, 143, 'interrupted'],
    ['SIGKILL', `${records}${line}\n`, 137, 'killed'],
    ['SIGKILL, as Node tells it', `${records}${line}\n`, -9, 'killed'],
    ['timeout', `${records}${line}\n`, 124, 'timeout'],
    ['no dd in the image', 'exec: "dd": executable file not found in $PATH\n', 127, 'not-found'],
    ['only blank lines', '\n \r\n', 0, 'empty'],
  ])('%s', (_, stderr, exitCode, code) => void expectError(stderr, exitCode, code))

  it('says why in words, with the telling line', () => {
    const { message } = expectError(`dd: error writing '/x': No space left on device\n${written}`, 1, 'ENOSPC')
    expect(message).toBe(
      "dd failed: the target is full (ENOSPC, exit code 1): dd: error writing '/x': No space left on device",
    )
  })

  it('hints at the locale', () => {
    expect(expectError(records, 0, 'no-transfer-line').hint).toContain('LC_ALL=C')
  })
})

/** printf's `%g`: six significant digits, without trailing zeros; an exponent has two digits at least. */
function printG(value: number): string {
  if (value === 0) return '0'
  const [mantissa = '', exponent = ''] = value.toExponential(5).split('e')
  const power = Number(exponent)
  const trim = (digits: string) => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits)
  if (power >= -4 && power < 6) return trim(value.toFixed(5 - power))
  return `${trim(mantissa)}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

function gnuSize(bytes: number): string {
  if (bytes === 1) return '1 byte'
  if (bytes < 1000) return `${bytes} bytes`
  return bytes < 1024 ? `${bytes} bytes (1.0 kB)` : `${bytes} bytes (1.0 kB, 1.0 KiB)`
}

/** One printer per implementation: the report, and the seconds as that implementation rounds them. */
const PRINTERS = {
  'GNU 9': (bytes: number, seconds: string) => `${gnuSize(bytes)} copied, ${seconds} s, 2.0 GB/s`,
  'GNU 8.22': (bytes: number, seconds: string) => `${bytes} bytes (105 MB) copied, ${seconds} s, 2.0 GB/s`,
  'GNU 6.0': (bytes: number, seconds: string) =>
    `${bytes} bytes (105 MB) copied, ${seconds} second${seconds === '1' ? '' : 's'}, 2.0 GB/s`,
  'GNU, no time': (bytes: number) => `${gnuSize(bytes)} copied, 0 s, Infinity B/s`,
  busybox: (bytes: number, seconds: string) => `${bytes} bytes (100.0MB) copied, ${seconds} seconds, 39.0GB/s`,
  toybox: (bytes: number, seconds: string) => `${bytes} bytes (100 M) copied, ${seconds} s, 24 G/s`,
  'BSD and macOS': (bytes: number, seconds: string) =>
    `${bytes} bytes transferred in ${seconds} secs (2048000000 bytes/sec)`,
} as const

const ROUNDING: Record<keyof typeof PRINTERS, (seconds: number) => string> = {
  'GNU 9': printG,
  'GNU 8.22': printG,
  'GNU 6.0': printG,
  'GNU, no time': () => '0',
  busybox: (seconds) => seconds.toFixed(6),
  toybox: (seconds) => seconds.toFixed(3),
  'BSD and macOS': (seconds) => seconds.toFixed(6),
}

const implementation = fc.constantFrom(...(Object.keys(PRINTERS) as (keyof typeof PRINTERS)[]))
const bytesPrinted = fc.oneof(
  fc.integer({ min: 1, max: 2000 }),
  fc.maxSafeInteger().map((n) => Math.abs(n) || 1),
)
const secondsTaken = fc.oneof(
  fc.double({ min: 0, max: 1e-3, noNaN: true }),
  fc.double({ min: 0, max: 2e6, noNaN: true }),
  fc.constantFrom(0, 1, 1e-6, 2.7e-5, 1.23457e6),
)
const end = fc.constantFrom('\n', '\r\n', '')
const before = fc.constantFrom('', progress, `${progress}\n`, 'WARNING: platform\n')

describe('properties', () => {
  it('reads back what any implementation prints', () => {
    fc.assert(
      fc.property(implementation, bytesPrinted, secondsTaken, end, before, (name, bytes, taken, ending, prefix) => {
        const printed = ROUNDING[name](taken)
        const seconds = Number(printed)
        const stderr = `${prefix}1+0 records in\n1+0 records out\n${PRINTERS[name](bytes, printed)}${ending}`
        expect(parseDd({ stderr, exitCode: 0 })).toEqual({
          bytes,
          seconds,
          bytesPerSecond: seconds === 0 ? null : bytes / seconds,
        })
      }),
    )
  })

  it('never reads another number from an output that is cut off', () => {
    fc.assert(
      fc.property(
        implementation,
        bytesPrinted,
        secondsTaken,
        before,
        fc.boolean(),
        (name, bytes, taken, prefix, counted) => {
          const counts = counted ? '1+0 records in\n1+0 records out\n' : ''
          const full = `${counted ? prefix : ''}${counts}${PRINTERS[name](bytes, ROUNDING[name](taken))}\n`
          expectNoOtherNumber(full)
        },
      ),
    )
  })

  it.each(corpus.filter(({ name, expect }) => !('error' in expect) && name !== 'two-runs-concatenated'))(
    'never reads another number from $name cut off',
    ({ stderr }) => expectNoOtherNumber(stderr),
  )

  it('never reads another number from glued reports cut off', () => expectNoOtherNumber(glued))

  it.each(corpus)('gives no number for $name with another exit code', ({ stderr }) => {
    for (const exitCode of [1, 2, 124, 125, 126, 127, 128, 130, 137, 143, 255, -2, -9, -15])
      expect(outcome(stderr, exitCode)).toBeInstanceOf(BenchError)
  })

  it('throws nothing but BenchError', () => {
    const fragment = fc.constantFrom(records, line, progress, glued, '\r', '\n', 'dd: ', ' bytes', ', 0 s', 'Infinity')
    const text = fc.array(fc.oneof(fragment, fc.string())).map((parts) => parts.join(''))
    fc.assert(
      fc.property(text, fc.integer({ min: -20, max: 260 }), (stderr, exitCode) => {
        const result = outcome(stderr, exitCode)
        if (!(result instanceof BenchError)) expect(result).toMatchObject({ bytes: expect.any(Number) })
      }),
    )
  })
})

function expectNoOtherNumber(full: string): void {
  const whole = outcome(full)
  for (let length = 0; length < full.length; length += 1) {
    const result = outcome(full.slice(0, length))
    if (!(result instanceof BenchError)) expect(result).toEqual(whole)
  }
}
