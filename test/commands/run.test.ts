import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import type { Exec } from '../../src/exec.js'
import { openPipe, runProgram } from '../../src/exec.js'
import { Run } from '../../src/model.js'
import { readRun } from '../../src/store.js'
import { fixture } from '../builders.js'
import { type Answer, type FakeDeps, fakeDeps, fakePipe, fakeStream, temporaryFolder } from '../fake.js'

const ABSENT = { command: [], stdout: '', stderr: '', exitCode: 127, timedOut: false }
/** This machine without docker and podman, and with namespaces that need none: only the host is measured, for real. */
const exec: Exec = async (command, options) => {
  if (command[0] === 'docker' || command[0] === 'podman') return ABSENT
  if (command[0] === 'unshare') return { ...ABSENT, exitCode: 0 }
  return runProgram(command, options)
}

/** `mountbench run` with dd on the host, the smallest there is. */
async function run(argv: string[] = [], more: Partial<FakeDeps> = {}) {
  const deps = fakeDeps({ exec, openPipe, ...more })
  const exitCode = await main(
    ['run', 'dd-write', '--mount', 'host', '--rounds', '1', '--size', '1m', '--engine', 'namespaces', ...argv],
    deps,
  )
  return { exitCode, deps, stdout: deps.stdout.text(), stderr: deps.stderr.text(), files: readdirSync(deps.cwd) }
}

describe('measuring on the host for real', () => {
  test('prints the table and nothing else on stdout, saves the run, leaves nothing else', async () => {
    const { exitCode, stdout, stderr, files, deps } = await run()
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^┌/)
    expect(stdout).toContain('dd-write')
    expect(stderr).toMatch(/saved results\/\d{8}-\d{6}-[0-9a-f]{6}\/run\.json\n$/)
    expect(files).toEqual(['results'])
    const [runId] = readdirSync(join(deps.cwd, 'results'))
    const saved = await readRun(join(deps.cwd, 'results', runId!))
    expect(saved).toMatchObject({ status: 'complete', cells: [{ status: 'measured', n: 1 }] })
    expect(saved.trials.at(-1)!.sample!.bytes).toBe(2 ** 20)
  })

  test('--format json is the run that was saved', async () => {
    const { stdout, deps } = await run(['--format', 'json'])
    const printed = Run.parse(JSON.parse(stdout))
    expect(await readRun(join(deps.cwd, 'results', printed.runId))).toEqual(printed)
  })

  test('--output takes the result, and stdout has nothing', async () => {
    const { stdout, deps, files } = await run(['--format', 'markdown', '--output', 'report.md'])
    expect(stdout).toBe('')
    expect(readFileSync(join(deps.cwd, 'report.md'), 'utf8')).toMatch(/^\| scenario \| host/)
    expect(files.toSorted()).toEqual(['report.md', 'results'])
  })

  test('--results names the folder', async () => {
    expect((await run(['--results', 'deep/er'])).files).toEqual(['deep'])
  })

  test('a history begins also where the configuration wants a baseline and a gate', async () => {
    const cwd = temporaryFolder()
    writeFileSync(join(cwd, 'mountbench.config.yaml'), 'baseline: latest\ngate: true\n')
    const refused = await run([], { cwd })
    expect(refused.exitCode).toBe(2)
    expect(refused.stderr).toMatch(/no run 'latest' in .*, which holds 0\nhint: .*--no-baseline --no-gate/)
    expect(await run(['--no-baseline'], { cwd })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/--gate needs something to compare with\nhint: .*--no-gate/),
    })
    expect(await run(['--no-baseline', '--no-gate'], { cwd })).toMatchObject({ exitCode: 0 })
    expect(readdirSync(join(cwd, 'results'))).toContain('index.jsonl')
  })

  test('--quiet has no progress', async () => {
    expect((await run(['--quiet'])).stderr).not.toMatch(/warm-up|round 1\/1/)
    expect((await run()).stderr).toMatch(/dd-write warm-up: .*\n(.*\n)*.*dd-write round 1\/1/)
  })
})

describe('colour', () => {
  test.each([
    ['on a terminal', { terminal: true }, {}, true],
    ['with NO_COLOR', { terminal: true }, { NO_COLOR: '1' }, false],
    ['on a dumb terminal', { terminal: true }, { TERM: 'dumb' }, false],
    ['in a pipe', {}, {}, false],
  ])('%s', async (_, stream, env, colour) => {
    const { stdout } = await run([], { stdout: fakeStream(stream), env })
    expect(stdout.includes('\u001b')).toBe(colour)
  })
})

describe('what a run ends with', () => {
  /** The host's shell as a function. */
  const answering = (answer: (command: readonly string[]) => Answer | undefined): Partial<FakeDeps> => ({
    openPipe: (command) =>
      fakePipe(command.at(-1) ?? '', (inside) => {
        const said = answer(inside)
        if (said) return said
        if (inside.join(' ') === 'cat /proc/self/mountinfo') return { stdout: '1 0 254:0 / / rw - ext4 /dev/vda rw\n' }
        if (inside[0] === 'df') return { stdout: 'x\n/dev/vda 99999999 0 99999999 0% /\n' }
        if (inside.includes('/proc/meminfo')) return { stdout: fixture('kernel.txt') }
        if (inside[1] === '--version') return { stdout: 'dd 9.1\n' }
        if (inside[0] === 'dd')
          return { stderr: '1+0 records in\n1+0 records out\n1048576 bytes (1.0 MB, 1.0 MiB) copied, 0.01 s, 1 GB/s\n' }
        return {}
      }),
  })

  test('3 when nothing was measured; the run is saved and shown all the same', async () => {
    const broken = answering((command) =>
      command.includes('bs=1M') ? { exitCode: 1, stderr: 'dd: Input/output error\n' } : undefined,
    )
    const { exitCode, stdout, stderr, files } = await run([], broken)
    expect(exitCode).toBe(3)
    expect(stdout).toContain('failed [1]')
    expect(stderr).toContain('nothing was measured')
    expect(files).toEqual(['results'])
  })

  test('130 when it was interrupted; what was measured is saved and shown as incomplete', async () => {
    const stopping = new AbortController()
    let workloads = 0
    const interrupted = answering((command) => {
      if (!command.includes('bs=1M') || workloads++ < 2) return undefined
      stopping.abort()
      return 'hang'
    })
    const { exitCode, stdout, deps } = await run(['--rounds', '6'], { ...interrupted, signal: stopping.signal })
    expect(exitCode).toBe(130)
    expect(stdout).toContain('INCOMPLETE: interrupted')
    const [runId] = readdirSync(join(deps.cwd, 'results'))
    expect(await readRun(join(deps.cwd, 'results', runId!))).toMatchObject({ status: 'incomplete', cells: [{ n: 1 }] })
  })

  test('3 when it does not fit, with the numbers, and no results', async () => {
    const { exitCode, stderr, files, deps } = await run(
      ['--size', '500g'],
      answering(() => undefined),
    )
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/dd-write needs 500 GiB on \/dev\/vda/)
    expect(files.includes('results') ? readdirSync(join(deps.cwd, 'results')) : []).toEqual([])
  })
})
