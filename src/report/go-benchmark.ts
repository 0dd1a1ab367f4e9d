import { METRICS, type MetricId, type Run, type Trial } from '../model.js'
import { oneLine, separated, stableName } from './figures.js'

/** Units as benchstat knows them: it shows `B/s` and `sec` with prefixes. */
const UNITS = { 'B/s': 'B/s', '1/s': 'ops/s', s: 'sec' } as const satisfies Record<
  (typeof METRICS)[MetricId]['unit'],
  string
>

/**
 * A run as Go benchmark text, a line a measured trial: `benchstat -col /target FILE` compares the targets, `benchstat OLD NEW` two runs.
 *
 * The format is https://go.dev/design/14313-benchmark-format with `Unit` lines (https://pkg.go.dev/golang.org/x/perf/benchfmt). Only what
 * must be equal for a comparison is configuration (`engine`, `fingerprint`, `cpu`), as benchstat makes a table for each; the rest are
 * comments. The engine stands last in a name, since a number after a last hyphen would be read as GOMAXPROCS. Failed trials are comments.
 */
export function goBenchmark(run: Run): string {
  const { engine, fingerprint, machine, git } = run.environment
  const measured = inOrder(run)
  return `${[
    `# mountbench ${run.tool.version}, run ${oneLine(run.runId)}, ${run.startedAt}${git ? `, commit ${oneLine(git.commit)}` : ''}`,
    `engine: ${engine.id} ${oneLine(engine.version)}`,
    `fingerprint: ${oneLine(fingerprint)}`,
    `cpu: ${oneLine(machine.cpu)}`,
    ...unitLines(measured),
    ...measured.map((trial) => lineOf(trial, engine.id)),
  ].join('\n')}\n`
}

/** The measured trials by scenario and target, the reference first: what benchstat sees first is what it compares with. */
function inOrder({ trials, scenarios, targets, options }: Run): Trial[] {
  const labels = [options.reference, ...targets.map(({ label }) => label)]
  const rank = ({ scenario, target }: Trial) =>
    scenarios.findIndex(({ id }) => id === scenario) * labels.length + labels.indexOf(target)
  const ranked = trials.flatMap((trial) => (trial.phase === 'measure' ? [{ trial, rank: rank(trial) }] : []))
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ trial }) => trial)
}

const ids = Object.keys(METRICS) as MetricId[]

function unitLines(trials: readonly Trial[]): string[] {
  const used = ids.filter((id) => trials.some(({ sample }) => sample?.metrics[id] !== undefined))
  return used.map((id) => `Unit ${unitOf(id)} better=${METRICS[id].better}`)
}

function lineOf({ scenario, target, sample, failure }: Trial, engine: string): string {
  const name = `BenchmarkMountbench/scenario=${stableName(scenario)}/target=${stableName(target)}/engine=${engine}`
  if (!sample) return `# ${name} failed: ${oneLine(failure?.message ?? 'no reason is known')}`
  const values = ids.flatMap((id) => {
    const value = sample.metrics[id]
    return value === undefined ? [] : [`${value} ${unitOf(id)}`]
  })
  return [name, '1', ...values].join('\t')
}

/** `B/s` for the plain metrics, `latency-p99-sec` for others of the same unit. */
function unitOf(id: MetricId): string {
  const unit = UNITS[METRICS[id].unit]
  return id === 'bandwidth' || id === 'iops' ? unit : `${separated(id, '-')}-${unit}`
}
