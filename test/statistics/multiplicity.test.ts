import fc from 'fast-check'
import { expect, test } from 'vitest'
import { holm } from '../../src/statistics/multiplicity.js'

test('steps down: p·m, p·(m − 1), …, never falling', () => {
  const adjusted = holm([0.01, 0.04, 0.03, 0.005])
  // R 4: p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm") is 0.03 0.06 0.06 0.02.
  expect(adjusted.map((p) => Number(p.toFixed(12)))).toEqual([0.03, 0.06, 0.06, 0.02])
  expect(holm([])).toEqual([])
  expect(holm([0.9, 0.8])).toEqual([1, 1])
})

test('keeps the order, lies between the p-value and Bonferroni', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 }), (pValues) => {
      const adjusted = holm(pValues)
      for (const [i, p] of pValues.entries()) {
        expect(adjusted[i]).toBeGreaterThanOrEqual(p)
        expect(adjusted[i]).toBeLessThanOrEqual(Math.min(1, p * pValues.length) + 1e-15)
        for (const [j, q] of pValues.entries()) if (p < q) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]!)
      }
    }),
  )
})

test.each([-0.1, 1.1, Number.NaN])('refuses %d', (p) => {
  expect(() => holm([0.5, p])).toThrow(expect.objectContaining({ code: 'bad-input' }))
})
