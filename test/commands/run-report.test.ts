import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import { type Exec, openPipe, runProgram } from '../../src/exec.js'
import { fakeDeps, fakeStream } from '../fake.js'

const ABSENT = { command: [], stdout: '', stderr: '', exitCode: 127, timedOut: false }
/** This machine without docker and podman: only the host is measured, for real. */
const exec: Exec = async (command, options) => {
  if (command[0] === 'docker' || command[0] === 'podman') return ABSENT
  if (command[0] === 'unshare') return { ...ABSENT, exitCode: 0 }
  return runProgram(command, options)
}

const HOST = [
  'run',
  'dd-write',
  '--mount',
  'host',
  '--rounds',
  '1',
  '--size',
  '1m',
  '--engine',
  'namespaces',
  '--quiet',
]
const TWO = [...HOST, '--mount', 'other=host']

/** Command lines one after the other in one folder; what the last printed. */
async function inTurn(...lines: string[][]) {
  const deps = fakeDeps({ exec, openPipe })
  let last = { exitCode: -1, stdout: '', stderr: '' }
  for (const argv of lines) {
    const [stdout, stderr] = [fakeStream(), fakeStream()]
    const exitCode = await main(argv, { ...deps, stdout, stderr })
    last = { exitCode, stdout: stdout.text(), stderr: stderr.text() }
  }
  return { ...last, read: (name: string) => readFileSync(join(deps.cwd, name), 'utf8') }
}

const AGAIN = ['--baseline', 'latest', '--format', 'junit']

describe('run --format junit', () => {
  test('without a baseline has a case for each cell', async () => {
    const { stdout } = await inTurn([...TWO, '--format', 'junit'])
    expect(stdout).toContain('<testsuite name="mountbench namespaces" tests="2" failures="0" errors="0" skipped="0"')
  })

  test('with one has a case for each ratio, and nothing else on stdout', async () => {
    const { exitCode, stdout, stderr } = await inTurn(TWO, [...TWO, ...AGAIN, '--gate'])
    expect(exitCode).toBe(0)
    expect(stdout.match(/<\?xml/g)).toHaveLength(1)
    // A single round cannot tell.
    expect(stdout).toMatch(/<testsuite name="mountbench gate" tests="1" failures="0" errors="0" skipped="1"/)
    expect(stdout).toContain('name="other against host"><skipped message="inconclusive')
    expect(stderr).toMatch(/^gate: pass$/m)
  })

  test('goes to --output as a whole', async () => {
    const { stdout, read } = await inTurn(TWO, [...TWO, ...AGAIN, '--output', 'junit.xml'])
    expect(stdout).toBe('')
    expect(read('junit.xml')).toMatch(/^<\?xml[\s\S]*mountbench gate[\s\S]*<\/testsuites>\n$/)
  })

  test('with a baseline that has nothing in common still has the cells of the run', async () => {
    const { exitCode, stdout, stderr } = await inTurn(HOST, [...TWO, ...AGAIN])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(/no scenario and target in common.*\nhint: .*mountbench history/)
    expect(stdout).toContain('<testsuite name="mountbench namespaces" tests="2"')
  })
})

test('run --format markdown is added to the summary of the step', async () => {
  const deps = fakeDeps({ exec, openPipe })
  const summary = join(deps.cwd, 'summary.md')
  writeFileSync(summary, '')
  const stdout = fakeStream()
  await main([...HOST, '--format', 'markdown'], { ...deps, stdout, env: { GITHUB_STEP_SUMMARY: summary } })
  expect(readFileSync(summary, 'utf8')).toBe(`${stdout.text()}\n`)
})
