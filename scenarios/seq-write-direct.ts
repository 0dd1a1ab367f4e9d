import type { Scenario } from '../src/scenario.js'
import { ddWrite } from '../src/workloads/dd.js'

export const seqWriteDirect: Scenario = {
  id: 'seq-write-direct',
  question: 'How fast is a large file written past the page cache?',
  isolates: 'Writes of 1 MiB with O_DIRECT, one at a time: the path to the device without the copy into memory.',
  caveat: "A device's own cache may still hold the data, and a tmpfs has nothing to go past: it is not compared here.",
  metric: 'bandwidth',
  counts: 'MiB',
  tool: 'dd',
  path: 'direct',
  group: 'core',
  steps: (parameters) => ddWrite(parameters, { oflag: 'direct' }),
}
