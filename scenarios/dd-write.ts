import type { Scenario } from '../src/scenario.js'
import { ddWrite } from '../src/workloads/dd.js'

/** The lesson's own command. */
export const ddWriteScenario: Scenario = {
  id: 'dd-write',
  question: 'How fast does a plain dd seem to write?',
  isolates:
    'The command that most lessons use: dd if=/dev/zero of=FILE bs=1M. It ends when the page cache has the data.',
  caveat:
    'It measures the page cache, which is memory: nothing says that a byte has reached the disk. See seq-write for that.',
  metric: 'bandwidth',
  counts: 'MiB',
  tool: 'dd',
  path: 'buffered',
  group: 'core',
  steps: (parameters) => ddWrite(parameters),
}
