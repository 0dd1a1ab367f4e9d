import type { Scenario } from '../src/scenario.js'
import { pgbenchSteps } from '../src/workloads/pgbench.js'

export const pgbench: Scenario = {
  id: 'pgbench',
  question: 'How many transactions per second does a real PostgreSQL commit?',
  isolates:
    'A new PostgreSQL on the mount, 4 clients of pgbench on its own transaction (TPC-B, scale 4) for whole seconds, one at the least, right after a checkpoint. fsync, synchronous_commit and full_page_writes are on, which is asked; the transactions are counted in the table afterwards.',
  caveat:
    'Default settings but for max_wal_size = 128MB, and a database that fits in memory: commits are measured, hardly any reads. Clients and server share the processors.',
  metric: 'iops',
  counts: 'commit',
  tool: 'pgbench',
  path: 'durable',
  group: 'lesson',
  capabilities: ['SETUID', 'SETGID', 'CHOWN'],
  steps: pgbenchSteps,
}
