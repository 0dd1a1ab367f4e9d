import type { Deps } from '../deps.js'
import { BenchError, badInput, cannotRun } from '../errors.js'

/** How long is tried. */
export interface Patience {
  /** In all, at least 1. */
  attempts: number
  /** Of one attempt. */
  timeoutSeconds: number
}

/** Why an attempt failed. */
export interface Problem {
  /** One line, without secrets. */
  what: string
  hint: string | undefined
  /** Whether another attempt can go better. */
  temporary: boolean
  /** How long the server asks to wait. */
  waitSeconds?: number | undefined
}

const FIRST_WAIT_SECONDS = 0.5
const LONGEST_WAIT_SECONDS = 30

/**
 * Attempts something that may be done twice until it succeeds (null), waiting half a second, a second, two, … or what the server asks
 * for, up to half a minute. Throws `cannot-run` with the place and the last problem, and `interrupted` when the user asks to stop.
 */
export async function persist(
  place: string,
  attempt: () => Promise<Problem | null>,
  { attempts }: Patience,
  { sleep, stderr, signal }: Deps,
): Promise<void> {
  for (let number = 1; ; number++) {
    if (signal.aborted) throw new BenchError('interrupted', `interrupted before ${place} had the run`)
    const problem = await attempt()
    if (!problem) return
    if (signal.aborted) continue
    if (!problem.temporary || number >= attempts) {
      const times = number > 1 ? ` (${number} attempts)` : ''
      throw cannotRun(`not pushed to ${place}: ${problem.what}${times}`, problem.hint)
    }
    const wait = Math.min(LONGEST_WAIT_SECONDS, problem.waitSeconds ?? FIRST_WAIT_SECONDS * 2 ** (number - 1))
    stderr.write(`${place}: ${problem.what}; attempt ${number + 1} of ${attempts} in ${wait} s\n`)
    await sleep(wait, signal)
  }
}

/** What was thrown, as it is: a secret in it must still be found as it was. */
export const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

/** What to try when an address is read wrongly because of what stands in its password. */
export const ENCODE = 'in a user or password % is written %25, @ is %40, / is %2F, ? is %3F and # is %23'

/** A user or password as it is without percent-encoding. Throws `bad-input` with the flag it came from, never repeating it. */
export function decoded(text: string, flag: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw badInput(`${flag}: the user or password is not percent-encoded`, ENCODE)
  }
}

/** A text in which no secret stands, on one line and not long. */
export function told(text: string, secrets: readonly string[]): string {
  const hidden = secrets.filter((secret) => secret !== '').reduce((all, secret) => all.replaceAll(secret, '***'), text)
  const line = hidden.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > 300 ? `${line.slice(0, 300)}…` : line
}
