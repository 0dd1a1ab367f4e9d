import { readFileSync, statSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { databasePages } from '../../scenarios/database-pages.js'
import { logAppend, logAppendSync } from '../../scenarios/log-append.js'
import { startUp } from '../../scenarios/start-up.js'
import { Sample } from '../../src/model.js'
import { MIB } from '../builders.js'
import { must, parameters, real, removeScratch, scratch, trialOf, withPrograms } from './real.js'

removeScratch()

/** System calls of a kind that a command made. */
async function calls(command: readonly string[], names: string, pattern: string): Promise<number> {
  const trace = `${scratch()}/trace`
  await must([['strace', '-f', '-e', `trace=${names}`, '-o', trace, ...command]])
  return readFileSync(trace, 'utf8').match(new RegExp(pattern, 'g'))?.length ?? 0
}

withPrograms(['fio', 'strace'], 'a log', () => {
  test.each([logAppend, logAppendSync])('$id: whole lines of 120 bytes, and no others', async (scenario) => {
    const { directory, sample } = await trialOf(scenario, { sizeBytes: MIB })
    const { bytes, metrics } = Sample.parse(sample())
    const text = readFileSync(`${directory}/log`, 'latin1')
    expect(text.length).toBe(bytes)
    const lines = text.split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.length).toBe(bytes / 120)
    for (const line of new Set(lines)) expect(line).toMatch(/^2026-\S+ INFO .* id=7f$/)
    expect(Object.keys(metrics)).toEqual(expect.arrayContaining(['iops', 'latency', 'latencyP99']))
  })

  test.each([
    [logAppend, 0],
    [logAppendSync, 1],
  ])('$id: a write call for a line', async (scenario, syncs) => {
    const directory = scratch()
    const { workload, footprintBytes } = scenario.steps(
      parameters({ directory, sizeBytes: MIB / 64, durationSeconds: 50 }),
    )
    const lines = footprintBytes / 120
    // fio ends with the last write: it has no sync of its own.
    expect(await calls(workload, 'fdatasync,fsync', 'f(data)?sync\\(\\d+\\)')).toBe(syncs * (lines - 1))
    expect(await calls(workload, 'pwrite64,write', 'pwrite64\\(.*, 120, \\d+\\)')).toBe(lines)
  })

  test('is bounded, however large the size', () => {
    expect(logAppend.steps(parameters({ sizeBytes: 1024 * MIB })).footprintBytes).toBeLessThanOrEqual(64 * MIB)
  })
})

withPrograms(['fio', 'strace'], 'pages of a database', () => {
  test('a log that syncs each commit, and three workers that sync every 32 pages, at once', async () => {
    const directory = scratch()
    const { setup, workload, footprintBytes, measure } = databasePages.steps(
      parameters({ directory, durationSeconds: 0.4 }),
    )
    await must(setup)
    const sizes = ['pages', 'wal'].map((name) => statSync(`${directory}/${name}`).size)
    expect(sizes).toEqual([4 * MIB, MIB])
    expect(footprintBytes).toBe(5 * MIB)
    const output = await real(workload)
    const { bytes, metrics } = Sample.parse(measure(output))
    expect(bytes % 8192).toBe(0)
    expect(Object.keys(metrics).toSorted()).toEqual(['bandwidth', 'iops', 'latency', 'latencyMean', 'latencyP99'])
    // It goes over what is there, as a database does: the files have not grown.
    expect(['pages', 'wal'].map((name) => statSync(`${directory}/${name}`).size)).toEqual(sizes)
    const jobs = JSON.parse(output.stdout).jobs
    expect(jobs.map(({ jobname }: { jobname: string }) => jobname)).toEqual(['wal', 'pages', 'pages', 'pages'])
    for (const { jobname, write, sync } of jobs) {
      const per = jobname === 'wal' ? 1 : 32
      expect(Math.abs(write.total_ios / per - sync.lat_ns.N)).toBeLessThanOrEqual(1)
    }
    // A worker is gone, a worker did not sync, there is no log: no number.
    const edited = (edit: (jobs: Record<string, unknown>[]) => unknown) => {
      const document = JSON.parse(output.stdout)
      edit(document.jobs)
      return { ...output, stdout: `${JSON.stringify(document, null, 1)}\n` }
    }
    for (const edit of [
      (all: Record<string, unknown>[]) => all.pop(),
      (all: Record<string, unknown>[]) => delete all[3]?.sync,
      (all: Record<string, unknown>[]) => all.shift(),
      (all: Record<string, unknown>[]) => all.push(all[0] ?? {}),
    ])
      expect(() => measure(edited(edit))).toThrow(expect.objectContaining({ code: 'bad-output' }))
  })
})

describe('start-up', () => {
  const { workload, measure } = startUp.steps(parameters({ directory: '/mnt/x' }))
  const output = {
    stdout: '',
    stderr: '1+0 records in\n1+0 records out\n4096 bytes (4.1 kB, 4.0 KiB) copied, 0.25 s, 16.4 kB/s\n',
    exitCode: 0,
  }
  const lifecycle = { createSeconds: 1, startSeconds: 2, removeSeconds: 4 }

  test('the duration is the sum of its parts', () => {
    expect(measure(output, { meanwhile: null, lifecycle })).toEqual({
      bytes: 4096,
      seconds: 7.25,
      metrics: { duration: 7.25, create: 1, start: 2, firstWrite: 0.25, remove: 4 },
    })
  })
  test('what was not made has no time: never 0', () => {
    const { metrics } = Sample.parse(
      measure(output, { meanwhile: null, lifecycle: { ...lifecycle, createSeconds: 0 } }),
    )
    expect(metrics).toEqual({ duration: 6.25, start: 2, firstWrite: 0.25, remove: 4 })
  })
  test.each([
    ['without the times of the container', output, { meanwhile: null, lifecycle: null }],
    ['without anything around', output, undefined],
    ['a write that failed', { ...output, exitCode: 1 }, { meanwhile: null, lifecycle }],
    ['a write of less', { ...output, stderr: output.stderr.replace('4096', '512') }, { meanwhile: null, lifecycle }],
  ])('no number %s', (_, given, around) => expect(() => measure(given, around)).toThrow())

  test('writes 4 KiB and syncs them', async () => {
    const directory = scratch()
    const command = workload.map((word) => word.replace('/mnt/x', directory))
    expect((await real(command)).exitCode).toBe(0)
    expect(statSync(`${directory}/first`).size).toBe(4096)
    expect(workload).toContain('conv=fsync')
  })
})
