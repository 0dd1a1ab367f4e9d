import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import type { Run } from '../../src/model.js'
import { fakeDeps, noExec, noPipe } from '../fake.js'
import { runAt, runNumber, syntheticRuns, writeRuns } from '../history/histories.js'

/** A working directory with these runs in it, and a command line there. */
function place(runs: readonly Run[], more: Parameters<typeof fakeDeps>[0] = {}) {
  const outside = fakeDeps({ exec: noExec, openPipe: noPipe, clock: () => new Date('2026-01-02T00:00:00Z'), ...more })
  const results = join(outside.cwd, 'results')
  writeRuns(results, runs)
  const call = async (...argv: string[]) => {
    const deps = { ...outside, ...fakeStreams() }
    const exitCode = await main(argv, deps)
    return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text() }
  }
  const folders = () => readdirSync(results).filter((name) => name !== 'index.jsonl')
  return { call, results, folders, cwd: outside.cwd }
}
const fakeStreams = () => {
  const { stdout, stderr } = fakeDeps()
  return { stdout, stderr }
}
const numbered = (count: number) =>
  Array.from({ length: count }, (_, number) => runNumber(number, 1, { label: `run ${number}` }))
const elsewhere = { ...runNumber(0).environment, fingerprint: 'ba9876543210' }
const withoutBind = (run: Run): Run => ({ ...run, cells: run.cells.filter(({ target }) => target !== 'bind') })
const ids = (stdout: string) => (JSON.parse(stdout) as { runs: { id: string }[] }).runs.map(({ id }) => id)

describe('history', () => {
  test('lists the latest twenty, the latest last, and says of how many', async () => {
    const { call } = place(numbered(25))
    const { exitCode, stdout } = await call('history')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('run 24')
    expect(stdout).not.toContain('run 4 ')
    expect(stdout.indexOf('run 5')).toBeLessThan(stdout.indexOf('run 24'))
    expect(stdout).toContain('20 of 25 runs')
    expect(stdout).toContain('2 scenarios on volume, bind, tmpfs')
  })

  test.each([
    ['all', [], [0, 1, 2, 3, 4, 5]],
    ['--limit', ['--limit', '2'], [4, 5]],
    ['--label', ['--label', 'run 3'], [3]],
    ['--since a time', ['--since', '2026-01-01T00:30:00Z'], [3, 4, 5]],
    ['--since a run', ['--since', 'latest~1'], [4, 5]],
    ['--since an age', ['--since', '24h'], [0, 1, 2, 3, 4, 5]],
    ['--fingerprint', ['--fingerprint', 'ba98'], [5]],
    ['--scenario and --target', ['--scenario', 'seq-write', '--target', 'bind'], [0, 1, 2, 3, 4, 5]],
  ])('%s', async (_, argv, expected) => {
    const runs = numbered(6)
    runs[5] = { ...runs[5]!, environment: { ...runs[5]!.environment, fingerprint: 'ba9876543210' } }
    const { call } = place(runs)
    expect(ids((await call('history', '--format', 'json', ...argv)).stdout)).toEqual(
      expected.map((one) => runAt(one).runId),
    )
  })

  test('a run that looked once more, or ended early, is marked', async () => {
    const once = runNumber(1)
    const { call } = place([once, runNumber(2, 1, { confirms: once.runId }), runNumber(3, 1, { status: 'incomplete' })])
    const { stdout } = await call('history')
    expect(stdout.match(/once more|incomplete/g)).toEqual(['once more', 'incomplete'])
  })

  test('with a scenario it says what was found', async () => {
    const { call } = place(numbered(2))
    const { stdout } = await call('history', '--scenario', 'seq-write')
    expect(stdout).toContain('seq-write on bind: 1.08x')
    expect(stdout).toContain('seq-write on volume: reference')
  })

  test.each([
    ['--scenario', 'seq-writ', /did you mean 'seq-write'/],
    ['--target', 'bnd', /did you mean 'bind'/],
    ['--since', 'someday', /neither a time nor a run/],
    ['--since', '1000000000d', /neither a time nor a run/],
    ['--limit', '0', /--limit/],
  ])('%s %s is bad input', async (flag, value, message) => {
    const { call } = place(numbered(2))
    expect(await call('history', flag, value)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) })
  })

  test('no runs is bad input that says what to do', async () => {
    const { call } = place([])
    for (const command of ['history', 'trend'])
      expect(await call(command)).toMatchObject({
        exitCode: 2,
        stderr: expect.stringMatching(/holds no run(.|\n)*mountbench run/),
      })
  })

  test('of many that cannot be read only some are told, and how many there are', async () => {
    const { call, results } = place(numbered(1))
    for (const number of [11, 12, 13, 14, 15, 16, 17]) mkdirSync(join(results, runAt(number).runId))
    const { stderr } = await call('history')
    expect(stderr.match(/holds no readable run: /g)).toHaveLength(5)
    expect(stderr).toContain('passed over: 2 more folders')
  })

  test('what cannot be read is told, the rest is listed', async () => {
    const { call, results } = place(numbered(2))
    mkdirSync(join(results, runAt(9).runId))
    writeFileSync(join(results, runAt(9).runId, 'trials.jsonl'), '')
    const { exitCode, stdout, stderr } = await call('history')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('run 1')
    expect(stderr).toMatch(/passed over: .*still going on, or was killed/)
  })
})

