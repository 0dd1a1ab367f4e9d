import type { Party } from '../scenario.js'
import { sessionCommand } from '../session.js'
import { type Target, untouched } from '../targets.js'
import { TOOL_VERSION } from '../version.js'
import { mountArguments, mountOption } from './container-mounts.js'
import type { InstancePlan, InstanceRequest, PartyPlan } from './engine.js'
import { shellPlan } from './host.js'
import { ARCHIVE_POINT, instanceName, labelArguments, MOUNT_POINT, partyName } from './labels.js'

/** What the argv of an instance depends on beside the request. */
export interface ContainerContext {
  program: string
  image: string
  owner: string
  /** Whether the engine has an init for `--init`. */
  init: boolean
  /** Whether `run` leaves files where it is started: podman's monitor writes `oom` there when memory runs out. */
  litters: boolean
  /** A fresh folder for a bind target without a source. */
  folderFor: (runId: string, name: string) => string
}

/**
 * Least privilege for every container: no network, no privileges to gain, and of root's capabilities only the one that lets
 * it write into a folder that belongs to the user. No log: a workload's output is not to be written to the engine's disk.
 */
const CONFINED = [
  ...['--network', 'none', '--security-opt', 'no-new-privileges'],
  ...['--cap-drop', 'ALL', '--cap-add', 'DAC_OVERRIDE', '--user', '0:0', '--log-driver', 'none'],
]

const capable = ({ capabilities = [] }: InstanceRequest) => capabilities.flatMap((name) => ['--cap-add', name])

/** How docker and podman make and remove an instance. Never `--rm`: podman would mount the writable layer without fsync. */
export function containerPlan(request: InstanceRequest, context: ContainerContext): InstancePlan {
  const { target, runId, number } = request
  const name = instanceName(runId, target.label, number)
  const ownBind = target.type === 'bind' && !target.src
  const folder = ownBind || context.litters ? context.folderFor(runId, name) : undefined
  const labels = { tool: TOOL_VERSION, run: runId, target: target.label, owner: context.owner }
  const outlives = !untouched(target) && isElsewhere(target)
  const sweep = outlives ? `${MOUNT_POINT}/${name}` : undefined
  const { program } = context
  const ownVolume = target.type === 'volume' && target.name === undefined
  return {
    name,
    ...(folder && !ownBind ? { before: [['mkdir', '-p', '--', folder]] } : {}),
    create: [
      ...(folder && ownBind ? [['mkdir', '-p', '--', folder]] : []),
      ...(ownVolume ? [[program, 'volume', 'create', ...labelArguments(labels), ...volumeOptions(target), name]] : []),
    ],
    start: shellIn(context, name, labelArguments({ ...labels, sweep, folder }), [
      ...mountArguments(request, name, folder),
      ...capable(request),
      ...(target.engineArgs ?? []),
    ]),
    startIn: context.litters ? (folder ?? null) : null,
    mountPoint: MOUNT_POINT,
    ...(untouched(target) ? { untouched: true } : {}),
    kill: [program, 'kill', name],
    note: null,
    sweep: sweep ? sweepCommands(context, name, sweep, labelArguments(labels)) : [],
    remove: [
      [program, 'rm', '--force', '--volumes', name],
      ...(ownVolume ? [[program, 'volume', 'rm', name]] : []),
      ...(folder ? [['rm', '-rf', '--', folder]] : []),
    ],
  }
}

/** Whether what is stored outlives what we remove: a volume of a driver or with options may stand for storage of the user's. */
const isElsewhere = ({ type, name, driver, opt }: Target) =>
  type === 'bind' || name !== undefined || driver !== undefined || opt !== undefined

/** Starts a container with the session's shell. */
function shellIn(
  { program, init, image }: ContainerContext,
  name: string,
  labels: readonly string[],
  options: readonly string[],
): string[] {
  const run = [program, 'run', '--interactive', ...(init ? ['--init'] : []), '--name', name, ...labels, ...CONFINED]
  return [...run, ...options, '--entrypoint', 'sh', image, ...sessionCommand('').slice(1, -1)]
}

/** How docker and podman give an instance another party: a container with its mounts and a folder of ours, or a shell on the host. */
export function containerParty(request: InstanceRequest, party: Party, context: ContainerContext): PartyPlan {
  const { target, runId, number } = request
  const instance = instanceName(runId, target.label, number)
  const name = partyName(instance, party)
  const folder = context.folderFor(runId, name)
  if (party === 'outside') {
    return { party, instance: shellPlan(runId, folder), directory: outsideOf(request, instance, context) }
  }
  const labels = { tool: TOOL_VERSION, run: runId, target: target.label, owner: context.owner }
  const sweep = `${ARCHIVE_POINT}/${name}`
  const { program } = context
  const plan: InstancePlan = {
    name,
    create: [['mkdir', '-p', '--', folder]],
    start: shellIn(context, name, labelArguments({ ...labels, sweep, folder }), [
      ...['--volumes-from', party === 'reader' ? `${instance}:ro` : instance],
      ...['--mount', mountOption(['type=bind', `src=${folder}`], ARCHIVE_POINT)],
      ...capable(request),
      ...(target.engineArgs ?? []),
    ]),
    startIn: context.litters ? folder : null,
    mountPoint: ARCHIVE_POINT,
    kill: [program, 'kill', name],
    note: null,
    sweep: sweepCommands(context, name, sweep, labelArguments(labels)),
    // Without the anonymous volumes: they are the instance's.
    remove: [
      [program, 'rm', '--force', name],
      ['rm', '-rf', '--', folder],
    ],
  }
  return { party, instance: plan, directory: `${MOUNT_POINT}/${instance}` }
}

/** Only the engine knows in which folder it keeps a volume. */
const SOURCE_TEMPLATE = `{{range .Mounts}}{{if eq .Destination "${MOUNT_POINT}"}}{{.Source}}{{end}}{{end}}`

function outsideOf(
  { target, runId }: InstanceRequest,
  name: string,
  { program, folderFor }: ContainerContext,
): PartyPlan['directory'] {
  if (target.type === 'bind') return `${target.src ?? folderFor(runId, name)}/${name}`
  return { ask: [program, 'container', 'inspect', '--format', SOURCE_TEMPLATE, name], below: name }
}

/**
 * Removes our folder from storage that is not ours, through a second container with the mounts of the first: the user may not
 * be allowed to remove what a container's root made.
 */
export function sweepCommands(
  { program, image }: Pick<ContainerContext, 'program' | 'image'>,
  name: string,
  folder: string,
  labels: readonly string[],
) {
  const sweeper = `${name}-sweep`
  const run = [program, 'run', '--name', sweeper, ...labels, '--volumes-from', name, ...CONFINED, '--entrypoint', 'rm']
  return [
    [...run, image, '-rf', '--', folder],
    [program, 'rm', '--force', sweeper],
  ]
}

function volumeOptions({ driver, opt = [] }: Target): string[] {
  return [...(driver ? ['--driver', driver] : []), ...opt.flatMap((option) => ['--opt', option])]
}
