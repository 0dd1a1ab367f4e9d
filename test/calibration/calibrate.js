// What the verdicts are worth on this machine: `npm run calibrate`. Needs docker with the tools image. In parts, and resumable:
//   npm run calibrate -- measure 30       one mount against itself, all core scenarios, 36 rounds each, for 30 minutes
//   npm run calibrate -- throttle 5       one mount against itself, slowed down by the engine by a known factor, for 5 minutes
//   npm run calibrate                     replays everything recorded, and writes results/calibration/<date>.md
// A last word says what else the machine does, and is kept with what is recorded: measure 30 'nothing else at work'.
// What is measured is added to results/calibration/series.jsonl, a line for each scenario of each run.
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runBenchmark, scenarios } from '../../dist/src/index.js'
import { median } from '../../dist/src/statistics/quantiles.js'
import { systemDeps } from '../../dist/src/system.js'
import { summaryOf } from './summary.js'

const FOLDER = join('results', 'calibration')
const SERIES = join(FOLDER, 'series.jsonl')
/** As in a quick run, but three times its least rounds: three comparisons of 12, or one of as many as a run has at the most. */
const WORK = { engine: 'docker', rounds: 36, sizeBytes: 64 * 2 ** 20, durationSeconds: 0.3 }
const THROTTLED = 'seq-write-direct'
/** The kernel hands out what a throttle allows in slices of a tenth of a second: less than this is through before it holds anything back. */
const THROTTLED_BYTES = 256 * 2 ** 20
const FACTORS = [1.5, 2, 3]
/** What a recording takes beside its trials. */
const TURN_SECONDS = 8

/** Runs `mounts` and records each scenario of it, with what was `planted` in it; null: nothing. */
async function record(deps, mounts, ids, planted, more = {}) {
  const work = join(FOLDER, 'work')
  const run = await runBenchmark({ ...WORK, ...more, mounts, scenarios: ids, results: work }, deps)
  const lines = run.scenarios.filter(({ rounds }) => rounds > 0).map(({ id }) => seriesOf(run, id, planted))
  for (const line of lines) appendFileSync(SERIES, `${JSON.stringify(line)}\n`)
  rmSync(work, { recursive: true })
  return { run, lines }
}

function seriesOf(run, id, planted) {
  const { metric } = scenarios.find((scenario) => scenario.id === id)
  const own = run.trials.filter(({ scenario, phase }) => scenario === id && phase === 'measure')
  const rounds = [...new Set(own.map(({ round }) => round))].sort((x, y) => x - y)
  const valueAt = (round, label) =>
    own.find((trial) => trial.round === round && trial.target === label)?.sample?.metrics[metric] ?? null
  return {
    at: run.startedAt,
    fingerprint: run.environment.fingerprint,
    version: run.tool.version,
    note,
    scenario: id,
    metric,
    planted,
    a: rounds.map((round) => valueAt(round, 'a')),
    b: rounds.map((round) => valueAt(round, 'b')),
    blocks: rounds.map((round) => own.find((trial) => trial.round === round).block),
    seconds: own.reduce((total, { wallSeconds, quiet }) => total + wallSeconds + (quiet?.seconds ?? 0), 0),
  }
}

/** Always the scenario that had the least time so far: the parts add up evenly, whenever they end. */
async function measure(deps, end) {
  while (Date.now() < end) {
    const all = recorded().filter(({ planted }) => planted === null)
    const spent = ({ id }) =>
      all.filter(({ scenario }) => scenario === id).reduce((total, { seconds }) => total + seconds + TURN_SECONDS, 0)
    const core = scenarios.filter(({ group }) => group === 'core')
    const [next] = core.toSorted((x, y) => spent(x) - spent(y))
    await record(deps, ['a=volume', 'b=volume'], [next.id], null)
  }
}

function recorded() {
  const text = existsSync(SERIES) ? readFileSync(SERIES, 'utf8').trim() : ''
  const lines = text.split('\n').filter(Boolean)
  return lines.map((line) => JSON.parse(line))
}

/** First the device's own speed, then one side throttled to that divided by the factor, by turns. */
async function throttle(deps, end) {
  const larger = { sizeBytes: THROTTLED_BYTES }
  while (Date.now() < end) {
    const { run, lines } = await record(deps, ['a=volume', 'b=volume'], [THROTTLED], null, larger)
    const speeds = lines.flatMap(({ a, b }) => [...a, ...b]).filter((speed) => speed !== null)
    if (speeds.length === 0) continue
    const proof = run.targets[0].proof
    const device = (proof.backing ?? proof).source
    for (const factor of FACTORS) {
      const limit = Math.round(median(speeds) / factor)
      const slow = `b=volume,engine-arg=--device-write-bps=${device}:${limit}`
      await record(deps, ['a=volume', slow], [THROTTLED], { factor }, larger)
    }
  }
}

function summarize() {
  const all = recorded()
  if (all.length === 0) return void process.stdout.write('nothing is recorded yet: npm run calibrate -- measure 30\n')
  const date = new Date().toISOString().slice(0, 10)
  const summary = summaryOf(all, date)
  writeFileSync(join(FOLDER, `${date}.md`), summary)
  process.stdout.write(summary)
}

const [command = 'summary', minutes = '10', note = 'whatever else was at work'] = process.argv.slice(2)
mkdirSync(FOLDER, { recursive: true })
const work = { measure, throttle }[command]
if (work) await work(await systemDeps(), Date.now() + Number(minutes) * 60_000)
summarize()
