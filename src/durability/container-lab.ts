import { z } from 'zod'
import type { Deps } from '../deps.js'
import type { Engine, InstancePlan } from '../engines/engine.js'
import { instanceFolder } from '../engines/folders.js'
import { tryAll } from '../engines/instance.js'
import { MOUNT_POINT } from '../engines/labels.js'
import { parseJson } from '../store.js'
import type { Target } from '../targets.js'
import { type Cycle, type Lab, mustStep, type Outside, step, succeeded, type Vessel } from './lab.js'

/** What a lab is made for. */
export interface LabOptions {
  engine: Engine
  runId: string
  tmpfsBytes: number
}

/** What stands for docker and podman; the same words in both. Its init ends at once, so a second is patience enough. */
const cycles = (program: string, name: string): Record<Cycle, string[][]> => ({
  restart: [[program, 'restart', '-t', '1', name]],
  stopStart: [
    [program, 'stop', '-t', '1', name],
    [program, 'start', name],
  ],
  kill: [
    [program, 'kill', '--signal', 'KILL', name],
    [program, 'start', name],
  ],
})

/** What docker says of `--volumes-from` a container with a tmpfs: https://github.com/moby/moby/issues/35194. */
const NOT_TO_BE_SHARED = /volume not found|no such volume/i

/** A lab of real containers: the plans of a run, started detached, so that the engine can stop and start them. */
export function containerLab(program: string, { engine, runId, tmpfsBytes }: LabOptions, deps: Deps): Lab {
  const removals: string[][][] = []
  const counts = new Map<string, number>()
  const start = async (target: Target) => {
    const number = counts.get(target.label) ?? 0
    counts.set(target.label, number + 1)
    const plan = engine.plan({ target, runId, number, tmpfsBytes })
    removals.unshift(plan.remove.map((command) => [...command]))
    await mustStep([...(plan.before ?? []), ...plan.create], deps)
    const paste = engine.paste(plan)
    const started = await step(paste.start, deps, plan.startIn)
    return { started, vessel: vesselOf(program, target, plan, (command) => paste.inside(command), deps) }
  }
  const open = async (target: Target) => {
    const { started, vessel } = await start(target)
    succeeded(started)
    return vessel
  }
  const same = ({ target, name }: Vessel) => sameMount(target, name, instanceFolder(deps.cwd, runId, name))
  return {
    cannot: () => null,
    open,
    beside: async ({ target: { label }, name }) => {
      // No mount of its own: what it sees under the mount point is the other's.
      const { started, vessel } = await start({
        label,
        type: 'layer',
        engineArgs: ['--pull=never', '--volumes-from', name],
      })
      if (started.exitCode !== 0 && NOT_TO_BE_SHARED.test(started.output)) return { vessel: null, steps: [started] }
      succeeded(started)
      return { vessel, steps: [started] }
    },
    same,
    remains: async (vessel, { volume }) => {
      const { type, label } = vessel.target
      if (type !== 'anonymous') return { target: same(vessel), steps: [] }
      if (volume === null) return { target: null, steps: [] }
      // Nothing labels it: whoever of ours still holds it goes first.
      removals.push([[program, 'volume', 'rm', volume]])
      const asked = await step([program, 'volume', 'inspect', '--format', '{{.Mountpoint}}', volume], deps)
      return { target: asked.exitCode === 0 ? { label, type: 'volume', name: volume } : null, steps: [asked] }
    },
    close: () => tryAll(removals.splice(0).flat(), deps),
  }
}

function sameMount(target: Target, name: string, folder: string): Target {
  if (target.type === 'volume') return { label: target.label, type: 'volume', name: target.name ?? name }
  if (target.type === 'bind') return { ...target, src: target.src ?? folder }
  return target
}

function vesselOf(
  program: string,
  target: Target,
  plan: InstancePlan,
  inside: (command: readonly string[]) => readonly string[],
  deps: Deps,
): Vessel {
  const { name, mountPoint, startIn } = plan
  return {
    target,
    name,
    mountPoint,
    inside: (command) => step(inside(command), deps),
    cycle: (how) => mustStep(cycles(program, name)[how], deps, startIn),
    start: () => mustStep([[program, 'start', name]], deps, startIn),
    remove: (volumes) => mustStep([[program, 'rm', '--force', ...(volumes ? ['--volumes'] : []), name]], deps),
    outside: () => inspect(program, target, name, deps),
  }
}

/** Of `container inspect`, alike in docker and podman; docker with containerd's store has no GraphDriver. */
const Mounts = z.array(
  z.object({ Type: z.string(), Name: z.string().optional(), Source: z.string(), Destination: z.string() }),
)
const GraphDriver = z.object({ Data: z.object({ UpperDir: z.string() }) })
const FORMAT = '{{.State.Pid}}\n{{json .Mounts}}\n{{json .GraphDriver}}'

async function inspect(program: string, target: Target, name: string, deps: Deps): Promise<Outside> {
  const steps = await mustStep([[program, 'container', 'inspect', '--format', FORMAT, name]], deps)
  const [pid = '', mounts = '', driver = ''] = (steps[0]?.output ?? '').split('\n')
  const mount = Mounts.parse(parseJson(mounts, `${program} inspect`)).find(
    ({ Destination }) => Destination === MOUNT_POINT,
  )
  const upper = GraphDriver.safeParse(parseJson(driver, `${program} inspect`)).data?.Data.UpperDir
  const layer = target.type === 'layer' && upper !== undefined ? `${upper}${MOUNT_POINT}` : null
  return {
    // Of a tmpfs the source is empty.
    folder: mount?.Source || layer,
    process: Number(pid) || null,
    volume: mount?.Type === 'volume' ? (mount.Name ?? null) : null,
    steps,
  }
}
