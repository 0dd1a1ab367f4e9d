import type { ChildProcess } from 'node:child_process'
import { execa } from 'execa'

/** How a program is started. */
export interface ExecOptions {
  /** Ends the program when aborted. */
  signal?: AbortSignal | undefined
  timeoutSeconds?: number
  /** Added to this process's environment. */
  env?: Readonly<Record<string, string>>
  cwd?: string
  /** Given to the program's standard input; without it that is empty. */
  input?: string
}

/** What a finished program left. A program that could not be started has exit code 127 and its error as stderr. */
export interface ExecResult {
  command: readonly string[]
  stdout: string
  stderr: string
  /** 128 + n when signal n ended it. */
  exitCode: number
  timedOut: boolean
}

/** Runs a program to its end. Never throws for what the program did. */
export type Exec = (command: readonly string[], options?: ExecOptions) => Promise<ExecResult>

/** A program that is spoken to while it runs. */
export interface Pipe {
  write: (text: string) => void
  onStdout: (listener: (text: string) => void) => void
  onStderr: (listener: (text: string) => void) => void
  /** Resolves when the program has ended, with its exit code as `ExecResult` has it. Never rejects. */
  ended: Promise<{ exitCode: number }>
  /** Closes the program's input: one that reads to the end of it ends by itself. */
  end: () => void
  /** Ends the program and everything in its process group, see `endGroup`. */
  kill: () => void
  /** Undefined when the program could not be started. */
  pid: number | undefined
}

/** Starts a program and keeps its three streams open. */
export type OpenPipe = (command: readonly string[], options?: Pick<ExecOptions, 'env' | 'cwd'>) => Pipe | Promise<Pipe>

/** The engine's programs and ours must not see the terminal's Ctrl-C: what it ends is decided here, in order. */
const OWN_GROUP = { detached: true, cleanup: false } as const

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 }

/** As a shell says it: 128 + n for signal n, 127 for a program that could not be started. */
const exitCodeOf = ({ exitCode, signal }: { exitCode?: number | undefined; signal?: string | undefined }) =>
  exitCode ?? (signal ? 128 + (SIGNAL_NUMBERS[signal] ?? 0) : 127)

const argvOf = (command: readonly string[]): [string, string[]] => [command[0] ?? '', command.slice(1)]

export const runProgram: Exec = async (command, { signal, timeoutSeconds, env, cwd, input } = {}) => {
  const [file, args] = argvOf(command)
  const result = await execa(file, args, {
    ...OWN_GROUP,
    reject: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    stripFinalNewline: false,
    forceKillAfterDelay: 2000,
    ...(signal && { cancelSignal: signal }),
    ...(timeoutSeconds !== undefined && { timeout: timeoutSeconds * 1000 }),
    ...(env && { env }),
    ...(cwd && { cwd }),
  })
  return {
    command,
    stdout: result.stdout ?? '',
    stderr: result.stderr || (result.exitCode === undefined && !result.signal ? (result.originalMessage ?? '') : ''),
    exitCode: exitCodeOf(result),
    timedOut: result.timedOut,
  }
}

export const openPipe = (command: readonly string[], { env, cwd }: Pick<ExecOptions, 'env' | 'cwd'> = {}): Pipe => {
  const [file, args] = argvOf(command)
  const child = execa(file, args, {
    ...OWN_GROUP,
    reject: false,
    buffer: false,
    stdin: 'pipe',
    encoding: 'utf8',
    ...(env && { env }),
    ...(cwd && { cwd }),
  })
  // A program that ends while it is written to is noticed by `ended`; the broken pipe is no error of its own.
  child.stdin?.on('error', () => {})
  child.stdout?.setEncoding('utf8')
  child.stderr?.setEncoding('utf8')
  return {
    write: (text) => void child.stdin?.write(text),
    onStdout: (listener) => void child.stdout?.on('data', listener),
    onStderr: (listener) => void child.stderr?.on('data', listener),
    ended: endOf(child, child),
    end: () => void child.stdin?.end(),
    kill: () => endGroup(child.pid),
    pid: child.pid,
  }
}

const DRAIN_MILLISECONDS = 1000

/** The end of the program itself, with a moment for its last words: a child of it may keep its streams open for ever. */
function endOf(
  child: Pick<ChildProcess, 'once'>,
  finished: Promise<{ exitCode?: number; signal?: string }>,
): Promise<{ exitCode: number }> {
  const exited = new Promise<{ exitCode: number }>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      const code = exitCodeOf({ exitCode: exitCode ?? undefined, signal: signal ?? undefined })
      setTimeout(resolve, DRAIN_MILLISECONDS, { exitCode: code }).unref()
    })
  })
  return Promise.race([exited, finished.then((result) => ({ exitCode: exitCodeOf(result) }))])
}

const GRACE_MILLISECONDS = 1000

/**
 * Ends a process group: SIGTERM, on which fio ends its jobs, which are in groups of their own, and a second later SIGKILL. A group that
 * is not there is ended.
 */
export function endGroup(pid: number | undefined): void {
  // 0 and 1 would be our own group and everything.
  if (pid === undefined || !Number.isSafeInteger(pid) || pid <= 1) return
  signalGroup(pid, 'SIGTERM')
  setTimeout(signalGroup, GRACE_MILLISECONDS, pid, 'SIGKILL').unref()
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal)
  } catch {
    // It has ended already.
  }
}
