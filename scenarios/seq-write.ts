import type { Scenario } from '../src/scenario.js'
import { ddWrite } from '../src/workloads/dd.js'

export const seqWrite: Scenario = {
  id: 'seq-write',
  question: 'How fast is a large file written until it is safe?',
  isolates:
    'Writes of 1 MiB into a new file and one fsync at the end, which is inside the time: the disk, not the page cache.',
  caveat: 'The bytes are zeros: a filesystem that compresses looks faster here than with your data.',
  metric: 'bandwidth',
  counts: 'MiB',
  tool: 'dd',
  path: 'durable',
  group: 'core',
  steps: (parameters) => ddWrite(parameters, { conv: 'fsync' }),
}
