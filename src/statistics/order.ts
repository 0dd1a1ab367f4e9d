import { badInput } from '../errors.js'
import { shuffled } from './random.js'
import { at } from './sorted.js'

/** 0, 1, k−1, 2, k−2, …: neighbours differ by a different amount (mod k) each time, which balances carry-over. */
function firstRow(k: number): number[] {
  const zigzag = (position: number) => (position % 2 === 1 ? (position + 1) / 2 : k - position / 2)
  return Array.from({ length: k }, (_, position) => (position === 0 ? 0 : zigzag(position)))
}

/**
 * A Williams Latin square for k treatments: each row is one round, and holds every label 0 … k−1 once.
 *
 * Shape: k rows when k is even, 2k when k is odd (the square and its mirror image), and [[0]] for k = 1.
 * Every label stands equally often in every position, and follows every other label equally often inside a row
 * (first-order carry-over; from one row to the next it is not balanced).
 * k = 4 gives 0132 1203 2310 3021. Throws `bad-input` unless k is a whole number of at least 1.
 * Source: Williams (1949), "Experimental designs balanced for the estimation of residual effects of treatments".
 */
export function williamsSquare(k: number): number[][] {
  if (!Number.isSafeInteger(k) || k < 1) throw badInput(`An order needs at least one target, got ${k}.`)
  const first = firstRow(k)
  const square = first.map((_, shift) => first.map((label) => (label + shift) % k))
  return k % 2 === 0 || k === 1 ? square : [...square, ...square.map((row) => row.toReversed())]
}

/**
 * One block of rounds for k targets: a Williams square whose labels are freshly permuted by `random`.
 *
 * Shape and errors: those of `williamsSquare`; each row lists target indexes in the order they run.
 * The permutation keeps both balances, and no target is tied to a row of the design across blocks.
 */
export function williamsBlock(k: number, random: () => number): number[][] {
  const square = williamsSquare(k)
  const labels = shuffled([...Array(k).keys()], random)
  return square.map((row) => row.map((label) => at(labels, label)))
}
