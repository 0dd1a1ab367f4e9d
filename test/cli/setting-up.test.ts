import { chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command } from 'commander'
import { describe, expect, test } from 'vitest'
import { addSettingUp } from '../../src/cli/setting-up.js'
import { main } from '../../src/cli.js'
import { parseConfig } from '../../src/config/parse.js'
import { flagOf, SETTING_NAMES } from '../../src/config/settings.js'
import { fakeDeps, fakeExec, temporaryFolder } from '../fake.js'

const NAME = 'mountbench.config.yaml'

interface Place {
  /** Files by their path below a temporary folder. */
  files?: Record<string, string>
  /** The working directory, below the temporary folder. */
  cwd?: string
  /** The home folder, below it. */
  home?: string
}

function placed({ files = {}, cwd = '.', home }: Place) {
  const root = temporaryFolder()
  for (const [path, text] of Object.entries({ ...files, [join(cwd, '.keep')]: '' })) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const deps = fakeDeps({ cwd: join(root, cwd), env: home === undefined ? {} : { HOME: join(root, home) } })
  return { root, deps }
}

/** What a command with the flags of `run` is given in a place. */
async function given(argv: string[], place: Place, name = 'run') {
  const { root, deps } = placed(place)
  let seen: { words: string[]; flags: Record<string, unknown> } | undefined
  const program = new Command('mountbench').exitOverride().configureOutput({ writeErr: () => {} })
  const repeated = (value: string, all: string[] = []) => [...all, value]
  program
    .command(`${name} [scenario...]`)
    .option('--mount <mount>', 'm', repeated)
    .option('--fio-job <file>', 'f', repeated)
    .option('--profile <name>', 'p', 'standard')
    .option('--results <folder>', 'r', 'results')
    .option('--reference <label>', 'r')
    .option('--baseline <run>', 'b')
    .option('--rounds <n>', 'n')
    .option('--min-rounds <n>', 'n')
    .option('--max-rounds <n>', 'n')
    .option('--gate', 'g')
    .option('--strict', 's')
    .option('--any-machine', 'a')
    .option('--compose <file>', 'c')
    .action((words: string[], flags: Record<string, unknown>) => {
      seen = { words, flags }
    })
  addSettingUp(program, '', deps)
  await program.parseAsync([name, ...argv], { from: 'user' })
  return { ...seen!, root, stderr: deps.stderr.text() }
}

describe('where the configuration is found', () => {
  const quick = 'profile: quick\n'
  test.each<[string, Place, string[], string]>([
    ['in the working directory', { files: { [NAME]: quick } }, [], 'quick'],
    ['as .yml', { files: { 'mountbench.config.yml': quick } }, [], 'quick'],
    ['above it', { files: { [NAME]: quick }, cwd: 'a/b' }, [], 'quick'],
    ['the nearest', { files: { [NAME]: 'profile: thorough', [`a/${NAME}`]: quick }, cwd: 'a/b' }, [], 'quick'],
    ['at the root of the repository', { files: { [`a/${NAME}`]: quick, 'a/.git/HEAD': '' }, cwd: 'a/b' }, [], 'quick'],
    ['not above the repository', { files: { [NAME]: quick, 'a/.git/HEAD': '' }, cwd: 'a/b' }, [], 'standard'],
    [
      'not above a worktree, whose .git is a file',
      { files: { [NAME]: quick, 'a/.git': '' }, cwd: 'a' },
      [],
      'standard',
    ],
    ['in the home folder', { files: { [`a/${NAME}`]: quick }, cwd: 'a/b', home: 'a' }, [], 'quick'],
    ['not above the home folder', { files: { [NAME]: quick }, cwd: 'a/b', home: 'a' }, [], 'standard'],
    ['a folder of that name is none', { files: { [`a/${NAME}/x`]: '', [NAME]: quick }, cwd: 'a' }, [], 'quick'],
    ['another file', { files: { [NAME]: 'profile: thorough', 'o.yaml': quick } }, ['--config', 'o.yaml'], 'quick'],
    ['none', { files: { [NAME]: quick } }, ['--no-config'], 'standard'],
  ])('%s', async (_, place, argv, profile) => {
    expect((await given(argv, place)).flags).toMatchObject({ profile })
  })

  test('one that does not hold is not even read', async () => {
    expect((await given(['--no-config'], { files: { [NAME]: 'profile: [' } })).stderr).toBe('')
  })

  test('a named one that is not there is bad input', async () => {
    await expect(given(['--config', 'no.yaml'], {})).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.stringMatching(/^the configuration cannot be read: .*no\.yaml/),
    })
  })

  test('one that somebody else wrote is passed over, unless it is named', async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'only root can make a file of somebody else')
    const { root, deps } = placed({ files: { [NAME]: 'profile: [' }, cwd: 'mine' })
    chownSync(join(root, NAME), 12345, 12345)
    const path = join(root, NAME)
    expect(await main(['doctor'], deps)).toBe(0)
    expect(deps.stderr.text()).toBe(
      `passed over ${path}, which belongs to somebody else; to use it: --config ${path}\n`,
    )
    expect(await main(['doctor', '--config', path], deps)).toBe(2)
  })
})

