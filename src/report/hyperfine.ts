import { METRICS, type MetricId, type Run } from '../model.js'
import { describe } from '../statistics/describe.js'
import { mean } from '../statistics/sorted.js'
import { stableName } from './figures.js'

type Unit = (typeof METRICS)[MetricId]['unit']

/** What a time is for: a rate is turned into the time of one unit of work, so that less is always better. */
const TIMES = {
  'B/s': { of: 'one MiB', seconds: (value) => 2 ** 20 / value },
  '1/s': { of: 'one operation', seconds: (value) => 1 / value },
  s: { of: 'the metric itself', seconds: (value) => value },
} as const satisfies Record<Unit, { of: string; seconds: (value: number) => number }>

/**
 * A run in the form of `hyperfine --export-json`, for tools that plot it: `results` of `command`, `mean`, `stddev`, `median`, `min`, `max`,
 * `times`, `exit_codes`, `parameters` (hyperfine's src/benchmark/benchmark_result.rs).
 *
 * hyperfine knows seconds only, so `times` are the seconds of the metric, or of one MiB or one operation where it is a rate; `parameters.time`
 * says which. `stddev` is null for one round, as there. `user` and `system` are absent: they are not measured. A trial with a sample ended
 * with exit code 0. A cell without samples is absent.
 */
export const hyperfineReport = (run: Run) => hyperfineOf([run])

/** Several runs in one file; `parameters.run` tells them apart. */
export const hyperfineOf = (runs: readonly Run[]) =>
  `${JSON.stringify({ results: runs.flatMap(resultsOf) }, null, 2)}\n`

function resultsOf(run: Run) {
  const engine = run.environment.engine.id
  return run.cells.flatMap(({ scenario, target, metric }) => {
    const { of, seconds } = TIMES[METRICS[metric].unit]
    const times = run.trials.flatMap((trial) => {
      const own = trial.phase === 'measure' && trial.scenario === scenario && trial.target === target
      const value = own ? trial.sample?.metrics[metric] : undefined
      return value === undefined ? [] : [seconds(value)]
    })
    const shown = describe(times)
    if (!shown) return []
    const { median, min, max, cv } = shown
    return {
      command: stableName(engine, scenario, target),
      mean: mean(times),
      stddev: cv === null ? null : cv * mean(times),
      median,
      min,
      max,
      times,
      exit_codes: times.map(() => 0),
      parameters: { run: run.runId, engine, scenario, target, metric, time: of },
    }
  })
}
