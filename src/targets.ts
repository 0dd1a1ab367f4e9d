import { badInput } from './errors.js'
import { parseSize, unknownName } from './units.js'

/** The mount types, in the order in which they are explained. */
export const MOUNT_TYPES = ['volume', 'anonymous', 'bind', 'tmpfs', 'layer', 'host'] as const
export type MountType = (typeof MOUNT_TYPES)[number]

/** What each mount type is, in a sentence, and which options a target of it takes. */
export const MOUNTS = {
  volume: {
    means: 'a named volume, managed by the engine',
    keys: ['name', 'driver', 'opt', 'ro', 'z', 'Z', 'nocopy', 'engine-arg'],
  },
  anonymous: {
    means: 'a volume without a name, removed with its container',
    keys: ['driver', 'opt', 'ro', 'nocopy', 'engine-arg'],
  },
  bind: { means: 'a folder of the host', keys: ['src', 'ro', 'z', 'Z', 'consistency', 'engine-arg'] },
  tmpfs: { means: 'memory: gone when the container stops', keys: ['size', 'mode', 'exec', 'noexec', 'engine-arg'] },
  layer: { means: "no mount: the container's writable layer", keys: ['engine-arg'] },
  host: { means: 'no container at all: the baseline', keys: ['src'] },
} as const satisfies Record<MountType, { means: string; keys: readonly string[] }>

/** What a bind mount may promise about how soon both sides agree; Docker Desktop once acted on it. */
export const CONSISTENCIES = ['consistent', 'cached', 'delegated'] as const
export type Consistency = (typeof CONSISTENCIES)[number]

/** One labelled mount under test. Options that do not apply to its type are absent. */
export interface Target {
  /** Unique in a run; the column's heading. */
  label: string
  type: MountType
  /** `bind`, `host`: the folder to work in; absent: a fresh one. */
  src?: string
  /** `volume`: an existing volume, of which only a sub-folder of ours is used. */
  name?: string
  driver?: string
  /** `volume`, `anonymous`: options of the volume driver, `key=value` each. */
  opt?: readonly string[]
  /** `tmpfs`: bytes; absent: what the scenarios need. */
  sizeBytes?: number
  /** Further arguments of the engine's run command, as they are. */
  engineArgs?: readonly string[]
  /** `volume`, `anonymous`, `bind`: what is measured sees it read-only. */
  ro?: true
  /** `volume`, `bind`: relabelled for SELinux, shared (`z`) or for this container alone (`Z`). */
  relabel?: 'z' | 'Z'
  /** `bind`. */
  consistency?: Consistency
  /** `volume`, `anonymous`: not filled with what the image has there. */
  nocopy?: true
  /** `tmpfs`: octal digits; absent: 1777. */
  mode?: string
  /** `tmpfs`: whether programs in it may be started; absent: the engine's own choice. */
  exec?: 'exec' | 'noexec'
}

/**
 * Whether nothing may be written to it at all: it was asked for read-only, and what is there is the user's, so that not even a folder
 * of ours may stand on it.
 */
export const untouched = ({ ro, src, name, driver, opt }: Target) =>
  ro === true && [src, name, driver, opt].some((own) => own !== undefined)

const LABEL = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/

/**
 * The target that a `--mount` text describes: `[LABEL=]TYPE[,key=value…]`.
 * A value with a comma is quoted as in CSV: `volume,"opt=o=addr=10.0.0.1,rw"`. Throws `bad-input` with the nearest valid name.
 */
export function parseTarget(text: string): Target {
  const [head = '', ...pairs] = splitFields(text)
  const [first = '', second, ...rest] = head.split('=')
  if (rest.length > 0)
    throw badInput(`--mount ${text}: options follow a comma`, 'write it like nvme=bind,src=/mnt/nvme')
  const typeName = second ?? first
  const type = MOUNT_TYPES.find((name) => name === typeName)
  if (!type) throw unknownName('mount type', typeName, MOUNT_TYPES)
  const label = second === undefined ? type : first
  if (!LABEL.test(label)) {
    throw badInput(
      `'${label}' is not a label`,
      'a label is up to 32 letters, digits, dots, dashes and underscores: nvme=bind,src=/mnt/nvme',
    )
  }
  return pairs.reduce((target, pair) => withOption(target, pair), { label, type } as Target)
}

