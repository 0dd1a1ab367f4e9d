import { describe, expect, test } from 'vitest'
import { scenarios } from '../scenarios/index.js'
import { METRICS, Sample } from '../src/model.js'
import type { Around, Command, Parameters, Scenario } from '../src/scenario.js'
import { allIds, builtIn, capturedOutput, fixture, MIB } from './builders.js'
import { parameters } from './workloads/real.js'

/** What was around the captured output: what the other party said, and times of a container. */
const around = ({ id, steps, lifecycle }: Scenario): Around => ({
  meanwhile: steps(parameters()).meanwhile
    ? { stdout: fixture(`scenarios/${id}.meanwhile.txt`), stderr: '', exitCode: 0 }
    : null,
  lifecycle: lifecycle ? { createSeconds: 0.1, startSeconds: 0.2, removeSeconds: 0.3 } : null,
})
/** What a tool is started by, where that is not the tool itself. */
const starterOf = ({ tool }: Scenario) => (tool === 'pgbench' ? 'sh' : tool)
/** What may be looked at outside of the folder of a scenario. */
const ELSEWHERE = ['/dev/', '/srv/fixture/archive', '/usr/local/share/mountbench']
const stepsOf = ({ steps }: Scenario, more: Partial<Parameters> = {}) => steps(parameters(more))
const commandsOf = (scenario: Scenario, more: Partial<Parameters> = {}): Command[] => {
  const { setup, prepare, workload, meanwhile } = stepsOf(scenario, more)
  return [...setup, ...prepare, workload, ...(meanwhile ? [meanwhile.command] : [])]
}

test('the twelve, in their order, and the lesson', () => {
  expect(scenarios.filter(({ group }) => group === 'core').map(({ id }) => id)).toEqual([
    'dd-write',
    'seq-write',
    'seq-write-direct',
    'seq-read-cold',
    'seq-read-warm',
    'rand-write-4k',
    'rand-read-4k',
    'rand-rw-70-30',
    'fsync-latency',
    'parallel-write',
    'small-files',
    'metadata',
  ])
  expect(scenarios.filter(({ group }) => group === 'lesson').map(({ id }) => id)).toEqual([
    'sqlite-rollback',
    'sqlite-wal',
    'database-pages',
    'pgbench',
    'log-append',
    'log-append-sync',
    'source-tree',
    'live-reload-event',
    'live-reload-poll',
    'single-writer',
    'shared-writers',
    'shared-reader',
    'copy-up-1m',
    'copy-up-8m',
    'copy-up-32m',
    'copy-up-128m',
    'config-read',
    'backup',
    'restore',
    'start-up',
  ])
  expect(new Set(allIds).size).toBe(allIds.length)
})

describe.each(scenarios.map((scenario) => [scenario.id, scenario] as const))('%s', (id, scenario) => {
  test('has a question, what it isolates and a caveat, as sentences', () => {
    expect(scenario.question).toMatch(/^[A-Z].*\?$/)
    for (const text of [scenario.isolates, scenario.caveat]) expect(text).toMatch(/^[A-Z].{20,}\.$/)
  })

  test('is measured in a metric that is known, with a word for what it counts', () => {
    expect(Object.keys(METRICS)).toContain(scenario.metric)
    expect(scenario.counts).not.toBe('')
  })

  test('its captured output is a sample with that metric', () => {
    const sample = stepsOf(scenario).measure(capturedOutput(id), around(scenario))
    expect(Sample.parse(sample)).toEqual(sample)
    expect(sample.metrics[scenario.metric]).toBeGreaterThan(0)
  })

  test('a failed workload is never a number, whatever it printed', () => {
    const steps = stepsOf(scenario)
    const measure: typeof steps.measure = (output) => steps.measure(output, around(scenario))
    expect(() => measure({ ...capturedOutput(id), exitCode: 1 })).toThrow()
    expect(() => measure({ ...capturedOutput(id), exitCode: 137 })).toThrow()
    expect(() => measure({ stdout: '', stderr: '', exitCode: 0 })).toThrow()
    expect(() => measure({ stdout: '', stderr: `sh: ${scenario.tool}: not found`, exitCode: 127 })).toThrow(
      expect.objectContaining({ code: 'not-found' }),
    )
  })

  test('starts with the tool it says it needs, and stays in its folder', () => {
    expect(stepsOf(scenario).workload[0]).toBe(starterOf(scenario))
    for (const command of commandsOf(scenario)) {
      const paths = command.map((word) => word.replace(/^[\w-]*=/, '')).filter((word) => word.startsWith('/'))
      for (const path of paths)
        expect([path, ['/srv/fixture/x', ...ELSEWHERE].some((start) => path.startsWith(start))]).toEqual([path, true])
    }
  })

  test('names everybody who takes part, and nobody else', () => {
    const { by, meanwhile } = stepsOf(scenario)
    expect([...new Set([by, meanwhile?.by].filter((party) => party !== undefined))]).toEqual([
      ...(scenario.parties ?? []),
    ])
  })

  test('no argument has a line break, which a session could not pass', () => {
    for (const command of commandsOf(scenario)) for (const word of command) expect(word).not.toContain('\n')
  })

  test('its footprint is a whole number that grows with the size', () => {
    const small = stepsOf(scenario, { sizeBytes: 4 * MIB }).footprintBytes
    const large = stepsOf(scenario, { sizeBytes: 64 * MIB }).footprintBytes
    expect(Number.isInteger(small) && small > 0).toBe(true)
    expect(large).toBeGreaterThanOrEqual(small)
  })
})

