import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Deps } from '../deps.js'
import { BenchError, cannotRun } from '../errors.js'
import { TOOL_VERSION } from '../version.js'
import type { Image, ImageOptions } from './engine.js'
import { hintFor } from './hints.js'
import { lastLine } from './instance.js'

/** The image with every tool that the scenarios use, built from the shipped Dockerfile. */
export const TOOLS_IMAGE = `mountbench/tools:${TOOL_VERSION}`

const NO_IMAGE_HINT =
  'without a registry: name an image that is here with --image, load one with docker load, or use --engine namespaces'

const Inspected = z.array(z.object({ Id: z.string(), RepoDigests: z.array(z.string()).nullish() })).min(1)

/** The image's id and digests; null when the engine does not have it. */
async function inspectImage(program: string, name: string, { exec, signal }: Deps): Promise<Image | null> {
  const result = await exec([program, 'image', 'inspect', name], { signal })
  if (result.exitCode !== 0) return null
  const [image] = Inspected.parse(JSON.parse(result.stdout))
  return image ? { name, id: image.Id, digests: image.RepoDigests ?? [] } : null
}

/** The image a run uses: found, or built (ours), or pulled (another's) when that is allowed. Throws `cannot-run` otherwise. */
export async function findImage(
  program: string,
  { name, pull, build = true }: ImageOptions,
  deps: Deps,
): Promise<Image> {
  const wanted = name ?? TOOLS_IMAGE
  const found = await inspectImage(program, wanted, deps)
  if (found) return found
  if (name === null && build) await buildTools(program, [], deps)
  else if (name !== null) await pullImage(program, name, pull, deps)
  const made = await inspectImage(program, wanted, deps)
  if (made) return made
  throw cannotRun(`${program} does not have the image ${wanted}`, `mountbench image builds it; ${NO_IMAGE_HINT}`)
}

async function pullImage(program: string, name: string, pull: ImageOptions['pull'], { exec, signal, stderr }: Deps) {
  if (pull === 'never')
    throw cannotRun(`${program} does not have the image ${name}, and --pull never forbids to fetch it`, NO_IMAGE_HINT)
  stderr.write(`pulling ${name}\n`)
  const result = await exec([program, 'pull', name], { signal })
  if (signal.aborted) throw new BenchError('interrupted', 'interrupted')
  if (result.exitCode === 0) return
  throw cannotRun(`${program} cannot pull ${name}: ${lastLine(result)}`, NO_IMAGE_HINT, result.stderr.trim())
}

/** Builds the tools image from the shipped Dockerfile, which has no build context. `extra` are arguments of the engine's build. */
export async function buildTools(
  program: string,
  extra: readonly string[],
  { exec, signal, stderr }: Deps,
): Promise<void> {
  const dockerfile = await readFile(await dockerfilePath(), 'utf8')
  stderr.write(`building ${TOOLS_IMAGE} with fio and sqlite3 (once; about half a minute)\n`)
  const command = [program, 'build', '--tag', TOOLS_IMAGE, ...extra, '-']
  const result = await exec(command, { signal, input: dockerfile })
  if (signal.aborted) throw new BenchError('interrupted', 'interrupted')
  if (result.exitCode === 0) return
  const words = result.stderr.trim().split('\n').at(-1) ?? ''
  throw cannotRun(
    `${program} cannot build ${TOOLS_IMAGE}: ${words}`,
    hintFor(result.stderr) ??
      `${NO_IMAGE_HINT}; a build that needs the host's network: mountbench image --network host`,
    `${command.join(' ')}\n${[result.stdout, result.stderr].join('\n').trim().split('\n').slice(-15).join('\n')}`,
  )
}

/** The Dockerfile stands at the package's root, one or two folders above this file's. */
async function dockerfilePath(): Promise<URL> {
  for (const up of ['../../', '../../../']) {
    const url = new URL(`${up}Dockerfile`, import.meta.url)
    const found = await readFile(url).then(
      () => true,
      () => false,
    )
    if (found) return url
  }
  throw cannotRun(
    'the Dockerfile of the tools image is missing from this installation',
    'install mountbench again, or use --image',
  )
}
