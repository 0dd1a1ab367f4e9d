import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { BenchmarkOptions } from '../src/benchmark.js'
import { ownerOf } from '../src/owner.js'
import { MIB } from './builders.js'
import { type FakeEngineOptions, fakeClock, machine, temporaryFolder } from './fake.js'
import { isWorkload, measured, refused } from './fake-run.js'

describe('cleaning up', () => {
  const stuck = { 'fake rm': { exitCode: 1, stderr: 'device or resource busy\n' } }

  test('what could not be removed is a warning of the run', async () => {
    const { run, deps } = await measured({}, { exec: stuck })
    expect(run.status).toBe('complete')
    expect(run.warnings).toEqual(
      expect.arrayContaining([expect.stringMatching(/not removed: fake rm .*: device or resource busy/)]),
    )
    expect(deps.stderr.text()).toContain('device or resource busy')
  })

  test('results that cannot be written end the run, and say so: no trial is lost in silence', async () => {
    const cwd = temporaryFolder()
    const later: { file?: string } = {}
    const observe = {
      started: (_: unknown, runId: string) => {
        later.file = join(cwd, 'results', runId, 'trials.jsonl')
      },
      trial: () => {
        rmSync(later.file!, { recursive: true })
        mkdirSync(later.file!)
      },
    }
    const { run, told } = await measured({ observe }, { deps: { cwd } })
    expect(run).toMatchObject({ status: 'incomplete', stopped: expect.stringContaining('EISDIR') })
    expect(told.closed.toSorted()).toEqual(told.opened.toSorted())
  })

  test('never hides the first error', async () => {
    const { error, deps } = await refused({ sizeBytes: 500 * 1024 * MIB, mounts: ['volume'] }, { exec: stuck })
    expect(error.message).toContain('needs 500 GiB')
    expect(deps.stderr.text()).toContain('device or resource busy')
  })

  test('after a proof that failed what stays is told', async () => {
    const line = '144 127 0:48 / /mountbench rw - tmpfs tmpfs rw'
    const { deps } = await measured(
      { mounts: ['tmpfs', 'volume'] },
      { exec: stuck, machine: machine({ mountinfo: { volume: line } }) },
    )
    expect(deps.stderr.text()).toMatch(/not removed: fake rm mountbench-.*-volume-0/)
  })

  test('remains of a dead run are removed before, those of others stay', async () => {
    const removed: string[] = []
    const gone = (await ownerOf(process.pid)).replace(/\/\d+$/, '/1')
    const leftovers = ['elsewhere/boot/1/1', gone].map((owner) => ({
      kind: 'volume' as const,
      name: owner,
      runId: 'x',
      owner,
      remove: async () => {
        removed.push(owner)
        return []
      },
    }))
    const { deps } = await measured({}, { engine: { leftovers: async () => leftovers } })
    expect(removed).toEqual([gone])
    expect(deps.stderr.text()).toContain('removed 1 remains of a run that was killed')
  })
})

describe('where the time went', () => {
  /** A run whose instances take 5 s to make and whose workloads take 2 s, by a clock that nothing else moves. */
  async function timing(given: BenchmarkOptions) {
    const clock = fakeClock()
    const takes = (seconds: number) => {
      clock.advance(seconds)
      return undefined
    }
    const slow: FakeEngineOptions = {
      deps: { now: clock.now, sleep: clock.sleep },
      exec: { 'fake create': () => takes(5) ?? {} },
      answer: (_, command) => (isWorkload(command) ? takes(2) : undefined),
    }
    return (await measured({ mounts: ['volume'], rounds: 2, ...given }, slow)).run.timing
  }

  test('instances, workloads and the rest make the total', async () => {
    expect(await timing({})).toEqual({ total: 11, workloads: 6, preparation: 0, quiet: 0, instances: 5 })
  })

  test('nothing is counted twice with an instance for every trial', async () => {
    expect(await timing({ fresh: true })).toEqual({ total: 21, workloads: 6, preparation: 0, quiet: 0, instances: 15 })
  })
})
