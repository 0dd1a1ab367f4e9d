import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { partyObjection } from '../../src/engines/parties.js'
import type { Session } from '../../src/session.js'
import { open } from './support/library.js'
import { hasImages, inProcess, onEach, type Subject } from './support/subjects.js'
import { nothingRemains, remainsOf } from './support/world.js'

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
        'second: %s is refused for a reason that the engine confirms',
        async (type, { skip }) => {
          expect(partyObjection({ type: type as 'tmpfs' }, 'second', { id: subject.engine })).not.toBeNull()
          if (!hasImages(subject)) skip('tried where another container can be asked for a mount')
          const { party, drop } = await open(subject, type)
          await expect(party('second')).rejects.toThrow()
          expect(await drop()).toEqual([])
        },
      )
    })
  },
  inProcess,
)

nothingRemains()
