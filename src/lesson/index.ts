import { badInput } from '../errors.js'
import { parseCount } from '../units.js'
import type { Block } from './blocks.js'
import type { Chapter, ChapterId, LessonContext } from './chapter.js'
import { choiceChapter } from './choice.js'
import { comparedChapter } from './compared.js'
import { equalsChapter } from './equals.js'
import { keepsChapter } from './keeps.js'
import { onceChapter } from './once.js'
import { repeatsChapter } from './repeats.js'
import { whereChapter } from './where.js'

/** A chapter whose result is found and said in one go, so that chapters of different results stand in one list. */
export interface ListedChapter
  extends Pick<Chapter, 'id' | 'number' | 'title' | 'goal' | 'minutes' | 'needs' | 'announce'> {
  /** Runs it, keeps its result for the chapters after it, and says what came of it. */
  tell: (context: LessonContext) => Promise<Block[]>
}

/** Every chapter, in order. */
export const CHAPTERS: readonly ListedChapter[] = [
  told(onceChapter),
  told(equalsChapter),
  told(whereChapter),
  told(repeatsChapter),
  told(comparedChapter),
  told(keepsChapter),
  told(choiceChapter),
]

function told<Id extends ChapterId>(chapter: Chapter<Id>): ListedChapter {
  const { id, number, title, goal, minutes, needs, announce, run, render } = chapter
  const tell = async (context: LessonContext) => {
    const result = await run(context)
    context.found[id] = result
    return render(result)
  }
  return { id, number, title, goal, minutes, needs, announce, tell }
}

/**
 * The chapters that were asked for by number, and those that they rest on, in order; all of them when none is named.
 * Throws `bad-input` for a number that no chapter has.
 */
export function chosenChapters(words: readonly string[]): ListedChapter[] {
  if (words.includes('list')) throw badInput("'list' stands alone", 'mountbench lesson list')
  const numbers = words.map((word) => parseCount(word, 'chapter', 1, CHAPTERS.length))
  const asked = CHAPTERS.filter(({ number }) => numbers.length === 0 || numbers.includes(number))
  const wanted = new Set(asked.flatMap(({ id, needs }) => [id, ...needs]))
  return CHAPTERS.filter(({ id }) => wanted.has(id))
}

/** Chapters that are run although they were not named, each with those that rest on it. */
export function addedFor(words: readonly string[]): { chapter: ListedChapter; by: ListedChapter[] }[] {
  if (words.length === 0) return []
  const chosen = chosenChapters(words)
  return chosen
    .filter(({ number }) => !words.some((word) => Number(word) === number))
    .map((chapter) => ({ chapter, by: chosen.filter(({ needs }) => needs.includes(chapter.id)) }))
}
