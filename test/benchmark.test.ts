import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planBenchmark, runBenchmark } from '../src/benchmark.js'
import { badInput } from '../src/errors.js'
import { Run, type Trial } from '../src/model.js'
import { readRun } from '../src/store.js'
import { fioJobScenario } from '../src/workloads/fio-job.js'
import { MIB } from './builders.js'
import { fakeEngine, machine } from './fake.js'
import { cellOf, closedAll, isWorkload, measured, measures, refused, resultsIn, trialsOf } from './fake-run.js'

describe('success', () => {
  test('every target once a round, in the order of the plan, after one warm-up', async () => {
    const { run, workloads } = await measured()
    expect(run).toMatchObject({ status: 'complete', stopped: null, warnings: [] })
    expect(workloads).toHaveLength(2 * 7)
    const order = measures(run.trials).map(({ target }) => target)
    expect(order).toEqual(run.scenarios[0]!.order.flat())
    expect(run.trials.slice(0, 2).map(({ phase, round }) => [phase, round])).toEqual([
      ['warmup', 0],
      ['warmup', 0],
    ])
  })

  test('figures are the workload’s own, the ratio by round', async () => {
    const { run } = await measured(
      {},
      {
        answer: (label, command) =>
          label === 'tmpfs' && isWorkload(command)
            ? { stderr: '64+0 records out\n67108864 bytes (67 MB, 64 MiB) copied, 0.125 s, 1 GB/s\n' }
            : undefined,
      },
    )
    expect(cellOf(run, 'volume')).toMatchObject({
      status: 'measured',
      median: 128 * MIB,
      n: 6,
      failed: 0,
      comparison: null,
    })
    expect(cellOf(run, 'tmpfs')).toMatchObject({
      median: 512 * MIB,
      comparison: { n: 6, ratio: expect.closeTo(4, 9), verdict: 'faster' },
      flags: [{ code: 'fsync-no-effect' }],
    })
  })

  test('all of it is on disk: the run, a line per trial, its raw output', async () => {
    const { run, folder } = await measured()
    expect(await readRun(folder)).toEqual(run)
    const lines = readFileSync(join(folder, 'trials.jsonl'), 'utf8').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(run.trials)
    for (const { raw } of run.trials) expect(readFileSync(join(folder, raw!), 'utf8')).toContain('67108864 bytes')
    expect(new Set(run.trials.map(({ raw }) => raw)).size).toBe(run.trials.length)
  })

  test('each target is proved, and its proof is stored', async () => {
    const { run } = await measured()
    expect(run.targets.map(({ proof }) => proof?.filesystem)).toEqual(['ext4', 'tmpfs'])
    expect(run.targets[0]!.tools).toEqual({ dd: 'dd (coreutils) 9.1', fio: 'fio-3.33' })
  })

  test('what the kernel counted for the workload alone is kept', async () => {
    const { run } = await measured()
    for (const { kernel } of run.trials) expect(kernel).toMatchObject({ storageReadBytes: 0 })
    expect(trialsOf(run, 'volume')[0]!.kernel!.storageWrittenBytes).toBe(64 * MIB)
  })

  test('all rounds of a block run in one instance of each target, the next block in a fresh one', async () => {
    const { run, told } = await measured({ mounts: ['volume', 'bind', 'tmpfs'], rounds: 12 })
    expect(told.opened.toSorted()).toEqual(['bind-0', 'bind-1', 'tmpfs-0', 'tmpfs-1', 'volume-0', 'volume-1'])
    for (const { block, instance } of run.trials) expect(instance).toBe(block)
    closedAll(told)
  })

  test('--fresh makes an instance for every trial', async () => {
    const { run, told } = await measured({ fresh: true })
    const instances = trialsOf(run, 'volume').map(({ instance }) => instance)
    expect(new Set(instances).size).toBe(instances.length)
    closedAll(told)
  })

  test('everything made is removed, and nothing of ours stays in the working directory', async () => {
    const { told, execs, deps } = await measured({ mounts: ['volume', 'bind', 'tmpfs'] })
    closedAll(told)
    const made = execs
      .lines()
      .filter((line) => line.startsWith('fake create'))
      .map((line) => line.split(' ')[2])
    const removed = execs
      .lines()
      .filter((line) => line.startsWith('fake rm'))
      .map((line) => line.split(' ')[2])
    expect(removed.toSorted()).toEqual(made.toSorted())
    expect(existsSync(join(deps.cwd, '.mountbench'))).toBe(false)
    expect(readdirSync(deps.cwd)).toEqual(['results'])
  })

  test('each scenario’s files are removed before the next', async () => {
    const { told } = await measured({ scenarios: ['dd-write', 'seq-write'], mounts: ['volume'], rounds: 2 })
    const lines = told.commands.filter((line) => /rm -rf -- .*dd-write$|of=.*seq-write/.test(line))
    expect(lines[0]).toMatch(/rm -rf/)
  })

  test('the same seed does the same work', async () => {
    const commands = async () =>
      (await measured({ scenarios: ['seq-write', 'fsync-latency'] })).run.trials.map(({ command, target, round }) => [
        command,
        target,
        round,
      ])
    expect(await commands()).toEqual(await commands())
  })

  test('fio’s seed is the same for all targets of a round, and another in each round', async () => {
    const { run } = await measured({ scenarios: ['fsync-latency'], rounds: 4 })
    const seeds = (target: string) =>
      measures(trialsOf(run, target))
        .toSorted((a, b) => a.round - b.round)
        .map(({ command }) => command.find((word) => word.startsWith('--randseed=')))
    expect(seeds('volume')).toEqual(seeds('tmpfs'))
    expect(new Set(seeds('volume')).size).toBe(4)
  })

  test('an observer is told of the plan and of each trial', async () => {
    const heard: string[] = []
    const observe = {
      started: (_: unknown, runId: string) => void heard.push(runId),
      trial: ({ target }: Trial) => void heard.push(target),
    }
    const { run } = await measured({ observe })
    expect(heard).toEqual([run.runId, ...run.trials.map(({ target }) => target)])
  })

  test('an absolute results folder is used as it is', async () => {
    const { deps } = fakeEngine()
    const { run } = await measured({ results: join(deps.cwd, 'elsewhere') })
    expect(existsSync(join(deps.cwd, 'elsewhere', run.runId, 'run.json'))).toBe(true)
  })
})

