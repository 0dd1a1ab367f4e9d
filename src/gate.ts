import type { Change, RunComparison } from './compare-runs.js'

/** What a gate lets through. */
export interface GateRules {
  /** A change against a single run counts in full; otherwise only a regression whose interval is wholly beyond the threshold does. */
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

/** Judges the comparison of two runs. `describe` puts a change into words. */
export function judge(comparison: RunComparison, rules: GateRules, describe: (change: Change) => string): GateVerdict {
  const name = (change: Change) => `${change.scenario} on ${change.target}: ${describe(change)}`
  const failed = comparison.changes.filter(({ verdict }) => verdict === 'regression')
  const suspicious = rules.strict ? comparison.changes.filter(isSuspicious) : []
  const missing = rules.requireAll ? comparison.missing : []
  const reasons = [...failed, ...suspicious].map(name)
  reasons.push(...missing.map(({ scenario, target, only }) => `${scenario} on ${target}: only in the ${only}`))
  if (reasons.length > 0) return { outcome: 'regression', reasons }
  const open = rules.failOnInconclusive ? comparison.changes.filter(({ verdict }) => verdict === 'inconclusive') : []
  return open.length > 0 ? { outcome: 'inconclusive', reasons: open.map(name) } : { outcome: 'pass', reasons: [] }
}

/** Worse beyond doubt, though perhaps by less than the threshold: the whole interval is below 1. */
const isSuspicious = ({ verdict, high }: Change) => verdict === 'inconclusive' && high !== null && high < 1
