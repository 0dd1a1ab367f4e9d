import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Around, Output, Parameters, Scenario, Steps } from '../src/scenario.js'
import { MIB } from './builders.js'
import type { FakeEngineOptions, Told } from './fake.js'
import { cellOf, closedAll, measured, measures, trialsOf } from './fake-run.js'

/** A scenario whose programs are words that the fake container is asked for. */
const scenario = (more: Partial<Omit<Scenario, 'steps'>> & Partial<Steps> = {}): Scenario => {
  const { workload, by, meanwhile, measure, setup, prepare, ...rest } = more
  return {
    id: 'together',
    question: 'Together?',
    isolates: 'x',
    caveat: 'x',
    metric: 'duration',
    counts: 'run',
    tool: 'dd',
    path: 'shared',
    group: 'lesson',
    ...rest,
    steps: ({ directory, archive }: Parameters) => ({
      footprintBytes: 64 * MIB,
      setup: setup ?? [],
      prepare: prepare ?? [],
      workload: workload ?? ['work', directory, archive ?? 'no archive'],
      ...(by && { by }),
      ...(meanwhile && {
        meanwhile: { ...meanwhile, command: [...meanwhile.command, directory, archive ?? 'no archive'] },
      }),
      measure: measure ?? (() => ({ bytes: 4096, seconds: 1, metrics: { duration: 1 } })),
    }),
  }
}

const run = (own: Scenario, fake: FakeEngineOptions = {}, mounts = ['volume'], more = {}) =>
  measured({ scenarios: [], extraScenarios: [own], mounts, rounds: 2, ...more }, fake)

/** What was run by whom, without what every trial asks. */
const doing = ({ commands }: Told, word: string) => commands.filter((line) => line.split(' ')[1] === word)

const DIRECTORY = '/mountbench/mountbench-20261121-120000-000002-volume-0'

