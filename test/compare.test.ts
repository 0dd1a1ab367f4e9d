import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runBenchmark } from '../src/benchmark.js'
import { main } from '../src/cli.js'
import { type GateFlags, judged } from '../src/commands/compare.js'
import { compareRuns, type RunComparison, withSecondRun } from '../src/compare-runs.js'
import { judge } from '../src/gate.js'
import { indexedRun } from '../src/history/entry.js'
import { type Run, SCHEMA_VERSION } from '../src/model.js'
import { compareTargets } from '../src/pairing.js'
import { changesTable } from '../src/report/change-text.js'
import { seededRandom } from '../src/statistics/random.js'
import { ddOutput, MIB, rules, smallRun } from './builders.js'
import { type FakeEngineOptions, fakeDeps, fakeEngine, noExec, noPipe } from './fake.js'
import { isWorkload, resultsIn, SMALL } from './fake-run.js'

/** A run whose bind target is `factor` times as fast as its volume, with a little noise of its own. */
function runWith(factor: number, number: number, more: Partial<Run> = {}): Run {
  const run = smallRun()
  const random = seededRandom(number)
  const noisy = (value: number) => value * (1 + 0.02 * (random() - 0.5))
  const trials = run.trials.map((trial) => {
    if (trial.scenario !== 'seq-write' || !trial.sample) return trial
    const bandwidth = noisy(200 * 2 ** 20) * (trial.target === 'bind' ? factor : 1)
    return { ...trial, sample: { ...trial.sample, metrics: { ...trial.sample.metrics, bandwidth } } }
  })
  const runId = `20261121-1200${String(number).padStart(2, '0')}-abc123`
  const startedAt = `2026-11-21T12:00:${String(number).padStart(2, '0')}.000Z`
  const own = trials.filter(({ scenario }) => scenario === 'seq-write')
  const cells = run.cells.map((cell) =>
    cell.scenario === 'seq-write' && cell.target === 'bind'
      ? { ...cell, comparison: compareTargets(own, 'bandwidth', 'volume', 'bind', rules()) }
      : cell,
  )
  return { ...run, runId, startedAt, trials, cells, ...more }
}

const bindOf = (baseline: Run, candidate: Run, { earlier }: { earlier?: readonly Run[] } = {}) =>
  compareRuns(baseline, candidate, { earlier: earlier?.map(indexedRun) }).changes.find(
    ({ target }) => target === 'bind',
  )!

describe('two runs', () => {
  test.each([
    [1, 0.7, 'regression', 0.7],
    [1, 1.4, 'improvement', 1.4],
    [1, 1, 'same', 1],
    [0.5, 0.52, 'same', 1.04],
  ])('a ratio of %d that becomes %d is %s', (before, after, verdict, ratio) => {
    const change = bindOf(runWith(before, 1), runWith(after, 2))
    expect(change).toMatchObject({ verdict, method: 'pair', reference: 'volume' })
    expect(change.ratio).toBeCloseTo(ratio, 1)
    expect(change.low!).toBeLessThanOrEqual(change.ratio)
    expect(change.high!).toBeGreaterThanOrEqual(change.ratio)
  })

  test('the other way round is the mirror', () => {
    expect(bindOf(runWith(0.7, 1), runWith(1, 2)).verdict).toBe('improvement')
  })

  test('eight earlier runs of the same environment are a history', () => {
    const earlier = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => runWith(1, number))
    expect(bindOf(earlier[7]!, runWith(0.7, 9), { earlier })).toMatchObject({
      method: 'history',
      verdict: 'regression',
    })
    expect(bindOf(earlier[7]!, runWith(1, 9), { earlier })).toMatchObject({ method: 'history', verdict: 'same' })
  })

  test('a history that is too wide to tell is inconclusive, never the same', () => {
    const earlier = [0.5, 2, 0.6, 1.7, 0.7, 1.5, 0.8, 1.3].map((factor, index) => runWith(factor, index + 1))
    expect(bindOf(earlier[7]!, runWith(1, 9), { earlier })).toMatchObject({
      method: 'history',
      verdict: 'inconclusive',
    })
  })

  test('earlier runs of another environment are none', () => {
    const elsewhere = { ...smallRun().environment, fingerprint: 'elsewhere' }
    const earlier = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => runWith(1, number, { environment: elsewhere }))
    expect(bindOf(runWith(1, 9), runWith(1, 10), { earlier }).method).toBe('pair')
  })

  test.each([
    ['of another size', { sizeBytes: MIB }],
    ['against another reference', { reference: 'tmpfs' }],
  ])('earlier runs %s are none', (_, options) => {
    const other = { ...smallRun().options, ...options }
    const earlier = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => runWith(1, number, { options: other }))
    expect(bindOf(runWith(1, 9), runWith(1, 10), { earlier }).method).toBe('pair')
  })

  test('what only one of them measured is listed, and what differs between the machines', () => {
    const other = runWith(1, 2)
    const candidate = { ...other, cells: other.cells.filter(({ target }) => target !== 'bind') }
    candidate.environment = { ...other.environment, engine: { ...other.environment.engine, version: '99' } }
    const { missing, differences } = compareRuns(runWith(1, 1), candidate)
    expect(missing).toEqual([{ scenario: 'seq-write', target: 'bind', only: 'baseline' }])
    expect(differences).toEqual([expect.stringMatching(/^engine: .* → docker 99$/)])
  })
})

