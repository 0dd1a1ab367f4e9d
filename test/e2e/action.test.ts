import { chmodSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { RunRecord } from '../../src/model.js'
import { runAt } from '../history/histories.js'
import { run } from './support/program.js'
import { onEach } from './support/subjects.js'
import { atEnd, diskFolder } from './support/world.js'

const ROOT = join(import.meta.dirname, '../..')

interface Step {
  name: string
  id?: string
  if?: string
  uses?: string
  run?: string
  shell?: string
  with?: Record<string, string>
  env?: Record<string, string>
}

interface Action {
  inputs: Record<string, { description: string; default: string }>
  outputs: Record<string, { value: string }>
  runs: { using: string; steps: Step[] }
}

const action: Action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'))
const { steps } = action.runs

/** The values that expressions may name, by their path. */
type Context = Record<string, string>

/** An expression of the kinds that action.yml has: paths, comparisons with a text, `startsWith`, and `&&`. Anything else throws. */
function evaluate(expression: string, context: Context): string {
  const parts = expression.split(' && ').map((part) => part.trim())
  if (parts.length === 1 && /^[\w.-]+$/.test(expression)) return valueAt(expression, context)
  const holds = parts.every((part) => {
    if (part === '!cancelled()') return true
    const [, start, beginning = ''] = /^!startsWith\(([\w.-]+), '([^']*)'\)$/.exec(part) ?? []
    if (start !== undefined) return !valueAt(start, context).startsWith(beginning)
    const [, path, text] = /^([\w.-]+) != '([^']*)'$/.exec(part) ?? []
    if (path === undefined) throw new Error(`not understood: ${part}`)
    return valueAt(path, context) !== text
  })
  return String(holds)
}

function valueAt(path: string, context: Context): string {
  const value = context[path]
  // The output of a step that did not come to it is empty.
  if (value === undefined && !/^steps\.measure\.outputs\.(run|exit-code)$/.test(path)) throw new Error(`no ${path}`)
  return value ?? ''
}

const filled = (text: string, context: Context) =>
  text.replaceAll(/\$\{\{ (.*?) \}\}/g, (_, expression: string) => evaluate(expression, context))

const allFilled = (values: Record<string, string> = {}, context: Context) =>
  Object.fromEntries(Object.entries(values).map(([name, text]) => [name, filled(text, context)]))

interface Job {
  cwd: string
  actionPath: string
  inputs?: Record<string, string>
  event?: string
}

