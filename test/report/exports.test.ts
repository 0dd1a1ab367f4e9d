import { describe, expect, test } from 'vitest'
import { METRICS, type MetricId, type Run } from '../../src/model.js'
import { figuresOf, separated, stableName } from '../../src/report/figures.js'
import { exporters, type FormatName, severalExporters } from '../../src/report/index.js'
import { median } from '../../src/statistics/quantiles.js'
import { fixture, smallRun } from '../builders.js'
import { HOSTILE, hostileRun } from './hostile.js'

const run = smallRun()
const later: Run = { ...run, runId: '20261121-130000-abc123', startedAt: '2026-11-21T13:00:00.500Z' }
const MACHINE_FORMATS: FormatName[] = [
  'csv',
  'junit',
  'openmetrics',
  'bmf',
  'gha-bigger',
  'gha-smaller',
  'go-benchmark',
  'hyperfine',
]
const cellOf = (target: string) => run.cells.find((cell) => cell.scenario === 'seq-write' && cell.target === target)!

describe('names', () => {
  test.each([
    [['docker', 'seq-write', 'my_vol.1'], 'docker/seq-write/my_vol.1'],
    [['docker', 'a/b', 'c d'], 'docker/a%2Fb/c%20d'],
    [['שלום', '日本'], 'שלום/日本'],
    [['a\u202Eb', '50%', '`|<"'], 'a%E2%80%AEb/50%25/%60%7C%3C%22'],
    [['half \ud800'], 'half%20%EF%BF%BD'],
  ])('%j → %s', (parts, name) => {
    expect(stableName(...parts)).toBe(name)
  })

  test('different labels never share one', () => {
    const names = HOSTILE.map((text) => stableName(text))
    expect(new Set(names).size).toBe(HOSTILE.length)
    for (const name of names) expect(name).toMatch(/^[\p{L}\p{M}\p{N}._+%-]+$/u)
  })

  test('are the same in a later run of other values, in every format', () => {
    const slower: Run = {
      ...later,
      cells: later.cells.map((cell) => ({ ...cell, median: cell.median && cell.median / 3, n: cell.n && 7 })),
    }
    for (const format of ['bmf', 'gha-bigger', 'openmetrics', 'junit'] as const)
      expect(namesIn(format, slower)).toEqual(namesIn(format, run))
    expect(namesIn('bmf', run)).toContain('docker/seq-write/volume')
  })
})

/** The names of series in a format, without values and without what says which run it is. */
function namesIn(format: FormatName, of: Run): string[] {
  const text = exporters[format](of)
  if (format === 'bmf') return Object.keys(JSON.parse(text))
  if (format === 'gha-bigger')
    return JSON.parse(text).map(({ name, unit }: { name: string; unit: string }) => `${name} ${unit}`)
  if (format === 'junit') return [...text.matchAll(/<testcase classname="[^"]*" name="[^"]*"/g)].map(([found]) => found)
  const lines = text.split('\n').filter((line) => !line.startsWith('#') && !line.startsWith('mountbench_run_details'))
  return lines.map((line) => line.replace(/ \S+$/, ''))
}

test('every metric has a word for its unit in a series', () => {
  const text = exporters.openmetrics({
    ...run,
    cells: run.cells.map((cell) => ({
      ...cell,
      others: Object.fromEntries(Object.keys(METRICS).map((id) => [id, 1])),
    })),
  })
  for (const id of Object.keys(METRICS) as MetricId[])
    expect(text).toMatch(new RegExp(`^# UNIT mountbench_${separated(id, '_')}_(\\w+) \\1$`, 'm'))
})

describe('figures', () => {
  test('are the medians with their interval, and the other metrics without', () => {
    const own = figuresOf(run).filter(({ scenario, target }) => scenario === 'seq-write' && target === 'volume')
    const { median: value, low, high } = cellOf('volume')
    expect(own).toMatchObject([{ engine: 'docker', type: 'volume', metric: 'bandwidth', value, low, high }])
  })

  test('a cell that failed or was skipped has none', () => {
    expect(
      figuresOf(run).filter(({ scenario, target }) => scenario === 'seq-write-direct' && target !== 'volume'),
    ).toEqual([])
  })
})

