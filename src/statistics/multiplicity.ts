import { badInput } from '../errors.js'
import { at } from './sorted.js'

/**
 * Holm's adjusted p-values, in the order given: rejecting those at or below alpha keeps the chance of any false
 * rejection among them at or below alpha, whatever their dependence.
 *
 * Unitless; never below the p-value itself, never above 1. Empty in, empty out. Throws `bad-input` outside [0, 1].
 * Source: Holm (1979), "A simple sequentially rejective multiple test procedure".
 */
export function holm(pValues: readonly number[]): number[] {
  const stray = pValues.find((p) => !(p >= 0 && p <= 1))
  if (stray !== undefined) throw badInput(`A p-value is between 0 and 1, got ${stray}.`)
  const m = pValues.length
  const order = pValues.map((_, index) => index).sort((i, j) => at(pValues, i) - at(pValues, j))
  const adjusted = pValues.map(() => 1)
  let floor = 0
  for (const [step, index] of order.entries()) {
    floor = Math.max(floor, Math.min(1, (m - step) * at(pValues, index)))
    adjusted[index] = floor
  }
  return adjusted
}
