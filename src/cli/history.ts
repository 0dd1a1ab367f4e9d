import { type Command, Option } from 'commander'
import { type HistoryFlags, historyCommand } from '../commands/history.js'
import { type PruneFlags, pruneCommand } from '../commands/prune.js'
import { TREND_FORMATS, type TrendFlags, trendCommand } from '../commands/trend.js'
import type { Deps } from '../deps.js'

const TREND_EXAMPLES = `
Examples:
  mountbench trend                                    every series, with the runs from which on it lies elsewhere
  mountbench trend seq-write --target tmpfs --since 30d
  mountbench trend --gate                             exit code 1 when a change for the worse is new with the last 5 runs
  mountbench trend --gate --since v1.4                the same for changes since the run with that label
Exit codes with --gate: 0 no new change for the worse, 1 there is one, 4 too few runs (with --fail-on-inconclusive).`

/** Adds the commands over the runs that are kept: `history`, `trend` and `prune`. */
export function addHistory(program: Command, deps: Deps, exit: (code: number) => void): void {
  const results = new Option('--results <folder>', 'where runs are kept').default('results')
  program
    .command('history')
    .description('the runs that are kept, the latest last')
    .option('--scenario <id>', 'only runs with it, and what they found')
    .option('--target <label>', 'only runs with it, and what they found')
    .option('--label <name>', 'only runs with this label')
    .option('--since <when>', 'a date, an age like 30d, or a run')
    .option('--fingerprint <digits>', 'only runs of this environment; its beginning is enough')
    .option('--limit <n>', 'only the latest (default: 20 in a table)')
    .addOption(new Option('--format <name>', 'of the list').choices(['table', 'json']).default('table'))
    .addOption(results)
    .action((flags: HistoryFlags) => historyCommand(flags, deps))
  program
    .command('trend [scenario...]')
    .description('what became of each ratio from run to run, and since which run it is another one')
    .option('--target <label>', 'only this target')
    .option('--fingerprint <digits>', 'only runs of this environment; its beginning is enough')
    .option(
      '--since <when>',
      'show only what is not older: a date, an age like 30d, or a run; changes since then are new',
    )
    .option('--newest <n>', 'a change is new when it began or is first seen among so many latest runs (default: 5)')
    .option('--absolute', 'medians instead of ratios to the reference')
    .option('--threshold <share>', 'the smallest change that counts (default: 5%)')
    .option('--gate', 'exit with 1 when there is a new change for the worse')
    .option('--fail-on-inconclusive', 'exit with 4 when there are too few runs to see a change')
    .addOption(new Option('--format <name>', 'of the result').choices(Object.keys(TREND_FORMATS)).default('table'))
    .option('--output <file>', 'write it there instead of to stdout')
    .addOption(results)
    .addHelpText('after', TREND_EXAMPLES)
    .action(async (scenarios: string[], flags: TrendFlags) => exit(await trendCommand(scenarios, flags, deps)))
  program
    .command('prune')
    .description('remove old runs; asks first')
    .option('--keep <n>', 'keep the latest so many')
    .option('--older-than <age>', 'remove only what is older, like 90d')
    .option('--yes', 'do not ask')
    .addOption(results)
    .action((flags: PruneFlags) => pruneCommand(flags, deps))
}
