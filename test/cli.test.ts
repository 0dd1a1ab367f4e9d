import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { scenarios } from '../scenarios/index.js'
import { main } from '../src/cli.js'
import { Run } from '../src/model.js'
import { parseTarget } from '../src/targets.js'
import { TOOL_VERSION } from '../src/version.js'
import { fixture, smallRun } from './builders.js'
import { type FakeDeps, fakeDeps, fakeExec, fakeStream, noExec, noPipe } from './fake.js'

/** A command line that may run nothing. */
async function cli(argv: string[], more: Partial<FakeDeps> = {}) {
  const deps = fakeDeps({ exec: noExec, openPipe: noPipe, ...more })
  const exitCode = await main(argv, deps)
  return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text(), cwd: deps.cwd }
}

const DOCKER = fakeExec({
  'docker version': { stdout: fixture('engine-json/docker-version.json') },
  'docker info': { stdout: fixture('engine-json/docker-20.10-info.json') },
  'docker image inspect': { stdout: '[{"Id": "sha256:1"}]' },
})

describe('help and version', () => {
  test.each([['--version'], ['-V']])('%s', async (flag) => {
    expect(await cli([flag])).toMatchObject({ exitCode: 0, stdout: `${TOOL_VERSION}\n`, stderr: '' })
  })

  test('--help names the commands and the exit codes', async () => {
    const { exitCode, stdout } = await cli(['--help'])
    expect(exitCode).toBe(0)
    for (const word of [
      'run',
      'list',
      'doctor',
      'clean',
      'image',
      'schema',
      'compare',
      'analyze',
      'Exit codes: 0 fine, 1 regression (with --gate), 2 bad input, 3 could not run, 4 inconclusive',
      '130 interrupted',
    ])
      expect(stdout).toContain(word)
  })

  test('run --help has examples', async () => {
    const { exitCode, stdout } = await cli(['run', '--help'])
    expect(exitCode).toBe(0)
    for (const word of ['Examples:', '--mount', '--profile', '--fio-job', '--dry-run', 'Exit codes'])
      expect(stdout).toContain(word)
  })

  test('the mounts in the examples of run --help are what a shell passes on', async () => {
    const { stdout } = await cli(['run', '--help'])
    const examples = [...stdout.matchAll(/^ {2}(mountbench run .*?)(?: {2,}.*)?$/gm)].map(([, line]) => line!)
    const mounts = examples.flatMap((line) => {
      const script = `mountbench() { printf '%s\\n' "$@"; }; ${line}`
      const words = spawnSync('sh', ['-c', script], { encoding: 'utf8' }).stdout.split('\n')
      return words.filter((_, index) => words[index - 1] === '--mount')
    })
    expect(mounts.map(parseTarget)).toContainEqual({
      label: 'nfs',
      type: 'volume',
      driver: 'local',
      opt: ['type=nfs', 'o=addr=10.0.0.1,rw', 'device=:/data'],
    })
  })
})

