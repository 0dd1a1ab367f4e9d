import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import { cannotRun, messageOf } from '../errors.js'
import type { Leftover } from './engine.js'
import { isInstanceName, isRunId } from './labels.js'

/** The folder, in the working directory, in which a run keeps what must lie on that disk. It is gone when no run needs it. */
const WORK_FOLDER = '.mountbench'

/** The folder of a run in the working directory. */
const runFolder = (cwd: string, runId: string) => join(cwd, WORK_FOLDER, runId)

/** The folder of one instance of a run. */
export function instanceFolder(cwd: string, runId: string, name: string): string {
  return join(runFolder(cwd, runId), name)
}

/** Whether a path is one that `instanceFolder` makes for this run: nothing else is removed on the word of a label. */
export function isInstanceFolder(path: string, runId: string, name: string): boolean {
  const ours = isRunId(runId) && isInstanceName(name, runId)
  return ours && isAbsolute(path) && normalize(path) === path && path.endsWith(join('/', WORK_FOLDER, runId, name))
}

/** Makes a run's folder, and says in it whose it is. */
export async function makeRunFolder(cwd: string, runId: string, owner: string): Promise<void> {
  try {
    await mkdir(runFolder(cwd, runId), { recursive: true })
    await writeFile(join(runFolder(cwd, runId), 'owner'), `${owner}\n`)
  } catch (error) {
    throw cannotRun(
      `the working directory cannot be written to: ${messageOf(error)}`,
      'start from a folder of yours on the disk to measure',
    )
  }
}

/** Removes a run's folder, and the one around it when it was the last. Says what could not be removed. */
export async function removeRunFolder(cwd: string, runId: string): Promise<string[]> {
  const problem = await rm(runFolder(cwd, runId), { recursive: true, force: true }).then(() => null, messageOf)
  await rmdir(join(cwd, WORK_FOLDER)).catch(() => {})
  return problem ? [`${runFolder(cwd, runId)}: ${problem}`] : []
}

/** Folders of runs in the working directory; one that does not say whose it is is not ours to judge and is not listed. */
export async function folderLeftovers(cwd: string): Promise<Leftover[]> {
  const runIds = (await readdir(join(cwd, WORK_FOLDER)).catch(() => [])).filter(isRunId)
  const found = await Promise.all(runIds.map((runId) => folderLeftover(cwd, runId)))
  return found.filter((leftover) => leftover !== null)
}

async function folderLeftover(cwd: string, runId: string): Promise<Leftover | null> {
  const owner = await readFile(join(runFolder(cwd, runId), 'owner'), 'utf8').catch(() => null)
  if (owner === null) return null
  const remove = () => removeRunFolder(cwd, runId)
  return { kind: 'folder', name: runFolder(cwd, runId), runId, owner: owner.trim(), remove }
}
