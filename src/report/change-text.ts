import type { Change, RunComparison } from '../compare-runs.js'
import { escaped } from './markdown.js'
import { drawTable } from './table.js'
import { ratioText } from './verdict-text.js'

/** A change in words: `regression: 0.71x [0.66, 0.77]`. */
export function changeText({ verdict, ratio, low, high, method, runs, again }: Change): string {
  const interval =
    low === null || high === null ? 'too few rounds for an interval' : `[${ratioText(low)}, ${ratioText(high)}]`
  const weight = method === 'history' ? ` (against ${runs} runs)` : verdict === 'same' ? '' : ' (against one run)'
  const second = again ? `; measured again: ${again.verdict} ${ratioText(again.ratio)}` : ''
  return `${verdict} ${ratioText(ratio)} ${interval}${weight}${second}`
}

const rowsOf = ({ changes }: RunComparison) =>
  changes.map((change) => [
    change.scenario,
    `${change.target} against ${change.reference}`,
    ratioText(change.baseline),
    ratioText(change.candidate),
    changeText(change),
  ])

const HEAD = ['scenario', 'target', 'baseline', 'candidate', 'change of the ratio']

function notesOf({ baseline, candidate, differences, missing }: RunComparison): string[] {
  return [
    `baseline ${baseline}, candidate ${candidate}. Each figure is a target's ratio to the reference within its run; below 1.00x the change is for the worse.`,
    ...differences.map((difference) => `differs: ${difference}`),
    ...missing.map(({ scenario, target, only }) => `only in the ${only}: ${scenario} on ${target}`),
  ]
}

/** The comparison of two runs for a terminal. */
export function changesTable(comparison: RunComparison): string {
  return `${[drawTable(HEAD, rowsOf(comparison)), ...notesOf(comparison)].join('\n')}\n`
}

/** The comparison of two runs as a GitHub table. */
export function changesMarkdown(comparison: RunComparison): string {
  const lines = [HEAD, HEAD.map(() => '---'), ...rowsOf(comparison).map((cells) => cells.map(escaped))]
  return `${[...lines.map((cells) => `| ${cells.join(' | ')} |`), '', ...notesOf(comparison).map(escaped)].join('\n')}\n`
}