describe('what flags and settings make together', () => {
  test.each<[string, string[], string, Record<string, unknown>]>([
    ['a setting fills in what has a default', [], 'profile: quick', { profile: 'quick' }],
    ['a flag comes first', ['--profile', 'thorough'], 'profile: quick', { profile: 'thorough' }],
    ['also when it says the default', ['--profile', 'standard'], 'profile: quick', { profile: 'standard' }],
    ['mounts are replaced, not added', ['--mount', 'host'], 'mounts: [volume, bind]', { mount: ['host'] }],
    [
      'other mounts come without the reference of the configuration',
      ['--mount', 'host'],
      'mounts: [volume, bind]\nreference: bind',
      { mount: ['host'], reference: undefined },
    ],
    ['--rounds is without minRounds', ['--rounds', '3'], 'minRounds: 9', { rounds: '3', minRounds: undefined }],
    ['--min-rounds is without rounds', ['--min-rounds', '3'], 'rounds: 9', { rounds: undefined, minRounds: '3' }],
    ['a least beyond the most of the configuration', ['--min-rounds', '40'], 'maxRounds: 32', { maxRounds: undefined }],
    ['a least below it', ['--min-rounds', '4'], 'maxRounds: 32', { minRounds: '4', maxRounds: '32' }],
    ['a most below the least of it', ['--max-rounds', '8'], 'minRounds: 12', { minRounds: undefined, maxRounds: '8' }],
    ['words are without the job files', ['seq-write'], 'fioJobs: [db.fio]', { fioJob: undefined }],
    ['but for those that they name', ['fio-db', 'metadata'], 'fioJobs: [x.fio, j/db.fio]', { fioJob: ['j/db.fio'] }],
    ['job files are with services', ['--compose', 'c.yaml', 'app'], 'fioJobs: [db.fio]', { fioJob: ['db.fio'] }],
    ['but not with scenarios', ['--compose', 'c.yaml', 'metadata'], 'fioJobs: [db.fio]', { fioJob: undefined }],
    ['a switch is on', [], 'gate: true', { gate: true }],
    ['and off', ['--no-gate'], 'gate: true', { gate: false }],
  ])('%s', async (_, argv, text, flags) => {
    const found = await given(argv, { files: { [NAME]: text } })
    for (const [name, value] of Object.entries(flags)) expect(found.flags[name]).toEqual(value)
  })

  test.each([
    [[], ['metadata']],
    [['seq-write'], ['seq-write']],
    [['--fio-job', 'x.fio'], []],
    [
      ['--compose', 'c.yaml', 'app'],
      ['metadata', 'app'],
    ],
    [
      ['--compose', 'c.yaml', 'app', 'seq-write'],
      ['app', 'seq-write'],
    ],
  ])('words %j', async (argv, words) => {
    expect((await given(argv, { files: { [NAME]: 'scenarios: [metadata]' } })).words).toEqual(words)
  })

  test('relative paths are of the folder of the configuration', async () => {
    const text = `results: out
baseline: perf/base.json
fioJobs: [jobs/x.fio, /abs/y.fio]
mounts: ['docs=bind,src=./docs', 'volume', '"bind","src=a, b"', 'abs=bind,src=/srv']
`
    const { flags, root } = await given([], { files: { [NAME]: text }, cwd: 'a/b' })
    expect(flags).toMatchObject({
      results: '../../out',
      baseline: join(root, 'perf/base.json'),
      fioJob: ['../../jobs/x.fio', '/abs/y.fio'],
      mount: [`docs=bind,"src=${root}/docs"`, 'volume', `"bind","src=${root}/a, b"`, 'abs=bind,src=/srv'],
    })
  })

  test.each([
    ['bind, src=./docs', 'bind,"src=ROOT/docs"'],
    ['bind,ro ," src=docs"', 'bind,ro ,"src=ROOT/docs"'],
    ['src=bind', 'src=bind'],
    ['src=bind,src=x', 'src=bind,"src=ROOT/x"'],
  ])('the mount %s is of that folder, however it is written', async (mount, expected) => {
    const place = { files: { [NAME]: `mounts: ['${mount}']` }, cwd: 'a' }
    const { flags, root } = await given([], place)
    expect(flags.mount).toEqual([expected.replace('ROOT', root)])
  })

  test.each(['v1', 'feature/x'])('a label is no path: %s', async (baseline) => {
    const place = { files: { [NAME]: `baseline: ${baseline}` }, cwd: 'a' }
    expect((await given([], place)).flags).toMatchObject({ baseline })
  })

  test('what may be a label is a path when a run is there', async () => {
    const files = { [NAME]: 'baseline: perf/base', 'perf/base/run.json': '{}' }
    const { flags, root } = await given([], { files, cwd: 'a' })
    expect(flags).toMatchObject({ baseline: join(root, 'perf/base') })
  })

  test('a command takes only the settings that are its own', async () => {
    const place = { files: { [NAME]: 'profile: quick\nresults: out\nscenarios: metadata' } }
    const { flags, words, stderr } = await given([], place, 'report')
    expect({ flags, words }).toMatchObject({ flags: { profile: 'standard', results: 'out' }, words: [] })
    expect(stderr).toBe(`settings from ${NAME}: results\n`)
    expect((await given(['--results', 'x'], place, 'report')).stderr).toBe('')
  })

  test('every command that takes a switch of the configuration can switch it off', async () => {
    const place = { files: { [NAME]: 'strict: true\nanyMachine: true\ngate: true' } }
    const { flags, stderr } = await given(['--no-strict'], place, 'compare')
    expect(flags).toMatchObject({ strict: false, anyMachine: true })
    expect(flags.gate).toBeUndefined()
    expect(stderr).toBe(`settings from ${NAME}: anyMachine\n`)
    await expect(given(['--no-gate'], place, 'compare')).rejects.toThrow(/unknown option '--no-gate'/)
  })
})

