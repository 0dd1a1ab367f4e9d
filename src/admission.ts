import type { Deps } from './deps.js'
import { BenchError, cannotRun, messageOf } from './errors.js'
import type { Measuring } from './measure.js'
import type { TargetRecord } from './model.js'
import { targetOf } from './plan.js'
import { inRam } from './proof.js'
import { type Space, spaceObjection } from './space.js'
import { cellKey } from './summary.js'

/** Makes an instance of every target that can be used, so that all are proved and all have room before anything is written. */
export async function openTargets(state: Measuring, deps: Deps, block: number): Promise<void> {
  const spaces: Space[] = []
  for (const record of state.targets.filter(({ problem }) => problem === null)) {
    const space = await openTarget(state, record, deps, block)
    if (space) spaces.push(space)
  }
  if (spaces.length === 0) {
    throw cannotRun(
      'no target can be measured',
      undefined,
      state.targets.map(({ label, problem }) => `${label}: ${problem}`).join('\n'),
    )
  }
  const scenarios = state.plan.scenarios.filter(({ scenario }) => !state.skipped.has(scenario.id))
  const objection = spaceObjection(spaces, scenarios)
  if (objection) throw cannotRun(objection, 'choose a smaller --size, or give the mount more room')
  if (block === 0) closeImpossible(state)
}

async function openTarget(state: Measuring, record: TargetRecord, deps: Deps, block: number): Promise<Space | null> {
  try {
    const { probe } = await state.pool.take(targetOf(state.plan, record.label))
    if (block === 0) {
      record.proof = probe.proof
      record.tools = probe.tools
      warnOfRam(state, record)
    }
    return { label: record.label, proof: probe.proof, memoryBytes: probe.memoryBytes }
  } catch (error) {
    if (deps.signal.aborted) throw new BenchError('interrupted', 'interrupted')
    const hint = error instanceof BenchError && error.hint ? ` (${error.hint})` : ''
    const problem = `${messageOf(error)}${hint}`
    state.warnings.push(`${record.label} in block ${block + 1}: ${problem}`)
    const left = error instanceof BenchError ? (error.details ?? '').split('\n') : []
    state.warnings.push(...left.filter((line) => line.startsWith('not removed: ')))
    if (block === 0) record.problem = problem
    return null
  }
}

/** A bind mount or the host is expected on a disk; a working directory in memory is easily overlooked. */
function warnOfRam({ warnings }: Measuring, { label, type, proof }: TargetRecord): void {
  if ((type !== 'bind' && type !== 'host') || !proof || !inRam(proof)) return
  warnings.push(
    `${label} lies on a ${proof.filesystem}, which is memory and no disk: start from another folder, or give src=`,
  )
}

/** Cells that cannot be measured for what their target lacks: a program, or O_DIRECT. */
function closeImpossible(state: Measuring): void {
  const usable = state.targets.filter(({ problem }) => problem === null)
  for (const { scenario } of state.plan.scenarios) {
    const without = usable.filter(({ tools }) => tools[scenario.tool] === undefined)
    const reason = `${scenario.tool} is not there: ${HOW_TO_GET[scenario.tool]}`
    if (without.length === usable.length) state.skipped.set(scenario.id, reason)
    for (const { label } of without) state.closed.set(cellKey(scenario.id, label), { status: 'skipped', reason })
    if (scenario.path !== 'direct') continue
    for (const { label, proof } of usable.filter((target) => target.proof?.direct === false)) {
      const unsupported = `unsupported: ${proof?.filesystem} refuses O_DIRECT`
      state.closed.set(cellKey(scenario.id, label), { status: 'skipped', reason: unsupported })
    }
  }
}

const HOW_TO_GET = {
  fio: 'install fio (apt-get install fio), or use an image that has it (mountbench image builds one)',
  dd: 'use an image that has dd (mountbench image builds one)',
  python3: 'use an image that has Python 3 with its sqlite3 module (mountbench image builds one)',
  tar: 'use an image that has tar (mountbench image builds one)',
  pgbench: 'use an image of PostgreSQL: --image',
}
