import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planBenchmark } from '../../src/benchmark.js'
import { main } from '../../src/cli.js'
import { dryRun } from '../../src/commands/dry-run.js'
import { runProgram } from '../../src/exec.js'
import type { Scenario } from '../../src/scenario.js'
import { type FakeDeps, fakeDeps, noExec, noPipe, temporaryFolder } from '../fake.js'

const nothing = (more: Partial<FakeDeps> = {}) => fakeDeps({ exec: noExec, openPipe: noPipe, ...more })
const linesOf = (
  mounts: string[],
  scenarios = ['seq-write'],
  deps = nothing(),
  engine: 'docker' | 'podman' | 'namespaces' = 'docker',
) => dryRun(planBenchmark({ mounts, scenarios, engine }, deps), deps).trimEnd().split('\n')

test('runs nothing and creates nothing', async () => {
  const deps = nothing()
  expect(
    await main(
      ['run', '--dry-run', '--mount', 'volume', '--mount', 'bind', '--mount', 'host', '--results', 'out'],
      deps,
    ),
  ).toBe(0)
  expect(deps.stdout.text()).toContain('# volume')
  expect((await runProgram(['ls', '-A', deps.cwd])).stdout).toBe('')
})

test('each target: make, start, every workload, remove', () => {
  const lines = linesOf(['volume'], ['dd-write', 'fsync-latency'])
  const at = (text: string) => lines.findIndex((line) => line.startsWith(text))
  const order = [
    'docker volume create',
    'docker run --detach',
    '# dd-write',
    '# fsync-latency',
    'docker rm --force --volumes',
    'docker volume rm',
  ].map(at)
  expect(order).toEqual(order.toSorted((a, b) => a - b))
  expect(order).not.toContain(-1)
  expect(lines.some((line) => /^docker exec .* dd if=\/dev\/zero .* count=256$/.test(line))).toBe(true)
})

