import { BenchError, messageOf } from './errors.js'
import type { Failure, Sample } from './model.js'
import type { Around, Command, Output, Party, Steps } from './scenario.js'

const SIGKILL = 9
const KILLED =
  'was killed: the kernel does that when the memory of a container is used up, and a tmpfs counts against it'

/** What another party did at the same time, and how it ended. */
export interface Beside {
  party: Party
  command: Command
  output: Output
}

/** What a finished trial is worth: its sample, or why it has none. When another party failed, so did the trial, with that one's words. */
export function outcome(
  steps: Pick<Steps, 'workload' | 'measure'>,
  output: Output,
  beside: Beside | null,
  lifecycle: Around['lifecycle'],
): { sample: Sample | null; failure: Failure | null } {
  try {
    if (output.exitCode === 128 + SIGKILL) throw new BenchError('killed', `${steps.workload[0]} ${KILLED}`)
    const sample = steps.measure(output, { meanwhile: beside?.output ?? null, lifecycle })
    return beside && beside.output.exitCode !== 0
      ? { sample: null, failure: failureBeside(beside, null) }
      : { sample, failure: null }
  } catch (error) {
    const failed = beside !== null && beside.output.exitCode !== 0
    return { sample: null, failure: failed ? failureBeside(beside, error) : failureOf(error, steps.workload, output) }
  }
}

function failureBeside({ party, command, output }: Beside, error: unknown): Failure {
  const words = `${party}: ${command[0]}: ${lastLine(output) ?? `exit code ${output.exitCode}`}`
  const message = error === null ? words : `${words}; beside it: ${messageOf(error)}`
  return failureOf(new BenchError('failed', message), command, output)
}

/** A failure as it is recorded, with the command that failed and the last line it said. */
export function failureOf(error: unknown, command: Command | null, output: Output | null): Failure {
  return {
    code: error instanceof BenchError ? error.code : 'failed',
    message: messageOf(error),
    command: command && [...command],
    lastLine: output && lastLine(output),
  }
}

/** What dd says of its speed also after it failed: no reason, and no place for a number. */
const DD_REPORT = / copied, | transferred in | records (in|out)$/

/** The last line on stderr, or on stdout when stderr is empty, that is not dd's report; null when there is none. */
export function lastLine({ stdout, stderr }: Output): string | null {
  const lines = (stderr.trim() || stdout.trim()).split('\n').filter((line) => line !== '' && !DD_REPORT.test(line))
  return lines.at(-1) ?? null
}