describe('trend', () => {
  test('names the run of a slowdown, and exits 0 without --gate', async () => {
    const { call } = place(syntheticRuns(60, 56))
    const { exitCode, stdout, stderr } = await call('trend', 'seq-write', '--target', 'bind')
    expect(exitCode).toBe(0)
    expect(stdout).toContain(`new, for the worse, from run ${runAt(56).runId} on`)
    expect(stderr).toBe('')
  })

  test.each([
    ['a new change for the worse', 56, [], 1],
    ['one that began earlier', 40, [], 0],
    ['one that began earlier, with --newest', 40, ['--newest', '20'], 1],
    ['one since that run', 40, ['--since', runAt(35).runId], 1],
    ['none since that run', 40, ['--since', runAt(45).runId], 0],
    ['none', 60, [], 0],
  ])('--gate, %s', async (_, from, argv, exitCode) => {
    const { call } = place(syntheticRuns(60, from))
    const found = await call('trend', '--gate', ...argv)
    expect(found.exitCode).toBe(exitCode)
    expect(found.stderr).toContain(
      exitCode === 1 ? 'gate: regression\n  seq-write on bind against volume: -' : 'gate: pass\n',
    )
  })

  test.each<[string, (number: number) => Run, number]>([
    ['another machine', (number) => runNumber(number, 1, { environment: elsewhere }), 1],
    ['other mounts', (number) => withoutBind(runNumber(number)), 5],
  ])(
    '--gate, a change in a series that has ended, since the runs are of %s, is told and no reason',
    async (_, one, count) => {
      const runs = syntheticRuns(60, 56)
      const { call } = place([...runs, ...Array.from({ length: count }, (__, index) => one(60 + index))])
      const { exitCode, stderr } = await call('trend', '--gate')
      expect(exitCode).toBe(0)
      expect(stderr).toContain('gate: pass\n  not counted, no longer measured: seq-write on bind against volume: -')
    },
  )

  test('what was tried once and is no longer measured makes no gate inconclusive', async () => {
    const { call } = place([runNumber(0, 1, { environment: elsewhere }), ...syntheticRuns(60).slice(1)])
    expect(await call('trend', '--gate', '--fail-on-inconclusive')).toMatchObject({ exitCode: 0 })
  })

  test.each([
    ['no/such/folder/x', /there is no folder .*no\/such\/folder/],
    ['results', /is a folder/],
  ])('--output %s is bad input', async (file, message) => {
    const { call } = place(syntheticRuns(3))
    expect(await call('trend', '--output', file)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) })
  })

  test('--gate passes a change for the better', async () => {
    const runs = syntheticRuns(60, 56).map((run, number) => ({
      ...run,
      cells: runNumber(number, Math.exp(0.01 * Math.sin(number * 9)) * (number >= 56 ? 1.3 : 1)).cells,
    }))
    const { call } = place(runs)
    expect(await call('trend', '--gate')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('for the better'),
    })
  })

  test('too few runs are inconclusive only when that is asked for', async () => {
    const { call } = place(syntheticRuns(5))
    expect((await call('trend', '--gate')).exitCode).toBe(0)
    expect(await call('trend', '--gate', '--fail-on-inconclusive')).toMatchObject({
      exitCode: 4,
      stderr: expect.stringContaining('gate: inconclusive\n  seq-write on bind against volume: too few runs'),
    })
  })

  test('as JSON it is the data', async () => {
    const { call } = place(syntheticRuns(60, 40))
    const { series } = JSON.parse((await call('trend', '--format', 'json', '--target', 'bind')).stdout)
    expect(series).toHaveLength(1)
    expect(series[0].changes[0].at.run).toBe(runAt(40).runId)
  })

  test('only runs that ended early is bad input', async () => {
    const { call } = place([runNumber(1, 1, { status: 'incomplete' })])
    expect(await call('trend')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('no complete run fits') })
  })
})

