import { Command, CommanderError } from 'commander'
import { addAnalyze, addCompare } from './cli/comparing.js'
import { addHistory } from './cli/history.js'
import { addInspecting } from './cli/inspecting.js'
import { addDurability, addLesson } from './cli/learning.js'
import { addPush, addReport } from './cli/reporting.js'
import { addRun } from './cli/run.js'
import { addSettingUp } from './cli/setting-up.js'
import { EXIT_CODE_HELP } from './cli/shared.js'
import type { Deps } from './deps.js'
import { BenchError, EXIT_CODES, messageOf } from './errors.js'
import { TOOL_VERSION } from './version.js'

/** Runs a command line; returns the exit code. Never throws. */
export async function main(argv: readonly string[], deps: Deps): Promise<number> {
  let exitCode = 0
  const program = commands(deps, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync([...argv], { from: 'user' })
    return exitCode
  } catch (error) {
    return failed(error, deps)
  }
}

function failed(error: unknown, { stderr }: Deps): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_CODES['bad-input']
  const known = error instanceof BenchError ? error : undefined
  const lines = [`mountbench: ${messageOf(error)}`, known?.hint && `hint: ${known.hint}`, known?.details]
  stderr.write(`${lines.filter(Boolean).join('\n')}\n`)
  if (!known && error instanceof Error) stderr.write(`this is a defect of mountbench:\n${error.stack}\n`)
  return EXIT_CODES[(known?.code ?? 'cannot-run') as keyof typeof EXIT_CODES] ?? EXIT_CODES['cannot-run']
}

function commands(deps: Deps, exit: (code: number) => void): Command {
  const program = new Command('mountbench')
    .description('Is it the mount? Compares container storage: volume, bind mount, tmpfs, writable layer, bare host.')
    .version(TOOL_VERSION)
    .exitOverride()
    .configureOutput({ writeOut: (text) => deps.stdout.write(text), writeErr: (text) => deps.stderr.write(text) })
    .showHelpAfterError('(mountbench --help tells what there is)')
    .addHelpText('after', `${EXIT_CODE_HELP}\nStart with: mountbench run --profile quick`)
  addRun(program, deps, exit)
  addCompare(program, deps, exit)
  addAnalyze(program, deps)
  addReport(program, deps)
  addHistory(program, deps, exit)
  addPush(program, deps)
  addDurability(program, deps)
  addLesson(program, deps, exit)
  addInspecting(program, deps)
  addSettingUp(program, EXIT_CODE_HELP, deps)
  return program
}
