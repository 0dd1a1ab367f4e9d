import type { Deps } from './deps.js'
import type { Engine, Leftover } from './engines/engine.js'
import { folderLeftovers } from './engines/folders.js'
import { ownerState } from './owner.js'

/** Everything of ours on an engine and in the working directory whose run is `gone`, `alive`, or on another host (`unknown`). */
export async function findLeftovers(engines: readonly Engine[], deps: Deps) {
  const lists = await Promise.all([...engines.map((engine) => engine.leftovers()), folderLeftovers(deps.cwd)])
  return Promise.all(lists.flat().map(async (leftover) => ({ leftover, state: await ownerState(leftover.owner) })))
}

/** Removes what dead runs left behind; returns what was removed, and what could not be. */
export async function removeLeftovers(engines: readonly Engine[], deps: Deps) {
  const found = await findLeftovers(engines, deps)
  const removed: Leftover[] = []
  const problems: string[] = []
  for (const { leftover, state } of found) {
    if (state !== 'gone') continue
    const failed = await leftover.remove()
    problems.push(...failed)
    if (failed.length === 0) removed.push(leftover)
  }
  return { removed, problems, kept: found.filter(({ state }) => state !== 'gone') }
}
