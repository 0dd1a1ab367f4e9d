import { badInput } from '../errors.js'

function checkFreedom(freedom: number): void {
  if (!Number.isSafeInteger(freedom) || freedom < 1) {
    throw badInput(`Degrees of freedom are 1, 2, 3, …, got ${freedom}.`)
  }
}

/** P(|T| ≤ √freedom · tan θ): the finite sum that Student's t has for whole degrees of freedom. */
function central(theta: number, freedom: number): number {
  const odd = freedom % 2 === 1
  const cos2 = Math.cos(theta) ** 2
  let term = odd ? Math.cos(theta) : 1
  let total = freedom === 1 ? 0 : term
  for (let i = odd ? 2 : 1; i < freedom - 2; i += 2) {
    term *= (cos2 * i) / (i + 1)
    total += term
  }
  return odd ? (2 / Math.PI) * (theta + Math.sin(theta) * total) : Math.sin(theta) * total
}

/**
 * P(|T| ≥ |t|): both tails of Student's t distribution with `freedom` degrees of freedom.
 *
 * Unitless; absolute error about 1e-15, 0 for an infinite t. Throws `bad-input` unless freedom is 1, 2, 3, …
 * Source: Abramowitz & Stegun (1964), 26.7.3 (odd) and 26.7.4 (even): an exact finite sum, no approximation.
 */
export function studentTails(t: number, freedom: number): number {
  checkFreedom(freedom)
  const inside = central(Math.atan(Math.abs(t) / Math.sqrt(freedom)), freedom)
  return Math.min(1, Math.max(0, 1 - inside))
}

/**
 * t(freedom, p): the point below which Student's t distribution has the share p, for p in (0, 1).
 *
 * Unitless; t(11, 0.975) is 2.200985. Found by halving the angle atan(t / √freedom), in which the exact sum of
 * `studentTails` is written. Throws `bad-input` for p outside (0, 1) and unless freedom is 1, 2, 3, …
 */
export function studentQuantile(p: number, freedom: number): number {
  checkFreedom(freedom)
  if (!(p > 0 && p < 1)) throw badInput(`A t quantile needs p between 0 and 1, got ${p}.`)
  const inside = Math.abs(2 * p - 1)
  let low = 0
  let high = Math.PI / 2
  for (let step = 0; step < 60; step += 1) {
    const middle = (low + high) / 2
    if (central(middle, freedom) < inside) low = middle
    else high = middle
  }
  return Math.sign(p - 0.5) * Math.sqrt(freedom) * Math.tan((low + high) / 2)
}
