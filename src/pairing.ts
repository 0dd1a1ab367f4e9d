import { type ComparisonRecord, METRICS, type MetricId, type RunOptions, type Trial } from './model.js'
import { comparePaired } from './statistics/compare.js'
import { greatest } from './statistics/sorted.js'

/** How every comparison of a run is made. */
export interface Rules extends Pick<RunOptions, 'precision' | 'threshold'> {
  /** m of the comparisons with the reference: those of the table, which together miss with 5 %. */
  comparisons: number
  /** m of the comparisons of every target with every other, which together miss with 5 %: who is ahead is found among them. */
  leads: number
}

/**
 * How many comparisons there are when every scenario runs on every target, 1 where there is none. With `aa` the last target is the
 * reference's second self, which is never ahead. Leads are never fewer, so none is told by an interval narrower than that of the table.
 */
export function familiesOf(targets: number, scenarios: number, aa: boolean): Pick<Rules, 'comparisons' | 'leads'> {
  const comparisons = Math.max(1, (targets - 1) * scenarios)
  const ranked = aa ? targets - 1 : targets
  return { comparisons, leads: Math.max(comparisons, (scenarios * ranked * (ranked - 1)) / 2) }
}

/** The rules for a pair that was picked among all pairs: it takes its share of their chance to miss. */
export const rulesOfLeads = (rules: Rules): Rules => ({ ...rules, comparisons: rules.leads })

/** Values of one target by round, null where the round failed or was not done. */
function byRound(trials: readonly Trial[], label: string, metric: MetricId, rounds: number): (number | null)[] {
  const own = new Map(
    trials.filter((trial) => trial.target === label).map((trial) => [trial.round, trial.sample?.metrics[metric]]),
  )
  return Array.from({ length: rounds }, (_, round) => own.get(round) ?? null)
}

/** The measured rounds of one scenario on two targets, in round order, with the block of each round. */
export function pairedSeries(trials: readonly Trial[], metric: MetricId, reference: string, target: string) {
  const measured = trials.filter(({ phase }) => phase === 'measure')
  const rounds = Math.max(-1, greatest(measured.map(({ round }) => round))) + 1
  const blockOf = new Map(measured.map(({ round, block }) => [round, block]))
  return {
    reference: byRound(measured, reference, metric, rounds),
    target: byRound(measured, target, metric, rounds),
    blocks: Array.from({ length: rounds }, (_, round) => blockOf.get(round) ?? 0),
  }
}

/**
 * Fewer blocks cannot tell what they share from chance: with two, every third pair of independent rounds would be called dependent,
 * and its interval be many times too wide. Such runs only say it, as a noise flag.
 */
const FEWEST_BLOCKS = 4

/**
 * Compares a target with the reference over the rounds of one scenario; null without a pair. The interval is the interpolated one,
 * widened where rounds of several blocks depend on each other (statistics/dependence.ts).
 */
export function compareTargets(
  trials: readonly Trial[],
  metric: MetricId,
  reference: string,
  target: string,
  rules: Rules,
): ComparisonRecord | null {
  const series = pairedSeries(trials, metric, reference, target)
  const blocks = new Set(series.blocks).size >= FEWEST_BLOCKS ? series.blocks : undefined
  const options = { ...rules, better: METRICS[metric].better, blocks, interval: 'interpolated' } as const
  const { n, ratio, low, high, verdict, halfWidth, roundsToResolve, smallestFlagged } = comparePaired(
    series.reference,
    series.target,
    options,
  )
  return ratio === null ? null : { n, ratio, low, high, verdict, halfWidth, roundsToResolve, smallestFlagged }
}
