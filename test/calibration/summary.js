// Replays recorded series through several procedures, and says in Markdown how often each is right.

import { changeBetween } from '../../dist/src/compare-runs.js'
import { comparePaired } from '../../dist/src/index.js'
import { METRICS } from '../../dist/src/model.js'
import { clopperPearson } from '../../dist/src/statistics/binomial.js'
import { pairedLogRatios } from '../../dist/src/statistics/pairs.js'
import { median } from '../../dist/src/statistics/quantiles.js'
import { doneReason } from '../../dist/src/stopping.js'

/** Comparisons that a quick run shows together: two against the reference in four scenarios. */
const TOGETHER = 8
const SHORT = 12
const LONG = 32
const PLANTED = [1.1, 1.2, 1.5]
const PRECISION = 0.05
const THRESHOLD = 0.05

/** Each procedure: which of `a` and `b` it calls better by more than 5 %: 1 for b, -1 for a, 0 for neither. */
const SIMPLE = {
  'one dd': ({ a, b, sign }) => beyond(sign * Math.log(b[0] / a[0])),
  'mean of 3': ({ a, b, sign }) => beyond(sign * Math.log(mean(b.slice(0, 3)) / mean(a.slice(0, 3)))),
  'ten each, interleaved, mean ± σ': ({ a, b, sign }) => apart(a.slice(0, 10), b.slice(0, 10), sign),
  'plain order-statistic interval': (series) => verdict(compared(series, 'exact')),
  'mountbench, 12 rounds': (series) => verdict(compared(series)),
}
const PATIENT = {
  // As it is done by hand: first all of one, then all of the other.
  'ten of one, then ten of the other, mean ± σ': ({ a, b, sign }) => apart(a.slice(0, 10), b.slice(10, 20), sign),
  'plain order-statistic interval, 32 rounds': (series) => verdict(compared(series, 'exact')),
  'mountbench, 12 to 32 rounds': (series) => stoppedVerdict(series, TOGETHER),
  'the same, one comparison alone': (series) => stoppedVerdict(series, 1),
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const beyond = (g) => (Math.abs(g) > Math.log1p(THRESHOLD) ? Math.sign(g) : 0)
const verdict = (comparison) => ({ faster: 1, slower: -1 })[comparison.verdict] ?? 0

function apart(a, b, sign) {
  const sd = (values) =>
    Math.sqrt(values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1))
  return Math.abs(mean(a) - mean(b)) > sd(a) + sd(b) ? sign * Math.sign(mean(b) - mean(a)) : 0
}

/** As a run compares: dependence counts from four blocks on. */
function compared({ a, b, blocks, better }, interval = 'interpolated', comparisons = TOGETHER) {
  const known = new Set(blocks).size >= 4 ? blocks : undefined
  return comparePaired(a, b, { better, comparisons, blocks: known, interval })
}

const stoppedVerdict = (series, comparisons, interval) => {
  const rounds = roundsUntilDone(series, comparisons, interval)
  return verdict(compared(first(series, rounds), interval, comparisons))
}

const blockEnds = ({ blocks }) => blocks.flatMap((block, index) => (block === blocks[index + 1] ? [] : [index + 1]))

/** How many rounds a run does before it stops: it looks at the end of each block. */
function roundsUntilDone(series, together, interval) {
  const stops = blockEnds(series).filter((rounds) => {
    const comparisons = [compared(first(series, rounds), interval, together)]
    const standing = {
      rounds,
      leastRounds: SHORT,
      mostRounds: LONG,
      precision: PRECISION,
      threshold: THRESHOLD,
      limitSeconds: null,
    }
    return doneReason({ ...standing, comparisons }) !== null
  })
  return stops[0] ?? series.a.length
}

const part = ({ a, b, blocks, ...rest }, from, to) => ({
  ...rest,
  a: a.slice(from, to),
  b: b.slice(from, to),
  blocks: blocks.slice(from, to),
})
const first = (series, rounds) => part(series, 0, rounds)

const windows = (all, rounds) =>
  all.flatMap((series) =>
    Array.from({ length: Math.floor(series.a.length / rounds) }, (_, i) => part(series, i * rounds, (i + 1) * rounds)),
  )

const slower = (series, factor) => ({ ...series, b: series.b.map((value) => value * factor ** -series.sign) })

