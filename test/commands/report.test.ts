import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import type { Run } from '../../src/model.js'
import { exporters, FORMAT_NAMES, severalExporters } from '../../src/report/index.js'
import { smallRun } from '../builders.js'
import { type FakeDeps, fakeDeps, noExec, noPipe } from '../fake.js'
import { runNumber, writeRuns } from '../history/histories.js'

const older = smallRun({ runId: '20261121-120000-aaaaaa', label: 'before' })
const newer = smallRun({ runId: '20261121-130000-bbbbbb', startedAt: '2026-11-21T13:00:00.000Z' })

/** A command line in a folder with two runs. */
async function cli(argv: string[], more: Partial<FakeDeps> = {}) {
  const deps = fakeDeps({ exec: noExec, openPipe: noPipe, ...more })
  for (const run of [older, newer]) save(run, deps.cwd)
  const exitCode = await main(argv, deps)
  const read = (name: string) => readFileSync(join(deps.cwd, name), 'utf8')
  return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text(), read }
}

function save(run: Run, cwd: string): void {
  const folder = join(cwd, 'results', run.runId)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'run.json'), JSON.stringify(run))
}

describe('report', () => {
  test('is the latest run as a table', async () => {
    expect(await cli(['report'])).toMatchObject({ exitCode: 0, stdout: exporters.table(newer), stderr: '' })
  })

  test.each(FORMAT_NAMES)('--format %s is what run would have printed', async (format) => {
    const { exitCode, stdout } = await cli(['report', 'before', '--format', format])
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: exporters[format](older) })
  })

  test.each(['csv', 'json'] as const)(
    '%s is read from the lines beside the run, part by part; nothing is printed before they could be',
    async (format) => {
      const deps = fakeDeps({ exec: noExec, openPipe: noPipe })
      const results = join(deps.cwd, 'results')
      const runs = [runNumber(0), runNumber(1)]
      writeRuns(results, runs)
      expect(await main(['report', 'latest', 'latest~1', '--format', format], deps)).toBe(0)
      expect(deps.stdout.text()).toBe(severalExporters[format]!(runs))
      rmSync(join(results, runs[1]!.runId, 'trials.jsonl'))
      const broken = fakeDeps({ exec: noExec, openPipe: noPipe, cwd: deps.cwd })
      expect(await main(['report', '--format', format], broken)).toBe(2)
      expect(broken.stdout.text()).toBe('')
      expect(broken.stderr.text()).toMatch(/trials of this run are lost/)
    },
  )

  describe('a run of a million trials', () => {
    const large = async (format: string) => {
      const deps = fakeDeps({ exec: noExec, openPipe: noPipe })
      const folder = join(deps.cwd, 'results', newer.runId)
      writeRuns(join(deps.cwd, 'results'), [newer])
      const record = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))
      writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, trialCount: 1_000_000 }))
      const exitCode = await main(['report', '--format', format], deps)
      return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text() }
    }
    const holds = (format: string) => `the run has 1000000 trials, and --format ${format} holds 100000 at most`

    test.each(['hyperfine', 'go-benchmark'])('is too large for %s, which says what takes it', async (format) => {
      const hint = 'hint: --format csv or json has each of them, whatever their number'
      expect(await large(format)).toEqual({
        exitCode: 2,
        stdout: '',
        stderr: `mountbench: ${holds(format)}\n${hint}\n`,
      })
    })

    test('is a page without its rounds, which says so', async () => {
      const { exitCode, stdout } = await large('html')
      expect(exitCode).toBe(0)
      expect(stdout).toContain(`${holds('html')}: rounds and commands are left out; --format csv or json has each`)
      expect(stdout).toContain('Its rounds are not here.')
      expect(stdout).not.toContain(': 0 rounds around')
    })

    test('is JUnit without times', async () => {
      const { exitCode, stdout } = await large('junit')
      expect(exitCode).toBe(0)
      expect(stdout).toContain('<testcase')
      expect(stdout).not.toContain(' time=')
    })

    test('is whole as json, and says what is not there', async () => {
      const run: Run = JSON.parse((await large('json')).stdout)
      expect(run.trials).toEqual(newer.trials)
      expect(run.warnings.at(-1)).toMatch(new RegExp(`trials.jsonl has ${newer.trials.length} of 1000000 trials$`))
    })
  })

  test('says which folders it passed over on the way to the latest', async () => {
    const deps = fakeDeps({ exec: noExec, openPipe: noPipe })
    const results = join(deps.cwd, 'results')
    writeRuns(results, [runNumber(0), runNumber(1)])
    writeFileSync(join(results, runNumber(1).runId, 'run.json'), '{')
    expect(await main(['report'], deps)).toBe(0)
    expect(deps.stdout.text()).toBe(exporters.table(runNumber(0)))
    expect(deps.stderr.text()).toMatch(new RegExp(`^passed over: .*${runNumber(1).runId}.* is not JSON`))
  })

  test('several runs stand with the oldest first, each once', async () => {
    const { stdout } = await cli(['report', 'latest', 'before', older.runId, '--format', 'json'])
    expect(JSON.parse(stdout).map(({ runId }: Run) => runId)).toEqual([older.runId, newer.runId])
  })

  test('--output takes it, and stdout has nothing', async () => {
    const { stdout, read } = await cli(['report', '--format', 'csv', '--output', 'trials.csv'])
    expect(stdout).toBe('')
    expect(read('trials.csv')).toBe(exporters.csv(newer))
  })

  test.each<[string[], RegExp]>([
    [
      ['report', 'latest', 'before', '--format', 'bmf'],
      /--format bmf has a place for one run\nhint: name one, or take one of: table, /,
    ],
    [['report', 'nothing'], /no run 'nothing' in .*, which holds 2/],
    [['report', '--format', 'xls'], /argument 'xls' is invalid/],
    [['report', '--output', 'no/such/file'], /there is no folder .*no\/such/],
  ])('%j: exit 2 and one clear line', async (argv, message) => {
    const { exitCode, stdout, stderr } = await cli(argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })
})

