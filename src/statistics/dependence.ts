import { badInput } from '../errors.js'
import { normalQuantile } from './normal.js'
import { at, midranks, sum } from './sorted.js'
import { studentQuantile } from './student-t.js'

/** How far the rounds of one comparison depend on each other, and what that does to its interval. */
export interface Dependence {
  /** Correlation of the ranks of neighbouring rounds, corrected for the mean being estimated (0 when independent). */
  serial: number
  /** Correlation of the ranks of rounds of one block, corrected likewise; null when no block has two rounds. */
  shared: number | null
  /** How many times the variance of independent rounds; 1 when nothing was found, and the interval stays as it is. */
  inflation: number
  /** n / inflation: how many independent rounds these are worth. */
  effectiveRounds: number
}

/** A correlation counts from this many of its standard errors on. Why so low: see `measureDependence`. */
const SUSPICION = 0.84
/** Above this a short series says "high", not how high. */
const HIGHEST = 0.8

/** Deviations of the ranks from their mean: outliers, which would hide a correlation, become the largest rank. */
function centredRanks(values: readonly number[]): number[] {
  return midranks(values).map((rank) => rank - (values.length + 1) / 2)
}

/** Over all pairs of values that share a block: how many there are, and the sum of their products. */
function pairsInBlocks(values: readonly number[], blocks: readonly number[]): { pairs: number; products: number } {
  const groups = new Map<number, number[]>()
  for (const [i, block] of blocks.entries()) groups.set(block, [...(groups.get(block) ?? []), at(values, i)])
  const perBlock = [...groups.values()].map((group) => ({
    pairs: (group.length * (group.length - 1)) / 2,
    // Σ_{i<j} xy = ((Σ x)² − Σ x²) / 2
    products: (sum(group) ** 2 - sum(group.map((value) => value * value))) / 2,
  }))
  return { pairs: sum(perBlock.map(({ pairs }) => pairs)), products: sum(perBlock.map(({ products }) => products)) }
}

/** (1 + ρ) / (1 − ρ): the variance of a mean of first-order autoregressive noise, over that of independent noise. */
function serialInflation(serial: number, n: number): number {
  if (serial <= SUSPICION / Math.sqrt(n)) return 1
  const rho = Math.min(HIGHEST, serial / (1 - 4 / n))
  return (1 + rho) / (1 - rho)
}

/** 1 + (b − 1)ρ, Kish's design effect, where b is the number of rounds in a round's own block, on average. */
function sharedInflation(shared: number, pairs: number, n: number): number {
  if (shared <= SUSPICION / Math.sqrt(pairs)) return 1
  const others = (2 * pairs) / n
  return 1 + others * Math.min(HIGHEST, shared * (1 + (others + 1) / n))
}

/**
 * How far rounds depend on their neighbours and on the rest of their block, from the ranks of g in round order.
 *
 * `blocks` names the block of each value. Serial dependence (a device that is slow for a while) and shared dependence
 * (an unlucky volume, made anew for each block) are measured both, and the one that costs more counts.
 * A short series cannot prove dependence: at lag-1 0.4, twenty rounds exceed 2/√n in three of ten cases. So already
 * 0.84 standard errors (the worst 20 % of independent series) count. The price is that about 28 % of independent
 * series get an interval wider than they need; the others keep the plain one exactly. It is never narrowed.
 * No rule can repair an experiment of one or two blocks: what a block shares is then seen once or twice.
 * Null below 6 values and when all are equal. Throws `bad-input` for series of different length or not finite.
 * Source: Marriott & Pope (1954) and Kendall (1954) for the bias of the serial estimate, −(1 + 4ρ)/n; Bartlett (1946)
 * for (1 + ρ)/(1 − ρ); Kish (1965), "Survey sampling", for the design effect; limits by simulation (see the tests).
 */
export function measureDependence(g: readonly number[], blocks: readonly number[]): Dependence | null {
  const n = g.length
  if (blocks.length !== n) throw badInput(`Each round needs its block: ${n} rounds, ${blocks.length} blocks.`)
  const ranks = centredRanks(g)
  const variance = sum(ranks.map((rank) => rank * rank)) / n
  if (n < 6 || variance === 0) return null
  const neighbours = sum(ranks.slice(1).map((rank, i) => rank * at(ranks, i)))
  const serial = neighbours / (n * variance) + 1 / n
  const { pairs, products } = pairsInBlocks(ranks, blocks)
  const shared = pairs === 0 ? null : products / (pairs * variance) + 1 / (n - 1)
  const byBlock = shared === null ? 1 : sharedInflation(shared, pairs, n)
  const inflation = Math.max(serialInflation(serial, n), byBlock)
  return { serial, shared, inflation, effectiveRounds: n / inflation }
}

/**
 * By how much each side of the interval grows: √inflation, times Student's t over normal for the effective rounds.
 *
 * 1 exactly when inflation is 1. The second factor pays for a spread known from few effective rounds only;
 * at least two degrees of freedom are granted. alpha: the chance of missing allowed to the interval.
 */
export function stretchOf({ inflation, effectiveRounds }: Dependence, alpha: number): number {
  if (inflation === 1) return 1
  const p = 1 - alpha / 2
  const freedom = Math.max(2, Math.floor(effectiveRounds) - 1)
  return Math.sqrt(inflation) * (studentQuantile(p, freedom) / normalQuantile(p))
}