/** The summary of everything recorded, as Markdown: apart for what else the machine did. */
export function summaryOf(recorded, date) {
  const all = recorded
    .filter(({ a, b }) => [...a, ...b].every((value) => value > 0))
    .map((series) => {
      const { better } = METRICS[series.metric]
      return { ...series, better, sign: better === 'higher' ? 1 : -1, rounds: series.a.length }
    })
  const machines = new Set(all.map(({ fingerprint }) => fingerprint)).size
  const dates = `${all[0].at.slice(0, 10)} to ${all.at(-1).at.slice(0, 10)}`
  const notes = [...new Set(all.map(({ note }) => note))].reverse()
  return `${[
    `# Calibration, ${date}`,
    `One mount against itself: two named volumes under two labels, on a real docker engine; ${machines} environment(s), recorded ${dates}. Two targets, so blocks of four rounds with a fresh volume each. A recording holds up to three comparisons of ${SHORT} rounds, so counts of these are not quite independent, and scenarios whose rounds are short have more of them. Every procedure sees the same trials.`,
    `Found: one side of the same recordings divided by that factor, and called slower. Wrong sign: called faster with any of the factors. Counts have their two-sided 95 % Clopper–Pearson bounds; intervals are for ${TOGETHER} comparisons shown together. ${recorded.length - all.length} recordings with a failed trial are left out.`,
    ...notes.flatMap((note) =>
      sectionsOf(
        all.filter((series) => series.note === note),
        note,
      ),
    ),
  ].join('\n\n')}\n`
}

function sectionsOf(all, note) {
  const equal = all.filter(({ planted }) => !planted)
  const throttled = all.filter(({ planted }) => planted)
  const [short, long] = [windows(equal, SHORT), windows(equal, LONG)]
  return [
    `# Recorded with ${note}: ${equal.length} recordings`,
    `## ${short.length} comparisons of ${SHORT} rounds`,
    table(short, SIMPLE),
    `## ${long.length} comparisons of up to ${LONG} rounds`,
    long.length > 0 ? table(long, PATIENT) : 'None yet.',
    '## By scenario',
    perScenario(short, long),
    '## Time to a verdict',
    long.length > 0 ? timeToVerdict(long) : 'None yet.',
    '## A gate between two runs',
    gate(equal.filter(({ rounds }) => rounds >= SHORT).map((series) => first(series, SHORT))),
    '## Slowed down by the engine',
    throttled.length > 0 ? throttles(throttled) : 'Not recorded.',
  ]
}

const markdown = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** `3 of 144 (0.4 to 6.0 %)`: the count and its bounds. */
function share(count, total) {
  const { low, high } = clopperPearson(count, total)
  return `${count} of ${total} (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)} %)`
}

function table(all, procedures) {
  const head = ['procedure', 'names a winner between equals', ...PLANTED.map((factor) => `finds ${factor.toFixed(2)}x`)]
  const rows = Object.entries(procedures).map(([name, decide]) => {
    const false_ = all.filter((series) => decide(series) !== 0).length
    const signs = PLANTED.map((factor) => all.map((series) => decide(slower(series, factor))))
    const right = signs.map((own) => share(own.filter((sign) => sign === -1).length, all.length))
    return [
      name,
      share(false_, all.length),
      ...right,
      share(all.filter((_, i) => signs.some((own) => own[i] === 1)).length, all.length),
    ]
  })
  return markdown([...head, 'wrong sign'], rows)
}

const spread = (all) => {
  const g = all.flatMap(({ a, b, better }) => {
    const own = pairedLogRatios(a, b, better).g
    return own.map((value) => value - median(own))
  })
  return 1.4826 * median(g.map(Math.abs))
}

const halfWidth = (all, interval) =>
  all.length > 0 ? median(all.map((own) => compared(own, interval).halfWidth)) : null
const shown = (value) => (value === null ? '–' : value.toFixed(3))

