import type { Deps } from './deps.js'
import type { Engine, Instance, InstancePlan } from './engines/engine.js'
import { hostPaste, hostPlan } from './engines/host.js'
import { openInstance, withProblems } from './engines/instance.js'
import { BenchError } from './errors.js'
import { objectionTo } from './proof.js'
import { type Probe, probe } from './prove.js'
import type { Target } from './targets.js'

/** An instance in use, proved to be what was asked for. */
export interface Held extends Instance {
  /** From 0, counted per target. */
  number: number
  probe: Probe
  /** Scenarios that have a folder in it, and those of them whose files are in place. */
  folders: Set<string>
  ready: Set<string>
}

/** The instances of a run, one of each target at a time. */
export interface Pool {
  /** The target's instance, made when there is none or its container has ended. Throws when it cannot be made or is not what was asked for. */
  take: (target: Target) => Promise<Held>
  /** The target's instance, when there is one. */
  held: (label: string) => Held | undefined
  /** Removes the target's instance, if there is one. */
  drop: (target: Target) => Promise<void>
  /** Removes all; what could not be removed goes to `problems`. Never throws. */
  dropAll: () => Promise<void>
  problems: readonly string[]
  /** Seconds spent on making and removing. */
  seconds: () => number
}

type Plans = Pick<Engine, 'plan' | 'paste'>
type PlanOptions = Omit<PoolOptions, 'engine'> & { engine: Plans }

/** What the pool needs to know of the run. */
export interface PoolOptions {
  engine: Engine
  runId: string
  tmpfsBytes: number
}

/** How an instance of a target would be made: the host needs no engine. */
export function planInstance(
  target: Target,
  number: number,
  { engine, runId, tmpfsBytes }: PlanOptions,
  cwd: string,
): InstancePlan {
  const request = { target, runId, number, tmpfsBytes }
  return target.type === 'host' ? hostPlan(request, cwd) : engine.plan(request)
}

/** How a person would paste a plan. */
export const pasteOf = (target: Target, engine: Plans) => (target.type === 'host' ? hostPaste : engine.paste)

export function createPool(options: PoolOptions, deps: Deps): Pool {
  const held = new Map<string, Held>()
  const counts = new Map<string, number>()
  const problems: string[] = []
  let spent = 0

  const timed = async <T>(work: () => Promise<T>): Promise<T> => {
    const started = deps.now()
    try {
      return await work()
    } finally {
      spent += (deps.now() - started) / 1000
    }
  }
  const drop = (target: Pick<Target, 'label'>) =>
    timed(async () => {
      const instance = held.get(target.label)
      held.delete(target.label)
      if (instance) problems.push(...(await instance.close()))
    })
  const take = async (target: Target) => {
    if (deps.signal.aborted) throw new BenchError('interrupted', 'interrupted')
    const present = held.get(target.label)
    if (present?.session.over() === null) return present
    await drop(target)
    const number = counts.get(target.label) ?? 0
    counts.set(target.label, number + 1)
    const fresh = await timed(() => openProved(target, number, options, deps))
    held.set(target.label, fresh)
    return fresh
  }
  return {
    take,
    held: (label) => held.get(label),
    drop,
    dropAll: async () => {
      for (const label of [...held.keys()]) await drop({ label })
    },
    problems,
    seconds: () => spent,
  }
}

async function openProved(target: Target, number: number, options: PoolOptions, deps: Deps): Promise<Held> {
  const instance = await openInstance(planInstance(target, number, options, deps.cwd), deps)
  try {
    const probed = await probe(instance, options.engine)
    const objection = objectionTo(target, instance.mountPoint, probed.proof, target.sizeBytes ?? options.tmpfsBytes)
    if (objection) throw new BenchError('cannot-run', `${target.label} is not what was asked for: ${objection}`)
    return { ...instance, number, probe: probed, folders: new Set(), ready: new Set() }
  } catch (error) {
    throw withProblems(error, await instance.close())
  }
}
