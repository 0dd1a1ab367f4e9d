import { badInput } from '../errors.js'

/** Beyond this many standard deviations the tail is below 1e-15 and the series has nothing left to add. */
const FAR = 8

/**
 * Φ(x): the share of a standard normal distribution at or below x.
 *
 * Unitless; absolute error about 1e-15 (0 below −8, 1 above 8). Throws `bad-input` for NaN.
 * Source: Φ(x) = ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …), Marsaglia (2004), "Evaluating the normal distribution".
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw badInput('The normal distribution has no value at NaN.')
  if (Math.abs(x) > FAR) return x > 0 ? 1 : 0
  let term = x
  let total = x
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(total); odd += 2) {
    term *= (x * x) / odd
    total += term
  }
  return 0.5 + total * Math.exp(-(x * x) / 2 - Math.log(2 * Math.PI) / 2)
}

/**
 * Φ⁻¹(p): the point below which a standard normal distribution has the share p, for p in (0, 1).
 *
 * Unitless; normalQuantile(0.975) is 1.959964. Found by halving [−8, 8]; good to about 1e-9 for p from 1e-6 to 1 − 1e-6.
 * Throws `bad-input` for p outside (0, 1).
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw badInput(`A normal quantile needs p between 0 and 1, got ${p}.`)
  let low = -FAR
  let high = FAR
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (normalCdf(middle) < p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
