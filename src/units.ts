import { badInput } from './errors.js'

const SIZE_FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  kib: 2 ** 10,
  m: 2 ** 20,
  mib: 2 ** 20,
  g: 2 ** 30,
  gib: 2 ** 30,
  t: 2 ** 40,
  tib: 2 ** 40,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
}

const DURATION_FACTORS: Readonly<Record<string, number>> = { ms: 1e-3, s: 1, m: 60, min: 60, h: 3600 }

/**
 * Bytes of a size as people write it: `64m`, `64MiB` and `67108864` are the same; `64MB` is 64,000,000.
 * A single letter is a power of 1024, as in dd and fio. Throws `bad-input` on anything else, and on 0.
 */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim())
  const factor = match && SIZE_FACTORS[(match[2] ?? '').toLowerCase()]
  const bytes = match && factor ? Math.round(Number(match[1]) * factor) : 0
  if (!Number.isSafeInteger(bytes) || bytes <= 0)
    throw badInput(`'${text}' is not a size`, 'write it like 64m, 1.5GiB or 23MiB')
  return bytes
}

/** The longest duration that is taken, a week; timers end at 24 days. */
const MAX_SECONDS = 7 * 24 * 3600

/** Seconds of a duration as people write it: `500ms`, `1.5s`, `2m`, `1h`. Throws `bad-input` on anything else, on 0, and beyond a week. */
export function parseDuration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|min|h)$/i.exec(text.trim())
  const factor = match && DURATION_FACTORS[(match[2] ?? '').toLowerCase()]
  const seconds = match && factor ? Number(match[1]) * factor : 0
  if (!(seconds > 0 && seconds <= MAX_SECONDS))
    throw badInput(`'${text}' is not a duration`, 'write it with its unit, like 500ms, 1s or 2m')
  return seconds
}

/** A whole number within bounds, from text. Throws `bad-input` and names what it is for. */
export function parseCount(text: string, name: string, lowest: number, highest: number): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN
  if (value >= lowest && value <= highest) return value
  throw badInput(`${name} '${text}' is not a whole number from ${lowest} to ${highest}`)
}

/** A share as a fraction, from `5%` or `0.05`; above 0 and below 1. Throws `bad-input` and names what it is for. */
export function parseShare(text: string, name: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*(%?)$/.exec(text.trim())
  const share = match ? Number(match[1]) / (match[2] ? 100 : 1) : Number.NaN
  if (share > 0 && share < 1) return share
  throw badInput(`${name} '${text}' is not a share between 0% and 100%`, 'write it like 5% or 0.05')
}

/** Three significant digits, without an exponent: `0.0123`, `1.23`, `12.3`, `123`, `1234`. */
export function threeDigits(value: number): string {
  if (value === 0) return '0'
  const rounded = Number(value.toPrecision(3))
  const magnitude = Math.floor(Math.log10(Math.abs(rounded)))
  return (Math.abs(value) < 1000 ? rounded : value).toFixed(Math.min(15, Math.max(0, 2 - magnitude)))
}

/** A scale for display: value × factor is shown with this suffix. */
export interface Scale {
  factor: number
  suffix: string
}

const SCALES: Readonly<Record<string, readonly Scale[]>> = {
  'B/s': [
    { factor: 2 ** -30, suffix: 'GiB/s' },
    { factor: 2 ** -20, suffix: 'MiB/s' },
    { factor: 2 ** -10, suffix: 'KiB/s' },
    { factor: 1, suffix: 'B/s' },
  ],
  B: [
    { factor: 2 ** -30, suffix: 'GiB' },
    { factor: 2 ** -20, suffix: 'MiB' },
    { factor: 2 ** -10, suffix: 'KiB' },
    { factor: 1, suffix: 'B' },
  ],
  s: [
    { factor: 1, suffix: 's' },
    { factor: 1e3, suffix: 'ms' },
    { factor: 1e6, suffix: 'µs' },
  ],
  '1/s': [
    { factor: 1e-6, suffix: 'M/s' },
    { factor: 1e-3, suffix: 'k/s' },
    { factor: 1, suffix: '/s' },
  ],
}

/**
 * The one scale in which a row of values reads best: the largest whose smallest value still shows at least 1,
 * or the smallest scale there is. `unit` is a base unit of the metric table; an unknown one is shown as it is.
 */
export function scaleFor(unit: string, values: readonly number[]): Scale {
  const scales = SCALES[unit]
  if (!scales) return { factor: 1, suffix: unit }
  const smallest = Math.min(...values.filter((value) => value > 0))
  return (
    scales.find((scale) => Number.isFinite(smallest) && smallest * scale.factor >= 1) ??
    scales.at(-1) ?? { factor: 1, suffix: unit }
  )
}

/** A value with the unit in which it reads best: `64.0 MiB`, `143 µs`. */
export function formatValue(unit: string, value: number): string {
  const scale = scaleFor(unit, [value])
  return `${threeDigits(value * scale.factor)} ${scale.suffix}`
}

/** Bytes for a person: `64.0 MiB`. */
export function formatBytes(bytes: number): string {
  return formatValue('B', bytes)
}

/** Seconds for a person: `850 ms`, `12 s`, `3 min 5 s`. */
export function formatDuration(seconds: number): string {
  if (seconds < 0.9995) return `${Math.round(seconds * 1000)} ms`
  const rounded = Math.round(seconds)
  if (rounded < 60) return `${rounded} s`
  return `${Math.floor(rounded / 60)} min ${rounded % 60} s`
}

/** The name nearest to what was typed, by edit distance, when it is near enough to be meant; otherwise undefined. */
export function nearest(typed: string, names: readonly string[]): string | undefined {
  const ranked = names.map((name) => ({ name, distance: editDistance(typed.toLowerCase(), name.toLowerCase()) }))
  const best = ranked.sort((a, b) => a.distance - b.distance)[0]
  const near =
    best &&
    best.distance < Math.min(typed.length, best.name.length) &&
    best.distance <= Math.max(2, Math.floor(best.name.length / 3))
  return near ? best.name : undefined
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (const [i, ca] of [...a].entries()) {
    const next = [i + 1]
    for (const [j, cb] of [...b].entries()) {
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (ca === cb ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}

/** `unknown X 'typed'` with the nearest valid name, or all of them, as the hint. */
export function unknownName(kind: string, typed: string, names: readonly string[]) {
  const near = nearest(typed, names)
  return badInput(`unknown ${kind} '${typed}'`, near ? `did you mean '${near}'?` : `known: ${names.join(', ')}`)
}
