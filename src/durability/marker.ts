import type { Deps } from '../deps.js'
import { BenchError, messageOf } from '../errors.js'
import type { Vessel } from './lab.js'
import { wordsOf } from './lab.js'
import type { DurabilityAnswer, DurabilityStep } from './record.js'

/** Our folder on a mount, and the file in it whose content is the question. */
export const folderIn = (mountPoint: string) => `${mountPoint}/kept`
export const markerIn = (mountPoint: string) => `${folderIn(mountPoint)}/marker`

const WRITE = 'mkdir -p -- "$1" && printf "%s\\n" "$2" >"$1/marker"'
const LOOK = 'if [ -e "$1" ]; then cat -- "$1"; else echo gone; fi'

/** Leaves a word on the mount that nobody else can have left there. Throws `failed` when the mount cannot be written. */
export async function leave(vessel: Vessel, deps: Deps): Promise<{ token: string; steps: DurabilityStep[] }> {
  const token = deps.token(32)
  const wrote = await vessel.inside(['sh', '-c', WRITE, 'sh', folderIn(vessel.mountPoint), token])
  if (wrote.exitCode !== 0) throw new BenchError('failed', `the marker cannot be written: ${wordsOf(wrote)}`)
  return { token, steps: [wrote] }
}

/** Whether the word is there: true or false only when the mount could be looked at and told. */
export async function look(vessel: Vessel, token: string): Promise<DurabilityAnswer> {
  const seen = await vessel.inside(['sh', '-c', LOOK, 'sh', markerIn(vessel.mountPoint)])
  return { ...judged(seen, token), evidence: [seen] }
}

function judged(seen: DurabilityStep, token: string): Pick<DurabilityAnswer, 'value' | 'text'> {
  if (seen.exitCode !== 0) return { value: null, text: `it cannot be looked at: ${wordsOf(seen)}` }
  if (seen.output === token) return { value: true, text: '' }
  if (seen.output === 'gone') return { value: false, text: '' }
  return { value: null, text: 'another marker is there' }
}

/** An answer that could not be found, with the reason. */
export const untried = (text: string, evidence: DurabilityStep[] = []): DurabilityAnswer => ({
  value: null,
  text,
  evidence,
})

/** An answer with what was done before it. */
export const after = (steps: readonly DurabilityStep[], answer: DurabilityAnswer): DurabilityAnswer => ({
  ...answer,
  evidence: [...steps, ...answer.evidence],
})

/** The answer, or why there is none. An interruption is thrown. */
export async function tried(work: () => Promise<DurabilityAnswer>): Promise<DurabilityAnswer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof BenchError && error.code === 'interrupted') throw error
    return untried(messageOf(error))
  }
}
