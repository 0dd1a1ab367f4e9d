import type { Deps } from './deps.js'
import { BenchError } from './errors.js'
import { type KernelSnapshot, quiesce } from './kernel.js'
import type { Measuring } from './measure.js'
import type { Quiet } from './model.js'
import { lastLine } from './outcome.js'
import type { HeldParty } from './party.js'
import { parametersFor } from './plan.js'
import type { Held } from './pool.js'
import type { Command, Party, Scenario, Steps } from './scenario.js'
import type { Session } from './session.js'
import { type Target, untouched } from './targets.js'

/** Ready to measure: the instance with the scenario's files, everybody who takes part, everything earlier written. */
export interface Stage {
  held: Held
  /** As the one who runs the workload sees them. */
  steps: Steps
  /** Where the workload is run. */
  session: Session
  /** What is done at the same time, and by whom; null when nothing is. */
  beside: { party: Party; session: Session; command: Command } | null
  quiet: Quiet
  kernel: KernelSnapshot
}

/** Whether a trial of the scenario gets an instance that no other trial sees. */
export const hasOwnInstance = ({ fresh, lifecycle }: Scenario) => fresh === true || lifecycle === true

/**
 * The parties that a scenario needs on a target. A mount that is read-only is prepared by its own container, which may write, and
 * measured by a `reader`; one that may not be touched at all is measured by its only container.
 */
export function partiesNeeded({ parties = [] }: Pick<Scenario, 'parties'>, target: Target): Party[] {
  if (untouched(target)) return []
  return [...new Set([...parties, ...(target.ro ? (['reader'] as const) : [])])]
}

const WRITES = 'the mount is read-only, and this scenario writes'

/** Why a scenario cannot be measured on a target that is read-only; null when it can, or the target is not. */
export function readOnlyObjection(scenario: Scenario, target: Target): string | null {
  if (!target.ro) return null
  const { readShare, existing, lifecycle, parties = [] } = scenario
  if (readShare !== 1 || lifecycle) return WRITES
  if (!untouched(target)) return null
  const others = parties.filter((party) => party !== 'reader')
  return existing && others.length === 0
    ? null
    : 'the mount is read-only and holds what is yours: this scenario would have to prepare files on it'
}

/** Who runs the workload; undefined: the instance itself. Whoever it would be elsewhere, on a read-only mount it is who sees it so. */
export function runnerOf({ by }: Pick<Steps, 'by'>, target: Target): Party | undefined {
  if (untouched(target)) return undefined
  return target.ro ? 'reader' : by
}

/** Sets the stage of a trial: the parties, their folders, the files, and a quiet disk. Throws what keeps the trial from being run. */
export async function setStage(
  state: Measuring,
  held: Held,
  scenario: Scenario,
  round: number,
  deps: Deps,
): Promise<Stage> {
  const started = deps.now()
  const { options } = state.plan
  const parties = new Map<Party, HeldParty>()
  for (const party of partiesNeeded(scenario, held.target)) parties.set(party, await state.pool.party(held, party))
  const stepsOf = (player: HeldParty | null) => stepsFor(scenario, held, player, options, round)
  const own = stepsOf(null)
  if (!untouched(held.target)) await layOut(held, scenario, parties, own, options.trialTimeoutSeconds)
  state.preparationSeconds += (deps.now() - started) / 1000
  const runner = playing(parties, runnerOf(own, held.target))
  const other = playing(parties, own.meanwhile?.by)
  const command = other && stepsOf(other).meanwhile?.command
  return {
    held,
    steps: runner ? stepsOf(runner) : own,
    session: runner?.session ?? held.session,
    beside: other && command ? { party: other.party, session: other.session, command } : null,
    ...(await quiesce(held.session, held.directory, deps)),
  }
}

/** The party that has a part. Throws when the scenario did not say that it needs it. */
function playing(parties: ReadonlyMap<Party, HeldParty>, party: Party | undefined): HeldParty | null {
  if (party === undefined) return null
  const found = parties.get(party)
  if (!found) throw new BenchError('failed', `the scenario does not name '${party}' among its parties`)
  return found
}

function stepsFor(
  scenario: Scenario,
  held: Held,
  player: HeldParty | null,
  options: Measuring['plan']['options'],
  round: number,
): Steps {
  const directory = player?.directory ?? held.directory
  const archive = player && player.party !== 'outside' ? `${player.archive}/${scenario.id}` : undefined
  const folder = untouched(held.target) ? directory : `${directory}/${scenario.id}`
  return scenario.steps(parametersFor(options, folder, round, archive))
}

/** Makes the scenario's folders, and brings its files into place: `setup` once in an instance, `prepare` every time. */
async function layOut(
  held: Held,
  { id }: Scenario,
  parties: ReadonlyMap<Party, HeldParty>,
  steps: Steps,
  timeoutSeconds: number,
): Promise<void> {
  const must = (session: Session, command: Command) => mustSucceed(session, command, timeoutSeconds)
  const first = !held.ready.has(id)
  if (first) {
    held.folders.add(id)
    await must(held.session, ['mkdir', '-p', '--', `${held.directory}/${id}`])
  }
  for (const { session, archive } of parties.values()) await must(session, ['mkdir', '-p', '--', `${archive}/${id}`])
  for (const command of first ? steps.setup : []) await must(held.session, command)
  held.ready.add(id)
  for (const command of steps.prepare) await must(held.session, command)
}

async function mustSucceed(session: Session, command: Command, timeoutSeconds: number): Promise<void> {
  const result = await session.run(command, timeoutSeconds)
  if (result.exitCode === 0) return
  const words = lastLine(result) ?? `exit code ${result.exitCode}`
  throw new BenchError('failed', `preparing failed: ${command[0]}: ${words}`, { details: command.join(' ') })
}
