import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { partyObjection } from '../../src/engines/parties.js'
import type { Run } from '../../src/index.js'
import type { Session } from '../../src/session.js'
import { open } from './support/library.js'
import { nodeOf, until } from './support/program.js'
import { hasImages, inProcess, onEach, type Subject } from './support/subjects.js'
import {
  engineFlag,
  freshFolder,
  mountbench,
  nothingRemains,
  onlyRun,
  processesWith,
  remainsOf,
  startMountbench,
} from './support/world.js'

const SECONDS = 60
const run = (session: Session, ...command: string[]) => session.run(command, SECONDS)
/** A constant script; what varies are its arguments. */
const sh = (session: Session, script: string, ...args: string[]) => run(session, 'sh', '-c', script, 'sh', ...args)
const write = (session: Session, file: string, text: string) => sh(session, 'printf %s "$2" >"$1"', file, text)

/** What a pool leaves: the run's own folder is for the run to remove, and must be empty. */
async function leftBy(runId: string, subject: Subject, cwd: string): Promise<string[]> {
  const remains = (await remainsOf(runId, subject, cwd)).filter((name) => name !== '.mountbench')
  const folder = join(cwd, '.mountbench', runId)
  return [...remains, ...(existsSync(folder) ? readdirSync(folder) : [])]
}

/** Mounts that other parties can see; the host is the same for every engine. */
const SHARED = ['volume', 'anonymous', 'bind']

onEach(
  'another party',
  (subject) => {
    const mounts = hasImages(subject) ? SHARED : [...SHARED, 'host']

    test.for(mounts)('second: sees what the first wrote, and the other way round: %s', async (mount) => {
      const { held, party, runId, deps, drop } = await open(subject, mount)
      const second = await party('second')
      await write(held.session, `${held.directory}/first`, 'one')
      await write(second.session, `${second.directory}/second`, 'two')
      expect((await run(second.session, 'cat', `${second.directory}/first`)).stdout).toBe('one')
      expect((await run(held.session, 'cat', `${held.directory}/second`)).stdout).toBe('two')
      expect(await drop()).toEqual([])
      expect(await leftBy(runId, subject, deps.cwd)).toEqual([])
    })

    test.for(mounts)('second: its folder is not on the mount, and is gone afterwards: %s', async (mount) => {
      const { held, party, runId, deps, drop } = await open(subject, mount)
      const second = await party('second')
      await write(second.session, `${second.archive}/kept`, 'x')
      const found = await run(held.session, 'find', held.mountPoint, '-name', 'kept')
      expect(
        found.stdout
          .trim()
          .split('\n')
          .filter((line) => line.startsWith(`${held.directory}/`)),
      ).toEqual([])
      expect(await drop()).toEqual([])
      expect(await leftBy(runId, subject, deps.cwd)).toEqual([])
    })

    test.for(SHARED)('reader: reads, and cannot write, also not as root of its container: %s', async (mount) => {
      const { held, party, drop } = await open(subject, mount)
      await write(held.session, `${held.directory}/first`, 'one')
      const reader = await party('reader')
      expect((await run(reader.session, 'cat', `${reader.directory}/first`)).stdout).toBe('one')
      const refused = await run(reader.session, 'touch', `${reader.directory}/other`)
      expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('Read-only file system') })
      expect((await run(held.session, 'ls', held.directory)).stdout.trim()).toBe('first')
      await write(held.session, `${held.directory}/first`, 'still writable')
      expect(await drop()).toEqual([])
    })

    test.for(mounts)('outside: what it writes is seen inside, and the other way round: %s', async (mount) => {
      const { held, party, runId, deps, drop } = await open(subject, mount)
      const outside = await party('outside')
      await write(outside.session, `${outside.directory}/out`, 'from the host')
      await write(held.session, `${held.directory}/in`, 'from the container')
      expect((await run(held.session, 'cat', `${held.directory}/out`)).stdout).toBe('from the host')
      expect((await run(outside.session, 'cat', `${outside.directory}/in`)).stdout).toBe('from the container')
      expect((await run(outside.session, 'readlink', '/proc/self/ns/mnt')).stdout).toBe(
        (await run((await open(subject, 'host')).held.session, 'readlink', '/proc/self/ns/mnt')).stdout,
      )
      expect(await drop()).toEqual([])
      expect(await leftBy(runId, subject, deps.cwd)).toEqual([])
    })

    test('all at once work on one file', async () => {
      const { held, party, drop } = await open(subject, 'volume')
      const sessions = [held, await party('second'), await party('outside')]
      await Promise.all(
        sessions.map(({ session, directory }, i) =>
          sh(session, 'n=0; while [ $n -lt 50 ]; do echo "$2" >>"$1"; n=$((n + 1)); done', `${directory}/log`, `${i}`),
        ),
      )
      const lines = (await run(held.session, 'cat', `${held.directory}/log`)).stdout.trim().split('\n')
      expect([0, 1, 2].map((i) => lines.filter((line) => line === `${i}`).length)).toEqual([50, 50, 50])
      expect(await drop()).toEqual([])
    })

    test('one that ended is made again', async () => {
      const { party, drop } = await open(subject, 'volume')
      const first = await party('second')
      await first.session.end()
      const again = await party('second')
      expect(again).not.toBe(first)
      expect((await run(again.session, 'true')).exitCode).toBe(0)
      expect(await party('second')).toBe(again)
      expect(await drop()).toEqual([])
    })

    describe('that cannot be', () => {
      test.for(['tmpfs', 'layer'])(
        'second: %s is refused, for a reason that an engine confirms where it can be asked for a mount',
        async (type) => {
          expect(partyObjection({ type: type as 'tmpfs' }, 'second', { id: subject.engine })).not.toBeNull()
          if (!hasImages(subject)) return
          const { party, drop } = await open(subject, type)
          await expect(party('second')).rejects.toThrow()
          expect(await drop()).toEqual([])
        },
      )
    })
  },
  inProcess,
)