describe('every fio command', () => {
  const fios = scenarios.filter(({ tool }) => tool === 'fio')
  const all = fios.flatMap((scenario) =>
    commandsOf(scenario)
      .filter(([program]) => program === 'fio')
      .map((command) => [scenario.id, command] as const),
  )

  test.each(all)('%s: JSON, no preallocation, new offsets and data, its folder first', (_, command) => {
    const name = command.findIndex((word) => word.startsWith('--name='))
    for (const word of [
      '--output-format=json',
      '--fallocate=none',
      '--randrepeat=0',
      '--randseed=7',
      '--refill_buffers=1',
    ]) {
      expect(command.indexOf(word)).toBeGreaterThan(0)
      expect(command.indexOf(word)).toBeLessThan(name)
    }
    const directory = command.indexOf('--directory=/srv/fixture/x')
    expect(directory).toBeGreaterThan(0)
    for (const [index, word] of command.entries())
      if (word.startsWith('--filename')) expect(index).toBeGreaterThan(directory)
  })

  /** Its jobs are to run at once. */
  const atOnce = ['database-pages']
  test.each(all)('%s: jobs that follow each other have a stonewall', (id, command) => {
    if (atOnce.includes(id)) return expect(command.join(' ')).not.toContain('stonewall')
    const jobs = command.join(' ').split('--name=').slice(1)
    for (const job of jobs.slice(1)) expect(`${id} ${job}`).toContain('--stonewall')
  })

  test.each(all)('%s: never io_uring, which seccomp profiles forbid', (_, command) => {
    expect(command.join(' ')).not.toContain('io_uring')
  })

  test('the seed is the trial’s', () => {
    for (const scenario of fios) expect(stepsOf(scenario, { seed: 99 }).workload).toContain('--randseed=99')
  })

  test('what is direct asks for O_DIRECT at depth 16, and runs for the duration', () => {
    for (const id of ['rand-write-4k', 'rand-read-4k', 'rand-rw-70-30']) {
      const { workload } = stepsOf(builtIn(id), { durationSeconds: 1.5 })
      for (const word of ['--direct=1', '--iodepth=16', '--bs=4k', '--ioengine=libaio', '--runtime=1500ms'])
        expect(workload).toContain(word)
    }
  })

  test('a colon in a path is not taken for another folder', () => {
    expect(stepsOf(builtIn('fsync-latency'), { directory: '/a:b' }).workload).toContain('--directory=/a\\:b')
  })
})