describe('github-action-benchmark', () => {
  const entries = (format: 'gha-bigger' | 'gha-smaller', of = run) => JSON.parse(exporters[format](of))

  test('has a fixed unit, half the interval as the range, and the same value in it', () => {
    const { median: value, low, high } = cellOf('bind')
    const found = entries('gha-bigger').find(({ name }: { name: string }) => name === 'docker/seq-write/bind/bandwidth')
    expect(found.unit).toBe('MiB/s')
    expect(found.value).toBeCloseTo(value! / 2 ** 20, 9)
    expect(Number(found.range.replace('± ', ''))).toBeCloseTo((high! - low!) / 2 / 2 ** 20, 1)
    expect(found.extra).toMatch(/^12 rounds\ninterval \d.* MiB\/s\nagainst volume: 1\.08x faster \[/)
  })

  test('has the ratio to the reference, which survives another machine', () => {
    const found = entries('gha-bigger').find(
      ({ name }: { name: string }) => name === 'docker/seq-write/bind/ratio-to-volume',
    )
    expect(found).toMatchObject({ unit: 'x', value: cellOf('bind').comparison!.ratio })
  })

  test('tells higher from lower', () => {
    const latency = {
      ...run,
      cells: run.cells.map((cell) => ({ ...cell, metric: 'latency' as const, others: { iops: 5 } })),
    }
    const names = (format: 'gha-bigger' | 'gha-smaller') =>
      entries(format, latency).map(
        ({ name, unit }: { name: string; unit: string }) => `${name.split('/').at(-1)} ${unit}`,
      )
    expect(new Set(names('gha-smaller'))).toEqual(new Set(['latency µs']))
    expect(new Set(names('gha-bigger'))).toEqual(new Set(['iops ops/s', 'ratio-to-volume x']))
  })

  test('what was not measured is not there', () => {
    expect(exporters['gha-bigger'](run)).not.toMatch(/seq-write-direct\/(bind|tmpfs)/)
  })
})

test('BMF: measures of our own with their unit, between the ends of their interval', () => {
  const { 'docker/seq-write/bind': bind, ...others } = JSON.parse(exporters.bmf(run))
  const { median: value, low, high, comparison } = cellOf('bind')
  expect(bind).toEqual({
    'bandwidth-bytes-per-second': { value, lower_value: low, upper_value: high },
    'ratio-to-reference': { value: comparison!.ratio, lower_value: comparison!.low, upper_value: comparison!.high },
  })
  expect(Object.keys(others)).toEqual([
    'docker/seq-write/volume',
    'docker/seq-write/tmpfs',
    'docker/seq-write-direct/volume',
  ])
})

test('hyperfine: the seconds of a MiB by round, and their statistics', () => {
  const { results } = JSON.parse(exporters.hyperfine(run))
  const bind = results.find(({ command }: { command: string }) => command === 'docker/seq-write/bind')
  expect(bind.times).toHaveLength(12)
  expect(bind.times[0]).toBeCloseTo(1 / 219, 9)
  expect(bind.median).toBeCloseTo(median(bind.times), 12)
  expect([bind.min, bind.max]).toEqual([Math.min(...bind.times), Math.max(...bind.times)])
  const spread = bind.times.reduce((total: number, time: number) => total + (time - bind.mean) ** 2, 0)
  expect(bind.stddev).toBeCloseTo(Math.sqrt(spread / 11), 12)
  expect(bind.parameters).toMatchObject({ target: 'bind', time: 'one MiB' })
  expect(bind).not.toHaveProperty('user')
})

test('OpenMetrics: a cell that failed is 0 in mountbench_measured and nowhere else a number of it', () => {
  const lines = exporters
    .openmetrics(run)
    .split('\n')
    .filter((line) => /scenario="seq-write-direct",target="bind"/.test(line))
  expect(lines.map((line) => line.replace(/\{.*\}/, ''))).toEqual([
    'mountbench_measured 0',
    'mountbench_rounds 0',
    'mountbench_failed_rounds 3',
  ])
})

describe('Go benchmark text', () => {
  test('a line for each measured trial; failures are comments', () => {
    const lines = exporters['go-benchmark'](run).split('\n')
    expect(lines.filter((line) => line.startsWith('Benchmark'))).toHaveLength(48)
    expect(lines.filter((line) => line.startsWith('# Benchmark'))).toHaveLength(3)
    expect(lines).toContain('Unit B/s better=higher')
  })

  test('the reference stands first, whatever the order of the rounds: benchstat compares with it', () => {
    const shuffled = { ...run, trials: run.trials.toReversed() }
    const firsts = (of: Run) => [
      ...new Set(
        [...exporters['go-benchmark'](of).matchAll(/^Benchmark\S+\/target=(\w+)/gm)].map(([, target]) => target),
      ),
    ]
    expect(firsts(shuffled)).toEqual(['volume', 'bind', 'tmpfs'])
    const reference = { ...run, options: { ...run.options, reference: 'tmpfs' } }
    expect(firsts(reference)[0]).toBe('tmpfs')
  })

  test('benchstat, which took it for the captured output, has our medians', () => {
    expect(exporters['go-benchmark'](run)).toBe(fixture('benchstat/small-run.txt'))
    const [, row = ''] = /^Mountbench\/scenario=seq-write\/\S+ +(.*)$/m.exec(fixture('benchstat/small-run.out')) ?? []
    const shown = [...row.matchAll(/([\d.]+)Mi ±/g)].map(([, value]) => Number(value))
    const ours = ['volume', 'bind', 'tmpfs'].map((target) => (cellOf(target).median ?? 0) / 2 ** 20)
    expect(shown).toHaveLength(3)
    for (const [index, value] of shown.entries()) expect(value).toBeCloseTo(ours[index] ?? 0, 0)
    expect(row).toMatch(/ 218\.5Mi .* \+7\.90% \(p=0\.000 n=12\)/)
  })

  test.each(HOSTILE)('%j: every line is one of the format', (text) => {
    for (const line of exporters['go-benchmark'](hostileRun(text)).split('\n'))
      expect(line).toMatch(
        /^(#.*|[a-z]+: .*|Unit \S+ better=(higher|lower)|BenchmarkMountbench\/scenario=[^\s/]+\/target=[^\s/]+\/engine=docker\t1(\t[\d.e+-]+ [\w/-]+)+|)$/,
      )
  })
})

describe('several runs', () => {
  test('CSV and Go text have the lines of both under one head', () => {
    const lines = (text: string) => text.trimEnd().split(/\r?\n/)
    const both = lines(severalExporters.csv!([run, later]))
    expect(both).toHaveLength(1 + 2 * run.trials.length)
    expect(both.filter((line) => line.startsWith(later.runId))).toHaveLength(run.trials.length)
  })

  test('OpenMetrics: a run is looked through once, not once for each metric', () => {
    let times = 0
    const counted: Run = {
      ...run,
      get cells() {
        times += 1
        return run.cells
      },
    }
    expect(severalExporters.openmetrics!([counted])).toBe(severalExporters.openmetrics!([run]))
    expect(times).toBeLessThan(10)
  })

  test('OpenMetrics: the points of a series stand together, with their times, in order, each run once', () => {
    const text = severalExporters.openmetrics!([later, run, run])
    const own = text
      .split('\n')
      .filter((line) => line.startsWith('mountbench_rounds{') && line.includes('target="bind"'))
    expect(own.map((line) => line.split(' ').at(-1))).toEqual([
      '1795262400',
      '1795266000.5',
      '1795262400',
      '1795266000.5',
    ])
    expect(text.match(/# TYPE mountbench_rounds /g)).toHaveLength(1)
    expect(text.endsWith('\n# EOF\n')).toBe(true)
  })

  test('JUnit: a suite each; JSON: an array; markdown: a heading each', () => {
    expect(severalExporters.junit!([run, later]).match(/<testsuite /g)).toHaveLength(2)
    expect(JSON.parse(severalExporters.json!([run, later]))).toEqual([run, later])
    expect(severalExporters.markdown!([run, later]).match(/^### 20/gm)).toHaveLength(2)
  })

  test('Bencher and github-action-benchmark have no place for them', () => {
    for (const format of ['bmf', 'gha-bigger', 'gha-smaller'] as const) expect(severalExporters[format]).toBeUndefined()
  })
})

test.each(MACHINE_FORMATS)('%s: a run in which nothing was measured has no numbers, and is still valid', (format) => {
  const cells = run.cells.map((cell) => ({
    ...cell,
    status: 'failed' as const,
    reason: 'no engine',
    n: 0,
    median: null,
    low: null,
    high: null,
    others: {},
    comparison: null,
  }))
  const text = exporters[format]({ ...run, cells, trials: [] })
  expect(text).not.toMatch(/NaN|Infinity|undefined|null/)
  if (['bmf', 'gha-bigger', 'gha-smaller'].includes(format)) expect(Object.keys(JSON.parse(text))).toEqual([])
})
