import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { type BenchmarkOptions, runBenchmark } from '../src/benchmark.js'
import type { Run, Trial } from '../src/model.js'
import type { Command } from '../src/scenario.js'
import { MIB } from './builders.js'
import { type FakeEngineOptions, fakeEngine } from './fake.js'

export const isWorkload = (command: Command) =>
  (command[0] === 'dd' || command[0] === 'fio') && !command.join(' ').includes('/probe') && command[1] !== '--version'

export const SMALL = { mounts: ['volume', 'tmpfs'], scenarios: ['seq-write'], rounds: 6, sizeBytes: 64 * MIB, seed: 7 }

/** A run on the fake engine: volume and tmpfs, one dd scenario, six rounds, unless said otherwise. */
export async function measured(given: BenchmarkOptions = {}, fake: FakeEngineOptions = {}) {
  const { engine, deps, told, execs } = fakeEngine(fake)
  const run = await runBenchmark({ ...SMALL, ...given, chosenEngine: engine }, deps)
  const folder = join(deps.cwd, 'results', run.runId)
  return {
    run,
    folder,
    deps,
    told,
    execs,
    workloads: told.commands.filter((line) => isWorkload(line.split(' ').slice(1))),
  }
}

/** What a run that throws leaves. */
export async function refused(given: BenchmarkOptions = {}, fake: FakeEngineOptions = {}) {
  const { engine, deps, told, execs } = fakeEngine(fake)
  const error = await runBenchmark({ ...SMALL, ...given, chosenEngine: engine }, deps).then(
    () => null,
    (thrown) => thrown,
  )
  return { error, deps, told, execs }
}

export const cellOf = (run: Run, target: string, scenario = 'seq-write') =>
  run.cells.find((cell) => cell.target === target && cell.scenario === scenario)!
export const trialsOf = (run: Run, target: string) => run.trials.filter((trial) => trial.target === target)
export const measures = (trials: readonly Trial[]) => trials.filter(({ phase }) => phase === 'measure')
export const closedAll = (told: { opened: string[]; closed: string[] }) =>
  expect(told.closed.toSorted()).toEqual(told.opened.toSorted())

/** The runs under the results folder, which need not be there. */
export const resultsIn = (cwd: string) =>
  existsSync(join(cwd, 'results')) ? readdirSync(join(cwd, 'results')).filter((name) => name !== 'index.jsonl') : []
