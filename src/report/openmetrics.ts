import { METRICS, type MetricId, type Run } from '../model.js'
import { type Figure, figuresOf, separated, typeOf, unitWords, wellFormed } from './figures.js'

interface Point {
  labels: Readonly<Record<string, string>>
  value: number
}

interface Family {
  name: string
  /** In words joined by underscores, the end of the name; null: it has none. */
  unit: string | null
  help: string
  /** `figures` are those of the run. */
  points: (run: Run, figures: readonly Figure[]) => Point[]
}

const cellLabels = (run: Run, { scenario, target }: { scenario: string; target: string }) => ({
  engine: run.environment.engine.id,
  scenario,
  target,
  type: typeOf(run, target),
})

function metricFamilies(id: MetricId): Family[] {
  const unit = unitWords(id, '_')
  const family = (part: string, help: string, read: (figure: Figure) => number | null): Family => ({
    name: `mountbench_${separated(id, '_')}${part}_${unit}`,
    unit,
    help: `${METRICS[id].means}: ${help}`,
    points: (run, figures) =>
      figures.flatMap((figure) => {
        const value = figure.metric === id ? read(figure) : null
        return value === null ? [] : [{ labels: cellLabels(run, figure), value }]
      }),
  })
  return [
    family('', 'median of the rounds.', ({ value }) => value),
    family('_low', 'lower end of the 95 % interval of the median.', ({ low }) => low),
    family('_high', 'upper end of the 95 % interval of the median.', ({ high }) => high),
  ]
}

function ratioFamily(part: string, help: string, read: 'ratio' | 'low' | 'high'): Family {
  return {
    name: `mountbench_reference${part}_ratio`,
    unit: 'ratio',
    help,
    points: (run) =>
      run.cells.flatMap((cell) => {
        const value = cell.comparison?.[read] ?? null
        return value === null ? [] : [{ labels: { ...cellLabels(run, cell), reference: run.options.reference }, value }]
      }),
  }
}

const cellFamily = (name: string, help: string, read: (cell: Run['cells'][number]) => number): Family => ({
  name: `mountbench_${name}`,
  unit: null,
  help,
  points: (run) => run.cells.map((cell) => ({ labels: cellLabels(run, cell), value: read(cell) })),
})

const runFamily = (name: string, unit: string | null, help: string, read: (run: Run) => number): Family => ({
  name: `mountbench_${name}`,
  unit,
  help,
  points: (run) => [{ labels: { engine: run.environment.engine.id }, value: read(run) }],
})

const FAMILIES: readonly Family[] = [
  ...(Object.keys(METRICS) as MetricId[]).flatMap(metricFamilies),
  ratioFamily(
    '',
    'How many times as good as the reference, in the median of the pairs of a round; above 1 is better.',
    'ratio',
  ),
  ratioFamily('_low', 'Lower end of the interval of the ratio to the reference.', 'low'),
  ratioFamily('_high', 'Upper end of the interval of the ratio to the reference.', 'high'),
  cellFamily('measured', '1 where a scenario was measured on a target, 0 where that failed or was skipped.', (cell) =>
    cell.status === 'measured' ? 1 : 0,
  ),
  cellFamily('rounds', 'Rounds with a sample.', ({ n }) => n),
  cellFamily('failed_rounds', 'Rounds that failed.', ({ failed }) => failed),
  runFamily('run_start_timestamp_seconds', 'seconds', 'When the run began, since 1970.', ({ startedAt }) =>
    secondsOf(startedAt),
  ),
  runFamily('run_duration_seconds', 'seconds', 'How long the run took.', ({ timing }) => timing.total),
  {
    name: 'mountbench_run_details',
    unit: null,
    help: 'Always 1; its labels say which run it was.',
    points: (run) => [{ labels: runLabels(run), value: 1 }],
  },
]

function runLabels({ runId, label, tool, environment }: Run): Record<string, string> {
  const { engine, fingerprint, git } = environment
  return {
    engine: engine.id,
    engine_version: engine.version,
    run: runId,
    label: label ?? '',
    commit: git?.commit ?? '',
    fingerprint,
    version: tool.version,
  }
}

// biome-ignore lint/style/noRestrictedGlobals: it reads a text, not the clock
const secondsOf = (iso: string) => Date.parse(iso) / 1000

/**
 * A run as OpenMetrics 1.0 text (https://prometheus.io/docs/specs/om/open_metrics_spec/) that is Prometheus text 0.0.4 as well: gauges in
 * base units, `# EOF` at the end, no timestamps. The names and labels of a series are the same in every run, except for
 * `mountbench_run_details`. What was not measured has no sample, and `mountbench_measured` 0.
 */
export const openMetrics = (run: Run) => textOf([run], false)

/** Several runs with the time of each, to load a history: `promtool tsdb create-blocks-from openmetrics FILE FOLDER`. */
export function openMetricsOf(runs: readonly Run[]): string {
  const byId = new Map(runs.map((run) => [run.runId, run]))
  return textOf(
    [...byId.values()].toSorted((a, b) => a.startedAt.localeCompare(b.startedAt)),
    true,
  )
}

function textOf(runs: readonly Run[], timed: boolean): string {
  const known = runs.map((run) => ({
    run,
    figures: figuresOf(run),
    time: timed ? ` ${secondsOf(run.startedAt)}` : '',
  }))
  const families = FAMILIES.flatMap((family) => {
    // All points of a series stand together, in the order of time.
    const series = new Map<string, string[]>()
    for (const { run, figures, time } of known)
      for (const { labels, value } of family.points(run, figures)) {
        const key = `${family.name}{${labelText(labels)}}`
        const lines = series.get(key) ?? []
        lines.push(`${key} ${value}${time}`)
        series.set(key, lines)
      }
    return series.size === 0 ? [] : [...heading(family), ...[...series.values()].flat()]
  })
  return `${[...families, '# EOF'].join('\n')}\n`
}

const heading = ({ name, unit, help }: Family) => [
  `# HELP ${name} ${help}`,
  `# TYPE ${name} gauge`,
  ...(unit === null ? [] : [`# UNIT ${name} ${unit}`]),
]

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n' }

const labelText = (labels: Point['labels']) =>
  Object.entries(labels)
    .map(([name, value]) => `${name}="${wellFormed(value).replaceAll(/[\\"\n]/g, (found) => ESCAPES[found] ?? found)}"`)
    .join(',')
