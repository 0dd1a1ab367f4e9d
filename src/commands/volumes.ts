import type { Deps } from '../deps.js'
import type { EngineId } from '../engines/ids.js'
import { detect } from '../engines/index.js'
import { badInput, cannotRun, messageOf } from '../errors.js'
import { drawTable } from '../report/table.js'
import { formatBytes } from '../units.js'
import { listVolumes, type Volume } from '../volumes.js'

/** The flags of `volumes` as they are typed. */
export interface VolumesFlags {
  engine: EngineId | 'auto'
  format: keyof typeof FORMATS
}

const FORMATS = { table: volumesTable, json: volumesJson } as const

/**
 * `mountbench volumes`: the volumes of docker and podman, or of the one that is named, and who uses them. Removes nothing. Throws
 * `cannot-run` when no engine answers.
 */
export async function volumesCommand({ engine, format }: VolumesFlags, deps: Deps): Promise<void> {
  if (engine === 'namespaces') throw badInput('the namespaces engine has no volumes', 'name docker or podman')
  const programs = engine === 'auto' ? (['docker', 'podman'] as const) : [engine]
  const volumes: Volume[] = []
  const problems: string[] = []
  for (const program of programs) {
    const { engine: found, problem } = await detect(program, deps)
    if (!found) problems.push(`${program}: ${messageOf(problem)}`)
    // docker that is podman in disguise is listed once, as podman.
    else if (found.record.id === program) volumes.push(...(await listVolumes(program, deps)))
  }
  if (problems.length === programs.length)
    throw cannotRun('no engine with volumes answers', 'start docker or podman', problems.join('\n'))
  for (const problem of problems) deps.stderr.write(`not looked at: ${problem}\n`)
  deps.stdout.write(FORMATS[format](volumes))
}

function volumesJson(volumes: readonly Volume[]): string {
  return `${JSON.stringify(volumes, null, 2)}\n`
}

/** A line for each volume; why a size is missing stands below. */
function volumesTable(volumes: readonly Volume[]): string {
  if (volumes.length === 0) return 'there are no volumes\n'
  const rows = volumes.map((volume) => [
    `${shortened(volume.name)}${volume.runId === null ? '' : '\nours'}`,
    `${volume.engine}\n${volume.driver}`,
    volume.sizeBytes === null ? 'not told' : formatBytes(volume.sizeBytes),
    volume.usedBy.length === 0 ? 'none' : volume.usedBy.map(userText).join('\n'),
  ])
  const table = drawTable(['volume', 'engine\ndriver', 'size', 'used by'], rows)
  const places = volumes.map(
    ({ name, mountpoint }) => `${shortened(name)}: ${mountpoint ?? 'its driver does not tell where'}`,
  )
  const reasons = new Set(volumes.flatMap(({ sizeProblem }) => sizeProblem ?? []))
  const ours = volumes.filter(({ runId }) => runId !== null).length
  const hint = ours > 0 ? [`${ours} of them ours: mountbench clean removes what a killed run left`] : []
  return `${[table, ...places, ...[...reasons].map((reason) => `size not told: ${reason}`), ...hint].join('\n')}\n`
}

const userText = ({ container, state, path, readOnly }: Volume['usedBy'][number]) =>
  `${container} (${state}) at ${path}${readOnly ? ', read-only' : ''}`

/** An anonymous volume has a name of 64 digits. */
const shortened = (name: string) => (/^[0-9a-f]{64}$/.test(name) ? `${name.slice(0, 12)}…` : name)
