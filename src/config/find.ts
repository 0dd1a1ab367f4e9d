import { access, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { badInput, messageOf } from '../errors.js'
import type { Settings } from './settings.js'

/** What `init` writes. */
export const CONFIG_NAME = 'mountbench.config.yaml'
/** What is looked for, the first of them first. */
export const CONFIG_NAMES = [CONFIG_NAME, 'mountbench.config.yml']

/** A configuration that was read. */
export interface Config {
  /** As a person writes it from the working directory. */
  file: string
  /** The folder it is in: its relative paths begin there. */
  folder: string
  settings: Settings
}

/**
 * The configuration that holds: the named file, none for `false`, otherwise the nearest from the working directory upwards, to the root
 * of the repository or the home folder. Null when there is none. Throws `bad-input` for one that cannot be read or is wrong.
 */
export async function findConfig(named: string | false | undefined, deps: Deps): Promise<Config | null> {
  if (named === false) return null
  const path = named === undefined ? await lookUp(deps) : resolve(deps.cwd, named)
  if (path === null) return null
  const text = await readFile(path, 'utf8').catch((error) => {
    throw badInput(
      `the configuration cannot be read: ${messageOf(error)}`,
      'name another: --config FILE, or none: --no-config',
    )
  })
  const file = shortest(path, deps.cwd)
  const { parseConfig } = await import('./parse.js')
  return { file, folder: dirname(path), settings: parseConfig(file, text) }
}

async function lookUp({ cwd, env, stderr }: Deps): Promise<string | null> {
  for (const folder of upwards(cwd)) {
    for (const path of CONFIG_NAMES.map((name) => join(folder, name))) {
      const found = await stat(path).catch(() => null)
      if (!found?.isFile()) continue
      if (await isTrusted(found.uid, cwd)) return path
      stderr.write(`passed over ${path}, which belongs to somebody else; to use it: --config ${path}\n`)
    }
    if (folder === env.HOME || (await exists(join(folder, '.git')))) return null
  }
  return null
}

/** A file above us may be anybody's, as in /tmp, and says what is started: it counts when root or the owner of the working directory wrote it. */
async function isTrusted(owner: number, cwd: string): Promise<boolean> {
  return owner === 0 || owner === (await stat(cwd)).uid
}

/** A folder and all above it. */
function upwards(folder: string): string[] {
  const above = dirname(folder)
  return above === folder ? [folder] : [folder, ...upwards(above)]
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

/** A path as it is shorter: from the working directory or from the root. */
function shortest(path: string, cwd: string): string {
  const below = relative(cwd, path)
  return below.length < path.length ? below : path
}
