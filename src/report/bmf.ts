import type { Run } from '../model.js'
import { figuresOf, separated, stableName, unitWords } from './figures.js'

interface Metric {
  value: number
  lower_value?: number
  upper_value?: number
}

/**
 * A run for Bencher, in the Bencher Metric Format: benchmark name → measure slug → `value`, `lower_value`, `upper_value`
 * (https://bencher.dev/docs/reference/bencher-metric-format, whose JSON Schema it follows).
 *
 * The measures are our own, named with their base unit (`bandwidth-bytes-per-second`, `latency-p99-seconds`, `ratio-to-reference`), because
 * Bencher's built-in `latency` is in nanoseconds and `throughput` in operations. The values around it are the 95 % interval of the median.
 * A cell that was not measured is absent; a run without any is `{}`.
 */
export function bmfReport(run: Run): string {
  const benchmarks: Record<string, Record<string, Metric>> = {}
  const add = (scenario: string, target: string, measure: string, metric: Metric) => {
    const name = stableName(run.environment.engine.id, scenario, target)
    benchmarks[name] = { ...benchmarks[name], [measure]: metric }
  }
  for (const { scenario, target, metric, value, low, high } of figuresOf(run)) {
    add(scenario, target, `${separated(metric, '-')}-${unitWords(metric, '-')}`, metricOf(value, low, high))
  }
  for (const { scenario, target, comparison } of run.cells) {
    if (!comparison) continue
    const { ratio, low, high } = comparison
    add(scenario, target, 'ratio-to-reference', metricOf(ratio, low, high))
  }
  return `${JSON.stringify(benchmarks, null, 1)}\n`
}

const metricOf = (value: number, low: number | null, high: number | null): Metric =>
  low === null || high === null ? { value } : { value, lower_value: low, upper_value: high }
