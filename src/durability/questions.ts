import type { Deps } from '../deps.js'
import { BenchError } from '../errors.js'
import type { EngineRecord } from '../model.js'
import { type Mount, mountOf, objectionTo, parseDf, parseMountinfo } from '../proof.js'
import type { Target } from '../targets.js'
import { type Cycle, type Lab, type Vessel, wordsOf } from './lab.js'
import { after, folderIn, leave, look, tried, untried } from './marker.js'
import { seenFromHost } from './outside.js'
import type { DurabilityAnswer, DurabilityQuestion, DurabilityRow } from './record.js'
import { fsyncVerdict, memoryVerdict, parseTraces, WRITE_SCRIPT, WRITTEN_BYTES } from './traces.js'

/** What the questions need beside the mount. */
export interface Asking {
  lab: Lab
  target: Target
  record: EngineRecord
  tmpfsBytes: number
  deps: Deps
}

/**
 * Asks a mount everything but what a restart of the engine leaves. Throws `cannot-run` when the mount cannot be made or is not what was asked
 * for, and `interrupted`; a single question that cannot be tried is answered with the reason.
 */
export async function askMount(asking: Asking): Promise<Omit<DurabilityRow['answers'], 'engineRestart'>> {
  const { lab, target, deps } = asking
  const first = await lab.open(target)
  const mount = await proveMount(first, asking)
  const unless = (question: DurabilityQuestion, work: () => Promise<DurabilityAnswer>) => {
    const reason = lab.cannot(question, target)
    return reason === null ? tried(work) : Promise.resolve(untried(reason))
  }
  const written = await askTraces(first, mount)
  const countsAsMemory = await unless('countsAsMemory', async () => written.countsAsMemory)
  const outside = await askHost(first, asking)
  const shared = await unless('shared', () => askShared(lab, first, deps))
  const cycled = {} as Record<Cycle, DurabilityAnswer>
  for (const how of ['restart', 'stopStart', 'kill'] as const)
    cycled[how] = await unless(how, () => askCycle(first, how, deps))
  const after = await askRemovals(lab, first, unless, deps)
  return { ...cycled, ...after, shared, ...outside, countsAsMemory, fsyncReachesDisk: written.fsyncReachesDisk }
}

/** The mount that the folder really lies on. Throws `cannot-run` with the evidence when it is not what was asked for. */
async function proveMount(vessel: Vessel, { target, tmpfsBytes, deps }: Asking): Promise<Mount> {
  await leave(vessel, deps)
  const directory = folderIn(vessel.mountPoint)
  const mount = mountOf(directory, parseMountinfo((await vessel.inside(['cat', '/proc/self/mountinfo'])).output))
  const space = parseDf((await vessel.inside(['df', '-Pk', directory])).output)
  if (!mount || !space)
    throw new BenchError('cannot-run', `${directory} cannot be found in the container's own mountinfo and df`)
  const { line, ...shown } = mount
  const proof = { directory, ...shown, ...space, mountinfo: line, backing: null, direct: null }
  const objection = objectionTo(target, vessel.mountPoint, proof, target.sizeBytes ?? tmpfsBytes)
  if (objection) throw new BenchError('cannot-run', `${target.label} is not what was asked for: ${objection}`)
  return mount
}

async function askTraces(vessel: Vessel, mount: Mount) {
  const mebibytes = String(WRITTEN_BYTES / 2 ** 20)
  const wrote = await vessel.inside(['sh', '-c', WRITE_SCRIPT, 'sh', folderIn(vessel.mountPoint), mebibytes])
  if (wrote.exitCode !== 0) {
    const failed = untried(`${mebibytes} MiB cannot be written: ${wordsOf(wrote)}`, [wrote])
    return { countsAsMemory: failed, fsyncReachesDisk: failed }
  }
  const traces = parseTraces(wrote.output)
  return {
    countsAsMemory: { ...memoryVerdict(traces), evidence: [wrote] },
    fsyncReachesDisk: { ...fsyncVerdict(traces, mount), evidence: [wrote] },
  }
}

async function askHost(vessel: Vessel, { record, deps }: Asking) {
  let seen: Awaited<ReturnType<typeof seenFromHost>> | undefined
  const hostSees = await tried(async () => {
    seen = await seenFromHost(vessel, record, deps)
    return seen.hostSees
  })
  return { hostSees, othersMayRead: seen?.othersMayRead ?? hostSees }
}

/** Each of two containers writes, and the other reads it, while both run. */
async function askShared(lab: Lab, first: Vessel, deps: Deps): Promise<DurabilityAnswer> {
  const there = await leave(first, deps)
  const { vessel: second, steps } = await lab.beside(first)
  if (!second) return { value: false, text: 'the engine refuses to share it', evidence: steps }
  const seen = await look(second, there.token)
  if (seen.value !== true) return after([...there.steps, ...steps], seen)
  const back = await leave(second, deps)
  return after([...there.steps, ...steps, ...seen.evidence, ...back.steps], await look(first, back.token))
}

async function askCycle(vessel: Vessel, how: Cycle, deps: Deps): Promise<DurabilityAnswer> {
  const { token, steps } = await leave(vessel, deps)
  return after([...steps, ...(await vessel.cycle(how))], await look(vessel, token))
}

type Unless = (question: DurabilityQuestion, work: () => Promise<DurabilityAnswer>) => Promise<DurabilityAnswer>

/** Removes the container and looks for what is left, then makes another with the same mount, and removes that with its volumes. */
async function askRemovals(lab: Lab, first: Vessel, unless: Unless, deps: Deps) {
  const { token, steps } = await leave(first, deps).catch(() => ({ token: '', steps: [] }))
  const remove = await unless('remove', async () => after(steps, await askRemove(lab, first, false, token)))
  let heir: Vessel | undefined
  const newContainer = await unless('newContainer', async () => {
    heir = await lab.open(lab.same(first))
    return after(steps, await look(heir, token))
  })
  const removeVolumes = await unless('removeVolumes', async () => {
    const last = heir ?? (await lab.open(lab.same(first)))
    const left = await leave(last, deps)
    return after(left.steps, await askRemove(lab, last, true, left.token))
  })
  return { remove, newContainer, removeVolumes }
}

async function askRemove(lab: Lab, vessel: Vessel, volumes: boolean, token: string): Promise<DurabilityAnswer> {
  const outside = await vessel.outside()
  const steps = [...outside.steps, ...(await vessel.remove(volumes))]
  const { target, steps: asked } = await lab.remains(vessel, outside)
  if (!target) return { value: false, text: '', evidence: [...steps, ...asked] }
  return after([...steps, ...asked], await look(await lab.open(target), token))
}
