import { METRICS, type MetricId } from '../model.js'
import { type ChangePoint, changePoints } from '../statistics/change-points.js'
import { hodgesLehmannShift } from '../statistics/hodges-lehmann.js'
import { medianInterval } from '../statistics/interval.js'
import { median } from '../statistics/quantiles.js'
import { type History, type IndexedCell, type IndexedRun, isWhole } from './entry.js'
import { hasEnded, newChanges } from './recent.js'

/** What a trend is asked for; everything is optional. */
export interface TrendOptions {
  /** Only these scenarios; all when empty. */
  scenarios?: readonly string[] | undefined
  /** Only this target. */
  target?: string | undefined
  /** Only runs of this environment. */
  fingerprint?: string | undefined
  /** An ISO time: earlier runs are not shown, but changes are still looked for among all; a change is new when it is not earlier. */
  since?: string | undefined
  /**
   * Without `since`: a change is new when it began among so many latest runs of its series, or is not seen without them. Default 5.
   */
  newest?: number | undefined
  /** Medians in base units instead of ratios to the reference. */
  absolute?: boolean | undefined
  /** The smallest change that counts, as a fraction. Default 0.05. */
  threshold?: number | undefined
}

/** One run in a series. */
export interface TrendPoint {
  run: string
  label: string | null
  commit: string | null
  branch: string | null
  startedAt: string
  /** The ratio to the reference, above 1 where the target is better; or the median, in the base unit of the metric. Above 0. */
  value: number
  /** Its interval within the run; null where the run had too few rounds for one. */
  low: number | null
  high: number | null
}

/** From one run on, a series lies elsewhere. */
export interface TrendChange {
  /** The first run after it. */
  at: TrendPoint
  /** The place of that run among the points that are shown, from 0. */
  index: number
  /** Medians of the runs before it and from it on, up to the neighbouring changes and 50 runs; in the unit of the points. */
  before: number
  after: number
  runsBefore: number
  runsAfter: number
  /** After over before, of the values as they are: below 1 they fell. With its 95 % interval, null with too few runs. */
  ratio: number
  low: number | null
  high: number | null
  direction: 'better' | 'worse'
  /** The chance that runs in no order show such a change somewhere. */
  p: number
  isNew: boolean
}

/** The same measurement in run after run, oldest first. */
export interface TrendSeries {
  scenario: string
  target: string
  type: IndexedCell['type']
  /** Null in the absolute view. */
  reference: string | null
  /** Null in the absolute view, and where no run tells it. */
  referenceType: IndexedCell['type'] | null
  fingerprint: string
  engine: string
  work: IndexedRun['work']
  metric: MetricId
  /** Base unit of the points; '' for ratios. */
  unit: string
  /** Which values are better: for ratios always the higher ones. */
  better: 'higher' | 'lower'
  points: TrendPoint[]
  /** Those among the points that are shown. */
  changes: TrendChange[]
  /** Where it is now: the median of the runs since the last change, 50 at the most, with its 95 % interval (null with fewer than 6). */
  level: { value: number; low: number | null; high: number | null; runs: number }
  /** Whether there are enough runs to see a change; with fewer, none means nothing. */
  enough: boolean
  /** Whether it has ended, as `hasEnded` says: what is new in it is no news of the latest runs. */
  ended: boolean
}

/** Series in the order in which their scenarios and targets were first measured; none when nothing fits. */
export interface Trend {
  view: 'ratio' | 'absolute'
  threshold: number
  series: TrendSeries[]
  /** Runs that are not in it because they ended early. */
  incomplete: number
  unreadable: readonly string[]
}

/** With fewer runs no order of them is rarer than p = 0.001 (C(13, 6) = 1716 ways to choose six of thirteen). */
const FEWEST_RUNS = 13
const NEWEST = 5
const LEVEL_RUNS = 50
const THRESHOLD = 0.05
const ALPHA = 0.05

/**
 * The trend of every series in a history: one for each scenario, target and reference, by label and type, environment fingerprint and amount
 * of work. Changes are those of `changePoints` on the logarithms of the runs' medians, of at least `threshold`. Runs that ended early, or measured
 * a part once more, are left out.
 */
export function trendOf({ runs, unreadable }: History, options: TrendOptions = {}): Trend {
  const { absolute = false, threshold = THRESHOLD } = options
  const complete = runs.filter(isWhole)
  const found = collect(complete, options).map((one) => withChanges(one, { ...options, threshold }))
  const series = found.filter(({ points }) => points.length > 0)
  // Since a time everything counts that was measured since, however much of something else came after it.
  const newest = options.since === undefined ? (options.newest ?? NEWEST) : Number.POSITIVE_INFINITY
  return {
    view: absolute ? 'absolute' : 'ratio',
    threshold,
    series: series.map((one) => ({ ...one, ended: hasEnded(one, series, newest) })),
    incomplete: runs.filter(({ status }) => status === 'incomplete').length,
    unreadable,
  }
}

type Raw = Omit<TrendSeries, 'changes' | 'level' | 'enough' | 'ended'>

