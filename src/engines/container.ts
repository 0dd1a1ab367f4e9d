import { release } from 'node:os'
import type { Deps } from '../deps.js'
import { BenchError, cannotRun } from '../errors.js'
import type { EngineRecord } from '../model.js'
import type { Command } from '../scenario.js'
import type { Target } from '../targets.js'
import { dockerRecord, engineBehind, podmanRecord } from './container-facts.js'
import { findLeftovers } from './container-leftovers.js'
import { type ContainerContext, containerParty, containerPlan } from './container-plan.js'
import type { Engine, InstancePlan, Paste } from './engine.js'
import { instanceFolder } from './folders.js'
import { hintFor } from './hints.js'
import { findImage } from './images.js'
import { lastLine } from './instance.js'

const ANSWER_SECONDS = 20

/** What docker and podman do differently; what is not here they share. */
const DIALECTS = {
  docker: {
    version: ['version', '--format', '{{json .}}'],
    info: ['info', '--format', '{{json .}}'],
    address: ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'],
    record: dockerRecord,
  },
  podman: {
    version: ['version', '--format', 'json'],
    info: ['info', '--format', 'json'],
    address: null,
    record: podmanRecord,
  },
} as const

/**
 * The engine that answers behind a program, `docker` or `podman`. Throws `cannot-run` with the engine's own words when none
 * does.
 */
export async function containerEngine(program: 'docker' | 'podman', deps: Deps): Promise<Engine> {
  const version = await ask([program, ...DIALECTS[program].version], deps)
  const behind = engineBehind(parseJson(version))
  if (!behind) throw cannotRun(`${program} answers, but not as an engine does: ${version.slice(0, 80)}`)
  if (behind === 'podman' && program === 'docker') deps.stderr.write('docker is podman here, and is used as podman\n')
  const record = await describe(program, behind, deps)
  const init = await hasInit(behind, deps)
  return engineOf(
    {
      program,
      init,
      litters: behind === 'podman',
      image: '',
      owner: deps.owner,
      folderFor: (runId, name) => instanceFolder(deps.cwd, runId, name),
    },
    record,
    deps,
  )
}

function engineOf(context: ContainerContext, record: EngineRecord, deps: Deps): Engine {
  const { program } = context
  return {
    program,
    record,
    plan: (request) => {
      if (request.target.type === 'bind' && !request.target.src && record.remote) {
        throw new BenchError(
          'cannot-run',
          `the engine is on ${record.remote}, and a bind mount needs a folder of that machine`,
          {
            hint: 'name one: --mount bind,src=/a/folder/there',
          },
        )
      }
      return containerPlan(request, context)
    },
    partyPlan: (request, party) => containerParty(request, party, context),
    paste: (plan) => pasteContainer(program, plan),
    ensureImage: async (options) => {
      const image = await findImage(program, options, deps)
      context.image = image.id
      return image
    },
    objection: async (target) =>
      spellingObjection(target, record.id) ?? (await missingVolume(program, target.name, deps)),
    leftovers: () => findLeftovers(context, deps),
  }
}

async function ask(command: Command, { exec, signal }: Deps): Promise<string> {
  const result = await exec(command, { signal, timeoutSeconds: ANSWER_SECONDS })
  if (signal.aborted) throw new BenchError('interrupted', 'interrupted')
  if (result.exitCode === 0) return result.stdout
  const notInstalled = result.exitCode === 127
  const words = notInstalled
    ? 'is not installed'
    : `does not answer: ${result.timedOut ? `no answer in ${ANSWER_SECONDS} s` : lastLine(result)}`
  throw cannotRun(`${command[0]} ${words}`, notInstalled ? undefined : hintFor(result.stderr), result.stderr.trim())
}

async function describe(program: string, behind: 'docker' | 'podman', deps: Deps): Promise<EngineRecord> {
  const { info, address, record } = DIALECTS[behind]
  const json = parseJson(await ask([program, ...info], deps))
  const host = address ? await ask([program, ...address], deps).catch(() => '') : (deps.env.CONTAINER_HOST ?? '')
  try {
    return record(json, { kernel: release(), address: host.trim() || null })
  } catch (error) {
    throw cannotRun(
      `${program} info has an unknown shape`,
      'tell the authors of mountbench which version this is',
      String(error),
    )
  }
}

/** docker ships its init; podman looks for catatonit when `--init` is used, and its absence must not fail every container. */
async function hasInit(behind: 'docker' | 'podman', { exec }: Deps): Promise<boolean> {
  if (behind === 'docker') return true
  const found = await exec([
    'sh',
    '-c',
    'command -v catatonit || ls /usr/libexec/podman/catatonit /usr/lib/podman/catatonit',
  ])
  return found.stdout.trim() !== ''
}

/** What the engine's command line has no words for. */
function spellingObjection({ type, nocopy, relabel, src }: Target, engine: EngineRecord['id']): string | null {
  if (engine === 'podman' && type === 'anonymous' && nocopy) return 'podman has nocopy only for a volume with a name'
  return relabel && src?.includes(':') ? `with ${relabel} the path of a folder cannot hold a colon: ${src}` : null
}

async function missingVolume(program: string, name: string | undefined, { exec }: Deps): Promise<string | null> {
  if (name === undefined) return null
  const result = await exec([program, 'volume', 'inspect', name], { timeoutSeconds: ANSWER_SECONDS })
  return result.exitCode === 0 ? null : `there is no volume '${name}' on this engine`
}

/** A person starts the container detached and runs each command with exec; we keep one shell open for all of them instead. */
export function pasteContainer(program: string, plan: InstancePlan): Paste {
  const shell = plan.start.indexOf('--entrypoint')
  const image = plan.start[shell + 2] ?? ''
  const options = plan.start.slice(2, shell).map((argument) => (argument === '--interactive' ? '--detach' : argument))
  const start = [program, 'run', ...options, '--entrypoint', 'sleep', image, 'infinity']
  return { start, inside: (command) => [program, 'exec', '--env', 'LC_ALL=C', plan.name, ...command], leave: [] }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
