import type { Run } from '../model.js'
import { figuresOf, oneLine, separated, typeOf, unitWords } from '../report/figures.js'

type Field = number | string | { integer: number }

/**
 * A run in InfluxDB's line protocol, a line a cell, with timestamps in milliseconds
 * (https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/).
 *
 * Measurement `mountbench`; tags `engine`, `fingerprint`, `reference`, `scenario`, `target`, `type`; fields are the medians with their
 * interval (`…_low`, `…_high`), the ratio to the reference, rounds, and `status`. The time is the start of the run, so that the same run
 * written again is the same points. A cell that was not measured has its status and reason, and no number.
 */
export function lineProtocol(run: Run): string {
  const { engine, fingerprint } = run.environment
  const figures = figuresOf(run)
  const lines = run.cells.map((cell) => {
    const { scenario, target } = cell
    const tags = {
      engine: engine.id,
      fingerprint,
      reference: run.options.reference,
      scenario,
      target,
      type: typeOf(run, target),
    }
    const fields: Record<string, Field> = { ...aboutCell(cell), ...aboutRun(run) }
    for (const { metric, value, low, high } of figures.filter((figure) => figure.cell === cell)) {
      const name = `${separated(metric, '_')}_${unitWords(metric, '_')}`
      Object.assign(
        fields,
        { [name]: value },
        low !== null && high !== null && { [`${name}_low`]: low, [`${name}_high`]: high },
      )
    }
    return `mountbench,${tagText(tags)} ${fieldText(fields)} ${Date.parse(run.startedAt)}`
  })
  return lines.map((line) => `${line}\n`).join('')
}

function aboutCell({ status, reason, n, failed, comparison }: Run['cells'][number]): Record<string, Field> {
  const interval = comparison?.low != null &&
    comparison.high !== null && { ratio_low: comparison.low, ratio_high: comparison.high }
  return {
    status,
    ...(reason !== null && { reason }),
    rounds: { integer: n },
    failed_rounds: { integer: failed },
    ...(comparison && { ratio: comparison.ratio, ...interval, verdict: comparison.verdict }),
  }
}

const aboutRun = ({ runId, label, environment: { git } }: Run): Record<string, Field> => ({
  run: runId,
  ...(label !== null && { label }),
  ...(git && { commit: git.commit }),
})

/** Line breaks have no form in line protocol; a backslash has none at the end of a tag. An empty tag is not allowed. */
const tagText = (tags: Readonly<Record<string, string>>) =>
  Object.entries(tags)
    .map(([name, value]) => [name, oneLine(value).replaceAll('\\', '/')] as const)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${value.replaceAll(/[,= ]/g, '\\$&')}`)
    .join(',')

const fieldText = (fields: Readonly<Record<string, Field>>) =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${valueText(value)}`)
    .join(',')

function valueText(value: Field): string {
  if (typeof value === 'number') return String(value)
  if (typeof value === 'object') return `${value.integer}i`
  return `"${oneLine(value).replaceAll(/["\\]/g, '\\$&')}"`
}
