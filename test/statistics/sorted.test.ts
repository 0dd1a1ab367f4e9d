import { expect, test } from 'vitest'
import { greatest, least } from '../../src/statistics/sorted.js'

test('the least and the greatest, however many there are', () => {
  expect([least([2, -1, 3]), greatest([2, -1, 3])]).toEqual([-1, 3])
  expect([least([]), greatest([])]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  const many = Array.from({ length: 500_000 }, (_, index) => index)
  expect([least(many), greatest(many)]).toEqual([0, 499_999])
})