function perScenario(short, long) {
  const ids = [...new Set(short.map(({ scenario }) => scenario))]
  const rows = ids.map((id) => {
    const [few, many] = [short, long].map((all) => all.filter(({ scenario }) => scenario === id))
    const widths = [halfWidth(few, 'exact'), halfWidth(few), halfWidth(many)].map(shown)
    const alarms = few.filter((series) => verdict(compared(series)) !== 0).length
    const found = [resolved(many, TOGETHER), resolved(many, 1)]
    return [id, `${many.length}`, `${alarms} of ${few.length}`, spread(few).toFixed(3), ...widths, ...found]
  })
  const head = [
    'scenario',
    `recordings of ${LONG} rounds`,
    'names a winner between equals, 12 rounds',
    'spread of ln(b/a)',
    'half-width, 12 rounds, plain',
    'as used',
    'half-width, 32 rounds',
    'found in 95 % of them within 32 rounds',
    'alone',
  ]
  return markdown(head, rows)
}

const TOLD = 1.5

/** After how many rounds, and seconds of trials, a run stops with a slowdown among its trials, and how often it has told it then. */
function timeToVerdict(long) {
  const rows = [...new Set(long.map(({ scenario }) => scenario))].map((id) => {
    const own = long.filter(({ scenario }) => scenario === id).map((series) => slower(series, TOLD))
    const perRound = median(own.map(({ seconds, rounds }) => seconds / rounds))
    const told = ['exact', 'interpolated'].map((interval) => {
      const rounds = median(own.map((series) => roundsUntilDone(series, TOGETHER, interval)))
      const right = own.filter((series) => stoppedVerdict(series, TOGETHER, interval) === -1).length
      return `${right} of ${own.length}, ${rounds} rounds, ${(rounds * perRound).toFixed(1)} s`
    })
    return [id, `${perRound.toFixed(2)} s`, ...told]
  })
  return markdown(['scenario', 'a round', `${TOLD}x told when it stops, plain interval`, 'as used'], rows)
}

/** The smallest planted factor that is found with the right sign in 95 % of the comparisons. */
function resolved(all, comparisons) {
  if (all.length === 0) return '–'
  const decide = (series) => stoppedVerdict(series, comparisons)
  const factors = Array.from({ length: 40 }, (_, i) => 1.05 + i * 0.05)
  const enough = factors.find(
    (factor) => all.filter((series) => decide(slower(series, factor)) === -1).length >= 0.95 * all.length,
  )
  return enough ? `${enough.toFixed(2)}x` : `above ${factors.at(-1).toFixed(2)}x`
}

/** Consecutive recordings of a scenario as baseline and candidate, by their first rounds; each is used once. */
function gate(recordings) {
  const pairs = [...new Set(recordings.map(({ scenario }) => scenario))].flatMap((id) => {
    const own = recordings.filter(({ scenario }) => scenario === id)
    return own.flatMap((series, i) => (i % 2 === 1 ? [[own[i - 1], series]] : []))
  })
  const ratios = ({ a, b, better }) => pairedLogRatios(a, b, better).g
  const verdicts = (factor) =>
    pairs.map(([before, after]) => changeBetween(ratios(before), ratios(slower(after, factor)), TOGETHER, 0.1).verdict)
  const alarms = verdicts(1).filter((word) => word === 'regression' || word === 'improvement').length
  const found = PLANTED.map(
    (factor) =>
      `${factor.toFixed(2)}x ${share(verdicts(factor).filter((word) => word === 'regression').length, pairs.length)}`,
  )
  return `Two recordings of the same, ${SHORT} rounds each, as baseline and candidate, each with its own volumes, minutes apart or more: an alarm in ${share(alarms, pairs.length)}. Found when the candidate is slower by ${found.join(', ')}.`
}

/** One side limited by the engine to the device's median speed divided by a factor. */
function throttles(all) {
  const factors = [...new Set(all.map(({ planted }) => planted.factor))].sort((x, y) => x - y)
  const decide = PATIENT['mountbench, 12 to 32 rounds']
  const rows = factors.map((factor) => {
    const own = all.filter(({ planted }) => planted.factor === factor)
    const signs = own.map(decide)
    const seen = median(own.map((series) => 1 / compared(series).ratio))
    const right = signs.filter((sign) => sign === -1).length
    const wrong = signs.filter((sign) => sign === 1).length
    return [`${factor}x`, `${seen.toFixed(2)}x`, share(right, own.length), share(wrong, own.length)]
  })
  return markdown(['limited to the median speed divided by', 'measured', 'right sign', 'wrong sign'], rows)
}
