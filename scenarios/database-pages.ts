import type { Scenario } from '../src/scenario.js'
import { databaseJobs, measureCommits } from '../src/workloads/database.js'

export const databasePages: Scenario = {
  id: 'database-pages',
  question: 'How long does a commit wait while the database writes its pages back?',
  isolates:
    'Three workers write pages of 8 KiB at random places of one file with an fdatasync after every 32; beside them a log gets 8 KiB and an fdatasync for each commit: the shape of a PostgreSQL checkpoint and its WAL.',
  caveat: 'The shape only: no buffers, locks or group commit. The latency is of the sync of the log.',
  metric: 'latency',
  counts: 'commit',
  tool: 'fio',
  path: 'durable',
  group: 'lesson',
  steps: (parameters) => ({ ...databaseJobs(parameters), measure: measureCommits }),
}
