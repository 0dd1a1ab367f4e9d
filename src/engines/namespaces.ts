import { release } from 'node:os'
import type { Deps } from '../deps.js'
import { BenchError, cannotRun } from '../errors.js'
import type { Command, Party } from '../scenario.js'
import { SESSION_SCRIPT } from '../session.js'
import { type Target, untouched } from '../targets.js'
import type { Engine, InstancePlan, InstanceRequest, PartyPlan, Paste } from './engine.js'
import { instanceFolder } from './folders.js'
import { hintFor } from './hints.js'
import { shellPlan } from './host.js'
import { lastLine } from './instance.js'
import { instanceName, partyName } from './labels.js'

/**
 * Runs the mount command it is given, drops the privileges that it needed, and becomes the session's shell.
 * Its arguments: the session's script, the capabilities that are kept, the mount command, `--`, the session's mark.
 */
const ENTER_SCRIPT = `script=$1
kept=$2
shift 2
while [ "$1" != -- ]; do
  set -- "$@" "$1"
  shift
done
shift
mark=$1
shift
"$@" || exit 125
if command -v setpriv >/dev/null 2>&1; then
  exec setpriv --no-new-privs --bounding-set="$kept" sh -c "$script" mountbench "$mark"
fi
exec sh -c "$script" mountbench "$mark"`

/**
 * The engine that needs none: util-linux `unshare` gives each instance its own mounts, processes and network, with the
 * programs of this machine. An ordinary user gets them through a user namespace. Throws `cannot-run` where that is forbidden.
 */
export async function namespacesEngine(deps: Deps): Promise<Engine> {
  const unshare = unshareCommand(deps.root)
  const tried = await deps.exec([...unshare, 'true'], { signal: deps.signal, timeoutSeconds: 20 })
  if (deps.signal.aborted) throw new BenchError('interrupted', 'interrupted')
  if (tried.exitCode !== 0) {
    const words = tried.exitCode === 127 ? 'there is no unshare (util-linux) on this machine' : lastLine(tried)
    throw cannotRun(`namespaces cannot be made: ${words}`, hintFor(tried.stderr))
  }
  const version = await deps.exec(['unshare', '--version'])
  return {
    program: null,
    record: {
      id: 'namespaces',
      version: /\d+(\.\d+)+/.exec(version.stdout)?.[0] ?? 'unknown',
      storageDriver: 'overlay',
      backingFilesystem: null,
      dataRoot: deps.cwd,
      kernel: release(),
      operatingSystem: await operatingSystem(deps),
      cgroupVersion: null,
      rootless: !deps.root,
      remote: null,
      sameKernel: true,
    },
    plan: (request) => namespacesPlan(request, unshare, deps.cwd),
    partyPlan: (request, party) => namespacesParty(request, party, unshare, deps.cwd),
    paste: pasteNamespaces,
    ensureImage: async () => null,
    objection: async ({ type, name, driver, opt, engineArgs, relabel, consistency, nocopy }) => {
      const foreign = { name, driver, opt, 'engine-arg': engineArgs, [relabel ?? 'Z']: relabel, consistency, nocopy }
      const given = Object.entries(foreign).find(([, value]) => value !== undefined)
      return given ? `the namespaces engine has no '${given[0]}' for a ${type}: that needs docker or podman` : null
    },
    leftovers: async () => [],
  }
}

/** How namespaces are entered: as the superuser, or through a user namespace. */
export function unshareCommand(root: boolean): Command {
  const asUser = root ? [] : ['--user', '--map-root-user']
  return ['unshare', ...asUser, '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--net', '--ipc']
}

/** How an instance is made: folders on the disk of the working directory, and a mount of its own type over one of them. */
export function namespacesPlan(request: InstanceRequest, unshare: Command, cwd: string): InstancePlan {
  const { target, runId, number, tmpfsBytes } = request
  const name = instanceName(runId, target.label, number)
  const folder = instanceFolder(cwd, runId, name)
  const at = `${folder}/mnt`
  const own = `${folder}/${target.type}`
  const mounts: Partial<Record<typeof target.type, Command>> = {
    bind: ['mount', '--bind', ...(untouched(target) ? ['-o', 'ro'] : []), target.src ?? own, at],
    tmpfs: ['mount', '-t', 'tmpfs', '-o', tmpfsOptions(target, tmpfsBytes), 'tmpfs', at],
    layer: [
      'mount',
      '-t',
      'overlay',
      '-o',
      `lowerdir=${own}/lower,upperdir=${own}/upper,workdir=${own}/work`,
      'overlay',
      at,
    ],
  }
  const mount = mounts[target.type] ?? ['mount', '--bind', own, at]
  const ours = target.src && !untouched(target) ? `${target.src}/${name}` : null
  const folders = target.type === 'layer' ? ['lower', 'upper', 'work'].map((part) => `${own}/${part}`) : [own]
  return {
    name,
    create: [['mkdir', '-p', '--', at, ...folders]],
    start: enter(unshare, mount, request),
    startIn: null,
    mountPoint: at,
    kill: null,
    note: { runId, folder: ours },
    ...(untouched(target) ? { untouched: true } : {}),
    sweep: ours === null ? [] : [['rm', '-rf', '--', ours]],
    remove: [['rm', '-rf', '--', folder]],
  }
}

function tmpfsOptions({ sizeBytes, mode, exec }: Target, tmpfsBytes: number): string {
  const own = [exec, mode && `mode=${mode}`].filter((option) => option !== undefined)
  return ['nosuid', 'nodev', `size=${sizeBytes ?? tmpfsBytes}`, ...own].join(',')
}

/** How the namespaces engine gives an instance another party: its folder mounted again elsewhere, or a shell on the host. */
export function namespacesParty(request: InstanceRequest, party: Party, unshare: Command, cwd: string): PartyPlan {
  const { target, runId } = request
  const { name, mountPoint } = namespacesPlan(request, unshare, cwd)
  const mounted = target.src ?? `${instanceFolder(cwd, runId, name)}/${target.type}`
  const shell = shellPlan(runId, instanceFolder(cwd, runId, partyName(name, party)))
  if (party === 'outside') return { party, instance: shell, directory: `${mounted}/${name}` }
  const readOnly = party === 'reader' ? ['-o', 'ro'] : []
  const start = enter(unshare, ['mount', '--bind', ...readOnly, mounted, mountPoint], request)
  return { party, instance: { ...shell, start }, directory: `${mountPoint}/${name}` }
}

const enter = (unshare: Command, mount: Command, { capabilities = [] }: InstanceRequest): Command => [
  ...[...unshare, 'sh', '-c', ENTER_SCRIPT, 'mountbench', SESSION_SCRIPT],
  ...[['-all', '+dac_override', ...capabilities.map((name) => `+${name.toLowerCase()}`)].join(',')],
  ...[...mount, '--'],
]

/** Typed by hand: a shell in the namespaces, the mount in it, then the workloads. */
export function pasteNamespaces(plan: InstancePlan): Paste {
  const shell = plan.start.indexOf('sh')
  const mount = plan.start.slice(plan.start.indexOf(SESSION_SCRIPT) + 2, -1)
  const start = [...plan.start.slice(0, shell), 'sh', '-c', '"$@" && exec sh', 'sh', ...mount]
  return { start, inside: (command) => ['env', 'LC_ALL=C', ...command], leave: [['exit']] }
}

async function operatingSystem({ exec }: Deps): Promise<string> {
  const { stdout } = await exec(['sh', '-c', '. /etc/os-release && printf %s "$PRETTY_NAME"'])
  return stdout || 'Linux'
}
