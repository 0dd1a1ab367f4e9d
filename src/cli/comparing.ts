import { type Command, Option } from 'commander'
import { type AnalyzeFlags, analyzeCommand } from '../commands/analyze.js'
import { COMPARISON_FORMATS, type CompareFlags, compareCommand } from '../commands/compare.js'
import type { Deps } from '../deps.js'
import { addGate, EXIT_CODE_HELP, RUN_WORDS } from './shared.js'

const COMPARE_EXAMPLES = `
Examples:
  mountbench compare latest~1 latest                  what changed since the run before
  mountbench compare 3f2a9c1 latest --gate            against the run of that commit; exit code 1 for a regression
${EXIT_CODE_HELP}`

/** `mountbench compare`. */
export function addCompare(program: Command, deps: Deps, exit: (code: number) => void): void {
  const command = program
    .command('compare <baseline> <candidate>')
    .description(`what became of each ratio between two runs: ${RUN_WORDS}`)
    .addOption(new Option('--format <name>', 'of the result').choices(Object.keys(COMPARISON_FORMATS)).default('table'))
    .option('--results <folder>', 'where runs are kept', 'results')
    .addHelpText('after', COMPARE_EXAMPLES)
  addGate(command).action(async (baseline: string, candidate: string, flags: CompareFlags) =>
    exit(await compareCommand(baseline, candidate, flags, deps)),
  )
}

/** `mountbench analyze`. */
export function addAnalyze(program: Command, deps: Deps): void {
  program
    .command('analyze <file>')
    .description('the same statistics over a CSV or JSON with round, target, value that something else measured')
    .option('--reference <target>', 'compare with this (default: the first in the file)')
    .addOption(
      new Option('--better <direction>', 'which values are better').choices(['higher', 'lower']).default('higher'),
    )
    .option('--threshold <share>', 'the smallest difference that counts (default: 5%)')
    .addOption(new Option('--format <name>', 'of the result').choices(['table', 'json']).default('table'))
    .action((file: string, flags: AnalyzeFlags) => analyzeCommand(file, flags, deps))
}
