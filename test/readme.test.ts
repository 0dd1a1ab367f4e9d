import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixture } from './builders.js'

const README = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')

test.each(['gitlab-ci.yml', 'crontab'])('the README shows %s, which is tested on real engines, as it is', (name) => {
  expect(README).toContain(`\n${fixture(`ci/${name}`)}\`\`\`\n`)
})
