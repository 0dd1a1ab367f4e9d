import type { Deps } from '../deps.js'
import { BenchError, messageOf } from '../errors.js'
import type { ExecResult } from '../exec.js'
import type { Command } from '../scenario.js'
import { openSession, type Session } from '../session.js'
import type { Instance, InstancePlan, Lifecycle } from './engine.js'
import { forgetInstance, noteInstance } from './folders.js'
import { hintFor } from './hints.js'

const START_SECONDS = 60
const REMOVE_SECONDS = 60
const LATE_SECONDS = 1

/**
 * Makes an instance by its plan. When any step fails, what was made so far is removed and the first error is thrown;
 * what could not be removed is told in its details.
 */
export async function openInstance(plan: InstancePlan, deps: Deps): Promise<Instance> {
  let session: Session | undefined
  const lifecycle: Lifecycle = { createSeconds: 0, startSeconds: 0, removeSeconds: null }
  try {
    for (const command of plan.before ?? []) await mustRun(command, deps)
    const began = deps.now()
    for (const command of plan.create) await mustRun(command, deps)
    const created = deps.now()
    if (plan.create.length > 0) lifecycle.createSeconds = (created - began) / 1000
    const started = await startSession(plan, deps)
    session = started.session
    if (plan.note && started.pid !== undefined) await noteInstance(deps.cwd, plan.note, plan.name, started.pid)
    const directory = await enterFolder(plan, session)
    lifecycle.startSeconds = (deps.now() - created) / 1000
    // A workload that loses its folder stays on the mount under test.
    await session.run(['cd', directory], START_SECONDS)
    return instanceOf(plan, session, directory, lifecycle, deps)
  } catch (error) {
    await session?.end()
    await removeAll(plan, deps)
    // An engine that was told to start a container may still be making it: what comes late is removed too.
    await deps.sleep(LATE_SECONDS)
    throw withProblems(error, await removeAll(plan, deps))
  }
}

/** Waits for the shell's first answer. Returns the folder to work in: made, unless nothing may be written. */
async function enterFolder({ mountPoint, name, untouched }: InstancePlan, session: Session): Promise<string> {
  const directory = untouched ? mountPoint : `${mountPoint}/${name}`
  const made = await session.run(untouched ? ['true'] : ['mkdir', '-p', '--', directory], START_SECONDS)
  if (made.exitCode === 0) return directory
  throw new BenchError('cannot-run', `the container cannot write to the mount: ${made.stderr.trim()}`)
}

function instanceOf(
  plan: InstancePlan,
  session: Session,
  directory: string,
  lifecycle: Lifecycle,
  deps: Deps,
): Instance {
  const close = () => closeInstance(plan, { session, directory, lifecycle }, deps)
  return { directory, mountPoint: plan.mountPoint, session, lifecycle, close }
}

async function startSession(plan: InstancePlan, deps: Deps): Promise<{ session: Session; pid: number | undefined }> {
  const mark = deps.token(24)
  const pipe = await deps.openPipe([...plan.start, mark], plan.startIn ? { cwd: plan.startIn } : {})
  const kill = async () => {
    if (plan.kill) await deps.exec(plan.kill, { timeoutSeconds: REMOVE_SECONDS })
    pipe.kill()
  }
  const session = openSession(pipe, { mark, now: deps.now, kill })
  const stop = () => void kill()
  deps.signal.addEventListener('abort', stop, { once: true })
  void pipe.ended.then(() => deps.signal.removeEventListener('abort', stop))
  return { session, pid: pipe.pid }
}

async function closeInstance(
  plan: InstancePlan,
  { session, directory, lifecycle }: Pick<Instance, 'session' | 'directory' | 'lifecycle'>,
  deps: Deps,
): Promise<string[]> {
  const swept = plan.untouched || (session.over() === null && (await emptied(session, directory)))
  const began = deps.now()
  await session.end()
  const problems = swept ? [] : await tryAll(plan.sweep, deps)
  if (plan.note) await forgetInstance(deps.cwd, plan.note, plan.name)
  problems.push(...(await removeAll(plan, deps)))
  lifecycle.removeSeconds = (deps.now() - began) / 1000
  return problems
}

async function emptied(session: Session, directory: string): Promise<boolean> {
  const result = await session.run(['rm', '-rf', '--', directory], REMOVE_SECONDS).catch(() => null)
  return result?.exitCode === 0
}

const removeAll = (plan: InstancePlan, deps: Deps) => tryAll(plan.remove, deps)

/** What engines say of a container that has ended, or is not there: what was wanted is so. */
const GONE_ALREADY = /no such (container|volume|object)|no container with name|is not running|can only kill running/i

/** Runs every command whatever became of the others, also when the run is being stopped; says what failed. */
export async function tryAll(commands: readonly Command[], { exec }: Pick<Deps, 'exec'>): Promise<string[]> {
  const problems: string[] = []
  for (const command of commands) {
    const result = await exec(command, { timeoutSeconds: REMOVE_SECONDS })
    if (result.exitCode !== 0 && !GONE_ALREADY.test(result.stderr)) {
      problems.push(`${command.join(' ')}: ${lastLine(result)}`)
    }
  }
  return problems
}

/** Runs a command of an engine; throws `cannot-run` with its own words when it fails. */
export async function mustRun(command: Command, { exec, signal }: Pick<Deps, 'exec' | 'signal'>): Promise<ExecResult> {
  const result = await exec(command, { signal })
  if (signal.aborted) throw new BenchError('interrupted', 'interrupted')
  if (result.exitCode === 0) return result
  const words = lastLine(result)
  throw new BenchError('cannot-run', `${command.slice(0, 3).join(' ')} failed: ${words}`, {
    hint: hintFor(result.stderr),
    details: `${command.join(' ')}\n${result.stderr.trim()}`,
  })
}

/** docker's last word after a failure is where to read on. */
const ADVICE = /\n+(Run|See) '.*' for more information\.?$/

/** The last line in which a program says something of its own, which is where programs put their reason. */
export function lastLine({ stdout, stderr, exitCode }: Pick<ExecResult, 'stdout' | 'stderr' | 'exitCode'>): string {
  const own = (text: string) => text.trim().replace(ADVICE, '')
  return (own(stderr) || own(stdout)).split('\n').at(-1) || `exit code ${exitCode}`
}

/** An error with what could not be removed after it in its details: cleaning up never hides the first error. */
export function withProblems(error: unknown, problems: readonly string[]): BenchError {
  const message = messageOf(error)
  const known = error instanceof BenchError ? error : undefined
  const details = [known?.details, ...problems.map((problem) => `not removed: ${problem}`)].filter(Boolean).join('\n')
  return new BenchError(known?.code ?? 'cannot-run', message, {
    hint: known?.hint ?? hintFor(message),
    details: details || undefined,
    cause: error,
  })
}