describe('bad input: exit 2, what is wrong and what would be right, nothing created or started', () => {
  const cases: [string[], RegExp, RegExp][] = [
    [['run', 'seq-wirte'], /unknown scenario 'seq-wirte'/, /did you mean 'seq-write'\?/],
    [['run', '--mount', 'volum'], /unknown mount type 'volum'/, /did you mean 'volume'\?/],
    [['run', '--mount', 'bind,scr=/x'], /unknown option of a bind mount 'scr'/, /did you mean 'src'\?/],
    [['run', '--mount', 'volume', '--mount', 'volume'], /label 'volume' is used twice/, /--mount other=volume/],
    [['run', '--mount', 'a=volume', '--mount', 'a=tmpfs'], /label 'a' is used twice/, /another label/],
    [['run', '--reference', 'tmpf'], /unknown reference 'tmpf'/, /did you mean 'tmpfs'\?/],
    [['run', '--engine', 'dokcer'], /'dokcer' is invalid/, /docker, podman, namespaces/],
    [['run', '--profile', 'fast'], /'fast' is invalid/, /quick, standard, thorough/],
    [['run', '--format', 'yaml'], /'yaml' is invalid/, /table, json, markdown/],
    [['run', '--pull', 'always'], /'always' is invalid/, /never, missing/],
    [['run', '--round', '3'], /unknown option '--round'/, /Did you mean --rounds\?/],
    [['rnu'], /unknown command 'rnu'/, /Did you mean run\?/],
    [['list', 'extra'], /too many arguments/, /./],
    [['run', '--size', '64q'], /'64q' is not a size/, /64m/],
    [['run', '--size', '0'], /'0' is not a size/, /64m/],
    [['run', '--size', '1500k'], /not a whole number of MiB/, /64m/],
    [['run', '--duration', '10'], /'10' is not a duration/, /500ms/],
    [['run', '--duration', '-1s'], /./, /./],
    [['run', '--max-time', 'soon'], /'soon' is not a duration/, /2m/],
    [['run', '--timeout', '0s'], /'0s' is not a duration/, /2m/],
    [['run', '--rounds', '0'], /--rounds '0' is not a whole number from 1 to 10000/, /./],
    [['run', '--rounds', '2.5'], /--rounds '2.5' is not a whole number/, /./],
    [['run', '--min-rounds', '0'], /--min-rounds '0' is not a whole number from 1 to 10000/, /./],
    [['run', '--max-rounds', 'many'], /--max-rounds 'many' is not a whole number/, /./],
    [['run', '--min-rounds', '9', '--max-rounds', '8'], /--min-rounds 9 is more than --max-rounds 8/, /./],
    [['run', '--precision', '5'], /--precision '5' is not a share between 0% and 100%/, /5% or 0\.05/],
    [['run', '--precision', '0%'], /--precision '0%' is not a share/, /5% or 0\.05/],
    [['run', '--precision', 'narrow'], /--precision 'narrow' is not a share/, /5% or 0\.05/],
    [['run', '--threshold', '100%'], /--threshold '100%' is not a share/, /5% or 0\.05/],
    [['run', '--threshold', '5%%'], /--threshold '5%%' is not a share/, /5% or 0\.05/],
    [['run', '--threshold', '-5%'], /./, /./],
    [['run', '--seed', 'x'], /--seed 'x' is not a whole number/, /./],
    [['run', '--mount'], /argument missing/, /./],
    [['run', '--fio-job', 'missing.fio'], /fio job file cannot be read/, /missing\.fio/],
    [['run', '--output', 'nowhere/out.json'], /there is no folder/, /nowhere/],
  ]

  test.each(cases)('%j', async (argv, message, hint) => {
    const { exitCode, stdout, stderr, cwd } = await cli(argv)
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(hint)
    expect(stderr).not.toMatch(/ {4}at |this is a defect/)
    expect(stderr.split('\n')[0]).toMatch(message)
    expect(readdirSync(cwd)).toEqual([])
  })

  test('no command at all tells what there is', async () => {
    const { exitCode, stderr, stdout } = await cli([])
    expect(exitCode).toBe(2)
    expect(stderr + stdout).toContain('run')
  })

  /** A command line in a folder with a file `taken` and a folder `folder`. */
  async function among(argv: string[], exec = DOCKER.exec) {
    const deps = fakeDeps({ exec, openPipe: noPipe })
    writeFileSync(join(deps.cwd, 'taken'), 'text')
    mkdirSync(join(deps.cwd, 'folder'))
    const exitCode = await main(argv, deps)
    return { exitCode, stderr: deps.stderr.text(), files: readdirSync(deps.cwd).toSorted() }
  }

  test.each([
    [['run', '--results', 'taken'], /taken is not a folder/, /--results/],
    [['run', '--results', 'taken/below'], /taken/, /--results/],
    [['run', '--output', 'folder'], /is a folder/, /name a file/],
    [['run', '--mount', 'bind,src=missing'], /bind: there is no folder .*missing/, /make it first/],
    [['run', '--mount', 'bind,src=taken'], /bind: .*taken is not a folder/, /./],
    [['run', '--mount', 'host,src=missing'], /host: there is no folder/, /./],
    [['run', '--fio-job', 'taken'], /'text' stands before the first section/, /\[global\] or \[name\]/],
    [['run', '--fio-job', 'folder'], /fio job file cannot be read/, /./],
  ])('%j', async (argv, message, hint) => {
    const { exitCode, stderr, files } = await among(argv)
    expect(stderr).toMatch(message)
    expect(stderr).toMatch(hint)
    expect(stderr).not.toMatch(/this is a defect/)
    expect(exitCode).toBe(2)
    expect(files).toEqual(['folder', 'taken'])
  })
})

