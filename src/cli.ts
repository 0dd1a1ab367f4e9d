import { Command, CommanderError, Option } from 'commander'
import { type AnalyzeFlags, analyzeCommand } from './commands/analyze.js'
import { cleanCommand } from './commands/clean.js'
import { COMPARISON_FORMATS, type CompareFlags, compareCommand } from './commands/compare.js'
import { doctorCommand } from './commands/doctor.js'
import { type DurabilityFlags, durabilityCommand } from './commands/durability.js'
import { imageCommand } from './commands/image.js'
import { LESSON_FORMATS, type LessonFlags, lessonCommand } from './commands/lesson.js'
import { listCommand } from './commands/list.js'
import { type RunFlags, runCommand } from './commands/run.js'
import { schemaCommand } from './commands/schema.js'
import { VOLUME_FORMATS, type VolumesFlags, volumesCommand } from './commands/volumes.js'
import type { Deps } from './deps.js'
import { DURABILITY_FORMATS } from './durability/report.js'
import { ENGINE_IDS } from './engines/index.js'
import { BenchError, EXIT_CODES, messageOf } from './errors.js'
import { PROFILE_NAMES } from './options.js'
import { FORMAT_NAMES } from './report/index.js'
import { TOOL_VERSION } from './version.js'

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
  mountbench run --compose compose.yaml app          is the bind mount in my project the problem?
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
  addAnalyze(program, deps)
  addDurability(program, deps)
  addLesson(program, deps, exit)
  addVolumes(program, deps)
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
  return program
}

const engineOption = () =>
  new Option('--engine <name>', 'what launches containers').choices(['auto', ...ENGINE_IDS]).default('auto')

const collect = (value: string, all: string[] = []) => [...all, value]

function addRun(program: Command, deps: Deps, exit: (code: number) => void): void {
  const command = program
    .command('run [scenario...]')
    .description('measure, print the comparison, save it under results/')
    .addOption(new Option('--profile <name>', 'how much work').choices(PROFILE_NAMES).default('standard'))
    .addOption(engineOption())
    .option('--image <name>', 'use this image instead of our tools image')
    .addOption(
      new Option('--pull <when>', 'whether --image may be fetched').choices(['never', 'missing']).default('missing'),
    )
    .option('--rounds <n>', 'exactly so many measured rounds of every scenario')
    .option('--min-rounds <n>', 'measured rounds at the least')
    .option('--max-rounds <n>', 'measured rounds at the most, when the precision is not reached before')
    .option('--precision <share>', 'a scenario is done when the interval of its ratios is as narrow as this, like 5%')
    .option('--threshold <share>', 'the smallest difference that counts, like 5%')
    .option('--aa', 'measure the reference a second time, to see what this machine can resolve')
    .option('--duration <time>', 'of a trial that is bounded by time, like 500ms or 2s')
    .option('--size <size>', 'what a trial moves at the most, like 64m or 1g')
    .option('--max-time <time>', 'start no further round after this')
    .option('--timeout <time>', 'end a trial that takes longer')
    .option('--fresh', 'a new instance of the mount for every trial')
    .option('--fio-job <file>', 'run this fio job file as a scenario; repeat for each', collect)
    .option('--seed <n>', 'of the order and the random offsets; the same seed does the same work')
    .addOption(new Option('--format <name>', 'of the result on stdout').choices(FORMAT_NAMES).default('table'))
    .option('--output <file>', 'write the result there instead of stdout')
    .option('--results <folder>', 'where runs are kept', 'results')
    .option('--baseline <run>', 'compare with this run when done: a path, a run id, latest, latest~1, or a git commit')
    .option('--quiet', 'no progress')
    .option('--dry-run', 'print the commands, and run nothing')
    .addHelpText('after', RUN_EXAMPLES)
  addGate(addMounts(command)).action(async (scenarios: string[], flags: RunFlags) =>
    exit(await runCommand(scenarios, flags, deps)),
  )
}

