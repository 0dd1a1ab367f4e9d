import { scenarios } from '../../scenarios/index.js'
import type { Deps } from '../deps.js'
import { METRICS } from '../model.js'
import { PROFILES } from '../options.js'
import type { Group, Party, Scenario } from '../scenario.js'
import { MOUNT_TYPES, MOUNTS } from '../targets.js'

/** What each group of scenarios is for. */
const GROUPS = {
  core: 'the paths through the kernel one by one; run when none is named',
  lesson: 'what programs make of the mounts; run lesson, or all, or their ids',
} as const satisfies Record<Group, string>

/** Prints the scenarios by group, the mount types and the profiles. */
export function listCommand({ stdout }: Deps): void {
  const groups = Object.entries(GROUPS).map(([group, means]) =>
    [`${group}: ${means}`, ...scenarios.filter((scenario) => scenario.group === group).map(described)].join('\n\n'),
  )
  const mounts = MOUNT_TYPES.map(
    (type) => `  ${type.padEnd(10)} ${MOUNTS[type].means}; options: ${MOUNTS[type].keys.join(', ')}`,
  )
  const profiles = Object.entries(PROFILES).map(
    ([name, { scenarios: ids, minRounds, maxRounds, durationSeconds, sizeBytes }]) => {
      return `  ${name.padEnd(10)} ${ids?.join(', ') ?? 'core'}; ${minRounds} to ${maxRounds} rounds, ${durationSeconds} s, ${sizeBytes / 2 ** 20} MiB`
    },
  )
  stdout.write(
    `${groups.join('\n\n\n')}\n\n\nmounts (--mount)\n${mounts.join('\n')}\n\nprofiles (--profile)\n${profiles.join('\n')}\n`,
  )
}

function described({ id, question, isolates, caveat, metric, tool, parties }: Scenario): string {
  return [
    id,
    `  ${question}`,
    `  isolates: ${isolates}`,
    `  caveat:   ${caveat}`,
    `  measures: ${METRICS[metric].means}, with ${tool}`,
    ...(parties ? [`  needs:    ${parties.map((party) => PARTIES[party]).join(' and ')}`] : []),
  ].join('\n')
}

const PARTIES = {
  second: 'another container on the same mount',
  reader: 'another container that has the mount read-only',
  outside: 'the folder of the mount on this machine',
} as const satisfies Record<Party, string>