describe('the summary of a step in GitHub Actions', () => {
  const summary = (argv: string[], file = 'summary.md') => {
    const deps = fakeDeps()
    writeFileSync(join(deps.cwd, 'summary.md'), 'before\n')
    return cli(argv, { cwd: deps.cwd, env: { GITHUB_STEP_SUMMARY: join(deps.cwd, file) } })
  }

  test('gets the markdown after what is there, and it is said', async () => {
    const { stdout, stderr, read } = await summary(['report', '--format', 'markdown'])
    expect(read('summary.md')).toBe(`before\n${stdout}\n`)
    expect(stderr).toBe('added to the summary of this step (GITHUB_STEP_SUMMARY)\n')
  })

  test('gets no other format', async () => {
    const { stderr, read } = await summary(['report', '--format', 'csv'])
    expect({ stderr, text: read('summary.md') }).toEqual({ stderr: '', text: 'before\n' })
  })

  test('that cannot be written is told, and no reason to fail', async () => {
    const { exitCode, stderr } = await summary(['report', '--format', 'markdown'], 'no/such/file')
    expect(exitCode).toBe(0)
    expect(stderr).toMatch(/^not added to GITHUB_STEP_SUMMARY: ENOENT/)
  })
})

test('compare --format junit has a test case for each ratio', async () => {
  const { exitCode, stdout } = await cli(['compare', 'before', 'latest', '--format', 'junit', '--gate'])
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(
    /<testsuite name="mountbench gate" tests="3" failures="0" errors="1" skipped="0" timestamp="2026-11-21T13:00:00">/,
  )
  expect(stdout).toContain('<testcase classname="mountbench.seq-write" name="bind against volume">')
})
