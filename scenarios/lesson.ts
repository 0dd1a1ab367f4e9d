import type { Scenario } from '../src/scenario.js'
import { backup, restore } from './backup.js'
import { configRead } from './config-read.js'
import { copyUps } from './copy-up.js'
import { databasePages } from './database-pages.js'
import { liveReloadEvent, liveReloadPoll } from './live-reload.js'
import { logAppend, logAppendSync } from './log-append.js'
import { pgbench } from './pgbench.js'
import { sharedReader } from './shared-reader.js'
import { sharedWriters, singleWriter } from './shared-writers.js'
import { sourceTree } from './source-tree.js'
import { sqliteRollback, sqliteWal } from './sqlite.js'
import { startUp } from './start-up.js'

/** What programs make of the mounts: the storage systems of the lesson, in the order in which they run and are shown. */
export const lesson: readonly Scenario[] = [
  sqliteRollback,
  sqliteWal,
  databasePages,
  pgbench,
  logAppend,
  logAppendSync,
  sourceTree,
  liveReloadEvent,
  liveReloadPoll,
  singleWriter,
  sharedWriters,
  sharedReader,
  ...copyUps,
  configRead,
  backup,
  restore,
  startUp,
]
