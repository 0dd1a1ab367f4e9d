import { scenarios as builtIn } from '../../scenarios/index.js'
import type { Deps } from '../deps.js'
import type { Engine } from '../engines/engine.js'
import { badInput } from '../errors.js'
import { GROUP_WORDS } from '../options.js'
import { unknownName } from '../units.js'
import { chooseMounts } from './targets.js'

/** What a Compose file makes of the options of a run. */
export interface ComposeOptions {
  /** The words of the command line that are no services. */
  scenarios: string[]
  mounts: string[]
  /** What must be known of the mounts, for the run's record. */
  notes: string[]
}

/** What the command line says beside the file. */
export interface ComposeRequest {
  file: string
  /** Scenarios and services, as they were typed. */
  words: readonly string[]
  service?: readonly string[] | undefined
  mount?: readonly string[] | undefined
  reference?: string | undefined
}

/** The label of the volume that the mounts of a file are compared with. */
export const FRESH_VOLUME = 'fresh-volume'

/**
 * The mounts that a Compose file declares, as options of a run. A fresh volume is the first and so the reference, unless the command
 * line names mounts or a reference of its own. Throws `bad-input` for a file, a service or a mount that is not what it says.
 */
export async function composeOptions(
  request: ComposeRequest,
  engine: Engine | null,
  deps: Deps,
): Promise<ComposeOptions> {
  const { file, mount = [], reference } = request
  // What reads YAML is loaded with the first file.
  const { factsOf, loadProject } = await import('./load.js')
  const project = await loadProject(file, deps)
  const { scenarios, services } = sortWords(request, project.services)
  const facts = await factsOf(project, file, engine, deps)
  const choice = chooseMounts(project, services, facts)
  const notes = choice.notes.map((note) => `${file}: ${note}`)
  for (const note of notes) deps.stderr.write(`note: ${note}\n`)
  if (choice.mounts.length === 0)
    throw badInput(
      `${file}: ${services.join(', ') || 'it'} declares no mount that can be measured`,
      'see the notes above',
    )
  const fresh = mount.length === 0 && (reference ?? FRESH_VOLUME) === FRESH_VOLUME ? [`${FRESH_VOLUME}=volume`] : []
  return { scenarios, mounts: [...mount, ...fresh, ...choice.mounts], notes }
}

const SCENARIO_WORDS: readonly string[] = [...builtIn.map(({ id }) => id), ...GROUP_WORDS]

/** Whether a word beside a Compose file names scenarios, and not a service. */
export const isScenarioWord = (word: string): boolean => SCENARIO_WORDS.includes(word)

/** Which of the words are services. A word that is a scenario too is one; `--service` names the service. */
function sortWords({ words, service = [] }: ComposeRequest, known: readonly string[]) {
  const unknown = words.find((word) => !isScenarioWord(word) && !known.includes(word))
  if (unknown) throw unknownName('scenario or service', unknown, [...known, ...SCENARIO_WORDS])
  const unknownService = service.find((word) => !known.includes(word))
  if (unknownService) throw unknownName('service', unknownService, known)
  return {
    scenarios: words.filter(isScenarioWord),
    services: [...service, ...words.filter((word) => !isScenarioWord(word))],
  }
}
