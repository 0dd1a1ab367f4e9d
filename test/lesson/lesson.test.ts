import { readdirSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import type { Block } from '../../src/lesson/blocks.js'
import { chosenChapters } from '../../src/lesson/index.js'
import { type LessonOptions, tellLesson } from '../../src/lesson/lesson.js'
import { MIB } from '../builders.js'
import { closedAll } from '../fake-run.js'
import { ddMachine, FAST_MEMORY, inMemory, keepsAll, onDisk, record, SLOW_BIND, said } from './results.js'

const OPTIONS: LessonOptions = {
  engine: 'auto',
  image: undefined,
  pull: 'never',
  sizeBytes: 64 * MIB,
  rounds: 9,
  results: 'results',
  quiet: true,
  durability: async () =>
    record({ volume: onDisk, anonymous: keepsAll, bind: onDisk, tmpfs: inMemory, layer: keepsAll }),
}

/** Whole runs write their files for real, which takes a while on a busy disk. */
vi.setConfig({ testTimeout: 60_000 })

/** A lesson on a fake machine: what it said, chapter by chapter, and what it left. */
async function lesson(
  fake: ReturnType<typeof ddMachine>,
  words: readonly string[] = [],
  more: Partial<LessonOptions> = {},
) {
  const { engine, deps, told, execs } = fake
  const parts: Block[] = []
  const chapters = chosenChapters(words)
  const end = await tellLesson(
    chapters,
    { ...OPTIONS, ...more, chosenEngine: engine },
    (blocks) => void parts.push(...blocks),
    deps,
  )
  const all = said(parts)
  const chapter = (number: number) => all.slice(all.indexOf(`Chapter ${number}.`)).split(/(?<!^)Chapter \d\. /)[0] ?? ''
  return { end, parts, text: all, chapter, told, deps, execs }
}

describe('two machines that disagree', () => {
  test('one where memory is fast: tmpfs wins the dd, volume and bind are the same', async () => {
    const { end, chapter } = await lesson(ddMachine(FAST_MEMORY))
    expect(end).toEqual({ failed: [], interrupted: false })
    expect(chapter(1)).toMatch(/tmpfs wins with 2\.9\d GiB\/s|tmpfs wins with 3000 MiB\/s/)
    expect(chapter(2)).toContain('In none of 10 pairs')
    expect(chapter(3)).toMatch(/made the same dd take (4\.9|5\.0)\d times as long/)
    expect(chapter(4)).toContain('the verdict on b against a is: same within 5%')
    expect(chapter(4)).toContain('as good as equal, which is what they are')
    expect(chapter(5)).toMatch(/bind is same within 5% \[.*?\] and tmpfs is (2\.9|3\.0)\dx faster/)
    expect(chapter(5)).toContain('One dd each had named tmpfs in chapter 1, and the rounds confirm it.')
    expect(chapter(6)).toContain('Volume and bind kept the file through all 6 ends that were tried.')
    expect(chapter(7)).toMatch(/Volume for a database and uploads\. Bind for .*? Tmpfs for scratch and secrets\./)
  })

  test('one where a bind mount is slow, and a plain dd slower than one with fsync', async () => {
    const { chapter } = await lesson(ddMachine(SLOW_BIND))
    expect(chapter(1)).toContain('volume wins with')
    expect(chapter(1)).toMatch(/From the slowest \(bind\) to the fastest it is a factor of (7\.9|8\.0)\d/)
    expect(chapter(3)).toContain('did not make dd slower in these two tries')
    expect(chapter(5)).toMatch(/bind is (7\.9|8\.0)\dx slower \[.*?\] and tmpfs is 1\.3\dx slower/)
    expect(chapter(7)).toMatch(/Volume for a database, uploads, .*scratch/)
    expect(chapter(7)).not.toContain('Tmpfs for scratch')
  })

  test('with equal mounts nobody is named, and what mounts are made for decides', async () => {
    const same = FAST_MEMORY.volume
    const { chapter } = await lesson(ddMachine({ volume: same, bind: same, tmpfs: same }, { steady: true }))
    expect(chapter(1)).toContain('have exactly the same speed')
    expect(chapter(5)).toContain('bind is same within 5% [1.00, 1.00] and tmpfs is same within 5% [1.00, 1.00]')
    expect(chapter(5)).not.toMatch(/\dx (faster|slower)|named .* in chapter 1/)
    expect(chapter(7)).toContain('same within 5% as bind [1.00, 1.00]; chosen because it is memory')
  })
})

describe('a machine where something is missing', () => {
  test('a mount that fails is left out everywhere, with its reason', async () => {
    const { end, chapter } = await lesson(ddMachine({ ...FAST_MEMORY, bind: 'No space left on device' }))
    expect(end.failed).toEqual([])
    expect(chapter(1)).toMatch(/Without a figure: bind \(.*No space left on device.*\)/)
    expect(chapter(5)).toContain('No space left on device')
    expect(chapter(5)).not.toMatch(/bind is /)
    expect(chapter(7)).toMatch(/source code │ volume .*Bind could not be measured\./)
  })

  test('a chapter without a single figure has failed, and the next one is told', async () => {
    const nothing = 'Input/output error'
    const { end, chapter } = await lesson(ddMachine({ volume: nothing, bind: nothing, tmpfs: nothing }), ['1', '6'])
    expect(end.failed).toEqual([1])
    expect(chapter(1)).toContain('This chapter could not be run: not one dd could be measured.')
    expect(chapter(1)).toContain('Input/output error')
    expect(chapter(6)).toContain('Volume and bind kept the file')
  })

  test('without fio dd stands in, and the lines for it are printed', async () => {
    const { chapter } = await lesson(ddMachine(FAST_MEMORY), ['5'])
    expect(chapter(5)).toContain('There is no fio here, so fsync-latency and small-files were not measured.')
    expect(chapter(5)).toContain('bs=4k count=100 oflag=dsync')
    // 100 blocks of 4 KiB at 2 MiB/s, and at 900 MiB/s: 1.95 ms and 4.34 µs each.
    expect(chapter(5)).toMatch(/tmpfs is 4[45]\dx faster/)
  })
})

describe('what a lesson leaves', () => {
  test('nothing but its runs', async () => {
    const { told, deps } = await lesson(ddMachine(FAST_MEMORY))
    closedAll(told)
    expect(readdirSync(deps.cwd)).toEqual(['results'])
    expect(readdirSync(`${deps.cwd}/results`).filter((name) => name !== 'index.jsonl')).toHaveLength(2)
  })

  test('nothing when it is interrupted, and says where that was', async () => {
    const stopping = new AbortController()
    const fake = ddMachine(FAST_MEMORY, { deps: { signal: stopping.signal } })
    const durability = async () => {
      throw new Error('not reached')
    }
    const { openPipe } = fake.deps
    let opened = 0
    fake.deps.openPipe = (command, options) => {
      if (++opened === 3) stopping.abort()
      return openPipe(command, options)
    }
    const { end, told, deps, text } = await lesson(fake, [], { durability })
    expect(end.interrupted).toBe(true)
    expect(text).toContain('INTERRUPTED: chapter 2')
    expect(text).not.toContain('Chapter 2.')
    closedAll(told)
    expect(readdirSync(deps.cwd)).toEqual([])
  })

  test('nothing when there is no room, with the numbers', async () => {
    const fake = ddMachine(FAST_MEMORY)
    const { end, chapter, told } = await lesson(fake, ['1'], { sizeBytes: 1024 * 1024 * MIB })
    expect(end.failed).toEqual([1])
    expect(chapter(1)).toMatch(/needs 1024 GiB on .*where 50\.0 GiB are free/)
    expect(told.commands.filter((line) => line.includes('bs=1M'))).toEqual([])
    closedAll(told)
  })
})

describe('chapters', () => {
  test.each([
    [[], [1, 2, 3, 4, 5, 6, 7]],
    [['2'], [2]],
    [['4'], [2, 4]],
    [
      ['7', '1'],
      [1, 5, 6, 7],
    ],
  ])('%o', (words, numbers) => {
    expect(chosenChapters(words).map(({ number }) => number)).toEqual(numbers)
  })

  test.each([['8'], ['0'], ['one'], ['list']])('%s is none', (word) => {
    expect(() => chosenChapters(['1', word])).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })

  test('what a chapter prints follows from its result alone: no figure of one machine is said on the other', async () => {
    const figures = (text: string) => new Set(text.match(/\d+(\.\d+)? (GiB\/s|MiB\/s|ms|µs)/g))
    const [one, other] = [await lesson(ddMachine(FAST_MEMORY), ['5']), await lesson(ddMachine(SLOW_BIND), ['5'])]
    const [a, b] = [figures(one.chapter(5)), figures(other.chapter(5))]
    expect(a.size).toBeGreaterThan(4)
    expect([...a].filter((figure) => b.has(figure))).toEqual([])
  })
})
