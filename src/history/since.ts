import { badInput } from '../errors.js'
import { runNamed } from '../run-references.js'
import type { IndexedRun } from './entry.js'

const UNIT_SECONDS: Readonly<Record<string, number>> = { h: 3600, d: 86_400, w: 7 * 86_400 }
/** The greatest age, a thousand years: dates do not go back without end, and ISO times sort as texts only in years of four digits. */
const MOST_SECONDS = 365_000 * 86_400

/**
 * Seconds of an age as people write it: `12h`, `90d`, `4w`. Throws `bad-input` on anything else, on 0 and beyond a thousand years, and names
 * what it is for.
 */
export function parseAge(text: string, name: string): number {
  const seconds = ageIn(text)
  if (seconds) return seconds
  throw badInput(`${name} '${text}' is not an age`, 'write it like 12h, 90d or 4w; a thousand years at the most')
}

/**
 * The time that a word means, as an ISO time: a date or time, an age before `now`, or when the run started that a run id, a label, `latest~N`
 * or a git commit names. Throws `bad-input` when it means nothing.
 */
export function parseSince(text: string, runs: readonly IndexedRun[], now: Date): string {
  const age = ageIn(text)
  if (age) return new Date(now.getTime() - age * 1000).toISOString()
  const run = runNamed(text, runs)
  if (run) return run.startedAt
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : null
  if (time && !Number.isNaN(time.getTime())) return time.toISOString()
  throw badInput(
    `--since '${text}' is neither a time nor a run`,
    'write it like 2026-11-01, 30d, a run id, a label or a git commit',
  )
}

/** Null when it is no age, or too great. */
function ageIn(text: string): number | null {
  const [, count, unit = ''] = /^(\d+)([hdw])$/.exec(text.trim()) ?? []
  const seconds = Number(count) * (UNIT_SECONDS[unit] ?? 0)
  return seconds <= MOST_SECONDS ? seconds : null
}
