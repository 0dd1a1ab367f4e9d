import type { Scenario } from '../src/scenario.js'
import { filesFor, fioFiles } from '../src/workloads/fio.js'

const BYTES_PER_FILE_ASKED = 256 * 2 ** 10

export const smallFiles: Scenario = {
  id: 'small-files',
  question: 'How fast are many small files made, kept safe and removed?',
  isolates:
    'Files of 4 KiB, one for every 256 KiB of --size: each is created, written and fsynced; then all are looked up with stat; then removed.',
  caveat: 'One process, one folder. The time is that inside the calls, without the program between them.',
  metric: 'iops',
  counts: 'file',
  tool: 'fio',
  path: 'durable',
  group: 'core',
  steps: (parameters) =>
    fioFiles(parameters, filesFor(parameters, BYTES_PER_FILE_ASKED), { ioengine: 'psync', fsync: 1 }),
}
