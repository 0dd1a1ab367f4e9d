import { BenchError } from '../src/errors.js'
import type { Around, Output, Scenario } from '../src/scenario.js'
import { measureDd } from '../src/workloads/dd.js'

const BYTES = 4096

export const startUp: Scenario = {
  id: 'start-up',
  question: 'What does the mount cost until the first byte is written?',
  isolates:
    'Everything from nothing to nothing, once: make what is mounted, start a container with it, write 4 KiB and fsync it, remove both.',
  caveat:
    'Mostly the work of the engine, not of the storage, and without pulling an image. The time of the write is that of dd, without opening the file.',
  metric: 'duration',
  counts: 'start',
  tool: 'dd',
  path: 'engine',
  group: 'lesson',
  lifecycle: true,
  steps: ({ directory }) => ({
    footprintBytes: BYTES,
    setup: [],
    prepare: [],
    workload: ['dd', 'if=/dev/zero', `of=${directory}/first`, `bs=${BYTES}`, 'count=1', 'conv=fsync'],
    measure: measureStart,
  }),
}

function measureStart(output: Output, around?: Around) {
  const { bytes, seconds: firstWrite } = measureDd(output, BYTES)
  const lifecycle = around?.lifecycle
  if (!lifecycle) throw new BenchError('bad-output', 'it was not told how long the container took')
  const { createSeconds, startSeconds, removeSeconds } = lifecycle
  const seconds = createSeconds + startSeconds + firstWrite + removeSeconds
  // Nothing is made for a tmpfs or the writable layer: then there is no time of it, and not 0.
  const create = createSeconds > 0 ? { create: createSeconds } : {}
  return {
    bytes,
    seconds,
    metrics: { duration: seconds, ...create, start: startSeconds, firstWrite, remove: removeSeconds },
  }
}