describe('another party', () => {
  test.each([
    [
      'second',
      `volume/second work ${DIRECTORY}/together /archive/mountbench-20261121-120000-000002-volume-0-second/together`,
    ],
    [
      'reader',
      `volume/reader work ${DIRECTORY}/together /archive/mountbench-20261121-120000-000002-volume-0-reader/together`,
    ],
    ['outside', 'volume/outside work /host/mountbench-20261121-120000-000002-volume-0/together no archive'],
  ] as const)('%s runs the workload in the folder as it sees it', async (party, line) => {
    const { told, run: record } = await run(scenario({ parties: [party], by: party }), { record: { sameKernel: true } })
    expect(new Set(doing(told, 'work'))).toEqual(new Set([line]))
    expect(measures(trialsOf(record, 'volume'))[0]?.command.join(' ')).toBe(line.split(' ').slice(1).join(' '))
    closedAll(told)
  })

  test('the instance itself prepares, once and every time', async () => {
    const own = scenario({ parties: ['second'], by: 'second', setup: [['set-up']], prepare: [['make-ready']] })
    const { told } = await run(own)
    expect(doing(told, 'set-up')).toEqual(['volume set-up'])
    expect(doing(told, 'make-ready')).toEqual(Array.from({ length: 3 }, () => 'volume make-ready'))
  })

  test('is there for all trials, has nothing of a scenario left, and ends before its instance', async () => {
    const { told } = await run(scenario({ parties: ['second'], by: 'second' }))
    expect(told.opened).toEqual(['volume-0', 'volume/second-0'])
    expect(told.commands.filter((line) => line.startsWith('volume/second rm -rf --'))[0]).toMatch(/-second\/together$/)
    expect(told.closed).toEqual(['volume/second-0', 'volume-0'])
  })

  test('that the scenario did not name is a failure of the trial', async () => {
    const { run: record } = await run(scenario({ by: 'second' }))
    expect(cellOf(record, 'volume', 'together')).toMatchObject({
      status: 'failed',
      reason: "the scenario does not name 'second' among its parties",
    })
  })

  test.each<[string, FakeEngineOptions['answer'], RegExp]>([
    [
      'sees another folder',
      (label, [program]) => (label === 'volume/second' && program === 'stat' ? { stdout: '65024:78\n' } : undefined),
      /not seen there: 65024:78 instead of 65024:77/,
    ],
    [
      'sees none',
      (label, [program]) =>
        label === 'volume/second' && program === 'stat' ? { exitCode: 1, stderr: 'stat: no such file\n' } : undefined,
      /not seen there: stat: no such file/,
    ],
    ['does not start', (label) => (label === 'volume/second' ? { dies: 125, stderr: 'quota\n' } : undefined), /quota/],
  ])('that %s: skipped with the reason, and nothing is run', async (_, answer, reason) => {
    const { run: record, told } = await run(scenario({ parties: ['second'] }), { answer: answer! })
    expect(cellOf(record, 'volume', 'together')).toMatchObject({
      status: 'skipped',
      reason: expect.stringMatching(reason),
    })
    expect(doing(told, 'work')).toEqual([])
    closedAll(told)
  })

  test('a reader whose mount is not read-only is none', async () => {
    const { run: record } = await run(scenario({ parties: ['reader'] }), {
      answer: (label, command) =>
        label === 'volume/reader' && command.join(' ') === 'cat /proc/self/mountinfo'
          ? { stdout: '144 127 254:0 /volumes/v/_data /mountbench rw,relatime - ext4 /dev/vda rw\n' }
          : undefined,
    })
    expect(cellOf(record, 'volume', 'together').reason).toMatch(/the mount is not read-only. mountinfo says: 144 127/)
  })

  test('that a mount cannot have is known before anything is made for it', async () => {
    const { run: record, told } = await run(scenario({ parties: ['second'] }), {}, ['volume', 'tmpfs'])
    expect(cellOf(record, 'tmpfs', 'together')).toMatchObject({
      status: 'skipped',
      reason: 'a tmpfs belongs to one container: no other can mount it',
    })
    expect(told.opened).not.toContain('tmpfs/second-0')
    expect(cellOf(record, 'volume', 'together').status).toBe('measured')
  })
})

describe('at the same time', () => {
  const beside = (more: globalThis.Parameters<typeof scenario>[0] = {}) =>
    scenario({ parties: ['second'], meanwhile: { by: 'second', command: ['beside'] }, ...more })

  test('both run at once, and both outputs are measured', async () => {
    const running = { now: 0, most: 0 }
    const atOnce = async (program: string) => {
      running.most = Math.max(running.most, ++running.now)
      await new Promise((resolve) => setTimeout(resolve, 10))
      running.now--
      return { stdout: `${program} done\n` }
    }
    const seen: (Around | undefined)[] = []
    const own = beside({
      measure: (output: Output, around?: Around) => {
        seen.push(around)
        return { bytes: output.stdout.length, seconds: 1, metrics: { duration: 1 } }
      },
    })
    const { run: record, folder } = await run(own, {
      answer: (_, [program]) => (program === 'work' || program === 'beside' ? atOnce(program) : undefined),
    })
    expect(running.most).toBe(2)
    expect(seen[0]).toMatchObject({ meanwhile: { stdout: 'beside done\n', exitCode: 0 }, lifecycle: null })
    expect(cellOf(record, 'volume', 'together')).toMatchObject({ status: 'measured', n: 2 })
    expect(readdirSync(join(folder, 'raw'))).toContain('000000-together-volume-second.txt')
  })

  const failing = (program: string, answer: object): FakeEngineOptions => ({
    answer: (_, command) => (command[0] === program ? (answer as never) : undefined),
  })

  test('one that fails is the failure of the trial, with its words', async () => {
    const { run: record } = await run(beside(), failing('beside', { exitCode: 3, stderr: 'record 7 is torn\n' }))
    expect(trialsOf(record, 'volume')[0]).toMatchObject({
      sample: null,
      failure: { message: 'second: beside: record 7 is torn', lastLine: 'record 7 is torn' },
    })
  })

  test('when both fail, both say it', async () => {
    const own = beside({
      measure: () => {
        throw new Error('no partner came')
      },
    })
    const { run: record } = await run(own, failing('beside', { exitCode: 3, stderr: 'no room\n' }))
    expect(trialsOf(record, 'volume')[0]?.failure?.message).toBe('second: beside: no room; beside it: no partner came')
  })

  test.each(['work', 'beside'])('a time-out of %s ends both, and the next trial gets new ones', async (slow) => {
    let times = 0
    const { run: record, told } = await run(
      beside(),
      { answer: (_, [program]) => (program === slow && times++ === 1 ? 'hang' : undefined) },
      ['volume'],
      { trialTimeoutSeconds: 0.2 },
    )
    expect(trialsOf(record, 'volume').map(({ failure }) => failure?.code)).toEqual([undefined, 'timeout', undefined])
    expect(told.opened).toEqual(['volume-0', 'volume/second-0', 'volume-1', 'volume/second-1'])
    closedAll(told)
  })
})

