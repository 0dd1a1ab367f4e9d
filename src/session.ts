import { BenchError } from './errors.js'
import type { Pipe } from './exec.js'
import type { Command, Output } from './scenario.js'

/** A finished command of a session, with what the kernel counted for it. */
export interface SessionResult extends Output {
  /** From the request to the end of both streams. */
  wallSeconds: number
  /** Bytes that the command and its children caused to be fetched from or sent to storage; null where it is not told. */
  storageReadBytes: number | null
  storageWrittenBytes: number | null
}

/** Runs commands one after the other in one container, without starting a process in the engine for each. */
export interface Session {
  /**
   * Runs a command to its end. Throws `timeout` after `timeoutSeconds`, and `killed` when the container ended under it;
   * in both cases the session, and everything in it, is over.
   */
  run: (command: Command, timeoutSeconds: number) => Promise<SessionResult>
  /** Why no more commands can be run; null while they can. */
  over: () => string | null
  /** Ends the shell and everything it runs; resolves when they have ended. */
  end: () => Promise<void>
}

/**
 * The shell loop at the other end, in plain POSIX sh. It reads the number of arguments and then an argument a line, runs them,
 * and marks the end of both streams. /proc/$$/io sums what the shell's finished children read from and wrote to storage.
 * It ends with its input, so nothing keeps running when the harness is killed.
 */
export const SESSION_SCRIPT = `export LC_ALL=C
unset LANGUAGE
mark=$1
while IFS= read -r n; do
  set --
  while [ "$n" -gt 0 ]; do
    IFS= read -r argument || exit 0
    set -- "$@" "$argument"
    n=$((n - 1))
  done
  "$@" </dev/null
  status=$?
  read=- written=-
  if [ -r /proc/$$/io ]; then
    while read -r key value; do
      case $key in
        read_bytes:) read=$value ;;
        write_bytes:) written=$value ;;
      esac
    done </proc/$$/io
  fi
  printf '\\n%s %s %s %s\\n' "$mark" "$status" "$read" "$written"
  printf '\\n%s\\n' "$mark" >&2
done`

/** The argv of the shell loop, with the word that marks ends. */
export function sessionCommand(mark: string): Command {
  return ['sh', '-c', SESSION_SCRIPT, 'mountbench', mark]
}

/** What a session needs beside its pipe. */
export interface SessionOptions {
  /** The word given to `sessionCommand`; unguessable, so that no output contains it. */
  mark: string
  now: () => number
  /** Ends everything in the container; called on a time-out. */
  kill: () => Promise<void>
  /** Output of one command beyond this ends the session: memory is not filled by a broken workload. */
  maxOutputBytes?: number
}

interface Waiting {
  stdout: string
  stderr: string
  resolve: (finished: Finished) => void
  reject: (error: BenchError) => void
}

interface State {
  waiting: Waiting | undefined
  over: string | null
  /** What the shell's counters said at the end of the last command. */
  counted: { read: number; written: number }
  /** What was said on stderr outside a command: an engine's reason for not starting. */
  lastWords: string
}

/** A session over a pipe on which `sessionCommand` runs. */
export function openSession(pipe: Pipe, options: SessionOptions): Session {
  const state: State = { waiting: undefined, over: null, counted: { read: 0, written: 0 }, lastWords: '' }
  pipe.onStdout((text) => receive(state, options, 'stdout', text))
  pipe.onStderr((text) => receive(state, options, 'stderr', text))
  void pipe.ended.then(({ exitCode }) => {
    const words = (state.waiting?.stderr || state.lastWords).trim().split('\n').at(-1) ?? ''
    end(
      state,
      new BenchError('killed', `the container's shell ended with exit code ${exitCode}${words && `: ${words}`}`),
    )
  })
  return {
    run: (command, timeoutSeconds) => request(state, pipe, options, command, timeoutSeconds),
    over: () => state.over,
    end: async () => {
      const idle = state.waiting === undefined && state.over === null
      end(state, new BenchError('killed', 'the session was ended'))
      if (idle && (await endsByItself(pipe))) return
      await options.kill()
      await pipe.ended
    },
  }
}

