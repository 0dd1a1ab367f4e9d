import { describe, expect, test } from 'vitest'
import { DURABILITY_QUESTIONS } from '../../src/durability/record.js'
import { choiceChapter } from '../../src/lesson/choice.js'
import { comparedChapter } from '../../src/lesson/compared.js'
import { keepsChapter } from '../../src/lesson/keeps.js'
import { MIB } from '../builders.js'
import { comparedRun, FAST_MEMORY, inMemory, keepsAll, onDisk, record, SLOW_BIND, said, tryAt } from './results.js'

type Speeds = Parameters<typeof comparedRun>[0]
type Rows = Parameters<typeof record>[0]
const AS_USUAL = { volume: onDisk, bind: onDisk, tmpfs: inMemory }

const compared = (speeds: Speeds, winner?: string) => ({
  run: comparedRun(speeds),
  withoutFio: null,
  once: winner ? { sizeBytes: MIB, tries: [tryAt('volume', 10), tryAt(winner, 20)] } : null,
})
const chapter5 = (speeds: Speeds, winner?: string) => said(comparedChapter.render(compared(speeds, winner)))
const chapter6 = (rows: Rows) => said(keepsChapter.render(record(rows)))
const chapter7 = (speeds: Speeds, rows: Rows) =>
  said(choiceChapter.render({ compared: compared(speeds), keeps: record(rows) }))

describe('chapter 5', () => {
  test.each([
    ['tmpfs', 'One dd each had named tmpfs in chapter 1, and the rounds confirm it.'],
    ['bind', 'One dd each had named bind in chapter 1; the rounds name tmpfs.'],
  ])('says what became of the winner of one dd: %s', (winner, text) => {
    expect(chapter5(FAST_MEMORY, winner)).toContain(text)
  })

  test('names no winner among equals, whatever one dd said', () => {
    const same = FAST_MEMORY.volume
    const text = chapter5({ volume: same, bind: same, tmpfs: same }, 'bind')
    expect(text).toContain('the rounds name no winner among volume, bind and tmpfs')
    expect(text).not.toMatch(/\dx (faster|slower)/)
  })

  test('with only one mount nothing is compared', () => {
    const text = chapter5({ volume: FAST_MEMORY.volume, bind: null, tmpfs: null })
    expect(text).toContain('Only volume was measured')
    expect(text).toContain('no space left')
    expect(text).not.toMatch(/\dx (faster|slower)/)
  })

  test('without the reference nothing is compared with it', () => {
    const text = chapter5({ volume: null, bind: FAST_MEMORY.bind, tmpfs: FAST_MEMORY.tmpfs })
    expect(text).toContain('Volume has no figure, so nothing is compared with it.')
  })

  test('says of a tmpfs that its fsync does nothing', () => {
    expect(chapter5(FAST_MEMORY)).toContain('To know about tmpfs in seq-write: tmpfs is memory: fsync has no effect')
  })
})

describe('chapter 6', () => {
  test('says who keeps what, together where it is the same', () => {
    const text = chapter6({ ...AS_USUAL, layer: keepsAll })
    expect(text).toContain('Volume and bind kept the file through all 6 ends that were tried.')
    expect(text).toContain('Layer does not keep the file through the way into a new container')
    expect(text).toMatch(/Tmpfs has lost it in every case: after a restart, stop and start, SIGKILL/)
    expect(text).toContain("What is written on tmpfs counts against the container's memory.")
  })

  test('says the opposite of the opposite', () => {
    const text = chapter6({ volume: inMemory, tmpfs: onDisk })
    expect(text).toContain('Tmpfs kept the file through all 6 ends')
    expect(text).toContain('Volume has lost it in every case')
    expect(text).toContain('On volume fsync reaches no disk.')
  })

  test('says what was not tried, once for all mounts, and why', () => {
    const text = chapter6(AS_USUAL)
    expect(text).toContain(
      'Not tried on volume, bind and tmpfs: "survives a restart of the engine" (this engine is not ours to restart).',
    )
    expect(chapter6({})).toBe('No mount was tried. ')
  })

  test('a mount of which nothing is known stands apart from one of which something is', () => {
    const everything = Object.fromEntries(Object.keys(DURABILITY_QUESTIONS).map((id) => [id, null]))
    const text = chapter6({ volume: onDisk, tmpfs: everything })
    expect(text).toContain('Nothing could be tried on tmpfs (this engine is not ours to restart).')
    expect(text).toContain('Not tried on volume: "survives a restart of the engine" (')
    const both = chapter6({ volume: onDisk, bind: { ...onDisk, kill: null } })
    expect(both).toContain('Not tried on volume and bind: "survives a restart of the engine" (')
    expect(both).toContain('Not tried on bind: "survives SIGKILL of its container" (')
  })
})

