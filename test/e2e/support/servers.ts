import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { type Program, start, until } from './program.js'

/** A server of this test's own: on a port of its own, in a folder of its own, ended with `stop`. */
export interface Server {
  port: number
  stop: () => Promise<void>
}

/** A port that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** An empty folder that any user may write to. */
export function openFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mountbench-server-'))
  chmodSync(folder, 0o777)
  return folder
}

/** argv as an ordinary user: servers refuse to be root, or should not be. */
export const asOrdinary = (user: string, command: readonly string[]) =>
  process.getuid?.() === 0 ? ['runuser', '-u', user, '--', ...command] : [...command]

/** Starts a server in a folder of its own and waits until its port answers. */
export async function startServer(
  command: (port: number, folder: string) => readonly string[],
  env: (port: number, folder: string) => Record<string, string> = () => ({}),
  prepare: (folder: string) => Promise<unknown> = async () => {},
): Promise<Server> {
  const port = await freePort()
  const folder = openFolder()
  await prepare(folder)
  const program = start(command(port, folder), { cwd: folder, env: env(port, folder) })
  const stop = async () => {
    await end(program)
    rmSync(folder, { recursive: true, force: true })
  }
  const ready = async () => {
    if (!program.running()) throw new Error(`it ended: ${program.said().slice(-2000)}`)
    return answers(port)
  }
  await until(ready, 20, () => program.said().slice(-2000)).catch(async (error) => {
    await stop()
    throw error
  })
  return { port, stop }
}

async function end(program: Program): Promise<void> {
  if (!program.running()) return
  // SIGINT: PostgreSQL's fast shutdown; the others end with it too.
  process.kill(-program.pid, 'SIGINT')
  const late = setTimeout(() => process.kill(-program.pid, 'SIGKILL'), 10_000)
  await program.ended.finally(() => clearTimeout(late))
}

/** Whether something takes connections there. */
export const answers = (port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(port, '127.0.0.1')
    const done = (open: boolean) => {
      socket.destroy()
      resolve(open)
    }
    socket.once('connect', () => done(true)).once('error', () => done(false))
  })

/** A describe that needs programs of this machine; without one of them its tests are skipped, with the reason in the title. */
export function describeWith(title: string, programs: readonly string[], body: () => void): void {
  const missing = programs.filter((program) => !installed(program))
  if (missing.length === 0) describe(title, body)
  else describe.skip(`${title} (skipped: ${missing.join(', ')} is not installed)`, body)
}

function installed(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v -- "$1"', 'sh', program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
