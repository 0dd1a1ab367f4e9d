import type { Scenario } from '../src/scenario.js'
import { ddRead, evict } from '../src/workloads/dd.js'

export const seqReadCold: Scenario = {
  id: 'seq-read-cold',
  question: 'How fast is a large file read for the first time?',
  isolates:
    'A file of random bytes is written, synced and evicted from the page cache; then it is read in blocks of 1 MiB. The bytes that the kernel fetched from storage are the evidence.',
  caveat:
    'Only the page cache of this kernel is cold. A cache in the device, in a hypervisor or in a file server may be warm.',
  metric: 'bandwidth',
  counts: 'MiB',
  tool: 'dd',
  path: 'cold',
  group: 'core',
  readShare: 1,
  steps: (parameters) => ddRead(parameters, (file) => [evict(file)]),
}
