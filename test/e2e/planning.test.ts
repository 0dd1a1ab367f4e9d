import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { expect, test } from 'vitest'
import { ownerOf } from '../../src/owner.js'
import { run } from './support/program.js'
import { hasImages, onEach } from './support/subjects.js'
import {
  atEnd,
  endProcessesWith,
  engineFlag,
  freshFolder,
  mountbench,
  nothingRemains,
  onlyRun,
  remainsOf,
} from './support/world.js'

onEach('what does not fit', (subject) => {
  test('is refused with the numbers, and nothing is written', async () => {
    const cwd = freshFolder(subject)
    const { exitCode, stdout, stderr } = await mountbench(
      subject,
      ['run', 'dd-write', '--mount', 'volume', '--size', '500G', ...engineFlag(subject)],
      { cwd },
    )
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
    expect(stderr).toMatch(/^mountbench: dd-write needs 500 GiB on .+, where \d+(\.\d+)? [GM]iB are free/m)
    expect(stderr).toContain('--size')
    expect(await remainsOf(/^run (\S+):/m.exec(stderr)?.[1] ?? 'no run', subject, cwd)).toEqual([])
    expect(readdirSync(cwd)).toEqual([])
  })

  test('is refused in memory too', async () => {
    const cwd = freshFolder(subject)
    const { exitCode, stderr } = await mountbench(
      subject,
      ['run', 'dd-write', '--mount', 'tmpfs', '--size', '500G', ...engineFlag(subject)],
      { cwd },
    )
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(/tmpfs.*500 GiB|500 GiB.*tmpfs/)
  })
})

onEach('a dry run', (subject) => {
  test('runs nothing and makes nothing', async () => {
    const cwd = freshFolder(subject)
    const fakes = freshFolder(subject)
    mkdirSync(join(fakes, 'bin'), { mode: 0o755 })
    const log = join(fakes, 'log')
    for (const name of ['docker', 'podman', 'unshare', 'git', 'dd', 'fio', 'sh', 'mkdir']) {
      writeFileSync(join(fakes, 'bin', name), `#!/bin/sh\necho "${name} $*" >>${log}\nexit 1\n`, { mode: 0o755 })
    }
    const env = { PATH: [join(fakes, 'bin'), process.env.PATH].join(delimiter) }
    const finished = await mountbench(subject, ['run', '--dry-run', ...engineFlag(subject)], { cwd, env })
    expect(finished).toMatchObject({ exitCode: 0, stderr: '', stdout: expect.stringContaining('fsync-latency') })
    expect(existsSync(log) ? readFileSync(log, 'utf8') : '').toBe('')
    expect(readdirSync(cwd)).toEqual([])
  })

  test('prints commands that work when they are pasted', async () => {
    const cwd = freshFolder(subject)
    // The names are the same in every dry run; here they must be this test's own.
    const runId = `paste${process.pid}x${Date.now()}`
    atEnd(() => endProcessesWith(runId))
    const mounts = ['volume', 'anonymous', 'bind', 'tmpfs', 'layer', 'host'].flatMap((type) => ['--mount', type])
    const printed = await mountbench(
      subject,
      ['run', 'seq-write', '--dry-run', '--size', '1m', ...mounts, ...engineFlag(subject)],
      { cwd },
    )
    const text = printed.stdout
      .replaceAll('dryrun', runId)
      .replaceAll(/owner=\S+/g, `owner=${await ownerOf(process.pid)}`)
    const sections = text.split('\n\n').slice(1)
    expect(sections).toHaveLength(6)
    for (const section of sections) {
      const pasted = await paste(section, cwd, subject.user?.name ?? null)
      expect({ section, ...pasted }).toMatchObject({ exitCode: 0 })
      expect(pasted.stderr).toMatch(/^1048576 bytes .* copied/m)
    }
    expect(await remainsOf(runId, subject, cwd)).toEqual([])
  })
})

/** Runs printed lines as if they were typed: what follows a shell that was opened is typed into it, until `exit`. */
async function paste(section: string, cwd: string, user: string | null) {
  const asUser = user ? ['runuser', '-u', user, '--'] : []
  const lines = section.split('\n')
  const opened = lines.findIndex((line) => line.startsWith('unshare '))
  if (opened >= 0) {
    const left = lines.indexOf('exit')
    if (left < 0) return { exitCode: null, stderr: 'the shell that unshare opens is never left', stdout: '' }
    const inside = lines.splice(opened, left - opened + 1)
    lines.splice(opened, 0, `${inside[0]} <<'INSIDE'\nset -e\n${inside.slice(1).join('\n')}\nINSIDE`)
  }
  return run([...asUser, 'sh', '-e', '-c', lines.join('\n')], { cwd })
}

onEach(
  'a time limit',
  (subject) => {
    test('ends a workload that exceeds it, inside the container too, and records it', async () => {
      const cwd = freshFolder(subject)
      writeFileSync(join(cwd, 'slow.fio'), '[slow]\nrw=read\nsize=1m\ntime_based\nruntime=80s\n')
      const args = [
        'run',
        '--fio-job',
        'slow.fio',
        '--mount',
        'tmpfs',
        '--rounds',
        '1',
        '--timeout',
        '500ms',
        '--size',
        '1m',
      ]
      const { exitCode, stderr } = await mountbench(subject, [...args, ...engineFlag(subject)], { cwd })
      expect(exitCode, stderr).toBe(3)
      const measured = await onlyRun(cwd)
      expect(measured.run.trials.map(({ sample, failure }) => [sample, failure?.code])).toEqual([[null, 'timeout']])
      expect(measured.run.cells).toMatchObject([
        { status: 'failed', n: 0, median: null, reason: expect.stringContaining('0.5 s') },
      ])
      expect(await remainsOf(measured.run.runId, subject, cwd)).toEqual([])
    })
  },
  hasImages,
)

nothingRemains()
