import { errnoIn, linesOf, type OutputFailure, signalCode, workloadError } from './failure.js'

/** What one run of dd measured, in base units. */
export interface DdMeasurement {
  /** Bytes copied; never 0. The caller compares them with the bytes it asked for. */
  bytes: number
  /** dd's own clock, `conv=fsync` included; 0 when the copy was shorter than the clock's resolution. */
  seconds: number
  /** `bytes / seconds`, or null when `seconds` is 0. The rate dd prints is ignored: its units differ by implementation. */
  bytesPerSecond: number | null
}

// GNU, busybox, toybox and uutils; then FreeBSD and macOS. The rate must be complete although it is not used: a line
// cut off in its seconds has none. Not anchored, because GNU 9.1 prints two reports on one line. The look-behind refuses
// digits in groups ("1,048,576"), of which only the last would be read.
const TRANSFER =
  /(?<!\d[.,' \u00a0\u202f]?)(\d+) bytes?(?: \([^()\r\n]*\))? (?:copied,|transferred in) (\d+(?:\.\d+)?(?:e[+-]\d+)?) (?:s|secs|seconds?)(?:, (?:[\d.]+|Infinity|inf|-?nan) ?\w*\/s| \((?:\d+|inf|-?nan) bytes\/sec\))/gi
const RECORDS = /\d+\+\d+ records? (?:in|out)/g
const BEGUN = /\d\+\d|\d bytes?\b/

/**
 * The transfer line of the last run: the only one after the last "records out". A progress line (after a bare CR), the
 * report GNU 9.1 adds before its fsync, and any report that is followed by the beginning of another are not final.
 */
function finalTransfer(stderr: string): { bytes: number; seconds: number } | null {
  const records = [...stderr.matchAll(RECORDS)].at(-1)
  const tail = records === undefined ? stderr : stderr.slice(records.index + records[0].length)
  const [transfer, ...others] = tail.matchAll(TRANSFER)
  if (transfer === undefined || others.length > 0) return null
  const before = tail.slice(0, transfer.index)
  const after = tail.slice(transfer.index + transfer[0].length)
  if (/\r(?!\n)/.test(before) || BEGUN.test(after)) return null
  const [bytes, seconds] = [Number(transfer[1]), Number(transfer[2])]
  return Number.isSafeInteger(bytes) && Number.isFinite(seconds) ? { bytes, seconds } : null
}

const USAGE =
  /^(?:\S*\/)?dd: .*\b(?:invalid|illegal|unknown|unrecognized|unsupported|unimplemented|bad|cannot combine)\b|^Usage: /i

/** What the lines themselves complain of. With exit code 0 only dd's own lines count: a shell around it may hide its status. */
function complaint(lines: readonly string[], exitCode: number): OutputFailure | null {
  const spoken = lines.filter((line) => !/^(?:\S*\/)?dd: warning:/.test(line))
  const own = exitCode === 0 ? spoken.filter((line) => /^(?:\S*\/)?dd: /.test(line)) : spoken
  const memory = own.find((line) => line.includes('memory exhausted'))
  if (memory !== undefined) return { code: 'ENOMEM', line: memory }
  const errno = errnoIn(own)
  if (errno !== null) return errno
  const usage = own.find((line) => USAGE.test(line))
  return usage === undefined ? null : { code: 'usage', line: usage }
}

/** The reason for which this is no measurement, or null. Complaints come before signals, signals before speed. */
function failureOf(stderr: string, exitCode: number, transferred: boolean): OutputFailure | null {
  const lines = linesOf(stderr)
  const telling = lines.filter((line) => !/ records? (?:in|out)$| copied, | transferred in |^Try '/.test(line))
  const line = telling.at(-1) ?? lines.at(-1) ?? ''
  if (exitCode === 127) return { code: 'not-found', line }
  if (lines.length === 0) return { code: 'empty', line }
  const complained = exitCode === 125 ? null : complaint(lines, exitCode)
  if (complained !== null) return complained
  const stopped = signalCode(exitCode) ?? (exitCode === 124 ? 'timeout' : null)
  if (stopped !== null) return { code: transferred ? stopped : 'no-transfer-line', line }
  if (exitCode !== 0) return { code: 'failed', line }
  return transferred ? null : { code: 'no-transfer-line', line }
}

/**
 * The bytes and seconds of the last complete transfer line dd printed.
 *
 * Formats: coreutils `src/dd.c` from 5.3, busybox `coreutils/dd.c`, toybox and uutils dd, FreeBSD and Apple `misc.c`;
 * in the C locale only, other languages are refused. Dd that prints no transfer line (Debian's busybox) is refused too.
 *
 * @throws BenchError when dd failed whatever it printed, printed no complete line (`no-transfer-line`, `empty`), or
 * copied nothing (`zero-bytes`): a source that is empty or skipped past its end exits 0.
 */
export function parseDd({ stderr, exitCode }: { stderr: string; exitCode: number }): DdMeasurement {
  const transfer = finalTransfer(stderr)
  const failure = failureOf(stderr, exitCode, transfer !== null)
  if (failure !== null || transfer === null) {
    const reason = failure ?? { code: 'no-transfer-line', line: '' }
    const hint =
      'Run dd with LC_ALL=C and without status=none or noxfer; some builds of busybox print no transfer line.'
    throw workloadError('dd', exitCode, reason, reason.code === 'no-transfer-line' ? hint : undefined)
  }
  const { bytes, seconds } = transfer
  if (bytes === 0) throw workloadError('dd', exitCode, { code: 'zero-bytes', line: linesOf(stderr).at(-1) ?? '' })
  return { bytes, seconds, bytesPerSecond: seconds === 0 ? null : bytes / seconds }
}
