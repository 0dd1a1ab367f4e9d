import type { Deps } from '../deps.js'
import { lastLine } from '../engines/instance.js'
import { BenchError } from '../errors.js'
import type { Command } from '../scenario.js'
import type { Target } from '../targets.js'
import type { DurabilityQuestion, DurabilityStep } from './record.js'

/** What ends a container and starts it again. */
export type Cycle = 'restart' | 'stopStart' | 'kill'

/** Where the files of a mount are when seen from the host. */
export interface Outside {
  /** The folder of the host that the mount point is; null when it has none. */
  folder: string | null
  /** A process that has the mount, as the host numbers it; null when it cannot be told. */
  process: number | null
  /** The engine's name for the volume that is mounted; null when it is none. */
  volume: string | null
  steps: DurabilityStep[]
}

/** A container with the mount under trial, or what comes nearest to one. */
export interface Vessel {
  target: Target
  name: string
  /** Where the mount is, seen from inside. */
  mountPoint: string
  /** Runs a command in it. Throws only `interrupted`: what failed is in the step. */
  inside: (command: Command) => Promise<DurabilityStep>
  /** Ends it and starts it again. Throws what the engine says when it cannot. */
  cycle: (how: Cycle) => Promise<DurabilityStep[]>
  /** Starts it again after the engine was restarted. */
  start: () => Promise<DurabilityStep[]>
  /** Removes it as a person would, without or with its volumes. Throws what the engine says when it cannot. */
  remove: (volumes: boolean) => Promise<DurabilityStep[]>
  outside: () => Promise<Outside>
}

/** Where mounts are tried: makes vessels, and removes all of them at the end. */
export interface Lab {
  /** Why a question has no answer here; null when it can be tried. */
  cannot: (question: DurabilityQuestion, target: Target) => string | null
  open: (target: Target) => Promise<Vessel>
  /** A second container that is given the mounts of the first; without one when the engine refuses to share this mount. */
  beside: (vessel: Vessel) => Promise<{ vessel: Vessel | null; steps: DurabilityStep[] }>
  /** What a person would write again for another container with the same mount. */
  same: (vessel: Vessel) => Target
  /** By what the storage of a removed container is reached: null when the engine says that it is gone. */
  remains: (vessel: Vessel, outside: Outside) => Promise<{ target: Target | null; steps: DurabilityStep[] }>
  /** Removes everything; says what could not be removed. Never throws. */
  close: () => Promise<string[]>
}

const STEP_SECONDS = 60
const LONGEST_OUTPUT = 16_000

/** Runs a program and keeps it as a step. Throws `interrupted` when the run is being stopped, never for what the program did. */
export async function step(command: Command, { exec, signal }: Deps, cwd: string | null = null) {
  if (signal.aborted) throw new BenchError('interrupted', 'interrupted')
  const result = await exec(command, { signal, timeoutSeconds: STEP_SECONDS, ...(cwd && { cwd }) })
  if (signal.aborted) throw new BenchError('interrupted', 'interrupted')
  return stepOf(command, result)
}

/** A finished command as a step; what is printed beyond 16,000 characters is cut off. */
export function stepOf(command: Command, result: { stdout: string; stderr: string; exitCode: number }): DurabilityStep {
  const output = [result.stdout.trim(), result.stderr.trim()].filter((text) => text !== '').join('\n')
  return { command: [...command], exitCode: result.exitCode, output: output.slice(0, LONGEST_OUTPUT) }
}

/** Runs steps that must succeed, one after the other. Throws `failed` with the last line of the one that did not. */
export async function mustStep(
  commands: readonly Command[],
  deps: Deps,
  cwd: string | null = null,
): Promise<DurabilityStep[]> {
  const steps: DurabilityStep[] = []
  for (const command of commands) steps.push(succeeded(await step(command, deps, cwd)))
  return steps
}

/** A step that went well. Throws `failed` with its last line when it did not. */
export function succeeded(done: DurabilityStep): DurabilityStep {
  if (done.exitCode === 0) return done
  throw new BenchError('failed', `${done.command.slice(0, 2).join(' ')} failed: ${wordsOf(done)}`)
}

/** The last line in which a step says something of its own. */
export const wordsOf = ({ output, exitCode }: DurabilityStep) => lastLine({ stdout: output, stderr: '', exitCode })
