import { BenchError, cannotRun, messageOf } from '../errors.js'
import { activity, quiesce, readKernel } from '../kernel.js'
import { targetOf } from '../plan.js'
import type { Held } from '../pool.js'
import { spaceObjection } from '../space.js'
import { dd, measureDd } from '../workloads/dd.js'
import type { LessonContext } from './chapter.js'
import type { Try, WatchedTry } from './results.js'

/** What is added to the lesson's dd. */
export interface Added {
  conv?: string
  oflag?: string
}

/** One dd into a new file on a mount. A mount that cannot be made or used is a try with its problem; only an interruption throws. */
export async function tryOnce(context: LessonContext, label: string, added: Added = {}): Promise<Try> {
  return guarded(context, label, async (held) => (await written(context, held, added)).figures)
}

/** The same after everything older has reached the disk, with what the kernel counted until just after dd ended. */
export async function tryWatched(
  context: LessonContext,
  label: string,
  name: string,
  added: Added = {},
): Promise<WatchedTry> {
  const words = [added.conv && `conv=${added.conv}`, added.oflag && `oflag=${added.oflag}`].filter(Boolean).join(' ')
  let counts: Pick<WatchedTry, 'waitingBytes' | 'deviceBytes' | 'storageBytes'> = UNTOLD
  const tried = await guarded(context, label, async (held) => {
    const before = (await quiesce(held.session, held.directory, context.deps)).kernel
    const { output, figures } = await written(context, held, added)
    const after = await readKernel(held.session)
    const { proof } = held.probe
    const seen = activity(before, after, proof.backing?.device ?? proof.device, output)
    const dirty = [before.dirtyBytes, after.dirtyBytes]
    counts = {
      waitingBytes: dirty[0] == null || dirty[1] == null ? null : Math.max(0, dirty[1] - dirty[0]),
      deviceBytes: seen.deviceWrittenBytes,
      storageBytes: seen.storageWrittenBytes,
    }
    return figures
  })
  return { ...tried, label: name, added: words, ...counts }
}

const UNTOLD = { waitingBytes: null, deviceBytes: null, storageBytes: null }

async function guarded(
  context: LessonContext,
  label: string,
  work: (held: Held) => Promise<Pick<Try, 'seconds' | 'bytesPerSecond'>>,
): Promise<Try> {
  try {
    const held = await ready(context, label)
    try {
      return { label, ...(await work(held)), problem: null }
    } finally {
      await removeFile(context, held)
    }
  } catch (error) {
    if (context.deps.signal.aborted) throw new BenchError('interrupted', 'interrupted')
    return { label, seconds: null, bytesPerSecond: null, problem: messageOf(error) }
  }
}

/** The mount's instance, with room for the file. Throws `cannot-run` with the numbers when there is none. */
async function ready({ pool, plan }: LessonContext, label: string): Promise<Held> {
  const held = await pool.take(targetOf(plan, label))
  const { proof, memoryBytes } = held.probe
  const objection = spaceObjection([{ label, proof, memoryBytes }], plan.scenarios)
  if (objection) throw cannotRun(objection)
  return held
}

const fileIn = ({ directory }: Held) => `${directory}/test`

async function written({ plan: { options } }: LessonContext, held: Held, added: Added) {
  const command = dd({ input: '/dev/zero', output: fileIn(held), sizeBytes: options.sizeBytes, ...added })
  const output = await held.session.run(command, options.trialTimeoutSeconds)
  const { bytes, seconds } = measureDd(output, options.sizeBytes)
  return { output, figures: { seconds, bytesPerSecond: bytes / seconds } }
}

/** The next dd begins with a new file; a session that is over has lost it anyway. */
async function removeFile({ plan: { options } }: LessonContext, held: Held): Promise<void> {
  if (held.session.over() === null) {
    await held.session.run(['rm', '-f', '--', fileIn(held)], options.trialTimeoutSeconds).catch(() => null)
  }
}

/** Throws `cannot-run` with the reasons when not one dd has a figure: there is nothing to say. */
export function mustHaveFigures(tries: readonly Try[]): void {
  if (tries.some(({ bytesPerSecond }) => bytesPerSecond !== null)) return
  const reasons = [...new Set(tries.map(({ label, problem }) => `${label}: ${problem}`))].join('\n')
  throw cannotRun('not one dd could be measured', undefined, reasons)
}
