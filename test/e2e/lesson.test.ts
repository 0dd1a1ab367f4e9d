import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { programs } from './support/path.js'
import { nodeOf, run, until } from './support/program.js'
import { hasImages, onEach, type Subject } from './support/subjects.js'
import {
  atEnd,
  engineFlag,
  freshFolder,
  mountbench,
  namesOnEngine,
  nothingRemains,
  startMountbench,
} from './support/world.js'

const TINY = ['--size', '2m', '--rounds', '9']

/** The fenced commands of a chapter of a hand-out. */
function pasteable(markdown: string, number: number): string {
  const chapter = markdown.slice(markdown.indexOf(`## Chapter ${number}.`))
  return /```sh\n(.*?)```/s.exec(chapter)?.[1] ?? ''
}

/** Pastes lines as a user would, with names of this test's own: a volume of the lesson's name may be somebody's. */
async function paste(lines: string, subject: Subject) {
  const name = `lesson-${process.pid}-${Date.now()}`
  if (hasImages(subject)) atEnd(() => run([subject.engine, 'volume', 'rm', '--force', name], { cwd: '/' }))
  const text = lines.replaceAll('mountbench-lesson', name)
  const asUser = subject.user ? ['runuser', '-u', subject.user.name, '--'] : []
  const cwd = freshFolder(subject)
  const pasted = await run([...asUser, 'sh', '-e', '-c', text], { cwd })
  return { ...pasted, left: readdirSync(cwd) }
}

onEach(
  'chapters 1, 2 and 6',
  (subject) => {
    test('are a hand-out with figures, a verdict and what is kept, and leave nothing behind', async () => {
      const cwd = freshFolder(subject)
      const before = await namesOnEngine(subject)
      const args = ['lesson', '1', '2', '6', '--format', 'markdown', '--output', 'lesson.md', ...engineFlag(subject)]
      const finished = await mountbench(subject, args, { cwd })
      expect(finished, finished.stderr).toMatchObject({ exitCode: 0, stdout: '' })
      expect(readdirSync(cwd)).toEqual(['lesson.md'])
      expect((await namesOnEngine(subject)).toSorted()).toEqual(before.toSorted())
      const text = readFileSync(join(cwd, 'lesson.md'), 'utf8')
      expect(text).toMatch(/^# Container storage/)
      for (const mount of ['volume', 'bind', 'tmpfs'])
        expect(text).toMatch(new RegExp(`^\\| ${mount} \\| [\\d.]+ m?s \\| [\\d.]+ [GM]iB/s \\|$`, 'm'))
      expect(text).toMatch(/In (none|\d+) of 10 pairs/)
      expect(text).toContain('Volume and bind kept the file through all')
      expect(text).not.toContain('could not be run')
      const pasted = await paste(pasteable(text, 1), subject)
      expect(pasted, pasted.stderr).toMatchObject({ exitCode: 0, left: [] })
      expect(pasted.stderr.match(/^104857600 bytes .* copied/gm)).toHaveLength(3)
    })

    test('end in order on Ctrl-C: what was measured is there, what was made is gone', async () => {
      const cwd = freshFolder(subject)
      const before = await namesOnEngine(subject)
      const program = startMountbench(subject, ['lesson', '1', '2', ...engineFlag(subject)], { cwd })
      await until(
        () => program.said().includes('pair 1 of 10'),
        60,
        () => program.said(),
      )
      process.kill(nodeOf(program), 'SIGINT')
      const { exitCode, stdout, stderr } = await program.ended
      expect(exitCode, stderr).toBe(130)
      expect(stdout).toContain('INTERRUPTED: chapter 2')
      expect(stdout).toContain('Speed of one dd')
      expect(readdirSync(cwd)).toEqual([])
      expect((await namesOnEngine(subject)).toSorted()).toEqual(before.toSorted())
    })
  },
  hasImages,
)

onEach(
  'the whole lesson without docker, podman and fio',
  (subject) => {
    test('runs through, and its lines work when they are pasted', async () => {
      const cwd = freshFolder(subject)
      const env = programs(subject, /^(docker|podman|fio)/)
      const started = Date.now()
      const finished = await mountbench(subject, ['lesson', '--format', 'markdown', ...TINY], { cwd, env })
      expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
      expect(Date.now() - started).toBeLessThan(600_000)
      const text = finished.stdout
      for (const number of [1, 2, 3, 4, 5, 6, 7]) expect(text).toContain(`## Chapter ${number}.`)
      expect(text).toContain('There is no fio here')
      expect(text).not.toMatch(/could not be run|undefined|NaN/)
      expect(readdirSync(cwd)).toEqual(['results'])
      const copies = { 1: 3, 2: 20, 3: 4, 6: 0 }
      for (const [number, times] of Object.entries(copies)) {
        const pasted = await paste(pasteable(text, Number(number)), subject)
        expect({ number, ...pasted }).toMatchObject({ exitCode: 0, left: [] })
        expect(pasted.stderr.match(/^2097152 bytes .* copied/gm) ?? []).toHaveLength(times)
      }
    })
  },
  ({ engine }) => engine === 'namespaces',
)

nothingRemains()
