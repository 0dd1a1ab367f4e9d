import { readFile, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Deps } from '../deps.js'
import type { Engine } from '../engines/engine.js'
import { badInput, messageOf } from '../errors.js'
import type { ExecResult } from '../exec.js'
import { untakenVolumes, type VolumeUser, volumeUsers } from '../volumes.js'
import { defaultProjectName, parseComposeFile } from './file.js'
import { ComposeFile, type ComposeProject } from './model.js'
import { projectOf } from './mounts.js'
import type { Facts, PathKind } from './targets.js'

const ANSWER_SECONDS = 60

/**
 * The project of a Compose file, by `docker compose config` where it is installed, otherwise by reading the file. Says on stderr which.
 * Throws `bad-input` for a file that cannot be read or is no Compose file.
 */
export async function loadProject(given: string, deps: Deps): Promise<ComposeProject> {
  const file = resolve(deps.cwd, given)
  const text = await readFile(file, 'utf8').catch((error) => {
    throw badInput(`the Compose file cannot be read: ${messageOf(error)}`)
  })
  const compose = await deps.exec(['docker', 'compose', 'version'], { timeoutSeconds: ANSWER_SECONDS })
  const installed = compose.exitCode === 0
  const how = installed ? 'docker compose config' : 'mountbench itself, as there is no docker compose'
  deps.stderr.write(`compose: ${given} is read by ${how}\n`)
  const parsed = installed ? await askCompose(given, file, deps) : parseComposeFile(given, text, deps.env)
  return projectOf(parsed, defaultProjectName(file, deps.env))
}

/** `docker compose config --format json`: every mount in the long syntax, paths absolute, variables and .env put in. */
async function askCompose(given: string, file: string, { exec, signal }: Deps): Promise<ComposeFile> {
  const command = ['docker', 'compose', '--file', file, 'config', '--format', 'json']
  const answer = await exec(command, { signal, timeoutSeconds: ANSWER_SECONDS, cwd: dirname(file) })
  if (answer.exitCode !== 0) throw badInput(`${given}: docker compose refuses it: ${lastWords(answer)}`)
  const parsed = ComposeFile.safeParse(JSON.parse(answer.stdout))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badInput(`${given}: docker compose says of ${issue?.path.join('.')} what is not known here: ${issue?.message}`)
}

const lastWords = ({ stderr, exitCode }: ExecResult) => stderr.trim().split('\n').at(-1) || `exit code ${exitCode}`

/** Looks at what the mounts of a project name: nothing is made or written. */
export async function factsOf(
  project: ComposeProject,
  file: string,
  engine: Engine | null,
  deps: Deps,
): Promise<Facts> {
  const folder = dirname(resolve(deps.cwd, file))
  const binds = project.mounts.flatMap(({ type, source }) => (type === 'bind' && source !== null ? [source] : []))
  const sources: [string, { path: string; kind: PathKind }][] = []
  for (const source of new Set(binds)) {
    const path = resolve(folder, source.replace(/^~(?=\/|$)/, deps.env.HOME ?? '~'))
    sources.push([source, { path, kind: engine?.record.remote ? 'unseen' : await kindOf(path) }])
  }
  const present: string[] = []
  for (const { name } of Object.values(project.volumes)) {
    const missing = engine ? await engine.objection({ label: name, type: 'volume', name }) : 'no engine was asked'
    if (missing === null) present.push(name)
  }
  const podman = engine?.record.id === 'podman'
  return {
    sources: new Map(sources),
    present: new Set(present),
    fillsOnce: podman,
    untaken: podman ? await untakenVolumes(present, deps) : new Set(),
    busy: present.length > 0 ? await runningWith(engine, deps) : new Map(),
  }
}

/** The running containers of each volume. Only a remark hangs on it: what cannot be asked is not known. */
async function runningWith(engine: Engine | null, deps: Deps): Promise<Map<string, string[]>> {
  const { program } = engine ?? {}
  if (program !== 'docker' && program !== 'podman') return new Map()
  const users = await volumeUsers(program, deps).catch(() => new Map<string, VolumeUser[]>())
  const running = [...users].map(([name, all]) => {
    const here = all.filter(({ state }) => state === 'running')
    return [name, here.map(({ container }) => container)] as const
  })
  return new Map(running)
}

async function kindOf(path: string): Promise<PathKind> {
  const found = await stat(path).catch(() => null)
  if (!found) return 'missing'
  return found.isDirectory() ? 'folder' : 'file'
}
