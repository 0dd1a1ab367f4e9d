import type { Run } from '../model.js'

/** A run as it is stored: the content of `run.json`. */
export function jsonReport(run: Run): string {
  return `${JSON.stringify(run, null, 1)}\n`
}
