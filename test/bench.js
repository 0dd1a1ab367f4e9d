// Speed of the harness itself, as ratios within one run: `npm run bench`. Needs docker with the tools image.
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Bench } from 'tinybench'
import { runProgram } from '../dist/src/exec.js'
import { runBenchmark } from '../dist/src/index.js'
import { systemDeps } from '../dist/src/system.js'
import { benchScale } from './bench-scale.js'

const bin = new URL('../dist/src/bin.js', import.meta.url).pathname
const cwd = await mkdtemp(join(process.cwd(), 'results', 'bench-'))
const deps = await systemDeps({ cwd })
const image = `mountbench/tools:${JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version}`

try {
  const version = await medianOf(['node', bin, '--version'], 15)
  const node = await medianOf(['node', '-e', '0'], 15)
  show('mountbench --version / node -e 0', version / node, 2)

  const quick = await measured({ profile: 'quick' })
  show('time outside workloads, quick', outside(quick), 0.3)
  const standard = await measured({ profile: 'standard', rounds: 6 })
  show('time outside workloads, standard, 6 rounds', outside(standard), 0.15)

  // Next to the run it is compared with: what the machine does changes from minute to minute.
  const dockerRun = await medianOf(['docker', 'run', '--rm', image, 'true'], 15)
  const overhead = (standard.timing.total - standard.timing.workloads) / standard.trials.length
  show('docker run --rm / overhead of a trial', dockerRun / overhead, 3, 'at least')

  await benchScale(standard, show)

  show("bandwidth and IOPS against the trial's own fio JSON, largest difference", largestDifference(standard), 0.001)
} finally {
  await rm(cwd, { recursive: true, force: true })
}

function show(name, value, bound, kind = 'at most') {
  process.stdout.write(`${name}: ${value.toPrecision(3)} (${kind} ${bound})\n`)
}

async function medianOf(command, times) {
  const bench = new Bench({ iterations: times, time: 0, warmupIterations: 2, warmupTime: 0, retainSamples: true })
  bench.add('command', () => runProgram(command), { async: true })
  const [task] = await bench.run()
  return task.result.latency.p50 / 1000
}

function measured(options) {
  return runBenchmark({ engine: 'docker', ...options }, deps)
}

function outside({ timing }) {
  return 1 - timing.workloads / timing.total
}

/** Read without our own parser: fio's own `bw_bytes` and `iops` of the job's read and write, added up. */
function largestDifference(run) {
  const differences = run.trials.flatMap(({ sample, raw }) => {
    const text =
      raw && sample ? readFileSync(join(cwd, 'results', run.runId, raw), 'utf8').split('\n--- stderr ---\n')[0] : ''
    const { jobs = [] } = text.includes('"jobs"') ? JSON.parse(text.slice(text.indexOf('{'))) : {}
    if (jobs.length !== 1) return []
    const own = {
      bandwidth: jobs[0].read.bw_bytes + jobs[0].write.bw_bytes,
      iops: jobs[0].read.iops + jobs[0].write.iops,
    }
    return Object.entries(own).flatMap(([name, value]) => {
      const reported = sample.metrics[name]
      return reported === undefined ? [] : [Math.abs(reported / value - 1)]
    })
  })
  return Math.max(...differences)
}
