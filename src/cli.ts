import { Command, CommanderError, Option } from 'commander'
import { addSettingUp } from './cli/setting-up.js'
import { addHistory } from './cli-history.js'
import { type AnalyzeFlags, analyzeCommand } from './commands/analyze.js'
import { cleanCommand } from './commands/clean.js'
import { COMPARISON_FORMATS, type CompareFlags, compareCommand } from './commands/compare.js'
import { doctorCommand } from './commands/doctor.js'
import { imageCommand } from './commands/image.js'
import { listCommand } from './commands/list.js'
import { type PushFlags, pushCommand } from './commands/push.js'
import { type ReportFlags, reportCommand } from './commands/report.js'
import { type RunFlags, runCommand } from './commands/run.js'
import { schemaCommand } from './commands/schema.js'
import type { Deps } from './deps.js'
import { ENGINE_IDS } from './engines/index.js'
import { BenchError, EXIT_CODES, messageOf } from './errors.js'
import { PROFILE_NAMES } from './options.js'
import { FORMAT_NAMES } from './report/index.js'
import { TOOL_VERSION } from './version.js'

/** How a run is named. */
const RUN_WORDS = 'a path, a run id, latest, latest~1, a label, or a git commit'

const EXIT_CODE_HELP = `
Exit codes: 0 fine, 1 regression (with --gate), 2 bad input, 3 could not run, 4 inconclusive (with --fail-on-inconclusive),
130 interrupted (what was measured is saved).`

const RUN_EXAMPLES = `
Examples:
  mountbench run --profile quick                     volume, bind mount and tmpfs in about a minute and a half
  mountbench run fsync-latency --rounds 24           one question, asked more often
  mountbench run --mount volume --mount host         what does the container cost?
  mountbench run --mount volume --mount nvme=bind,src=/mnt/nvme
  mountbench run --mount big=tmpfs,size=2g --mount nfs=volume,driver=local,opt=type=nfs,"opt=o=addr=10.0.0.1,rw",opt=device=:/data
  mountbench run --dry-run                           what would be run, to paste
${EXIT_CODE_HELP}`

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
  addReport(program, deps)
  addPush(program, deps)
  addHistory(program, deps, exit)
  addAnalyze(program, deps)
  program
    .command('list')
    .description('the scenarios: what each asks, what it isolates, what it does not say')
    .action(() => listCommand(deps))
  program
    .command('doctor')
    .description('what can be measured on this machine, and what to do about what cannot')
    .action(() => doctorCommand(deps))
  program
    .command('clean')
    .description('remove what killed runs left behind; never anything else')
    .action(() => cleanCommand(deps))
  program
    .command('image')
    .description('build the image with the tools that the scenarios use')
    .addOption(engineOption())
    .option('--network <mode>', 'network of the build, for example host')
    .action((flags) => imageCommand(flags, deps))
  program
    .command('schema')
    .description('print the JSON Schema of run.json')
    .action(() => schemaCommand(deps))
  addSettingUp(program, EXIT_CODE_HELP, deps)
  return program
}

const engineOption = () =>
  new Option('--engine <name>', 'what launches containers').choices(['auto', ...ENGINE_IDS]).default('auto')

function addRun(program: Command, deps: Deps, exit: (code: number) => void): void {
  const collect = (value: string, all: string[] = []) => [...all, value]
  const command = program
    .command('run [scenario...]')
    .description('measure, print the comparison, save it under results/')
    .option(
      '--mount <mount>',
      'a mount under test: [label=]type[,key=value…]; repeat for each (default: volume, bind, tmpfs)',
      collect,
    )
    .option('--reference <label>', 'the mount that the others are compared with (default: the first)')
    .addOption(new Option('--profile <name>', 'how much work').choices(PROFILE_NAMES).default('standard'))
    .addOption(engineOption())
    .option('--image <name>', 'use this image instead of our tools image')
    .addOption(
      new Option('--pull <when>', 'whether --image may be fetched').choices(['never', 'missing']).default('missing'),
    )
    .option('--fresh', 'a new instance of the mount for every trial')
    .option('--fio-job <file>', 'run this fio job file as a scenario; repeat for each', collect)
    .option('--seed <n>', 'of the order and the random offsets; the same seed does the same work')
    .addOption(new Option('--format <name>', 'of the result on stdout').choices(FORMAT_NAMES).default('table'))
    .option('--output <file>', 'write the result there instead of stdout')
    .option('--results <folder>', 'where runs are kept', 'results')
    .option('--label <name>', 'another name to find this run by')
    .option('--baseline <run>', `compare with this run when done: ${RUN_WORDS}`)
    .option('--quiet', 'no progress')
    .option('--dry-run', 'print the commands, and run nothing')
    .addHelpText('after', RUN_EXAMPLES)
  addGate(addAmounts(command)).action(async (scenarios: string[], flags: RunFlags) =>
    exit(await runCommand(scenarios, flags, deps)),
  )
}

