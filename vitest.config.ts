import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'

/** A folder for the report as JSON: `.ci/run` counts the tests in it. */
const reports = process.env.MOUNTBENCH_TEST_REPORTS

/** Says at the end which tests this machine could not run, and why: the reason is in the title, or was given to `skip`. */
const skipped: Reporter = {
  onTestRunEnd: (modules) => {
    const byReason = new Map<string, string[]>()
    for (const test of modules.flatMap((module) => [...module.children.allTests('skipped')])) {
      const result = test.result()
      const [, reason] = / \(skipped: (.*?)\)(?= > )/.exec(test.fullName) ?? []
      const why = reason ?? (result.state === 'skipped' ? result.note : undefined)
      if (!why) continue
      byReason.set(why, [...(byReason.get(why) ?? []), test.fullName.replace(` (skipped: ${reason})`, '')])
    }
    for (const [why, names] of byReason) {
      process.stdout.write(
        `\n${names.length} tests were skipped: ${why}\n${names.map((name) => `  ${name}\n`).join('')}`,
      )
    }
  },
}

export default defineConfig({
  test: {
    reporters: ['default', skipped, ...(reports ? [json(join(reports, 'vitest.json'))] : [])],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/browser/**'],
          restoreMocks: true,
          // A process for each of many small files would take longer than the tests.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        // Pages in a real browser, which takes a second to start.
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // Real engines and a real disk: one file at a time, one test at a time, after everything that needs none.
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/support/setup.ts'],
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
})

function json(outputFile: string): [string, { outputFile: string }] {
  return ['json', { outputFile }]
}
