import { type Command, Option } from 'commander'
import type { DurabilityFlags } from '../commands/durability.js'
import type { LessonFlags } from '../commands/lesson.js'
import type { Deps } from '../deps.js'
import { DURABILITY_FORMATS } from '../durability/report.js'
import { collect, engineOption, pullOption } from './shared.js'

/** `mountbench durability`. */
export function addDurability(program: Command, deps: Deps): void {
  program
    .command('durability')
    .description(
      'what each mount keeps, and who sees it: really tried, in containers made for it, beside the speed of a run',
    )
    .option('--mount <mount>', 'a mount to try: [label=]type[,key=value…]; repeat for each (default: all)', collect)
    .addOption(engineOption())
    .option('--image <name>', 'use this image instead of our tools image')
    .addOption(pullOption())
    .option('--run <run>', 'the speed beside: a path, a run id, latest, latest~1 (default: the latest of this engine)')
    .option(
      '--restart-engine <command...>',
      'restart docker with this command, which stops every container on it, like: systemctl restart docker',
    )
    .addOption(new Option('--format <name>', 'of the result').choices(Object.keys(DURABILITY_FORMATS)).default('table'))
    .option('--results <folder>', 'where results are kept', 'results')
    .action(async (flags: DurabilityFlags) => {
      const { durabilityCommand } = await import('../commands/durability.js')
      await durabilityCommand(flags, deps)
    })
}

const LESSON_EXAMPLES = `
Examples:
  mountbench lesson                                   all chapters, under ten minutes
  mountbench lesson list                              what they are about
  mountbench lesson 1 2                               what one dd says, and what it is worth
  mountbench lesson --format markdown --output lesson.md   a hand-out with the results of this machine`

const LESSON_FORMATS = ['terminal', 'markdown'] as const satisfies readonly LessonFlags['format'][]

/** `mountbench lesson`. */
export function addLesson(program: Command, deps: Deps, exit: (code: number) => void): void {
  program
    .command('lesson [chapter...]')
    .description('container storage explained by what is measured here: list, or the numbers of chapters, or all')
    .addOption(engineOption())
    .option('--image <name>', 'use this image instead of our tools image')
    .addOption(pullOption())
    .option('--size <size>', 'what one dd writes', '100m')
    .option('--rounds <n>', 'of the chapters that repeat', '12')
    .addOption(new Option('--format <name>', 'of the lesson').choices(LESSON_FORMATS).default('terminal'))
    .option('--output <file>', 'write the lesson there instead of stdout')
    .option('--results <folder>', 'where runs are kept', 'results')
    .option('--quiet', 'no progress')
    .addHelpText('after', LESSON_EXAMPLES)
    .action(async (words: string[], flags: LessonFlags) => {
      const { lessonCommand } = await import('../commands/lesson.js')
      exit(await lessonCommand(words, flags, deps))
    })
}
