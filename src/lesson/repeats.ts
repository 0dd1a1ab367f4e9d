import type { ComparisonRecord } from '../model.js'
import { pairedSeries } from '../pairing.js'
import { percentText } from '../report/verdict-text.js'
import { type Block, bars, commands, paragraph, sentences, table } from './blocks.js'
import type { Chapter } from './chapter.js'
import { named } from './equals.js'
import { runLine } from './paste.js'
import type { Repeats } from './results.js'
import { cellsOf, comparedText, cutShort, valueText, verdictWords } from './verdicts.js'
import { counted, percent, times } from './words.js'

const SCENARIO = 'dd-write'
const MOUNTS = ['a=volume', 'b=volume']
const AT_MOST_SECONDS = 90

/** Chapter 4: the same question asked properly. */
export const repeatsChapter: Chapter<'repeats'> = {
  id: 'repeats',
  number: 4,
  title: 'Repeats, interleaving, an interval and a verdict',
  goal: 'You see what it takes to say "faster", and what is said of two that are equal.',
  minutes: 2,
  needs: ['equals'],
  announce: ({ kit, rounds }) => [
    paragraph(
      `The same dd on two volumes of one kind, a and b, in ${rounds} rounds: each round measures both, one right after the other and in changing order, so that a slow minute hits both. Only the two of one round are compared. The middle of these ratios is the estimate, their scatter gives an interval, and the verdict comes from the interval alone. It is one command:`,
    ),
    commands([runLine(kit, [SCENARIO], { mounts: MOUNTS, rounds })]),
  ],
  run: async ({ benchmark, plan, rounds, found }) => {
    const run = await benchmark({
      scenarios: [SCENARIO],
      mounts: MOUNTS,
      rounds,
      sizeBytes: plan.options.sizeBytes,
      maxTimeSeconds: AT_MOST_SECONDS,
    })
    return { run, pairs: found.equals ?? { sizeBytes: 0, threshold: 0, pairs: [] } }
  },
  render: (repeats) => [
    table(['volume', 'rounds', 'median speed', 'verdict'], rows(repeats)),
    ...roundBars(repeats),
    ...sentences(verdictSentence(repeats), singlesSentence(repeats), cutShort(repeats.run)),
  ],
}

const rows = ({ run }: Repeats) =>
  cellsOf(run, SCENARIO).map((cell) => [
    cell.target,
    `${cell.n}`,
    valueText(cell, run),
    comparedText(cell, run) || 'the one to compare with',
  ])

/** b over a in each round that has both. */
export function roundRatios({ run }: Pick<Repeats, 'run'>): { round: number; ratio: number }[] {
  const [a = '', b = ''] = run.targets.map(({ label }) => label)
  const { reference, target } = pairedSeries(run.trials, 'bandwidth', a, b)
  return reference.flatMap((value, round) => {
    const other = target[round] ?? null
    return value === null || other === null ? [] : [{ round, ratio: other / value }]
  })
}

function roundBars({ run }: Repeats): Block[] {
  const all = roundRatios({ run }).map(({ round, ratio }) => ({
    label: `round ${round + 1}`,
    value: (Math.max(ratio, 1 / ratio) - 1) * 100,
    missing: '',
  }))
  return all.length === 0
    ? []
    : bars('By how much the faster one of a round was faster, in percent', '%', all, 'linear')
}

/** What may be said of a pair of equals, by verdict. */
const MEANING = {
  faster:
    'A winner between equals: either chance (the interval misses now and then), or these two lie differently on the disk. Run it again; a real difference stays.',
  slower:
    'A winner between equals: either chance (the interval misses now and then), or these two lie differently on the disk. Run it again; a real difference stays.',
  'below-threshold': 'There may be a difference, and it is too small to count.',
  same: 'The interval shows that they are as good as equal, which is what they are.',
  'not-told-apart':
    'No winner is named, which is right; and no equality is claimed either: these rounds cannot see a difference that is smaller than their scatter.',
} as const satisfies Record<ComparisonRecord['verdict'], string>

function verdictSentence({ run }: Repeats): string {
  const [a, b] = cellsOf(run, SCENARIO)
  if (!a || !b || a.median === null || b.median === null || !b.comparison) {
    const reasons = [a, b].flatMap((cell) => (cell?.reason ? `${cell.target}: ${cell.reason}` : []))
    return `The two could not be compared${reasons.length > 0 ? ` (${reasons.join('; ')})` : ''}.`
  }
  const { n, low, high, verdict } = b.comparison
  const between =
    low === null || high === null
      ? 'That is too few for an interval.'
      : `As far as they tell, b is between ${times(low)} and ${times(high)} as fast as a.`
  return `After ${counted(n, 'round')} the verdict on b against a is: ${verdictWords(b.comparison, run)}. ${between} ${MEANING[verdict]}`
}

function singlesSentence({ run, pairs }: Repeats): string | null {
  const ratios = roundRatios({ run }).map(({ ratio }) => Math.max(ratio, 1 / ratio) - 1)
  const { threshold } = run.options
  const apart = ratios.filter((share) => share > threshold).length
  const { compared, winners } = named(pairs)
  const here =
    ratios.length === 0
      ? ''
      : `Taken alone, ${apart} of these ${counted(ratios.length, 'round')} would have named a winner by more than ${percentText(threshold)}`
  const before = compared === 0 ? '' : `${winners} of ${counted(compared, 'pair')} in chapter 2 did`
  if (here === '' && before === '') return null
  const largest =
    ratios.length === 0 ? '' : ` The largest difference of a single round was ${percent(Math.max(...ratios))}.`
  return `${here || `In chapter 2 ${winners} of ${counted(compared, 'pair')} named a winner`}${here && before ? `, as ${before}` : ''}.${largest}`
}
