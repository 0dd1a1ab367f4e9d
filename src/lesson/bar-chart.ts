import { wrapped } from '../report/wrapped.js'
import { formatValue, threeDigits } from '../units.js'
import type { Bar, Block } from './blocks.js'

/** A count has no unit and no digits after the point. */
const valueText = (unit: string, value: number) =>
  unit === '' ? `${Number(threeDigits(value))}` : formatValue(unit, value)

type Chart = Extract<Block, { kind: 'bars' }>

/** Values further apart than this are drawn on a log scale: on a linear one the small bars would be nothing. */
const FAR_APART = 20
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']
const LONGEST_LABEL = 24

/** How long a bar is, as a share of the longest one, and what is said of the scale; null for the plain linear one. */
export interface BarScale {
  share: (value: number) => number
  note: string | null
}

/** The scale for values: linear from 0, or logarithmic when they are far apart and all above 0. */
export function barScale(values: readonly number[], unit: string, forced?: 'linear'): BarScale {
  const most = Math.max(...values)
  const least = Math.min(...values)
  if (most <= 0) return { share: () => 0, note: null }
  if (forced === 'linear' || least <= 0 || most / least <= FAR_APART) {
    return { share: (value) => Math.max(0, value / most), note: null }
  }
  // The bars begin at a power of ten below the smallest value, so that it too has a bar.
  const from = 10 ** (Math.ceil(Math.log10(least)) - 1)
  return {
    share: (value) => Math.log(value / from) / Math.log(most / from),
    note: `log scale: bars begin at ${valueText(unit, from)}, and equal lengths are equal factors, not equal amounts`,
  }
}

/** A bar chart as lines of at most `columns` characters: label, bar, value. The bar with the largest value is the longest. */
export function barLines({ title, unit, bars, scale: forced }: Chart, columns: number): string[] {
  const values = bars.flatMap(({ value }) => value ?? [])
  const scale = barScale(values, unit, forced)
  const labelWidth = Math.min(LONGEST_LABEL, Math.max(...bars.map(({ label }) => label.length)))
  const valueWidth = Math.max(0, ...values.map((value) => valueText(unit, value).length))
  const room = Math.max(1, columns - labelWidth - valueWidth - 4)
  const lines = bars.map((bar) => line(bar, { unit, scale, labelWidth, room, columns }))
  return [...wrapped(title, columns), ...lines, ...(scale.note ? wrapped(`(${scale.note})`, columns) : [])]
}

interface Layout {
  unit: string
  scale: BarScale
  labelWidth: number
  room: number
  columns: number
}

function line({ label, value, missing }: Bar, { unit, scale, labelWidth, room, columns }: Layout): string {
  const name = cut(label, labelWidth).padEnd(labelWidth)
  if (value === null) return cut(`  ${name} ${missing}`, columns)
  return `  ${name} ${`${blocks(scale.share(value) * room)} `.trimStart()}${valueText(unit, value)}`
}

/** So many character cells, to an eighth; a value above 0 shows at least that. */
function blocks(cells: number): string {
  const eighths = cells > 0 ? Math.max(1, Math.round(cells * 8)) : 0
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}

const cut = (text: string, width: number) => (text.length > width ? `${text.slice(0, width - 1)}…` : text)
