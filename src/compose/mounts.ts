import { badInput } from '../errors.js'
import { parseSize } from '../units.js'
import type { ComposeFile, ComposeMount, ComposeProject, ComposeVolume, LongMount } from './model.js'

/** The project of a file that was checked. `defaultName` is the project's when the file does not say. Throws `bad-input` with the mount. */
export function projectOf(file: ComposeFile, defaultName: string): ComposeProject {
  const name = file.name ?? defaultName
  const services = Object.keys(file.services)
  const mounts = Object.entries(file.services).flatMap(([service, declared]) => [
    ...(declared?.volumes ?? []).map((volume) => mountOf(service, volume)),
    ...[declared?.tmpfs ?? []].flat().map((text) => tmpfsMount(service, text)),
  ])
  const entries = Object.entries(file.volumes ?? {}).map(([key, volume]) => [key, volumeOf(name, key, volume)] as const)
  return { name, services, mounts, volumes: Object.fromEntries(entries) }
}

const mountOf = (service: string, volume: string | LongMount): ComposeMount =>
  typeof volume === 'string' ? shortMount(service, volume) : longMount(service, volume)

const BLANK = {
  source: null,
  readOnly: false,
  relabel: null,
  consistency: null,
  noCopy: false,
  sizeBytes: null,
  mode: null,
  exec: null,
  ignored: [],
} as const satisfies Partial<ComposeMount>

const CONSISTENCY = ['consistent', 'cached', 'delegated']

/**
 * The short syntax, `[SOURCE:]PATH[:MODE,…]`. A source that begins with `.`, `/` or `~` is a folder of the host, any other a
 * named volume. Throws `bad-input` for what is neither.
 */
export function shortMount(service: string, text: string): ComposeMount {
  const parts = text.split(':')
  const [path = '', modes = ''] = parts.length === 1 ? [text] : parts.slice(1)
  const source = parts.length === 1 ? null : (parts[0] ?? '')
  if (parts.length > 3 || !path.startsWith('/') || source === '')
    throw badInput(
      `service ${service}: '${text}' is not a mount`,
      'write it like data:/var/lib/data, ./src:/app:ro or /cache',
    )
  const type = source !== null && /^[./~]/.test(source) ? 'bind' : 'volume'
  const words = modes.split(',').filter((mode) => mode !== '')
  return {
    ...BLANK,
    ...{ service, path, type, source },
    readOnly: words.includes('ro'),
    relabel: words.includes('Z') ? 'Z' : words.includes('z') ? 'z' : null,
    consistency: words.find((mode) => CONSISTENCY.includes(mode)) ?? null,
    noCopy: words.includes('nocopy'),
    ignored: words.filter((mode) => !['ro', 'rw', 'z', 'Z', 'nocopy', ...CONSISTENCY].includes(mode)),
  }
}

function longMount(service: string, mount: LongMount): ComposeMount {
  const { type, target, source, read_only, consistency, bind, volume, tmpfs } = mount
  if (!target.startsWith('/'))
    throw badInput(`service ${service}: the target '${target}' of a mount is not an absolute path`)
  if (type === 'bind' && !source) throw badInput(`service ${service}: the bind mount at ${target} has no source`)
  const subpath = volume?.subpath ? [`subpath ${volume.subpath}`] : []
  return {
    ...BLANK,
    ...{ service, path: target, type, source: source || null },
    readOnly: read_only ?? false,
    relabel: bind?.selinux ?? null,
    consistency: consistency || null,
    noCopy: volume?.nocopy ?? false,
    sizeBytes: tmpfs?.size && tmpfs.size !== '0' ? sizeOf(service, tmpfs.size) : null,
    mode: tmpfs?.mode === undefined || tmpfs.mode === null ? null : octal(service, tmpfs.mode),
    ignored: [...subpath, ...(bind?.propagation ? [`propagation ${bind.propagation}`] : [])],
  }
}

/** `tmpfs:` of a service, `PATH[:OPTION,…]`: the options of mount(8). */
function tmpfsMount(service: string, text: string): ComposeMount {
  const [path = '', options = ''] = text.split(':')
  if (!path.startsWith('/')) throw badInput(`service ${service}: the tmpfs '${text}' is not an absolute path`)
  const words = options.split(',').filter((option) => option !== '')
  const given = (key: string) => words.find((option) => option.startsWith(`${key}=`))?.slice(key.length + 1)
  const size = given('size')
  const mode = given('mode')
  return {
    ...BLANK,
    ...{ service, path, type: 'tmpfs' },
    sizeBytes: size === undefined ? null : sizeOf(service, size),
    mode: mode === undefined ? null : octal(service, mode),
    exec: words.includes('noexec') ? 'noexec' : words.includes('exec') ? 'exec' : null,
    readOnly: words.includes('ro'),
    ignored: words.filter((option) => !/^(size|mode)=|^(rw|ro|exec|noexec)$/.test(option)),
  }
}

/** Compose counts `2gb` and `2g` alike in powers of 1024 (go-units RAMInBytes). */
function sizeOf(service: string, text: string): number {
  const [, number, letter = ''] = /^(\d+(?:\.\d+)?)\s*([bkmgt]?)(?:i?b)?$/i.exec(text.trim()) ?? []
  if (number === undefined)
    throw badInput(`service ${service}: '${text}' is not the size of a tmpfs`, 'write it like 64m')
  return parseSize(`${number}${letter}`)
}

/** A number is what YAML made of `0755`; a text is the digits themselves. */
function octal(service: string, mode: string | number): string {
  const digits = typeof mode === 'number' ? mode.toString(8) : mode.replace(/^0o/, '')
  if (/^0*[0-7]{1,4}$/.test(digits)) return digits.replace(/^0+(?=.{3})/, '').padStart(3, '0')
  throw badInput(`service ${service}: '${mode}' is not the mode of a tmpfs`, 'write it in octal, like 0o1777')
}

type Declared = NonNullable<ComposeFile['volumes']>[string]

/** Compose names a volume after its project, unless it has a name or is not Compose's own. */
function volumeOf(project: string, key: string, declared: Declared): ComposeVolume {
  const external = declared?.external ?? false
  const old = typeof external === 'object' ? external.name : undefined
  return {
    name: declared?.name ?? old ?? (external === false ? `${project}_${key}` : key),
    external: external !== false,
    driver: declared?.driver || null,
    driverOptions: declared?.driver_opts ?? {},
  }
}
