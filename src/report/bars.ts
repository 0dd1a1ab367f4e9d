import type { Cell } from '../model.js'

/** Columns of a bar on a terminal. */
const WIDTH = 16
/** From an eighth of a column to a whole one. */
const EIGHTHS = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const

/** A bar for each cell of a row, as long as its median is of the largest one; null where nothing was measured. From zero, so never on a log scale. */
export function barsOf(cells: readonly Pick<Cell, 'median'>[]): (string | null)[] {
  const largest = Math.max(0, ...cells.map(({ median }) => median ?? 0))
  return cells.map(({ median }) => (median === null ? null : bar(median / largest)))
}

/** What was measured is never drawn as nothing. */
function bar(share: number): string {
  const eighths = Math.max(1, Math.round(share * WIDTH * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + (eighths % 8 === 0 ? '' : (EIGHTHS[(eighths % 8) - 1] ?? ''))
}