/** The action on a runner of its own: what it runs is run with bash as a runner does it, what it uses is only noted. */
async function runner({ cwd, actionPath, inputs = {}, event = 'push' }: Job, wanted = steps) {
  const temp = diskFolder()
  atEnd(() => rmSync(temp, { recursive: true, force: true }))
  const context: Context = {
    'runner.os': 'Linux',
    'runner.arch': 'X64',
    'github.run_id': '77',
    'github.run_attempt': '1',
    'github.event_name': event,
    ...Object.fromEntries(Object.entries(action.inputs).map(([name, input]) => [`inputs.${name}`, input.default])),
    ...Object.fromEntries(Object.entries(inputs).map(([name, value]) => [`inputs.${name}`, value])),
  }
  const used: { uses: string; with: Record<string, string> }[] = []
  const files = { GITHUB_OUTPUT: join(temp, 'output'), GITHUB_STEP_SUMMARY: join(temp, 'summary') }
  for (const file of Object.values(files)) writeFileSync(file, '')
  let exitCode = 0
  let log = ''
  for (const step of wanted) {
    if (step.if ? filled(step.if, context) !== 'true' : exitCode !== 0) continue
    if (step.uses) used.push({ uses: step.uses, with: allFilled(step.with, context) })
    if (!step.run) continue
    const script = join(temp, 'script.sh')
    writeFileSync(script, step.run)
    const env = { ...files, ...allFilled(step.env, context), GITHUB_ACTION_PATH: actionPath, RUNNER_TEMP: temp }
    const ended = await run(['bash', '--noprofile', '--norc', '-eo', 'pipefail', script], { cwd, env })
    log += `== ${step.name}\n${ended.stdout}${ended.stderr}`
    exitCode ||= ended.exitCode ?? 1
    for (const line of readFileSync(files.GITHUB_OUTPUT, 'utf8').trim().split('\n')) {
      const at = line.indexOf('=')
      if (at > 0 && step.id) context[`steps.${step.id}.outputs.${line.slice(0, at)}`] = line.slice(at + 1)
    }
  }
  const outputs = Object.fromEntries(
    Object.entries(action.outputs).map(([name, { value }]) => [name, filled(value, context)]),
  )
  return { exitCode, log, used, outputs, summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8') }
}

const named = (name: string) => steps.filter((step) => step.name === name)

/** The text of an example for another place. */
const example = (name: string) => readFileSync(join(ROOT, 'test/fixtures/ci', name), 'utf8')

/** Puts a run into a history: all its ratios are `factor` times as high. */
function plant(results: string, record: RunRecord, factor: number): void {
  const times = (value: number | null) => value && value * factor
  const cells = record.cells.map((cell) => {
    if (!cell.comparison) return cell
    const { ratio, low, high } = cell.comparison
    return { ...cell, comparison: { ...cell.comparison, ratio: ratio * factor, low: times(low), high: times(high) } }
  })
  mkdirSync(join(results, record.runId))
  writeFileSync(join(results, record.runId, 'run.json'), JSON.stringify({ ...record, cells }))
}

describe('action.yml', () => {
  test('is a composite action whose inputs are all explained and all used', () => {
    expect(action.runs.using).toBe('composite')
    const text = JSON.stringify(steps)
    for (const [name, { description, default: value }] of Object.entries(action.inputs)) {
      expect(description, name).toMatch(/\.$/)
      expect(typeof value, name).toBe('string')
      expect(text).toContain(`inputs.${name} `)
    }
  })

  test('no script has text of an input in it, and every script names its shell', () => {
    const scripts = steps.filter((step) => step.run)
    expect(scripts).toHaveLength(4)
    for (const step of scripts) {
      expect(step.run).not.toContain('${{')
      expect(step.shell).toBe('bash')
    }
  })

  test.each(['gitlab-ci.yml', 'crontab'])('the README shows the tested %s', (name) => {
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(
      `\n\`\`\`${name.endsWith('yml') ? 'yaml' : ''}\n${example(name)}\`\`\`\n`,
    )
  })

  test.each([
    ['push', 'true'],
    ['schedule', 'true'],
    ['pull_request', 'false'],
    // It has the default branch's cache, and measures what anybody sent.
    ['pull_request_target', 'false'],
  ])('the history of a %s is saved: %s', (event, saved) => {
    const [save] = named('Save the history')
    const context = { 'github.event_name': event, 'steps.measure.outputs.run': 'x' }
    expect(filled(save!.if!, context)).toBe(saved)
  })

  describe('what mountbench is given', () => {
    /** The flags of a measurement, with runs in the history or none. */
    async function flags(inputs: Record<string, string>, runs = true) {
      const cwd = diskFolder()
      atEnd(() => rmSync(cwd, { recursive: true, force: true }))
      mkdirSync(join(cwd, 'dist/src'), { recursive: true })
      writeFileSync(join(cwd, 'dist/src/bin.js'), 'console.log("flags:", process.argv.slice(2).join(" "))')
      if (runs) mkdirSync(join(cwd, 'results/x'), { recursive: true })
      if (runs) writeFileSync(join(cwd, 'results/x/run.json'), '{}')
      const { exitCode, log } = await runner({ cwd, actionPath: cwd, inputs }, named('Measure'))
      expect(exitCode, log).toBe(0)
      return /^flags: (.*?) *$/m.exec(log)?.[1]
    }

    test.each<[string, Record<string, string>, boolean, string]>([
      ['a history', {}, true, '--baseline latest --gate --confirm --any-machine'],
      ['the first run', {}, false, '--no-baseline --no-gate'],
      ['no baseline', { baseline: '', 'fail-threshold': '5%' }, true, '--no-baseline --no-gate'],
      ['a baseline of the branch', { baseline: 'v1' }, false, '--baseline v1 --gate --confirm --any-machine'],
      ['not measured again', { confirm: 'false' }, true, '--baseline latest --gate --no-confirm --any-machine'],
      ['one machine', { 'any-machine': 'false' }, true, '--baseline latest --gate --confirm --no-any-machine'],
      ['flags of its own', { baseline: '', args: '--baseline\nv1' }, true, '--no-baseline --no-gate --baseline v1'],
    ])('%s', async (_, inputs, runs, expected) => {
      expect(await flags(inputs, runs)).toBe(`run --results results ${expected} --`)
    })
  })

  test('the installation makes a program that runs, from what a checkout has', async () => {
    const copy = diskFolder()
    atEnd(() => rmSync(copy, { recursive: true, force: true }))
    const left = new Set(['node_modules', 'dist', 'results', '.git', 'test'])
    for (const name of readdirSync(ROOT).filter((entry) => !left.has(entry)))
      cpSync(join(ROOT, name), join(copy, name), { recursive: true })
    mkdirSync(join(copy, 'test'))
    const { exitCode, log } = await runner({ cwd: copy, actionPath: copy }, named('Install mountbench'))
    expect(exitCode, log).toBe(0)
    expect(await run([process.execPath, join(copy, 'dist/src/bin.js'), 'list'], { cwd: '/' })).toMatchObject({
      exitCode: 0,
    })
  })
})

onEach(
  'the action',
  () => {
    const measuring = steps.filter((step) => step.name !== 'Install mountbench')
    let cwd = ''
    beforeAll(() => {
      cwd = diskFolder()
      // Without --no-baseline and --no-gate no history would begin.
      writeFileSync(join(cwd, 'mountbench.config.yaml'), 'baseline: latest\ngate: true\n')
    })
    afterAll(() => rmSync(cwd, { recursive: true, force: true }))

    const TINY = {
      scenarios: 'fsync-latency',
      engine: 'namespaces',
      profile: 'quick',
      mounts: 'volume\nother=tmpfs\n',
      args: '--rounds\n8\n--duration\n100ms\n--size\n2m\n--quiet',
    }
    const job = (inputs: Record<string, string> = {}, event?: string) =>
      runner({ cwd, actionPath: ROOT, inputs: { ...TINY, ...inputs }, ...(event ? { event } : {}) }, measuring)
    const runs = () => readdirSync(join(cwd, 'results')).filter((name) => name !== 'index.jsonl')
    const key = 'mountbench-Linux-X64-77-1'

    test('the first run of a history: measured, summed up, uploaded, saved', async () => {
      const { exitCode, log, used, outputs, summary } = await job()
      expect(exitCode, log).toBe(0)
      expect(log).toContain('This is the first run of the history')
      expect(outputs).toEqual({ 'exit-code': '0', run: runs()[0] })
      expect(summary).toMatch(/fsync-latency[^\n]*\|/)
      expect(summary).toContain('mountbench ended with exit code 0')
      expect(existsSync(join(cwd, 'results', outputs.run!, 'report.html'))).toBe(true)
      expect(used).toEqual([
        {
          uses: 'actions/cache/restore@v5',
          with: { path: 'results', key, 'restore-keys': 'mountbench-Linux-X64-' },
        },
        {
          uses: 'actions/upload-artifact@v6',
          with: { name: 'mountbench', path: `results/${outputs.run}` },
        },
        { uses: 'actions/cache/save@v5', with: { path: 'results', key } },
      ])
    })

    test('a change for the worse fails with the code of the gate, and is still reported, uploaded and saved', async () => {
      // The target that was memory is on the disk now.
      const { exitCode, log, used, outputs, summary } = await job({ mounts: 'volume\nother=bind' })
      expect(exitCode, log).toBe(1)
      expect(log).toContain('measuring fsync-latency once more')
      expect(outputs['exit-code']).toBe('1')
      expect(summary).toMatch(/^gate: regression\n {2}fsync-latency on other: regression/m)
      expect(used.map(({ uses }) => uses)).toEqual([
        'actions/cache/restore@v5',
        'actions/upload-artifact@v6',
        'actions/cache/save@v5',
      ])
    })

    test('a pull request is compared, and not put into the history; old runs are pruned', async () => {
      // What the disk does between two runs of a few rounds is not what is tested.
      const inputs = { baseline: runs()[0]!, keep: '1', 'fail-threshold': '99%' }
      const { exitCode, log, used, outputs } = await job(inputs, 'pull_request')
      expect(exitCode, log).toBe(0)
      expect(log).toContain('gate: pass')
      expect(used.map(({ uses }) => uses)).toEqual(['actions/cache/restore@v5', 'actions/upload-artifact@v6'])
      expect(runs()).toEqual([outputs.run])
    })

    test('what cannot be measured is told in the summary, and nothing old is passed off as its result', async () => {
      const { exitCode, log, used, outputs, summary } = await job({ scenarios: 'metadta $(touch x) *' })
      expect(exitCode, log).toBe(2)
      expect(outputs).toEqual({ 'exit-code': '2', run: '' })
      expect(summary).toContain("unknown scenario 'metadta'")
      expect(summary).not.toContain('|')
      expect(used.map(({ uses }) => uses)).toEqual(['actions/cache/restore@v5'])
      expect(existsSync(join(cwd, 'x'))).toBe(false)
    })

    test('a flag that there is not is told in the summary', async () => {
      const { exitCode, summary } = await job({ args: '--nosuch' })
      expect(exitCode).toBe(2)
      expect(summary).toMatch(/^error: unknown option '--nosuch'$/m)
    })

    describe('the examples for other places', () => {
      /** A folder with a configuration that makes runs short and says `more`, and mountbench on the PATH. */
      function place(more = '') {
        const folder = diskFolder()
        atEnd(() => rmSync(folder, { recursive: true, force: true }))
        const settings =
          'scenarios: [metadata]\nmounts: [volume, bind]\nengine: namespaces\nrounds: 8\nduration: 100ms\nsize: 2m\n'
        writeFileSync(join(folder, 'mountbench.config.yaml'), `${settings}${more}`)
        const program = join(folder, 'bin/mountbench')
        mkdirSync(join(folder, 'bin'))
        writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${join(ROOT, 'dist/src/bin.js')}' "$@"\n`)
        chmodSync(program, 0o755)
        return { folder, env: { PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder } }
      }

      test('GitLab: the first pipeline measures, the next one has a gate whose test cases are in junit.xml', async () => {
        const { folder, env } = place('baseline: latest\ngate: true\n')
        const { script, after_script, artifacts } = parse(example('gitlab-ci.yml')).mountbench
        const pipeline = (lines: string[]) =>
          run(['bash', '-eo', 'pipefail', '-c', lines.join('\n')], { cwd: folder, env })
        const first = await pipeline(script)
        expect(first).toMatchObject({ exitCode: 0 })
        expect(first.stderr).toContain('settings from mountbench.config.yaml')
        expect(first.stderr).not.toContain('gate:')
        const second = await pipeline(script)
        expect(second.stderr).toMatch(/^gate: (pass|regression)$/m)
        expect(second.exitCode).toBe(second.stderr.includes('gate: pass') ? 0 : 1)
        expect(readFileSync(join(folder, artifacts.reports.junit), 'utf8')).toMatch(/<testcase [^>]*metadata/)
        expect(await pipeline(after_script)).toMatchObject({ exitCode: 0 })
        for (const path of artifacts.paths) expect(readFileSync(join(folder, path), 'utf8')).toContain('<html')
      })

      /** A place for the crontab: its line as cron runs it, the results of its runs, and what a quiet night leaves. */
      function cron() {
        const { folder, env } = place()
        mkdirSync(join(folder, 'mounts'))
        const line = example('crontab')
          .split('\n')
          .find((text) => text !== '' && !text.startsWith('#'))!
        const [, command] = /^(?:\S+ ){5}([^%]+)$/.exec(line) ?? []
        const night = () => run(['sh', '-c', command!], { cwd: '/', env })
        return {
          folder,
          results: join(folder, 'mounts/results'),
          night,
          quiet: { exitCode: 0, stdout: '', stderr: '' },
        }
      }

      test('cron: quiet while nothing is worse; prints what went wrong', async () => {
        const { folder, results, night, quiet } = cron()
        expect(await night()).toEqual(quiet)
        expect(readdirSync(results)).toContain('index.jsonl')
        writeFileSync(join(folder, 'mountbench.config.yaml'), 'scenarios: [metadta]\n')
        expect((await night()).stdout).toContain("unknown scenario 'metadta'")
      })

      test('cron: prints a slowdown that began lately', async () => {
        const { results, night, quiet } = cron()
        expect(await night()).toEqual(quiet)
        const [id] = readdirSync(results).filter((name) => name !== 'index.jsonl')
        const record: RunRecord = JSON.parse(readFileSync(join(results, id!, 'run.json'), 'utf8'))
        // With this night and the next one, five of 29 are slow.
        for (let number = 0; number < 27; number++)
          plant(results, { ...record, ...runAt(number) }, number < 24 ? 10 * Math.exp(0.03 * Math.sin(9 * number)) : 1)
        expect((await night()).stdout).toMatch(/^gate: regression\n {2}metadata on bind against volume: -/m)
      })
    })
  },
  ({ id }) => id === 'namespaces as root',
)
