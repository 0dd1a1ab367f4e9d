import { resolve } from 'node:path'
import type { Deps } from '../deps.js'
import { readHistory } from '../history/index-file.js'
import { mustBeKnown, mustHaveRuns, selectRuns } from '../history/select.js'
import { parseSince } from '../history/since.js'
import { historyTable, unreadableText } from '../report/history-text.js'
import { parseCount } from '../units.js'

/** The flags of `history`. */
export interface HistoryFlags {
  scenario?: string
  target?: string
  label?: string
  since?: string
  fingerprint?: string
  limit?: string
  format: 'table' | 'json'
  results: string
}

/** Rows that a table has when nothing is said. */
const ROWS = 20

/** `mountbench history`: the runs that are kept, the latest last. Folders that hold no readable run are told on stderr. */
export async function historyCommand(flags: HistoryFlags, deps: Deps): Promise<void> {
  const results = resolve(deps.cwd, flags.results)
  const history = await readHistory(results)
  deps.stderr.write(unreadableText('passed over', history.unreadable))
  if (history.unreadable.length === 0 || history.runs.length > 0) mustHaveRuns(history, flags.results)
  const { scenario, target, label, fingerprint, format } = flags
  mustBeKnown(history, scenario === undefined ? [] : [scenario], target)
  const since = flags.since === undefined ? undefined : parseSince(flags.since, history.runs, deps.clock())
  const found = selectRuns(history.runs, { scenario, target, label, fingerprint, since })
  const limit = flags.limit === undefined ? undefined : parseCount(flags.limit, '--limit', 1, 1_000_000)
  const shown = found.slice(-(limit ?? (format === 'table' ? ROWS : found.length)))
  if (format === 'json') {
    deps.stdout.write(`${JSON.stringify({ runs: shown, unreadable: history.unreadable }, null, 1)}\n`)
    return
  }
  deps.stdout.write(historyTable(shown, scenario !== undefined || target !== undefined))
  if (shown.length < history.runs.length) deps.stdout.write(`${shown.length} of ${history.runs.length} runs\n`)
}
