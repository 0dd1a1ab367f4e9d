import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runBenchmark } from '../src/benchmark.js'
import { main } from '../src/cli.js'
import { type GateFlags, judged } from '../src/commands/compare.js'
import { compareRuns, type RunComparison, withSecondRun } from '../src/compare-runs.js'
import { TOOLS_IMAGE } from '../src/engines/labels.js'
import { judge } from '../src/gate.js'
import { indexedRun } from '../src/history/entry.js'
import { readHistory } from '../src/history/index-file.js'
import { type Run, SCHEMA_VERSION } from '../src/model.js'
import { compareTargets } from '../src/pairing.js'
import { changesTable } from '../src/report/change-text.js'
import { seededRandom } from '../src/statistics/random.js'
import { ddOutput, MIB, rules, smallRun } from './builders.js'
import { type FakeEngineOptions, fakeDeps, fakeEngine, noExec, noPipe } from './fake.js'
import { isWorkload, SMALL } from './fake-run.js'

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

  const history = (levels: readonly number[]) => levels.map((level, index) => runWith(level, index + 1))
  const LEVEL = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]

  test('after a change the history begins anew: too short yet, so the baseline counts', () => {
    const earlier = history([...LEVEL, ...LEVEL, 1.5, 1.5, 1.5, 1.5, 1.5])
    expect(bindOf(earlier.at(-1)!, runWith(1, 30), { earlier })).toMatchObject({
      method: 'pair',
      verdict: 'regression',
    })
    const longer = history([...LEVEL, ...LEVEL, ...LEVEL.map((level) => level * 0.8)])
    expect(bindOf(longer.at(-1)!, runWith(0.8, 40), { earlier: longer })).toMatchObject({
      method: 'history',
      runs: 10,
      verdict: 'same',
    })
  })

  test('a baseline that is of another level than the history counts by itself', () => {
    const earlier = history(LEVEL.map((level) => level * 0.5))
    expect(bindOf(runWith(1, 20), runWith(0.5, 21), { earlier })).toMatchObject({
      method: 'pair',
      verdict: 'regression',
      runs: 1,
    })
  })

  test('runs that agree by chance do not make the next one an alarm: its own rounds leave more open', () => {
    const earlier = history(LEVEL)
    const wide = runWith(0.85, 20)
    const cells = wide.cells.map((cell) =>
      cell.target === 'bind' && cell.comparison
        ? { ...cell, comparison: { ...cell.comparison, halfWidth: 0.4 } }
        : cell,
    )
    expect(bindOf(earlier[0]!, wide, { earlier })).toMatchObject({ method: 'history', verdict: 'regression' })
    expect(bindOf(earlier[0]!, { ...wide, cells }, { earlier })).toMatchObject({
      method: 'history',
      verdict: 'inconclusive',
    })
  })

  test('a candidate with too few rounds for an interval is not judged by a history', () => {
    const candidate = runWith(0.7, 20)
    const cells = candidate.cells.map((cell) =>
      cell.comparison ? { ...cell, comparison: { ...cell.comparison, low: null, high: null, halfWidth: null } } : cell,
    )
    expect(bindOf(runWith(1, 1), { ...candidate, cells }, { earlier: history(LEVEL) }).method).toBe('pair')
  })

  test('what was measured once more, or not to the end, is no history', () => {
    const own = (more: Partial<Run>) => history(LEVEL).map((run) => ({ ...run, ...more }))
    const methods = [own({}), own({ confirms: 'x' }), own({ status: 'incomplete' })].map(
      (earlier) => bindOf(runWith(1, 20), runWith(1, 21), { earlier }).method,
    )
    expect(methods).toEqual(['history', 'pair', 'pair'])
  })

  test('the second self of the reference is not judged', () => {
    const withAgain = (factor: number, number: number) => {
      const run = runWith(factor, number)
      const renamed = (target: string) => (target === 'bind' ? 'volume-again' : target)
      return {
        ...run,
        options: { ...run.options, aa: true },
        cells: run.cells.map((cell) => ({ ...cell, target: renamed(cell.target) })),
      }
    }
    const { changes, missing } = compareRuns(withAgain(1, 1), withAgain(0.5, 2))
    expect([...changes, ...missing].map(({ target }) => target)).not.toContain('volume-again')
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
    ['with a new mount for every trial', { fresh: true }],
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
    expect(missing).toEqual([{ scenario: 'seq-write', target: 'bind', reference: 'volume', only: 'baseline' }])
    expect(differences).toEqual([expect.stringMatching(/^engine: .* → docker 99$/)])
  })

  test.each<[string, (run: Run) => Run, RegExp]>([
    [
      'the filesystem below',
      (run) => ({
        ...run,
        environment: { ...run.environment, engine: { ...run.environment.engine, backingFilesystem: 'xfs' } },
      }),
      /^backing filesystem: .* → xfs$/,
    ],
    [
      'the architecture',
      (run) => ({
        ...run,
        environment: { ...run.environment, machine: { ...run.environment.machine, architecture: 'arm64' } },
      }),
      /^processor: .*, arm64$/,
    ],
    [
      'what a label stands for',
      (run) => ({
        ...run,
        targets: run.targets.map((target) =>
          target.label === 'bind' ? { ...target, type: 'tmpfs' as const } : target,
        ),
      }),
      /^mount bind: bind .* → tmpfs/,
    ],
    [
      'how often the mount is new',
      (run) => ({ ...run, options: { ...run.options, fresh: true } }),
      /^a new mount: .* → for every trial$/,
    ],
  ])('%s is listed as a difference', (_, other, line) => {
    expect(compareRuns(runWith(1, 1), other(runWith(1, 2))).differences).toEqual([expect.stringMatching(line)])
  })

  test('our own image is the same, whatever its id; another one is told by its id', () => {
    const withImage = (name: string, id: string) => {
      const run = runWith(1, 1)
      return { ...run, environment: { ...run.environment, image: { name, id, digests: [] } } }
    }
    const differing = (name: string) =>
      compareRuns(withImage(name, 'sha256:1'), withImage(name, 'sha256:2')).differences
    expect(differing(TOOLS_IMAGE)).toEqual([])
    expect(differing('postgres:16')).toEqual(['image: sha256:1 → sha256:2'])
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
    const missing = [{ scenario: 'seq-write', target: 'bind', reference: 'volume', only: 'baseline' as const }]
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

  test('latest is not the run that only looked once more, nor does it stand for its commit', async () => {
    const commit = '3f2a9c1d00000000000000000000000000000000'
    const git = { commit, branch: 'main', dirty: false }
    const own = { ...bad, environment: { ...bad.environment, git } }
    const again = { ...runWith(1, 3), confirms: bad.runId, environment: own.environment }
    const call = stored(good, own, again)
    expect(await call('latest~1', 'latest', '--gate')).toMatchObject({ exitCode: 1 })
    expect(await call(good.runId, '3f2a9c1', '--gate')).toMatchObject({ exitCode: 1 })
    expect(await call(good.runId, again.runId, '--gate')).toMatchObject({ exitCode: 0 })
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

describe('mountbench analyze', () => {
  async function analyze(text: string, ...flags: string[]) {
    const deps = fakeDeps({ exec: noExec, openPipe: noPipe })
    writeFileSync(join(deps.cwd, 'samples'), text)
    const exitCode = await main(['analyze', 'samples', ...flags], deps)
    return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text() }
  }
  const rounds = Array.from({ length: 10 }, (_, round) => round)
  const csv = ['round,target,value', ...rounds.flatMap((i) => [`${i},a,${100 + i}`, `${i},b,${150 + i}`])].join('\n')

  test('a CSV, bigger is better', async () => {
    const { stdout } = await analyze(csv)
    expect(stdout).toMatch(/^b against a: 1\.4\dx faster \[1\.4\d, 1\.\d\d\] \(10 of 10 rounds\)\n$/)
  })
  test('smaller is better: the mirror', async () => {
    expect((await analyze(csv, '--better', 'lower')).stdout).toMatch(/^b against a: 1\.4\dx slower/)
  })
  test('JSON in, JSON out, with a round that failed', async () => {
    const rows = rounds.flatMap((round) => [
      { round, target: 'a', value: 1 },
      { round, target: 'b', value: round === 3 ? null : 2 },
    ])
    const [result] = JSON.parse((await analyze(JSON.stringify(rows), '--format', 'json')).stdout)
    expect(result).toMatchObject({ target: 'b', reference: 'a', n: 9, ratio: 2, verdict: 'faster' })
  })
  test.each([
    ['round,target\n1,a', /no column 'value'/],
    ['round,target,value\n1,a,fast', /samples: /],
    ['round,target,value\n1,a,1\n1,a,2\n1,b,1', /round 1 has 2 values for a/],
    ['[{', /is not JSON/],
    ['', /no column/],
  ])('%j: one clear line, exit 2', async (text, message) => {
    const { exitCode, stderr } = await analyze(text)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
  })
  test('an unknown reference', async () => {
    expect(await analyze(csv, '--reference', 'c')).toMatchObject({ exitCode: 2 })
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

  test('a second measurement that cannot tell is no agreement, and no clean pass either', () => {
    const { changes, ...rest } = twice(0.7, 0.7)
    const unsure = {
      ...rest,
      changes: changes.map((change) => ({ ...change, again: { ...change.again!, verdict: 'inconclusive' as const } })),
    }
    expect(judge(unsure, rules, words).outcome).toBe('pass')
    expect(judge(unsure, { ...rules, failOnInconclusive: true }, words).outcome).toBe('inconclusive')
  })

  test('both stand in the words', () => {
    expect(changesTable(twice(0.7, 1))).toMatch(/regression 0\.70x .*; measured again: same 1\.00x/)
  })

  const DISKS = { mounts: ['volume', 'bind'], rounds: 8 }
  /** A bind mount that takes `seconds` in the run of that number, where the volume takes half a second; each run is made on the same engine. */
  async function gated(seconds: number[], flags: Partial<GateFlags> = {}, interruptedAt = Number.POSITIVE_INFINITY) {
    const stopping = new AbortController()
    let run = -1
    let workloads = 0
    const slow: FakeEngineOptions = {
      deps: { signal: stopping.signal },
      answer: (label, command) => {
        if (label !== 'bind' || !isWorkload(command)) return undefined
        if (++workloads > interruptedAt) {
          stopping.abort()
          return 'hang'
        }
        return { stderr: ddOutput(64 * MIB, seconds[run]!), read: 0, written: 64 * MIB }
      },
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
    const { runs } = await readHistory(join(deps.cwd, 'results'))
    const confirms = runs.map((one) => one.confirms)
    return { exitCode, change: printed[0]!.changes[0]!, runs: runs.length, after, confirms, stderr: deps.stderr.text() }
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
    const { change, stderr, confirms, after } = await gated([0.5, 1, 1])
    expect(stderr).toMatch(/^seq-write on bind: regression 0\.50x .*\nmeasuring seq-write once more on volume, bind$/m)
    expect(change).toMatchObject({ verdict: 'regression', again: { verdict: 'regression' } })
    expect(confirms).toEqual([null, null, after.runId])
  })

  test('interrupted meanwhile: what it says is not taken for an all-clear', async () => {
    // Two runs of a warm-up and eight rounds, and half of the third.
    const { exitCode, change, stderr } = await gated([0.5, 1, 0.5], {}, 23)
    expect(exitCode).toBe(130)
    expect(change).toMatchObject({ verdict: 'regression' })
    expect(change.again).toBeUndefined()
    expect(stderr).toMatch(/the second measurement says nothing: interrupted\ngate: regression/)
  })
})
