import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CONFIG_NAME, CONFIG_NAMES } from '../config/find.js'
import type { Deps } from '../deps.js'
import { badInput, cannotRun, messageOf } from '../errors.js'

/**
 * `mountbench init`: writes a commented configuration file to the working directory. Throws `bad-input` when one is there, by either of the
 * names that are looked for: the new one would silently take its place.
 */
export async function initCommand(template: string, { cwd, stdout }: Deps): Promise<void> {
  const failed = (error: unknown) => {
    throw cannotRun(`${CONFIG_NAME} cannot be written: ${messageOf(error)}`)
  }
  const names = await readdir(cwd).catch(failed)
  const there = CONFIG_NAMES.find((name) => names.includes(name))
  if (there)
    throw badInput(
      `${there} is there already, and stays as it is`,
      `edit it, or move it away first: mv ${there} ${there}.old`,
    )
  await writeFile(join(cwd, CONFIG_NAME), template, { flag: 'wx' }).catch(failed)
  stdout.write(`wrote ${CONFIG_NAME}: mountbench run now begins with its settings\n`)
}
