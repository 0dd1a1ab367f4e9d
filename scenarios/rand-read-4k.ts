import type { Scenario } from '../src/scenario.js'
import { fioRandom } from '../src/workloads/fio.js'

export const randRead4k: Scenario = {
  id: 'rand-read-4k',
  question: 'How many small random reads per second?',
  isolates:
    'Reads of 4 KiB at random places of an existing file, O_DIRECT, 16 at a time: the device and the path to it.',
  caveat: 'A small file may lie wholly in a cache of the device or the hypervisor: choose --size larger than that.',
  metric: 'iops',
  counts: 'I/O',
  tool: 'fio',
  path: 'direct',
  group: 'core',
  readShare: 1,
  steps: (parameters) => fioRandom(parameters, 'randread'),
}
