import type { Change, RunComparison } from './compare-runs.js'

/** What a gate lets through. */
export interface GateRules {
  /** What is certainly for the worse fails, however small it may be; otherwise only what is beyond the threshold does. */
  strict: boolean
  /** What only one of the runs measured is a failure. */
  requireAll: boolean
  failOnInconclusive: boolean
}

/** What a gate says, with the reasons, worst first. */
export interface GateVerdict {
  outcome: 'pass' | 'regression' | 'inconclusive'
  reasons: string[]
}

/** The changes for which a gate fails, worst first: those that a second measurement agrees with, where there is one. */
export function failing({ changes }: RunComparison, { strict }: Pick<GateRules, 'strict'>): Change[] {
  const fails = (change: Pick<Change, 'verdict' | 'high'>) =>
    change.verdict === 'regression' || (strict && isSuspicious(change))
  return changes
    .filter((change) => fails(change) && (change.again === undefined || fails(change.again)))
    .toSorted((a, b) => a.ratio - b.ratio)
}

/** Judges the comparison of two runs. `describe` puts a change into words. */
export function judge(comparison: RunComparison, rules: GateRules, describe: (change: Change) => string): GateVerdict {
  const name = (change: Change) => `${change.scenario} on ${change.target}: ${describe(change)}`
  const missing = rules.requireAll ? comparison.missing : []
  const reasons = failing(comparison, rules).map(name)
  reasons.push(...missing.map(({ scenario, target, only }) => `${scenario} on ${target}: only in the ${only}`))
  if (reasons.length > 0) return { outcome: 'regression', reasons }
  const open = rules.failOnInconclusive ? comparison.changes.filter(isOpen) : []
  return open.length > 0 ? { outcome: 'inconclusive', reasons: open.map(name) } : { outcome: 'pass', reasons: [] }
}

/** Worse beyond doubt, though perhaps by less than the threshold: the whole interval is below 1. */
const isSuspicious = ({ verdict, high }: Pick<Change, 'verdict' | 'high'>) =>
  verdict === 'inconclusive' && high !== null && high < 1

/** Neither a regression nor none: the first measurement cannot tell, or the second one cannot confirm it. */
const isOpen = ({ verdict, again }: Change) =>
  verdict === 'inconclusive' || (verdict === 'regression' && again?.verdict === 'inconclusive')
