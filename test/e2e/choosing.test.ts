import { readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { scenarios } from '../../src/index.js'
import { programs } from './support/path.js'
import { run } from './support/program.js'
import { hasImages, onEach, type Subject } from './support/subjects.js'
import { engineFlag, freshFolder, mountbench, nothingRemains, onlyRun, remainsOf } from './support/world.js'

const TINY = ['run', 'dd-write', '--size', '1m', '--rounds', '1', '--mount', 'volume']
const NOWHERE = { DOCKER_HOST: 'unix:///nonexistent', DOCKER_CONTEXT: '' }

const only = (engine: Subject['engine']) => (subject: Subject) => subject.engine === engine

onEach(
  'an engine that does not answer',
  (subject) => {
    test('is exit 3 with its own words and what to try, when it was named', async () => {
      const cwd = freshFolder(subject)
      const { exitCode, stdout, stderr } = await mountbench(subject, [...TINY, '--engine', 'docker'], {
        cwd,
        env: NOWHERE,
      })
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
      expect(stderr).toMatch(/^mountbench: docker does not answer: .*unix:\/\/\/nonexistent/m)
      expect(stderr).toContain('--engine podman')
      expect(readdirSync(cwd)).toEqual([])
    })
  },
  only('docker'),
)

onEach(
  '--engine auto without docker',
  (subject) => {
    test('takes podman, and says so and why', async () => {
      const cwd = freshFolder(subject)
      const finished = await mountbench(subject, TINY, { cwd, env: NOWHERE })
      expect(finished, finished.stderr).toMatchObject({
        exitCode: 0,
        stderr: expect.stringMatching(/^engine: podman .*; docker (does not answer|is not installed)/m),
      })
      const measured = await onlyRun(cwd)
      expect(measured.run.environment.engine.id).toBe('podman')
      expect(await remainsOf(measured.run.runId, subject, cwd)).toEqual([])
    })

    test('recognises podman behind the name docker', async () => {
      const cwd = freshFolder(subject)
      const podman = (await run(['sh', '-c', 'command -v podman'], { cwd: '/' })).stdout.trim()
      const env = programs(subject, /^docker/, { docker: podman })
      const finished = await mountbench(subject, [...TINY, '--engine', 'docker'], { cwd, env })
      expect(finished, finished.stderr).toMatchObject({
        exitCode: 0,
        stderr: expect.stringContaining('docker is podman here'),
      })
      const measured = await onlyRun(cwd)
      expect(measured.run.environment.engine.id).toBe('podman')
      expect(measured.run.cells.map(({ status }) => status)).toEqual(['measured'])
      expect(await remainsOf(measured.run.runId, subject, cwd)).toEqual([])
    })
  },
  only('podman'),
)

onEach(
  'a machine without docker, podman and fio',
  (subject) => {
    test('is measured in namespaces: dd scenarios measured, fio scenarios skipped with how to get it', async () => {
      const cwd = freshFolder(subject)
      const env = programs(subject, /^(docker|podman|fio)/)
      const args = ['run', '--size', '1m', '--rounds', '1', '--mount', 'volume', '--mount', 'tmpfs']
      const finished = await mountbench(subject, args, { cwd, env })
      expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
      expect(finished.stderr).toMatch(/^engine: namespaces .*; docker is not installed; podman is not installed$/m)
      const measured = await onlyRun(cwd)
      expect(measured.run.environment.engine.id).toBe('namespaces')
      expectDdOnly(measured.run)
      expect(finished.stdout).toContain('install fio')
    })
  },
  only('namespaces'),
)

onEach(
  'an image without fio',
  (subject) => {
    test('measures the dd scenarios and lists the others as skipped, with the reason', async ({ skip }) => {
      const image = 'debian:bookworm-slim'
      if ((await run([subject.engine, 'image', 'inspect', image], { cwd: '/' })).exitCode !== 0) {
        if (subject.required) expect.fail(`${subject.engine} has no image ${image}`)
        skip(`there is no image ${image}`)
      }
      const cwd = freshFolder(subject)
      const args = [
        'run',
        '--size',
        '1m',
        '--rounds',
        '1',
        '--mount',
        'volume',
        '--mount',
        'tmpfs',
        '--image',
        image,
        '--pull',
        'never',
      ]
      const finished = await mountbench(subject, [...args, ...engineFlag(subject)], { cwd })
      expect(finished, finished.stderr).toMatchObject({ exitCode: 0 })
      const measured = await onlyRun(cwd)
      expect(measured.run.environment.image).toMatchObject({
        name: image,
        id: expect.stringMatching(/^(sha256:)?[0-9a-f]{64}$/),
      })
      expectDdOnly(measured.run)
      expect(await remainsOf(measured.run.runId, subject, cwd)).toEqual([])
    })

    test('that is not there and may not be pulled is exit 3 with what to do', async () => {
      const cwd = freshFolder(subject)
      const args = [...TINY, '--image', 'mountbench.invalid/none:1', '--pull', 'never', ...engineFlag(subject)]
      const { exitCode, stdout, stderr } = await mountbench(subject, args, { cwd })
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
      expect(stderr).toContain('mountbench.invalid/none:1')
      for (const way of ['--image', 'docker load', '--engine namespaces']) expect(stderr).toContain(way)
      expect(readdirSync(cwd)).toEqual([])
    })
  },
  hasImages,
)

type Measured = Awaited<ReturnType<typeof onlyRun>>['run']

function expectDdOnly({ scenarios: records, cells }: Measured): void {
  // What runs when none is named.
  const core = scenarios.filter(({ group }) => group === 'core')
  const expected = core.map(({ id, tool }) => [
    id,
    tool === 'dd' ? null : expect.stringMatching(/^fio is not there: .*fio/),
  ])
  expect(records.map(({ id, skipped }) => [id, skipped])).toEqual(expected)
  for (const { scenario, target, status, reason } of cells) {
    const dd = core.find(({ id }) => id === scenario)?.tool === 'dd'
    expect([scenario, target, status, reason]).toEqual([
      scenario,
      target,
      dd ? 'measured' : 'skipped',
      dd ? null : expect.stringContaining('fio'),
    ])
  }
}

nothingRemains()
