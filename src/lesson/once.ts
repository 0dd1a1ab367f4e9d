import { formatBytes } from '../units.js'
import { type Block, bars, commands, paragraph, sentences, table } from './blocks.js'
import type { Chapter } from './chapter.js'
import { ddText, type LessonMount, onMount, preparing, removing } from './paste.js'
import type { Once, Try } from './results.js'
import { mustHaveFigures, tryOnce } from './tries.js'
import { capital, listed, speed, time, times } from './words.js'

const MOUNTS: readonly LessonMount[] = ['volume', 'bind', 'tmpfs']

/** Chapter 1: what lessons do. */
export const onceChapter: Chapter<'once'> = {
  id: 'once',
  number: 1,
  title: 'Three dd commands',
  goal: 'You see what the usual comparison does, and which mount it calls the fastest.',
  minutes: 1,
  needs: [],
  announce: ({ kit }) => [
    paragraph(
      `Many lessons compare mounts like this: dd writes ${formatBytes(kit.sizeBytes)} of zeros into a file on each mount, once, and the highest speed wins. These commands do it by hand; mountbench now runs the same dd in containers of its own.`,
    ),
    commands([
      ...preparing(kit),
      ...MOUNTS.map((mount) => onMount(kit, mount, (folder) => ddText(kit, folder))),
      ...removing(kit),
    ]),
  ],
  run: async (context) => {
    const tries: Try[] = []
    for (const mount of MOUNTS) {
      const tried = await tryOnce(context, mount)
      context.say(`${mount}: ${tried.bytesPerSecond === null ? tried.problem : speed(tried.bytesPerSecond)}`)
      tries.push(tried)
    }
    mustHaveFigures(tries)
    return { sizeBytes: context.plan.options.sizeBytes, tries }
  },
  render: (once) => [
    table(['mount', 'time', 'speed'], once.tries.map(row)),
    ...speedBars('Speed of one dd, higher is faster', once.tries),
    ...sentences(winnerSentence(once), spreadSentence(once), problemSentence(once.tries)),
  ],
}

const row = ({ label, seconds, bytesPerSecond, problem }: Try) =>
  seconds === null || bytesPerSecond === null
    ? [label, 'failed', problem ?? '']
    : [label, time(seconds), speed(bytesPerSecond)]

/** A chart of the speeds of tries. */
export function speedBars(title: string, tries: readonly Try[]): Block[] {
  return bars(
    title,
    'B/s',
    tries.map(({ label, bytesPerSecond }) => ({ label, value: bytesPerSecond, missing: 'no figure' })),
  )
}

/** A try that has its figures. */
type Measured = Try & { seconds: number; bytesPerSecond: number }

/** The tries that have a figure, fastest first. */
export function fastestFirst(tries: readonly Try[]): Measured[] {
  const measured = tries.filter((tried): tried is Measured => tried.bytesPerSecond !== null)
  return measured.toSorted((a, b) => b.bytesPerSecond - a.bytesPerSecond)
}

/** The label that one dd each calls the fastest; null when two are equal, or there is nothing to compare. */
export function wonBy({ tries }: Once): string | null {
  const [best, next] = fastestFirst(tries)
  return best && next && best.bytesPerSecond > next.bytesPerSecond ? best.label : null
}

function winnerSentence(once: Once): string {
  const [best, next] = fastestFirst(once.tries)
  if (!best) return 'No mount could be measured, so there is nothing to compare.'
  if (!next) return `Only ${best.label} could be measured (${speed(best.bytesPerSecond)}), so nothing is compared.`
  if (wonBy(once) === null) {
    return `${capital(best.label)} and ${next.label} have exactly the same speed, ${speed(best.bytesPerSecond)}: not even one dd each names a winner.`
  }
  const lead = times(best.bytesPerSecond / next.bytesPerSecond)
  return `By this comparison ${best.label} wins with ${speed(best.bytesPerSecond)}, ${lead} the speed of ${next.label}.`
}

function spreadSentence({ tries }: Once): string | null {
  const measured = fastestFirst(tries)
  const [best] = measured
  const last = measured.at(-1)
  if (!best || !last || measured.length < 2) return null
  const slowest =
    measured.length > 2 && best.bytesPerSecond > last.bytesPerSecond
      ? `From the slowest (${last.label}) to the fastest it is a factor of ${times(best.bytesPerSecond / last.bytesPerSecond).replace(' times', '')}. `
      : ''
  return `${slowest}The longest of the ${measured.length} took ${time(last.seconds)}. Whether such a figure tells of the mount or of the moment, a single try cannot say; chapter 2 finds out.`
}

/** What went wrong; null when nothing did. */
export function problemSentence(tries: readonly Try[]): string | null {
  const failed = tries.flatMap(({ label, problem }) => (problem === null ? [] : `${label} (${problem})`))
  return failed.length === 0 ? null : `Without a figure: ${listed(failed)}.`
}
