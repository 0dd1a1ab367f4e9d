import { z } from 'zod'
import type { Deps } from './deps.js'
import { isOurs, LABELS } from './engines/labels.js'
import { cannotRun } from './errors.js'
import { parseSize } from './units.js'

/** A volume of an engine, and who has it. */
export interface Volume {
  engine: string
  name: string
  driver: string
  /** As the engine counts its files, to the three or four digits that it prints; null when it does not say. */
  sizeBytes: number | null
  /** Why there is no size; null when there is one. */
  sizeProblem: string | null
  /** Where it is on the engine's machine; null where its driver does not tell. */
  mountpoint: string | null
  /** Every container that has it, running or not. */
  usedBy: VolumeUser[]
  /** The run of ours that made it; null for a volume that is not ours. */
  runId: string | null
}

/** A container that has a volume. */
export interface VolumeUser {
  container: string
  /** The engine's word: `running`, `exited`, `created`. */
  state: string
  path: string
  readOnly: boolean
}

/** `volume inspect` of docker (20.10 to 29) and podman (4.x, 5.x). */
const Inspected = z.array(
  z.object({
    Name: z.string(),
    Driver: z.string(),
    Mountpoint: z.string().optional(),
    Labels: z.record(z.string(), z.string()).nullish(),
    /** podman: no container has had it yet, and the first one's user will own it. */
    NeedsChown: z.boolean().optional(),
  }),
)

/** `container inspect` of both. */
const Containers = z.array(
  z.object({
    Name: z.string(),
    State: z.object({ Status: z.string() }),
    Mounts: z.array(
      z.object({ Type: z.string(), Name: z.string().optional(), Destination: z.string(), RW: z.boolean() }),
    ),
  }),
)

/** `docker system df --verbose --format '{{json .Volumes}}'`; the size of a volume of another driver is `N/A`. */
const Usage = z.array(z.object({ Name: z.string(), Size: z.string() }))

const ANSWER_SECONDS = 20

type Ask = Pick<Deps, 'exec'>

/** All volumes of docker or podman, by name. Throws `cannot-run` when they cannot be listed; a size that is not told is null. */
export async function listVolumes(program: 'docker' | 'podman', deps: Ask): Promise<Volume[]> {
  const names = await namesOf([program, 'volume', 'ls', '--format', '{{.Name}}'], deps)
  const inspected = Inspected.parse(await inspect([program, 'volume', 'inspect'], names, deps))
  const sizes = await sizesOf(program, deps)
  const users = await volumeUsers(program, deps)
  return inspected
    .map(({ Name, Driver, Mountpoint, Labels }) => {
      const size = sizes.known.get(Name) ?? null
      return {
        ...{ engine: program, name: Name, driver: Driver, mountpoint: Mountpoint || null },
        sizeBytes: size,
        sizeProblem: size === null ? (sizes.problem ?? `${program} does not say for driver ${Driver}`) : null,
        usedBy: users.get(Name) ?? [],
        runId: isOurs(Labels) ? (Labels?.[LABELS.run] ?? null) : null,
      }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The containers that have each volume, running or not. */
export async function volumeUsers(program: 'docker' | 'podman', deps: Ask): Promise<Map<string, VolumeUser[]>> {
  const names = await namesOf([program, 'ps', '--all', '--format', '{{.Names}}'], deps)
  const containers = Containers.parse(await inspect([program, 'container', 'inspect'], names, deps))
  const users = new Map<string, VolumeUser[]>()
  for (const { Name, State, Mounts } of containers)
    for (const { Type, Name: volume, Destination, RW } of Mounts) {
      if (Type !== 'volume' || volume === undefined) continue
      const user = { container: Name.replace(/^\//, ''), state: State.Status, path: Destination, readOnly: !RW }
      users.set(volume, [...(users.get(volume) ?? []), user])
    }
  return users
}

/**
 * Those of podman's volumes that no container has had yet. The first one decides for good who owns the volume and what it is filled with
 * (libpod, `fixVolumePermissions`), so it must not be ours. docker does neither: it looks at the volume each time.
 */
export async function untakenVolumes(names: readonly string[], deps: Ask): Promise<Set<string>> {
  const inspected = Inspected.parse(await inspect(['podman', 'volume', 'inspect'], names, deps))
  return new Set(inspected.filter(({ NeedsChown }) => NeedsChown === true).map(({ Name }) => Name))
}

async function namesOf(command: readonly string[], { exec }: Ask): Promise<string[]> {
  const listed = await exec(command, { timeoutSeconds: ANSWER_SECONDS })
  if (listed.exitCode === 0) return listed.stdout.split('\n').filter((name) => name !== '')
  throw cannotRun(`${command.slice(0, 3).join(' ')} failed: ${listed.stderr.trim().split('\n').at(-1)}`)
}

/** What is removed meanwhile is told on stderr and left out of the JSON, so the exit code says nothing. */
async function inspect(command: readonly string[], names: readonly string[], { exec }: Ask): Promise<unknown> {
  if (names.length === 0) return []
  const { stdout, stderr } = await exec([...command, ...names], { timeoutSeconds: ANSWER_SECONDS })
  try {
    return JSON.parse(stdout)
  } catch {
    throw cannotRun(`${command.join(' ')} gave no JSON: ${stderr.trim().split('\n').at(-1)}`)
  }
}

interface Sizes {
  known: ReadonlyMap<string, number>
  /** Why nothing is known of what is missing; null when the engine answered. */
  problem: string | null
}

/** What the engine counts: it walks through every volume and image for it, which may take longer than we wait. */
async function sizesOf(program: 'docker' | 'podman', { exec }: Ask): Promise<Sizes> {
  const format = program === 'docker' ? ['--format', '{{json .Volumes}}'] : []
  const told = await exec([program, 'system', 'df', '--verbose', ...format], { timeoutSeconds: ANSWER_SECONDS })
  const none = (problem: string) => ({ known: new Map<string, number>(), problem })
  if (told.timedOut) return none(`${program} did not count it within ${ANSWER_SECONDS} s`)
  if (told.exitCode !== 0) return none(`${program} does not count it: ${told.stderr.trim().split('\n').at(-1)}`)
  return program === 'docker' ? dockerSizes(told.stdout) : { known: podmanSizes(told.stdout), problem: null }
}

/** Sizes by volume in docker's JSON. What is not of that shape tells nothing, and says so. */
export function dockerSizes(text: string): Sizes {
  try {
    const rows = Usage.parse(JSON.parse(text))
    const known = rows.flatMap(({ Name, Size }) => (/^\d/.test(Size) ? [[Name, humanSize(Size)] as const] : []))
    return { known: new Map(known), problem: null }
  } catch {
    return { known: new Map(), problem: 'docker counts it in a form that is not known here' }
  }
}

/** Sizes by volume in the last table of `podman system df --verbose`, which has no JSON (4.x; 5.x refuses `--format` beside it). */
export function podmanSizes(text: string): Map<string, number> {
  const [, table = ''] = text.split(/^VOLUME NAME .*$/m)
  const rows = table.split('\n').flatMap((line) => {
    const [, name, size] = /^(\S+)\s+\d+\s+(\d\S*)\s*$/.exec(line) ?? []
    return name === undefined || size === undefined ? [] : [[name, humanSize(size)] as const]
  })
  return new Map(rows)
}

/** go-units HumanSize: `3MB`, `12.3kB`, `0B`, in powers of 1000. */
const humanSize = (text: string) => (/^0(\.0+)?B$/.test(text) ? 0 : parseSize(text))
