import { createHash } from 'node:crypto'
import { arch, cpus, release, totalmem, version } from 'node:os'
import type { Deps } from './deps.js'
import type { Image } from './engines/engine.js'
import { imageIdentity } from './engines/labels.js'
import type { EngineRecord, Environment } from './model.js'

/** CI variables that name a build; nothing else of the environment is stored. */
const CI_VARIABLES = [
  'CI',
  'GITHUB_REPOSITORY',
  'GITHUB_SHA',
  'GITHUB_REF',
  'GITHUB_RUN_ID',
  'RUNNER_OS',
  'CI_PROJECT_PATH',
  'CI_COMMIT_SHA',
  'CI_COMMIT_REF_NAME',
  'CI_PIPELINE_ID',
  'BUILD_NUMBER',
  'GIT_COMMIT',
]

/** What a run ran on. */
export async function readEnvironment(engine: EngineRecord, image: Image | null, deps: Deps): Promise<Environment> {
  const [cpu] = cpus()
  const machine = {
    kernel: `${version()} ${release()}`,
    architecture: arch(),
    cpu: cpu?.model.trim() ?? 'unknown',
    cpus: cpus().length,
    memoryBytes: totalmem(),
    node: process.versions.node,
  }
  const ci = Object.fromEntries(CI_VARIABLES.flatMap((name) => (deps.env[name] ? [[name, deps.env[name]]] : [])))
  return { engine, image, machine, git: await gitState(deps), ci, fingerprint: fingerprint(engine, image, machine) }
}

/** Changes when an absolute figure may change for another reason than the storage: engine, kernel, processor, image. */
function fingerprint(engine: EngineRecord, image: Image | null, machine: Environment['machine']): string {
  const { id, version, storageDriver, backingFilesystem, kernel } = engine
  const { architecture, cpu, cpus } = machine
  const parts = [id, version, storageDriver, backingFilesystem, kernel, imageIdentity(image), architecture, cpu, cpus]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

/** The commit of the working directory; null outside a repository or without git. */
async function gitState({ exec, cwd, signal }: Deps): Promise<Environment['git']> {
  const git = async (...args: string[]) => exec(['git', ...args], { cwd, signal, timeoutSeconds: 10 })
  const commit = await git('rev-parse', 'HEAD')
  if (commit.exitCode !== 0) return null
  const branch = await git('rev-parse', '--abbrev-ref', 'HEAD')
  const status = await git('status', '--porcelain')
  return { commit: commit.stdout.trim(), branch: branch.stdout.trim() || null, dirty: status.stdout.trim() !== '' }
}
