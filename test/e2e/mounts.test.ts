import { existsSync, rmSync, statfsSync } from 'node:fs'
import { mkdtemp, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { chooseEngine } from '../../src/engines/index.js'
import { openInstance } from '../../src/engines/instance.js'
import { BenchError, runBenchmark, type Scenario, scenarios } from '../../src/index.js'
import { planInstance } from '../../src/pool.js'
import { objectionTo } from '../../src/proof.js'
import { probe } from '../../src/prove.js'
import { MOUNT_TYPES, parseTarget } from '../../src/targets.js'
import { depsFor, type Opened, open } from './support/library.js'
import { output, run, until } from './support/program.js'
import { hasImages, inProcess, onEach, type Subject } from './support/subjects.js'
import { atEnd, freshFolder, MIB, namesOnEngine, nothingRemains, processesWith, remainsOf } from './support/world.js'

const TMPFS_MAGIC = 0x01021994
const SECONDS = 60

const scenarioOf = (id: string): Scenario =>
  scenarios.find((scenario) => scenario.id === id) ?? expect.fail(`no scenario ${id}`)

/** A scenario that says it needs no room, so that it is not refused. */
const unannounced = (id: string): Scenario => ({
  ...scenarioOf(id),
  id: 'unannounced',
  steps: (parameters) => ({ ...scenarioOf(id).steps(parameters), footprintBytes: 0 }),
})

/** A scenario's setup, preparation and workload in an instance, as a trial does them. */
async function work({ held }: Opened, id: string) {
  const directory = `${held.directory}/${id}`
  const { setup, prepare, workload, measure } = scenarioOf(id).steps({
    directory,
    sizeBytes: 4 * MIB,
    durationSeconds: 0.1,
    seed: 1,
  })
  for (const command of [['mkdir', '-p', '--', directory], ...setup, ...prepare])
    await held.session.run(command, SECONDS)
  const finished = await held.session.run(workload, SECONDS)
  return { directory, finished, measure: () => measure(finished) }
}

onEach(
  'a workload',
  (subject) => {
    // A file name that fio got before its directory once put a file into fio's own working directory.
    const LEAVES = {
      'dd-write': ['data'],
      'rand-write-4k': ['data'],
      'fsync-latency': ['log'],
      'parallel-write': ['data.0', 'data.1', 'data.2', 'data.3'],
    }

    // The host is the same for every engine.
    const types = MOUNT_TYPES.filter((type) => type !== 'host' || !hasImages(subject))

    test.for(types)('leaves its files on the mount under test, and none elsewhere: %s', async (type, { skip }) => {
      const opened = await open(subject, type)
      const { held, deps } = opened
      const before = await layerOf(subject, opened)
      const fio = held.probe.tools.fio !== undefined
      if (!fio && hasImages(subject)) expect.fail('the tools image has no fio')
      for (const [id, files] of Object.entries(LEAVES)) {
        if (scenarioOf(id).tool === 'fio' && !fio) continue
        const { directory, measure } = await work(opened, id)
        expect(measure().seconds).toBeGreaterThan(0)
        const found = await held.session.run(['find', held.mountPoint, '-type', 'f', '-path', `*/${id}/*`], SECONDS)
        expect(found.stdout.trim().split('\n').toSorted()).toEqual(files.map((name) => `${directory}/${name}`))
      }
      expect((await readdir(deps.cwd)).filter((name) => name !== '.mountbench')).toEqual([])
      expect(
        (await layerOf(subject, opened)).filter((path) => !before.includes(path) && !path.startsWith(held.directory)),
      ).toEqual([])
      expect(await opened.drop()).toEqual([])
      if (!fio) skip('there is no fio on this machine, so its part was not run')
    })
  },
  inProcess,
)

/** What the container's writable layer has more than the image. */
async function layerOf({ engine }: Subject, { held }: Opened): Promise<string[]> {
  if (engine === 'namespaces') return []
  const name = held.directory.split('/').at(-1) ?? ''
  return (await output([engine, 'diff', name])).split('\n').map((line) => line.slice(2))
}

onEach(
  'a workload that goes wrong',
  (subject) => {
    test.for(['dd-write', 'fsync-latency'])('on a full tmpfs is ENOSPC, never a number: %s', async (id, { skip }) => {
      const opened = await open(subject, 'tmpfs,size=2m')
      if (scenarioOf(id).tool === 'fio' && !opened.held.probe.tools.fio) skip('there is no fio on this machine')
      const { finished, measure } = await work(opened, id)
      expect(finished.exitCode).not.toBe(0)
      expect(measure).toThrow(expect.objectContaining({ name: 'BenchError', code: 'ENOSPC' }))
    })

    test('on a full tmpfs is a recorded failure', async () => {
      const deps = await depsFor(subject)
      const run = await runBenchmark(
        {
          engine: subject.engine,
          mounts: ['tmpfs,size=2m'],
          extraScenarios: [unannounced('seq-write')],
          sizeBytes: 4 * MIB,
          rounds: 1,
        },
        deps,
      )
      expect(run.trials).not.toEqual([])
      for (const trial of run.trials) {
        expect(trial).toMatchObject({
          sample: null,
          failure: { code: 'ENOSPC', message: expect.stringMatching(/no space left/i), command: trial.command },
        })
      }
      expect(run.cells).toMatchObject([
        { status: 'failed', n: 0, median: null, comparison: null, reason: expect.stringMatching(/no space left/i) },
      ])
      expect(await remainsOf(run.runId, subject, deps.cwd)).toEqual([])
    })

    test('and takes too long is ended inside the container too', async () => {
      const { held, target, drop } = await open(subject, 'tmpfs')
      const marker = `8${process.pid}.${Date.now()}`
      await expect(
        held.session.run(['sh', '-c', `sleep ${marker} & sleep ${marker}; true`], 0.5),
      ).rejects.toMatchObject({ code: 'timeout' })
      await until(
        () => processesWith(marker).length === 0,
        15,
        () => processesWith(marker).join('\n'),
      )
      expect(held.session.over()).toMatch(/did not end within 0.5 s/)
      expect(target.type).toBe('tmpfs')
      expect(await drop()).toEqual([])
    })
  },
  inProcess,
)

onEach(
  'a container that is given little memory',
  (subject) => {
    const MOUNT = 'tmpfs,size=256m,engine-arg=--memory=64m'

    test('is killed under a workload: a recorded failure, never a number', async () => {
      // Podman's conmon writes a file named oom into the working directory of whoever started it.
      const stray = join(process.cwd(), 'oom')
      atEnd(() => rmSync(stray, { force: true }))
      const deps = await depsFor(subject)
      const run = await runBenchmark(
        {
          engine: subject.engine,
          mounts: [MOUNT],
          extraScenarios: [unannounced('dd-write')],
          sizeBytes: 128 * MIB,
          rounds: 1,
        },
        deps,
      )
      expect(run.trials).not.toEqual([])
      for (const { sample, failure } of run.trials) {
        expect({ sample, code: failure?.code }).toEqual({ sample: null, code: 'killed' })
      }
      expect(run.cells).toMatchObject([
        { status: 'failed', n: 0, median: null, reason: expect.stringContaining('memory') },
      ])
      expect(await readdir(deps.cwd)).toEqual(['results'])
      expect(await remainsOf(run.runId, subject, deps.cwd)).toEqual([])
      expect(existsSync(stray)).toBe(false)
    })

    test('is refused beforehand, with the numbers', async () => {
      const deps = await depsFor(subject)
      const asked = {
        engine: subject.engine,
        mounts: [MOUNT],
        scenarios: ['dd-write'],
        sizeBytes: 128 * MIB,
        rounds: 1,
      }
      await expect(runBenchmark(asked, deps)).rejects.toMatchObject({
        code: 'cannot-run',
        message: expect.stringMatching(/128 MiB.*64.0 MiB/),
      })
    })
  },
  hasImages,
)

onEach(
  'the proof of mount',
  (subject) => {
    test('objects to a tmpfs of another size', async () => {
      const deps = await depsFor(subject)
      const engine = await chooseEngine(subject.engine, deps)
      await engine.ensureImage({ name: null, pull: 'never' })
      const target = parseTarget('tmpfs,size=8m')
      const plan = planInstance(target, 0, { engine, runId: `e2e-${process.pid}`, tmpfsBytes: 0 }, deps.cwd)
      const start = plan.start.map((argument) => argument.replace(`size=${8 * MIB}`, `size=${4 * MIB}`))
      const instance = await openInstance({ ...plan, start }, deps)
      atEnd(instance.close)
      const { proof } = await probe(instance, engine)
      expect(objectionTo(target, instance.mountPoint, proof, 4 * MIB)).toBeNull()
      expect(objectionTo(target, instance.mountPoint, proof, 8 * MIB)).toMatch(
        `holds ${4 * MIB} bytes where ${8 * MIB} were asked for`,
      )
    })

    test('names the memory under a bind mount', async ({ skip }) => {
      if (statfsSync('/dev/shm').type !== TMPFS_MAGIC) skip('/dev/shm is no tmpfs here')
      const cwd = await mkdtemp('/dev/shm/mountbench-e2e-')
      atEnd(() => rmSync(cwd, { recursive: true, force: true }))
      const said: string[] = []
      const stderr = { write: (text: string) => void said.push(text), isTTY: false, columns: 100, live: null }
      const deps = await depsFor(subject, { cwd, stderr })
      const run = await runBenchmark(
        { engine: subject.engine, mounts: ['bind'], scenarios: ['seq-write'], sizeBytes: MIB, rounds: 1 },
        deps,
      )
      expect(run.targets[0]?.proof).toMatchObject({ filesystem: 'tmpfs', backing: { filesystem: 'tmpfs' } })
      expect(run.cells[0]?.flags).toMatchObject([{ code: 'fsync-no-effect', ranked: false }])
      expect(run.warnings.join('\n')).toMatch(/bind.*(tmpfs|memory)/)
      expect(said.join('')).toMatch(/bind.*(tmpfs|memory)/)
      expect(await readdir(cwd)).toEqual(['results'])
    })
  },
  inProcess,
)

onEach(
  'the proof of mount',
  (subject) => {
    test('objects to a volume that is not the tmpfs it was asked to be', async () => {
      const name = `mountbench-e2e-${process.pid}`
      await output([subject.engine, 'volume', 'create', name])
      atEnd(() => run([subject.engine, 'volume', 'rm', name], { cwd: '/' }))
      await expect(open(subject, `ram=volume,name=${name},opt=type=tmpfs`)).rejects.toThrow(
        /not the tmpfs that was asked for.*mountinfo says: /,
      )
      expect(await namesOnEngine(subject)).toContain(name)
    })

    // Podman 4.3 refuses this volume, and would make one on the disk if its name were used all the same.
    test('never takes a disk for a volume of type tmpfs', async () => {
      const options = ['opt=type=tmpfs', 'opt=device=tmpfs', 'opt=o=size=8m']
      const opened = await open(subject, ['ram=volume', ...options].join(',')).catch((error) => error)
      if (opened instanceof BenchError) expect(opened.message).toMatch(/volume create failed: .+/)
      else expect(opened.held.probe.proof).toMatchObject({ filesystem: 'tmpfs', totalBytes: 8 * MIB })
    })

    test('finds nothing wrong with a volume on a folder of the disk', async () => {
      const folder = freshFolder(subject)
      const { held } = await open(subject, `volume,driver=local,opt=type=none,opt=o=bind,opt=device=${folder}`)
      expect(await readdir(folder)).toEqual([held.directory.split('/').at(-1)])
    })

    test('objects to a writable layer whose fsync does nothing', async () => {
      // docker has no such trap; podman mounts the layer of a container with --rm "volatile".
      const opened = await open(subject, 'layer,engine-arg=--rm').catch((error) => error)
      if (opened instanceof BenchError)
        expect(opened.message).toMatch(/mounted '(fsync=)?volatile': its fsync does nothing\. mountinfo says: /)
      else expect(opened.held.probe.proof.options.filter((option: string) => option.includes('volatile'))).toEqual([])
      expect(opened instanceof BenchError).toBe(subject.engine === 'podman')
    })
  },
  hasImages,
)

nothingRemains()
