import type { Scenario } from '../src/scenario.js'
import { fio, measureFiles } from '../src/workloads/fio.js'

const FILE_BYTES = 4096
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
  steps: (parameters) => {
    const files = Math.max(4, Math.floor(parameters.sizeBytes / BYTES_PER_FILE_ASKED))
    const shared = {
      nrfiles: files,
      filesize: FILE_BYTES,
      openfiles: 1,
      file_service_type: 'sequential',
      filename_format: 'file.$filenum',
    }
    const write = {
      stonewall: true as const,
      ioengine: 'psync',
      rw: 'write',
      bs: FILE_BYTES,
      fsync: 1,
      create_on_open: 1,
    }
    return {
      footprintBytes: files * FILE_BYTES * 2,
      setup: [],
      prepare: [
        ['rm', '-rf', '--', parameters.directory],
        ['mkdir', '--', parameters.directory],
      ],
      workload: fio(parameters, shared, [
        { name: 'create', options: { ioengine: 'filecreate' } },
        { name: 'write', options: write },
        { name: 'stat', options: { stonewall: true, ioengine: 'filestat' } },
        { name: 'unlink', options: { stonewall: true, ioengine: 'filedelete' } },
      ]),
      measure: (output) => measureFiles(output, files),
    }
  },
}