const PATIENCE_MILLISECONDS = 2000

/** An idle shell ends with its input; whether it did in time. */
async function endsByItself(pipe: Pipe): Promise<boolean> {
  pipe.end()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MILLISECONDS, false)
  })
  return Promise.race([pipe.ended.then(() => true), late]).finally(() => clearTimeout(timer))
}

function end(state: State, error: BenchError): void {
  state.over ??= error.message
  state.waiting?.reject(error)
}

function receive(state: State, options: SessionOptions, stream: 'stdout' | 'stderr', text: string): void {
  const { waiting } = state
  if (!waiting) {
    if (stream === 'stderr') state.lastWords = (state.lastWords + text).slice(-2000)
    return
  }
  waiting[stream] += text
  const maxOutputBytes = options.maxOutputBytes ?? 64 * 2 ** 20
  if (waiting[stream].length > maxOutputBytes) {
    end(state, new BenchError('bad-output', `a workload printed more than ${maxOutputBytes} bytes`))
    void options.kill()
    return
  }
  const result = finished(waiting.stdout, waiting.stderr, options.mark)
  if (result) waiting.resolve(result)
}

/** Node's timers end at once beyond this many milliseconds, 24 days. */
const LONGEST_TIMER = 2 ** 31 - 1

async function request(
  state: State,
  pipe: Pipe,
  options: SessionOptions,
  command: Command,
  timeoutSeconds: number,
): Promise<SessionResult> {
  refuse(state, command)
  const started = options.now()
  let timer: NodeJS.Timeout | undefined
  try {
    const result = await new Promise<Finished>((resolve, reject) => {
      state.waiting = { stdout: '', stderr: '', resolve, reject }
      timer = setTimeout(
        () => {
          end(state, new BenchError('timeout', `'${command[0]}' did not end within ${timeoutSeconds} s`))
          void options.kill()
        },
        Math.min(timeoutSeconds * 1000, LONGEST_TIMER),
      )
      pipe.write(`${command.length}\n${command.map((argument) => `${argument}\n`).join('')}`)
    })
    return { ...outputOf(result), ...storageSince(state, result), wallSeconds: (options.now() - started) / 1000 }
  } finally {
    clearTimeout(timer)
    state.waiting = undefined
  }
}

function refuse(state: State, command: Command): void {
  if (state.over !== null) throw new BenchError('killed', state.over)
  if (state.waiting) throw new BenchError('failed', 'a session runs one command at a time')
  if (command.some((argument) => argument.includes('\n'))) {
    throw new BenchError('failed', 'an argument with a line break cannot be passed to a session')
  }
}

interface Finished extends Output {
  read: number | null
  written: number | null
}

/** What stands before the marks once both streams have one; undefined until then. */
function finished(stdout: string, stderr: string, mark: string): Finished | undefined {
  const out = stdout.lastIndexOf(`\n${mark} `)
  const err = stderr.lastIndexOf(`\n${mark}\n`)
  if (out < 0 || err < 0 || !stdout.endsWith('\n')) return undefined
  const [, status = '', read = '-', written = '-'] = stdout
    .slice(out + 1)
    .trim()
    .split(' ')
  return {
    stdout: stdout.slice(0, out),
    stderr: stderr.slice(0, err),
    exitCode: Number(status),
    read: read === '-' ? null : Number(read),
    written: written === '-' ? null : Number(written),
  }
}

const outputOf = ({ stdout, stderr, exitCode }: Finished): Output => ({ stdout, stderr, exitCode })

function storageSince(state: State, { read, written }: Finished) {
  const { counted } = state
  state.counted = { read: read ?? 0, written: written ?? 0 }
  return {
    storageReadBytes: read === null ? null : read - counted.read,
    storageWrittenBytes: written === null ? null : written - counted.written,
  }
}
