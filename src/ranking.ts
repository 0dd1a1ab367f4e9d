import type { Cell, ComparisonRecord, MetricId, Trial, Winner } from './model.js'
import { compareTargets, type Rules, rulesOfLeads } from './pairing.js'

/**
 * The target that is faster than every other one that may be ranked, with its lead over the runner-up and that lead's own interval. It is
 * picked among all targets, so the intervals that decide are those of every pair: with `rules.leads` they together miss with 5 %.
 * Null when none is: fewer than two cells may be ranked, or the best is not told apart from the next.
 */
export function winnerOf(
  cells: readonly Cell[],
  trials: readonly Trial[],
  metric: MetricId,
  rules: Rules,
): Winner | null {
  const among = rulesOfLeads(rules)
  const ranked = cells.filter(({ median, flags }) => median !== null && flags.every((flag) => flag.ranked))
  for (const best of ranked) {
    const leads = ranked
      .filter(({ target }) => target !== best.target)
      .map(({ target }) => ({ over: target, comparison: compareTargets(trials, metric, target, best.target, among) }))
    if (leads.length === 0 || leads.some(({ comparison }) => comparison?.verdict !== 'faster')) continue
    const [next] = leads.toSorted((a, b) => (a.comparison?.ratio ?? 0) - (b.comparison?.ratio ?? 0))
    if (next?.comparison) return { target: best.target, over: next.over, comparison: next.comparison }
  }
  return null
}

/** The least difference that two equal targets show here, as a fraction; null when their interval contains 1, or there is none. */
export function floorOf(again: ComparisonRecord | null | undefined): number | null {
  if (!again || again.low === null || again.high === null) return null
  if (again.low <= 1 && again.high >= 1) return null
  return Math.max(again.high, 1 / again.low) - 1
}

/** A comparison on a machine with that floor: what is not beyond it in full is not told apart. */
export function aboveFloor(comparison: ComparisonRecord, floor: number): ComparisonRecord {
  const { low, high, verdict } = comparison
  const beyond = low !== null && high !== null && (low > 1 + floor || high < 1 / (1 + floor))
  return beyond || verdict === 'not-told-apart' ? comparison : { ...comparison, verdict: 'not-told-apart' }
}
