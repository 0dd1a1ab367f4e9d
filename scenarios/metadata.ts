import type { Scenario } from '../src/scenario.js'
import { filesFor, fioFiles } from '../src/workloads/fio.js'

const BYTES_PER_FILE_ASKED = 64 * 2 ** 10

export const metadata: Scenario = {
  id: 'metadata',
  question: 'How fast are names created, looked up and removed?',
  isolates:
    'Empty files, one for every 64 KiB of --size: created, looked up with stat, removed. No content and no sync.',
  caveat: 'The journal writes later: what the disk has to do for it is not in the time.',
  metric: 'iops',
  counts: 'file',
  tool: 'fio',
  path: 'metadata',
  group: 'core',
  steps: (parameters) => fioFiles(parameters, filesFor(parameters, BYTES_PER_FILE_ASKED), null),
}
