import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import type { Sample } from '../../src/model.js'
import type { Command, Output, Parameters, Scenario } from '../../src/scenario.js'
import { MIB } from '../builders.js'

/** A describe for what runs real programs here; without them its tests are skipped, with the reason in the title. */
export function withPrograms(programs: readonly string[], title: string, body: () => void): void {
  const missing = programs.filter((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status !== 0)
  // A slow or busy disk is no failure of a test.
  if (missing.length === 0) describe(title, { timeout: 60_000 }, body)
  else describe.skip(`${title} (skipped: ${missing.join(', ')} is not on this machine)`, body)
}

const folders: string[] = []

/** An empty folder, removed at the end of the file. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mountbench-unit-'))
  folders.push(folder)
  return folder
}

/** To be called once in a file that uses `scratch`. */
export function removeScratch(): void {
  afterAll(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
}

/** The interpreter itself: a version manager's `python3` takes longer to find it than most tests. */
const PYTHON = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout?.trim()
const found = (word: string) => (word === 'python3' && PYTHON ? PYTHON : word)

/** A command as a session runs it: in the C locale, without input. Failing is an exit code, not an exception. */
export function real(command: Command): Promise<Output> {
  const [program = '', ...rest] = command.map(found)
  return new Promise((resolve) => {
    const options = { env: { ...process.env, LC_ALL: 'C' }, maxBuffer: 64 * MIB }
    const child = execFile(program, rest, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 137
      resolve({ stdout, stderr, exitCode: code })
    })
    child.stdin?.end()
  })
}

/** All commands, one after the other; one that fails throws with its words. */
export async function must(commands: readonly Command[]): Promise<void> {
  for (const command of commands) {
    const { exitCode, stderr } = await real(command)
    if (exitCode !== 0) throw new Error(`${command[0]} ended with ${exitCode}: ${stderr}`)
  }
}

export const parameters = (more: Partial<Parameters> = {}): Parameters => ({
  directory: '/srv/fixture/x',
  archive: '/srv/fixture/archive',
  sizeBytes: 4 * MIB,
  durationSeconds: 0.2,
  seed: 7,
  ...more,
})

/** What a trial on a folder left: the outputs of both parties, and the sample or what was thrown. */
export interface Tried {
  directory: string
  archive: string
  output: Output
  meanwhile: Output | null
  sample: () => Sample
}

/** A scenario as a trial runs it, all parties on one folder of this machine. */
export async function trialOf({ steps }: Scenario, more: Partial<Parameters> = {}): Promise<Tried> {
  const directory = scratch()
  const archive = scratch()
  const planned = steps(parameters({ directory, archive, ...more }))
  mkdirSync(directory, { recursive: true })
  await must([...planned.setup, ...planned.prepare])
  const [output, meanwhile] = await Promise.all([
    real(planned.workload),
    planned.meanwhile ? real(planned.meanwhile.command) : null,
  ])
  return {
    directory,
    archive,
    output,
    meanwhile,
    sample: () => planned.measure(output, { meanwhile, lifecycle: null }),
  }
}
