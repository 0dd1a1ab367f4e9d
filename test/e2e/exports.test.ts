import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Run } from '../../src/model.js'
import { exporters, type FormatName, severalExporters } from '../../src/report/index.js'
import { junitComparison } from '../../src/report/junit.js'
import { fixture, smallRun } from '../builders.js'
import { HOSTILE, hostileRun } from '../report/hostile.js'
import { output, run as runProgram } from './support/program.js'
import { describeWith, openFolder } from './support/servers.js'

/** Every format, read by programs that nobody here wrote. */
const run = smallRun({ label: 'nightly' })
const later = { ...run, runId: '20261121-130000-abc123', startedAt: '2026-11-21T13:00:00.000Z' }
const real = Run.parse(JSON.parse(fixture('report/docker.json')))
const runs = [run, real, ...HOSTILE.map(hostileRun)]
const cwd = openFolder()
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

/**
 * Runs Debian's Python, which knows the modules of Debian's packages: `read` is an expression of a `document`, and the answer has its
 * value for each.
 */
async function python<T>(prelude: string, read: string, documents: readonly string[]): Promise<T[]> {
  const script = `import json, sys\n${prelude}\nprint(json.dumps([${read} for document in json.load(sys.stdin)]))`
  const { exitCode, stdout, stderr } = await runProgram(['/usr/bin/python3', '-I', '-c', script], {
    cwd,
    input: JSON.stringify(documents),
  })
  if (exitCode !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** What a text becomes where a format has no form for half a surrogate pair. */
const plain = (text: string) => text.replaceAll(/\p{Surrogate}/gu, '\uFFFD')

describeWith('CSV, read by the csv module of Python', ['/usr/bin/python3'], () => {
  const read = (documents: readonly string[]) =>
    python<Record<string, string>[]>(
      'import csv, io',
      "list(csv.DictReader(io.StringIO(document, newline=''), strict=True))",
      documents,
    )

  test('a line a trial, with its figures', async () => {
    const [rows = []] = await read([exporters.csv(run)])
    expect(rows).toHaveLength(run.trials.length)
    const figures = rows.map(({ target, round, bandwidth_bytes_per_second }) => [
      target,
      Number(round),
      bandwidth_bytes_per_second,
    ])
    expect(figures).toEqual(
      run.trials.map(({ target, round, sample }) => [target, round, String(sample?.metrics.bandwidth ?? '')]),
    )
    expect(rows.at(-1)).toMatchObject({
      run: run.runId,
      label: 'nightly',
      outcome: 'failed',
      failure_message: 'no space left',
      bytes: '',
    })
  })

  test('what users say stays in its field', async () => {
    const all = await read(HOSTILE.map((text) => exporters.csv(hostileRun(text))))
    for (const [index, rows] of all.entries()) {
      const text = plain(HOSTILE[index] ?? '')
      expect(rows).toHaveLength(run.trials.length)
      expect(new Set(rows.map(({ label }) => label))).toEqual(new Set([text]))
      expect(rows.at(-1)?.failure_message).toBe(text)
    }
  })
})

describeWith('OpenMetrics, read by promtool', ['promtool'], () => {
  test('as Prometheus text it has no error and nothing to complain about', async () => {
    for (const one of runs) {
      const finished = await runProgram(['promtool', 'check', 'metrics'], { cwd, input: exporters.openmetrics(one) })
      expect(finished).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    }
  })

  test('as OpenMetrics it is loaded, with its times and values', async () => {
    const file = join(cwd, 'history.txt')
    const hostile = HOSTILE.map((text, index) => ({ ...hostileRun(text), runId: `20261121-1400${index + 10}-abc123` }))
    writeFileSync(file, severalExporters.openmetrics?.([run, later, ...hostile]) ?? '')
    const blocks = join(cwd, 'blocks')
    await output(['promtool', 'tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, blocks])
    // Its reader insists on a log of writes beside the blocks.
    mkdirSync(join(blocks, 'wal'))
    const match = '{__name__="mountbench_bandwidth_bytes_per_second",scenario="seq-write",target="bind"}'
    const lines = (await output(['promtool', 'tsdb', 'dump', `--match=${match}`, blocks])).split('\n')
    const { median } = run.cells.find(({ scenario, target }) => scenario === 'seq-write' && target === 'bind') ?? {}
    const times = [run, later].map(({ startedAt }) => Date.parse(startedAt))
    expect(lines.map((line) => line.split(' ').slice(-2).map(Number))).toEqual(times.map((time) => [median, time]))
  })

  test('without its end it is refused: the reader does read it', async () => {
    const file = join(cwd, 'cut.txt')
    writeFileSync(file, severalExporters.openmetrics?.([run]).replace('# EOF\n', '') ?? '')
    const finished = await runProgram(
      ['promtool', 'tsdb', 'create-blocks-from', 'openmetrics', file, join(cwd, 'cut')],
      { cwd },
    )
    expect(finished.exitCode).not.toBe(0)
  })
})

describeWith('JUnit, read by xmllint and by junitparser', ['xmllint', '/usr/bin/python3'], () => {
  const PRELUDE = `import junitparser
def read(document):
  found = junitparser.JUnitXml.fromstring(document.encode('utf-8'))
  cases = [case for suite in found for case in suite]
  return {'counts': [[suite.tests, suite.failures, suite.errors, suite.skipped] for suite in found],
    'cases': [{'class': case.classname, 'name': case.name,
      'result': [[type(one).__name__, one.message] for one in case.result]} for case in cases]}`
  interface Read {
    counts: number[][]
    cases: { class: string; name: string; result: [string, string][] }[]
  }
  const change = {
    scenario: 'seq-write',
    target: 'bind',
    reference: 'volume',
    baseline: 1,
    candidate: 0.7,
    method: 'pair',
    runs: 1,
  } as const
  const compared = {
    baseline: 'a',
    candidate: 'b',
    differences: ['kernel: "1" → <2>'],
    changes: [
      { ...change, ratio: 0.7, low: 0.6, high: 0.8, verdict: 'regression' as const },
      { ...change, target: 'tmpfs', ratio: 1, low: 0.7, high: 1.4, verdict: 'inconclusive' as const },
      { ...change, target: 'layer', ratio: 1, low: 0.99, high: 1.01, verdict: 'same' as const },
    ],
    missing: [{ scenario: 'seq-write-direct', target: 'bind', reference: 'volume', only: 'baseline' as const }],
  }

  test('a comparison: a failure, a skipped, a passed, an error', async () => {
    const [found] = await python<Read>(PRELUDE, 'read(document)', [junitComparison(compared, { candidate: run })])
    const { counts, cases } = found ?? { counts: [], cases: [] }
    expect(counts).toEqual([[4, 1, 1, 1]])
    expect(cases.map(({ name, result }) => [name, ...result.map(([kind]) => kind)])).toEqual([
      ['bind against volume', 'Failure'],
      ['tmpfs against volume', 'Skipped'],
      ['layer against volume'],
      ['bind against volume', 'Error'],
    ])
    expect(cases[3]?.result[0]?.[1]).toBe('given up after 3 failures in a row: no space left')
  })

  test('a run, whatever users say in it', async () => {
    const documents = HOSTILE.map((text) => exporters.junit(hostileRun(text)))
    const files = documents.map((_, index) => join(cwd, `${index}.xml`))
    for (const [index, xml] of documents.entries()) writeFileSync(files[index] ?? '', xml)
    const linted = await runProgram(['xmllint', '--noout', ...files], { cwd })
    expect(linted).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    const all = await python<Read>(PRELUDE, 'read(document)', documents)
    for (const [index, { counts, cases }] of all.entries()) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no form for them
      const text = plain(HOSTILE[index] ?? '').replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\uFFFD')
      expect(counts).toEqual([[6, 0, 1, 1]])
      expect(cases[0]).toMatchObject({ class: `mountbench.${text}`, name: text })
      expect(cases.find(({ result }) => result[0]?.[0] === 'Error')?.result[0]?.[1]).toBe(text)
    }
  })
})

/** The published fields of each format: name → [Python type, required]. */
interface Known {
  each: string
  fields: Record<string, [string, boolean]>
}

// https://github.com/benchmark-action/github-action-benchmark: BenchmarkResult in src/extract.ts
const GHA: Known = {
  each: 'data',
  fields: {
    name: ['str', true],
    unit: ['str', true],
    value: ['number', true],
    range: ['str', false],
    extra: ['str', false],
  },
}

const FIELDS: Partial<Record<FormatName, Known>> = {
  'gha-bigger': GHA,
  'gha-smaller': GHA,
  bmf: {
    each: '[metric for measures in data.values() for metric in measures.values()]',
    // https://bencher.dev/docs/reference/bencher-metric-format
    fields: { value: ['number', true], lower_value: ['number', false], upper_value: ['number', false] },
  },
  hyperfine: {
    each: "data['results']",
    // https://github.com/sharkdp/hyperfine: src/benchmark/benchmark_result.rs
    fields: {
      command: ['str', true],
      mean: ['number', true],
      stddev: ['number', true],
      median: ['number', true],
      min: ['number', true],
      max: ['number', true],
      times: ['list', true],
      exit_codes: ['list', true],
      parameters: ['dict', false],
    },
  },
}

describeWith('JSON, read by Python against the published fields', ['/usr/bin/python3'], () => {
  /** Python's JSON is told to refuse NaN, Infinity and a key that stands twice. */
  const PRELUDE = `
def refuse(text): raise ValueError(text)
def once(pairs):
  if len({key for key, _ in pairs}) != len(pairs): raise ValueError('a key stands twice')
  return dict(pairs)
def kind(value):
  return 'number' if isinstance(value, (int, float)) and not isinstance(value, bool) else type(value).__name__
def load(document): return json.loads(document, parse_constant=refuse, object_pairs_hook=once)`

  test.each(Object.entries(FIELDS))('%s', async (format, known) => {
    const lower = (one: Run): Run => ({ ...one, cells: one.cells.map((cell) => ({ ...cell, metric: 'latency' })) })
    const documents = runs.map((one) => exporters[format as FormatName](format === 'gha-smaller' ? lower(one) : one))
    const read = `[{key: kind(value) for key, value in one.items()} for data in [load(document)] for one in ${known?.each}]`
    for (const found of await python<Record<string, string>[]>(PRELUDE, read, documents)) {
      expect(found.length).toBeGreaterThan(0)
      for (const entry of found) {
        for (const [name, kind] of Object.entries(entry)) expect([name, kind]).toEqual([name, known?.fields[name]?.[0]])
        for (const [name, [, required]] of Object.entries(known?.fields ?? {}))
          if (required) expect(entry).toHaveProperty(name)
      }
    }
  })
})

describeWith('hyperfine JSON, beside what hyperfine itself writes', ['hyperfine'], () => {
  test('has no field that it has not, of the same kind, and lacks only what is not measured', async () => {
    const file = join(cwd, 'hyperfine.json')
    await output(['hyperfine', '--runs', '2', '--export-json', file, '--parameter-list', 'x', '1', 'true {x}'])
    const [real] = JSON.parse(readFileSync(file, 'utf8')).results
    const [ours] = JSON.parse(exporters.hyperfine(run)).results
    const kinds = (entry: object) =>
      Object.fromEntries(
        Object.entries(entry).map(([name, value]) => [name, Array.isArray(value) ? 'array' : typeof value]),
      )
    const { user, system, ...expected } = kinds(real)
    expect([user, system]).toEqual(['number', 'number'])
    expect(kinds(ours)).toEqual(expected)
  })
})
