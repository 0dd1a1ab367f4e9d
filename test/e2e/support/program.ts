import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { Subject } from './subjects.js'

/** What a finished program left. */
export interface Finished {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** A program that runs. */
export interface Program {
  pid: number
  /** What it has said on stderr so far. */
  said: () => string
  running: () => boolean
  ended: Promise<Finished>
}

export interface StartOptions {
  cwd: string
  env?: Readonly<Record<string, string>>
  input?: string
}

/** Process ids of the programs that this file started: what carries their owner's word is theirs. */
const started = new Set<number>([process.pid])
export const wasStartedHere = (pid: number) => started.has(pid)

/** Starts a program in its own process group. */
export function start(command: readonly string[], { cwd, env, input = '' }: StartOptions): Program {
  const [file = '', ...args] = command
  const child = spawn(file, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio: 'pipe' })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text
  })
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const ended = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exitCode) => resolve({ exitCode, stdout, stderr }))
  })
  const pid = child.pid ?? 0
  started.add(pid)
  return { pid, said: () => stderr, running: () => child.exitCode === null && child.signalCode === null, ended }
}

/** Runs a program to its end. */
export const run = (command: readonly string[], options: StartOptions) => start(command, options).ended

/** Runs a program that must succeed; returns what it printed. */
export async function output(command: readonly string[], cwd = '/'): Promise<string> {
  const { exitCode, stdout, stderr } = await run(command, { cwd })
  if (exitCode !== 0) throw new Error(`${command.join(' ')}: exit code ${exitCode}\n${stderr}`)
  return stdout.trim()
}

/** The argv of the built command line on a subject. */
export function commandLine({ user, bin }: Pick<Subject, 'user' | 'bin'>, args: readonly string[]): string[] {
  const asUser = user ? ['runuser', '-u', user.name, '--'] : []
  return [...asUser, process.execPath, bin, ...args]
}

/** The process that runs the command line: under runuser, its child. */
export function nodeOf({ pid }: Program): number {
  const child = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]
  const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  return name === 'runuser' && child ? Number(child) : pid
}

/** Waits until a condition holds; after `seconds` throws with what `told` tells. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  seconds: number,
  told: () => string,
): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${told()}`)
    await pause(50)
  }
}
