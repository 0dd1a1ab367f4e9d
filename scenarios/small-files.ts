import type { Scenario } from '../src/scenario.js'
import { filesFor, fioFiles } from '../src/workloads/fio.js'

const BYTES_PER_FILE_ASKED = 64 * 2 ** 10

export const smallFiles: Scenario = {
  id: 'small-files',
  question: 'How fast are many small files made, kept safe and removed?',
  isolates:
    'Files of 4 KiB, one for every 64 KiB of --size: all are created; then each is written and fsynced; then all are removed.',
  caveat: 'One process, one folder. The time is that inside the calls, without the program between them.',
  metric: 'iops',
  counts: 'file',
  tool: 'fio',
  path: 'durable',
  group: 'core',
  steps: (parameters) =>
    fioFiles(parameters, filesFor(parameters, BYTES_PER_FILE_ASKED), { ioengine: 'psync', fsync: 1 }),
}
