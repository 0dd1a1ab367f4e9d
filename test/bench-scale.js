// What a history and a run cost as they grow, from one real run: `npm run bench`, or `node test/bench-scale.js RUN` alone.
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { runProgram } from '../dist/src/exec.js'
import { readRun, recordOf } from '../dist/src/store.js'

const bin = new URL('../dist/src/bin.js', import.meta.url).pathname
const CELLS = 12

/** Measures at sizes that grow, and shows each figure with its bound. `run` is a real run with trials. */
export async function benchScale(run, show, sizes = [1000, 10_000, 50_000]) {
  const folder = await mkdtemp(join(tmpdir(), 'mountbench-scale-'))
  try {
    await histories(folder, run, show, sizes)
    await millionTrials(folder, run, show)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function histories(folder, run, show, sizes) {
  const record = twelveCells(recordOf(run))
  const seen = []
  const start = await told(folder, ['list'], CALLS)
  process.stdout.write(`  (mountbench list, which reads nothing: ${start.seconds.toFixed(2)} s)\n`)
  let made = 0
  for (const size of sizes) {
    for (; made < size; made++) makeRun(join(folder, 'results'), record, made)
    const rebuilt = await told(folder, ['history', '--limit', '1'])
    const history = await told(folder, ['history'], CALLS)
    const trend = await told(folder, ['trend'], CALLS)
    seen.push({ size, history, trend })
    const of = `${size} runs of ${CELLS} cells`
    show(`history of ${of}, seconds`, history.seconds, size <= 10_000 ? 1.5 : 7.5)
    show(`trend of ${of}, seconds`, trend.seconds, size <= 10_000 ? 1.5 : 7.5)
    show(`trend of ${of}, MB`, trend.megabytes, size <= 10_000 ? 300 : 1500)
    process.stdout.write(`  (new runs put into the index in ${rebuilt.seconds.toFixed(1)} s)\n`)
  }
  for (const [index, { size, history, trend }] of seen.entries()) {
    const before = seen[index - 1]
    if (!before) continue
    const grown = size / before.size
    show(`history: time of ${size} / of ${before.size} runs`, history.seconds / before.history.seconds, grown * 1.3)
    show(`trend: time of ${size} / of ${before.size} runs`, trend.seconds / before.trend.seconds, grown * 1.3)
  }
}

/** A record with twelve cells, whatever the run had. */
function twelveCells(record) {
  const cells = Array.from({ length: CELLS }, (_, index) => {
    const cell = record.cells[index % record.cells.length]
    const lap = Math.floor(index / record.cells.length)
    return lap === 0 ? cell : { ...cell, scenario: `${cell.scenario}-${lap + 1}` }
  })
  return { ...record, cells }
}

function makeRun(results, record, number) {
  const at = new Date(Date.UTC(2026, 0, 1) + number * 600_000)
  const runId = `${at.toISOString().replaceAll(/[-:]/g, '').replace('T', '-').slice(0, 15)}-${number.toString(16).padStart(6, '0')}`
  // A wobble of 3 %, the same every time, and a fifth slower or faster with every two thousand runs.
  const level = Math.floor(number / 2000) % 2 === 0 ? 1 : 0.8
  const wobble = (index) => level * Math.exp(0.03 * Math.sin(number * 12.9898 + index * 78.233) * 1.4)
  const cells = record.cells.map((cell, index) =>
    cell.comparison
      ? { ...cell, comparison: { ...cell.comparison, ratio: cell.comparison.ratio * wobble(index) } }
      : cell,
  )
  const folder = join(results, runId)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ ...record, runId, startedAt: at.toISOString(), cells }))
}

async function millionTrials(folder, run, show, count = 1_000_000) {
  const id = '20260101-000000-000000'
  const path = join(folder, 'large', id)
  mkdirSync(path, { recursive: true })
  const trials = run.trials.filter(({ phase }) => phase === 'measure')
  const lines = trials.map((trial) => JSON.stringify(trial))
  let made = 0
  for (let lap = 0; made < count; lap++) {
    const part = lines.slice(0, count - made).map((line, index) => {
      const round = lap * run.scenarios[0].rounds + trials[index].round
      return line.replace(/"round":\d+/, `"round":${round}`)
    })
    appendFileSync(join(path, 'trials.jsonl'), `${part.join('\n')}\n`)
    made += part.length
  }
  writeFileSync(join(path, 'run.json'), JSON.stringify({ ...recordOf(run), runId: id, trialCount: count }))
  const shown = async (format, most, times) => {
    const output = join(folder, `trials.${format}`)
    const { seconds, megabytes } = await told(folder, ['report', path, '--format', format, '--output', output], times)
    show(`report of a run with ${count} trials as ${format}, seconds`, seconds, most)
    show(`report of a run with ${count} trials as ${format}, MB`, megabytes, 300)
  }
  for (const format of ['table', 'markdown', 'html']) await shown(format, 10, 3)
  // Every trial is read, checked and written: that is what they take.
  for (const format of ['csv', 'json']) await shown(format, 60, 1)
}

const PEAK = `data:text/javascript,process.on('exit',()=>process.stderr.write('\\npeak '+process.resourceUsage().maxRSS+'\\n'))`
/** Calls of which the quickest counts: what else the machine does only adds to it. */
const CALLS = 5

/** A command line of ours: the quickest of some calls. */
async function told(cwd, args, times = 1) {
  const all = []
  for (let i = 0; i < times; i++) all.push(await program([bin, ...args], cwd))
  all.sort((a, b) => a.seconds - b.seconds)
  return all[0]
}

async function program(args, cwd) {
  const started = performance.now()
  const { exitCode, stdout, stderr } = await runProgram(['node', '--import', PEAK, ...args], { cwd })
  const seconds = (performance.now() - started) / 1000
  if (exitCode !== 0) throw new Error(`${args.join(' ')} ended with ${exitCode}: ${stderr}`)
  return { seconds, stdout, megabytes: (Number(/peak (\d+)/.exec(stderr)?.[1]) * 1024) / 1e6 }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const show = (name, value, bound) =>
    process.stdout.write(`${value <= bound ? 'ok  ' : 'MISS'} ${name}: ${value.toFixed(2)} (at most ${bound})\n`)
  await benchScale(await readRun(process.argv[2] ?? 'results'), show, process.argv[3]?.split(',').map(Number))
}
