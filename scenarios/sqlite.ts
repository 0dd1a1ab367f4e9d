import type { Scenario } from '../src/scenario.js'
import { blogSteps } from '../src/workloads/blog.js'

const common = {
  metric: 'iops',
  counts: 'insert',
  tool: 'python3',
  path: 'durable',
  group: 'lesson',
  caveat:
    'One connection in one process. The SELECTs are of 100 posts and mostly come from memory of SQLite: of the mount they use the locks.',
} as const

export const sqliteRollback: Scenario = {
  ...common,
  id: 'sqlite-rollback',
  question: 'How many posts per second does a blog on SQLite save, with the rollback journal?',
  isolates:
    'The posts table of the blog in the lesson, a transaction for each INSERT, synchronous=FULL: a journal file is made, synced and removed for every post. Rows are counted afterwards.',
  steps: (parameters) => blogSteps(parameters, 'delete'),
}

export const sqliteWal: Scenario = {
  ...common,
  id: 'sqlite-wal',
  question: 'How many posts per second does a blog on SQLite save, with a write-ahead log?',
  isolates:
    'The posts table of the blog in the lesson, a transaction for each INSERT, synchronous=FULL in WAL mode: one append and one sync for every post, and a checkpoint now and then. Rows are counted afterwards.',
  steps: (parameters) => blogSteps(parameters, 'wal'),
}
