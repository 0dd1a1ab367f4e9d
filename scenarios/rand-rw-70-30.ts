import type { Scenario } from '../src/scenario.js'
import { fioRandom } from '../src/workloads/fio.js'

export const randRw7030: Scenario = {
  id: 'rand-rw-70-30',
  question: 'How many small random operations per second, 70 % of them reads?',
  isolates: 'Reads and writes of 4 KiB mixed on an existing file, O_DIRECT, 16 at a time: the mix of a busy database.',
  caveat: 'The latencies are those of the reads. The mix is fixed by count, so slow writes hold up the reads.',
  metric: 'iops',
  counts: 'I/O',
  tool: 'fio',
  path: 'direct',
  group: 'core',
  readShare: 0.7,
  steps: (parameters) => fioRandom(parameters, 'randrw', { rwmixread: 70 }),
}
