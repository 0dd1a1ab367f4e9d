import type { Scenario } from '../src/scenario.js'
import { backupSteps, restoreSteps } from '../src/workloads/tree.js'

const common = {
  metric: 'bandwidth',
  counts: 'MiB',
  tool: 'python3',
  group: 'lesson',
  parties: ['second'],
} as const

export const backup: Scenario = {
  ...common,
  id: 'backup',
  question: 'How fast does a helper container back the data up?',
  isolates:
    'The backup of the lesson: a second container with the same mount runs tar on a package tree, into an archive outside of the mount. The files were evicted from the page cache before. Every file in the archive has the checksum of its original.',
  caveat:
    'Plain tar: with the z of the lesson gzip takes most of the time, on every mount alike. Many small files; the archive is not synced, and its disk is the same for all mounts. Names stay cached.',
  path: 'cold',
  readShare: 1,
  steps: backupSteps,
}

export const restore: Scenario = {
  ...common,
  id: 'restore',
  question: 'How fast does a helper container restore the data until they are safe?',
  isolates:
    'A second container with the same mount unpacks an archive from outside of the mount with tar, and syncs the filesystem, inside the time. Every restored file has the checksum of its original.',
  caveat:
    'Plain tar: with the z of the lesson gunzip comes on top, on every mount alike. The archive is in memory before. Others who write to that filesystem are synced too.',
  path: 'durable',
  steps: restoreSteps,
}
