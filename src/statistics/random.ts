import { badInput } from '../errors.js'
import { at } from './sorted.js'

/** Outputs thrown away after seeding, so that near seeds do not give near streams. */
const WARM_UP = 12

/**
 * A generator of numbers in [0, 1), 32 bits each, fully determined by `seed`.
 *
 * The same seed gives the same stream on every machine: it is stored in the result, and the order of trials
 * can be rebuilt from it. Not for secrets. Throws `bad-input` unless seed is a whole number from 0 to 2^53 − 1.
 * Source: sfc32 (Chris Doty-Humphrey, PractRand 0.95: 96 bits of state and a 32-bit counter, so a cycle of
 * at least 2^32), seeded with a = 0, b and c the low and high words of the seed, counter = 1.
 */
export function seededRandom(seed: number): () => number {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw badInput(`A seed is a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got ${seed}.`)
  }
  let a = 0
  let b = seed | 0
  let c = Math.floor(seed / 2 ** 32) | 0
  let counter = 1
  const next = (): number => {
    const output = (a + b + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + output) | 0
    return (output >>> 0) / 2 ** 32
  }
  for (let i = 0; i < WARM_UP; i += 1) next()
  return next
}

/**
 * A shuffled copy of `items`; every order is equally likely, given a uniform `random` in [0, 1).
 *
 * The input is left as it is; empty in, empty out. Draws exactly n − 1 numbers (none for none).
 * Source: Durstenfeld (1964), Algorithm 235, the in-place form of Fisher & Yates.
 */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  // Shuffling positions rather than items keeps `undefined` a legal item.
  const order = items.map((_, index) => index)
  for (let last = order.length - 1; last > 0; last -= 1) {
    const picked = Math.floor(random() * (last + 1))
    const held = at(order, last)
    order[last] = at(order, picked)
    order[picked] = held
  }
  return order.map((index) => items[index] as T)
}
