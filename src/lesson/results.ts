import type { DurabilityRecord } from '../durability/record.js'
import type { Run } from '../model.js'

/** One dd, once. Either both figures are there, or the problem is. */
export interface Try {
  label: string
  seconds: number | null
  /** dd's bytes over dd's seconds; the rate that dd prints is not used. */
  bytesPerSecond: number | null
  problem: string | null
}

/** Chapter 1: one dd on each mount. */
export interface Once {
  sizeBytes: number
  tries: Try[]
}

/** Chapter 2: pairs of dd's on the same volume. */
export interface Equals {
  sizeBytes: number
  /** The smallest difference that counts, as a fraction. */
  threshold: number
  pairs: { first: Try; second: Try }[]
}

/** One dd, with what the kernel counted around it; null where it does not tell. */
export interface WatchedTry extends Try {
  /** What was added to dd: `conv=fsync`; empty for the plain one. */
  added: string
  /** How much more Dirty + Writeback of /proc/meminfo was just after dd ended than before it began. */
  waitingBytes: number | null
  /** What the disk under the mount had received meanwhile, from whomever. */
  deviceBytes: number | null
  /** What the kernel puts down to this dd as meant for storage. */
  storageBytes: number | null
}

/** Chapter 3: the same dd, plain, with fsync, past the page cache, and in memory. */
export interface WhereBytesGo {
  sizeBytes: number
  tries: WatchedTry[]
}

/** Chapter 4: two volumes compared by the tool, and the pairs of chapter 2. */
export interface Repeats {
  run: Run
  pairs: Equals
}

/** Chapter 5: the three mounts compared by the tool. */
export interface Compared {
  run: Run
  /** Why fio's scenarios were left out, and the lines that do by hand what stood in; null when fio is there. */
  withoutFio: { reason: string; lines: string[] } | null
  /** Chapter 1, when it was run: what one dd each had said. */
  once: Once | null
}

/** Chapter 6: what each mount keeps. */
export type Keeps = DurabilityRecord

/** Chapter 7: both answers together. */
export interface Choice {
  compared: Compared
  keeps: Keeps
}

/** What each chapter finds. */
export interface LessonResults {
  once: Once
  equals: Equals
  where: WhereBytesGo
  repeats: Repeats
  compared: Compared
  keeps: Keeps
  choice: Choice
}
