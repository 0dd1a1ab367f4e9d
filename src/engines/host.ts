import { basename, dirname } from 'node:path'
import type { Party } from '../scenario.js'
import { sessionCommand } from '../session.js'
import type { InstancePlan, InstanceRequest, PartyPlan, Paste } from './engine.js'
import { instanceFolder } from './folders.js'
import { instanceName, partyName } from './labels.js'

/** The baseline, the same for every engine: no container, a folder on the disk of the working directory or the one named. */
export function hostPlan({ target, runId, number }: InstanceRequest, cwd: string): InstancePlan {
  const name = instanceName(runId, target.label, number)
  const folder = target.src ?? instanceFolder(cwd, runId, name)
  return {
    name,
    create: target.src ? [] : [['mkdir', '-p', '--', folder]],
    start: sessionCommand('').slice(0, -1),
    startIn: null,
    mountPoint: folder,
    kill: null,
    note: { runId, folder: target.src ? `${folder}/${name}` : null },
    sweep: [],
    remove: [['rm', '-rf', '--', target.src ? `${folder}/${name}` : folder]],
  }
}

/** A second shell on the host, in the same folder: there is neither a mount nor a container to be inside or outside of. */
export function hostParty(request: InstanceRequest, party: Party, cwd: string): PartyPlan {
  const { mountPoint, name } = hostPlan(request, cwd)
  const own = instanceFolder(cwd, request.runId, partyName(name, party))
  return { party, instance: shellPlan(request.runId, own), directory: `${mountPoint}/${name}` }
}

/** A shell on the host with a folder of its own, whose name is the party's. */
export function shellPlan(runId: string, folder: string): InstancePlan {
  return {
    name: basename(folder),
    create: [['mkdir', '-p', '--', folder]],
    start: sessionCommand('').slice(0, -1),
    startIn: null,
    mountPoint: dirname(folder),
    kill: null,
    note: { runId, folder: null },
    sweep: [],
    remove: [['rm', '-rf', '--', folder]],
  }
}

/** On the host a command is pasted as it is. */
export const hostPaste = (plan: InstancePlan): Paste => ({
  start: plan.start,
  inside: (command) => ['env', 'LC_ALL=C', ...command],
  leave: [],
})
