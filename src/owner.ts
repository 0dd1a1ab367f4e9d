import { readFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Deps } from './deps.js'

/**
 * A process as a word that stays true: host, boot, process id and the process's start time. It is the label of everything
 * a run creates, so that after `kill -9` another process can tell what is left over from what is in use.
 */
export async function ownerOf(pid: number): Promise<string> {
  return [hostname(), await bootId(), pid, await startTime(pid)].join('/')
}

/**
 * Whether the process that an owner word names is still running. `unknown` when it ran on another host, where we cannot look:
 * such remains are left alone.
 */
export async function ownerState(owner: string): Promise<'alive' | 'gone' | 'unknown'> {
  const [host, boot, pid, started] = owner.split('/')
  if (host !== hostname() || !pid) return 'unknown'
  if (boot !== (await bootId())) return 'gone'
  return (await startTime(Number(pid))) === started ? 'alive' : 'gone'
}

async function bootId(): Promise<string> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return text.trim() || 'no-boot-id'
}

/** Field 22 of /proc/PID/stat; the name in field 2 may contain anything, so it is counted from its closing parenthesis. */
async function startTime(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
  if (started) return started
  return isRunning(pid) ? 'running' : 'gone'
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** A fresh name for a run, `20261121-215243-ab12cd`: sorts by time, and is a valid part of a container's name. */
export function newRunId({ clock, token }: Pick<Deps, 'clock' | 'token'>): string {
  const digits = clock().toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)
  return `${digits}-${token(6)}`
}
