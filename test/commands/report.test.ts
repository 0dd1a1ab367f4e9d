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

  test('csv is read from the lines beside the run, part by part; nothing is printed before they could be', async () => {
    const deps = fakeDeps({ exec: noExec, openPipe: noPipe })
    const results = join(deps.cwd, 'results')
    const runs = [runNumber(0), runNumber(1)]
    writeRuns(results, runs)
    expect(await main(['report', 'latest', 'latest~1', '--format', 'csv'], deps)).toBe(0)
    expect(deps.stdout.text()).toBe(severalExporters.csv!(runs))
    rmSync(join(results, runs[1]!.runId, 'trials.jsonl'))
    const broken = fakeDeps({ exec: noExec, openPipe: noPipe, cwd: deps.cwd })
    expect(await main(['report', '--format', 'csv'], broken)).toBe(2)
    expect(broken.stdout.text()).toBe('')
    expect(broken.stderr.text()).toMatch(/trials of this run are lost/)
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
