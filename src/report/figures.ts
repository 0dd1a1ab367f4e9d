import { type Cell, METRICS, type MetricId, type Run } from '../model.js'

/** One number of a run, in the base unit of its metric, under names that are the same in every run. */
export interface Figure {
  engine: string
  scenario: string
  target: string
  /** The mount type. */
  type: string
  metric: MetricId
  /** The median of the rounds. */
  value: number
  /** Its 95 % interval; null for metrics that are not the scenario's own, and with too few rounds. */
  low: number | null
  high: number | null
  cell: Cell
}

/** Every median of a run: the scenario's own metric of each cell, then the others. A cell without a median has none. */
export function figuresOf(run: Run): Figure[] {
  const engine = run.environment.engine.id
  return run.cells.flatMap((cell) => {
    const { scenario, target, metric, median, low, high } = cell
    if (median === null) return []
    const known = { engine, scenario, target, type: typeOf(run, target), cell }
    const others = (Object.keys(METRICS) as MetricId[]).flatMap((id) => {
      const value = cell.others[id]
      return value === undefined ? [] : [{ ...known, metric: id, value, low: null, high: null }]
    })
    return [{ ...known, metric, value: median, low, high }, ...others]
  })
}

/** The mount type of a target. */
export function typeOf({ targets }: Pick<Run, 'targets'>, label: string): string {
  return targets.find((target) => target.label === label)?.type ?? 'unknown'
}

/**
 * A name that is the same in every run, made of parts: `docker/seq-write/volume`. Letters and digits of any script and `.`, `_`, `+`, `-`
 * stand for themselves, everything else is percent-encoded as in a URL: no part breaks out of a name, a table or a page, and different
 * parts never give the same name.
 */
export function stableName(...parts: readonly string[]): string {
  return parts
    .map((part) => wellFormed(part).replaceAll(/[^\p{L}\p{M}\p{N}._+-]/gu, (found) => percent(found)))
    .join('/')
}

/** encodeURIComponent leaves some marks as they are. */
const percent = (text: string) =>
  [...new TextEncoder().encode(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

/** Text without halves of surrogate pairs, which no encoding has a form for. */
export const wellFormed = (text: string) => text.toWellFormed()

/** `latencyP99` with a separator: `latency-p99`, `latency_p99`. */
export const separated = (id: string, separator: '-' | '_') =>
  id.replaceAll(/[A-Z]/g, (letter) => `${separator}${letter.toLowerCase()}`)

/** Text on one line: line breaks and other control characters become spaces, as formats of lines have no form for them. */
export const oneLine = (text: string) =>
  wellFormed(text)
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()

const UNIT_WORDS = {
  'B/s': 'bytes per second',
  '1/s': 'operations per second',
  s: 'seconds',
} as const satisfies Record<(typeof METRICS)[MetricId]['unit'], string>

/** The base unit of a metric as names of series spell it: `bytes_per_second`, `bytes-per-second`. */
export const unitWords = (id: MetricId, separator: '-' | '_') => UNIT_WORDS[METRICS[id].unit].replaceAll(' ', separator)
