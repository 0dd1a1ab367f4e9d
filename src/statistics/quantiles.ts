import { badInput } from '../errors.js'
import { ascending, at } from './sorted.js'

/**
 * The p-quantile of `values`: linear interpolation between the order statistics around (n − 1)·p.
 *
 * Unit: that of the values; p in [0, 1]. Throws `bad-input` for no values (there is no quantile of
 * nothing), for p outside [0, 1] and for values that are not finite.
 * Source: Hyndman & Fan (1996), "Sample quantiles in statistical packages", type 7; the default of R and numpy.
 */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) throw badInput('A quantile of no values is not defined.')
  if (!(p >= 0 && p <= 1)) throw badInput(`A quantile needs p between 0 and 1, got ${p}.`)
  const sorted = ascending(values)
  const position = (sorted.length - 1) * p
  const below = at(sorted, Math.floor(position))
  const above = at(sorted, Math.ceil(position))
  // The symmetric form: negating every value negates the median exactly, so a swapped comparison is a mirror image.
  if (p === 0.5) return below === above ? below : below / 2 + above / 2
  return below + (position - Math.floor(position)) * (above - below)
}

/**
 * The median: the middle value, or the mean of the two middle ones.
 *
 * Unit: that of the values. Throws `bad-input` for no values and for values that are not finite.
 * Source: `quantile` at ½, which all definitions of Hyndman & Fan that interpolate agree on.
 */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/**
 * The median absolute deviation from the median: raw, unscaled.
 *
 * Multiply by 1.4826 (`NORMAL_MAD`) where it stands for the standard deviation of normal noise.
 * Unit: that of the values; 0 for one value. Throws `bad-input` for no values and for values that are not finite.
 * Source: Hampel (1974), "The influence curve and its role in robust estimation".
 */
export function mad(values: readonly number[]): number {
  const centre = median(values)
  return median(values.map((value) => Math.abs(value - centre)))
}

/** 1 / Φ⁻¹(¾): what a raw `mad` is multiplied by to estimate the standard deviation of normal noise. */
export const NORMAL_MAD = 1.4826