describe('the gate', () => {
  const rules = { strict: false, requireAll: false, failOnInconclusive: false }
  const compared = (after: number) => compareRuns(runWith(1, 1), runWith(after, 2))
  const words = () => 'words'

  test.each([
    [0.7, {}, 'regression'],
    [1, {}, 'pass'],
    [1.4, {}, 'pass'],
    [0.93, {}, 'pass'],
  ])('a ratio that becomes %d of itself with %j: %s', (after, more, outcome) => {
    expect(judge(compared(after), { ...rules, ...more }, words).outcome).toBe(outcome)
  })

  test('names what became worse', () => {
    expect(judge(compared(0.7), rules, words).reasons).toEqual(['seq-write on bind: words'])
  })

  const unsure = (high: number) => {
    const comparison = compared(1)
    const changes = comparison.changes.map((change) => ({
      ...change,
      verdict: 'inconclusive' as const,
      low: 0.8,
      high,
    }))
    return { ...comparison, changes }
  }
  test('inconclusive passes, unless it is to fail', () => {
    expect(judge(unsure(1.1), rules, words).outcome).toBe('pass')
    expect(judge(unsure(1.1), { ...rules, failOnInconclusive: true }, words).outcome).toBe('inconclusive')
  })
  test('strict: certainly for the worse, though perhaps by little', () => {
    expect(judge(unsure(0.98), rules, words).outcome).toBe('pass')
    expect(judge(unsure(0.98), { ...rules, strict: true }, words).outcome).toBe('regression')
  })
  test('require-all: what is missing fails', () => {
    const missing = [{ scenario: 'seq-write', target: 'bind', only: 'baseline' as const }]
    expect(judge({ ...compared(1), missing }, rules, words).outcome).toBe('pass')
    expect(judge({ ...compared(1), missing }, { ...rules, requireAll: true }, words).outcome).toBe('regression')
  })
})

describe('mountbench compare', () => {
  function stored(...runs: Run[]) {
    const deps = fakeDeps({ exec: noExec, openPipe: noPipe })
    for (const run of runs) {
      mkdirSync(join(deps.cwd, 'results', run.runId), { recursive: true })
      writeFileSync(join(deps.cwd, 'results', run.runId, 'run.json'), JSON.stringify(run))
    }
    return async (...argv: string[]) => {
      const exitCode = await main(['compare', ...argv], deps)
      return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text(), cwd: deps.cwd }
    }
  }
  const [good, bad] = [runWith(1, 1), runWith(0.7, 2)]

  test('a planted regression fails the gate, which names it', async () => {
    const { exitCode, stderr, stdout } = await stored(good, bad)('latest~1', 'latest', '--gate')
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/^gate: regression\n {2}seq-write on bind: regression 0\.\d+x/m)
    expect(stdout).toContain('bind against volume')
  })

  test.each([
    ['the same again passes', [good, runWith(1, 2)], ['--gate']],
    ['without --gate it only tells', [good, bad], []],
    ['a threshold beyond it passes', [good, bad], ['--gate', '--fail-threshold', '60%']],
  ])('%s', async (_, runs, flags) => {
    expect(await stored(...runs)('latest~1', 'latest', ...flags)).toMatchObject({ exitCode: 0 })
  })

  test.each(['markdown', 'json'])('as %s', async (format) => {
    const { stdout } = await stored(good, bad)('latest~1', 'latest', '--format', format)
    if (format === 'json') expect(JSON.parse(stdout)).toMatchObject({ baseline: good.runId, candidate: bad.runId })
    else expect(stdout).toMatch(/^\| scenario \| target \|/)
  })

  test('a label names its newest run', async () => {
    const call = stored({ ...good, label: 'before' }, bad)
    expect(await call('before', 'latest', '--gate')).toMatchObject({ exitCode: 1 })
    expect(await call('after', 'latest', '--gate')).toMatchObject({ exitCode: 2 })
  })

  test('a commit names its newest run; a run id and a path name themselves', async () => {
    const commit = '3f2a9c1d00000000000000000000000000000000'
    const git = { commit, branch: 'main', dirty: false }
    const known = { ...good, environment: { ...good.environment, git } }
    const call = stored(known, bad)
    expect(await call('3f2a9c1', bad.runId)).toMatchObject({ exitCode: 0 })
    expect(await call(`results/${good.runId}`, `results/${bad.runId}/run.json`)).toMatchObject({ exitCode: 0 })
  })

  test.each([
    ['nosuch', /no run 'nosuch'/],
    ['latest~9', /no run 'latest~9'/],
    ['./missing.json', /there is no run at/],
  ])('%s: one clear line, exit 2', async (word, message) => {
    const { exitCode, stderr } = await stored(good)(word, 'latest')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
  })

  test.each([
    ['corrupt', '{"schema', /is not JSON/],
    ['empty', '', /is not JSON/],
    ['foreign', '{"a":1}', /is not a run of mountbench/],
    ['newer', JSON.stringify({ ...good, schemaVersion: SCHEMA_VERSION + 1 }), /newer mountbench/],
  ])('a %s file: one clear line, exit 2', async (name, text, message) => {
    const call = stored(good)
    const { cwd } = await call('latest', 'latest')
    writeFileSync(join(cwd, `${name}.json`), text)
    const { exitCode, stderr } = await call(`./${name}.json`, 'latest')
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
  })

  test('another environment is not gated, unless only ratios are to count', async () => {
    const elsewhere = { ...bad, environment: { ...bad.environment, fingerprint: 'elsewhere' } }
    const call = stored(good, elsewhere)
    expect(await call('latest~1', 'latest', '--gate')).toMatchObject({ exitCode: 2 })
    expect(await call('latest~1', 'latest', '--gate', '--any-machine')).toMatchObject({ exitCode: 1 })
  })

  test('a damaged neighbour is told and passed over', async () => {
    const call = stored(good, bad)
    const { cwd } = await call('latest~1', 'latest')
    mkdirSync(join(cwd, 'results', '20261121-130000-ffffff'))
    expect(await call('latest~1', 'latest')).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining('passed over'),
    })
  })
})

