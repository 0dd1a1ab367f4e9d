import { join } from 'node:path'
import { defineConfig } from 'vitest/config'
import type { Reporter } from 'vitest/node'

/** A folder for the report as JSON: `.ci/run` counts the tests in it. */
const reports = process.env.MOUNTBENCH_TEST_REPORTS

/** Says at the end which tests this machine could not run, and why: the reason is in the title, or was given to `skip`. */
const skipped: Reporter = {
  onTestRunEnd: (modules) => {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].flatMap((test) => {
        const result = test.result()
        const note = result.state === 'skipped' && result.note ? ` (skipped: ${result.note})` : ''
        const name = `${test.fullName}${note}`
        return name.includes('(skipped: ') ? [`  ${name}`] : []
      }),
    )
    if (lines.length > 0)
      process.stdout.write(`\n${lines.length} tests that this machine cannot run:\n${lines.join('\n')}\n`)
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
          exclude: ['test/e2e/**'],
          restoreMocks: true,
          // A process for each of many small files would take longer than the tests.
          isolate: false,
          sequence: { groupOrder: 0 },
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
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})

function json(outputFile: string): [string, { outputFile: string }] {
  return ['json', { outputFile }]
}
