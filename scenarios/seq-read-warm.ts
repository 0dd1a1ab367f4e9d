import type { Scenario } from '../src/scenario.js'
import { dd, ddRead } from '../src/workloads/dd.js'

export const seqReadWarm: Scenario = {
  id: 'seq-read-warm',
  question: 'How fast is a large file read again?',
  isolates: 'A file that was read just before, in blocks of 1 MiB: the page cache and the layers above it.',
  caveat: 'It measures memory. A mount is slow here only when it is not served from the page cache of this kernel.',
  metric: 'bandwidth',
  counts: 'MiB',
  tool: 'dd',
  path: 'warm',
  group: 'core',
  readShare: 1,
  steps: (parameters) =>
    ddRead(parameters, (file) => [dd({ input: file, output: '/dev/null', sizeBytes: parameters.sizeBytes })]),
}
