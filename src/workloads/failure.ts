import { BenchError, type ErrorCode } from '../errors.js'

/**
 * The error numbers a storage workload meets, with the texts of `strerror` in glibc, musl and Apple's libc.
 * Numbers are Linux's; `meaning` completes "dd failed: …".
 */
export const ERRNO = [
  { number: 1, code: 'EPERM', texts: ['Operation not permitted'], meaning: 'the operation is not permitted' },
  { number: 2, code: 'ENOENT', texts: ['No such file or directory'], meaning: 'a path does not exist' },
  { number: 5, code: 'EIO', texts: ['Input/output error', 'I/O error'], meaning: 'the device reported an I/O error' },
  { number: 12, code: 'ENOMEM', texts: ['Cannot allocate memory', 'Out of memory'], meaning: 'memory ran out' },
  { number: 13, code: 'EACCES', texts: ['Permission denied'], meaning: 'permission was denied' },
  { number: 16, code: 'EBUSY', texts: ['Device or resource busy', 'Resource busy'], meaning: 'the target is busy' },
  { number: 20, code: 'ENOTDIR', texts: ['Not a directory'], meaning: 'a part of the path is not a directory' },
  { number: 21, code: 'EISDIR', texts: ['Is a directory'], meaning: 'the path is a directory' },
  { number: 22, code: 'EINVAL', texts: ['Invalid argument'], meaning: 'the request was refused, often for O_DIRECT' },
  { number: 24, code: 'EMFILE', texts: ['Too many open files'], meaning: 'too many files are open' },
  { number: 27, code: 'EFBIG', texts: ['File too large'], meaning: 'the file is too large' },
  { number: 28, code: 'ENOSPC', texts: ['No space left on device'], meaning: 'the target is full' },
  { number: 30, code: 'EROFS', texts: ['Read-only file system'], meaning: 'the target is read-only' },
  { number: 38, code: 'ENOSYS', texts: ['Function not implemented'], meaning: 'the kernel lacks a system call' },
  {
    number: 84,
    code: 'EILSEQ',
    texts: ['Illegal byte sequence'],
    meaning: 'the data read back differ from those written',
  },
  {
    number: 95,
    code: 'EOPNOTSUPP',
    texts: ['Operation not supported', 'Not supported'],
    meaning: 'it is not supported',
  },
  { number: 110, code: 'ETIMEDOUT', texts: ['Connection timed out', 'Operation timed out'], meaning: 'I/O timed out' },
  { number: 116, code: 'ESTALE', texts: ['Stale file handle'], meaning: 'the file handle is stale' },
  { number: 122, code: 'EDQUOT', texts: ['Disk quota exceeded', 'Quota exceeded'], meaning: 'the quota is used up' },
] as const satisfies readonly { number: number; code: ErrorCode; texts: readonly string[]; meaning: string }[]

const MEANING: Partial<Record<ErrorCode, string>> = {
  usage: 'an option or a value was refused',
  'not-found': 'the program was not found',
  empty: 'it printed nothing',
  'no-transfer-line': 'it printed no complete transfer line',
  'zero-bytes': 'it copied no bytes, which measures nothing',
  interrupted: 'it was interrupted',
  killed: 'it was killed',
  timeout: 'it ran out of time',
  'no-json': 'it printed no JSON',
  'bad-output': 'its output is not understood',
}

/** Why a workload's output is no measurement: the code, and the line of its output that says so. */
export interface OutputFailure {
  code: ErrorCode
  /** Empty when nothing was printed. */
  line: string
}

/** The error of one failed workload: program, reason in plain words, exit code and the telling line, on one line. */
export function workloadError(
  program: string,
  exitCode: number,
  { code, line }: OutputFailure,
  hint?: string,
): BenchError {
  const meaning = ERRNO.find((row) => row.code === code)?.meaning ?? MEANING[code]
  const reason = meaning === undefined ? ` (exit code ${exitCode})` : `: ${meaning} (${code}, exit code ${exitCode})`
  const message = `${program} failed${reason}${line && `: ${line.replaceAll(/\s+/g, ' ')}`}`
  return new BenchError(code, message, { hint })
}

/** The lines that are not blank, trimmed. LF, CRLF (a terminal) and CR (progress) all end one. */
export function linesOf(text: string): string[] {
  const lines = text.split(/[\r\n]+/).map((line) => line.trim())
  return lines.filter((line) => line !== '')
}

/** The code of the first line that carries an error text of the C library, or null. Texts are those of the C locale. */
export function errnoIn(lines: readonly string[]): OutputFailure | null {
  for (const line of lines) {
    const row = ERRNO.find(({ texts }) => new RegExp(`[:=] ?(?:${texts.join('|')})(?=$|[:,(\\s])`).test(line))
    if (row !== undefined) return { code: row.code, line }
  }
  return null
}

/**
 * How an exit status says that a signal ended the process: `interrupted` (HUP, INT, QUIT, TERM), `killed` (any other)
 * or null. A status is negative (Node's and Python's way) or above 128 (the shell's).
 */
export function signalCode(exitCode: number): 'interrupted' | 'killed' | null {
  const signal = exitCode < 0 ? -exitCode : exitCode - 128
  if (signal < 1 || signal > 64) return null
  return [1, 2, 3, 15].includes(signal) ? 'interrupted' : 'killed'
}
