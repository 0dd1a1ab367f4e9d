import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { scenarios as all, Run, readRun, type Trial } from '../../src/index.js'
import { MOUNT_TYPES } from '../../src/targets.js'
import { commandLine, type Finished, output, run, start } from './support/program.js'
import { onEach, type Subject, subjects, usable } from './support/subjects.js'
import { engineFlag, folderFor, MIB, nothingRemains, onlyRun, remainsOf } from './support/world.js'

/** The scenarios of the lesson have a file of their own. */
const scenarios = all.filter(({ group }) => group === 'core')
/** A whole number of MiB that nothing else here uses. */
const ASKED = 23 * MIB
const ARGS = ['run', ...MOUNT_TYPES.flatMap((type) => ['--mount', type])]
const LEAST_WORK = ['--size', '23m', '--rounds', '1', '--duration', '200ms', '--format', 'json']

/** Scenarios that move exactly what was asked. */
const SEQUENTIAL = ['dd-write', 'seq-write', 'seq-write-direct', 'seq-read-cold', 'seq-read-warm', 'parallel-write']
const SYNCED_WRITES = ['seq-write', 'seq-write-direct', 'parallel-write']

interface Measured {
  cwd: string
  finished: Finished
  folder: string
  run: Run
}

/**
 * All scenarios on all mount types. The engines go side by side, as fio's programs mostly wait: three tenths of a second for each
 * job, whatever it does. No figure is judged by its size here.
 */
const runs = new Map<string, Promise<Measured>>()
const folders: string[] = []
let hostHasFio = false

beforeAll(async () => {
  hostHasFio = (await run(['sh', '-c', 'command -v fio'], { cwd: '/' })).exitCode === 0
  for (const subject of subjects().filter(usable)) {
    const measured = measure(subject)
    measured.catch(() => {})
    runs.set(subject.id, measured)
  }
})

async function measure(subject: Subject): Promise<Measured> {
  const cwd = folderFor(subject)
  folders.push(cwd)
  const finished = await start(commandLine(subject, [...ARGS, ...engineFlag(subject), ...LEAST_WORK]), { cwd }).ended
  expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
  return { cwd, finished, ...(await onlyRun(cwd)) }
}

afterAll(async () => {
  await Promise.allSettled(runs.values())
  for (const folder of folders) rmSync(folder, { recursive: true })
})

