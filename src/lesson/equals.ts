import { clopperPearson } from '../statistics/binomial.js'
import { formatBytes } from '../units.js'
import { type Block, bars, commands, paragraph, sentences, table } from './blocks.js'
import type { Chapter } from './chapter.js'
import { ddText, preparing, removing, scriptOnMount } from './paste.js'
import type { Equals, Try } from './results.js'
import { mustHaveFigures, tryOnce } from './tries.js'
import { counted, percent, speed } from './words.js'

const PAIRS = 10
const THRESHOLD = 0.05

/** Chapter 2: what one dd says of two mounts that are the same one. */
export const equalsChapter: Chapter<'equals'> = {
  id: 'equals',
  number: 2,
  title: 'The same volume against itself',
  goal: 'You see how often one dd names a winner where there is none.',
  minutes: 2,
  needs: [],
  announce: ({ kit }) => [
    paragraph(
      `Now both sides are the same volume: dd writes ${formatBytes(kit.sizeBytes)}, and once more, ${PAIRS} times over. Whoever compares one dd with another would call the faster one of each pair the better mount when they differ by more than ${percent(THRESHOLD)}. By hand:`,
    ),
    commands([
      ...preparing(kit),
      `for i in $(seq ${2 * PAIRS}); do ${scriptOnMount(kit, 'volume', (folder) => `rm -f ${folder}/test; ${ddText(kit, folder)}`)}; done`,
      ...removing(kit),
    ]),
  ],
  run: async (context) => {
    const pairs: Equals['pairs'] = []
    while (pairs.length < PAIRS) {
      const first = await tryOnce(context, 'volume')
      const second = await tryOnce(context, 'volume')
      pairs.push({ first, second })
      context.say(`pair ${pairs.length} of ${PAIRS}: ${shown(first)}, ${shown(second)}`)
    }
    mustHaveFigures(pairs.flatMap(({ first, second }) => [first, second]))
    return { sizeBytes: context.plan.options.sizeBytes, threshold: THRESHOLD, pairs }
  },
  render: (equals) => [
    table(
      ['pair', 'one dd', 'another', 'what they would say'],
      equals.pairs.map((pair, index) => [
        `${index + 1}`,
        shown(pair.first),
        shown(pair.second),
        saying(pair, equals.threshold),
      ]),
    ),
    ...differenceBars(equals),
    ...sentences(countSentence(equals), largestSentence(equals), sidesSentence(equals), chanceSentence(equals)),
  ],
}

const shown = ({ bytesPerSecond, problem }: Try) =>
  bytesPerSecond === null ? `failed: ${problem}` : speed(bytesPerSecond)

type Pair = Equals['pairs'][number]

/** By how much the faster of two is faster, as a fraction, and whether that is the first; null when one of them failed. */
export function differenceOf({ first, second }: Pair): { share: number; firstIsFaster: boolean } | null {
  const [a, b] = [first.bytesPerSecond, second.bytesPerSecond]
  if (a === null || b === null) return null
  return { share: Math.max(a, b) / Math.min(a, b) - 1, firstIsFaster: a > b }
}

function saying(pair: Pair, threshold: number): string {
  const difference = differenceOf(pair)
  if (!difference) return 'nothing: a try failed'
  if (difference.share <= threshold) return 'no winner'
  return `the ${difference.firstIsFaster ? 'first' : 'second'} is ${percent(difference.share)} faster`
}

function differenceBars({ pairs }: Equals): Block[] {
  const all = pairs.map((pair, index) => {
    const difference = differenceOf(pair)
    return { label: `pair ${index + 1}`, value: difference && difference.share * 100, missing: 'a try failed' }
  })
  return bars('By how much the faster one of a pair was faster, in percent', '%', all, 'linear')
}

/** How many pairs were compared, and in how many of them one side would have been called faster. */
export function named({ pairs, threshold }: Equals): { compared: number; winners: number } {
  const differences = pairs.flatMap((pair) => differenceOf(pair) ?? [])
  return { compared: differences.length, winners: differences.filter(({ share }) => share > threshold).length }
}

function countSentence(equals: Equals): string {
  const { compared, winners } = named(equals)
  if (compared === 0) return 'No pair could be compared.'
  const failed = equals.pairs.length - compared
  const without = failed === 0 ? '' : ` (${counted(failed, 'pair')} without a figure left out)`
  if (winners === 0) {
    return `In none of ${counted(compared, 'pair')}${without} did one dd name a winner by more than ${percent(equals.threshold)}: while this ran, this machine was steady enough for that.`
  }
  return `In ${winners} of ${counted(compared, 'pair')}${without} one dd would have named a winner by more than ${percent(equals.threshold)}, although both sides are the same volume.`
}

function largestSentence({ pairs }: Equals): string | null {
  const found = pairs.flatMap((pair, index) => {
    const difference = differenceOf(pair)
    return difference ? [{ ...difference, pair, index }] : []
  })
  const [largest] = found.toSorted((a, b) => b.share - a.share)
  if (!largest) return null
  const { pair, index, share } = largest
  return `The largest difference is ${percent(share)}, in pair ${index + 1}: ${shown(pair.first)} against ${shown(pair.second)}.`
}

function sidesSentence({ pairs, threshold }: Equals): string | null {
  const won = pairs.flatMap((pair) => differenceOf(pair) ?? []).filter(({ share }) => share > threshold)
  const first = won.filter(({ firstIsFaster }) => firstIsFaster).length
  if (won.length < 2) return null
  if (first > 0 && first < won.length)
    return `And they do not agree: the first wins ${first} of those, the second ${won.length - first}.`
  return `All ${won.length} of those go to the ${first > 0 ? 'first' : 'second'} one, as if the order decided.`
}

/** What so few pairs leave open. */
function chanceSentence(equals: Equals): string | null {
  const { compared, winners } = named(equals)
  if (compared === 0) return null
  const { low, high } = clopperPearson(winners, compared)
  return `${counted(compared, 'pair')} leave open how often that is in the long run: between ${percent(low)} and ${percent(high)} of the time (95% interval).`
}
