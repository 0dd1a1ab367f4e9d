import { badInput } from '../errors.js'
import { at, mean, midranks, sum } from './sorted.js'
import { studentTails } from './student-t.js'

/** A rank correlation and how surprising it would be without one. */
export interface RankCorrelation {
  /** Between −1 and 1. */
  rho: number
  /** Two-sided. */
  p: number
  n: number
}

/** Up to here every order is counted (9! = 362 880, by subsets); beyond it Student's t is good to the second digit. */
const EXACT_UP_TO = 9

/**
 * Spearman's rank correlation of two series, with its two-sided p-value.
 *
 * Ties get midranks. p is exact (the share of all pairings at least as far from 0, ties included) up to n = 9, and
 * from Student's t with n − 2 degrees of freedom, t = rho·√((n − 2)/(1 − rho²)), above. Unitless.
 * Null below 3 pairs and when either series is constant: there is nothing to correlate.
 * Throws `bad-input` for series of different length and values that are not finite.
 * Source: Spearman (1904); Kendall & Gibbons, "Rank correlation methods", 5th edition, chapter 4.
 */
export function spearman(x: readonly number[], y: readonly number[]): RankCorrelation | null {
  if (x.length !== y.length) throw badInput(`Two series of equal length are needed, got ${x.length} and ${y.length}.`)
  const n = x.length
  if (n < 3) return null
  const a = midranks(x)
  const b = midranks(y)
  const scale = Math.sqrt(squares(a) * squares(b))
  if (scale === 0) return null
  const centre = (n + 1) / 2
  const products = sum(a.map((rank, i) => (rank - centre) * (at(b, i) - centre)))
  const rho = Math.max(-1, Math.min(1, products / scale))
  return { rho, p: n <= EXACT_UP_TO ? exactP(a, b) : tP(rho, n), n }
}

/** The sum of squared deviations from the mean. */
function squares(values: readonly number[]): number {
  const centre = mean(values)
  return sum(values.map((value) => (value - centre) ** 2))
}

function tP(rho: number, n: number): number {
  return studentTails(rho * Math.sqrt((n - 2) / (1 - rho * rho)), n - 2)
}

/** The share of all n! pairings of the ranks whose Σ ab lies at least as far from its mean as the one seen. */
function exactP(a: readonly number[], b: readonly number[]): number {
  // Doubled midranks are whole numbers, so the comparison below is exact.
  const doubledA = a.map((rank) => 2 * rank)
  const doubledB = b.map((rank) => 2 * rank)
  const counts = pairingCounts(doubledA, doubledB)
  const expected = (sum(doubledA) * sum(doubledB)) / a.length
  const seen = Math.abs(sum(doubledA.map((rank, i) => rank * at(doubledB, i))) - expected)
  const farOut = counts.filter((_, total) => Math.abs(total - expected) >= seen - 1e-9)
  return sum(farOut) / sum(counts)
}

/** How many pairings of a with b give each Σ ab (the index), adding one element of a at a time over the subsets of b. */
function pairingCounts(a: readonly number[], b: readonly number[]): number[] {
  const n = a.length
  // No Σ ab exceeds Σ (a² + b²) / 2.
  const size = Math.ceil(sum(a.map((rank, i) => rank * rank + at(b, i) ** 2)) / 2) + 1
  const bySubset = Array.from({ length: 2 ** n }, () => new Float64Array(0))
  bySubset[0] = new Float64Array(size).fill(1, 0, 1)
  for (let subset = 1; subset < 2 ** n; subset += 1) {
    const members = b.map((_, i) => i).filter((i) => (subset >> i) % 2 === 1)
    const added = at(a, members.length - 1)
    const counts = new Float64Array(size)
    for (const member of members) {
      const shift = added * at(b, member)
      bySubset[subset - 2 ** member]?.forEach((count, total) => {
        if (count > 0) counts[total + shift] = (counts[total + shift] ?? 0) + count
      })
    }
    bySubset[subset] = counts
  }
  return [...(bySubset[2 ** n - 1] ?? [])]
}

/**
 * The lag-1 autocorrelation of a series: Σ (x_i − m)(x_{i+1} − m) / Σ (x_i − m)², with m the mean.
 *
 * Unitless, between −1 and 1; independent values give −1/n on average. Null below 3 values and for a constant series.
 * Throws `bad-input` for values that are not finite.
 * Source: Box & Jenkins, "Time series analysis", §2.1.5 (the estimate with n in both denominators).
 */
export function lag1Autocorrelation(values: readonly number[]): number | null {
  if (values.length < 3) return null
  if (!values.every(Number.isFinite)) throw badInput('An autocorrelation needs finite numbers.')
  const centre = mean(values)
  const total = squares(values)
  if (total === 0) return null
  return sum(values.slice(1).map((value, i) => (value - centre) * (at(values, i) - centre))) / total
}