describe('an instance of its own', () => {
  test('fresh: one for every trial, beside the one of the others', async () => {
    const { told, run: record } = await run(scenario({ fresh: true, setup: [['set-up']] }))
    expect(told.opened).toEqual(['volume-0', 'volume-1', 'volume-2', 'volume-3'])
    expect(doing(told, 'set-up')).toHaveLength(3)
    expect(trialsOf(record, 'volume').map(({ instance }) => instance)).toEqual([1, 2, 3])
    expect(told.closed.at(-1)).toBe('volume-0')
  })

  test('fresh: is removed also when its preparation fails', async () => {
    const { told, run: record } = await run(scenario({ fresh: true, setup: [['set-up']] }), {
      answer: (_, [program]) => (program === 'set-up' ? { exitCode: 1, stderr: 'no\n' } : undefined),
    })
    expect(cellOf(record, 'volume', 'together')).toMatchObject({
      status: 'failed',
      reason: 'preparing failed: set-up: no',
    })
    closedAll(told)
  })

  test('lifecycle: making, starting and removing are timed, and removed it is when it is measured', async () => {
    let clock = 1000
    const seen: Around['lifecycle'][] = []
    const gone: string[][] = []
    let told: Told | undefined
    const own = scenario({
      lifecycle: true,
      measure: (_: Output, around?: Around) => {
        seen.push(around?.lifecycle ?? null)
        gone.push([...(told?.closed ?? [])])
        return { bytes: 4096, seconds: 1, metrics: { duration: 1 } }
      },
    })
    const tick = (seconds: number) => {
      clock += seconds * 1000
    }
    const { run: record } = await run(own, {
      deps: { now: () => clock },
      answer: (label, command, all) => {
        told = all
        if (label === 'volume' && command[0] === 'mkdir' && command.at(-1)?.match(/-volume-\d$/)) tick(2)
        return undefined
      },
      exec: {
        'fake create': () => {
          tick(1)
          return {}
        },
        'fake rm': () => {
          tick(3)
          return {}
        },
      },
    })
    expect(seen).toEqual(Array.from({ length: 3 }, () => ({ createSeconds: 1, startSeconds: 2, removeSeconds: 3 })))
    expect(gone).toEqual([['volume-1'], ['volume-1', 'volume-2'], ['volume-1', 'volume-2', 'volume-3']])
    expect(cellOf(record, 'volume', 'together')).toMatchObject({ status: 'measured', n: 2 })
  })
})

