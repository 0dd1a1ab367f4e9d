// What the verdicts are worth on this machine: `npm run calibrate`. Needs docker with the tools image. In parts, and resumable:
//   npm run calibrate -- measure 30     measures one mount against itself for 30 minutes, and adds to results/calibration/series.jsonl
//   npm run calibrate -- summary        replays everything recorded, and writes results/calibration/<date>.md
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { comparePaired, runBenchmark, scenarios } from '../dist/src/index.js'
import { METRICS } from '../dist/src/model.js'
import { clopperPearson } from '../dist/src/statistics/binomial.js'
import { systemDeps } from '../dist/src/system.js'

const FOLDER = join('results', 'calibration')
const SERIES = join(FOLDER, 'series.jsonl')
const CORE = ['dd-write', 'seq-write', 'fsync-latency', 'small-files']
const ROUNDS = 12
/** Comparisons that a quick run shows together: two against the reference in four scenarios. */
const TOGETHER = 8

async function measure(limit) {
  const deps = await systemDeps()
  const end = Date.now() + limit * 60_000
  const work = join(FOLDER, 'work')
  while (Date.now() < end) {
    const run = await runBenchmark(
      {
        engine: 'docker',
        mounts: ['a=volume', 'b=volume'],
        scenarios: CORE,
        rounds: ROUNDS,
        sizeBytes: 64 * 2 ** 20,
        durationSeconds: 0.3,
        results: work,
      },
      deps,
    )
    for (const id of CORE) appendFileSync(SERIES, `${JSON.stringify(seriesOf(run, id))}\n`)
    rmSync(work, { recursive: true })
  }
}

function seriesOf(run, id) {
  const { metric } = scenarios.find((scenario) => scenario.id === id)
  const own = run.trials.filter(({ scenario, phase }) => scenario === id && phase === 'measure')
  const values = (label) => rounds(own).map((round) => valueAt(own, round, label, metric))
  const blocks = rounds(own).map((round) => own.find((trial) => trial.round === round).block)
  return {
    at: run.startedAt,
    fingerprint: run.environment.fingerprint,
    scenario: id,
    metric,
    a: values('a'),
    b: values('b'),
    blocks,
  }
}

const rounds = (trials) => [...new Set(trials.map(({ round }) => round))].sort((x, y) => x - y)

function valueAt(trials, round, label, metric) {
  return trials.find((trial) => trial.round === round && trial.target === label)?.sample?.metrics[metric] ?? null
}

/** Each procedure: whether it names a winner by more than 5 % between `a` and `b`, and with which sign (1: b is better). */
const PROCEDURES = {
  'one dd': ({ a, b, sign }) => beyond(sign * Math.log(b[0] / a[0])),
  'mean of 3': ({ a, b, sign }) => beyond(sign * Math.log(mean(b.slice(0, 3)) / mean(a.slice(0, 3)))),
  'ten each, mean ± σ': ({ a, b, sign }) => apart(a.slice(0, 10), b.slice(0, 10), sign),
  'mountbench, plain interval': (series) => verdict(series, 'exact'),
  mountbench: (series) => verdict(series, 'interpolated'),
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length
const beyond = (g) => (Math.abs(g) > Math.log(1.05) ? Math.sign(g) : 0)

function apart(a, b, sign) {
  const sd = (values) => Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2)))
  return Math.abs(mean(a) - mean(b)) > sd(a) + sd(b) ? sign * Math.sign(mean(b) - mean(a)) : 0
}

function verdict({ a, b, blocks, better }, interval) {
  const result = comparePaired(a, b, { better, comparisons: TOGETHER, blocks, interval })
  return { faster: 1, slower: -1 }[result.verdict] ?? 0
}

function summarize() {
  const lines = existsSync(SERIES) ? readFileSync(SERIES, 'utf8').trim().split('\n').filter(Boolean) : []
  const all = lines.map((line) => JSON.parse(line)).filter(({ a, b }) => [...a, ...b].every((value) => value > 0))
  if (all.length === 0) return void process.stdout.write('nothing is recorded yet: npm run calibrate -- measure 30\n')
  const prepared = all.map((series) => {
    const { better } = METRICS[series.metric]
    return { ...series, better, sign: better === 'higher' ? 1 : -1 }
  })
  const text = [
    `# Calibration, ${new Date().toISOString().slice(0, 10)}`,
    '',
    `${all.length} comparisons of one mount with itself (two named volumes), ${ROUNDS} rounds each, on ${new Set(all.map(({ fingerprint }) => fingerprint)).size} environment(s); recorded ${all[0].at.slice(0, 10)} to ${all.at(-1).at.slice(0, 10)}. Every procedure sees the same trials. Planted: one side of the same recordings made slower by that factor.`,
    '',
    table(prepared),
    '',
    ...CORE.map((id) => perScenario(id, prepared)),
    '',
  ].join('\n')
  writeFileSync(join(FOLDER, `${new Date().toISOString().slice(0, 10)}.md`), text)
  process.stdout.write(text)
}

function table(all) {
  const planted = [1.1, 1.2, 1.5]
  const head = [
    'procedure',
    'names a winner between equals',
    ...planted.map((factor) => `finds ${factor.toFixed(2)}x, right sign`),
    'wrong sign',
  ]
  const rows = Object.entries(PROCEDURES).map(([name, decide]) => {
    const false_ = all.filter((series) => decide(series) !== 0).length
    const slowed = planted.map((factor) => all.map((series) => decide(slower(series, factor))))
    const right = slowed.map((signs) => share(signs.filter((sign) => sign === -1).length, all.length))
    const wrong = slowed.flat().filter((sign) => sign === 1).length
    return [name, share(false_, all.length), ...right, share(wrong, slowed.flat().length)]
  })
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

const slower = (series, factor) => ({ ...series, b: series.b.map((value) => value * factor ** -series.sign) })

/** `3 of 144 (0.4 to 6.0 %)`: the count and its 95 % Clopper–Pearson bounds. */
function share(count, total) {
  const { low, high } = clopperPearson(count, total)
  return `${count} of ${total} (${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)} %)`
}

function perScenario(id, all) {
  const own = all.filter(({ scenario }) => scenario === id)
  const g = own.flatMap(({ a, b, sign }) => a.map((value, i) => sign * Math.log(b[i] / value)))
  const sd = Math.sqrt(mean(g.map((value) => (value - mean(g)) ** 2)))
  const widths = (interval) =>
    own
      .map(({ a, b, better }) => comparePaired(a, b, { better, comparisons: TOGETHER, interval }).halfWidth)
      .sort((x, y) => x - y)
  const [plain, shorter] = ['exact', 'interpolated'].map((interval) => widths(interval)[own.length >> 1])
  return `- ${id}: standard deviation of ln(b/a) ${sd.toFixed(3)}; median half-width at ${ROUNDS} rounds ${plain?.toFixed(3)} plain, ${shorter?.toFixed(3)} as used.`
}

const [command = 'summary', minutes = '10'] = process.argv.slice(2)
mkdirSync(FOLDER, { recursive: true })
if (command === 'measure') await measure(Number(minutes))
summarize()
