import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { setTimeout as wait } from 'node:timers/promises'
import { createLogUpdate } from 'log-update'
import type { Deps, TextStream } from './deps.js'
import { openPipe, runProgram } from './exec.js'
import { ownerOf } from './owner.js'

/** The outside as it really is. `overrides` replace parts of it; a signal that is not given never fires. */
export async function systemDeps(overrides: Partial<Deps> = {}): Promise<Deps> {
  return {
    exec: runProgram,
    openPipe,
    now: () => performance.now(),
    clock: () => new Date(),
    // The only thing that it rejects for is the signal.
    sleep: (seconds, signal) => wait(seconds * 1000, undefined, signal ? { signal } : {}).catch(() => {}),
    token: (digits) =>
      randomBytes(Math.ceil(digits / 2))
        .toString('hex')
        .slice(0, digits),
    env: process.env,
    cwd: process.cwd(),
    root: process.getuid?.() === 0,
    stdout: textStream(process.stdout),
    stderr: textStream(process.stderr),
    ask: process.stdin.isTTY && process.stderr.isTTY ? ask : null,
    signal: new AbortController().signal,
    owner: await ownerOf(process.pid),
    ...overrides,
  }
}

async function ask(question: string): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr })
  return lines.question(question).finally(() => lines.close())
}

function liveOn(stream: NodeJS.WriteStream): TextStream['live'] {
  const update = createLogUpdate(stream)
  return { render: update, done: update.done }
}

function textStream(stream: NodeJS.WriteStream): TextStream {
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    live: stream.isTTY ? liveOn(stream) : null,
    get columns() {
      return stream.columns ?? 100
    },
  }
}
