import { badInput } from '../errors.js'

/** One value per round, in round order; null where the round failed. */
export type Series = readonly (number | null)[]

/** The pairs of two series: g in round order, and the block of each where blocks are known. */
export interface LogRatios {
  /** ln of how many times better the target is. */
  g: number[]
  blocks: number[] | null
}

function checkShape(reference: Series, target: Series, blocks: readonly number[] | undefined): void {
  if (reference.length !== target.length) {
    throw badInput(
      `Paired series need one value per round each: the reference has ${reference.length}, the target ${target.length}.`,
      'Put null where a round failed.',
    )
  }
  if (blocks !== undefined && blocks.length !== reference.length) {
    throw badInput(`Each round needs its block: ${reference.length} rounds, ${blocks.length} blocks.`)
  }
}

/** ln of one measured value. Throws `bad-input`, naming the series and the round, unless it is positive and finite. */
function logAt(series: Series, round: number, name: string): number | null {
  const value = series[round]
  if (value === null) return null
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return Math.log(value)
  throw badInput(
    `The ${name} has ${value} in round ${round + 1}: a measured value is positive and finite.`,
    'Put null where a round failed.',
  )
}

/**
 * g_i = s · ln(target_i / reference_i), s = +1 where higher is better and −1 where lower is; pairs with a null dropped.
 *
 * Unit: natural logarithm of a ratio; above 0 the target is better. Empty in, empty out. Swapping the series negates
 * every g exactly (a difference of logarithms, not the logarithm of a quotient).
 * Throws `bad-input` for series of different length, values that are not positive and finite, and an unknown `better`.
 */
export function pairedLogRatios(
  reference: Series,
  target: Series,
  better: 'higher' | 'lower',
  blocks?: readonly number[],
): LogRatios {
  if (better !== 'higher' && better !== 'lower') throw badInput(`better is "higher" or "lower", got ${better}.`)
  checkShape(reference, target, blocks)
  const sign = better === 'higher' ? 1 : -1
  const pairs = reference.flatMap((_, round) => {
    const r = logAt(reference, round, 'reference')
    const t = logAt(target, round, 'target')
    return r === null || t === null ? [] : [{ g: sign * (t - r), block: blocks?.[round] ?? round }]
  })
  return { g: pairs.map(({ g }) => g), blocks: blocks === undefined ? null : pairs.map(({ block }) => block) }
}
