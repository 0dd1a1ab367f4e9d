import type { Content } from './content.js'
import { element, type Markup } from './markup.js'

const NOTES: readonly (readonly [term: string, meaning: string])[] = [
  [
    '1.10x faster',
    '10 % better than the reference: more bytes or operations per second, or less time. It is the median of the ratios of one round, in which all targets ran back to back, so what disturbs the machine disturbs both halves of a pair.',
  ],
  [
    '[1.05, 1.16]',
    'The interval of that ratio. All intervals against the reference together miss with 5 %: with more comparisons each is wider. Who is ahead of all others is found by such intervals of every pair, which together miss with 5 % too.',
  ],
  [
    'not told apart',
    'Not “the same”: the interval still holds both. More rounds, a longer duration or a quieter machine may tell.',
  ],
  ['same within 5%', 'The whole interval lies within the threshold: the difference, if any, does not count.'],
  ['below the threshold', 'A difference that is there, and may be smaller than what counts.'],
  [
    'not compared',
    'A ratio would be a lie: direct I/O or a cold read on a filesystem that is memory, a read that did not come from storage, tools of different versions.',
  ],
  ['± after a figure', 'Half the width of the 95 % interval of a median, relative to it.'],
  [
    'on 2 instances',
    'Every target was set up anew so often, for a block of rounds each. What differs from one instance to the next, such as its place on the disk, was seen so often and no more, however many the rounds.',
  ],
  [
    'fsync on tmpfs',
    'It does nothing, as there is nothing to wait for, and nothing is kept. Such a target is compared and never named the best.',
  ],
  ['page cache', 'A plain write ends when memory has the data. What waits for the disk is called “until it is safe”.'],
]

/** How to read the page. */
export function readingPart(content: Content): Markup {
  const several =
    content.columns.length > 1
      ? element(
          'p',
          {},
          'Runs stand side by side here; whether one differs from the other is what ',
          element('code', {}, 'mountbench compare'),
          ' decides.',
        )
      : null
  const items = NOTES.map(([term, meaning]) => [element('dt', {}, term), element('dd', {}, meaning)])
  return element(
    'section',
    { id: 'reading' },
    element('h2', {}, 'How to read it'),
    several,
    element('dl', { class: 'reading' }, items),
  )
}
