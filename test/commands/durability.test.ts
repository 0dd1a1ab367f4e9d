import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import type { Run } from '../../src/model.js'
import { engineRecord, smallRun } from '../builders.js'
import { type FakeDeps, fakeDeps, fakeExec } from '../fake.js'

const RUN_ID = '20261121-120000-abc123'

/** An outside without docker and podman in which namespaces can be asked for, and nothing of them works: every mount is a row of reasons. */
const barren = (more: Partial<FakeDeps> = {}) =>
  fakeDeps({
    exec: fakeExec({
      docker: { exitCode: 127, stderr: 'not found' },
      podman: { exitCode: 127, stderr: 'not found' },
      'unshare --version': { stdout: 'unshare from util-linux 2.38.1\n' },
      mkdir: { exitCode: 1, stderr: 'mkdir: no space left on device\n' },
    }).exec,
    ...more,
  })

function withRun(deps: FakeDeps, id: 'docker' | 'namespaces'): Run {
  const run = smallRun()
  const saved = { ...run, environment: { ...run.environment, engine: engineRecord({ id }) } }
  mkdirSync(join(deps.cwd, 'results', RUN_ID), { recursive: true })
  writeFileSync(join(deps.cwd, 'results', RUN_ID, 'run.json'), JSON.stringify(saved))
  return run
}

const durability = (deps: FakeDeps, ...args: string[]) => main(['durability', '--engine', 'namespaces', ...args], deps)

describe('mountbench durability', () => {
  test('prints the table, saves the record beside the runs, and leaves no folder of its own', async () => {
    const deps = barren()
    expect(await durability(deps), deps.stderr.text()).toBe(0)
    expect(deps.stdout.text()).toContain('survives a restart')
    expect(deps.stdout.text()).toContain('no space left on device')
    expect(readdirSync(deps.cwd)).toEqual(['results'])
    const [file = ''] = readdirSync(join(deps.cwd, 'results'))
    expect(file).toMatch(/^durability-\d{8}-\d{6}-[0-9a-f]{6}\.json$/)
    const saved = JSON.parse(readFileSync(join(deps.cwd, 'results', file), 'utf8'))
    expect(saved.rows.map(({ label }: { label: string }) => label)).toEqual([
      'volume',
      'anonymous',
      'bind',
      'tmpfs',
      'layer',
    ])
    expect(saved.speed).toBeNull()
  })

  test.for([
    ['the latest run of the same engine', 'namespaces', [], RUN_ID],
    ['the one that is named', 'namespaces', ['--run', 'latest'], RUN_ID],
    ['none of another engine', 'docker', [], null],
  ] as const)('the speed beside is %s', async ([, engine, args, expected]) => {
    const deps = barren()
    withRun(deps, engine)
    expect(await durability(deps, '--format', 'json', ...args)).toBe(0)
    expect(JSON.parse(deps.stdout.text()).speed?.runId ?? null).toBe(expected)
  })

  test.for([
    ['a run of another engine', ['--run', 'latest'], /run 2026.* is of docker, and this is namespaces/],
    ['a run that is not there', ['--run', 'latest~7'], /no run 'latest~7'/],
    ["a folder of the user's", ['--mount', 'mine=bind,src=/srv/data'], /takes no storage of yours: mine has 'src'/],
    ["a volume of the user's", ['--mount', 'volume,name=data'], /takes no storage of yours: volume has 'name'/],
    ['a mount type that is none', ['--mount', 'floppy'], /unknown mount type 'floppy'/],
  ] as const)('%s is refused before anything is made', async ([, args, message]) => {
    const deps = barren()
    withRun(deps, 'docker')
    expect(await durability(deps, ...args)).toBe(2)
    expect(deps.stderr.text()).toMatch(message)
    expect(deps.stdout.text()).toBe('')
    expect(readdirSync(join(deps.cwd, 'results')).filter((name) => name !== 'index.jsonl')).toEqual([RUN_ID])
  })

  test('an engine that is not there ends it', async () => {
    const deps = barren()
    expect(await main(['durability', '--engine', 'docker'], deps)).toBe(3)
    expect(deps.stderr.text()).toContain('docker is not installed')
  })
})
