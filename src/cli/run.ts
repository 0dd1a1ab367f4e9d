import { type Command, Option } from 'commander'
import type { RunFlags } from '../commands/run.js'
import type { Deps } from '../deps.js'
import { PROFILE_NAMES } from '../options.js'
import { FORMAT_NAMES } from '../report/index.js'
import { addGate, collect, EXIT_CODE_HELP, engineOption, pullOption, RUN_WORDS } from './shared.js'

const RUN_EXAMPLES = `
Examples:
  mountbench run --profile quick                     volume, bind mount and tmpfs in less than two minutes
  mountbench run fsync-latency --rounds 24           one question, asked more often
  mountbench run --mount volume --mount host         what does the container cost?
  mountbench run --mount volume --mount nvme=bind,src=/mnt/nvme
  mountbench run --mount big=tmpfs,size=2g --mount 'nfs=volume,driver=local,opt=type=nfs,"opt=o=addr=10.0.0.1,rw",opt=device=:/data'
  mountbench run lesson --mount volume --mount bind  what programs make of them: SQLite, tar, live reload, shared writers
  mountbench run config-read --mount docs=bind,src=/srv/docs,ro   your own folder, read in place, never written to
  mountbench run --compose compose.yaml app          is the bind mount in my project the problem?
  mountbench run --dry-run                           what would be run, to paste
${EXIT_CODE_HELP}`

/** `mountbench run`. */
export function addRun(program: Command, deps: Deps, exit: (code: number) => void): void {
  const command = program
    .command('run [scenario...]')
    .description('measure, print the comparison, save it under results/')
    .addOption(new Option('--profile <name>', 'how much work').choices(PROFILE_NAMES).default('standard'))
    .addOption(engineOption())
    .option('--image <name>', 'use this image instead of our tools image')
    .addOption(pullOption())
    .option('--fresh', 'a new instance of the mount for every trial')
    .option('--fio-job <file>', 'run this fio job file as a scenario; repeat for each', collect)
    .option('--seed <n>', 'of the order and the random offsets; the same seed does the same work')
    .addOption(new Option('--format <name>', 'of the result on stdout').choices(FORMAT_NAMES).default('table'))
    .option('--output <file>', 'write the result there instead of stdout')
    .option('--results <folder>', 'where runs are kept', 'results')
    .option('--label <name>', 'another name to find this run by')
    .option('--baseline <run>', `compare with this run when done: ${RUN_WORDS}`)
    .addOption(new Option('--no-baseline', 'compare with none, whatever a configuration says').hideHelp())
    .option('--quiet', 'no progress')
    .option('--dry-run', 'print the commands, and run nothing')
    .addHelpText('after', RUN_EXAMPLES)
  addGate(addAmounts(addMounts(command))).action(async (scenarios: string[], flags: RunFlags) => {
    // All that measures is loaded only to measure.
    const { runCommand } = await import('../commands/run.js')
    exit(await runCommand(scenarios, flags, deps))
  })
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