onEach('six mount types, twelve scenarios', (subject) => {
  const measured = () => runs.get(subject.id) ?? Promise.reject(new Error('it was not started'))
  const trialsOf = async (ids: readonly string[], types: readonly string[]) => {
    const { run } = await measured()
    return run.trials.filter(
      ({ scenario, target, sample }) => ids.includes(scenario) && types.includes(target) && sample,
    )
  }

  test('fills every cell', async () => {
    const { run } = await measured()
    const cells = run.cells.map(({ scenario, target, status, reason }) => [scenario, target, status, reason])
    const withoutFio = (target: string) => !hostHasFio && (target === 'host' || subject.engine === 'namespaces')
    const expected = scenarios.flatMap(({ id, tool }) =>
      MOUNT_TYPES.map((target) =>
        tool === 'fio' && withoutFio(target)
          ? [id, target, 'skipped', expect.stringContaining('fio')]
          : [id, target, 'measured', null],
      ),
    )
    expect(cells).toEqual(expected)
    expect(run).toMatchObject({ status: 'complete', stopped: null, environment: { engine: { id: subject.engine } } })
    expect(
      run.cells.flatMap(({ flags }) =>
        flags.filter(({ code }) => code === 'elsewhere' || code === 'not-cold' || code === 'not-direct'),
      ),
    ).toEqual([])
  }, 300_000)

  test('proves each mount by its own line of mountinfo and statfs', async () => {
    const { run } = await measured()
    const types = { tmpfs: 'tmpfs', layer: 'overlay' } as Record<string, string>
    const { filesystem } = run.targets.find(({ label }) => label === 'host')?.proof ?? {}
    for (const { label, problem, proof } of run.targets) {
      expect([label, problem]).toEqual([label, null])
      expect(proof, label).toMatchObject({ mountinfo: expect.stringContaining(' - '), source: expect.any(String) })
      if (label in types) expect([label, proof?.filesystem]).toEqual([label, types[label]])
      if (label === 'bind') expect([label, proof?.filesystem]).toEqual([label, filesystem])
      if (!['layer', 'host'].includes(label)) expect(proof?.directory.startsWith(`${proof.mountPoint}/`)).toBe(true)
      expect(proof?.totalBytes).toBeGreaterThan(ASKED)
      expect(proof?.freeBytes).toBeGreaterThan(ASKED)
      expect(proof?.freeBytes).toBeLessThanOrEqual(proof?.totalBytes ?? 0)
    }
  })

  test('reports exactly the bytes that were asked for', async () => {
    const trials = await trialsOf(SEQUENTIAL, MOUNT_TYPES)
    expect(new Set(trials.map(({ scenario }) => scenario))).toEqual(
      new Set(
        hostHasFio ? SEQUENTIAL : SEQUENTIAL.filter((id) => id !== 'parallel-write' || subject.engine !== 'namespaces'),
      ),
    )
    expect(trials.map(({ scenario, target, sample }) => [scenario, target, sample?.bytes])).toEqual(
      trials.map(({ scenario, target }) => [scenario, target, ASKED]),
    )
    for (const { sample } of trials) {
      expect((sample?.bytes ?? 0) / (sample?.seconds ?? 0)).toBeCloseTo(sample?.metrics.bandwidth ?? 0, 3)
    }
  })

  test('agrees with what the kernel counted on a disk', async () => {
    const { run } = await measured()
    const disks = run.targets.filter(
      ({ proof }) => proof && proof.filesystem !== 'tmpfs' && proof.backing?.filesystem !== 'tmpfs',
    )
    expect(disks.map(({ label }) => label)).toEqual(MOUNT_TYPES.filter((type) => type !== 'tmpfs'))
    const listed = readFileSync('/proc/diskstats', 'utf8')
      .split('\n')
      .map((line) => line.trim().split(/\s+/).slice(0, 2).join(':'))
    for (const { label, proof } of disks) {
      const writes = await trialsOf(SYNCED_WRITES, [label])
      const reads = await trialsOf(['seq-read-cold'], [label])
      expect(writes.length).toBeGreaterThan(0)
      for (const { scenario, kernel } of writes)
        expect([label, scenario, atLeastAsked(kernel?.storageWrittenBytes)]).toEqual([label, scenario, true])
      for (const { kernel } of reads) expect([label, atLeastAsked(kernel?.storageReadBytes)]).toEqual([label, true])
      if (!listed.includes(proof?.backing?.device ?? '')) continue
      for (const { scenario, kernel } of writes)
        expect([label, scenario, atLeastAsked(kernel?.deviceWrittenBytes)]).toEqual([label, scenario, true])
      for (const { kernel } of reads) expect([label, atLeastAsked(kernel?.deviceReadBytes)]).toEqual([label, true])
    }
  })

  test('sees that a tmpfs reaches no disk', async () => {
    for (const { scenario, kernel } of await trialsOf(
      scenarios.map(({ id }) => id),
      ['tmpfs'],
    )) {
      expect([scenario, kernel?.storageWrittenBytes, kernel?.deviceWrittenBytes]).toEqual([
        scenario,
        expect.toSatisfy((bytes) => bytes < MIB / 4),
        null,
      ])
    }
  })

  test("agrees with fio's own JSON within 0.1 %", async () => {
    const { folder } = await measured()
    const random = await trialsOf(
      ['rand-write-4k', 'rand-read-4k', 'rand-rw-70-30', 'parallel-write', 'fsync-latency'],
      MOUNT_TYPES,
    )
    if (hostHasFio) expect(random).toHaveLength(5 * 6 * 2)
    for (const trial of random) {
      const raw = rawJob(folder, trial)
      const { bandwidth, iops, latency } = trial.sample?.metrics ?? {}
      if (bandwidth !== undefined) expect(bandwidth / (raw.read.bw_bytes + raw.write.bw_bytes)).toBeCloseTo(1, 3)
      if (iops !== undefined) expect(iops / (raw.read.iops + raw.write.iops)).toBeCloseTo(1, 3)
      if (trial.scenario === 'fsync-latency') {
        const nanoseconds = raw.sync.lat_ns.percentile['50.000000']
        expect(latency).toBeCloseTo(nanoseconds / 1e9, 9)
        expect(raw.sync.lat_ns.N).toBeCloseTo((trial.sample?.bytes ?? 0) / 4096, -1)
      }
    }
  })

  test('keeps every trial and its raw output on disk, and a run.json that reads back', async () => {
    const { folder, run, finished } = await measured()
    const lines = readFileSync(join(folder, 'trials.jsonl'), 'utf8').trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual(run.trials)
    expect(run.trials.length).toBe(run.cells.filter(({ status }) => status === 'measured').length * 2)
    for (const { raw } of run.trials) expect(existsSync(join(folder, raw ?? 'no raw file'))).toBe(true)
    expect(await readRun(join(folder, 'run.json'))).toEqual(run)
    expect(Run.parse(JSON.parse(finished.stdout))).toEqual(run)
  })

  test('leaves the results and nothing else', async () => {
    const { cwd, run } = await measured()
    expect(readdirSync(cwd)).toEqual(['results'])
    expect(readdirSync(join(cwd, 'results', run.runId)).toSorted()).toEqual(['raw', 'run.json', 'trials.jsonl'])
    expect(await remainsOf(run.runId, subject, cwd)).toEqual([])
    if (subject.engine === 'namespaces') return
    // An anonymous volume carries no label: its name is in its own mountinfo.
    const name = /\/volumes\/([0-9a-f]{64})\/_data/.exec(
      run.targets.find(({ label }) => label === 'anonymous')?.proof?.root ?? '',
    )?.[1]
    expect(name).toBeDefined()
    expect((await output([subject.engine, 'volume', 'ls', '--format', '{{.Name}}'])).split('\n')).not.toContain(name)
  })
})

nothingRemains()

const atLeastAsked = (bytes: number | null | undefined) => (bytes ?? 0) >= ASKED

/** The one job in the raw output of a fio trial. */
function rawJob(folder: string, { raw }: Trial) {
  const text = readFileSync(join(folder, raw ?? ''), 'utf8').split('\n--- stderr ---\n')[0] ?? ''
  const { jobs } = JSON.parse(text.slice(text.indexOf('{')))
  expect(jobs).toHaveLength(1)
  return jobs[0]
}
