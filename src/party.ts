import type { Deps } from './deps.js'
import type { Engine, Instance, PartyPlan } from './engines/engine.js'
import { mustRun, openInstance, withProblems } from './engines/instance.js'
import { BenchError } from './errors.js'
import type { Proof } from './model.js'
import { mountProof } from './prove.js'
import type { Party } from './scenario.js'
import type { Session } from './session.js'

const ANSWER_SECONDS = 20

/** Another party of an instance while it exists. */
export interface HeldParty {
  party: Party
  session: Session
  /** The instance's folder as this party sees it. */
  directory: string
  /** The proof of the mount as a `reader` sees it, which is read-only; null for the others. */
  proof: Omit<Proof, 'direct'> | null
  /** Its own folder, on the host's disk and outside of every mount under test. */
  archive: string
  /** Ends it and removes all that was made for it; says what could not be removed. Never throws. */
  close: () => Promise<string[]>
}

/**
 * Makes a party by its plan, and proves that it sees the instance's folder itself, a `reader` read-only. Throws `cannot-run` when it
 * does not; what was made is removed then.
 */
export async function openParty(
  plan: PartyPlan,
  instance: Instance,
  engine: Pick<Engine, 'record'>,
  deps: Deps,
): Promise<HeldParty> {
  const { party } = plan
  const directory = await directoryOf(plan, deps)
  const own = await openInstance(plan.instance, deps)
  try {
    await mustBeSame(party, directory, own.session, instance)
    const proof = party === 'reader' ? await readOnlyProof(directory, own.session, engine) : null
    // A workload that loses its folder stays on the mount under test.
    await own.session.run(['cd', directory], ANSWER_SECONDS)
    return { party, session: own.session, directory, proof, archive: own.directory, close: own.close }
  } catch (error) {
    throw withProblems(error, await own.close())
  }
}

async function directoryOf({ directory, party }: PartyPlan, deps: Deps): Promise<string> {
  if (typeof directory === 'string') return directory
  const folder = (await mustRun(directory.ask, deps)).stdout.trim()
  if (folder.startsWith('/')) return `${folder}/${directory.below}`
  throw new BenchError('cannot-run', `${party}: the engine names no folder of the host for this mount`)
}

/** One folder has one inode on one device, from wherever it is seen. */
async function mustBeSame(party: Party, directory: string, session: Session, instance: Instance): Promise<void> {
  const identity = (path: string) => ['stat', '-c', '%d:%i', '--', path]
  const here = await instance.session.run(identity(instance.directory), ANSWER_SECONDS)
  const there = await session.run(identity(directory), ANSWER_SECONDS)
  if (here.exitCode === 0 && here.stdout.trim() !== '' && here.stdout === there.stdout) return
  const seen = there.exitCode === 0 ? `${there.stdout.trim()} instead of ${here.stdout.trim()}` : there.stderr.trim()
  throw new BenchError('cannot-run', `${party}: the folder on the mount is not seen there: ${seen}`)
}

async function readOnlyProof(directory: string, session: Session, engine: Pick<Engine, 'record'>) {
  const proof = await mountProof(session, directory, engine)
  if (proof.options.includes('ro')) return proof
  throw new BenchError('cannot-run', `reader: the mount is not read-only. mountinfo says: ${proof.mountinfo}`)
}