describe('what cannot run: exit 3', () => {
  const absent = fakeExec({
    docker: { exitCode: 127 },
    podman: { exitCode: 127 },
    unshare: { exitCode: 1, stderr: 'unshare: unshare failed: Operation not permitted\n' },
  })

  test('a named engine that does not answer, in its own words', async () => {
    const down = fakeExec({
      'docker version': {
        exitCode: 1,
        stderr: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n',
      },
    })
    const { exitCode, stderr, stdout, cwd } = await cli(['run', '--engine', 'docker'], { exec: down.exec })
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^mountbench: docker does not answer: Cannot connect to the Docker daemon/)
    expect(stderr).toMatch(/hint: start the engine/)
    expect(stdout).toBe('')
    expect(readdirSync(cwd)).toEqual([])
  })

  test('no engine at all, with every reason', async () => {
    const { exitCode, stderr } = await cli(['run'], { exec: absent.exec })
    expect(exitCode).toBe(3)
    for (const word of [
      'no engine can be used',
      'docker is not installed',
      'podman is not installed',
      'Operation not permitted',
    ])
      expect(stderr).toContain(word)
  })

  test('an internal error is named as one', async () => {
    const broken = () => {
      throw new TypeError('x is undefined')
    }
    const { exitCode, stderr } = await cli(['list'], { stdout: { ...fakeStream(), write: broken } })
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/^mountbench: x is undefined\nthis is a defect of mountbench:\n/)
  })

  test('an image of an engine that has none is bad input', async () => {
    const { exitCode, stderr } = await cli(['image', '--engine', 'namespaces'], { exec: fakeExec().exec })
    expect(exitCode).toBe(2)
    expect(stderr).toContain('has no images')
  })
})

test('an interruption is exit 130', async () => {
  const { exitCode } = await cli(['run', '--engine', 'docker'], { exec: DOCKER.exec, signal: AbortSignal.abort() })
  expect(exitCode).toBe(130)
})

describe('list', () => {
  test('prints every scenario with its texts, the mounts and the profiles', async () => {
    const { exitCode, stdout } = await cli(['list'])
    expect(exitCode).toBe(0)
    for (const { id, question, isolates, caveat } of scenarios)
      for (const text of [id, question, isolates, caveat]) expect(stdout).toContain(text)
    for (const word of ['anonymous', 'engine-arg', 'quick', 'thorough', '12 to 32 rounds'])
      expect(stdout).toContain(word)
  })
})

describe('schema', () => {
  const schema = async () => JSON.parse((await cli(['schema'])).stdout)

  test('is a JSON Schema of a run', async () => {
    const printed = await schema()
    expect(printed.$schema).toMatch(/json-schema\.org/)
    expect(printed.type).toBe('object')
    expect(Object.keys(printed.properties)).toEqual(Object.keys(Run.shape))
    expect(printed.required.toSorted()).toEqual(Object.keys(Run.shape).toSorted())
  })

  test('accepts a real run.json, and refuses one with a part missing or too many', async () => {
    const read = z.fromJSONSchema(await schema())
    const run = JSON.parse(JSON.stringify(smallRun()))
    expect(read.safeParse(run).error?.issues).toBeUndefined()
    expect(read.safeParse({ ...run, cells: undefined }).success).toBe(false)
    expect(read.safeParse({ ...run, more: 1 }).success).toBe(false)
    expect(
      read.safeParse({ ...run, trials: [{ ...run.trials[0], sample: { bytes: 1, seconds: 0, metrics: {} } }] }).success,
    ).toBe(false)
  })
})
