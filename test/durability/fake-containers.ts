import { pasteContainer } from '../../src/engines/container.js'
import { type ContainerContext, containerPlan } from '../../src/engines/container-plan.js'
import type { Engine } from '../../src/engines/engine.js'
import { instanceFolder } from '../../src/engines/folders.js'
import { MOUNT_POINT } from '../../src/engines/labels.js'
import type { Exec, ExecResult } from '../../src/exec.js'
import type { EngineRecord } from '../../src/model.js'
import type { Command } from '../../src/scenario.js'
import { engineRecord } from '../builders.js'
import { fakeDeps, result } from '../fake.js'

type Files = Map<string, string>
interface Container {
  running: boolean
  /** What is seen at the mount point. */
  kind: 'disk' | 'memory' | 'layer'
  files: Files
  folder: string | null
  volume: string | null
  anonymous: boolean
}
type Reply = Partial<ExecResult>

export interface Faults {
  /** A tmpfs that keeps its files when its container ends, which none does. */
  tmpfsSurvives?: boolean
  /** Instead of the world's own answer; undefined leaves it to that. */
  reply?: (line: string) => Reply | undefined
  record?: Partial<EngineRecord>
  root?: boolean
  /** An engine that is started in a folder of ours, as podman is. */
  litters?: boolean
  signal?: AbortSignal
}

const done = (_: unknown): Reply => ({})
const NO: Reply = { exitCode: 1 }
const DISK_LINE = `144 127 254:0 /v ${MOUNT_POINT} rw - ext4 /dev/vda rw\n`
const MEMORY_LINE = `144 127 0:48 / ${MOUNT_POINT} rw - tmpfs tmpfs rw\n`
const LAYER_LINE = '100 1 0:39 / / rw - overlay overlay rw\n'

/** Containers that keep what docker documents that they keep, as a function behind `exec`; everything that is left in it can be looked at. */
export function fakeContainers({
  tmpfsSurvives = false,
  reply,
  record,
  root = true,
  litters = false,
  signal,
}: Faults = {}) {
  const volumes = new Map<string, Files>()
  const folders = new Map<string, Files>()
  const containers = new Map<string, Container>()
  const lines: string[] = []
  let made = 0

  const stopped = (name: string) => {
    const container = containers.get(name)
    if (!container) return false
    if (container.kind === 'memory' && !tmpfsSurvives) container.files.clear()
    container.running = false
    return true
  }
  const verbs: Record<string, (rest: string[]) => Reply> = {
    run: (rest) => {
      const name = rest[rest.indexOf('--name') + 1] ?? ''
      containers.set(name, mountedBy(rest, { volumes, folders, containers, next: () => `${made++}`.padStart(64, 'a') }))
      return { stdout: `${name}\n` }
    },
    exec: ([, , name = '', ...command]) => {
      const container = containers.get(name)
      return container?.running
        ? inside(container, command)
        : { exitCode: 1, stderr: `container ${name} is not running\n` }
    },
    restart: (rest) => (stopped(rest.at(-1) ?? '') ? started(rest.at(-1) ?? '') : NO),
    stop: (rest) => (stopped(rest.at(-1) ?? '') ? {} : NO),
    kill: (rest) => (stopped(rest.at(-1) ?? '') ? {} : NO),
    start: (rest) => started(rest.at(-1) ?? ''),
    rm: (rest) => removed(rest.at(-1) ?? '', rest.includes('--volumes')),
    container: (rest) => inspected(rest.at(-1) ?? ''),
    volume: ([verb = '', ...rest]) => {
      const name = rest.at(-1) ?? ''
      if (verb === 'create') return done(volumes.set(name, new Map()))
      if (!volumes.has(name)) return { exitCode: 1, stderr: `Error: No such volume: ${name}\n` }
      if (verb === 'rm') volumes.delete(name)
      return { stdout: `/volumes/${name}\n` }
    },
    version: () => ({ stdout: '28.2\n' }),
  }
  const started = (name: string): Reply => {
    const container = containers.get(name)
    if (container) container.running = true
    return container ? {} : NO
  }
  const removed = (name: string, withVolumes: boolean): Reply => {
    const container = containers.get(name)
    if (!container) return { exitCode: 1, stderr: `Error: No such container: ${name}\n` }
    containers.delete(name)
    const held = [...containers.values()].some(({ volume }) => volume === container.volume)
    if (withVolumes && container.anonymous && container.volume && !held) volumes.delete(container.volume)
    return {}
  }
  const inspected = (name: string): Reply => {
    const found = containers.get(name)
    if (!found) return NO
    const { kind, folder, volume } = found
    const mount = {
      Type: volume ? 'volume' : 'bind',
      Name: volume ?? undefined,
      Source: folder,
      Destination: MOUNT_POINT,
    }
    const upper = { Name: 'overlay2', Data: { UpperDir: `/layers/${name}` } }
    return { stdout: `77\n${JSON.stringify(kind === 'disk' ? [mount] : [])}\n${JSON.stringify(upper)}\n` }
  }
  const onHost = (path: string): string | undefined => {
    for (const { kind, folder, files } of containers.values()) {
      const at = kind === 'layer' ? folder : kind === 'memory' ? `/proc/77/root${MOUNT_POINT}` : folder
      const found = at && path.startsWith(at) ? files.get(path.slice(at.length)) : undefined
      if (found !== undefined) return found
    }
    return undefined
  }
  const host = (command: Command): Reply => {
    const path = command.at(-1) ?? ''
    if (command[0] === 'namei')
      return { stdout: `f: ${path}\ndrwx------ root root locked\n-rw-r--r-- root root marker\n` }
    if (command[0] === 'setpriv') return { exitCode: 1, stderr: `cat: ${path}: Permission denied\n` }
    if (command[0] === 'mkdir') return done(folders.set(path, new Map()))
    if (command[0] === 'rm') return done(folders.delete(path))
    const text = onHost(path)
    return text === undefined ? { exitCode: 1, stderr: `cat: ${path}: No such file or directory\n` } : { stdout: text }
  }
  const exec: Exec = async (command, { cwd } = {}) => {
    if (cwd !== undefined && !folders.has(cwd))
      return result({ command, exitCode: 127, stderr: `spawn ${command[0]} ENOENT` })
    const line = command.join(' ')
    lines.push(line)
    const [program = '', verb = '', ...rest] = command
    const answer = reply?.(line) ?? (program === 'docker' ? verbs[verb]?.(rest) : host(command)) ?? NO
    return result({ command, ...answer })
  }
  const deps = fakeDeps({ exec, root, ...(signal && { signal }) })
  const context: ContainerContext = {
    program: 'docker',
    image: 'tools',
    owner: deps.owner,
    init: true,
    litters,
    folderFor: (runId, name) => instanceFolder(deps.cwd, runId, name),
  }
  const engine = {
    program: 'docker',
    record: engineRecord(record),
    plan: (request: Parameters<Engine['plan']>[0]) => containerPlan(request, context),
    paste: (plan: Parameters<Engine['paste']>[0]) => pasteContainer('docker', plan),
  } as Engine
  return { engine, deps, lines, left: () => [...containers.keys(), ...volumes.keys(), ...folders.keys()] }
}