const TINY = ['--size', '1m', '--rounds', '1', '--duration', '50ms']

/** A run on a subject, to its end; what it kept. */
async function measure(subject: Subject, args: readonly string[]) {
  const cwd = freshFolder(subject)
  const finished = await mountbench(subject, ['run', ...args, ...TINY, ...engineFlag(subject)], { cwd })
  expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
  const { run } = await onlyRun(cwd)
  expect(await remainsOf(run.runId, subject, cwd)).toEqual([])
  return { run, stderr: finished.stderr }
}

const cells = ({ cells }: Run) =>
  Object.fromEntries(cells.map(({ scenario, target, status, reason }) => [`${scenario} ${target}`, reason ?? status]))

onEach('a read-only mount', (subject) => {
  test('of ours is prepared by one and read by another, and what writes is skipped', async () => {
    const mounts = ['volume,ro', 'anonymous,ro', 'bind,ro'].flatMap((mount) => ['--mount', mount])
    const { run } = await measure(subject, ['config-read', 'dd-write', ...mounts, '--mount', 'w=volume'])
    const WRITES = 'the mount is read-only, and this scenario writes'
    expect(cells(run)).toEqual({
      'config-read volume': 'measured',
      'config-read anonymous': 'measured',
      'config-read bind': 'measured',
      'config-read w': 'measured',
      'dd-write volume': WRITES,
      'dd-write anonymous': WRITES,
      'dd-write bind': WRITES,
      'dd-write w': 'measured',
    })
    const proofs = run.targets.map(({ proof }) => proof?.mountinfo.split(' ')[5]?.split(',')[0])
    expect(proofs).toEqual(['ro', 'ro', 'ro', 'rw'])
  })

  test('of the user is read in place, and nothing in it changes, not even a time', async () => {
    const src = freshFolder(subject)
    for (const name of ['one.conf', 'two.conf']) writeFileSync(join(src, name), `name = ${name}\n`.repeat(20))
    const state = () =>
      [src, join(src, 'one.conf'), join(src, 'two.conf')].map((path) => {
        const { ino, mode, mtimeMs, ctimeMs, size } = statSync(path)
        return { path, ino, mode, mtimeMs, ctimeMs, size }
      })
    const before = state()
    const { run } = await measure(subject, ['config-read', 'seq-read-warm', '--mount', `docs=bind,src=${src},ro`])
    expect(cells(run)).toEqual({
      'config-read docs': 'measured',
      'seq-read-warm docs': expect.stringContaining('holds what is yours'),
    })
    expect(run.targets[0]?.proof).toMatchObject({ options: expect.arrayContaining(['ro']), direct: null })
    expect(readdirSync(src).toSorted()).toEqual(['one.conf', 'two.conf'])
    expect(state()).toEqual(before)
  })
})

