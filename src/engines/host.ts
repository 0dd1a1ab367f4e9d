import { sessionCommand } from '../session.js'
import type { InstancePlan, InstanceRequest, Paste } from './engine.js'
import { instanceFolder } from './folders.js'
import { instanceName } from './labels.js'

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

/** On the host a command is pasted as it is. */
export const hostPaste = (plan: InstancePlan): Paste => ({
  start: plan.start,
  inside: (command) => ['env', 'LC_ALL=C', ...command],
  leave: [],
})
