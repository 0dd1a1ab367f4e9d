import type { Deps } from '../deps.js'
import { runFolderRemoval } from '../engines/folders.js'
import { type PaperEngine, paperEngine } from '../engines/paper.js'
import { capabilitiesOf, type Plan, tmpfsBytes } from '../plan.js'
import { pasteOf, planInstance } from '../pool.js'
import type { Target } from '../targets.js'
import { type Paper, paperObjection, paperParties, partyLines, quoted, scenarioLines } from './paste.js'

const RUN_ID = '00000000-000000-dryrun'

/** Every command of a run as a person could paste it, once for each target; nothing is run for it. */
export function dryRun(plan: Plan, deps: Deps): string {
  const engine = paperEngine(plan.options, deps)
  const { leastRounds, scenarios } = plan
  const most = Math.max(0, ...scenarios.map(({ rounds }) => rounds.length))
  const rounds = leastRounds === most ? `${most}` : `${leastRounds} to ${most}`
  const head = [
    `# engine: ${engine.record.id}, named by --engine or the first that is installed`,
    `# ${rounds} rounds of every workload, in blocks with a fresh instance of each mount, after one to warm up`,
    '# one shell in each container takes the commands; by hand, exec does the same',
  ]
  const parts = plan.targets.map((target) => targetCommands(plan, target, engine, deps))
  return `${[...head, ...parts.flat()].join('\n')}\n`
}

function targetCommands(plan: Plan, target: Target, engine: PaperEngine, deps: Deps): string[] {
  const options = {
    engine,
    runId: RUN_ID,
    tmpfsBytes: tmpfsBytes(plan),
    capabilities: capabilitiesOf(plan, engine.record),
  }
  const instance = planInstance(target, 0, options, deps.cwd)
  const { start, leave } = pasteOf(target, engine)(instance)
  const paper: Paper = { plan, target, engine, instance, cwd: deps.cwd, runId: RUN_ID }
  const objections = plan.scenarios.map(({ scenario }) => ({ scenario, reason: paperObjection(paper, scenario) }))
  const possible = objections.filter(({ reason }) => reason === null).map(({ scenario }) => scenario)
  const parties = paperParties(paper, possible)
  const create = target.type === 'host' ? instance.create : [...instance.create, start]
  const workloads = objections.flatMap(({ scenario, reason }) =>
    reason === null ? scenarioLines(paper, scenario, parties) : [`# ${scenario.id} is skipped: ${reason}`],
  )
  const made = [instance, ...parties.map((party) => party.instance)]
  const parents = made.some((one) => one.create.some(([program]) => program === 'mkdir'))
    ? runFolderRemoval(deps.cwd, RUN_ID)
    : []
  const removals = parties.flatMap((party) => party.instance.remove)
  const ending = [...leave, ...instance.sweep, ...removals, ...instance.remove, ...parents]
  return [
    ...['', `# ${target.label}`, ...create.map(quoted)],
    ...parties.flatMap((party) => partyLines(paper, party)),
    ...workloads,
    ...ending.map(quoted),
  ]
}
