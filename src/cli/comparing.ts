import { type Command, Option } from 'commander'
import type { AnalyzeFlags } from '../commands/analyze.js'
import type { CompareFlags } from '../commands/compare.js'
import type { Deps } from '../deps.js'
import { addGate, EXIT_CODE_HELP, RUN_WORDS } from './shared.js'

const COMPARE_EXAMPLES = `
Examples:
  mountbench compare latest~1 latest                  what changed since the run before
  mountbench compare 3f2a9c1 latest --gate            against the run of that commit; exit code 1 for a regression
${EXIT_CODE_HELP}`

const COMPARISON_FORMATS = ['table', 'markdown', 'json', 'junit'] as const satisfies readonly CompareFlags['format'][]

/** `mountbench compare`. */
export function addCompare(program: Command, deps: Deps, exit: (code: number) => void): void {
  const command = program
    .command('compare <baseline> <candidate>')
    .description(`what became of each ratio between two runs: ${RUN_WORDS}`)
    .addOption(new Option('--format <name>', 'of the result').choices(COMPARISON_FORMATS).default('table'))
    .option('--results <folder>', 'where runs are kept', 'results')
    .addHelpText('after', COMPARE_EXAMPLES)
  addGate(command).action(async (baseline: string, candidate: string, flags: CompareFlags) => {
    const { compareCommand } = await import('../commands/compare.js')
    exit(await compareCommand(baseline, candidate, flags, deps))
  })
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
    .action(async (file: string, flags: AnalyzeFlags) => {
      const { analyzeCommand } = await import('../commands/analyze.js')
      await analyzeCommand(file, flags, deps)
    })
}