test.each(['docker', 'podman', 'namespaces'] as const)('%s: every line is a comment, empty, or a command', (engine) => {
  const programs = /^(#|$|docker |podman |unshare |mkdir |rm |rmdir |exit$|env LC_ALL=C )/
  for (const line of linesOf(['volume', 'bind', 'tmpfs', 'layer', 'host'], [], nothing(), engine))
    expect(line).toMatch(programs)
})

test.each<[Parameters<typeof planBenchmark>[0], string]>([
  [{ rounds: 6 }, '# 6 rounds of every workload'],
  [{ minRounds: 12, maxRounds: 32 }, '# 12 to 32 rounds of every workload'],
])('%j says how many rounds', (given, line) => {
  const deps = nothing()
  const plan = planBenchmark(
    { mounts: ['volume', 'tmpfs'], scenarios: ['seq-write'], engine: 'docker', ...given },
    deps,
  )
  expect(dryRun(plan, deps)).toContain(line)
})

test('with aa the reference is made twice', () => {
  const deps = nothing()
  const given = { mounts: ['volume', 'tmpfs'], scenarios: ['seq-write'], engine: 'docker' as const, aa: true }
  const text = dryRun(planBenchmark(given, deps), deps)
  expect(text).toMatch(/^# volume$/m)
  expect(text).toMatch(/^# volume-again/m)
})

describe('other parties', () => {
  const together: Scenario = {
    id: 'together',
    question: 'Together?',
    isolates: 'x',
    caveat: 'x',
    metric: 'duration',
    counts: 'run',
    tool: 'dd',
    path: 'shared',
    group: 'lesson',
    parties: ['second', 'outside'],
    steps: ({ directory, archive }) => ({
      footprintBytes: 0,
      setup: [],
      prepare: [],
      workload: ['cp', `${directory}/data`, archive ?? '/nowhere'],
      by: 'second',
      meanwhile: { by: 'outside', command: ['touch', `${directory}/seen by all`] },
      measure: () => ({ bytes: 0, seconds: 1, metrics: {} }),
    }),
  }
  const dry = (mounts: string[], engine: 'docker' | 'namespaces' = 'docker') => {
    const deps = nothing()
    const plan = planBenchmark({ mounts, scenarios: [], extraScenarios: [together], engine }, deps)
    return dryRun(plan, deps).trimEnd().split('\n')
  }

  test('are made once, do their part at the same time, and are removed', () => {
    const lines = dry(['volume'])
    const at = (text: RegExp) => lines.findIndex((line) => text.test(line))
    const order = [
      /^docker run --detach .*-volume-0 /,
      /^# second$/,
      /^docker run --detach .*--volumes-from \S+-volume-0 --mount type=bind,src=\S+,dst=\/archive /,
      /^OUTSIDE=\$\(docker container inspect /,
      /^# together$/,
      / touch .* &$/,
      /^docker exec .*-volume-0-second cp \/mountbench\S+\/together\/data \/archive\/\S+-second\/together$/,
      /^wait$/,
      /^docker rm --force \S+-volume-0-second$/,
      /^docker rm --force --volumes \S+-volume-0$/,
    ].map(at)
    expect(order).not.toContain(-1)
    expect(order).toEqual(order.toSorted((a, b) => a - b))
  })

  test('a path that only the engine knows is filled in by the shell', async () => {
    const line = dry(['volume']).find((candidate) => candidate.includes(' touch ')) ?? ''
    const { stdout } = await runProgram(['sh', '-c', `OUTSIDE='/a b'; env() { printf '%s\\n' "$@"; }; ${line}\nwait`])
    expect(stdout.split('\n')).toContainEqual(expect.stringMatching(/^\/a b\/.*\/together\/seen by all$/))
  })

  test('a mount that cannot have them: the reason instead', () => {
    expect(dry(['tmpfs'])).toContain('# together is skipped: a tmpfs belongs to one container: no other can mount it')
    expect(dry(['tmpfs']).some((line) => line.includes('-second'))).toBe(false)
  })

  test('where a party is a shell of its own, its lines say so', () => {
    const lines = dry(['volume'], 'namespaces')
    expect(lines).toContain('# second, in another terminal')
    expect(lines).toContain('# by second, in its terminal')
  })
})

test('a read-only mount of the user: nothing is written, what writes is skipped', () => {
  const lines = linesOf(['docs=bind,src=/docs,ro'])
  expect(lines).toContain('# seq-write is skipped: the mount is read-only, and this scenario writes')
  expect(lines.some((line) => /exec .* (mkdir|rm|dd) /.test(line))).toBe(false)
})

describe('auto', () => {
  test('is the first that is on PATH, without starting it', () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin', 'podman'), '')
    chmodSync(join(folder, 'bin', 'podman'), 0o755)
    const deps = nothing({ env: { PATH: `/nowhere:${join(folder, 'bin')}` } })
    expect(dryRun(planBenchmark({ mounts: ['tmpfs'] }, deps), deps)).toContain('# engine: podman')
  })

  test('is namespaces where there is neither', () => {
    const deps = nothing({ env: {} })
    expect(dryRun(planBenchmark({ mounts: ['tmpfs'] }, deps), deps)).toContain('# engine: namespaces')
  })
})

test('a shell reads every word back as it was meant', async () => {
  const hostile = ["it's", 'a "quoted" word', '$HOME and $(id)', 'a;b&&c|d', '*', '~', '`x`', 'back\\slash', '#no', 'ü']
  const mounts = hostile.map((word, i) => `m${i}=tmpfs,"engine-arg=${word.replaceAll('"', '""')}"`)
  const starts = linesOf(mounts).filter((line) => line.startsWith('docker run'))
  expect(starts).toHaveLength(hostile.length)
  for (const [i, line] of starts.entries()) {
    const { stdout } = await runProgram(['sh', '-c', `docker() { printf '%s\\n' "$@"; }; ${line}`])
    expect(stdout.split('\n')).toContain(hostile[i])
  }
})
