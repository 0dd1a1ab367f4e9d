import type { InstancePlan, PartyPlan } from '../engines/engine.js'
import { hostPaste } from '../engines/host.js'
import type { PaperEngine } from '../engines/paper.js'
import { partyObjection } from '../engines/parties.js'
import { capabilitiesOf, type Plan, parametersFor, tmpfsBytes } from '../plan.js'
import { pasteOf, planParty } from '../pool.js'
import type { Command, Party, Scenario, Steps } from '../scenario.js'
import { partiesNeeded, readOnlyObjection, runnerOf } from '../stage.js'
import { type Target, untouched } from '../targets.js'

/** A target on paper. */
export interface Paper {
  plan: Plan
  target: Target
  engine: PaperEngine
  instance: InstancePlan
  cwd: string
  runId: string
}

/** Why a scenario would be skipped on a target, as far as it is known without asking the engine; null when it would not. */
export function paperObjection({ target, engine }: Paper, scenario: Scenario): string | null {
  const objections = partiesNeeded(scenario, target).map((party) => partyObjection(target, party, engine.record))
  return readOnlyObjection(scenario, target) ?? objections.find((objection) => objection !== null) ?? null
}

/** How the parties of a target are made, that its scenarios need. */
export function paperParties({ plan, target, engine, cwd, runId }: Paper, scenarios: readonly Scenario[]): PartyPlan[] {
  const options = { engine, runId, tmpfsBytes: tmpfsBytes(plan), capabilities: capabilitiesOf(plan, engine.record) }
  const needed = new Set(scenarios.flatMap((scenario) => partiesNeeded(scenario, target)))
  return [...needed].map((party) => planParty(target, 0, party, options, cwd))
}

/** Makes a party. Where it is a shell of its own, another terminal is needed. */
export function partyLines(paper: Paper, { party, instance, directory }: PartyPlan): string[] {
  const asked = typeof directory === 'string' ? [] : [`${OUTSIDE}=$(${quoted(directory.ask)})`]
  const isShell = party === 'outside' || paper.target.type === 'host'
  const start = isShell ? [] : [quoted(pasteOf(paper.target, paper.engine)(instance).start)]
  const another = ownTerminal(paper) ? [`# ${party}, in another terminal`] : [`# ${party}`]
  return [...another, ...[...(instance.before ?? []), ...instance.create].map(quoted), ...asked, ...start]
}

/** What a scenario does on a target, once. */
export function scenarioLines(paper: Paper, scenario: Scenario, parties: readonly PartyPlan[]): string[] {
  const { plan, target, engine, instance } = paper
  const own = untouched(target)
  const folder = own ? instance.mountPoint : `${instance.mountPoint}/${instance.name}/${scenario.id}`
  const steps = scenario.steps(parametersFor(plan.options, folder, 0))
  const { setup, prepare, workload, meanwhile } = steps
  const inside = (command: Command) => quoted(pasteOf(target, engine)(instance).inside(command))
  const find = (party: Party | undefined) => parties.find((candidate) => candidate.party === party)
  const runner = find(runnerOf(steps, target))
  const other = find(meanwhile?.by)
  const before = own ? [] : [['mkdir', '-p', '--', folder], ...setup, ...prepare].map(inside)
  const after = own ? [] : [inside(['rm', '-rf', '--', folder])]
  const work = runner ? byParty(paper, scenario, runner, (steps) => steps.workload) : [inside(workload)]
  const beside = other ? byParty(paper, scenario, other, (steps) => steps.meanwhile?.command ?? []) : []
  const last = beside.length - 1
  const together = ownTerminal(paper)
    ? [...beside, ...work]
    : [...beside.map((line, i) => (i === last ? `${line} &` : line)), ...work, ...(other ? ['wait'] : [])]
  return [`# ${scenario.id}${note(scenario)}`, ...before, ...together, ...after]
}

function note({ fresh, lifecycle }: Scenario): string {
  if (lifecycle) return ': with a new container every time, whose making, start and removal are measured'
  return fresh ? ': with a new container every time' : ''
}

const ownTerminal = ({ target, engine }: Paper) => engine.record.id === 'namespaces' && target.type !== 'host'

/** A command of a party, after its folder for the scenario. */
function byParty(paper: Paper, scenario: Scenario, plan: PartyPlan, pick: (steps: Steps) => Command): string[] {
  const { party, instance, directory } = plan
  const paste = party === 'outside' ? hostPaste(instance) : pasteOf(paper.target, paper.engine)(instance)
  const archive = party === 'outside' ? undefined : `${instance.mountPoint}/${instance.name}/${scenario.id}`
  const folder = typeof directory === 'string' ? directory : `${MARK}/${directory.below}`
  const steps = scenario.steps(parametersFor(paper.plan.options, `${folder}/${scenario.id}`, 0, archive))
  const made = archive === undefined ? [] : [quoted(paste.inside(['mkdir', '-p', '--', archive]))]
  const where = ownTerminal(paper) ? [`# by ${party}, in its terminal`] : []
  return [...where, ...made, quoted(paste.inside(pick(steps)))]
}

/** What only the engine knows is asked for when the lines are pasted. */
const OUTSIDE = 'OUTSIDE'
const MARK = '@OUTSIDE@'

/** A command as a shell reads it. */
export function quoted(command: Command): string {
  return command
    .map((word) => (!word.includes(MARK) && /^[\w@%+=:,./-]+$/.test(word) ? word : inQuotes(word)))
    .join(' ')
}

const inQuotes = (word: string) => `'${word.replaceAll("'", `'\\''`).replaceAll(MARK, `'"$${OUTSIDE}"'`)}'`
