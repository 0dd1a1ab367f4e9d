import type { Exec, OpenPipe } from './exec.js'

/** Where text for people goes. */
export interface TextStream {
  write: (text: string) => void
  isTTY: boolean
  columns: number
  /** Redraws a block of lines in place; null where that cannot be done. `done` leaves the last one standing. */
  live: { render: (text: string) => void; done: () => void } | null
}

/** Everything that comes from outside: tests replace what they need to. */
export interface Deps {
  exec: Exec
  openPipe: OpenPipe
  /** Milliseconds, monotonic. */
  now: () => number
  /** The date and time. */
  clock: () => Date
  /** Ends early, without an error, when the signal aborts. */
  sleep: (seconds: number, signal?: AbortSignal) => Promise<void>
  /** Random hexadecimal digits, unguessable. */
  token: (digits: number) => string
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  /** Whether this is the superuser. */
  root: boolean
  stdout: TextStream
  stderr: TextStream
  /** Asks the user for a line; null where there is no terminal to ask on. */
  ask: ((question: string) => Promise<string>) | null
  /** Aborted when the user asks to stop. */
  signal: AbortSignal
  /** Says which process a run belongs to; see owner.ts. */
  owner: string
}
