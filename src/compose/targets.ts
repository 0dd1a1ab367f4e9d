import { badInput } from '../errors.js'
import type { ComposeMount, ComposeProject, ComposeVolume } from './model.js'

/** What stands at a path of the host; `unseen` where the engine is on another machine. */
export type PathKind = 'folder' | 'file' | 'missing' | 'unseen'

/** What must be known of the outside to choose. */
export interface Facts {
  /** Sources of bind mounts, as they are written, with the absolute path and what is there. */
  sources: ReadonlyMap<string, { path: string; kind: PathKind }>
  /** Names of volumes that are on the engine. */
  present: ReadonlySet<string>
  /** Whether the engine fills a volume from the image of the first container that has it, and of no later one: podman. */
  fillsOnce: boolean
  /** Names of volumes that are there, and that the first container to have them will own: podman's, until one had them. */
  untaken: ReadonlySet<string>
  /** Names of volumes and the containers that run with them. */
  busy: ReadonlyMap<string, readonly string[]>
}

/** The mounts of a project as `--mount` texts, and what a person must know of them. */
export interface Choice {
  mounts: readonly string[]
  /** What is measured otherwise than it is declared, and what is not measured, each with the reason. */
  notes: readonly string[]
}

/**
 * The mounts of the chosen services as targets; no service named: all. Mounts that are the same storage in the same way are measured
 * once. Throws `bad-input` when a mount cannot be what it says.
 */
export function chooseMounts(project: ComposeProject, services: readonly string[], facts: Facts): Choice {
  const wanted = project.mounts.filter(({ service }) => services.length === 0 || services.includes(service))
  const alone = new Set(wanted.map(({ service }) => service)).size === 1
  const taken = new Map<string, string>()
  const mounts: string[] = []
  const notes: string[] = []
  for (const mount of wanted) {
    const at = `${mount.service} ${mount.path}`
    const decided = decide(mount, project, facts)
    notes.push(...decided.notes.map((note) => `${at}: ${note}`))
    if (decided.skipped !== null) {
      notes.push(`${at} is not measured: ${decided.skipped}`)
      continue
    }
    const text = decided.fields.map(quoted).join(',')
    const key = decided.storage === null ? null : `${decided.storage} ${text}`
    const same = key === null ? undefined : taken.get(key)
    if (same !== undefined) {
      notes.push(`${at} is the same mount as ${same}, and is measured once`)
      continue
    }
    const label = labelOf(mount, alone, [...taken.values()])
    taken.set(key ?? `${label}=`, label)
    mounts.push(`${label}=${text}`)
  }
  return { mounts, notes }
}

interface Decided {
  /** Type and options of a `--mount` text. */
  fields: readonly string[]
  /** What another mount may be of too: a path, the name of a volume; null for storage that no other mount has. */
  storage: string | null
  notes: readonly string[]
  /** Why it is not measured; null when it is. */
  skipped: string | null
}

const skip = (skipped: string): Decided => ({ fields: [], storage: null, notes: [], skipped })
const measured = (fields: readonly string[], storage: string | null, notes: readonly string[] = []): Decided => ({
  ...{ fields, storage, notes },
  skipped: null,
})

function decide(mount: ComposeMount, project: ComposeProject, facts: Facts): Decided {
  const { type, source, ignored } = mount
  const decided = type === 'bind' ? bindMount(mount, facts) : type === 'tmpfs' ? tmpfsMount(mount) : null
  const other =
    decided ?? (type === 'volume' ? volumeMount(mount, volumeNamed(project, source), facts) : skip(UNKNOWN(type)))
  if (ignored.length === 0 || other.skipped !== null) return other
  return { ...other, notes: [...other.notes, `${ignored.join(', ')} is no part of what is measured`] }
}

const UNKNOWN = (type: string) => `a mount of type '${type}' cannot be made here`

function volumeNamed({ volumes }: ComposeProject, source: string | null): ComposeVolume | null {
  if (source === null) return null
  const found = volumes[source]
  if (found) return found
  throw badInput(
    `the volume '${source}' is not declared under the top-level volumes`,
    `declare it there; a folder of the host begins with ./ or /: ./${source}`,
  )
}

