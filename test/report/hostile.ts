import type { Run } from '../../src/model.js'
import { smallRun } from '../builders.js'

/** What users, engines and file names may say, and each format has a trap for. */
export const HOSTILE = [
  'a,b;c\td',
  'say "hi" and \'ho\'',
  'first\nsecond\r\nthird',
  '</script><script>alert(1)</script>',
  '<b>&amp;&lt;]]>',
  'a|b`c`\\|d',
  'back\\slash\\',
  'שלום \u202Eevil\u202C',
  '=HYPERLINK("http://x")',
  'nul\u0000bell\u0007esc\u001b[31m',
  'half \ud800 pair',
  '# EOF',
  'x{a="b"} 1',
  'rate-8',
  '%2F/../..',
  '日本語 и 😀',
] as const

/** The small run whose first target, first scenario and failure say this. */
export function hostileRun(text: string): Run {
  const run = smallRun({ label: text })
  const renamed = <T extends { scenario: string; target: string }>(one: T): T => ({
    ...one,
    scenario: one.scenario === 'seq-write' ? text : one.scenario,
    target: one.target === 'volume' ? text : one.target,
  })
  return {
    ...run,
    options: { ...run.options, reference: text },
    targets: run.targets.map((target) => (target.label === 'volume' ? { ...target, label: text } : target)),
    scenarios: run.scenarios.map((scenario) => (scenario.id === 'seq-write' ? { ...scenario, id: text } : scenario)),
    cells: run.cells.map((cell) => renamed({ ...cell, reason: cell.reason === null ? null : text })),
    trials: run.trials.map((trial) =>
      renamed({ ...trial, failure: trial.failure && { ...trial.failure, message: text } }),
    ),
    environment: { ...run.environment, git: { commit: text, branch: text, dirty: true } },
  }
}
