import { z } from 'zod'
import { scenarios } from '../../scenarios/index.js'
import { ENGINE_IDS } from '../engines/ids.js'
import { BenchError, badInput, messageOf } from '../errors.js'
import { DEFAULT_MOUNTS, GROUP_WORDS, PROFILE_NAMES, wholeMebibytes } from '../options.js'
import { FORMAT_NAMES } from '../report/index.js'
import { parseTarget, parseTargets, referenceOf } from '../targets.js'
import { parseCount, parseDuration, parseShare, parseSize, unknownName } from '../units.js'
import { fioJobId } from '../workloads/fio-job.js'

/** Says a `BenchError` of a parser as an issue at a path, after which nothing is checked across settings; anything else is thrown on. */
function tell(context: z.RefinementCtx, check: () => unknown, path: (string | number)[] = []): void {
  try {
    check()
  } catch (error) {
    if (!(error instanceof BenchError)) throw error
    context.addIssue({ code: 'custom', message: messageOf(error), params: { hint: error.hint }, path, continue: false })
  }
}

function mustBe(kind: string, value: string, words: readonly string[]): void {
  if (!words.includes(value)) throw unknownName(kind, value, words)
}

const text = z
  .string({ error: 'is one value, not a list and not a map' })
  .min(1, { error: 'has no value: give it one, or comment the line out' })
const checked = (parse: (value: string) => unknown) =>
  text.superRefine((value, context) => tell(context, () => parse(value)))
const word = (kind: string, words: readonly string[]) => checked((value) => mustBe(kind, value, words))
const truth = checked((value) => {
  if (value !== 'true' && value !== 'false') throw badInput(`'${value}' is neither true nor false`)
}).transform((value) => value === 'true')
/** A single value is a list of one. */
const list = (item: z.ZodType<string>) =>
  z.preprocess(
    (value) => (typeof value === 'string' ? [value] : value),
    z.array(item, { error: 'is a list' }).min(1, { error: 'is empty: name one, or comment the line out' }),
  )
const count = (name: string, lowest: number, highest: number) =>
  checked((value) => parseCount(value, name, lowest, highest))
const share = (name: string) => checked((value) => parseShare(value, name))
const duration = checked(parseDuration)

/**
 * Every setting of a configuration file, in the order in which `init` writes them: what it may be, all as text that is typed behind the
 * flag, and an example of it.
 */
export const SETTINGS = {
  scenarios: { is: list(text), example: '[seq-write, fsync-latency]' },
  fioJobs: { is: list(text), example: '[jobs/database.fio]' },
  profile: { is: word('profile', PROFILE_NAMES), example: 'standard' },
  mounts: { is: list(checked(parseTarget)), example: '[volume, bind, tmpfs]' },
  reference: { is: text, example: 'volume' },
  engine: { is: word('engine', ['auto', ...ENGINE_IDS]), example: 'auto' },
  image: { is: text, example: 'registry.example/tools:1' },
  pull: { is: word('answer', ['never', 'missing']), example: 'never' },
  fresh: { is: truth, example: 'true' },
  rounds: { is: count('rounds', 1, 10_000), example: '12' },
  minRounds: { is: count('minRounds', 1, 10_000), example: '12' },
  maxRounds: { is: count('maxRounds', 1, 10_000), example: '32' },
  precision: { is: share('precision'), example: '5%' },
  threshold: { is: share('threshold'), example: '5%' },
  aa: { is: truth, example: 'true' },
  size: { is: checked((value) => wholeMebibytes(parseSize(value), 'size')), example: '256m' },
  duration: { is: duration, example: '1s' },
  maxTime: { is: duration, example: '10m' },
  scenarioTime: { is: duration, example: '1m' },
  timeout: { is: duration, example: '2m' },
  seed: { is: count('seed', 0, 2 ** 31), example: '1' },
  results: { is: text, example: 'results' },
  label: { is: text, example: 'nightly' },
  format: { is: word('format', FORMAT_NAMES), example: 'table' },
  quiet: { is: truth, example: 'true' },
  baseline: { is: text, example: 'latest' },
  gate: { is: truth, example: 'true' },
  failThreshold: { is: share('failThreshold'), example: '10%' },
  strict: { is: truth, example: 'true' },
  requireAll: { is: truth, example: 'true' },
  failOnInconclusive: { is: truth, example: 'true' },
  confirm: { is: truth, example: 'true' },
  anyMachine: { is: truth, example: 'true' },
} as const satisfies Record<string, { is: z.ZodType; example: string }>

export type SettingName = keyof typeof SETTINGS
export const SETTING_NAMES = Object.keys(SETTINGS) as SettingName[]

/** What a configuration file says; what it does not say is absent. */
export type Settings = { [Name in SettingName]?: z.output<(typeof SETTINGS)[Name]['is']> | undefined }

/** The attribute of `run` that a setting fills; null: the words without a flag. */
export function flagOf(name: SettingName): string | null {
  const others: Partial<Record<SettingName, string | null>> = { scenarios: null, mounts: 'mount', fioJobs: 'fioJob' }
  return name in others ? (others[name] ?? null) : name
}

const shape = Object.fromEntries(SETTING_NAMES.map((name) => [name, SETTINGS[name].is.optional()]))

/** All settings together: no unknown ones, and none that contradict each other. */
export const SettingsFile = z.strictObject(shape).superRefine((values, context) => {
  const { scenarios: words, fioJobs, mounts, reference, rounds, minRounds, maxRounds } = values as Settings
  const known = [...scenarios.map(({ id }) => id), ...GROUP_WORDS, ...(fioJobs ?? []).map(fioJobId)]
  for (const [i, id] of (words ?? []).entries()) tell(context, () => mustBe('scenario', id, known), ['scenarios', i])
  if (mounts) tell(context, () => parseTargets(mounts), ['mounts'])
  if (reference) tell(context, () => referenceOf(parseTargets(mounts ?? DEFAULT_MOUNTS), reference), ['reference'])
  tell(context, () => mustAgree(rounds, minRounds, maxRounds), [rounds === undefined ? 'minRounds' : 'rounds'])
})

function mustAgree(rounds: string | undefined, least: string | undefined, most: string | undefined): void {
  if (rounds !== undefined && (least ?? most) !== undefined)
    throw badInput('rounds is a fixed number, which minRounds and maxRounds contradict', 'leave one of them out')
  if (least !== undefined && most !== undefined && Number(least) > Number(most))
    throw badInput(`minRounds ${least} is more than maxRounds ${most}`)
}
