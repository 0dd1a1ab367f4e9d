import { Bench } from 'tinybench'

/** One target in a round. */
export interface RoundTask {
  name: string
  /** Untimed, before. What it throws makes the task fail. */
  prepare: () => Promise<void>
  /** The trial; returns the workload's own seconds for one unit of work, or null when it failed. */
  trial: () => Promise<number | null>
}

/**
 * Runs every task of a round once, one after the other in the order given, and returns the seconds per unit that each measured;
 * a task that failed is not in it.
 *
 * tinybench would warm up, repeat and time the call itself. Here a round is one iteration, the warm-up is a round of its own,
 * and the sample is what the workload measured inside the container (`overriddenDuration`, in milliseconds): never the wall time
 * around it. Its hooks keep the preparation outside.
 */
export async function runRound(tasks: readonly RoundTask[]): Promise<Map<string, number>> {
  const bench = new Bench({ iterations: 1, time: 0, warmup: false, retainSamples: true, throws: false })
  for (const { name, prepare, trial } of tasks) {
    const measured = async () => {
      const seconds = await trial()
      if (seconds === null) throw new Error('the trial failed, and says why in its record')
      return { overriddenDuration: seconds * 1000 }
    }
    bench.add(name, measured, { async: true, beforeEach: prepare })
  }
  await bench.run()
  return new Map(
    bench.tasks.flatMap(({ name, result }) => {
      const milliseconds = 'latency' in result ? result.latency.samples?.[0] : undefined
      return milliseconds === undefined ? [] : [[name, milliseconds / 1000] as const]
    }),
  )
}
