import { rmSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scenarios as all, type Run, type Scenario, type Trial } from '../../src/index.js'
import { commandLine, start } from './support/program.js'
import { hasImages, onEach, type Subject } from './support/subjects.js'
import { engineFlag, folderFor, MIB, nothingRemains, onlyRun, remainsOf } from './support/world.js'

const MOUNTS = ['volume', 'bind', 'tmpfs', 'layer', 'host'] as const
type Mount = (typeof MOUNTS)[number]
const LEAST_WORK = ['--size', '16m', '--rounds', '1', '--duration', '300ms', '--format', 'json']
const scenarios = all.filter(({ group }) => group === 'lesson')
const COPY_UPS = scenarios.filter(({ id }) => id.startsWith('copy-up-'))

/** Why a cell cannot exist; null: it must have a figure. */
function reasonFor({ id, parties = [], capabilities }: Scenario, mount: Mount, subject: Subject): string | null {
  if (parties.length > 0 && mount === 'tmpfs') return 'a tmpfs'
  if (parties.length > 0 && mount === 'layer') return 'the writable layer'
  if (parties.includes('reader') && mount === 'host') return 'the bare host has no read-only mount of it'
  if (id.startsWith('copy-up-') && mount === 'layer' && !hasImages(subject)) return 'no image below'
  if (capabilities && mount !== 'host' && subject.user !== null && !hasImages(subject)) return 'no other user than root'
  return null
}

onEach('every scenario of the lesson', (subject) => {
  let cwd = ''
  let run: Run
  beforeAll(async () => {
    cwd = folderFor(subject)
    const args = [
      'run',
      'lesson',
      ...MOUNTS.flatMap((mount) => ['--mount', mount]),
      ...engineFlag(subject),
      ...LEAST_WORK,
    ]
    const finished = await start(commandLine(subject, args), { cwd }).ended
    expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
    run = (await onlyRun(cwd)).run
  }, 600_000)
  afterAll(() => rmSync(cwd, { recursive: true, force: true }))

  const trialOf = (scenario: string, target: string): Trial => {
    const found = run.trials.find(
      (trial) => trial.scenario === scenario && trial.target === target && trial.phase === 'measure',
    )
    if (!found) throw new Error(`no trial of ${scenario} on ${target}`)
    return found
  }
  const measured = (scenario: string) =>
    run.trials.filter((trial) => trial.scenario === scenario && trial.phase === 'measure' && trial.sample)

  test('gives a figure on every mount, or says why there is none', () => {
    const cells = run.cells.map(({ scenario, target, status, reason }) => {
      const wanted = scenarios.find(({ id }) => id === scenario)
      const tools = run.targets.find(({ label }) => label === target)?.tools ?? {}
      const why =
        wanted && (tools[wanted.tool] ? reasonFor(wanted, target as Mount, subject) : `${wanted.tool} is not there`)
      if (why === null) return [scenario, target, status, reason, 'measured', null]
      return [scenario, target, status !== 'measured' && reason?.includes(why ?? '?'), reason, true, reason]
    })
    for (const [scenario, target, is, reason, wanted, because] of cells)
      expect([scenario, target, is, reason]).toEqual([scenario, target, wanted, because])
    expect(cells).toHaveLength(scenarios.length * MOUNTS.length)
  })

  test('a package tree is the same on every mount', () => {
    const bytes = measured('source-tree').map(({ sample }) => sample?.bytes)
    expect(bytes.length).toBeGreaterThan(0)
    expect(new Set(bytes).size).toBe(1)
    expect(new Set([...measured('backup'), ...measured('restore')].map(({ sample }) => sample?.bytes))).toEqual(
      new Set(bytes),
    )
  })

  test('a backup reads from the disk, whole', () => {
    for (const { target, sample, kernel } of measured('backup'))
      expect([target, (kernel?.storageReadBytes ?? 0) >= (sample?.bytes ?? Number.NaN)]).toEqual([target, true])
    expect(run.cells.flatMap(({ flags }) => flags.filter(({ code }) => code === 'not-cold'))).toEqual([])
  })

  test('writers write whole records', () => {
    for (const id of ['single-writer', 'shared-writers']) {
      const trials = measured(id)
      expect(trials.length).toBeGreaterThan(0)
      for (const { sample } of trials) expect((sample?.bytes ?? 1) % 128).toBe(0)
    }
  })

  test('the start of a container is the sum of its parts', () => {
    for (const { sample } of measured('start-up')) {
      const { duration, ...parts } = sample?.metrics ?? {}
      expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBeCloseTo(duration ?? Number.NaN, 6)
      expect(Object.keys(parts)).toEqual(expect.arrayContaining(['start', 'firstWrite', 'remove']))
    }
  })

  if (hasImages(subject)) {
    test.each(
      COPY_UPS.map(
        ({ id, steps }) =>
          [id, steps({ directory: '/x', sizeBytes: MIB, durationSeconds: 1, seed: 1 }).footprintBytes] as const,
      ),
    )('%s: the layer writes the whole file, a mount what is around the byte', (id, size) => {
      expect(trialOf(id, 'layer').kernel?.storageWrittenBytes).toBeGreaterThanOrEqual(size)
      // The page cache keeps a file in pieces of up to 1 MiB (large folios), and counts a piece as written.
      for (const mount of ['volume', 'bind'])
        expect(trialOf(id, mount).kernel?.storageWrittenBytes).toBeLessThan(2 * MIB)
    })
  }

  test('leaves nothing behind', async () => {
    expect(await remainsOf(run.runId, subject, cwd)).toEqual([])
  })
})

nothingRemains()
