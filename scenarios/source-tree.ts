import type { Scenario } from '../src/scenario.js'
import { sourceTreeSteps } from '../src/workloads/tree.js'

export const sourceTree: Scenario = {
  id: 'source-tree',
  question: 'How long does a package tree take: unpack, look through, read, remove?',
  isolates:
    'A tree of source files in nested folders, 3,000 in 300 for a size of 256 MiB, sizes log-normal with a median of 2,000 bytes, the same on every mount: tar unpacks it, all names are looked at with stat, all files are read, rm removes it.',
  caveat:
    'Nothing is synced, as no package manager does: the disk writes later. The archive lies on the same mount, and what is read was written just before and is in memory.',
  metric: 'duration',
  counts: 'tree',
  tool: 'python3',
  path: 'buffered',
  group: 'lesson',
  steps: sourceTreeSteps,
}