/** The flags that say how much is measured. */
function addAmounts(command: Command): Command {
  return command
    .option('--rounds <n>', 'exactly so many measured rounds of every scenario')
    .option('--min-rounds <n>', 'measured rounds at the least')
    .option('--max-rounds <n>', 'measured rounds at the most, when the precision is not reached before')
    .option('--precision <share>', 'a scenario is done when the interval of its ratios is as narrow as this, like 5%')
    .option('--threshold <share>', 'the smallest difference that counts, like 5%')
    .option('--aa', 'measure the reference a second time, to see what this machine can resolve')
    .option('--duration <time>', 'of a trial that is bounded by time, like 500ms or 2s')
    .option('--size <size>', 'what a trial moves at the most, like 64m or 1g')
    .option('--max-time <time>', 'start no further round after this')
    .option('--scenario-time <time>', 'a scenario gets no more than the least rounds once it took this long')
    .option('--timeout <time>', 'end a trial that takes longer')
}

/** The flags with which a comparison of runs decides the exit code. */
function addGate(command: Command): Command {
  return command
    .option('--gate', 'exit with 1 when a ratio became worse')
    .option('--fail-threshold <share>', 'a regression is beyond this (default: 10%)')
    .option('--strict', 'also fail for a change that is certainly for the worse, however small')
    .option('--require-all', 'also fail when only one of the runs measured something')
    .option('--fail-on-inconclusive', 'exit with 4 when it cannot be told')
    .option('--confirm', 'measure what became worse once more, and fail when both agree')
    .option('--any-machine', 'compare the ratios although the environments differ')
}

const COMPARE_EXAMPLES = `
Examples:
  mountbench compare latest~1 latest                  what changed since the run before
  mountbench compare 3f2a9c1 latest --gate            against the run of that commit; exit code 1 for a regression
${EXIT_CODE_HELP}`

function addCompare(program: Command, deps: Deps, exit: (code: number) => void): void {
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

const REPORT_EXAMPLES = `
Examples:
  mountbench report                                          the latest run as a table
  mountbench report --format markdown                        in GitHub Actions also added to the summary of the step
  mountbench report 3f2a9c1 --format csv --output trials.csv
  mountbench report --format gha-bigger --output bigger.json for github-action-benchmark; gha-smaller is the other half
  mountbench report latest~1 latest --format go-benchmark    for benchstat -col /target`

function addReport(program: Command, deps: Deps): void {
  program
    .command('report [run...]')
    .description(`runs that are there, in any format: ${RUN_WORDS} (default: latest)`)
    .addOption(new Option('--format <name>', 'of the report').choices(FORMAT_NAMES).default('table'))
    .option('--output <file>', 'write it there instead of to stdout')
    .option('--results <folder>', 'where runs are kept', 'results')
    .addHelpText('after', REPORT_EXAMPLES)
    .action((runs: string[], flags: ReportFlags) => reportCommand(runs, flags, deps))
}

const PUSH_EXAMPLES = `
Examples:
  mountbench push --to http://gateway:9091                                          a Prometheus Pushgateway
  mountbench push --to 'http://influx:8086/write?db=bench'                          InfluxDB 1.x
  mountbench push latest --to 'https://influx/api/v2/write?org=o&bucket=b'          InfluxDB 2.x
  mountbench push --postgres 'postgresql://bench@db/bench?sslmode=verify-full'      PostgreSQL
Secrets: INFLUX_TOKEN (or INFLUX_USERNAME and INFLUX_PASSWORD), PGPASSWORD or ~/.pgpass, or user:password@ in the URL. They are never printed.
The run stays where it is, whatever happens. Exit code 3 when it could not be pushed.`

function addPush(program: Command, deps: Deps): void {
  program
    .command('push [run]')
    .description(`send a run to what you already have: ${RUN_WORDS} (default: latest)`)
    .option('--to <url>', 'a Prometheus Pushgateway, or the write address of InfluxDB')
    .option('--postgres <url>', 'a PostgreSQL database; its tables are made when they are not there')
    .option('--timeout <time>', 'of one attempt', '10s')
    .option('--attempts <n>', 'in all, when the server does not answer or is overloaded', '4')
    .option('--print-schema', 'print the SQL of the tables, and send nothing')
    .option('--results <folder>', 'where runs are kept', 'results')
    .addHelpText('after', PUSH_EXAMPLES)
    .action((run: string | undefined, flags: PushFlags) => pushCommand(run, flags, deps))
}

function addAnalyze(program: Command, deps: Deps): void {
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