interface World {
  volumes: Map<string, Files>
  folders: Map<string, Files>
  containers: Map<string, Container>
  next: () => string
}

function mountedBy(argv: readonly string[], { volumes, folders, containers, next }: World): Container {
  const other = containers.get(argv[argv.indexOf('--volumes-from') + 1] ?? '')
  if (other && argv.includes('--volumes-from') && other.kind === 'disk') return { ...other, running: true }
  const name = argv[argv.indexOf('--name') + 1] ?? ''
  const spec = argv.includes('--mount') ? (argv[argv.indexOf('--mount') + 1] ?? '') : ''
  const src = /src=([^,]+)/.exec(spec)?.[1]
  const base = { running: true, volume: null, anonymous: false, folder: null }
  if (spec.startsWith('type=tmpfs')) return { ...base, kind: 'memory', files: new Map() }
  if (spec.startsWith('type=bind'))
    return { ...base, kind: 'disk', files: folders.get(src ?? '') ?? new Map(), folder: src ?? '' }
  if (!spec) return { ...base, kind: 'layer', files: new Map(), folder: `/layers/${name}${MOUNT_POINT}` }
  const volume = src ?? next()
  const files = volumes.get(volume) ?? new Map()
  volumes.set(volume, files)
  return { ...base, kind: 'disk', files, folder: `/volumes/${volume}`, volume, anonymous: src === undefined }
}

function inside({ kind, files }: Container, command: string[]): Reply {
  const [, , script = '', , path = '', word = ''] = command
  const at = path.slice(MOUNT_POINT.length)
  if (command[0] === 'cat')
    return { stdout: LAYER_LINE + (kind === 'layer' ? '' : kind === 'memory' ? MEMORY_LINE : DISK_LINE) }
  if (command[0] === 'df')
    return { stdout: 'Filesystem 1024-blocks Used Available Capacity Mounted on\nx 32768 0 32768 0% /\n' }
  if (script.includes('printf')) return done(files.set(`${at}/marker`, `${word}\n`))
  if (script.startsWith('if')) return { stdout: files.get(at) ?? 'gone\n' }
  return { stdout: tracesOutput(kind === 'memory') }
}

/** What the writing script prints, as podman 4.3 on Linux 6.18 did for 16 MiB; shortened to what is read. */
export const tracesOutput = (memory: boolean, more: { cancelled?: number } = {}) => `before
cache 4096
shmem 4096
written
cache 16781312
shmem ${memory ? 16781312 : 4096}
rchar: 16848576
write_bytes: ${memory ? 0 : 16777216}
cancelled_write_bytes: 0
removed
write_bytes: ${memory ? 0 : 16777216}
cancelled_write_bytes: ${more.cancelled ?? 0}
`
