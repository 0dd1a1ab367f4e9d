import type { Deps } from '../deps.js'
import { ENGINE_IDS } from '../engines/ids.js'
import { detect } from '../engines/index.js'
import { BenchError } from '../errors.js'
import { removeLeftovers } from '../leftovers.js'

/** Removes what dead runs left on every engine that answers and in the working directory; says what and why not. */
export async function cleanCommand(deps: Deps): Promise<void> {
  const detected = await Promise.all(ENGINE_IDS.map((id) => detect(id, deps)))
  const engines = detected.flatMap(({ engine }) => engine ?? [])
  const { removed, problems, kept } = await removeLeftovers(engines, deps)
  for (const { kind, name } of removed) deps.stdout.write(`removed ${kind} ${name}\n`)
  for (const { leftover, state } of kept) {
    const why = state === 'alive' ? 'its run is still going on' : 'its run was started on another host'
    deps.stdout.write(`kept ${leftover.kind} ${leftover.name}: ${why}\n`)
  }
  if (removed.length + kept.length + problems.length === 0) deps.stdout.write('nothing of ours is left behind\n')
  for (const { id, problem } of detected) if (problem) deps.stderr.write(`not looked at: ${id}: ${problem.message}\n`)
  if (problems.length > 0)
    throw new BenchError('cannot-run', 'not everything could be removed', { details: problems.join('\n') })
}
