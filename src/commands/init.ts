import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CONFIG_NAME } from '../config/find.js'
import type { Deps } from '../deps.js'
import { badInput, cannotRun, messageOf } from '../errors.js'

/** `mountbench init`: writes a commented configuration file to the working directory. Throws `bad-input` when one is there. */
export async function initCommand(template: string, { cwd, stdout }: Deps): Promise<void> {
  await writeFile(join(cwd, CONFIG_NAME), template, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw cannotRun(`${CONFIG_NAME} cannot be written: ${messageOf(error)}`)
    throw badInput(
      `${CONFIG_NAME} is there already, and stays as it is`,
      `edit it, or move it away first: mv ${CONFIG_NAME} ${CONFIG_NAME}.old`,
    )
  })
  stdout.write(`wrote ${CONFIG_NAME}: mountbench run now begins with its settings\n`)
}
