import type { Cell, Run, ScenarioRecord } from '../model.js'
import { percentText } from './verdict-text.js'

/**
 * What the answer of a scenario rests on, why it rests on no more, and what it could have shown:
 * `12 rounds on 2 instances: its 12 s were used; it would have flagged a slowdown of 82%`.
 */
export function basisText({ id, rounds, instances, stopped }: ScenarioRecord, run: Pick<Run, 'cells'>): string {
  const on = instances ? ` on ${counted(instances, 'instance')}` : ''
  const cells = run.cells.filter(({ scenario }) => scenario === id)
  return `${counted(rounds, 'round')}${on}: ${stopped ?? 'no target was left'}${couldFlag(cells)}`
}

/** What the comparisons that found nothing could have found. */
function couldFlag(cells: readonly Cell[]): string {
  const silent = cells.flatMap(({ comparison }) =>
    comparison && comparison.verdict !== 'faster' && comparison.verdict !== 'slower' ? comparison : [],
  )
  const least = Math.max(...silent.flatMap(({ smallestFlagged }) => smallestFlagged ?? []))
  return Number.isFinite(least) ? `; it would have flagged a slowdown of ${percentText(least)}` : ''
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`
