import { z } from 'zod'
import { BenchError, type ErrorCode } from '../errors.js'
import type { Sample } from '../model.js'
import type { Command, Output } from '../scenario.js'
import { ERRNO, errnoIn, linesOf, signalCode, workloadError } from './failure.js'
import { PRELUDE } from './programs/prelude.js'

/**
 * A Python program of ours with its arguments. It travels as one line, because a session passes an argument a line: the escapes of
 * a JSON string are those of a Python string, as long as the source is ASCII. `-I -B`: nothing of the user's environment is loaded, and
 * nothing is written beside the modules.
 */
export function python(source: string, ...values: readonly (string | number)[]): Command {
  return ['python3', '-I', '-B', '-c', `exec(${oneLine(`${PRELUDE}\n${source}`)})`, ...values.map(String)]
}

/** A program for the Node that mountbench runs on, the same way. */
export function node(source: string, ...values: readonly (string | number)[]): Command {
  return ['node', '-e', `eval(${oneLine(source)})`, '--', ...values.map(String)]
}

/**
 * A script of ours for POSIX sh, the same way: `printf %b` is what knows the escapes of a line there. In the script, `$script` is that
 * line, with which it can start itself again.
 */
export function shell(source: string, ...values: readonly (string | number)[]): Command {
  const line = ascii(source).replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return ['sh', '-c', 'script=$1; shift; eval "$(printf %b "$script")"', 'mountbench', line, ...values.map(String)]
}

/** Text as a string literal of JSON, Python and JavaScript alike. */
const oneLine = (source: string) => JSON.stringify(ascii(source))

/** Throws for other text than ASCII, whose escapes differ. */
function ascii(source: string): string {
  if (!/^[\n\x20-\x7e]*$/.test(source)) throw new BenchError('failed', 'the source of a program is not ASCII')
  return source
}

const positive = z.number().positive()

/** What `times` of the prelude reports: seconds over all operations, quantiles by Hyndman & Fan's type 7. */
export const Times = z.strictObject({
  count: z.int().positive(),
  meanSeconds: positive,
  p50Seconds: positive,
  p99Seconds: positive,
})

/** The latencies of all operations as metrics. */
export function latencyMetrics({ meanSeconds, p50Seconds, p99Seconds }: z.infer<typeof Times>): Sample['metrics'] {
  return { latency: p50Seconds, latencyMean: meanSeconds, latencyP99: p99Seconds }
}

/**
 * The one line of JSON that a program printed, as `schema` has it.
 *
 * @throws BenchError when the program failed, with its last word and, where it names one, the error number (`ENOSPC`, …); when
 * it printed nothing (`empty`), no JSON (`no-json`) or anything that the schema does not allow (`bad-output`).
 */
export function reported<T>(output: Output, schema: z.ZodType<T>, program = 'python3'): T {
  if (output.exitCode !== 0) throw workloadError(program, output.exitCode, failure(output))
  const text = output.stdout.trim()
  if (text === '') throw workloadError(program, 0, { code: 'empty', line: '' })
  const parsed = schema.safeParse(json(text, program))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const line = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`
  throw workloadError(program, 0, { code: 'bad-output', line })
}

function json(text: string, program: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw workloadError(program, 0, { code: 'no-json', line: linesOf(text).at(-1) ?? '' })
  }
}

/** `OSError: [Errno 28] No space left on device` is how Python says it; SQLite has words of its own. */
function failure({ stderr, exitCode }: Output) {
  const lines = linesOf(stderr)
  const line = lines.at(-1) ?? ''
  const number = Number(/\[Errno (\d+)\]/.exec(line)?.[1])
  const byNumber = ERRNO.find((row) => row.number === number)?.code
  const full: ErrorCode | undefined = /database or disk is full/.test(line) ? 'ENOSPC' : undefined
  const byStatus = exitCode === 127 ? 'not-found' : signalCode(exitCode)
  return { code: byStatus ?? byNumber ?? full ?? errnoIn([line])?.code ?? ('failed' as const), line }
}

/** Throws `code` with this message unless `holds`: what a program left is not what it said it did. */
export function mustHold(holds: boolean, code: 'bad-output' | 'too-few-bytes', message: string): asserts holds {
  if (!holds) throw new BenchError(code, message)
}
