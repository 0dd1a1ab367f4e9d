import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { planBenchmark } from '../../src/benchmark.js'
import { main } from '../../src/cli.js'
import { dryRun } from '../../src/commands/dry-run.js'
import { runProgram } from '../../src/exec.js'
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