describe('on the real command line', () => {
  test('a run says which file its settings are from, and takes them', async () => {
    const { deps } = placed({ files: { [NAME]: 'scenarios: [metadata]\nmounts: [host]\nlabel: x' }, cwd: 'a' })
    expect(await main(['run', '--dry-run', '--label', 'y'], deps)).toBe(0)
    expect(deps.stderr.text()).toBe(`settings from ../${NAME}: scenarios, mounts\n`)
    expect(deps.stdout.text()).toContain('metadata')
    expect(deps.stdout.text()).not.toContain('seq-write')
  })

  test('beside services of a Compose file its scenarios are run, and its job files', async () => {
    const files = {
      [NAME]: 'scenarios: [fio-mine, metadata]\nfioJobs: [mine.fio]',
      'mine.fio': '[job]\nrw=write\nsize=1m\n',
      'compose.yaml': 'services: { app: { tmpfs: /run/x } }',
    }
    const { deps } = placed({ files })
    const { exec } = fakeExec({ docker: { exitCode: 127 }, podman: { exitCode: 127 }, unshare: { exitCode: 1 } })
    expect(await main(['run', '--dry-run', '--compose', 'compose.yaml', 'app'], { ...deps, exec })).toBe(0)
    expect(deps.stdout.text()).toContain('metadata')
    expect(deps.stdout.text()).toContain('fio-mine')
    expect(deps.stdout.text()).not.toContain('seq-write')
  })

  test('what is wrong is told with file and line, and exit code 2', async () => {
    const { deps } = placed({ files: { [NAME]: '\nprofil: quick\n' } })
    expect(await main(['run', '--dry-run'], deps)).toBe(2)
    expect(deps.stderr.text()).toBe(`mountbench: ${NAME}:2: unknown setting 'profil'\nhint: did you mean 'profile'?\n`)
    expect(deps.stdout.text()).toBe('')
  })

  test('every flag of run is a setting, or is left out on purpose', async () => {
    const { deps } = placed({})
    await main(['run', '--help'], deps)
    const flags = [...deps.stdout.text().matchAll(/^ {2}(?:-\w, )?--(?!no-)([\w-]+)/gm)].map(([, flag]) => flag!)
    const camel = (flag: string) => flag.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    // A Compose file is named for a run; its mounts take the place of those of a configuration.
    const notSettings = ['config', 'output', 'dryRun', 'help', 'compose', 'service']
    expect(
      flags
        .map(camel)
        .filter((flag) => !notSettings.includes(flag))
        .toSorted(),
    ).toEqual(
      SETTING_NAMES.map(flagOf)
        .filter((flag) => flag !== null)
        .toSorted(),
    )
  })
})

