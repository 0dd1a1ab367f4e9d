import { earlierRatios, expectedAfter, type Place } from './against-history.js'
import { imageIdentity } from './engines/labels.js'
import type { IndexedRun } from './history/entry.js'
import { METRICS, type Run } from './model.js'
import { pairedSeries } from './pairing.js'
import { againLabel } from './plan.js'
import { hodgesLehmannShift } from './statistics/hodges-lehmann.js'
import { sharedAlpha } from './statistics/interval.js'
import { pairedLogRatios } from './statistics/pairs.js'
import type { PredictionInterval } from './statistics/prediction.js'
import { median } from './statistics/quantiles.js'

/** How two runs are compared. */
export interface RunCompareOptions {
  /** A change must be beyond this to be a regression, as a fraction. Default 0.10. */
  failThreshold?: number | undefined
  /** Earlier runs, oldest first, the baseline among them or not: eight and more that are like the candidate say where it is expected. */
  earlier?: readonly IndexedRun[] | undefined
}

/** What became of one target's ratio to the reference. */
export interface Change {
  scenario: string
  target: string
  reference: string
  /** In-run median ratios to the reference; above 1: better than it. */
  baseline: number
  candidate: number
  /** Candidate over baseline, or over the middle of the earlier runs: below 1 is worse; with its interval, null where there is none. */
  ratio: number
  low: number | null
  high: number | null
  verdict: 'regression' | 'improvement' | 'same' | 'inconclusive'
  /** `history`: against the spread of earlier runs · `pair`: against the baseline alone. */
  method: 'history' | 'pair'
  /** How many runs it is against. */
  runs: number
  /** What measuring it once more said; absent when that was not done. */
  again?: Pick<Change, 'candidate' | 'ratio' | 'low' | 'high' | 'verdict'> & { run: string }
}

/** The comparison of two runs; every list is empty when there is nothing to say. */
export interface RunComparison {
  baseline: string
  candidate: string
  /** What differs between the two environments, in words. */
  differences: string[]
  changes: Change[]
  /** Scenarios and targets that only one of the runs measured. */
  missing: { scenario: string; target: string; reference: string; only: 'baseline' | 'candidate' }[]
}

/** Compares the in-run ratios of two runs: rounds of different runs are not paired, and machines differ more than mounts do. */
export function compareRuns(baseline: Run, candidate: Run, options: RunCompareOptions = {}): RunComparison {
  const [before, after] = [measuredCells(baseline), measuredCells(candidate)]
  const both = before.filter(({ key }) => after.some((cell) => cell.key === key))
  const comparisons = Math.max(1, both.length)
  return {
    baseline: baseline.runId,
    candidate: candidate.runId,
    differences: differencesOf(baseline, candidate),
    changes: both.map(({ scenario, target }) =>
      changeOf({ scenario, target }, baseline, candidate, comparisons, options),
    ),
    missing: [...onlyIn(before, after, 'baseline'), ...onlyIn(after, before, 'candidate')],
  }
}

/** A comparison with what a second run of some of its changes said. */
export function withSecondRun(first: RunComparison, second: RunComparison): RunComparison {
  const changes = first.changes.map((change) => {
    const found = second.changes.find(
      ({ scenario, target }) => scenario === change.scenario && target === change.target,
    )
    if (!found) return change
    const { candidate, ratio, low, high, verdict } = found
    return { ...change, again: { run: second.candidate, candidate, ratio, low, high, verdict } }
  })
  return { ...first, changes }
}

/** The cells of a run that have a ratio to its reference; the reference's second self is a measure of the noise, and judged by nobody. */
function measuredCells({ cells, options }: Run): (Place & { reference: string; key: string })[] {
  const { reference, aa } = options
  const compared = cells.filter(
    ({ target, comparison }) => comparison !== null && !(aa && target === againLabel(reference)),
  )
  return compared.map(({ scenario, target }) => ({
    ...{ scenario, target, reference },
    key: `${scenario} ${target} ${reference}`,
  }))
}

function onlyIn(these: ReturnType<typeof measuredCells>, others: typeof these, only: 'baseline' | 'candidate') {
  const lone = these.filter(({ key }) => !others.some((other) => other.key === key))
  return lone.map(({ scenario, target, reference }) => ({ scenario, target, reference, only }))
}

