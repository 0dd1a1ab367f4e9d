import { chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, expect, test } from 'vitest'
import { LABELS } from '../../../src/engines/labels.js'
import { type Run, readRun } from '../../../src/index.js'
import { commandLine, type Finished, output, run, start, wasStartedHere } from './program.js'
import { hasImages, type Subject, subjects, usable } from './subjects.js'

export const MIB = 2 ** 20
const TMPFS_MAGIC = 0x01021994

/** Undone after each test, last first; also when the test failed. */
const undo: (() => Promise<unknown>)[] = []
afterEach(async () => {
  const errors: unknown[] = []
  while (undo.length > 0)
    await undo
      .pop()?.()
      .catch((error) => errors.push(error))
  if (errors.length > 0) throw errors[0]
})
export const atEnd = (action: () => unknown) => void undo.push(async () => action())

/** A folder on the disk, not in memory: the temporary folder, or the repository's results. */
export function diskFolder(): string {
  const results = join(import.meta.dirname, '../../../results')
  const base = statfsSync(tmpdir()).type === TMPFS_MAGIC ? results : tmpdir()
  mkdirSync(base, { recursive: true })
  return mkdtempSync(join(base, 'mountbench-e2e-'))
}

/** An empty folder that the subject may write to; the caller removes it. */
export function folderFor({ user }: Subject): string {
  if (!user) return diskFolder()
  const folder = mkdtempSync(join(dirname(user.copy), 'mountbench-e2e-'))
  chownSync(folder, user.uid, user.gid)
  return folder
}

/** An empty folder that the subject may write to; removed at the end of the test. */
export function freshFolder(subject: Subject): string {
  const folder = folderFor(subject)
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface Options {
  cwd: string
  env?: Readonly<Record<string, string>>
}

/** `mountbench ARGS --engine …` on a subject, to its end. */
export const mountbench = (subject: Subject, args: readonly string[], options: Options): Promise<Finished> =>
  run(commandLine(subject, args), options)

/** The same, while it runs; killed at the end of the test when it still does. */
export function startMountbench(subject: Subject, args: readonly string[], options: Options) {
  const program = start(commandLine(subject, args), options)
  atEnd(async () => {
    if (program.running()) process.kill(-program.pid, 'SIGKILL')
  })
  return program
}

export const engineFlag = ({ engine }: Subject) => ['--engine', engine]

/** The only run under a folder's results. */
export async function onlyRun(cwd: string): Promise<{ folder: string; run: Run }> {
  const ids = readdirSync(join(cwd, 'results')).filter((name) => name !== 'index.jsonl')
  expect(ids).toHaveLength(1)
  const folder = join(cwd, 'results', ids[0] ?? '')
  return { folder, run: await readRun(folder) }
}

/** Command lines of all processes that contain a text. */
export const processesWith = (text: string): string[] => found(text).map(({ line }) => line)

/** Ends all processes whose command line contains a text that only one run has. */
export function endProcessesWith(runId: string): void {
  for (const { pid } of runId === '' ? [] : found(runId)) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

function found(text: string): { pid: number; line: string }[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  return pids.flatMap((pid) => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
      return line.includes(text) ? [{ pid: Number(pid), line }] : []
    } catch {
      return []
    }
  })
}

/** Everything that a run left on the engine, among the processes and in its working directory; empty when it cleaned up. */
export async function remainsOf(runId: string, subject: Subject, cwd: string): Promise<string[]> {
  const processes = () => processesWith(runId)
  // Podman's own watcher of a container may end a moment after it.
  const deadline = Date.now() + 5000
  while (processes().some((line) => /^\S*conmon /.test(line)) && Date.now() < deadline) await pause(50)
  const folders = readdirSync(cwd).filter((name) => name === '.mountbench')
  return [...(await namesOnEngine(subject)).filter((name) => name.includes(runId)), ...processes(), ...folders]
}

/** Names of all containers and volumes of a subject's engine. */
export async function namesOnEngine(subject: Subject): Promise<string[]> {
  if (!hasImages(subject)) return []
  const containers = await output([subject.engine, 'ps', '--all', '--format', '{{.Names}}'])
  const volumes = await output([subject.engine, 'volume', 'ls', '--format', '{{.Name}}'])
  return `${containers}\n${volumes}`.split('\n').filter((name) => name !== '')
}

/** Last in every file: nothing that carries the label of a process of this file is left on any engine. */
export function nothingRemains(): void {
  test('nothing of this file is left on the engines', async () => {
    expect(await labelled()).toEqual([])
  })
  afterAll(async () => {
    for (const { engine, kind, name } of await labelled()) {
      await run([engine, ...(kind === 'container' ? ['rm', '--force', '--volumes'] : ['volume', 'rm']), name], {
        cwd: '/',
      })
    }
  })
}

async function labelled() {
  const found = []
  for (const { engine } of subjects().filter(hasImages).filter(usable)) {
    for (const [kind, list] of [
      ['container', ['ps', '--all']],
      ['volume', ['volume', 'ls']],
    ] as const) {
      const name = kind === 'container' ? '{{.Names}}' : '{{.Name}}'
      const names = (await output([engine, ...list, '--filter', `label=${LABELS.run}`, '--format', name])).split('\n')
      for (const name of names.filter((candidate) => candidate !== '')) {
        const labels = kind === 'container' ? '.Config.Labels' : '.Labels'
        const owner = await run([engine, kind, 'inspect', '--format', `{{index ${labels} "${LABELS.owner}"}}`, name], {
          cwd: '/',
        })
        if (wasStartedHere(Number(owner.stdout.split('/')[2]))) found.push({ engine, kind, name })
      }
    }
  }
  return found
}
