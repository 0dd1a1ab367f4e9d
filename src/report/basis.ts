import type { Cell, Run, ScenarioRecord } from '../model.js'
import { percentText } from './verdict-text.js'

/**
 * What the answer of a scenario rests on, why it rests on no more, and what it could have shown:
 * `12 rounds on 2 instances: its 12 s were used; it would have flagged a slowdown of 82%`.
 */
export function basisText({ id, rounds, stopped }: ScenarioRecord, run: Run): string {
  const instances = instancesOf(run, id)
  const on = instances === 0 ? '' : ` on ${counted(instances, 'instance')}`
  const cells = run.cells.filter(({ scenario }) => scenario === id)
  return `${counted(rounds, 'round')}${on}: ${stopped ?? 'no target was left'}${couldFlag(cells)}`
}

/**
 * On how many instances of each target a scenario was measured: what differs from one instance to the next was seen as often. Rounds of a
 * block share theirs; where no two trials share one, each round has its own. 0 without a sample.
 */
function instancesOf({ trials }: Run, id: string): number {
  const own = trials.filter(({ scenario, phase, sample }) => scenario === id && phase === 'measure' && sample !== null)
  const apart = new Set(own.map(({ target, instance }) => `${instance} ${target}`)).size === own.length
  return new Set(own.map(({ round, block }) => (apart ? round : block))).size
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
