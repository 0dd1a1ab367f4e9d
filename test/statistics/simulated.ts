import { seededRandom } from '../../src/statistics/random.js'

/** A source of standard normal numbers (Box & Muller), fully determined by its seed. */
export function normals(seed: number): () => number {
  const random = seededRandom(seed)
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}

/** Student's t with 3 degrees of freedom: heavy tails, like real trials. */
export function heavyTails(normal: () => number): () => number {
  return () => normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2) / 3)
}

/** n values of `draw`. */
export function sampleOf(n: number, draw: () => number): number[] {
  return Array.from({ length: n }, draw)
}

/** n values of first-order autoregressive noise with lag-1 correlation phi, after a run-in. */
export function autoregressive(n: number, phi: number, draw: () => number): number[] {
  let value = draw() / Math.sqrt(1 - phi * phi)
  return sampleOf(n, () => {
    value = phi * value + draw()
    return value
  })
}

/** n values that share a part of their noise (correlation `icc`) with the others of their block of `size` rounds. */
export function blockwise(n: number, size: number, icc: number, draw: () => number): number[] {
  let shared = 0
  return Array.from({ length: n }, (_, round) => {
    if (round % size === 0) shared = draw() * Math.sqrt(icc / (1 - icc))
    return shared + draw()
  })
}

/** Block numbers 0 0 … 1 1 … for n rounds in blocks of `size`. */
export function blocksOf(n: number, size: number): number[] {
  return Array.from({ length: n }, (_, round) => Math.floor(round / size))
}

/** How many of `times` runs of `happens` return true. */
export function count(times: number, happens: () => boolean): number {
  let seen = 0
  for (let run = 0; run < times; run += 1) if (happens()) seen += 1
  return seen
}
