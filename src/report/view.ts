import { diskText } from '../disk.js'
import { type Cell, METRICS, type Run, type ScenarioRecord } from '../model.js'
import { formatBytes, formatDuration, type Scale, scaleFor, threeDigits } from '../units.js'
import { basisText } from './basis.js'
import { percentText, verdictText } from './verdict-text.js'

/** A run as it is laid out: rows of texts, with notes that cells refer to by number. Nothing here knows the medium. */
export interface View {
  /** Headings: the targets, each with what it is. */
  columns: { label: string; subtitle: string }[]
  rows: { id: string; subtitle: string; cells: CellView[] }[]
  /** What the cells refer to, from 1. */
  notes: string[]
  /** One sentence for each scenario: which target is ahead, why it stopped, what is odd. */
  answers: string[]
  /** How to read it, and what it was measured on. */
  footer: string[]
}

export interface CellView {
  /** The median with its unit and the half-width of its interval; null when it was not measured. */
  value: string | null
  /** How it compares, or why there is no value; then its notes. */
  remark: string
  /** The interval behind the comparison; null without one. */
  interval: string | null
  /** The 99th percentile, where latency is what is measured. */
  detail: string | null
}

/** Lays out a run. */
export function viewOf(run: Run): View {
  const notes: string[] = []
  const noteNumber = (text: string) => {
    if (!notes.includes(text)) notes.push(text)
    return `[${notes.indexOf(text) + 1}]`
  }
  const rows = run.scenarios.map((scenario) => {
    const cells = run.cells.filter((cell) => cell.scenario === scenario.id)
    const scale = rowScale(cells)
    const subtitle = subtitleOf(scenario)
    return { id: scenario.id, subtitle, cells: cells.map((cell) => cellView(cell, scenario, scale, run, noteNumber)) }
  })
  return {
    columns: run.targets.map((target) => columnOf(target, run)),
    rows,
    notes,
    answers: run.scenarios.flatMap((scenario) => answerOf(scenario, run)),
    footer: footerOf(run),
  }
}

/** One unit for a row, unless its values are so far apart that the small ones would be zeros. */
export function rowScale(cells: readonly Cell[]): Scale | null {
  const [first] = cells
  const values = cells.flatMap(({ median }) => median ?? [])
  if (!first || values.length === 0) return null
  return scaleFor(METRICS[first.metric].unit, values)
}

const PATHS: Readonly<Record<ScenarioRecord['path'], string>> = {
  buffered: 'page cache',
  durable: 'until it is safe',
  direct: 'past the page cache',
  cold: 'from storage',
  warm: 'from the page cache',
  metadata: 'names only',
  shared: 'seen from elsewhere',
  engine: 'the engine itself',
}

const subtitleOf = ({ path, metric }: ScenarioRecord) => `${PATHS[path]}, ${METRICS[metric].better} is better`

function columnOf({ label, type, proof }: Run['targets'][number], run: Run) {
  const filesystem =
    proof?.backing && proof.backing.filesystem !== proof.filesystem
      ? `${proof.filesystem} on ${proof.backing.filesystem}`
      : proof?.filesystem
  const what = [label === type ? '' : type, filesystem ?? ''].filter(Boolean).join(', ')
  return { label, subtitle: label === run.options.reference ? `${what}; reference` : what }
}

function cellView(
  cell: Cell,
  scenario: ScenarioRecord,
  scale: Scale | null,
  run: Run,
  note: (text: string) => string,
): CellView {
  if (cell.median === null || scale === null)
    return { value: null, remark: `${cell.status} ${note(cell.reason ?? '')}`, interval: null, detail: null }
  const marks = cell.flags.map(({ text, comparable }) => note(comparable ? text : `${text}: not compared`))
  if (cell.reason) marks.push(note(`${cell.failed} of ${cell.n + cell.failed} rounds failed: ${cell.reason}`))
  const value = [shown(cell.median, scale, scenario), spread(cell)].filter(Boolean).join(' ')
  const p99 = cell.others.latencyP99
  const detail = cell.metric === 'latency' && p99 !== undefined ? `p99 ${shown(p99, scale, scenario)}` : null
  const { verdict, interval } = comparisonText(cell, run.options)
  return { value, remark: [verdict, ...marks].join(' '), interval, detail }
}

/** `1.62 GiB/s`, `143 µs`, `12.3k files/s`. */
export function shown(value: number, scale: Scale, { metric, counts }: ScenarioRecord): string {
  const digits = threeDigits(value * scale.factor)
  if (METRICS[metric].unit !== '1/s') return `${digits} ${scale.suffix}`
  return `${digits}${scale.suffix.replace('/s', '')} ${counts === 'I/O' ? 'IOPS' : `${counts}s/s`}`
}

/** Half the width of the median's interval, relative to it. */
export function spread({ median, low, high }: Cell): string {
  if (median === null || low === null || high === null) return ''
  return `±${threeDigits(((high - low) / 2 / median) * 100)}%`
}

function comparisonText({ target, comparison }: Cell, { reference, threshold }: Run['options']) {
  if (target === reference) return { verdict: 'reference', interval: null }
  return comparison ? verdictText(comparison, threshold) : { verdict: 'not compared', interval: null }
}

/** The answer of a scenario in a line, and a line for each odd thing about it that a reader can do something with. */
function answerOf(scenario: ScenarioRecord, run: Run): string[] {
  const { id, skipped, rounds, floor } = scenario
  if (skipped !== null || rounds === 0) return []
  const cells = run.cells.filter((cell) => cell.scenario === id)
  const blind = `${id}: this machine cannot resolve less than ${percentText(floor ?? 0)}: two equal targets differ by that`
  return [
    `${id}: ${aheadText(scenario, run)}. ${basisText(scenario, run)}.`,
    ...(floor === null ? [] : [blind]),
    ...cells.flatMap((cell) => noiseTexts(cell).map((text) => `${id} on ${cell.target}: ${text}`)),
  ]
}

function aheadText({ winner }: ScenarioRecord, { options }: Run): string {
  if (!winner) return 'none is ahead of all others'
  const { verdict, interval } = verdictText(winner.comparison, options.threshold)
  return `${winner.target} is ahead, ${verdict} than ${winner.over} ${interval}`
}

/** How much the rounds differ stands in the cell already, as the width of its interval. */
const noiseTexts = ({ noise }: Cell) =>
  noise.filter(({ code }) => code !== 'noisy' && code !== 'not-steady').map(({ text }) => text)

function footerOf(run: Run): string[] {
  const { engine, image, machine } = run.environment
  const { options, timing } = run
  const outside = timing.total > 0 ? Math.round((1 - timing.workloads / timing.total) * 100) : 0
  const incomplete = run.stopped === null ? [] : [`INCOMPLETE: ${run.stopped}. What was measured until then is shown.`]
  return [
    ...incomplete,
    `1.10x faster is 10% better than ${options.reference}, in the median of the pairs of one round, with its interval. The intervals against ${options.reference} together miss with 5%, and so do those of who is ahead. ± is the 95% interval of a median.`,
    `Rounds are interleaved; ${formatBytes(options.sizeBytes)}, ${options.durationSeconds} s; seed ${options.seed}. It took ${formatDuration(timing.total)}, ${outside}% of it outside the workloads.`,
    ...run.disk.map(diskText),
    `${engine.id} ${engine.version}${engine.storageDriver ? ` (${engine.storageDriver})` : ''} on ${engine.operatingSystem}, kernel ${engine.kernel}, ${machine.cpus} CPUs${image ? `; ${image.name}` : ''}`,
  ]
}