/** The series of a history, in the order in which they begin, with their points. */
function collect(runs: readonly IndexedRun[], options: TrendOptions): Raw[] {
  const { scenarios = [], target, fingerprint, absolute = false } = options
  const all: Raw[] = []
  // A map of maps and not one long key: a hundred thousand keys would take longer than everything else here.
  const places = new Map<unknown, unknown>()
  for (const run of runs) {
    if (fingerprint !== undefined && !run.fingerprint.startsWith(fingerprint)) continue
    const { sizeBytes, durationSeconds, fresh } = run.work
    const against = absolute ? [] : [run.reference, referenceType(run)]
    const place = [run.fingerprint, sizeBytes, durationSeconds, fresh, ...against].join(' ')
    const here = within(places, place)
    for (const cell of run.cells) {
      if (scenarios.length > 0 && !scenarios.includes(cell.scenario)) continue
      if (target !== undefined && cell.target !== target) continue
      const point = pointOf(run, cell, absolute)
      if (!point) continue
      const same = within(within(within(here, cell.scenario), cell.target), cell.type)
      let found = same.get(cell.metric) as Raw | undefined
      if (!found) {
        found = { ...headOf(run, cell, absolute), points: [] }
        same.set(cell.metric, found)
        all.push(found)
      }
      found.points.push(point)
    }
  }
  return all
}

/** The map that stands in a map under a key, made when it is not there. */
function within(map: Map<unknown, unknown>, key: unknown): Map<unknown, unknown> {
  const found = map.get(key) as Map<unknown, unknown> | undefined
  if (found) return found
  const made = new Map<unknown, unknown>()
  map.set(key, made)
  return made
}

function headOf(run: IndexedRun, cell: IndexedCell, absolute: boolean): Omit<Raw, 'points'> {
  const { scenario, target, type, metric } = cell
  const { fingerprint, engine, work } = run
  const { unit, better } = METRICS[metric]
  const known = { scenario, target, type, metric, fingerprint, engine, work }
  return absolute
    ? { ...known, reference: null, referenceType: null, unit, better }
    : { ...known, reference: run.reference, referenceType: referenceType(run), unit: '', better: 'higher' }
}

/** The type of the mount that a label meant as the reference of a run; null where no cell has it. */
const referenceType = ({ cells, reference }: IndexedRun) =>
  cells.find(({ target }) => target === reference)?.type ?? null

function pointOf(run: IndexedRun, cell: IndexedCell, absolute: boolean): TrendPoint | null {
  const value = absolute ? cell.median : cell.ratio
  if (value === null) return null
  const [low, high] = absolute ? [cell.low, cell.high] : [cell.ratioLow, cell.ratioHigh]
  const { id, label, commit, branch, startedAt } = run
  return { run: id, label, commit, branch, startedAt, value, low, high }
}

function withChanges(raw: Raw, options: TrendOptions & { threshold: number }): Omit<TrendSeries, 'ended'> {
  const logs = raw.points.map(({ value }) => Math.log(value))
  const magnitude = Math.log1p(options.threshold)
  const found = changePoints(logs, { magnitude })
  const { since } = options
  const shownFrom = since === undefined ? 0 : raw.points.filter(({ startedAt }) => startedAt < since).length
  const newFrom = since === undefined ? raw.points.length - (options.newest ?? NEWEST) : shownFrom
  const shown = found.filter(({ index }) => index >= shownFrom)
  const young = newChanges(logs, shown, newFrom, magnitude)
  return {
    ...raw,
    points: raw.points.slice(shownFrom),
    changes: shown.flatMap((change) => {
      const at = raw.points[change.index]
      const [index, isNew] = [change.index - shownFrom, young.has(change)]
      return at ? { at, index, isNew, ...figuresOf(raw, logs, change) } : []
    }),
    level: levelOf(logs.slice(Math.max(found.at(-1)?.index ?? 0, logs.length - LEVEL_RUNS))),
    enough: logs.length >= FEWEST_RUNS,
  }
}

/** What a change is worth: the values on either side of it. */
function figuresOf({ better }: Raw, logs: readonly number[], { index, from, to, shift, p }: ChangePoint) {
  const [before, after] = [logs.slice(from, index), logs.slice(index, to)]
  const rose = shift > 0 === (better === 'higher')
  return {
    ...{ before: Math.exp(median(before)), after: Math.exp(median(after)) },
    ...{ runsBefore: before.length, runsAfter: after.length, p, ...ratioOf(before, after, shift) },
    direction: rose ? ('better' as const) : ('worse' as const),
  }
}

function ratioOf(before: readonly number[], after: readonly number[], shift: number) {
  const { low = null, high = null } = hodgesLehmannShift(before, after, ALPHA) ?? {}
  return {
    ratio: Math.exp(shift),
    low: low === null ? null : Math.exp(low),
    high: high === null ? null : Math.exp(high),
  }
}

function levelOf(logs: readonly number[]): TrendSeries['level'] {
  const interval = medianInterval(logs, ALPHA)
  return {
    value: Math.exp(median(logs)),
    low: interval && Math.exp(interval.low),
    high: interval && Math.exp(interval.high),
    runs: logs.length,
  }
}