/** The fields of a `--mount` text as they are written: with their quotes, as in CSV, and with the spaces around them. */
export const writtenFields = (text: string): string[] => text.match(/(?:"(?:[^"]|"")*"|[^,"])+/g) ?? []

/** What a written field says: `src=/a, b` for ` "src=/a, b"`. */
export const fieldText = (written: string): string =>
  written
    .replaceAll(/"((?:[^"]|"")*)"/g, '$1')
    .replaceAll('""', '"')
    .trim()

function splitFields(text: string): string[] {
  if (text.split('"').length % 2 === 0) throw badInput(`--mount ${text} has a quote that is not closed`)
  return writtenFields(text).map(fieldText)
}

function withOption(target: Target, pair: string): Target {
  const at = pair.indexOf('=')
  const key = at < 0 ? pair : pair.slice(0, at)
  const value = at < 0 ? '' : pair.slice(at + 1)
  const known: readonly string[] = MOUNTS[target.type].keys
  if (!known.includes(key)) throw unknownName(`option of a ${target.type} mount`, key, known)
  if (Object.hasOwn(FLAGS, key)) {
    if (at >= 0) throw badInput(`${target.type} option '${key}' takes no value`, `write ${key} alone`)
    return { ...target, ...FLAGS[key as keyof typeof FLAGS] }
  }
  if (value === '') throw badInput(`${target.type} option '${key}' has no value`, `write ${key}=VALUE`)
  return { ...target, ...OPTION_PARSERS[key as keyof typeof OPTION_PARSERS](value, target) }
}

/** Options that stand alone. */
const FLAGS = {
  ro: { ro: true },
  z: { relabel: 'z' },
  Z: { relabel: 'Z' },
  nocopy: { nocopy: true },
  exec: { exec: 'exec' },
  noexec: { exec: 'noexec' },
} as const satisfies Record<string, Partial<Target>>

const OPTION_PARSERS = {
  src: (value: string) => ({ src: value }),
  name: (value: string) => ({ name: checkedName(value) }),
  driver: (value: string) => ({ driver: value }),
  opt: (value: string, target: Target) => ({ opt: [...(target.opt ?? []), value] }),
  size: (value: string) => ({ sizeBytes: parseSize(value) }),
  consistency: (value: string) => ({ consistency: checkedConsistency(value) }),
  mode: (value: string) => ({ mode: checkedMode(value) }),
  'engine-arg': (value: string, target: Target) => ({ engineArgs: [...(target.engineArgs ?? []), value] }),
}

function checkedConsistency(value: string): Consistency {
  const found = CONSISTENCIES.find((name) => name === value)
  if (found) return found
  throw unknownName('consistency', value, CONSISTENCIES)
}

function checkedMode(value: string): string {
  if (/^[0-7]{3,4}$/.test(value)) return value
  throw badInput(`'${value}' is not the mode of a tmpfs`, 'write it in octal, like mode=1777')
}

function checkedName(value: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]+$/.test(value)) return value
  throw badInput(`'${value}' is not a volume name`, 'a volume name is letters, digits, dots, dashes and underscores')
}

/**
 * The targets of a run, at least one, labels unique. Two of one type without labels are told apart by the user, not by us:
 * a label twice is `bad-input`.
 */
export function parseTargets(texts: readonly string[]): Target[] {
  const targets = texts.map(parseTarget)
  const twice = targets.find((target, i) => targets.findIndex((other) => other.label === target.label) !== i)
  if (twice) {
    throw badInput(
      `the label '${twice.label}' is used twice`,
      `give one of them another label: --mount other=${twice.type}`,
    )
  }
  return targets
}

/** The reference among the targets: the named one, or the first. Throws `bad-input` when there is none of that label. */
export function referenceOf(targets: readonly Target[], label?: string): Target {
  const found = label === undefined ? targets[0] : targets.find((target) => target.label === label)
  if (found) return found
  throw unknownName(
    'reference',
    label ?? '',
    targets.map((target) => target.label),
  )
}
