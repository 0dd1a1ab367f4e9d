import { badInput } from '../errors.js'
import { unknownName } from '../units.js'
import type { History, IndexedRun } from './entry.js'

/** Which runs, and which of their cells; what is left out does not choose. */
export interface Selection {
  scenario?: string | undefined
  target?: string | undefined
  label?: string | undefined
  /** Its beginning is enough. */
  fingerprint?: string | undefined
  /** An ISO time. */
  since?: string | undefined
}

/** The runs that fit, with the cells that fit; a run without such a cell does not. */
export function selectRuns(runs: readonly IndexedRun[], selection: Selection): IndexedRun[] {
  const { scenario, target, label, fingerprint, since } = selection
  const fitting = runs.filter(
    (run) =>
      (label === undefined || run.label === label) &&
      (fingerprint === undefined || run.fingerprint.startsWith(fingerprint)) &&
      (since === undefined || run.startedAt >= since),
  )
  if (scenario === undefined && target === undefined) return fitting
  return fitting.flatMap((run) => {
    const cells = run.cells.filter(
      (cell) =>
        (scenario === undefined || cell.scenario === scenario) && (target === undefined || cell.target === target),
    )
    return cells.length > 0 ? { ...run, cells } : []
  })
}

/** Throws `bad-input` for a scenario or a target that no run has, with the nearest one that some run has. */
export function mustBeKnown({ runs }: History, scenarios: readonly string[], target: string | undefined): void {
  if (scenarios.length === 0 && target === undefined) return
  const cells = runs.flatMap((run) => run.cells)
  const known = {
    scenario: new Set(cells.map((cell) => cell.scenario)),
    target: new Set(cells.map((cell) => cell.target)),
  }
  for (const scenario of scenarios) {
    if (!known.scenario.has(scenario)) throw unknownName('scenario', scenario, [...known.scenario])
  }
  if (target !== undefined && !known.target.has(target)) throw unknownName('target', target, [...known.target])
}

/** Throws `bad-input` when there is no run at all. */
export function mustHaveRuns({ runs }: History, results: string): void {
  if (runs.length === 0)
    throw badInput(`${results} holds no run`, 'measure one: mountbench run, or name another folder with --results')
}
