import { BenchError, badInput } from './errors.js'
import type { EngineRecord, RunOptions } from './model.js'
import { familiesOf, type Rules } from './pairing.js'
import type { Capability, Parameters, Scenario, Tool } from './scenario.js'
import { smallestRounds } from './statistics/interval.js'
import { williamsBlock } from './statistics/order.js'
import { seededRandom } from './statistics/random.js'
import { parseTargets, type Target } from './targets.js'

/** Everything a run will do, as data. The same options give the same plan. */
export interface Plan extends Pick<Rules, 'comparisons' | 'leads'> {
  options: RunOptions
  targets: readonly Target[]
  scenarios: readonly PlannedScenario[]
  /** Number of blocks until the most rounds are done. */
  blocks: number
  /** Before this many rounds no scenario is done. */
  leastRounds: number
}

/** A scenario with the order of its rounds. */
export interface PlannedScenario {
  scenario: Scenario
  /** Bytes that a target must hold for it. */
  footprintBytes: number
  /** All rounds, in order. */
  rounds: readonly Round[]
}

/** For one scenario, every target once. */
export interface Round {
  number: number
  block: number
  /** Target labels in the order in which they run. */
  order: readonly string[]
}

/** The plan of complete options; `all` are the scenarios that the options may name. */
export function makePlan(options: RunOptions, all: readonly Scenario[]): Plan {
  const targets = targetsOf(options)
  const chosen = all.filter(({ id }) => options.scenarios.includes(id))
  const labels = targets.map(({ label }) => label)
  const size = blockRounds(labels.length)
  const families = familiesOf(labels.length, chosen.length, options.aa)
  const { least, most } = amounts(options, size, labels.length, families.leads)
  const scenarios = chosen.map((scenario, index) => ({
    scenario,
    footprintBytes: footprint(scenario, options),
    rounds: roundsOf(labels, most, options.seed + index),
  }))
  return { options, targets, scenarios, blocks: Math.ceil(most / size), ...families, leastRounds: least }
}

/** The label of the reference's second self. */
export const againLabel = (label: string) => `${label}-again`

/** The targets of the options; with `aa`, the reference a second time, under another label. */
function targetsOf({ mounts, reference, aa }: RunOptions): Target[] {
  const targets = parseTargets(mounts)
  const again = aa ? targets.filter(({ label }) => label === reference) : []
  const taken = again.find((target) => targets.some(({ label }) => label === againLabel(target.label)))
  if (taken)
    throw badInput(
      `--aa calls the second ${taken.label} '${againLabel(taken.label)}', and that label is taken`,
      'give that mount another label',
    )
  return [...targets, ...again.map((target) => ({ ...target, label: againLabel(target.label) }))]
}

/**
 * Rounds at the least and at the most: whole blocks, at least two, and enough for the interval of a lead. A fixed number is kept as it is,
 * and so is a most that is less than that. A single target has nothing to be precise about: the least is all.
 */
function amounts({ minRounds, maxRounds }: RunOptions, size: number, targets: number, leads: number) {
  const blocks = Math.ceil(Math.max(minRounds, 2 * size, smallestRounds(leads)) / size)
  const least = blocks * size
  if (minRounds === maxRounds || maxRounds < least) return { least: maxRounds, most: maxRounds }
  return { least, most: targets === 1 ? least : Math.floor(maxRounds / size) * size }
}

/**
 * Rounds in a block of k targets: k, or 2k when k is odd. Two take two squares, because instances are made anew for each block and two
 * rounds would not pay for them. A single target has no order to balance, and takes 6.
 */
function blockRounds(k: number): number {
  if (k === 1) return 6
  if (k === 2) return 4
  return k % 2 === 0 ? k : 2 * k
}

/** Blocks of a Williams square, each freshly permuted; a last block that is cut off is the only one out of balance. */
function roundsOf(labels: readonly string[], count: number, seed: number): Round[] {
  const random = seededRandom(seed)
  const size = blockRounds(labels.length)
  const rounds: Round[] = []
  for (let block = 0; rounds.length < count; block++) {
    for (const row of blockRows(labels.length, size, random)) {
      if (rounds.length === count) break
      rounds.push({ number: rounds.length, block, order: row.map((index) => labels[index] ?? '') })
    }
  }
  return rounds
}

/** Freshly permuted squares until the block is full. */
function blockRows(targets: number, size: number, random: () => number): readonly (readonly number[])[] {
  if (targets === 1) return Array.from({ length: size }, () => [0])
  const rows: (readonly number[])[] = []
  while (rows.length < size) rows.push(...williamsBlock(targets, random))
  return rows
}

function footprint(scenario: Scenario, options: RunOptions): number {
  return scenario.steps(parametersFor(options, '/', 0)).footprintBytes
}

/** The round number with which a warm-up gets a seed of its own. */
export const WARM_UP = -1

/** Parameters of a scenario's steps in a folder. All targets of a round get the same seed: they do the same work. */
export function parametersFor(
  { seed, sizeBytes, durationSeconds }: RunOptions,
  directory: string,
  round: number,
  archive?: string,
): Parameters {
  const own = (seed * 100_003 + round + 2) % 2 ** 31
  return { directory, ...(archive === undefined ? {} : { archive }), sizeBytes, durationSeconds, seed: own }
}

/** What a tmpfs must hold when its size is not given: the largest scenario and some room. */
export function tmpfsBytes({ scenarios }: Plan): number {
  const largest = Math.max(0, ...scenarios.map(({ footprintBytes }) => footprintBytes))
  const page = 4096
  return Math.ceil((largest * 1.1 + 16 * 2 ** 20) / page) * page
}

/** What the shipped Dockerfile does not install. */
const NOT_IN_TOOLS_IMAGE: readonly Tool[] = ['pgbench']

/** What the containers must be allowed for its scenarios, beyond the least: nothing for a program that is not in their image. */
export function capabilitiesOf({ options, scenarios }: Plan, { id }: Pick<EngineRecord, 'id'>): Capability[] {
  const lacking = options.image === null && id !== 'namespaces' ? NOT_IN_TOOLS_IMAGE : []
  const able = scenarios.filter(({ scenario }) => !lacking.includes(scenario.tool))
  return [...new Set(able.flatMap(({ scenario }) => scenario.capabilities ?? []))]
}

/** How the comparisons of a plan are made. */
export const rulesOf = ({ options, comparisons, leads }: Plan): Rules => ({
  comparisons,
  leads,
  precision: options.precision,
  threshold: options.threshold,
})

/** The target of that label. Throws when the plan has none. */
export function targetOf({ targets }: Plan, label: string): Target {
  const target = targets.find((candidate) => candidate.label === label)
  if (!target) throw new BenchError('failed', `no target '${label}' in the plan`)
  return target
}