describe('prune', () => {
  const asked: string[] = []
  const answering = (answer: string) => ({
    ask: async (question: string) => {
      asked.push(question)
      return answer
    },
  })

  test.each([
    ['--keep 2', ['--keep', '2'], [3, 4]],
    ['--keep 9', ['--keep', '9'], [0, 1, 2, 3, 4]],
    ['--older-than 24h, at midnight after', ['--older-than', '24h'], [0, 1, 2, 3, 4]],
    ['--older-than 23h', ['--older-than', '23h'], []],
    ['both: of the old ones two are kept', ['--older-than', '23h', '--keep', '2'], [3, 4]],
  ])('%s', async (_, argv, left) => {
    const { call, folders } = place(numbered(5))
    const { exitCode, stdout } = await call('prune', '--yes', ...argv)
    expect(exitCode).toBe(0)
    expect(folders()).toEqual(left.map((one) => runAt(one).runId))
    expect(stdout).toMatch(
      left.length === 5
        ? /nothing to remove: 5 runs/
        : new RegExp(`removed ${5 - left.length} runs, [\\d.]+ KiB; ${left.length} are left`),
    )
    expect((await call('history', '--format', 'json')).exitCode).toBe(left.length === 0 ? 2 : 0)
  })

  test('asks first on a terminal, with what and how much, and takes only yes for an answer', async () => {
    for (const [answer, left] of [
      ['', 3],
      ['n', 3],
      ['nope', 3],
      ['y', 1],
    ] as const) {
      asked.length = 0
      const { call, folders } = place(numbered(3), answering(answer))
      const { exitCode, stdout, stderr } = await call('prune', '--keep', '1')
      expect(exitCode).toBe(0)
      expect(asked).toEqual([expect.stringMatching(/^remove 2 runs of 3, [\d.]+ KiB\? \[y\/N\] $/)])
      expect(stderr).toContain(`${runAt(0).runId}  2026-01-01 00:00`)
      expect(folders()).toHaveLength(left)
      expect(stdout).toContain(left === 3 ? 'nothing was removed' : 'removed 2 runs')
    }
  })

  test('refuses without a terminal and without --yes', async () => {
    const { call, folders } = place(numbered(3))
    expect(await call('prune', '--keep', '1')).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('add --yes'),
    })
    expect(folders()).toHaveLength(3)
  })

  test.each([
    [[], /which runs are old/],
    [['--keep', '-1'], /--keep/],
    [['--older-than', '90'], /is not an age/],
    [['--older-than', '1000000000d'], /is not an age(.|\n)*a thousand years/],
  ])('%j is bad input', async (argv, message) => {
    const { call, folders } = place(numbered(2))
    expect(await call('prune', '--yes', ...argv)).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(message) })
    expect(folders()).toHaveLength(2)
  })

  test('takes an age of centuries', async () => {
    const { call } = place(numbered(2))
    expect(await call('prune', '--yes', '--older-than', '365000d')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('nothing to remove'),
    })
  })

  test('two at once remove everything once, and neither minds the other', async () => {
    const { call, folders } = place(numbered(30))
    const all = await Promise.all([1, 2, 3].map(() => call('prune', '--keep', '2', '--yes')))
    expect(all.map(({ exitCode, stderr }) => [exitCode, stderr.replaceAll(/^ {2}.*\n/gm, '')])).toEqual([
      [0, ''],
      [0, ''],
      [0, ''],
    ])
    expect(folders()).toEqual([runAt(28).runId, runAt(29).runId])
  })

  test.each(['while it is looked at', 'while it asks'])('a run that another removes %s is no problem', async (when) => {
    let remove = () => {}
    const at = (moment: string) => moment === when && remove()
    const { call, results, folders } = place(numbered(3), {
      clock: () => {
        at('while it is looked at')
        return new Date('2026-01-02T00:00:00Z')
      },
      ask: async () => {
        at('while it asks')
        return 'y'
      },
    })
    remove = () => rmSync(join(results, runAt(0).runId), { recursive: true })
    const { exitCode, stdout } = await call('prune', '--older-than', '1h', '--keep', '1')
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^removed [12] runs?, .*; 1 are left\n$/)
    expect(folders()).toEqual([runAt(2).runId])
  })

  test('a run whose folder cannot be removed whole is a run no more: it is told, and not counted as left', async () => {
    const { call, results, folders } = place(numbered(3))
    const first = join(results, runAt(0).runId)
    let going = true
    let written = 0
    // Whoever still writes there keeps any user from removing the folder.
    const write = () => {
      if (!going) return
      written += 1
      if (existsSync(first)) writeFileSync(join(first, `${written}`), '')
      setImmediate(write)
    }
    write()
    const { exitCode, stdout, stderr } = await call('prune', '--keep', '1', '--yes').finally(() => {
      going = false
    })
    expect(exitCode).toBe(3)
    expect(stdout).toBe('removed 2 runs; 1 are left\n')
    expect(stderr).toMatch(new RegExp(`not everything could be removed\n.*${runAt(0).runId}: ENOTEMPTY`))
    expect(folders()).toEqual([runAt(0).runId, runAt(2).runId])
    expect(readdirSync(first)).not.toContain('run.json')
  })

  test('removes only runs: what else lies there stays, also what looks like one', async () => {
    const { call, results, folders, cwd } = place(numbered(2))
    mkdirSync(join(results, 'calibration'))
    mkdirSync(join(results, runAt(50).runId))
    writeFileSync(join(results, runAt(50).runId, 'trials.jsonl'), '')
    mkdirSync(join(results, runAt(51).runId))
    writeFileSync(join(results, runAt(51).runId, 'run.json'), '{"schemaVersion": 99, "tool": {"name": "mountbench"}}')
    writeFileSync(join(results, 'notes.txt'), '')
    writeFileSync(join(cwd, 'elsewhere.txt'), '')
    const { exitCode, stderr } = await call('prune', '--keep', '0', '--yes')
    expect(exitCode).toBe(0)
    expect(folders().toSorted()).toEqual([runAt(50).runId, runAt(51).runId, 'calibration', 'notes.txt'])
    expect(stderr.match(/left alone: /g)).toHaveLength(2)
    expect(existsSync(join(cwd, 'elsewhere.txt'))).toBe(true)
  })
})