/** The user's own volume is used in a folder of ours; one that is not there yet is made with the same driver, and removed again. */
function volumeMount(mount: ComposeMount, volume: ComposeVolume | null, facts: Facts): Decided {
  if (volume === null) return measured(['anonymous', ...optionsOf({ ...mount, relabel: null })], null)
  const { name, external } = volume
  if (facts.untaken.has(name)) {
    const why = 'no container has had it yet, and with podman the first one decides its owner and content'
    return external ? skip(why) : freshVolume(mount, volume, `the volume '${name}': ${why}`)
  }
  if (facts.present.has(name)) return presentVolume(mount, name, facts)
  if (external)
    throw badInput(`the external volume '${name}' is not on this engine`, 'make it first, or choose another --engine')
  return freshVolume(mount, volume, `there is no volume '${name}' yet`)
}

function presentVolume(mount: ComposeMount, name: string, { fillsOnce, busy }: Facts): Decided {
  const users = busy.get(name) ?? []
  const notes = users.length > 0 ? [`in use by ${users.join(', ')}, whose own work there is in the figures`] : []
  const options = optionsOf({ ...mount, noCopy: mount.noCopy || fillsOnce })
  return measured(['volume', `name=${name}`, ...options], name, notes)
}

function freshVolume(mount: ComposeMount, { name, driver, driverOptions }: ComposeVolume, why: string): Decided {
  const own = [
    ...(driver ? [`driver=${driver}`] : []),
    ...Object.entries(driverOptions).map(([key, value]) => `opt=${key}=${value}`),
  ]
  if (mount.readOnly && own.length > 0)
    return skip('it is read-only, and to make it would be to write to what its driver options name')
  const like = own.length > 0 ? ' of the same driver and options' : ''
  return measured(['volume', ...own, ...optionsOf(mount)], name, [`${why}: a fresh one${like} is measured`])
}

function bindMount(mount: ComposeMount, { sources }: Facts): Decided {
  const { service, path: at, source } = mount
  const { path, kind } = sources.get(source ?? '') ?? { path: source ?? '', kind: 'missing' }
  if (kind === 'missing')
    throw badInput(
      `service ${service}: there is no ${path} to mount at ${at}`,
      'make it first: an engine would make it as an empty folder of root',
    )
  if (kind === 'file') return skip(`${path} is no folder, and nothing is written into or beside a file of yours`)
  return measured(['bind', `src=${path}`, ...optionsOf(mount)], path)
}

function tmpfsMount(mount: ComposeMount): Decided {
  if (mount.readOnly) return skip('a read-only tmpfs is always empty')
  return measured(['tmpfs', ...optionsOf(mount)], null)
}

/** What a `--mount` text says of the options that types share; each stands only where its type can have it. */
function optionsOf({ type, readOnly, relabel, consistency, noCopy, sizeBytes, mode, exec }: ComposeMount): string[] {
  const known = {
    volume: [noCopy && 'nocopy', relabel],
    bind: [relabel, consistency && `consistency=${consistency}`],
    tmpfs: [sizeBytes && `size=${sizeBytes}`, mode && `mode=${mode}`, exec],
  }
  const own = known[type as keyof typeof known] ?? []
  return [readOnly && 'ro', ...own].filter((option): option is string => typeof option === 'string' && option !== '')
}

/** A field of a `--mount` text: CSV, quoted where it must be. */
const quoted = (field: string) => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field)

const LONGEST_LABEL = 32

/** `service-path`, or the path alone of the only service, within the rules of a label: when too long, its end; when taken, with a number. */
function labelOf({ service, path }: ComposeMount, alone: boolean, taken: readonly string[]): string {
  const parts = path.split('/').filter((part) => part !== '')
  const head = alone ? [] : [service]
  const whole = [...head, ...(parts.length > 0 ? parts : ['root'])]
  const fitting = whole.map((_, dropped) => cleaned([...head, ...whole.slice(head.length + dropped)]))
  const base = fitting.find((label) => label.length <= LONGEST_LABEL - 3) ?? cleaned(whole).slice(0, LONGEST_LABEL - 3)
  const numbered = [base, ...taken.map((_, index) => `${base}-${index + 2}`)]
  return numbered.find((label) => !taken.includes(label)) ?? base
}

const cleaned = (parts: readonly string[]) =>
  parts
    .join('-')
    .replaceAll(/[^A-Za-z0-9_.-]/g, '_')
    .replace(/^[^A-Za-z0-9]+/, '') || 'mount'
