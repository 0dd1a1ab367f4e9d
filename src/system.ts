import { randomBytes } from 'node:crypto'
import { createInterface } from 'node:readline/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { Deps, TextStream } from './deps.js'
import { ownerOf } from './owner.js'

/** The outside as it really is. `overrides` replace parts of it; a signal that is not given never fires. */
export async function systemDeps(overrides: Partial<Deps> = {}): Promise<Deps> {
  return {
    // What starts programs is loaded with the first: most commands look at files and start none.
    exec: async (command, options) => (await import('./exec.js')).runProgram(command, options),
    openPipe: async (command, options) => (await import('./exec.js')).openPipe(command, options),
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
    stdout: await textStream(process.stdout),
    stderr: await textStream(process.stderr),
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

async function liveOn(stream: NodeJS.WriteStream): Promise<TextStream['live']> {
  const { createLogUpdate } = await import('log-update')
  const update = createLogUpdate(stream)
  return { render: update, done: update.done }
}

async function textStream(stream: NodeJS.WriteStream): Promise<TextStream> {
  const live = stream.isTTY ? await liveOn(stream) : null
  return {
    write: (text) => void stream.write(text),
    isTTY: stream.isTTY === true,
    live,
    get columns() {
      return stream.columns ?? 100
    },
  }
}
