import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { Deps } from '../deps.js'
import { badInput, messageOf } from '../errors.js'
import { verdictText } from '../report/verdict-text.js'
import { comparePaired } from '../statistics/compare.js'
import { parseJson } from '../store.js'
import { parseShare, unknownName } from '../units.js'

/** The flags of `analyze`. */
export interface AnalyzeFlags {
  reference?: string
  better: 'higher' | 'lower'
  threshold?: string
  format: 'table' | 'json'
}

/** A measured value; null is a round that failed. Numbers are numbers: nothing is made into one, so nothing missing becomes 0. */
const Row = z.object({
  round: z.int().nonnegative(),
  target: z.string().min(1),
  value: z.number().positive().nullable(),
})
type Row = z.infer<typeof Row>

/** `mountbench analyze FILE`: the same statistics over samples that something else measured, a CSV or JSON with round, target, value. */
export async function analyzeCommand(file: string, flags: AnalyzeFlags, deps: Deps): Promise<void> {
  const text = await readFile(resolve(deps.cwd, file), 'utf8').catch((error) => {
    throw badInput(`${file} cannot be read: ${messageOf(error)}`)
  })
  const rows = parseRows(text, file)
  const labels = labelsOf(rows, file)
  const reference = flags.reference ?? labels[0] ?? ''
  if (!labels.includes(reference)) throw unknownName('reference', reference, labels)
  const threshold = flags.threshold === undefined ? 0.05 : parseShare(flags.threshold, '--threshold')
  const others = labels.filter((label) => label !== reference)
  const rounds = [...new Set(rows.map(({ round }) => round))].toSorted((a, b) => a - b)
  const series = (label: string) => rounds.map((round) => valueAt(rows, round, label))
  const options = {
    better: flags.better,
    threshold,
    comparisons: others.length,
    interval: 'interpolated',
  } as const
  const results = others.map((target) => ({
    target,
    reference,
    ...comparePaired(series(reference), series(target), options),
  }))
  deps.stdout.write(
    flags.format === 'json'
      ? `${JSON.stringify(results, null, 1)}\n`
      : results.map((result) => lineOf(result, threshold)).join(''),
  )
}

/** The targets, in the order of the file. Throws `bad-input` when there is nothing to compare. */
function labelsOf(rows: readonly Row[], file: string): string[] {
  const labels = [...new Set(rows.map(({ target }) => target))]
  if (labels.length > 1) return labels
  throw badInput(
    `${file} has one target, '${labels[0] ?? ''}', and nothing to compare it with`,
    'give rows of two targets at least: the column target says what was measured',
  )
}

function lineOf(
  result: { target: string; reference: string } & ReturnType<typeof comparePaired>,
  threshold: number,
): string {
  const { target, reference, n, rounds } = result
  if (result.ratio === null) return `${target} against ${reference}: no round has both\n`
  const { verdict, interval } = verdictText({ ...result, ratio: result.ratio }, threshold)
  return `${target} against ${reference}: ${verdict} ${interval ?? ''} (${n} of ${rounds} rounds)\n`
}

function valueAt(rows: readonly Row[], round: number, target: string): number | null {
  const found = rows.filter((row) => row.round === round && row.target === target)
  if (found.length > 1)
    throw badInput(`round ${round} has ${found.length} values for ${target}`, 'one value a round and target')
  return found[0]?.value ?? null
}

/** Rows of a JSON array of objects, or of a CSV with a header line that names the three columns. */
function parseRows(text: string, file: string): Row[] {
  const raw = text.trimStart().startsWith('[') ? parseJson(text, file) : parseCsv(text, file)
  const rows = z.array(Row).min(1).safeParse(raw)
  if (rows.success) return rows.data
  throw badInput(
    `${file}: ${z.prettifyError(rows.error).split('\n').slice(0, 2).join(' ')}`,
    'each row needs a round (0, 1, 2, …), a target and a value; the value of a round that failed is null in JSON and empty in a CSV',
  )
}

function parseCsv(text: string, file: string): unknown[] {
  const [head = '', ...lines] = text.split(/\r?\n/).filter((line) => line.trim() !== '')
  const names = head.split(',').map((name) => name.trim().toLowerCase())
  for (const name of ['round', 'target', 'value']) {
    if (!names.includes(name))
      throw badInput(`${file} has no column '${name}'`, 'the first line names the columns: round,target,value')
  }
  return lines.map((line) => {
    const cells = new Map(line.split(',').map((cell, index) => [names[index], cell.trim()]))
    const numberIn = (name: string) => (cells.get(name) === '' ? null : Number(cells.get(name)))
    return { round: numberIn('round'), target: cells.get('target'), value: numberIn('value') }
  })
}
