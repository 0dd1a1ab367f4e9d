import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import type { TestProject } from 'vitest/node'
import type { EngineId } from '../../../src/engines/ids.js'
import { detect } from '../../../src/engines/index.js'
import { messageOf } from '../../../src/errors.js'
import { createPool } from '../../../src/pool.js'
import { systemDeps } from '../../../src/system.js'
import { parseTarget } from '../../../src/targets.js'
import type { Subject } from './subjects.js'

const ROOT = join(import.meta.dirname, '../../..')

/** The ordinary user that `.ci/engines` makes. */
const CI_USER = 'mountbench-ci'

declare module 'vitest' {
  interface ProvidedContext {
    subjects: Subject[]
  }
}

/** Finds out what can be tested here and tells the tests; what cannot is said, or fails when it is required. */
export async function setup(project: TestProject): Promise<() => void> {
  const bin = join(ROOT, 'dist/src/bin.js')
  if (!existsSync(bin)) throw new Error('the end-to-end tests run the built program: npm run build')
  const required = (process.env.MOUNTBENCH_REQUIRE_ENGINES ?? '').split(/[\s,]+/).filter((word) => word !== '')
  const root = process.getuid?.() === 0
  const user = root ? ordinaryUser() : null
  const problems = await Promise.all((['docker', 'podman', 'namespaces'] as const).map(problemOf))
  const [docker = null, podman = null, namespaces = null] = problems
  const here = { bin, user: null }
  const there = { bin: user ? join(user.copy, 'dist/src/bin.js') : bin, user: user && { name: CI_USER, ...user } }
  const asUser = root ? (user?.problem ?? (user ? null : `there is no user ${CI_USER} to run as`)) : namespaces
  const subjects: Subject[] = [
    { ...here, id: 'docker', engine: 'docker', problem: docker, required: required.includes('docker') },
    { ...here, id: 'podman', engine: 'podman', problem: podman, required: required.includes('podman') },
    {
      ...here,
      id: 'namespaces as root',
      engine: 'namespaces',
      problem: root ? namespaces : 'these tests do not run as root',
      required: root && required.includes('namespaces'),
    },
    {
      ...there,
      id: 'namespaces as an ordinary user',
      engine: 'namespaces',
      problem: asUser,
      required: required.includes('namespaces'),
    },
  ]
  for (const { id, problem, required } of subjects) {
    if (problem === null) continue
    const what = required ? 'required, so its tests fail' : 'so its tests are skipped'
    process.stderr.write(`e2e: ${id} cannot be tested here, ${what}: ${problem}\n`)
  }
  project.provide('subjects', subjects)
  return () => {
    if (user) rmSync(user.copy, { recursive: true, force: true })
  }
}

/** Why nothing can be run on an engine here, also for want of an image or of a right; null when a container starts. */
async function problemOf(id: EngineId): Promise<string | null> {
  const cwd = mkdtempSync(join(tmpdir(), 'mountbench-e2e-'))
  const deps = await systemDeps({ cwd })
  const { engine, problem } = await detect(id, deps)
  if (!engine) return problem?.message ?? 'it does not answer'
  const pool = createPool({ engine, runId: `e2e-${process.pid}`, tmpfsBytes: 2 ** 20 }, deps)
  try {
    await engine.ensureImage({ name: null, pull: 'never' })
    await pool.take(parseTarget('tmpfs'))
    return null
  } catch (error) {
    return messageOf(error)
  } finally {
    await pool.dropAll()
    rmSync(cwd, { recursive: true, force: true })
  }
}

/** The ordinary user with a copy of the built package in its home, as the repository may be unreadable to it; null without the user. */
function ordinaryUser(): { uid: number; gid: number; copy: string; problem: string | null } | null {
  const ask = (command: string) =>
    execFileSync('runuser', ['-u', CI_USER, '--', 'sh', '-c', command], { encoding: 'utf8' }).trim()
  try {
    execFileSync('id', [CI_USER], { stdio: 'ignore' })
  } catch {
    return null
  }
  const [uid = 0, gid = 0] = ask('id -u; id -g').split('\n').map(Number)
  const copy = ask('mktemp -d "$HOME/mountbench-e2e-XXXXXX"')
  for (const path of ['package.json', 'Dockerfile', 'dist', ...productionPackages()]) {
    cpSync(join(ROOT, path), join(copy, path), { recursive: true })
  }
  chmodSync(copy, 0o755)
  try {
    ask('unshare --user --map-root-user --mount true 2>&1')
    return { uid, gid, copy, problem: null }
  } catch (error) {
    return {
      uid,
      gid,
      copy,
      problem: `${CI_USER} cannot make namespaces: ${(error as { stdout?: string }).stdout?.trim()}`,
    }
  }
}

/** Folders under node_modules that the package needs when it is installed. */
function productionPackages(): string[] {
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable'], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return listed
    .trim()
    .split('\n')
    .map((path) => relative(ROOT, path))
    .filter((path) => path.startsWith('node_modules'))
}
