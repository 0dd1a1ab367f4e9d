import { appendFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { badInput, messageOf } from '../errors.js'
import { writeAtomic } from '../store.js'

/** Where a report goes. */
export interface EmitFlags {
  format: string
  output?: string
}

/**
 * Writes a report to stdout, or whole or not at all to `--output`; one that comes in parts is never held whole. In GitHub Actions markdown,
 * which comes as one text, goes to the summary of the step as well (`GITHUB_STEP_SUMMARY`); a summary that cannot be written is told, and no
 * reason to fail.
 */
export async function emit(
  text: string | AsyncIterable<string>,
  { format, output }: EmitFlags,
  deps: Deps,
): Promise<void> {
  if (output) await writeAtomic(resolve(deps.cwd, output), text)
  else if (typeof text === 'string') deps.stdout.write(text)
  else for await (const part of text) deps.stdout.write(part)
  const summary = deps.env.GITHUB_STEP_SUMMARY
  if (format !== 'markdown' || !summary || typeof text !== 'string') return
  await appendFile(summary, `${text}\n`).then(
    () => deps.stderr.write('added to the summary of this step (GITHUB_STEP_SUMMARY)\n'),
    (error) => deps.stderr.write(`not added to GITHUB_STEP_SUMMARY: ${messageOf(error)}\n`),
  )
}

/** Throws `bad-input` when a file cannot be made there, before anything is measured for it. */
export async function checkOutput(file: string): Promise<void> {
  if ((await stat(file).catch(() => null))?.isDirectory())
    throw badInput(`--output ${file} is a folder`, 'name a file in it')
  const folder = resolve(file, '..')
  const found = await stat(folder).catch(() => null)
  if (!found?.isDirectory()) throw badInput(`--output ${file}: there is no folder ${folder}`)
}

/** Whether a terminal gets colours. */
function wantsColor({ output }: Pick<EmitFlags, 'output'>, { stdout, env }: Deps): boolean {
  return output === undefined && stdout.isTTY && !env.NO_COLOR && env.TERM !== 'dumb'
}

/** How a table fits the terminal; without one it has neither colours nor bars. */
export function terminalOptions(flags: Pick<EmitFlags, 'output'>, deps: Deps) {
  const { isTTY, columns } = deps.stdout
  const width = flags.output === undefined && isTTY ? columns : undefined
  return { color: wantsColor(flags, deps), width }
}