describe('what each does beside', () => {
  const has = (id: string, ...words: string[]) => {
    for (const word of words) expect(stepsOf(builtIn(id)).workload).toContain(word)
  }

  test('dd-write is the lesson’s own command, buffered', () => {
    expect(stepsOf(builtIn('dd-write')).workload).toEqual([
      'dd',
      'if=/dev/zero',
      'of=/srv/fixture/x/data',
      'bs=1M',
      'count=4',
    ])
  })

  test('seq-write has its fsync inside the time, seq-write-direct its O_DIRECT', () => {
    has('seq-write', 'conv=fsync')
    has('seq-write-direct', 'oflag=direct')
  })

  test('a write begins with a new file', () => {
    expect(stepsOf(builtIn('seq-write')).prepare).toEqual([['rm', '-f', '--', '/srv/fixture/x/data']])
  })

  test('a cold read: written and synced once, evicted before each trial, and not read between', () => {
    const { setup, prepare, workload } = stepsOf(builtIn('seq-read-cold'))
    expect(setup.at(-1)).toEqual(expect.arrayContaining(['if=/dev/urandom', 'conv=fsync']))
    expect(prepare.at(-1)).toEqual(expect.arrayContaining(['iflag=nocache', 'count=0']))
    expect(workload).toEqual(['dd', 'if=/srv/fixture/x/data', 'of=/dev/null', 'bs=1M', 'count=4'])
  })

  test('a warm read is read once before', () => {
    const { prepare, workload } = stepsOf(builtIn('seq-read-warm'))
    expect(prepare.at(-1)).toEqual(workload)
  })

  test('the mix is 70 to 30', () => has('rand-rw-70-30', '--rw=randrw', '--rwmixread=70'))
  test('a commit is 4 KiB and fdatasync', () => has('fsync-latency', '--bs=4k', '--fdatasync=1'))

  test('four writers at once move the size together, each in its own file', () => {
    has(
      'parallel-write',
      '--numjobs=4',
      '--group_reporting',
      '--end_fsync=1',
      `--size=${MIB}`,
      '--filename_format=data.$jobnum',
    )
    expect(stepsOf(builtIn('parallel-write')).measure(capturedOutput('parallel-write')).bytes).toBe(4 * MIB)
  })

  test('random scenarios find a file that was written whole', () => {
    for (const id of ['rand-write-4k', 'rand-read-4k', 'rand-rw-70-30']) {
      const [layout] = stepsOf(builtIn(id)).setup
      for (const word of ['--rw=write', '--end_fsync=1', `--size=${4 * MIB}`, '--filename=data'])
        expect(layout).toContain(word)
    }
  })

  test('a commit’s file is bounded, however large the size', () => {
    expect(stepsOf(builtIn('fsync-latency'), { sizeBytes: 1024 * MIB }).footprintBytes).toBe(64 * MIB)
  })
})

describe('an output of less than was asked for', () => {
  test.each(['dd-write', 'seq-write', 'seq-read-cold', 'parallel-write'])('%s', (id) => {
    const { measure } = stepsOf(builtIn(id), { sizeBytes: 8 * MIB })
    expect(() => measure(capturedOutput(id))).toThrow(expect.objectContaining({ code: 'too-few-bytes' }))
  })

  test.each(['small-files', 'metadata'])('%s: fewer files', (id) => {
    const { measure } = stepsOf(builtIn(id), { sizeBytes: 8 * MIB })
    expect(() => measure(capturedOutput(id))).toThrow(expect.objectContaining({ code: 'too-few-bytes' }))
  })

  test.each(['small-files', 'metadata'])('%s: a job is missing', (id) => {
    const { stdout, ...rest } = capturedOutput(id)
    const cut = JSON.parse(stdout)
    cut.jobs.pop()
    expect(() => stepsOf(builtIn(id)).measure({ ...rest, stdout: `${JSON.stringify(cut, null, 1)}\n` })).toThrow()
  })

  test('fsync-latency: no sync at all', () => {
    const { stdout, ...rest } = capturedOutput('fsync-latency')
    const without = JSON.parse(stdout)
    delete without.jobs[0].sync
    expect(() =>
      stepsOf(builtIn('fsync-latency')).measure({ ...rest, stdout: `${JSON.stringify(without, null, 1)}\n` }),
    ).toThrow(expect.objectContaining({ code: 'bad-output' }))
  })
})
