import { describe, expect, test } from 'vitest'
import { williamsBlock, williamsSquare } from '../../src/statistics/order.js'
import { seededRandom } from '../../src/statistics/random.js'

/** How often each of the k × k cells (a, b) occurs among `pairs`. */
function tally(k: number, pairs: [number, number][]): number[][] {
  const counts = Array.from({ length: k }, () => new Array<number>(k).fill(0))
  for (const [a, b] of pairs) counts[a]![b]! += 1
  return counts
}

test('four targets: 0132 1203 2310 3021', () => {
  expect(williamsSquare(4).map((row) => row.join(''))).toEqual(['0132', '1203', '2310', '3021'])
})

test.each([
  [1, [[0]]],
  [2, [[0, 1], [1, 0]]], // biome-ignore format: one line per square
  [3, [[0, 1, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [0, 2, 1], [1, 0, 2]]], // biome-ignore format: one line per square
])('%d targets', (k, rows) => {
  expect(williamsSquare(k)).toEqual(rows)
})

describe.each([1, 2, 3, 4, 5, 6, 7, 8, 9])('%d targets', (k) => {
  const block = williamsBlock(k, seededRandom(k))
  const rows = k === 1 || k % 2 === 0 ? k : 2 * k

  test('every round holds every target once', () => {
    expect(block).toHaveLength(rows)
    for (const row of block) expect(row.toSorted((a, b) => a - b)).toEqual([...Array(k).keys()])
  })

  test('every target stands equally often in every position', () => {
    const pairs = block.flatMap((row) => row.map((target, position): [number, number] => [target, position]))
    expect(new Set(tally(k, pairs).flat())).toEqual(new Set([rows / k]))
  })

  test('every target follows every other equally often', () => {
    const pairs = block.flatMap((row) => row.slice(1).map((target, i): [number, number] => [row[i]!, target]))
    const counts = tally(k, pairs)
    const offDiagonal = counts.flatMap((line, a) => line.filter((_, b) => a !== b))
    expect(counts.every((line, a) => line[a] === 0)).toBe(true)
    expect(new Set(offDiagonal).size).toBeLessThanOrEqual(1)
    if (k > 1) expect(offDiagonal[0]).toBe(rows / k)
  })
})

test('the same seed gives the same blocks, and one block differs from the next', () => {
  const random = seededRandom(5)
  const blocks = [williamsBlock(4, random), williamsBlock(4, random)]
  const again = seededRandom(5)
  expect([williamsBlock(4, again), williamsBlock(4, again)]).toEqual(blocks)
  expect(blocks[0]).not.toEqual(blocks[1])
})

test.each([0, -1, 1.5, Number.NaN])('refuses %d targets', (k) => {
  expect(() => williamsSquare(k)).toThrow(expect.objectContaining({ code: 'bad-input' }))
})
