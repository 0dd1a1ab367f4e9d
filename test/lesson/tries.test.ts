import { describe, expect, test } from 'vitest'
import { equalsChapter } from '../../src/lesson/equals.js'
import { onceChapter, wonBy } from '../../src/lesson/once.js'
import type { Try, WatchedTry } from '../../src/lesson/results.js'
import { whereChapter } from '../../src/lesson/where.js'
import { MIB } from '../builders.js'
import { failedTry, said, tryAt, watched } from './results.js'

const SIZE = 100 * MIB
const once = (...tries: Try[]) => ({ sizeBytes: SIZE, tries })
const chapter1 = (...tries: Try[]) => said(onceChapter.render(once(...tries)))

describe('chapter 1', () => {
  test('names the one that came out fastest, with its lead', () => {
    const text = chapter1(tryAt('volume', 500), tryAt('bind', 400), tryAt('tmpfs', 1000))
    expect(text).toContain('tmpfs wins with 1000 MiB/s, 2.00 times the speed of volume')
    expect(text).toContain('From the slowest (bind) to the fastest it is a factor of 2.50.')
    expect(wonBy(once(tryAt('volume', 500), tryAt('tmpfs', 1000)))).toBe('tmpfs')
  })

  test('names another one on another machine', () => {
    const text = chapter1(tryAt('volume', 500), tryAt('bind', 800), tryAt('tmpfs', 200))
    expect(text).toContain('bind wins with 800 MiB/s, 1.60 times the speed of volume')
    expect(text).not.toContain('tmpfs wins')
  })

  test('names none of two that are equal', () => {
    const tries = [tryAt('volume', 500), tryAt('bind', 500), tryAt('tmpfs', 300)]
    expect(chapter1(...tries)).toContain('Volume and bind have exactly the same speed, 500 MiB/s')
    expect(chapter1(...tries)).not.toContain('wins')
    expect(wonBy(once(...tries))).toBeNull()
  })

  test('says which mount failed and why, and compares the others', () => {
    const text = chapter1(tryAt('volume', 500), failedTry('bind', 'no room'), tryAt('tmpfs', 400))
    expect(text).toContain('volume wins')
    expect(text).toContain('Without a figure: bind (no room).')
    expect(text).toContain('bind no figure')
  })

  test('compares nothing when only one was measured, or none', () => {
    const one = chapter1(tryAt('volume', 500), failedTry('bind'), failedTry('tmpfs'))
    expect(one).toContain('Only volume could be measured (500 MiB/s), so nothing is compared.')
    expect(one).not.toMatch(/wins|factor/)
    expect(chapter1(failedTry('volume'))).toContain('No mount could be measured')
  })
})

const pairs = (...values: [number | null, number | null][]) => ({
  sizeBytes: SIZE,
  threshold: 0.05,
  pairs: values.map(([a, b]) => ({
    first: a === null ? failedTry('volume') : tryAt('volume', a),
    second: b === null ? failedTry('volume') : tryAt('volume', b),
  })),
})
const chapter2 = (...values: [number | null, number | null][]) => said(equalsChapter.render(pairs(...values)))

describe('chapter 2', () => {
  test('counts how often one dd names a winner, the largest difference, and for whom', () => {
    const text = chapter2([100, 102], [100, 150], [120, 100], [100, 100])
    expect(text).toContain('In 2 of 4 pairs one dd would have named a winner by more than 5%')
    expect(text).toContain('The largest difference is 50%, in pair 2: 100 MiB/s against 150 MiB/s.')
    expect(text).toContain('the first wins 1 of those, the second 1')
  })

  test('says that a steady machine is steady', () => {
    const text = chapter2([100, 101], [100, 100], [102, 100])
    expect(text).toContain('In none of 3 pairs did one dd name a winner by more than 5%')
    expect(text).not.toContain('would have named')
    // 0 of 3: Clopper–Pearson, 1 − 0.025^(1/3).
    expect(text).toContain('between 0% and 70.8% of the time')
  })

  test('says when all of them go to one side', () => {
    expect(chapter2([100, 200], [100, 200])).toContain('All 2 of those go to the second one')
  })

  test('leaves out a pair that failed, and says so', () => {
    const text = chapter2([100, 200], [100, null])
    expect(text).toContain('In 1 of 1 pair (1 pair without a figure left out)')
    expect(text).toContain('failed: no space left')
    expect(chapter2([null, null])).toContain('No pair could be compared.')
  })
})

const plain = (mebibytes: number, waiting: number | null) =>
  watched('volume, plain', mebibytes, { waitingBytes: waiting, storageBytes: SIZE })
const fsync = (mebibytes: number) => watched('volume, fsync', mebibytes, { added: 'conv=fsync', deviceBytes: SIZE })
const direct = (mebibytes: number) => watched('volume, direct', mebibytes, { added: 'oflag=direct', deviceBytes: SIZE })
const memory = (storageBytes: number | null) => watched('tmpfs, plain', 2000, { storageBytes })
const chapter3 = (...tries: WatchedTry[]) => said(whereChapter.render({ sizeBytes: SIZE, tries }))

describe('chapter 3', () => {
  test('says that the bytes were in memory when they were, and what waiting costs', () => {
    const text = chapter3(plain(1000, 96 * MIB), fsync(200), direct(250), memory(0))
    expect(text).toContain(
      '96.0 MiB of 100 MiB were still waiting in memory: its 1000 MiB/s are mostly the speed of memory',
    )
    expect(text).toContain('5.00 times as long (500 ms against 100 ms)')
    expect(text).toContain('On tmpfs the kernel puts 0 B down to dd')
  })

  test('says the opposite when the disk was already taking them, and fsync was not slower', () => {
    const text = chapter3(plain(200, 4 * MIB), fsync(250), direct(250), memory(0))
    expect(text).toContain('no more than 4.00 MiB of 100 MiB were still waiting in memory')
    expect(text).toContain('did not make dd slower in these two tries (400 ms against 500 ms)')
    expect(text).not.toMatch(/speed of memory|as long/)
  })

  test('says what it is not told', () => {
    const text = chapter3(
      plain(200, null),
      fsync(100),
      { ...direct(1), ...failedTry('volume, direct', 'Invalid argument') },
      memory(null),
    )
    expect(text).toContain('does not tell how much was waiting')
    expect(text).toContain('What the dd on tmpfs sent to storage is not told here.')
    expect(text).toContain('Without a figure: volume, direct (Invalid argument).')
    expect(text).not.toContain('Past the page cache it took')
  })

  test('notices a tmpfs whose bytes went to a disk', () => {
    expect(chapter3(memory(50 * MIB))).toContain(
      'puts 50.0 MiB down to dd as meant for a disk, which should be nothing',
    )
  })
})
