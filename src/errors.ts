/**
 * Every way this tool ends badly, as a word a program can test.
 *
 * The first group ends the process (see `EXIT_CODES`); the second describes one workload that failed,
 * which is recorded in the result and does not end a run.
 */
export type ErrorCode =
  | 'bad-input'
  | 'cannot-run'
  | 'interrupted'
  | 'usage'
  | 'not-found'
  | 'empty'
  | 'no-transfer-line'
  | 'zero-bytes'
  | 'too-few-bytes'
  | 'timeout'
  | 'killed'
  | 'no-json'
  | 'bad-output'
  | 'failed'
  | `E${string}`

/** The exit code of the process for an error that ends it; any other code is an internal error and exits 3. */
export const EXIT_CODES = { 'bad-input': 2, 'cannot-run': 3, interrupted: 130 } as const

/** What may be told about an error beside its first line. */
export interface ErrorDetails {
  /** What a person can try next, one sentence. */
  hint?: string | undefined
  /** Evidence below the first line: the command, its last lines. */
  details?: string | undefined
  cause?: unknown
}

/** An error written for a person: what failed and why in `message` (one line), what to try in `hint`. */
export class BenchError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly details: string | undefined

  constructor(code: ErrorCode, message: string, { hint, details, cause }: ErrorDetails = {}) {
    super(message, { cause })
    this.name = 'BenchError'
    this.code = code
    this.hint = hint
    this.details = details
  }
}

/** The message of anything thrown, on one line. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().replaceAll(/\s*\n\s*/g, ' · ')
}

/** Bad input of a person: exit code 2, nothing created. */
export function badInput(message: string, hint?: string): BenchError {
  return new BenchError('bad-input', message, { hint })
}

/** Something this machine lacks: exit code 3, nothing measured. */
export function cannotRun(message: string, hint?: string, details?: string): BenchError {
  return new BenchError('cannot-run', message, { hint, details })
}
