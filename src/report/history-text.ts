import type { IndexedRun } from '../history/entry.js'
import { drawTable, printable } from './table.js'
import { ratioText } from './verdict-text.js'

/** `2026-11-21 12:00`, in UTC. */
export const timeText = (iso: string) => iso.slice(0, 16).replace('T', ' ')

/** The name that a run has for people: its label, where it has one, and its commit. */
export function nameText({ label, commit, branch }: Pick<IndexedRun, 'label' | 'commit' | 'branch'>): string {
  const at = commit === null ? null : [commit.slice(0, 9), branch].filter(Boolean).join(' on ')
  return [label, at].filter(Boolean).join(', ')
}

/** Lines in which folders that hold no readable run are told; of more than five only how many. Empty for none. */
export function unreadableText(what: string, unreadable: readonly string[]): string {
  const shown = unreadable.slice(0, 5).map((line) => `${what}: ${printable(line)}\n`)
  const more = unreadable.length - shown.length
  return `${shown.join('')}${more > 0 ? `${what}: ${more} more folders that hold no readable run (history --format json lists them)\n` : ''}`
}

/** Runs as a table, oldest first: `ratios` shows what was compared, otherwise only how much there is. */
export function historyTable(runs: readonly IndexedRun[], ratios: boolean): string {
  const rows = runs.map((run) => [
    run.id,
    printable(nameText(run)),
    [
      timeText(run.startedAt),
      ...(run.status === 'complete' ? [] : ['incomplete']),
      ...(run.confirms ? ['once more'] : []),
    ].join('\n'),
    `${run.engine}\n${run.fingerprint}`,
    printable(ratios ? ratioLines(run) : amountText(run)).replaceAll(' · ', '\n'),
  ])
  return `${drawTable(['run', 'label, commit', 'started (UTC)', 'engine', 'measured'], rows)}\n`
}

function amountText({ cells }: IndexedRun): string {
  const scenarios = new Set(cells.map(({ scenario }) => scenario))
  const targets = new Set(cells.map(({ target }) => target))
  const missing = cells.filter(({ median }) => median === null).length
  const text = `${scenarios.size} ${scenarios.size === 1 ? 'scenario' : 'scenarios'} on ${[...targets].join(', ')}`
  return missing === 0 ? text : `${text} · ${missing} of ${cells.length} cells have no figure`
}

const ratioLines = ({ cells, reference }: IndexedRun) =>
  cells
    .map(({ scenario, target, ratio, median }) => {
      const found = ratio !== null ? ratioText(ratio) : median === null ? 'no figure' : 'not compared'
      return `${scenario} on ${target}: ${target === reference ? 'reference' : found}`
    })
    .join(' · ')
