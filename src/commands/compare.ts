import { resolve } from 'node:path'
import { type BenchmarkOptions, runBenchmark } from '../benchmark.js'
import { type Change, compareRuns, type RunComparison, withSecondRun } from '../compare-runs.js'
import type { Deps } from '../deps.js'
import { badInput, EXIT_CODES } from '../errors.js'
import { failing, type GateRules, judge } from '../gate.js'
import { readHistory } from '../history/index-file.js'
import type { Environment, Run } from '../model.js'
import { againLabel } from '../plan.js'
import { createProgress } from '../progress.js'
import { changesMarkdown, changesTable, changeText } from '../report/change-text.js'
import { junitComparison } from '../report/junit.js'
import { findRun } from '../run-references.js'
import { parseTarget } from '../targets.js'
import { parseShare } from '../units.js'

/** The comparison of two runs as a text, for a gate that is strict or not. */
type ComparisonExporter = (
  comparison: RunComparison,
  about?: { strict?: boolean | undefined; candidate?: Run },
) => string

/** How a comparison is printed. */
const FORMATS = {
  table: changesTable,
  markdown: changesMarkdown,
  json: (comparison: RunComparison) => `${JSON.stringify(comparison, null, 1)}\n`,
  junit: junitComparison,
} as const satisfies Record<string, ComparisonExporter>

/** The flags of a gate as they are typed. */
export interface GateFlags {
  gate?: boolean
  failThreshold?: string
  strict?: boolean
  requireAll?: boolean
  failOnInconclusive?: boolean
  confirm?: boolean
  anyMachine?: boolean
  quiet?: boolean
  results: string
}

/** The flags of `compare`. */
export interface CompareFlags extends GateFlags {
  format: keyof typeof FORMATS
}

/** `mountbench compare BASELINE CANDIDATE`. Returns the exit code: 1 for a regression with `--gate`, 4 when it is inconclusive. */
export async function compareCommand(
  baseline: string,
  candidate: string,
  flags: CompareFlags,
  deps: Deps,
): Promise<number> {
  const results = resolve(deps.cwd, flags.results)
  const before = await findRun(baseline, results, deps.cwd)
  const after = await findRun(candidate, results, deps.cwd)
  admitted(before.environment, after.environment, flags)
  const { id } = after.environment.engine
  return judged(before, after, { engine: id }, flags, deps, (comparison) =>
    deps.stdout.write(FORMATS[flags.format](comparison, { strict: flags.strict, candidate: after })),
  )
}

/** Beyond which change the gate fails, as a fraction; undefined where the default holds. Throws `bad-input` for what is no share. */
export const failThresholdOf = ({ failThreshold }: Pick<GateFlags, 'failThreshold'>) =>
  failThreshold === undefined ? undefined : parseShare(failThreshold, '--fail-threshold')

/** Throws `bad-input` when a gate would compare different machines without being told to. */
export function admitted(before: Environment, after: Environment, { gate, anyMachine }: Partial<GateFlags>): void {
  if (before.fingerprint === after.fingerprint || !gate || anyMachine) return
  throw badInput(
    `the runs are of different environments (${before.fingerprint} and ${after.fingerprint})`,
    'measure a baseline here, or compare the ratios all the same: --any-machine',
  )
}

/**
 * Compares with a baseline, measures what fails once more with `--confirm` (with the candidate's options and `again`), prints, and
 * returns the gate's exit code. Runs that are older than the candidate are its history.
 */
export async function judged(
  baseline: Run,
  candidate: Run,
  again: BenchmarkOptions,
  flags: GateFlags,
  deps: Deps,
  print: (comparison: RunComparison) => unknown,
): Promise<number> {
  const { runs, unreadable } = await readHistory(resolve(deps.cwd, flags.results))
  for (const line of unreadable) deps.stderr.write(`passed over: ${line}\n`)
  const options = {
    failThreshold: failThresholdOf(flags),
    earlier: runs.filter(({ startedAt }) => startedAt < candidate.startedAt),
  }
  const first = compareRuns(baseline, candidate, options)
  if (first.changes.length === 0)
    throw badInput(
      'the two runs have no scenario and target in common that can be compared',
      'compare with a run of the same scenarios and labels: mountbench history lists what there is',
    )
  const doubtful = flags.gate && flags.confirm ? failing(first, rulesOf(flags)) : []
  if (doubtful.length === 0) {
    await print(first)
    return gateCode(first, flags, deps)
  }
  const second = await measureAgain(candidate, doubtful, again, flags, deps)
  if (second.stopped !== null) deps.stderr.write(`the second measurement says nothing: ${second.stopped}\n`)
  const comparison = second.stopped === null ? withSecondRun(first, compareRuns(baseline, second, options)) : first
  await print(comparison)
  const code = gateCode(comparison, flags, deps)
  return second.stopped === 'interrupted' ? EXIT_CODES.interrupted : code
}

/** Measures some cells of a run once more, with its own options. */
async function measureAgain(
  { runId, options, environment }: Run,
  changes: readonly Change[],
  again: BenchmarkOptions,
  flags: GateFlags,
  deps: Deps,
): Promise<Run> {
  const labels = new Set([options.reference, ...changes.map(({ target }) => target)])
  const scenarios = [...new Set(changes.map(({ scenario }) => scenario))]
  for (const change of changes) deps.stderr.write(`${change.scenario} on ${change.target}: ${changeText(change)}\n`)
  deps.stderr.write(`measuring ${scenarios.join(', ')} once more on ${[...labels].join(', ')}\n`)
  const progress = flags.quiet ? undefined : createProgress(deps)
  const { seed: _, ...same } = options
  return runBenchmark(
    {
      ...same,
      scenarios,
      mounts: options.mounts.filter((mount) => labels.has(parseTarget(mount).label)),
      aa: options.aa && labels.has(againLabel(options.reference)),
      results: flags.results,
      confirms: runId,
      admit: (now) => admitted(environment, now, flags),
      observe: progress,
      ...again,
      extraScenarios: again.extraScenarios?.filter(({ id }) => scenarios.includes(id)),
    },
    deps,
  ).finally(progress?.done)
}

const rulesOf = ({ strict, requireAll, failOnInconclusive }: GateFlags): GateRules => ({
  strict: strict ?? false,
  requireAll: requireAll ?? false,
  failOnInconclusive: failOnInconclusive ?? false,
})

/** The exit code of a gate, with its reasons on stderr; 0 without `--gate`. */
function gateCode(comparison: RunComparison, flags: GateFlags, { stderr }: Deps): number {
  if (!flags.gate) return 0
  const { outcome, reasons } = judge(comparison, rulesOf(flags), changeText)
  stderr.write(`gate: ${outcome}\n${reasons.map((reason) => `  ${reason}\n`).join('')}`)
  return { pass: 0, regression: 1, inconclusive: 4 }[outcome]
}
