/** The best place to split a series in two, and how different its parts are. */
export interface Split {
  /** The first value of the second part. */
  index: number
  /** Q of Matteson & James: 0 for parts that are alike, in the unit of the values, growing with their number. */
  divergence: number
}

/** The distances between the values of a series, and what does not change when it is reordered. */
export interface Distances {
  n: number
  between: Float64Array
  rows: Float64Array
  /** Of every pair once. */
  total: number
}

/** |x_i − x_j| of every pair; alpha = 1 of Matteson & James. Empty for no values. */
export function distancesOf(values: ArrayLike<number>): Distances {
  const n = values.length
  const between = new Float64Array(n * n)
  const rows = new Float64Array(n)
  let twice = 0
  for (let i = 0; i < n; i += 1) {
    let row = 0
    for (let j = 0; j < n; j += 1) {
      const distance = Math.abs((values[i] as number) - (values[j] as number))
      between[i * n + j] = distance
      row += distance
    }
    rows[i] = row
    twice += row
  }
  return { n, between, rows, total: twice / 2 }
}

/**
 * The split into two parts of at least `least` (2 or more) values whose difference is the greatest, of the values in that order; null when
 * there are fewer than 2 · `least`.
 *
 * Source: Matteson & James (2014), "A nonparametric approach for multiple change point analysis of multivariate data", equations 5 to 7
 * with κ at the end of the series: Q = ab/(a+b) · (2/(ab) Σ|x−y| − 2/(a(a−1)) Σ|x−x'| − 2/(b(b−1)) Σ|y−y'|). All splits together
 * cost n² / 2 steps, because a value that changes sides changes the three sums by its own distances only.
 */
export function bestSplit(
  { n, between, rows, total }: Distances,
  order: ArrayLike<number>,
  least: number,
): Split | null {
  if (n < 2 * least) return null
  let left = 0
  let right = total
  const best: Split = { index: least, divergence: Number.NEGATIVE_INFINITY }
  for (let a = 1; a <= n - least; a += 1) {
    const moved = order[a - 1] as number
    const base = moved * n
    let own = 0
    for (let i = 0; i < a - 1; i += 1) own += between[base + (order[i] as number)] as number
    left += own
    right -= (rows[moved] as number) - own
    if (a < least) continue
    const b = n - a
    const apart = (2 * (total - left - right)) / (a * b) - (2 * left) / (a * (a - 1)) - (2 * right) / (b * (b - 1))
    const divergence = ((a * b) / n) * apart
    if (divergence > best.divergence) {
      best.divergence = divergence
      best.index = a
    }
  }
  return best
}