describe('a read-only mount', () => {
  const reading = (more: Partial<Scenario> = {}) => ({
    ...scenario({ prepare: [['make-ready']] }),
    readShare: 1,
    ...more,
  })
  const WRITES = 'the mount is read-only, and this scenario writes'

  test('of ours: its container prepares, a reader measures, and the proof is what the reader sees', async () => {
    const { told, run: record } = await run(reading(), {}, ['volume,ro'])
    expect(new Set(doing(told, 'work').map((line) => line.split(' ')[0]))).toEqual(new Set(['volume/reader']))
    expect(new Set(doing(told, 'make-ready'))).toEqual(new Set(['volume make-ready']))
    expect(record.targets[0]).toMatchObject({
      options: { ro: true },
      proof: { options: expect.arrayContaining(['ro']) },
    })
    expect(record.targets[0]?.proof?.mountinfo).toContain(' ro,relatime ')
    expect(cellOf(record, 'volume', 'together').status).toBe('measured')
  })

  test('a scenario that writes is skipped, with the reason', async () => {
    const { told, run: record } = await run(scenario(), {}, ['volume,ro', 'bind'])
    expect(cellOf(record, 'volume', 'together')).toMatchObject({ status: 'skipped', reason: WRITES })
    expect(cellOf(record, 'bind', 'together').status).toBe('measured')
    expect(doing(told, 'work').every((line) => line.startsWith('bind '))).toBe(true)
  })

  const readOnlyDocs: FakeEngineOptions = {
    answer: (_, command) =>
      command.join(' ') === 'cat /proc/self/mountinfo'
        ? { stdout: '144 127 254:0 /docs /mountbench ro,relatime - ext4 /dev/vda rw\n' }
        : undefined,
  }

  test('of the user: read in place by what can, and nothing at all is written', async () => {
    const { answer } = readOnlyDocs
    const { told, run: record } = await run(reading({ existing: true }), { answer: answer! }, [
      'docs=bind,src=/docs,ro',
    ])
    expect(cellOf(record, 'docs', 'together')).toMatchObject({ status: 'measured', n: 2 })
    expect(new Set(doing(told, 'work'))).toEqual(new Set(['docs work /mountbench no archive']))
    expect(doing(told, 'make-ready')).toEqual([])
    const writing = ['mkdir', 'rm', 'dd', 'touch'].flatMap((program) =>
      doing(told, program).filter((line) => !line.endsWith('--version')),
    )
    expect(writing).toEqual([])
    closedAll(told)
  })

  test('of the user: what would have to prepare files is skipped', async () => {
    const { answer } = readOnlyDocs
    const { run: record } = await run(reading(), { answer: answer! }, ['docs=bind,src=/docs,ro'])
    expect(cellOf(record, 'docs', 'together')).toMatchObject({
      status: 'skipped',
      reason: expect.stringContaining('holds what is yours'),
    })
  })

  test('of the user, that turns out to be writable: not measured', async () => {
    const { error } = await run(reading({ existing: true }), {}, ['docs=bind,src=/docs,ro']).then(
      () => ({ error: null }),
      (thrown) => ({ error: thrown }),
    )
    expect(error).toMatchObject({ code: 'cannot-run', details: expect.stringContaining('it is not read-only') })
  })
})

test.each([
  ['bind,Z', /^bind: Z has no effect: its ext4 has no SELinux labels/],
  ['volume,z', /^volume: z has no effect/],
])('%s without SELinux is said', async (mount, warning) => {
  const { run: record } = await run(scenario(), {}, [mount])
  expect(record.warnings).toEqual([expect.stringMatching(warning)])
})

test('what the consistency of a bind mount does on one kernel is said, and nothing where there are two', async () => {
  const mounts = ['bind,consistency=cached']
  const one = await run(scenario(), { record: { sameKernel: true } }, mounts)
  expect(one.run.warnings).toEqual([expect.stringMatching(/^bind: consistency=cached has no effect/)])
  expect((await run(scenario(), { record: { sameKernel: false } }, mounts)).run.warnings).toEqual([])
})
