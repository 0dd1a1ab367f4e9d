import { resolve } from 'node:path'
import { compareRuns, type RunComparison } from '../compare-runs.js'
import type { Deps } from '../deps.js'
import { badInput } from '../errors.js'
import { type GateRules, judge } from '../gate.js'
import type { Run } from '../model.js'
import { changesMarkdown, changesTable, changeText } from '../report/change-text.js'
import { findRun, readRuns } from '../run-references.js'
import { parseShare } from '../units.js'

/** How a comparison is printed. */
export const COMPARISON_FORMATS = {
  table: changesTable,
  markdown: changesMarkdown,
  json: (comparison: RunComparison) => `${JSON.stringify(comparison, null, 1)}\n`,
} as const satisfies Record<string, (comparison: RunComparison) => string>

/** The flags of a gate as they are typed. */
export interface GateFlags {
  gate?: boolean
  failThreshold?: string
  strict?: boolean
  requireAll?: boolean
  failOnInconclusive?: boolean
  anyMachine?: boolean
}

/** The flags of `compare`. */
export interface CompareFlags extends GateFlags {
  format: keyof typeof COMPARISON_FORMATS
  results: string
}

/** `mountbench compare BASELINE CANDIDATE`. Returns the exit code: 1 for a regression with `--gate`, 4 when it is inconclusive. */
export async function compareCommand(
  baseline: string,
  candidate: string,
  flags: CompareFlags,
  deps: Deps,
): Promise<number> {
  const results = resolve(deps.cwd, flags.results)
  const [before, after] = [await findRun(baseline, results, deps.cwd), await findRun(candidate, results, deps.cwd)]
  const { runs, unreadable } = await readRuns(results)
  for (const line of unreadable) deps.stderr.write(`passed over: ${line}\n`)
  const comparison = compareTo(before, after, runs, flags)
  deps.stdout.write(COMPARISON_FORMATS[flags.format](comparison))
  return gateCode(comparison, flags, deps)
}

/** Compares with a baseline; runs that are older than the candidate are its history. Throws `bad-input` for runs of different machines. */
export function compareTo(baseline: Run, candidate: Run, runs: readonly Run[], flags: GateFlags): RunComparison {
  const different = baseline.environment.fingerprint !== candidate.environment.fingerprint
  if (different && flags.gate && !flags.anyMachine) {
    throw badInput(
      `the runs are of different environments (${baseline.environment.fingerprint} and ${candidate.environment.fingerprint})`,
      'measure a baseline here, or compare the ratios all the same: --any-machine',
    )
  }
  const failThreshold =
    flags.failThreshold === undefined ? undefined : parseShare(flags.failThreshold, '--fail-threshold')
  const earlier = runs.filter(({ startedAt, status }) => status === 'complete' && startedAt < candidate.startedAt)
  const comparison = compareRuns(baseline, candidate, { failThreshold, earlier })
  if (comparison.changes.length === 0)
    throw badInput('the two runs have no scenario and target in common that can be compared')
  return comparison
}

/** The exit code of a gate, with its reasons on stderr; 0 without `--gate`. */
export function gateCode(comparison: RunComparison, flags: GateFlags, { stderr }: Deps): number {
  if (!flags.gate) return 0
  const rules: GateRules = {
    strict: flags.strict ?? false,
    requireAll: flags.requireAll ?? false,
    failOnInconclusive: flags.failOnInconclusive ?? false,
  }
  const { outcome, reasons } = judge(comparison, rules, changeText)
  stderr.write(`gate: ${outcome}\n${reasons.map((reason) => `  ${reason}\n`).join('')}`)
  return { pass: 0, regression: 1, inconclusive: 4 }[outcome]
}
