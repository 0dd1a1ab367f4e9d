import { ratioText } from '../report/verdict-text.js'
import { formatValue } from '../units.js'

/** `a`, `a and b`, `a, b and c`; empty for nothing. */
export function listed(words: readonly string[], last = 'and'): string {
  const [end, ...rest] = words.toReversed()
  if (end === undefined) return ''
  return rest.length === 0 ? end : `${rest.toReversed().join(', ')} ${last} ${end}`
}

/** A speed in bytes per second, for a person. */
export const speed = (bytesPerSecond: number) => formatValue('B/s', bytesPerSecond)

/** A time in seconds, with three digits. */
export const time = (seconds: number) => formatValue('s', seconds)

/** `1.82 times`. */
export const times = (ratio: number) => `${ratioText(ratio).slice(0, -1)} times`

/** A difference as a percentage: `12.3%`, `0.4%`. */
export const percent = (share: number) => `${Number((share * 100).toPrecision(3))}%`

/** `1 pair`, `2 pairs`. */
export const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`

/** With a capital at the beginning. */
export const capital = (text: string) => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