/** The flags that say which mounts are measured. */
function addMounts(command: Command): Command {
  return command
    .option(
      '--mount <mount>',
      'a mount under test: [label=]type[,key=value…]; repeat for each (default: volume, bind, tmpfs)',
      collect,
    )
    .option(
      '--compose <file>',
      'measure the mounts that this Compose file declares; words beside it name services of it',
    )
    .option('--service <name>', 'only this service of the Compose file; repeat for each', collect)
    .option('--reference <label>', 'the mount that the others are compared with (default: the first)')
}

/** The flags with which a comparison of runs decides the exit code. */
function addGate(command: Command): Command {
  return command
    .option('--gate', 'exit with 1 when a ratio became worse')
    .option('--fail-threshold <share>', 'a regression is beyond this (default: 10%)')
    .option('--strict', 'also fail for a change that is certainly for the worse, however small')
    .option('--require-all', 'also fail when only one of the runs measured something')
    .option('--fail-on-inconclusive', 'exit with 4 when it cannot be told')
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
    .description('what became of each ratio between two runs: a path, a run id, latest, latest~1, or a git commit')
    .addOption(new Option('--format <name>', 'of the result').choices(Object.keys(COMPARISON_FORMATS)).default('table'))
    .option('--results <folder>', 'where runs are kept', 'results')
    .addHelpText('after', COMPARE_EXAMPLES)
  addGate(command).action(async (baseline: string, candidate: string, flags: CompareFlags) =>
    exit(await compareCommand(baseline, candidate, flags, deps)),
  )
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

function addVolumes(program: Command, deps: Deps): void {
  program
    .command('volumes')
    .description('the volumes of docker and podman: driver, size, and which containers use them; removes none')
    .addOption(engineOption())
    .addOption(new Option('--format <name>', 'of the list').choices(VOLUME_FORMATS).default('table'))
    .action((flags: VolumesFlags) => volumesCommand(flags, deps))
}

function addDurability(program: Command, deps: Deps): void {
  program
    .command('durability')
    .description(
      'what each mount keeps, and who sees it: really tried, in containers made for it, beside the speed of a run',
    )
    .option('--mount <mount>', 'a mount to try: [label=]type[,key=value…]; repeat for each (default: all)', collect)
    .addOption(engineOption())
    .option('--image <name>', 'use this image instead of our tools image')
    .addOption(
      new Option('--pull <when>', 'whether --image may be fetched').choices(['never', 'missing']).default('missing'),
    )
    .option('--run <run>', 'the speed beside: a path, a run id, latest, latest~1 (default: the latest of this engine)')
    .option(
      '--restart-engine <command...>',
      'restart docker with this command, which stops every container on it, like: systemctl restart docker',
    )
    .addOption(new Option('--format <name>', 'of the result').choices(Object.keys(DURABILITY_FORMATS)).default('table'))
    .option('--results <folder>', 'where results are kept', 'results')
    .action((flags: DurabilityFlags) => durabilityCommand(flags, deps))
}

const LESSON_EXAMPLES = `
Examples:
  mountbench lesson                                   all chapters, under ten minutes
  mountbench lesson list                              what they are about
  mountbench lesson 1 2                               what one dd says, and what it is worth
  mountbench lesson --format markdown --output lesson.md   a hand-out with the results of this machine`

function addLesson(program: Command, deps: Deps, exit: (code: number) => void): void {
  program
    .command('lesson [chapter...]')
    .description('container storage explained by what is measured here: list, or the numbers of chapters, or all')
    .addOption(engineOption())
    .option('--image <name>', 'use this image instead of our tools image')
    .addOption(
      new Option('--pull <when>', 'whether --image may be fetched').choices(['never', 'missing']).default('missing'),
    )
    .option('--size <size>', 'what one dd writes', '100m')
    .option('--rounds <n>', 'of the chapters that repeat', '12')
    .addOption(new Option('--format <name>', 'of the lesson').choices(Object.keys(LESSON_FORMATS)).default('terminal'))
    .option('--output <file>', 'write the lesson there instead of stdout')
    .option('--results <folder>', 'where runs are kept', 'results')
    .option('--quiet', 'no progress')
    .addHelpText('after', LESSON_EXAMPLES)
    .action(async (words: string[], flags: LessonFlags) => exit(await lessonCommand(words, flags, deps)))
}
