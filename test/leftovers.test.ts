import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Leftover } from '../src/engines/engine.js'
import { makeRunFolder } from '../src/engines/folders.js'
import { findLeftovers, removeLeftovers } from '../src/leftovers.js'
import { ownerOf } from '../src/owner.js'
import { fakeDeps, fakeEngine } from './fake.js'

const RUN_ID = '20261121-120000-abc123'
const GONE = async () => (await ownerOf(process.pid)).replace(/\/\d+$/, '/1')
const ELSEWHERE = 'elsewhere/boot/1/1'

function engineWith(owners: Record<string, string>, problems: Record<string, string[]> = {}) {
  const removed: string[] = []
  const leftovers: Leftover[] = Object.entries(owners).map(([name, owner]) => ({
    kind: 'container',
    name,
    runId: RUN_ID,
    owner,
    remove: async () => {
      removed.push(name)
      return problems[name] ?? []
    },
  }))
  const { engine } = fakeEngine({ engine: { leftovers: async () => leftovers } })
  return { engine, removed }
}

test('only what belongs to a dead run is removed', async () => {
  const { engine, removed } = engineWith({
    dead: await GONE(),
    alive: await ownerOf(process.pid),
    foreign: ELSEWHERE,
    nameless: '',
  })
  const found = await removeLeftovers([engine], fakeDeps())
  expect(removed).toEqual(['dead'])
  expect(found.removed.map(({ name }) => name)).toEqual(['dead'])
  expect(found.problems).toEqual([])
  expect(found.kept.map(({ leftover, state }) => [leftover.name, state])).toEqual([
    ['alive', 'alive'],
    ['foreign', 'unknown'],
    ['nameless', 'unknown'],
  ])
})

test('what could not be removed is told, and does not stop the others', async () => {
  const owner = await GONE()
  const { engine, removed } = engineWith({ stuck: owner, other: owner }, { stuck: ['rm stuck: device busy'] })
  const found = await removeLeftovers([engine], fakeDeps())
  expect(removed).toEqual(['stuck', 'other'])
  expect(found.problems).toEqual(['rm stuck: device busy'])
  expect(found.removed.map(({ name }) => name)).toEqual(['other'])
})

test('several engines are looked at', async () => {
  const first = engineWith({ a: ELSEWHERE })
  const second = engineWith({ b: ELSEWHERE })
  const found = await findLeftovers([first.engine, second.engine], fakeDeps())
  expect(found.map(({ leftover }) => leftover.name)).toEqual(['a', 'b'])
})

describe('folders in the working directory', () => {
  test('of a dead run are removed, and the one around them when it was the last', async () => {
    const deps = fakeDeps()
    await makeRunFolder(deps.cwd, RUN_ID, await GONE())
    mkdirSync(join(deps.cwd, '.mountbench', RUN_ID, 'instance', 'data'), { recursive: true })
    const { removed } = await removeLeftovers([], deps)
    expect(removed).toEqual([expect.objectContaining({ kind: 'folder', runId: RUN_ID })])
    expect(existsSync(join(deps.cwd, '.mountbench'))).toBe(false)
  })

  test('of a run that is alive stay', async () => {
    const deps = fakeDeps()
    await makeRunFolder(deps.cwd, RUN_ID, await ownerOf(process.pid))
    expect((await removeLeftovers([], deps)).kept).toHaveLength(1)
    expect(existsSync(join(deps.cwd, '.mountbench', RUN_ID))).toBe(true)
  })

  test('that do not say whose they are, or are not named like a run, stay', async () => {
    const deps = fakeDeps()
    for (const name of ['20261121-120000-ffffff', 'notes'])
      mkdirSync(join(deps.cwd, '.mountbench', name), { recursive: true })
    writeFileSync(join(deps.cwd, '.mountbench', 'notes', 'owner'), await GONE())
    expect(await removeLeftovers([], deps)).toEqual({ removed: [], problems: [], kept: [] })
    expect(existsSync(join(deps.cwd, '.mountbench', 'notes', 'owner'))).toBe(true)
  })

  test('none is fine', async () => {
    expect(await removeLeftovers([], fakeDeps())).toEqual({ removed: [], problems: [], kept: [] })
  })
})