describe('chapter 7', () => {
  test('takes what keeps, then what is faster, then what it is made for', () => {
    const text = chapter7(FAST_MEMORY, AS_USUAL)
    expect(text).toMatch(/a database +│ volume .*?On seq-write it is same within 5% as bind/)
    expect(text).toContain('Volume for a database and uploads.')
    expect(text).toContain('Bind for source code, configuration and logs.')
    expect(text).toMatch(/scratch +│ tmpfs .*On dd-write it is 3\.00x faster than volume/)
  })

  test('takes the volume for logs where a bind mount is slow', () => {
    const text = chapter7(SLOW_BIND, AS_USUAL)
    expect(text).toMatch(/logs +│ volume .*?On dd-write it is 8\.00x faster than bind/)
    expect(text).toContain('Bind for source code and configuration.')
  })

  test('a volume that is not there in a new container is for no database', () => {
    const text = chapter7(FAST_MEMORY, { ...AS_USUAL, volume: { ...onDisk, newContainer: false } })
    expect(text).toMatch(/a database +│ bind .*?Volume is not there in a new container\./)
  })

  test('where nothing is kept there is no mount for a database, and the reason is said', () => {
    const text = chapter7(FAST_MEMORY, { volume: inMemory, bind: inMemory, tmpfs: inMemory })
    expect(text).toMatch(/a database +│ cannot be told .*?So none is known to have all that it needs\./)
    expect(text).not.toMatch(/(Volume|Bind|Tmpfs) for a database/)
  })

  test('where nothing was tried nothing is recommended but what needs nothing', () => {
    const untried = Object.fromEntries(Object.keys(onDisk).map((id) => [id, null]))
    const text = chapter7(FAST_MEMORY, { volume: untried, bind: untried, tmpfs: untried })
    expect(text).toMatch(/a database +│ cannot be told .*?Not tried on volume, bind and tmpfs: that it is there/)
    expect(text).toContain('Tmpfs for scratch. This holds for')
  })

  test('a tmpfs that kept everything and synced would be the fastest database: nothing is decided by its name', () => {
    expect(chapter7(FAST_MEMORY, { volume: onDisk, bind: onDisk, tmpfs: onDisk })).toContain('Tmpfs for a database')
  })

  test('what is slower is not chosen for what it is made for', () => {
    const slow = { ...FAST_MEMORY, tmpfs: { plain: 500, fsync: 500 } }
    expect(chapter7(slow, AS_USUAL)).toMatch(
      /scratch +│ volume .*?faster than tmpfs \[.*?\]; chosen because the engine/,
    )
  })

  test('a mount that could not be measured is not chosen', () => {
    const text = chapter7({ ...FAST_MEMORY, bind: null }, AS_USUAL)
    expect(text).toMatch(/source code +│ volume .*?Bind could not be measured\./)
  })

  test('a mount that the host sees is for no secrets', () => {
    const text = chapter7(FAST_MEMORY, { ...AS_USUAL, tmpfs: { ...inMemory, hostSees: true } })
    expect(text).toMatch(/secrets +│ cannot be told .*?Tmpfs is seen by the host\./)
  })
})
