/** One bar: a value in a base unit, or why there is none. */
export interface Bar {
  label: string
  /** Null: there is no bar. */
  value: number | null
  /** What stands in place of a bar; empty when there is one. */
  missing: string
}

/** A piece of a lesson. Nothing here knows whether it is shown in a terminal or written to a file. */
export type Block =
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'paragraph'; text: string }
  /** Lines that a person can paste into a shell, in this order. */
  | { kind: 'commands'; lines: readonly string[] }
  | { kind: 'table'; head: readonly string[]; rows: readonly (readonly string[])[] }
  /** `unit` is a base unit of units.ts, or any other word; `scale` forces one. */
  | { kind: 'bars'; title: string; unit: string; bars: readonly Bar[]; scale?: 'linear' }

export const heading = (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', level, text })
export const paragraph = (text: string): Block => ({ kind: 'paragraph', text })
export const commands = (lines: readonly string[]): Block => ({ kind: 'commands', lines })
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): Block => ({
  kind: 'table',
  head,
  rows,
})

/** A bar chart of what has a value; without a single value there is no chart. */
export function bars(title: string, unit: string, all: readonly Bar[], scale?: 'linear'): Block[] {
  if (all.every(({ value }) => value === null)) return []
  return [{ kind: 'bars', title, unit, bars: all, ...(scale ? { scale } : {}) }]
}

/** Sentences, those that have something to say, as one paragraph; none when none has. */
export function sentences(...all: readonly (string | null)[]): Block[] {
  const said = all.filter((sentence) => sentence !== null && sentence !== '')
  return said.length === 0 ? [] : [paragraph(said.join(' '))]
}
