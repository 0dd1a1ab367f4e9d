import type { Deps } from '../deps.js'
import { runFolderRemoval } from '../engines/folders.js'
import { paperEngine } from '../engines/paper.js'
import { type Plan, parametersFor, tmpfsBytes } from '../plan.js'
import { pasteOf, planInstance } from '../pool.js'
import type { Command } from '../scenario.js'
import type { Target } from '../targets.js'

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

function targetCommands(plan: Plan, target: Target, engine: ReturnType<typeof paperEngine>, deps: Deps): string[] {
  const options = { engine, runId: RUN_ID, tmpfsBytes: tmpfsBytes(plan) }
  const instance = planInstance(target, 0, options, deps.cwd)
  const { start, inside, leave } = pasteOf(target, engine)(instance)
  const folder = `${instance.mountPoint}/${instance.name}`
  const workloads = plan.scenarios.flatMap(({ scenario }) => {
    const directory = `${folder}/${scenario.id}`
    const { setup, prepare, workload } = scenario.steps(parametersFor(plan.options, directory, 0))
    const commands = [['mkdir', '-p', '--', directory], ...setup, ...prepare, workload, ['rm', '-rf', '--', directory]]
    return [`# ${scenario.id}`, ...commands.map((command) => quoted(inside(command)))]
  })
  const parents = instance.create.some(([program]) => program === 'mkdir') ? runFolderRemoval(deps.cwd, RUN_ID) : []
  const ending = [...leave, ...instance.sweep, ...instance.remove, ...parents]
  const create = target.type === 'host' ? instance.create : [...instance.create, start]
  return ['', `# ${target.label}`, ...create.map(quoted), ...workloads, ...ending.map(quoted)]
}

/** A command as a shell reads it. */
function quoted(command: Command): string {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')
}
