import { dirname } from 'node:path'
import type { Deps } from '../deps.js'
import type { Instance, InstancePlan } from '../engines/engine.js'
import { openInstance } from '../engines/instance.js'
import { BenchError, messageOf } from '../errors.js'
import type { Pipe } from '../exec.js'
import { planInstance } from '../pool.js'
import type { Target } from '../targets.js'
import type { LabOptions } from './container-lab.js'
import { type Lab, mustStep, type Outside, stepOf, type Vessel } from './lab.js'
import type { DurabilityQuestion } from './record.js'

const COMMAND_SECONDS = 60

const NO_ENGINE = 'no engine stands between: only who runs it removes its folders'
const NO_DAEMON = 'no daemon: nothing to restart'

/** What namespaces without an engine have not. */
const WITHOUT_ENGINE: Partial<Record<DurabilityQuestion, string>> = {
  remove: NO_ENGINE,
  removeVolumes: NO_ENGINE,
  countsAsMemory: 'no memory limit of its own',
}

const NO_CONTAINER = 'there is no container'

/** What the bare host has not. */
const WITHOUT_CONTAINER: Partial<Record<DurabilityQuestion, string>> = {
  restart: NO_CONTAINER,
  stopStart: NO_CONTAINER,
  kill: NO_CONTAINER,
  remove: NO_CONTAINER,
  removeVolumes: NO_CONTAINER,
  newContainer: NO_CONTAINER,
  shared: NO_CONTAINER,
  countsAsMemory: NO_CONTAINER,
}

/**
 * A lab without an engine. What stands for a container is a shell with mounts of its own; ending it and making it again from the same plan
 * stands for restart, for stop and start, and after SIGKILL for kill.
 */
export function shellLab(options: LabOptions, deps: Deps): Lab {
  const opened: OwnVessel[] = []
  const counts = new Map<string, number>()
  const open = async (target: Target) => {
    const number = counts.get(target.label) ?? 0
    counts.set(target.label, number + 1)
    const made = await openVessel(target, planInstance(target, number, options, deps.cwd), deps)
    opened.unshift(made)
    return made
  }
  return {
    cannot: (question, { type }) => (type === 'host' ? WITHOUT_CONTAINER : WITHOUT_ENGINE)[question] ?? null,
    open,
    beside: async (vessel) => ({ vessel: await open(sameFolder(vessel)), steps: [] }),
    same: (vessel) => (vessel.target.type === 'anonymous' ? vessel.target : sameFolder(vessel)),
    remains: async (vessel) => ({ target: sameFolder(vessel), steps: [] }),
    close: async () => {
      const problems: string[] = []
      for (const { close } of opened.splice(0)) problems.push(...(await close()))
      return problems
    },
  }
}

interface OwnVessel extends Vessel {
  close: () => Promise<string[]>
}

/** A folder of the host is shared by mounting it again; a tmpfs and an overlay are new each time. */
function sameFolder({ target, mountPoint }: Vessel): Target {
  const shared = ['volume', 'anonymous', 'bind'].includes(target.type)
  return shared ? { label: target.label, type: 'bind', src: ownFolder(target, mountPoint) } : target
}

/** Where `namespacesPlan` keeps the files of a mount: beside the mount point, named by the mount's type. */
const ownFolder = ({ type, src }: Target, mountPoint: string) => src ?? `${dirname(mountPoint)}/${type}`

async function openVessel(target: Target, plan: InstancePlan, deps: Deps): Promise<OwnVessel> {
  let pipe: Pipe | undefined
  const noting: Deps = {
    ...deps,
    openPipe: async (command, options) => {
      pipe = await deps.openPipe(command, options)
      return pipe
    },
  }
  let instance: Instance = await openInstance(plan, noting)
  const again = async () => {
    await instance.session.end()
    instance = await openInstance(plan, noting)
    return [stepOf(plan.start, { stdout: '', stderr: '', exitCode: 0 })]
  }
  return {
    target,
    name: plan.name,
    mountPoint: plan.mountPoint,
    inside: async (command) => {
      try {
        return stepOf(command, await instance.session.run(command, COMMAND_SECONDS))
      } catch (error) {
        if (deps.signal.aborted) throw new BenchError('interrupted', 'interrupted')
        return stepOf(command, { stdout: '', stderr: messageOf(error), exitCode: 137 })
      }
    },
    cycle: async (how) => {
      if (how !== 'kill') return again()
      if (pipe?.pid === undefined) throw new BenchError('failed', 'its process is not known')
      // Its group has its number: nothing in it is asked to end.
      const killed = await mustStep([['kill', '-s', 'KILL', '--', `-${pipe.pid}`]], deps)
      await pipe.ended
      return [...killed, ...(await again())]
    },
    start: async () => {
      throw new BenchError('failed', NO_DAEMON)
    },
    remove: async () => {
      throw new BenchError('failed', NO_ENGINE)
    },
    outside: async () => outsideOf(target, plan.mountPoint, pipe?.pid ?? null),
    close: () => instance.close(),
  }
}

function outsideOf(target: Target, mountPoint: string, pid: number | null): Outside {
  const own = ownFolder(target, mountPoint)
  const folders = { host: mountPoint, layer: `${own}/upper`, tmpfs: null }
  const folder = target.type in folders ? folders[target.type as keyof typeof folders] : own
  return { folder, process: pid, volume: null, steps: [] }
}