onEach('an instance of a trial’s own', (subject) => {
  test('what the mount costs is timed around it', async () => {
    const mounts = ['volume', 'tmpfs', 'layer'].flatMap((mount) => ['--mount', mount])
    const { run } = await measure(subject, ['start-up', 'dd-write', ...mounts])
    expect(new Set(Object.values(cells(run)))).toEqual(new Set(['measured']))
    for (const { scenario, sample, instance, phase } of run.trials) {
      if (scenario === 'dd-write') expect(instance).toBe(0)
      if (scenario !== 'start-up') continue
      expect(instance).toBe(phase === 'warmup' ? 1 : 2)
      const { duration = 0, create = 0, start = 0, firstWrite = 0, remove = 0 } = sample?.metrics ?? {}
      expect(Math.min(start, firstWrite, remove)).toBeGreaterThan(0)
      expect(create + start + firstWrite + remove).toBeCloseTo(duration, 9)
    }
    const created = run.trials.filter(({ sample }) => sample?.metrics.create !== undefined).map(({ target }) => target)
    if (hasImages(subject)) expect(new Set(created)).toEqual(new Set(['volume']))
  })
})

onEach(
  'options of a mount',
  (subject) => {
    const both = [
      ['tmpfs,size=32m,noexec', 'noexec'],
      ['tmpfs,size=32m,mode=700', 'mode=700'],
    ]
    test.for(both)('%s: mountinfo says %s', async ([mount = '', option]) => {
      const { held, drop } = await open(subject, mount)
      expect(held.probe.proof.options).toContain(option)
      expect(await drop()).toEqual([])
    })

    test('tmpfs,exec: a program in it can be started', async () => {
      const { held, drop } = await open(subject, 'tmpfs,size=32m,exec')
      const started = await sh(held.session, 'printf "#!/bin/sh\\necho ran\\n" >p && chmod +x p && ./p')
      expect(started).toMatchObject({ exitCode: 0, stdout: 'ran\n' })
      expect(await drop()).toEqual([])
    })

    test.for(['bind,Z', 'bind,z,consistency=cached', 'bind,consistency=delegated', 'volume,Z', 'volume,nocopy'])(
      '%s is taken, and what has no effect here is said; without an engine it is refused',
      async (mount) => {
        if (!hasImages(subject)) {
          const args = ['run', 'dd-write', '--mount', mount, ...engineFlag(subject)]
          const refused = await mountbench(subject, args, { cwd: freshFolder(subject) })
          expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('needs docker or podman') })
          return
        }
        const { run } = await measure(subject, ['dd-write', '--mount', mount])
        expect(Object.values(cells(run))).toEqual(['measured'])
        const idle = run.warnings.filter((warning) => warning.includes('has no effect'))
        const labels = run.targets[0]?.proof?.options.includes('seclabel') ? 0 : /,[zZ]/.test(mount) ? 1 : 0
        expect(idle).toHaveLength(labels + (mount.includes('consistency') ? 1 : 0))
      },
    )

    test('anonymous,nocopy: taken by docker; the others say that they have no words for it', async () => {
      if (subject.engine === 'docker') {
        const { run } = await measure(subject, ['dd-write', '--mount', 'anonymous,nocopy'])
        expect(Object.values(cells(run))).toEqual(['measured'])
        return
      }
      const args = ['run', 'dd-write', '--mount', 'anonymous,nocopy', ...engineFlag(subject)]
      const finished = await mountbench(subject, args, { cwd: freshFolder(subject) })
      expect(finished).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('nocopy') })
    })
  },
  inProcess,
)

onEach('a run with other parties that is killed', (subject) => {
  test('clean removes them too', async () => {
    const cwd = freshFolder(subject)
    const args = ['run', 'shared-writers', '--mount', 'volume', '--duration', '60s', '--size', '1g', '--rounds', '1']
    const program = startMountbench(subject, [...args, ...engineFlag(subject)], { cwd })
    const runId = () => (existsSync(join(cwd, 'results')) ? readdirSync(join(cwd, 'results'))[0] : undefined)
    const writers = () =>
      processesWith(runId() ?? 'no run').filter((line) => /^\S*python3/.test(line) && line.includes('/shared-writers'))
    await until(
      () => writers().length === 2,
      60,
      () => `${program.said()}\n${writers().join('\n')}`,
    )
    const id = runId() ?? ''
    process.kill(nodeOf(program), 'SIGKILL')
    await program.ended
    expect(await remainsOf(id, subject, cwd)).not.toEqual([])
    const cleaned = await mountbench(subject, ['clean'], { cwd })
    expect(cleaned, cleaned.stderr).toMatchObject({ exitCode: 0 })
    expect(await remainsOf(id, subject, cwd)).toEqual([])
  })
})

nothingRemains()