/** ln(target / reference) by round, above 0 where the target is better. */
function logRatios(run: Run, { scenario, target }: Place): number[] {
  const trials = run.trials.filter((trial) => trial.scenario === scenario)
  const metric = run.scenarios.find(({ id }) => id === scenario)?.metric ?? 'duration'
  const series = pairedSeries(trials, metric, run.options.reference, target)
  return pairedLogRatios(series.reference, series.target, METRICS[metric].better).g
}

const FAIL_THRESHOLD = 0.1

function changeOf(
  place: Place,
  baseline: Run,
  candidate: Run,
  comparisons: number,
  { failThreshold = FAIL_THRESHOLD, earlier = [] }: RunCompareOptions,
): Change {
  const [before, after] = [logRatios(baseline, place), logRatios(candidate, place)]
  const [then, now] = [median(before), median(after)]
  const known = {
    ...place,
    reference: candidate.options.reference,
    baseline: Math.exp(then),
    candidate: Math.exp(now),
  }
  const ratios = earlierRatios(earlier, candidate, place)
  const expected = expectedAfter(ratios, then, candidate, place, comparisons)
  return expected
    ? { ...known, ...againstExpected(now, expected, Math.log1p(failThreshold)), method: 'history', runs: ratios.length }
    : { ...known, ...changeBetween(before, after, comparisons, failThreshold), method: 'pair', runs: 1 }
}

/** A new value outside of what the earlier ones predict, and beyond the threshold. The interval is that of its shift. */
function againstExpected(value: number, { median: centre, low, high }: PredictionInterval, line: number) {
  const shift = value - centre
  const [least, most] = [value - high, value - low]
  const outside = value < low || value > high
  const alarm = shift < 0 ? ('regression' as const) : ('improvement' as const)
  const verdict = outside && Math.abs(shift) >= line ? alarm : quietVerdict(least, most, line)
  return { ratio: Math.exp(shift), low: Math.exp(least), high: Math.exp(most), verdict }
}

/**
 * The shift between the ln ratios of two runs, by Hodges and Lehmann, as a ratio with its interval at 0.05 / `comparisons`. A regression
 * or an improvement has its whole interval beyond `failThreshold`, a fraction. Without enough rounds low and high are null.
 */
export function changeBetween(
  before: readonly number[],
  after: readonly number[],
  comparisons: number,
  failThreshold: number,
): Pick<Change, 'ratio' | 'low' | 'high' | 'verdict'> {
  const shift = hodgesLehmannShift(before, after, sharedAlpha(comparisons))
  if (!shift || shift.low === null || shift.high === null)
    return { ratio: Math.exp(median(after) - median(before)), low: null, high: null, verdict: 'inconclusive' }
  const { estimate, low, high } = shift
  return {
    ratio: Math.exp(estimate),
    low: Math.exp(low),
    high: Math.exp(high),
    verdict: verdictOfShift(low, high, Math.log1p(failThreshold)),
  }
}

function verdictOfShift(low: number, high: number, line: number): Change['verdict'] {
  if (high <= -line) return 'regression'
  if (low >= line) return 'improvement'
  return quietVerdict(low, high, line)
}

/** What is said without an alarm: equality only when the whole interval is within the threshold. */
const quietVerdict = (low: number, high: number, line: number) =>
  low > -line && high < line ? ('same' as const) : ('inconclusive' as const)

/** What differs between the environments and the work, each in words; the git commit is expected to. */
function differencesOf(baseline: Run, candidate: Run): string[] {
  const [before, after] = [factsOf(baseline), factsOf(candidate)]
  const mounts = [...Object.keys(before), ...Object.keys(after)].filter((name) => name in before && name in after)
  return [...new Set(mounts)].flatMap((name) =>
    before[name] === after[name] ? [] : [`${name}: ${before[name]} → ${after[name]}`],
  )
}

function factsOf({ environment, options, targets, tool }: Run): Record<string, string> {
  const { engine, machine, image } = environment
  const mounts = targets.map(({ label, type, options: given }) => [
    `mount ${label}`,
    `${type} ${JSON.stringify(given)}`,
  ])
  return {
    engine: `${engine.id} ${engine.version}`,
    'storage driver': engine.storageDriver ?? 'none',
    'backing filesystem': engine.backingFilesystem ?? 'unknown',
    kernel: engine.kernel,
    processor: `${machine.cpus} × ${machine.cpu}, ${machine.architecture}`,
    image: imageIdentity(image) ?? 'none',
    size: `${options.sizeBytes} bytes`,
    duration: `${options.durationSeconds} s`,
    'a new mount': options.fresh ? 'for every trial' : 'for every block of rounds',
    ...Object.fromEntries(mounts),
    mountbench: tool.version,
  }
}
