import { setMaxListeners } from 'node:events'
import type { Deps } from './deps.js'
import type { Engine, Instance, InstancePlan, PartyPlan } from './engines/engine.js'
import { hostParty, hostPaste, hostPlan } from './engines/host.js'
import { openInstance, withProblems } from './engines/instance.js'
import type { EngineFacts } from './engines/parties.js'
import { BenchError } from './errors.js'
import { type HeldParty, openParty } from './party.js'
import { objectionTo } from './proof.js'
import { type Probe, probe } from './prove.js'
import type { Capability, Party } from './scenario.js'
import { type Target, untouched } from './targets.js'

/** An instance in use, proved to be what was asked for. */
export interface Held extends Instance {
  target: Target
  /** From 0, counted per target. */
  number: number
  probe: Probe
  /** Scenarios that have a folder in it, and those of them whose files are in place. */
  folders: Set<string>
  ready: Set<string>
  /** Other parties on its mount, as far as any was asked for. */
  parties: Map<Party, HeldParty>
}

/** The instances of a run: one of each target at a time, and those that a trial has for itself. */
export interface Pool {
  /** The target's instance, made when there is none or its container has ended. Throws when it cannot be made or is not what was asked for. */
  take: (target: Target) => Promise<Held>
  /** One more instance, beside the one that `take` gives. Throws as `take` does. */
  open: (target: Target) => Promise<Held>
  /** A party of an instance, made when there is none or it has ended. It lives as long as the instance. */
  party: (held: Held, party: Party) => Promise<HeldParty>
  /** The target's instance, when there is one. */
  held: (label: string) => Held | undefined
  /** Removes the target's instance, if there is one. */
  drop: (target: Target) => Promise<void>
  /** Removes an instance that `open` gave, if that was not done before. */
  close: (held: Held) => Promise<void>
  /** Removes all; what could not be removed goes to `problems`. Never throws. */
  dropAll: () => Promise<void>
  problems: readonly string[]
  /** What is known of the engine. */
  engine: EngineFacts
  /** Seconds spent on making and removing. */
  seconds: () => number
}

type Plans = Pick<Engine, 'plan' | 'partyPlan' | 'paste'>
type PlanOptions = Omit<PoolOptions, 'engine'> & { engine: Plans }

/** What the pool needs to know of the run. */
export interface PoolOptions {
  engine: Engine
  runId: string
  tmpfsBytes: number
  /** What the scenarios need beyond the least. */
  capabilities?: readonly Capability[]
}

/** How an instance of a target would be made: the host needs no engine. */
export function planInstance(
  target: Target,
  number: number,
  { engine, ...run }: PlanOptions,
  cwd: string,
): InstancePlan {
  const request = { target, number, ...run }
  return target.type === 'host' ? hostPlan(request, cwd) : engine.plan(request)
}

/** How a person would paste a plan. */
export const pasteOf = (target: Target, engine: Plans) => (target.type === 'host' ? hostPaste : engine.paste)

/** How a party of that instance would be made. */
export function planParty(
  target: Target,
  number: number,
  party: Party,
  { engine, ...run }: PlanOptions,
  cwd: string,
): PartyPlan {
  const request = { target, number, ...run }
  return target.type === 'host' ? hostParty(request, party, cwd) : engine.partyPlan(request, party)
}

interface State {
  options: PoolOptions
  deps: Deps
  held: Map<string, Held>
  extra: Set<Held>
  /** Instances that were begun, by target. */
  counts: Map<string, number>
  problems: string[]
  spent: number
}

export function createPool(options: PoolOptions, deps: Deps): Pool {
  const state: State = {
    ...{ options, deps, held: new Map(), extra: new Set(), counts: new Map() },
    ...{ problems: [], spent: 0 },
  }
  const { held, extra } = state
  // Every session listens for the end of the run; Node takes more than ten listeners for a leak.
  setMaxListeners(0, deps.signal)
  const drop = async ({ label }: Pick<Target, 'label'>) => {
    const instance = held.get(label)
    held.delete(label)
    if (instance) await remove(state, instance)
  }
  const close = async (instance: Held) => {
    if (extra.delete(instance)) await remove(state, instance)
  }
  return {
    take: async (target) => {
      mayStart(deps)
      const present = held.get(target.label)
      if (present?.session.over() === null) return present
      await drop(target)
      const made = await open(state, target)
      held.set(target.label, made)
      return made
    },
    open: async (target) => {
      const made = await open(state, target)
      extra.add(made)
      return made
    },
    party: (instance, party) => timed(state, () => partyOf(state, instance, party)),
    held: (label) => held.get(label),
    drop,
    close,
    dropAll: async () => {
      for (const instance of [...extra]) await close(instance)
      for (const label of [...held.keys()]) await drop({ label })
    },
    problems: state.problems,
    engine: options.engine.record,
    seconds: () => state.spent,
  }
}

function mayStart({ signal }: Deps): void {
  if (signal.aborted) throw new BenchError('interrupted', 'interrupted')
}

async function timed<T>(state: State, work: () => Promise<T>): Promise<T> {
  const started = state.deps.now()
  try {
    return await work()
  } finally {
    state.spent += (state.deps.now() - started) / 1000
  }
}

function open(state: State, target: Target): Promise<Held> {
  mayStart(state.deps)
  const number = state.counts.get(target.label) ?? 0
  state.counts.set(target.label, number + 1)
  return timed(state, () => openProved(target, number, state.options, state.deps))
}

const remove = (state: State, instance: Held) =>
  timed(state, async () => {
    for (const party of instance.parties.values()) state.problems.push(...(await party.close()))
    state.problems.push(...(await instance.close()))
  })

async function partyOf({ options, problems, deps }: State, held: Held, party: Party): Promise<HeldParty> {
  mayStart(deps)
  const present = held.parties.get(party)
  if (present?.session.over() === null) return present
  held.parties.delete(party)
  problems.push(...((await present?.close()) ?? []))
  const made = await openParty(
    planParty(held.target, held.number, party, options, deps.cwd),
    held,
    options.engine,
    deps,
  )
  held.parties.set(party, made)
  return made
}

async function openProved(target: Target, number: number, options: PoolOptions, deps: Deps): Promise<Held> {
  const instance = await openInstance(planInstance(target, number, options, deps.cwd), deps)
  try {
    const probed = await probe(instance, options.engine, untouched(target))
    const objection = objectionTo(target, instance.mountPoint, probed.proof, target.sizeBytes ?? options.tmpfsBytes)
    if (objection) throw new BenchError('cannot-run', `${target.label} is not what was asked for: ${objection}`)
    return { ...instance, target, number, probe: probed, folders: new Set(), ready: new Set(), parties: new Map() }
  } catch (error) {
    throw withProblems(error, await instance.close())
  }
}
