import type { Deps } from '../deps.js'
import type { Engine } from '../engines/engine.js'
import { BenchError, messageOf } from '../errors.js'
import type { Command } from '../scenario.js'
import type { Target } from '../targets.js'
import { containerLab, type LabOptions } from './container-lab.js'
import { type Lab, mustStep, step } from './lab.js'
import { after, leave, look, tried, untried } from './marker.js'
import type { DurabilityAnswer, DurabilityStep } from './record.js'

/** Why the engine is not restarted for a mount; null when it may be. */
export function engineRestartReason(
  { type }: Target,
  { program, record }: Engine,
  restart: Command | undefined,
): string | null {
  if (type === 'host') return 'there is no container'
  if (record.id === 'podman') return 'podman has no daemon that could be restarted'
  if (program === null) return 'there is no engine to restart'
  return restart ? null : 'not tried: would stop your other containers; --restart-engine tries it'
}

const ANSWER_SECONDS = 60
const POLL_SECONDS = 0.5

/**
 * Restarts the engine once, under a container for each mount, and looks in each, started again, for its marker. By label; when the restart
 * itself fails, every answer says so.
 */
export async function askEngineRestart(
  targets: readonly Target[],
  restart: Command,
  options: LabOptions,
  problems: string[],
  deps: Deps,
): Promise<Map<string, DurabilityAnswer>> {
  const lab = containerLab(options.engine.program ?? '', options, deps)
  try {
    return await restartUnder(lab, targets, restart, options.engine, deps)
  } catch (error) {
    if (error instanceof BenchError && error.code === 'interrupted') throw error
    return new Map(targets.map(({ label }) => [label, untried(messageOf(error))]))
  } finally {
    problems.push(...(await lab.close()))
  }
}

async function restartUnder(
  lab: Lab,
  targets: readonly Target[],
  restart: Command,
  { program }: Engine,
  deps: Deps,
): Promise<Map<string, DurabilityAnswer>> {
  const left = []
  for (const target of targets) {
    const vessel = await lab.open(target)
    left.push({ vessel, ...(await leave(vessel, deps)) })
  }
  const restarted = [...(await mustStep([restart], deps)), await answering(program ?? '', deps)]
  const answers = new Map<string, DurabilityAnswer>()
  for (const { vessel, token, steps } of left) {
    const looked = async () => after([...steps, ...restarted, ...(await vessel.start())], await look(vessel, token))
    answers.set(vessel.target.label, await tried(looked))
  }
  return answers
}

/** Waits until the engine answers again. Throws `cannot-run` with its words when it does not within a minute. */
async function answering(program: string, deps: Deps): Promise<DurabilityStep> {
  const started = deps.now()
  for (;;) {
    const asked = await step([program, 'version', '--format', '{{.Server.Version}}'], deps)
    if (asked.exitCode === 0) return asked
    if (deps.now() - started > ANSWER_SECONDS * 1000) {
      throw new BenchError(
        'cannot-run',
        `the engine does not answer ${ANSWER_SECONDS} s after its restart: ${asked.output}`,
      )
    }
    await deps.sleep(POLL_SECONDS)
  }
}
