import type { Exec, OpenPipe } from './exec.js'

/** Where text for people goes. */
export interface TextStream {
  write: (text: string) => void
  isTTY: boolean
  columns: number
}

/** Everything that comes from outside: tests replace what they need to. */
export interface Deps {
  exec: Exec
  openPipe: OpenPipe
  /** Milliseconds, monotonic. */
  now: () => number
  /** The date and time. */
  clock: () => Date
  sleep: (seconds: number) => Promise<void>
  /** Random hexadecimal digits, unguessable. */
  token: (digits: number) => string
  env: Readonly<Record<string, string | undefined>>
  cwd: string
  stdout: TextStream
  stderr: TextStream
  /** Aborted when the user asks to stop. */
  signal: AbortSignal
  /** Says which process a run belongs to; see owner.ts. */
  owner: string
}
