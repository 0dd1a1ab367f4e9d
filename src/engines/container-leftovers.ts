import { z } from 'zod'
import type { Deps } from '../deps.js'
import { cannotRun } from '../errors.js'
import { sweepCommands } from './container-plan.js'
import type { Leftover } from './engine.js'
import { isInstanceFolder } from './folders.js'
import { lastLine, tryAll } from './instance.js'
import { ARCHIVE_POINT, isInstanceName, isOurs, LABELS, labelArguments, MOUNT_POINT } from './labels.js'

const Labels = z.record(z.string(), z.string()).nullish()
const Containers = z.array(z.object({ Name: z.string(), Image: z.string(), Config: z.object({ Labels }) }))
const Volumes = z.array(z.object({ Name: z.string(), Labels }))

/** Every container and volume with our label, of any run, dead or alive; containers first, because they hold the volumes. */
export async function findLeftovers({ program }: { program: string }, deps: Deps): Promise<Leftover[]> {
  const containers = await inspect(program, ['ps', '--all', '--format', '{{.Names}}'], 'container', Containers, deps)
  const volumes = await inspect(program, ['volume', 'ls', '--format', '{{.Name}}'], 'volume', Volumes, deps)
  return [
    ...containers.flatMap((container) => containerLeftover(program, container, deps)),
    ...volumes.flatMap((volume) => volumeLeftover(program, volume, deps)),
  ]
}

async function inspect<T>(
  program: string,
  list: readonly string[],
  kind: 'container' | 'volume',
  schema: z.ZodType<T[]>,
  { exec }: Deps,
): Promise<T[]> {
  const listed = await exec([program, ...list, '--filter', `label=${LABELS.run}`], { timeoutSeconds: 60 })
  const names = listed.stdout.split('\n').filter((name) => name !== '')
  if (listed.exitCode !== 0) throw cannotRun(`${program} does not list what is left behind: ${lastLine(listed)}`)
  if (names.length === 0) return []
  const inspected = await exec([program, kind, 'inspect', ...names], { timeoutSeconds: 60 })
  return inspected.exitCode === 0 ? schema.parse(JSON.parse(inspected.stdout)) : []
}

/** Where a folder of ours may stand that outlives its container. */
const SWEPT = [MOUNT_POINT, ARCHIVE_POINT]

function containerLeftover(program: string, found: z.infer<typeof Containers>[number], deps: Deps): Leftover[] {
  const labels = found.Config.Labels
  if (!labels || !isOurs(labels)) return []
  const name = found.Name.replace(/^\//, '')
  const runId = labels[LABELS.run] ?? ''
  const sweep = labels[LABELS.sweep]
  const folder = labels[LABELS.folder]
  const ours = labelArguments({ run: runId, owner: labels[LABELS.owner] })
  const commands = [
    ...(sweep &&
    SWEPT.includes(sweep.slice(0, -name.length - 1)) &&
    sweep.endsWith(`/${name}`) &&
    isInstanceName(name, runId)
      ? [[program, 'kill', name], ...sweepCommands({ program, image: found.Image }, name, sweep, ours)]
      : []),
    [program, 'rm', '--force', '--volumes', name],
    ...(folder && isInstanceFolder(folder, runId, name) ? [['rm', '-rf', '--', folder]] : []),
  ]
  const remove = () => tryAll(commands, deps)
  return [{ kind: 'container', name, runId, owner: labels[LABELS.owner] ?? '', remove }]
}

function volumeLeftover(program: string, { Name, Labels }: z.infer<typeof Volumes>[number], deps: Deps): Leftover[] {
  if (!Labels || !isOurs(Labels)) return []
  const remove = () => tryAll([[program, 'volume', 'rm', Name]], deps)
  return [{ kind: 'volume', name: Name, runId: Labels[LABELS.run] ?? '', owner: Labels[LABELS.owner] ?? '', remove }]
}
