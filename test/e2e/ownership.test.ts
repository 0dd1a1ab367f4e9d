import { createHash } from 'node:crypto'
import { chmodSync, chownSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { TOOLS_IMAGE } from '../../src/engines/labels.js'
import { output, run } from './support/program.js'
import { hasImages, onEach, type Subject, subjects } from './support/subjects.js'
import { atEnd, engineFlag, freshFolder, mountbench, nothingRemains, onlyRun, remainsOf } from './support/world.js'

const TINY = ['dd-write', 'fsync-latency', '--size', '1m', '--rounds', '1', '--duration', '20ms']
const CONTENT = 'keep me\n'.repeat(1000)
const CHECKSUM = createHash('sha256').update(CONTENT).digest('hex')

onEach(
  "a user's own volume",
  (subject) => {
    test('is as it was, without our folder in it', async () => {
      const name = `mountbench-e2e-mine-${process.pid}`
      const { engine } = subject
      const inVolume = (script: string) =>
        output([
          engine,
          'run',
          '--rm',
          '--network',
          'none',
          '--volume',
          `${name}:/v`,
          '--entrypoint',
          'sh',
          TOOLS_IMAGE,
          '-c',
          script,
        ])
      await output([engine, 'volume', 'create', '--label', 'mine=yes', name])
      atEnd(() => run([engine, 'volume', 'rm', '--force', name], { cwd: '/' }))
      await inVolume("yes 'keep me' | head -n 1000 > /v/mine.txt && chown 1234 /v/mine.txt")
      const state = () => inVolume('sha256sum /v/mine.txt; stat -c "%u %a %Y" /v /v/mine.txt; ls -A /v')
      const before = await state()
      expect(before).toContain(CHECKSUM)

      const cwd = freshFolder(subject)
      const finished = await mountbench(
        subject,
        ['run', ...TINY, ...engineFlag(subject), '--mount', `mine=volume,name=${name}`],
        { cwd },
      )
      expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
      const measured = await onlyRun(cwd)
      expect(measured.run.cells.map(({ status }) => status)).toEqual(['measured', 'measured'])
      expect(measured.run.targets[0]?.proof?.root).toContain(name)
      expect(withoutTimes(await state())).toEqual(withoutTimes(before))
      expect(await output([engine, 'volume', 'inspect', '--format', '{{.Labels.mine}}', name])).toBe('yes')
      expect(await remainsOf(measured.run.runId, subject, cwd)).toEqual([])
    })

    test('is not made when it does not exist', async () => {
      const cwd = freshFolder(subject)
      const name = `mountbench-e2e-none-${process.pid}`
      const finished = await mountbench(
        subject,
        ['run', ...TINY, ...engineFlag(subject), '--mount', `volume,name=${name}`],
        { cwd },
      )
      expect(finished).toMatchObject({
        exitCode: 2,
        stdout: '',
        stderr: expect.stringContaining(`there is no volume '${name}'`),
      })
      expect(readdirSync(cwd)).toEqual([])
      expect((await run([subject.engine, 'volume', 'inspect', name], { cwd: '/' })).exitCode).not.toBe(0)
    })
  },
  hasImages,
)

/** The folder's own time changes when our folder comes and goes. */
const withoutTimes = (state: string) => state.replaceAll(/^(\d+ \d+) \d+$/gm, '$1')

onEach("a user's own folder", (subject) => {
  const someone = () => subjects().find(({ user }) => user !== null)?.user ?? null

  test('is as it was, without our folder in it', async () => {
    await measureIn(subject, freshFolder(subject), freshFolder(subject))
  })

  test('is as it was when it belongs to an ordinary user and is closed to others', async ({ skip }) => {
    const owner = subject.user ?? someone()
    if (!owner) return skip('there is no ordinary user to own it')
    const folders = [freshFolder(subject), freshFolder(subject)] as const
    for (const folder of folders) {
      chownSync(folder, owner.uid, owner.gid)
      chmodSync(folder, 0o700)
    }
    await measureIn(subject, ...folders)
    for (const folder of folders) {
      const { uid, gid, mode } = statSync(folder)
      expect({ uid, gid, mode: mode & 0o777 }).toEqual({ uid: owner.uid, gid: owner.gid, mode: 0o700 })
    }
  })
})

async function measureIn(subject: Subject, bind: string, host: string): Promise<void> {
  const files = [bind, host].map((folder) => join(folder, 'mine.txt'))
  for (const [i, folder] of [bind, host].entries()) {
    const { uid, gid } = statSync(folder)
    writeFileSync(files[i]!, CONTENT, { mode: 0o640 })
    chownSync(files[i]!, uid, gid)
  }
  const before = files.map(stateOf)

  const cwd = freshFolder(subject)
  const mounts = ['--mount', `mine=bind,src=${bind}`, '--mount', `bare=host,src=${host}`]
  const finished = await mountbench(subject, ['run', ...TINY, ...engineFlag(subject), ...mounts], { cwd })
  expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
  const { run } = await onlyRun(cwd)
  expect(run.cells.filter(({ status }) => status === 'failed')).toEqual([])
  expect(run.targets.map(({ problem }) => problem)).toEqual([null, null])
  expect(run.targets[0]?.proof?.root).toContain(bind)
  expect(run.targets[1]?.proof?.directory).toContain(host)
  expect([readdirSync(bind), readdirSync(host)]).toEqual([['mine.txt'], ['mine.txt']])
  expect(files.map(stateOf)).toEqual(before)
  expect(await remainsOf(run.runId, subject, cwd)).toEqual([])
}

function stateOf(file: string) {
  const { mtimeMs, mode, ino, uid, gid } = statSync(file)
  return { checksum: createHash('sha256').update(readFileSync(file)).digest('hex'), mtimeMs, mode, ino, uid, gid }
}

nothingRemains()
