import type { Scenario } from '../src/scenario.js'
import { fioRandom } from '../src/workloads/fio.js'

export const randWrite4k: Scenario = {
  id: 'rand-write-4k',
  question: 'How many small random writes per second?',
  isolates:
    'Writes of 4 KiB at random places of an existing file, O_DIRECT, 16 at a time: the device and the path to it.',
  caveat: 'Direct and deep: a program that writes through the page cache one write at a time sees other figures.',
  metric: 'iops',
  counts: 'I/O',
  tool: 'fio',
  path: 'direct',
  group: 'core',
  steps: (parameters) => fioRandom(parameters, 'randwrite'),
}
