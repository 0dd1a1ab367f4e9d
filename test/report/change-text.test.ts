import { expect, test } from 'vitest'
import { changesMarkdown } from '../../src/report/change-text.js'

test('a label in a GitHub table becomes neither markup nor an entity', () => {
  const text = changesMarkdown({
    baseline: 'a',
    candidate: 'b',
    differences: [],
    changes: [],
    missing: [{ scenario: 'seq-write', target: 'x&lt;b&gt; <i> | *y*', reference: 'volume', only: 'baseline' }],
  })
  expect(text).toContain('seq-write on x&amp;lt;b&amp;gt; &lt;i&gt; \\| \\*y\\*')
})
