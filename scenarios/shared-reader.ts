import type { Scenario } from '../src/scenario.js'
import { watchSteps } from '../src/workloads/watch.js'

export const sharedReader: Scenario = {
  id: 'shared-reader',
  question: 'How soon does one container see what another has written?',
  isolates:
    'A second container with the same mount appends a line, without a sync; the first reads on from the end of the file without a pause until the line is there. The time is from just before the write to the end of the read.',
  caveat:
    'On one machine both see the same page cache: some microseconds, most of them the programs. It says nothing of a mount that two machines share.',
  metric: 'latency',
  counts: 'line',
  tool: 'python3',
  path: 'shared',
  group: 'lesson',
  parties: ['second'],
  steps: (parameters) => watchSteps(parameters, { how: 'tail', writer: 'second' }),
}
