import { badInput } from '../errors.js'

/**
 * An ascending copy of `values`; the order every rank and quantile here is counted in.
 *
 * Unit: that of the values. Empty in, empty out. Throws `bad-input` when a value is not finite:
 * a NaN has no place in an order, and would silently move every rank after it.
 */
export function ascending(values: readonly number[]): number[] {
  const stray = values.find((value) => !Number.isFinite(value))
  if (stray !== undefined) throw badInput(`Statistics need finite numbers, got ${stray}.`)
  return values.toSorted((a, b) => a - b)
}

/**
 * The value at a zero-based index that the caller knows to exist.
 *
 * Throws a RangeError (a bug of ours, never of a person's input) when it does not, so that no
 * `undefined` can become a NaN further on.
 */
export function at(values: readonly number[], index: number): number {
  const value = values[index]
  if (value === undefined) throw new RangeError(`No value at index ${index} of ${values.length}.`)
  return value
}

/** The sum of `values`, in their unit; 0 for none. */
export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

/** The arithmetic mean of `values`, in their unit. Throws `bad-input` for none: no mean is not a mean of 0. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw badInput('The mean of no values is not defined.')
  return sum(values) / values.length
}

/**
 * Midranks, 1-based, in the order of `values`: equal values share the mean of the ranks they cover.
 *
 * Unitless; empty in, empty out. Throws `bad-input` for values that are not finite.
 */
export function midranks(values: readonly number[]): number[] {
  const sorted = ascending(values)
  const first = new Map(sorted.map((value, index) => [value, index] as const).toReversed())
  const last = new Map(sorted.map((value, index) => [value, index] as const))
  return values.map((value) => (Number(first.get(value)) + Number(last.get(value))) / 2 + 1)
}

/** The least of `values`, in their unit; Infinity for none. As arguments of Math.min a hundred thousand of them overflow the stack. */
export function least(values: readonly number[]): number {
  return values.reduce((found, value) => Math.min(found, value), Number.POSITIVE_INFINITY)
}

/** The greatest of `values`, in their unit; -Infinity for none. */
export function greatest(values: readonly number[]): number {
  return values.reduce((found, value) => Math.max(found, value), Number.NEGATIVE_INFINITY)
}
