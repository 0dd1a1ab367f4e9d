import type { Scenario } from '../src/scenario.js'
import { fio, measureFiles } from '../src/workloads/fio.js'

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
  steps: (parameters) => {
    const files = Math.max(4, Math.floor(parameters.sizeBytes / BYTES_PER_FILE_ASKED))
    const shared = { nrfiles: files, filesize: 4096, openfiles: 1, filename_format: 'name.$filenum' }
    return {
      footprintBytes: files * 4096,
      setup: [],
      prepare: [
        ['rm', '-rf', '--', parameters.directory],
        ['mkdir', '--', parameters.directory],
      ],
      workload: fio(parameters, shared, [
        { name: 'create', options: { ioengine: 'filecreate' } },
        { name: 'stat', options: { stonewall: true, ioengine: 'filestat' } },
        { name: 'unlink', options: { stonewall: true, ioengine: 'filedelete' } },
      ]),
      measure: (output) => measureFiles(output, files),
    }
  },
}
