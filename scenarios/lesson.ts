import type { Scenario } from '../src/scenario.js'
import { sqliteRollback, sqliteWal } from './sqlite.js'

/** What programs make of the mounts: the storage systems of the lesson, in the order in which they run and are shown. */
export const lesson: readonly Scenario[] = [sqliteRollback, sqliteWal]
