import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, isAbsolute, join, normalize } from 'node:path'
import { z } from 'zod'
import { cannotRun, messageOf } from '../errors.js'
import { endGroup } from '../exec.js'
import { ownerOf, ownerState } from '../owner.js'
import type { Command } from '../scenario.js'
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

/** What a person types to remove the empty folders that were made for a run. */
export function runFolderRemoval(cwd: string, runId: string): Command[] {
  const folders = [runFolder(cwd, runId), join(cwd, WORK_FOLDER)]
  return [['rmdir', '--ignore-fail-on-non-empty', '--', ...folders]]
}

/** Folders of runs in the working directory; one that does not say whose it is is not ours to judge and is not listed. */
export async function folderLeftovers(cwd: string): Promise<Leftover[]> {
  const runIds = (await readdir(join(cwd, WORK_FOLDER)).catch(() => [])).filter(isRunId)
  const found = await Promise.all(runIds.map((runId) => folderLeftover(cwd, runId)))
  return found.filter((leftover) => leftover !== null)
}

const NOTE = '.instance.json'
const Note = z.object({ process: z.string(), folder: z.string().nullable() })

/** Notes, in the run's folder, the process of an instance and its folder in the user's storage, which no label tells. */
export async function noteInstance(
  cwd: string,
  note: { runId: string; folder: string | null },
  name: string,
  pid: number,
): Promise<void> {
  const text = JSON.stringify({ process: await ownerOf(pid), folder: note.folder })
  await mkdir(runFolder(cwd, note.runId), { recursive: true })
  await writeFile(join(runFolder(cwd, note.runId), `${name}${NOTE}`), text)
}

/** Removes the note of an instance that is closed. */
export async function forgetInstance(cwd: string, note: { runId: string }, name: string): Promise<void> {
  await rm(join(runFolder(cwd, note.runId), `${name}${NOTE}`), { force: true })
}

/** Ends the process and removes the folder of every noted instance of a dead run, when they are what we make. */
async function removeNoted(cwd: string, runId: string): Promise<string[]> {
  const files = (await readdir(runFolder(cwd, runId)).catch(() => [])).filter((file) => file.endsWith(NOTE))
  const problems = await Promise.all(files.map((file) => removeInstance(join(runFolder(cwd, runId), file), runId)))
  return problems.flat()
}

async function removeInstance(file: string, runId: string): Promise<string[]> {
  const note = Note.safeParse(
    await readFile(file, 'utf8')
      .then(JSON.parse)
      .catch(() => null),
  )
  const name = basename(file, NOTE)
  if (!note.success || !isInstanceName(name, runId)) return []
  const { process, folder } = note.data
  if ((await ownerState(process)) === 'alive') await endProcess(process)
  if (folder === null || basename(folder) !== name || normalize(folder) !== folder) return []
  return rm(folder, { recursive: true, force: true }).then(
    () => [],
    (error) => [`${folder}: ${messageOf(error)}`],
  )
}

const END_MILLISECONDS = 1500

/** Ends a process group by its owner word, and waits until it is gone. */
async function endProcess(owner: string): Promise<void> {
  endGroup(Number(owner.split('/')[2]))
  await new Promise((resolve) => setTimeout(resolve, END_MILLISECONDS))
}

async function folderLeftover(cwd: string, runId: string): Promise<Leftover | null> {
  const owner = await readFile(join(runFolder(cwd, runId), 'owner'), 'utf8').catch(() => null)
  if (owner === null) return null
  const remove = async () => [...(await removeNoted(cwd, runId)), ...(await removeRunFolder(cwd, runId))]
  return { kind: 'folder', name: runFolder(cwd, runId), runId, owner: owner.trim(), remove }
}
