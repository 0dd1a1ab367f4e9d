import { type Command, Option } from 'commander'
import { ENGINE_IDS } from '../engines/ids.js'

/** How a run is named. */
export const RUN_WORDS = 'a path, a run id, latest, latest~1, a label, or a git commit'

/** What the exit codes mean, for the end of a help text. */
export const EXIT_CODE_HELP = `
Exit codes: 0 fine, 1 regression (with --gate), 2 bad input, 3 could not run, 4 inconclusive (with --fail-on-inconclusive),
130 interrupted (what was measured is saved).`

/** Which engine. */
export const engineOption = () =>
  new Option('--engine <name>', 'what launches containers').choices(['auto', ...ENGINE_IDS]).default('auto')

/** Whether an image may be fetched. */
export const pullOption = () =>
  new Option('--pull <when>', 'whether --image may be fetched').choices(['never', 'missing']).default('missing')

/** An option that may be repeated. */
export const collect = (value: string, all: string[] = []) => [...all, value]

/** The flags with which a comparison of runs decides the exit code. */
export function addGate(command: Command): Command {
  return command
    .option('--gate', 'exit with 1 when a ratio became worse')
    .option('--fail-threshold <share>', 'a regression is beyond this (default: 10%)')
    .option('--strict', 'also fail for a change that is certainly for the worse, however small')
    .option('--require-all', 'also fail when only one of the runs measured something')
    .option('--fail-on-inconclusive', 'exit with 4 when it cannot be told')
    .option('--confirm', 'measure what became worse once more, and fail when both agree')
    .option('--any-machine', 'compare the ratios although the environments differ')
}
