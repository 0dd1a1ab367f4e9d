import type { Scenario } from '../src/scenario.js'
import { ddWriteScenario } from './dd-write.js'
import { fsyncLatency } from './fsync-latency.js'
import { lesson } from './lesson.js'
import { metadata } from './metadata.js'
import { parallelWrite } from './parallel-write.js'
import { randRead4k } from './rand-read-4k.js'
import { randRw7030 } from './rand-rw-70-30.js'
import { randWrite4k } from './rand-write-4k.js'
import { seqReadCold } from './seq-read-cold.js'
import { seqReadWarm } from './seq-read-warm.js'
import { seqWrite } from './seq-write.js'
import { seqWriteDirect } from './seq-write-direct.js'
import { smallFiles } from './small-files.js'

/** Every built-in scenario, in the order in which they run and are shown. */
export const scenarios: readonly Scenario[] = [
  ddWriteScenario,
  seqWrite,
  seqWriteDirect,
  seqReadCold,
  seqReadWarm,
  randWrite4k,
  randRead4k,
  randRw7030,
  fsyncLatency,
  parallelWrite,
  smallFiles,
  metadata,
  ...lesson,
]
