import type { Deps } from './deps.js'
import { partyObjection } from './engines/parties.js'
import { BenchError, cannotRun, messageOf } from './errors.js'
import type { Measuring } from './measure.js'
import type { Proof, TargetRecord } from './model.js'
import { imageObjection, userObjection } from './needs.js'
import { targetOf } from './plan.js'
import type { Held } from './pool.js'
import { inRam, withoutEffect } from './proof.js'
import type { Party, Scenario, Tool } from './scenario.js'
import { type Space, spaceObjection } from './space.js'
import { partiesNeeded, readOnlyObjection } from './stage.js'
import { cellKey } from './summary.js'
import { type Target, untouched } from './targets.js'

/** Makes an instance of every target that can be used, so that all are proved and all have room before anything is written. */
export async function openTargets(state: Measuring, deps: Deps, block: number): Promise<void> {
  const spaces: Space[] = []
  for (const record of state.targets.filter(({ problem }) => problem === null)) {
    const opened = await openTarget(state, record, deps, block)
    if (opened) spaces.push(opened)
  }
  if (spaces.length === 0) {
    throw cannotRun(
      'no target can be measured',
      undefined,
      state.targets.map(({ label, problem }) => `${label}: ${problem}`).join('\n'),
    )
  }
  const scenarios = state.plan.scenarios.filter(({ scenario }) => !state.skipped.has(scenario.id))
  // Where nothing is written, no room is needed.
  const written = spaces.filter(({ label }) => !untouched(targetOf(state.plan, label)))
  const objection = spaceObjection(written, scenarios)
  if (objection) throw cannotRun(objection, 'choose a smaller --size, or give the mount more room')
  if (block === 0) await closeImpossible(state, deps)
}

async function openTarget(state: Measuring, record: TargetRecord, deps: Deps, block: number): Promise<Space | null> {
  try {
    const held = await state.pool.take(targetOf(state.plan, record.label))
    const { probe } = held
    if (block === 0) {
      record.proof = await shownProof(state, held)
      record.tools = probe.tools
      warnOfRam(state, record)
      const idle = withoutEffect(held.target, probe.proof, state.pool.engine.sameKernel ?? false)
      state.warnings.push(...idle.map((words) => `${record.label}: ${words}`))
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

/** What is measured on a read-only mount is what a reader sees. */
async function shownProof({ pool }: Measuring, held: Held): Promise<Proof> {
  const { target, probe } = held
  if (!target.ro || untouched(target)) return probe.proof
  return { ...probe.proof, ...(await pool.party(held, 'reader')).proof }
}

/** Cells that cannot be measured for what their target lacks: a program, another party, O_DIRECT, or the right to write. */
async function closeImpossible(state: Measuring, deps: Deps): Promise<void> {
  const usable = state.targets.filter(({ problem }) => problem === null)
  for (const { scenario } of state.plan.scenarios) {
    const without = usable.filter(({ tools }) => tools[scenario.tool] === undefined)
    if (without.length === usable.length) state.skipped.set(scenario.id, noTool(scenario))
    for (const record of usable) {
      const reason = await whyNot(state, scenario, record, deps)
      if (reason !== null) state.closed.set(cellKey(scenario.id, record.label), { status: 'skipped', reason })
    }
  }
}

async function whyNot(
  state: Measuring,
  scenario: Scenario,
  { label, tools, proof }: TargetRecord,
  deps: Deps,
): Promise<string | null> {
  const target = targetOf(state.plan, label)
  const readOnly = readOnlyObjection(scenario, target)
  if (readOnly !== null) return readOnly
  if (tools[scenario.tool] === undefined) return noTool(scenario)
  if (scenario.path === 'direct' && proof?.direct === false) return `unsupported: ${proof.filesystem} refuses O_DIRECT`
  const place =
    imageObjection(scenario, target, state.pool.engine) ?? userObjection(scenario, target, state.pool.engine)
  if (place !== null) return place
  if (await lacksImageFile(state, scenario, target))
    return `there is no ${scenario.imageFile} in this image: ${HOW_TO_FILE}`
  for (const party of partiesNeeded(scenario, target)) {
    const objection = partyObjection(target, party, state.pool.engine) ?? (await refusal(state, target, party, deps))
    if (objection !== null) return objection
  }
  return null
}

const noTool = ({ tool }: Scenario) => `${tool} is not there: ${HOW_TO_GET[tool]}`

/** Why a party cannot be made, found out by making it; null when it was. It stays for the trials. */
async function refusal({ pool }: Measuring, target: Target, party: Party, deps: Deps): Promise<string | null> {
  try {
    await pool.party(await pool.take(target), party)
    return null
  } catch (error) {
    if (deps.signal.aborted) throw new BenchError('interrupted', 'interrupted')
    return `there is no ${party} here: ${messageOf(error)}`
  }
}

const TEST_SECONDS = 20
const HOW_TO_FILE = 'use one that has it (mountbench image builds one)'

/** Whether the image below a writable layer is without the file that is to be measured. */
async function lacksImageFile({ pool }: Measuring, { imageFile }: Scenario, target: Target): Promise<boolean> {
  if (imageFile === undefined || target.type !== 'layer') return false
  const { session } = await pool.take(target)
  return (await session.run(['test', '-f', imageFile], TEST_SECONDS)).exitCode !== 0
}

/** On the host and in namespaces the programs are those of this machine, and `--image` does nothing. */
const installed = (packageName: string) => `install it (apt-get install ${packageName}), or use an image that has it`
const HOW_TO_GET = {
  fio: 'install fio (apt-get install fio), or use an image that has it (mountbench image builds one)',
  dd: `${installed('coreutils')} (mountbench image builds one)`,
  python3: `${installed('python3')} with its sqlite3 module (mountbench image builds one)`,
  tar: `${installed('tar')} (mountbench image builds one)`,
  pgbench: `${installed('postgresql')}: --image`,
} as const satisfies Record<Tool, string>