test('what is stored is what the schema says', async () => {
  const { run } = await measured(
    { scenarios: ['seq-write', 'fsync-latency'], mounts: ['volume', 'x=tmpfs,size=96m'] },
    { machine: machine({ mountinfo: { x: '144 127 0:48 / /mountbench rw - tmpfs tmpfs rw' }, free: { x: 96 * MIB } }) },
  )
  expect(Run.parse(JSON.parse(JSON.stringify(run)))).toEqual(run)
})

describe('the plan of what was given', () => {
  const job = (folder: string) => fioJobScenario('job.fio', `; ${folder}\n[a]\nrw=write\nsize=1m\n`)

  test('a source is absolute', () => {
    const { deps } = fakeEngine()
    expect(planBenchmark({ mounts: ['bind,src=data'] }, deps).targets[0]!.src).toBe(join(deps.cwd, 'data'))
  })

  test('a job file is a scenario', () => {
    const { deps } = fakeEngine()
    const { scenarios } = planBenchmark({ scenarios: ['seq-write'], extraScenarios: [job('a')] }, deps)
    expect(scenarios.map(({ scenario }) => scenario.id)).toEqual(['seq-write', 'fio-job'])
  })

  test('two job files of one name do not share a cell', () => {
    const { deps } = fakeEngine()
    const ids = () =>
      planBenchmark({ extraScenarios: [job('a'), job('b')] }, deps).scenarios.map(({ scenario }) => scenario.id)
    expect(() => {
      const found = ids()
      if (new Set(found).size < found.length) return
      throw Object.assign(new Error('told apart'), { code: 'bad-input' })
    }).toThrow(expect.objectContaining({ code: 'bad-input' }))
  })

  test('a working directory that cannot be written to is no defect', async () => {
    const { engine, deps } = fakeEngine()
    writeFileSync(join(deps.cwd, '.mountbench'), '')
    await expect(
      runBenchmark({ mounts: ['bind'], scenarios: ['seq-write'], rounds: 1, chosenEngine: engine }, deps),
    ).rejects.toMatchObject({ code: 'cannot-run' })
    expect(resultsIn(deps.cwd)).toEqual([])
  })
})

test('what it would run on can be refused before anything is made', async () => {
  const admit = () => {
    throw badInput('another machine')
  }
  const { error, told, deps } = await refused({ admit })
  expect(error).toMatchObject({ code: 'bad-input', message: 'another machine' })
  expect(told.opened).toEqual([])
  expect(resultsIn(deps.cwd)).toEqual([])
})