describe('measured once more', () => {
  const rules = { strict: false, requireAll: false, failOnInconclusive: false }
  const words = () => 'words'
  const twice = (first: number, second: number) =>
    withSecondRun(compareRuns(runWith(1, 1), runWith(first, 2)), compareRuns(runWith(1, 1), runWith(second, 3)))

  test.each([
    ['both agree', 0.7, 0.72, 'regression'],
    ['the second does not', 0.7, 1, 'pass'],
    ['the second alone', 1, 0.7, 'pass'],
  ])('%s', (_, first, second, outcome) => {
    expect(judge(twice(first, second), rules, words).outcome).toBe(outcome)
  })

  test('both stand in the words', () => {
    expect(changesTable(twice(0.7, 1))).toMatch(/regression 0\.70x .*; measured again: same 1\.00x/)
  })

  const DISKS = { mounts: ['volume', 'bind'], rounds: 8 }
  /** A bind mount that takes `seconds` in the run of that number, where the volume takes half a second; each run is made on the same engine. */
  async function gated(seconds: number[], flags: Partial<GateFlags> = {}) {
    let run = -1
    const slow: FakeEngineOptions = {
      answer: (label, command) =>
        label === 'bind' && isWorkload(command)
          ? { stderr: ddOutput(64 * MIB, seconds[run]!), read: 0, written: 64 * MIB }
          : undefined,
    }
    const { engine, deps } = fakeEngine(slow)
    const next = () => {
      run++
      return runBenchmark({ ...SMALL, ...DISKS, chosenEngine: engine }, deps)
    }
    const [before, after] = [await next(), await next()]
    run++
    const printed: RunComparison[] = []
    const again = { chosenEngine: engine }
    const given = { gate: true, confirm: true, results: 'results', ...flags }
    const exitCode = await judged(before, after, again, given, deps, (comparison) => printed.push(comparison))
    return { exitCode, change: printed[0]!.changes[0]!, runs: resultsIn(deps.cwd).length, stderr: deps.stderr.text() }
  }

  test.each([
    ['agrees: exit 1', [0.5, 1, 1], { exitCode: 1, runs: 3 }],
    ['does not agree: exit 0', [0.5, 1, 0.5], { exitCode: 0, runs: 3 }],
    ['is not asked when nothing failed', [0.5, 0.5, 1], { exitCode: 0, runs: 2 }],
  ])('the second run %s', async (_, seconds, expected) => {
    expect(await gated(seconds)).toMatchObject(expected)
  })

  test('only with --confirm', async () => {
    expect(await gated([0.5, 1, 0.5], { confirm: false })).toMatchObject({ exitCode: 1, runs: 2 })
  })

  test('is as quiet as the first was asked to be', async () => {
    expect((await gated([0.5, 1, 1])).stderr).toContain('seq-write round 8/8')
    expect((await gated([0.5, 1, 1], { quiet: true })).stderr).not.toContain('seq-write round')
  })

  test('says what it does, and keeps the second run as one of its own', async () => {
    const { change, stderr } = await gated([0.5, 1, 1])
    expect(stderr).toMatch(/^seq-write on bind: regression 0\.50x .*\nmeasuring seq-write once more on volume, bind$/m)
    expect(change).toMatchObject({ verdict: 'regression', again: { verdict: 'regression' } })
  })
})
