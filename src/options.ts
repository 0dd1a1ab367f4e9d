import { z } from 'zod'
import { badInput } from './errors.js'
import { RunOptions } from './model.js'
import type { Scenario } from './scenario.js'
import { parseTargets, referenceOf } from './targets.js'
import { unknownName } from './units.js'

const MIB = 2 ** 20

/**
 * Ready-made amounts of work. `quick` answers in less than two minutes; `standard` is the default;
 * `thorough` is for a machine that is left alone for the night.
 */
export const PROFILES = {
  quick: {
    scenarios: ['dd-write', 'seq-write', 'fsync-latency', 'small-files'],
    sizeBytes: 64 * MIB,
    durationSeconds: 0.3,
    minRounds: 12,
    maxRounds: 32,
    scenarioSeconds: 12,
  },
  standard: {
    scenarios: null,
    sizeBytes: 256 * MIB,
    durationSeconds: 1,
    minRounds: 12,
    maxRounds: 32,
    scenarioSeconds: null,
  },
  thorough: {
    scenarios: null,
    sizeBytes: 1024 * MIB,
    durationSeconds: 5,
    minRounds: 24,
    maxRounds: 64,
    scenarioSeconds: null,
  },
} as const satisfies Record<string, Profile>

interface Profile {
  /** Null: all of the group `core`. */
  scenarios: readonly string[] | null
  sizeBytes: number
  durationSeconds: number
  minRounds: number
  maxRounds: number
  /** Equal time rather than equal rounds: what is cheap to measure is measured more often. */
  scenarioSeconds: number | null
}

export type ProfileName = keyof typeof PROFILES
export const PROFILE_NAMES = Object.keys(PROFILES) as ProfileName[]

/** What a caller may leave out of the options of a run. */
export type PartialOptions = { [Key in keyof RunOptions]?: RunOptions[Key] | undefined } & {
  /** Exactly so many rounds: neither fewer nor more. */
  rounds?: number | undefined
}

/** The mounts that are compared when none is named. */
export const DEFAULT_MOUNTS = ['volume', 'bind', 'tmpfs']

/** What the options must know of a scenario. */
export type KnownScenario = Pick<Scenario, 'id' | 'group'>

/** Words that stand for several scenarios: a group, or all of them. */
export const GROUP_WORDS = ['core', 'lesson', 'all'] as const

/**
 * Complete options of a run: what was given, then the profile, then the defaults. `known` are all scenarios, in their order; the ones
 * asked for are ids and words of groups, in any order. Throws `bad-input` for an unknown scenario, mount or reference, and for amounts out of bounds.
 */
export function completeOptions(given: PartialOptions, known: readonly KnownScenario[], seed: number): RunOptions {
  const profile = given.profile ?? 'standard'
  const defaults = PROFILES[profile]
  const mounts = given.mounts?.length ? given.mounts : DEFAULT_MOUNTS
  const asked = given.scenarios?.length ? given.scenarios : (defaults.scenarios ?? ['core'])
  const durationSeconds = given.durationSeconds ?? defaults.durationSeconds
  return checked({
    profile,
    engine: given.engine ?? 'auto',
    scenarios: chosenIds(asked, known),
    mounts,
    reference: referenceOf(parseTargets(mounts), given.reference).label,
    ...roundsOf(given, defaults),
    precision: given.precision ?? 0.05,
    threshold: given.threshold ?? 0.05,
    aa: given.aa ?? false,
    sizeBytes: wholeMebibytes(given.sizeBytes ?? defaults.sizeBytes),
    durationSeconds,
    maxTimeSeconds: given.maxTimeSeconds ?? null,
    scenarioSeconds: given.scenarioSeconds ?? defaults.scenarioSeconds,
    trialTimeoutSeconds: given.trialTimeoutSeconds ?? Math.max(120, durationSeconds * 10),
    fresh: given.fresh ?? false,
    image: given.image ?? null,
    pull: given.pull ?? 'missing',
    seed: given.seed ?? seed,
  })
}

/** The ids that are meant, in the order of the known ones. A name of the user's own comes before a word for a group. */
function chosenIds(asked: readonly string[], known: readonly KnownScenario[]): string[] {
  const ids = known.map(({ id }) => id)
  const words: readonly string[] = GROUP_WORDS
  for (const word of asked)
    if (!ids.includes(word) && !words.includes(word)) throw unknownName('scenario', word, [...ids, ...words])
  const means = (word: string, { id, group }: KnownScenario) =>
    word === id || (!ids.includes(word) && (word === 'all' || word === group))
  return known.filter((scenario) => asked.some((word) => means(word, scenario))).map(({ id }) => id)
}

/** The least and the most rounds. A least that is named raises the most, and the other way round. */
function roundsOf({ rounds, minRounds, maxRounds }: PartialOptions, defaults: Profile) {
  if (rounds !== undefined && (minRounds ?? maxRounds) !== undefined) {
    throw badInput(
      '--rounds is a fixed number, which --min-rounds and --max-rounds contradict',
      'leave one of them out: --rounds 12, or --min-rounds 12 --max-rounds 32',
    )
  }
  if (rounds !== undefined) return { minRounds: rounds, maxRounds: rounds }
  if (minRounds !== undefined && maxRounds !== undefined && minRounds > maxRounds) {
    throw badInput(`--min-rounds ${minRounds} is more than --max-rounds ${maxRounds}`)
  }
  const least = minRounds ?? Math.min(defaults.minRounds, maxRounds ?? defaults.minRounds)
  return { minRounds: least, maxRounds: maxRounds ?? Math.max(defaults.maxRounds, least) }
}

/** The command line checks what it parses; this is for programs. */
function checked(options: RunOptions): RunOptions {
  const parsed = RunOptions.safeParse(options)
  if (parsed.success) return parsed.data
  throw badInput(`options of a run: ${z.prettifyError(parsed.error).replaceAll(/\s*\n\s*/g, ' ')}`)
}

/** The bytes, when they are whole MiB, as workloads need them. Throws `bad-input` otherwise, and names what it is for. */
export function wholeMebibytes(bytes: number, name = '--size'): number {
  if (bytes % MIB === 0) return bytes
  throw badInput(`${name} ${bytes} is not a whole number of MiB`, 'write it like 64m: workloads move blocks of 1 MiB')
}
