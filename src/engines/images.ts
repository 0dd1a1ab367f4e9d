import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Deps } from '../deps.js'
import { BenchError, cannotRun } from '../errors.js'
import type { Image, ImageOptions } from './engine.js'
import { hintFor } from './hints.js'
import { lastLine } from './instance.js'
import { TOOLS_IMAGE } from './labels.js'

const NO_IMAGE_HINT =
  'without a registry: name an image that is here with --image, load one with docker load, or use --engine namespaces'

/** Names the Dockerfile that our image was built from, by its SHA-256. */
const DOCKERFILE_LABEL = 'mountbench.dockerfile'

const Inspected = z
  .array(
    z.object({
      Id: z.string(),
      RepoDigests: z.array(z.string()).nullish(),
      Config: z.object({ Labels: z.record(z.string(), z.string()).nullish() }).nullish(),
    }),
  )
  .min(1)

interface FoundImage {
  image: Image
  /** The Dockerfile that it says it was built from. */
  dockerfile: string | undefined
}

/** The image's id and digests; null when the engine does not have it. */
async function inspectImage(program: string, name: string, { exec, signal }: Deps): Promise<FoundImage | null> {
  const result = await exec([program, 'image', 'inspect', name], { signal })
  if (result.exitCode !== 0) return null
  const [found] = Inspected.parse(JSON.parse(result.stdout))
  if (!found) return null
  const image = { name, id: found.Id, digests: found.RepoDigests ?? [] }
  return { image, dockerfile: found.Config?.Labels?.[DOCKERFILE_LABEL] }
}

/** The image a run uses: found, or built (ours), or pulled (another's) when that is allowed. Throws `cannot-run` otherwise. */
export async function findImage(
  program: string,
  { name, pull, build = true }: ImageOptions,
  deps: Deps,
): Promise<Image> {
  const wanted = name ?? TOOLS_IMAGE
  const found = await inspectImage(program, wanted, deps)
  if (found) return name === null && build ? refreshed(program, found, deps) : found.image
  if (name === null && build) await buildTools(program, [], deps)
  else if (name !== null) await pullImage(program, name, pull, deps)
  const made = await inspectImage(program, wanted, deps)
  if (made) return made.image
  throw cannotRun(`${program} does not have the image ${wanted}`, `mountbench image builds it; ${NO_IMAGE_HINT}`)
}

/** Our image, built again when it is of another Dockerfile than this installation's; the old one when that cannot be done. */
async function refreshed(program: string, { image, dockerfile }: FoundImage, deps: Deps): Promise<Image> {
  if (dockerfile === hashOf(await readDockerfile())) return image
  deps.stderr.write(`${TOOLS_IMAGE} is of another Dockerfile, and is built again\n`)
  try {
    await buildTools(program, [], deps)
  } catch (error) {
    if (!(error instanceof BenchError) || error.code === 'interrupted') throw error
    const words = `${error.message}; the old image is used, and what it lacks is skipped`
    deps.stderr.write(`warning: ${words} (mountbench image --network host may build it)\n`)
    return image
  }
  return (await inspectImage(program, TOOLS_IMAGE, deps))?.image ?? image
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
  const dockerfile = await readDockerfile()
  stderr.write(`building ${TOOLS_IMAGE} with fio, Python and SQLite (once; about a minute)\n`)
  const label = `${DOCKERFILE_LABEL}=${hashOf(dockerfile)}`
  const command = [program, 'build', '--tag', TOOLS_IMAGE, '--label', label, ...extra, '-']
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

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

const readDockerfile = async () => readFile(await dockerfilePath(), 'utf8')

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
