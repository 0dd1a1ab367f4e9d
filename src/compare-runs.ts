import type { IndexedRun } from './history/entry.js'
import { METRICS, type Run } from './model.js'
import { pairedSeries } from './pairing.js'
import { hodgesLehmannShift } from './statistics/hodges-lehmann.js'
import { sharedAlpha } from './statistics/interval.js'
import { pairedLogRatios } from './statistics/pairs.js'
import { predictionInterval } from './statistics/prediction.js'
import { median } from './statistics/quantiles.js'

/** How two runs are compared. */
export interface RunCompareOptions {
  /** A change must be beyond this to be a regression, as a fraction. Default 0.10. */
  failThreshold?: number | undefined
  /** Earlier runs of the same fingerprint, the baseline among them or not: eight and more give a prediction interval. */
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
  /** Candidate over baseline: below 1 is worse; with its interval, null where there is none. */
  ratio: number
  low: number | null
  high: number | null
  verdict: 'regression' | 'improvement' | 'same' | 'inconclusive'
  /** `history`: against the spread of earlier runs · `pair`: against one run, which is advisory. */
  method: 'history' | 'pair'
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
  missing: { scenario: string; target: string; only: 'baseline' | 'candidate' }[]
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

interface Key {
  scenario: string
  target: string
}

/** The cells of a run that have a ratio to its reference. */
function measuredCells(run: Run): (Key & { key: string })[] {
  const compared = run.cells.filter(({ comparison }) => comparison !== null)
  return compared.map(({ scenario, target }) => ({
    scenario,
    target,
    key: `${scenario} ${target} ${run.options.reference}`,
  }))
}

function onlyIn(these: ReturnType<typeof measuredCells>, others: typeof these, only: 'baseline' | 'candidate') {
  const lone = these.filter(({ key }) => !others.some((other) => other.key === key))
  return lone.map(({ scenario, target }) => ({ scenario, target, only }))
}

/** ln(target / reference) by round, above 0 where the target is better. */
function logRatios(run: Run, { scenario, target }: Key): number[] {
  const trials = run.trials.filter((trial) => trial.scenario === scenario)
  const metric = run.scenarios.find(({ id }) => id === scenario)?.metric ?? 'duration'
  const series = pairedSeries(trials, metric, run.options.reference, target)
  return pairedLogRatios(series.reference, series.target, METRICS[metric].better).g
}

const FEWEST_EARLIER = 8
const FAIL_THRESHOLD = 0.1

function changeOf(key: Key, baseline: Run, candidate: Run, comparisons: number, options: RunCompareOptions): Change {
  const line = Math.log1p(options.failThreshold ?? FAIL_THRESHOLD)
  const [before, after] = [logRatios(baseline, key), logRatios(candidate, key)]
  const earlier = (options.earlier ?? []).flatMap((run) => (isLike(run, candidate) ? logRatioIn(run, key) : []))
  const known = {
    ...key,
    reference: candidate.options.reference,
    baseline: Math.exp(median(before)),
    candidate: Math.exp(median(after)),
  }
  if (earlier.length >= FEWEST_EARLIER)
    return { ...known, ...againstHistory(median(after), earlier, comparisons, line), method: 'history' }
  return {
    ...known,
    ...changeBetween(before, after, comparisons, options.failThreshold ?? FAIL_THRESHOLD),
    method: 'pair',
  }
}

/** Whether two runs did the same work on the same environment, against the same reference: ratios depend on how much is moved, too. */
const isLike = (a: IndexedRun, { environment, options }: Run) =>
  a.fingerprint === environment.fingerprint &&
  a.reference === options.reference &&
  a.work.sizeBytes === options.sizeBytes &&
  a.work.durationSeconds === options.durationSeconds

/** The median of ln(target / reference) that an earlier run found; none where it did not compare the two. */
function logRatioIn({ cells }: IndexedRun, { scenario, target }: Key): number[] {
  const cell = cells.find((one) => one.scenario === scenario && one.target === target)
  return cell?.ratio ? [Math.log(cell.ratio)] : []
}

/** A new value outside of what the earlier ones predict, and beyond the threshold. */
function againstHistory(value: number, earlier: readonly number[], comparisons: number, line: number) {
  const predicted = predictionInterval(earlier, { comparisons })
  const shift = value - median(earlier)
  const ratio = Math.exp(shift)
  if (!predicted) return { ratio, low: null, high: null, verdict: 'inconclusive' as const }
  // The interval of the change: the value against the ends of the prediction.
  const [low, high] = [value - predicted.high, value - predicted.low]
  const outside = value < predicted.low || value > predicted.high
  const alarm = shift < 0 ? ('regression' as const) : ('improvement' as const)
  const verdict = outside && Math.abs(shift) >= line ? alarm : quietVerdict(low, high, line)
  return { ratio, low: Math.exp(low), high: Math.exp(high), verdict }
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

/** What differs between the environments, each in words; the git commit is expected to. */
function differencesOf(baseline: Run, candidate: Run): string[] {
  const facts = ({ environment, options, tool }: Run): Record<string, string> => ({
    engine: `${environment.engine.id} ${environment.engine.version}`,
    'storage driver': environment.engine.storageDriver ?? 'none',
    kernel: environment.engine.kernel,
    processor: `${environment.machine.cpus} × ${environment.machine.cpu}`,
    image: environment.image?.id ?? 'none',
    size: `${options.sizeBytes} bytes`,
    duration: `${options.durationSeconds} s`,
    mountbench: tool.version,
  })
  const [before, after] = [facts(baseline), facts(candidate)]
  return Object.keys(before).flatMap((name) =>
    before[name] === after[name] ? [] : [`${name}: ${before[name]} → ${after[name]}`],
  )
}