describe('init', () => {
  test('writes a file that has every setting, and that is right as it is and with all of it switched on', async () => {
    const { deps } = placed({})
    expect(await main(['init'], deps)).toBe(0)
    const text = readFileSync(join(deps.cwd, NAME), 'utf8')
    expect(parseConfig(NAME, text)).toEqual({
      profile: 'standard',
      mounts: ['volume', 'bind', 'tmpfs'],
      results: 'results',
    })
    for (const name of SETTING_NAMES) expect(text).toMatch(new RegExp(`^# .+\\n(# )?${name}: .`, 'm'))
    const on = text.replaceAll(/^# (\w+: [^\n]*)$/gm, (line, setting: string) =>
      SETTING_NAMES.some((name) => setting.startsWith(`${name}: `)) ? setting : line,
    )
    // A fixed number of rounds goes with neither bound.
    expect(Object.keys(parseConfig(NAME, on.replace(/^rounds: .*$/m, ''))).toSorted()).toEqual(
      SETTING_NAMES.filter((name) => name !== 'rounds').toSorted(),
    )
    expect(await main(['run', '--dry-run'], deps)).toBe(0)
  })

  test('leaves what is there, and says what to do', async () => {
    const { deps } = placed({ files: { [NAME]: 'mine' } })
    expect(await main(['init'], deps)).toBe(2)
    expect(deps.stderr.text()).toMatch(/^mountbench: mountbench\.config\.yaml is there already.*\nhint: .*mv /)
    expect(readFileSync(join(deps.cwd, NAME), 'utf8')).toBe('mine')
    expect(readdirSync(deps.cwd).toSorted()).toEqual(['.keep', NAME])
  })

  test('a configuration by its other name would be passed over for a new one: it is left to hold', async () => {
    const { deps } = placed({ files: { 'mountbench.config.yml': 'profile: quick' } })
    expect(await main(['init'], deps)).toBe(2)
    expect(deps.stderr.text()).toMatch(/^mountbench: mountbench\.config\.yml is there already.*\nhint: .*mv /)
    expect(readdirSync(deps.cwd).toSorted()).toEqual(['.keep', 'mountbench.config.yml'])
  })
})
