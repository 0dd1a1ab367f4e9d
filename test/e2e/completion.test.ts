import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scenarios } from '../../scenarios/index.js'
import { ENGINE_IDS } from '../../src/engines/ids.js'
import { GROUP_WORDS } from '../../src/options.js'
import { FORMAT_NAMES } from '../../src/report/index.js'
import { MOUNT_TYPES } from '../../src/targets.js'
import { output, run } from './support/program.js'
import { describeWith } from './support/servers.js'
import { diskFolder } from './support/world.js'

const BIN = join(import.meta.dirname, '../../dist/src/bin.js')
let folder = ''
const script = (name: string) => join(folder, `mountbench.${name}`)

/** The completions are what the program prints; the shells that read them are real. */
beforeAll(async () => {
  folder = diskFolder()
  for (const name of ['bash', 'zsh', 'fish', 'man'])
    writeFileSync(script(name), `${await output([process.execPath, BIN, 'completion', name])}\n`)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** All commands, as the help lists them. */
async function commands(): Promise<string[]> {
  const help = await output([process.execPath, BIN, '--help'])
  return [...(help.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z]+)\b/gm)].map(([, name]) => name!)
}

const ENGINES = ['auto', ...ENGINE_IDS]
const beginning = (letter: string, names: readonly string[]) => names.filter((name) => name.startsWith(letter))

/** What is typed, and all that is offered for its last word. */
const CASES: [string[], readonly string[]][] = [
  [['run', 'fs'], ['fsync-latency']],
  [
    ['run', ''],
    [...GROUP_WORDS, ...scenarios.map(({ id }) => id)],
  ],
  [
    ['run', '--quiet', 'seq-r'],
    beginning(
      'seq-r',
      scenarios.map(({ id }) => id),
    ),
  ],
  [['run', '--engine', ''], ENGINES],
  [['run', 'metadata', '--engine', 'p'], ['podman']],
  [['run', '--mount', ''], MOUNT_TYPES],
  [['report', '--format', 'g'], beginning('g', FORMAT_NAMES)],
  [['history', '--scenario', 'par'], ['parallel-write']],
  [
    ['compare', 'latest', 'la'],
    ['latest', 'latest~1'],
  ],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish', 'man'],
  ],
  [['help', 'doc'], ['doctor']],
]

describeWith('completion in bash', ['bash'], () => {
  /** What the completion offers when readline gives it these words; the script has no name of ours but the function. */
  const ASK = `source "$1"; shift; COMP_WORDS=(mountbench "$@"); COMP_CWORD=$#
    [[ $(complete -p mountbench) == *'-F _mountbench mountbench' ]] || exit 9
    _mountbench; for word in "\${COMPREPLY[@]}"; do printf '%s\\n' "$word"; done`
  const offered = async (words: readonly string[]) =>
    (await output(['bash', '--norc', '-uc', ASK, 'bash', script('bash'), ...words])).split('\n').filter(Boolean)

  test.each(CASES)('%j', async (words, expected) => {
    expect(await offered(words)).toEqual(expected)
  })

  // Readline takes words apart at '='.
  test.each<[string[], readonly string[]]>([
    [['run', '--engine', '='], ENGINES],
    [['run', '--engine', '=', 'd'], ['docker']],
    [['run', '--mount', 'nvme', '='], MOUNT_TYPES],
    [['run', '--mount', 'nvme', '=', 'b'], ['bind']],
    [['run', '--output', 'x'], []],
    [['run', '--label', 'x'], []],
  ])('%j', async (words, expected) => {
    expect(await offered(words)).toEqual(expected)
  })

  test('all commands, and all flags of each', async () => {
    const names = await commands()
    expect(names).toEqual(expect.arrayContaining(['run', 'report', 'init', 'completion', 'help']))
    expect((await offered([''])).toSorted()).toEqual(names.toSorted())
    for (const name of names.filter((command) => command !== 'help')) {
      const help = await output([process.execPath, BIN, name, '--help'])
      const flags = [...help.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag)
      expect(await offered([name, '-'])).toEqual(flags)
    }
  })
})

describeWith('completion in fish', ['fish'], () => {
  const offered = async (words: readonly string[]) => {
    const ask = 'source $argv[1]; complete -C "mountbench $argv[2]"'
    const lines = await output(['fish', '--no-config', '-c', ask, script('fish'), words.join(' ')], folder)
    return lines
      .split('\n')
      .filter(Boolean)
      .map((line) => line.split('\t')[0])
  }

  test.each(CASES)('%j', async (words, expected) => {
    expect((await offered(words)).toSorted()).toEqual([...expected].toSorted())
  })

  test('all commands, the flags of one, and what they mean', async () => {
    expect((await offered([''])).toSorted()).toEqual((await commands()).toSorted())
    expect(await offered(['run', '--eng'])).toEqual(['--engine'])
    expect(await offered(['run', '--engine=d'])).toEqual(['--engine=docker'])
  })
})

describeWith('completion in zsh', ['zsh'], () => {
  /** Types lines into an interactive zsh, in which mountbench is a function that prints what it is given. */
  const ASK = `zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z "PS1=; autoload -Uz compinit; compinit -D -u; source $1; "'mountbench() { print -r -- "GOT<$*>" }; print READY"1"'
    zpty -r -m z out '*READY1*'
    shift
    for line in "$@"; do
      zpty -w z "mountbench $line"
      zpty -r -m z out '*GOT<*>*'
      print -r -- "\${\${out##*GOT<}%%>*}"
    done
    zpty -d z`

  test('Tab completes commands, flags, choices, scenarios and mounts', async () => {
    const typed = [
      'comp\t',
      'run fsy\t',
      'run --eng\tpo\t',
      'run --engine=na\t',
      'report --format mark\t',
      'run --mount vol\t',
    ]
    const lines = await output(['timeout', '60', 'zsh', '-fc', ASK, 'zsh', script('zsh'), ...typed], folder)
    expect(lines.split('\n').map((line) => line.trim())).toEqual([
      // Of compare and completion only the beginning is certain.
      'comp',
      'run fsync-latency',
      'run --engine=podman',
      'run --engine=namespaces',
      'report --format markdown',
      'run --mount volume',
    ])
  })
})

describeWith('the manual page', ['groff', 'man'], () => {
  test('groff and man read it without a warning; it names every command', async () => {
    expect(await run(['groff', '-man', '-ww', '-z', '-Tutf8', script('man')], { cwd: '/' })).toMatchObject({
      exitCode: 0,
      stderr: '',
    })
    const page = await run(['man', '--warnings', '-l', script('man')], { cwd: '/', env: { MANWIDTH: '100' } })
    expect(page).toMatchObject({ exitCode: 0, stderr: '' })
    const text = page.stdout
    for (const name of await commands()) expect(text).toMatch(new RegExp(`^ +mountbench ${name}\\b`, 'm'))
    expect(text).toMatch(/--engine name\n +what launches containers \(auto, docker, podman, namespaces\)/)
    expect(text).toContain('[label=]type[,key=value…]')
  })
})
