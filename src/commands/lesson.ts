import { resolve } from 'node:path'
import type { Deps } from '../deps.js'
import type { EngineId } from '../engines/ids.js'
import { EXIT_CODES } from '../errors.js'
import type { Block } from '../lesson/blocks.js'
import { addedFor, CHAPTERS, chosenChapters } from '../lesson/index.js'
import { type LessonOptions, tellLesson } from '../lesson/lesson.js'
import { markdownText } from '../lesson/markdown.js'
import { terminalText } from '../lesson/terminal.js'
import { listed } from '../lesson/words.js'
import { checkResults, writeAtomic } from '../store.js'
import { parseCount, parseSize } from '../units.js'
import { checkOutput } from './emit.js'

/** What `--format` takes: for whom the lesson is written. */
const FORMATS = {
  terminal: (blocks: readonly Block[]) => terminalText(blocks),
  markdown: markdownText,
} as const satisfies Record<string, (blocks: readonly Block[]) => string>

/** The flags of `lesson` as they are typed. */
export interface LessonFlags {
  engine: EngineId | 'auto'
  image?: string
  pull: 'never' | 'missing'
  size: string
  rounds: string
  format: keyof typeof FORMATS
  output?: string
  results: string
  quiet?: boolean
}

/** `mountbench lesson`: the chapters that were named, or all of them. Returns the exit code: 3 when one could not be run. */
export async function lessonCommand(words: readonly string[], flags: LessonFlags, deps: Deps): Promise<number> {
  if (words.length === 1 && words[0] === 'list') {
    deps.stdout.write(chapterList())
    return 0
  }
  const chapters = chosenChapters(words)
  const options = optionsOf(flags)
  const { output, format } = flags
  if (output) await checkOutput(resolve(deps.cwd, output))
  await checkResults(resolve(deps.cwd, flags.results))
  sayAdded(words, deps)
  let text = ''
  const write = (blocks: readonly Block[]) => {
    const part = FORMATS[format](blocks)
    if (output) text += part
    else deps.stdout.write(part)
  }
  const { failed, interrupted } = await tellLesson(chapters, options, write, deps)
  if (output) await writeAtomic(resolve(deps.cwd, output), text)
  if (interrupted) return EXIT_CODES.interrupted
  if (failed.length === 0) return 0
  deps.stderr.write(
    `mountbench: ${failed.length} of ${chapters.length} chapters could not be run: ${failed.join(', ')}\n`,
  )
  return EXIT_CODES['cannot-run']
}

function optionsOf({ engine, image, pull, size, rounds, results, quiet = false }: LessonFlags): LessonOptions {
  const counted = parseCount(rounds, '--rounds', 1, 1000)
  return { engine, image, pull, sizeBytes: parseSize(size), rounds: counted, results, quiet }
}

function sayAdded(words: readonly string[], { stderr }: Deps): void {
  for (const { chapter, by } of addedFor(words)) {
    const numbers = by.map(({ number }) => `${number}`)
    stderr.write(`chapter ${chapter.number} is run too: chapter ${listed(numbers)} rests on it\n`)
  }
}

function chapterList(): string {
  const lines = CHAPTERS.map(({ number, title, goal, minutes }) => {
    const length = minutes === 0 ? 'no time' : `about ${minutes} min or less`
    return `${number}  ${title} (${length})\n   ${goal}\n`
  })
  return `${lines.join('')}\nmountbench lesson runs all of them; mountbench lesson 1 2 runs these.\n`
}
