import { scenarios } from '../../scenarios/index.js'
import type { Deps } from '../deps.js'
import { METRICS } from '../model.js'
import { PROFILES } from '../options.js'
import { MOUNT_TYPES, MOUNTS } from '../targets.js'

/** Prints the scenarios, the mount types and the profiles. */
export function listCommand({ stdout }: Deps): void {
  const shown = scenarios.map(({ id, question, isolates, caveat, metric, tool }) =>
    [
      id,
      `  ${question}`,
      `  isolates: ${isolates}`,
      `  caveat:   ${caveat}`,
      `  measures: ${METRICS[metric].means}, with ${tool}`,
    ].join('\n'),
  )
  const mounts = MOUNT_TYPES.map(
    (type) => `  ${type.padEnd(10)} ${MOUNTS[type].means}; options: ${MOUNTS[type].keys.join(', ')}`,
  )
  const profiles = Object.entries(PROFILES).map(
    ([name, { scenarios: ids, minRounds, maxRounds, durationSeconds, sizeBytes }]) => {
      return `  ${name.padEnd(10)} ${ids?.join(', ') ?? 'all scenarios'}; ${minRounds} to ${maxRounds} rounds, ${durationSeconds} s, ${sizeBytes / 2 ** 20} MiB`
    },
  )
  stdout.write(
    `${shown.join('\n\n')}\n\nmounts (--mount)\n${mounts.join('\n')}\n\nprofiles (--profile)\n${profiles.join('\n')}\n`,
  )
}
