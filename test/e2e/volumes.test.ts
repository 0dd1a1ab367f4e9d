import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { TOOLS_IMAGE } from '../../src/engines/labels.js'
import type { Volume } from '../../src/volumes.js'
import { output, run } from './support/program.js'
import { hasImages, onEach } from './support/subjects.js'
import { atEnd, engineFlag, freshFolder, mountbench, nothingRemains } from './support/world.js'

onEach(
  'volumes',
  (subject) => {
    test('driver, size, place and users of each, and none is removed', async () => {
      const { engine } = subject
      const name = `mbe2e-${randomBytes(4).toString('hex')}`
      await output([engine, 'volume', 'create', name])
      atEnd(() => output([engine, 'volume', 'rm', name]))
      for (const part of ['writer', 'waiting'])
        atEnd(() => run([engine, 'rm', '--force', '--volumes', `${name}-${part}`], { cwd: '/' }))
      const mount = (more: string) => ['--mount', `type=volume,src=${name},dst=/data${more}`]
      const write = 'head -c 3000000 /dev/urandom > /data/x && touch /data/done && sleep 60'
      await output([
        engine,
        'run',
        '--detach',
        '--init',
        '--name',
        `${name}-writer`,
        ...mount(''),
        '--entrypoint',
        'sh',
        TOOLS_IMAGE,
        '-c',
        write,
      ])
      await output([
        engine,
        'create',
        '--name',
        `${name}-waiting`,
        ...mount(',ro'),
        '--entrypoint',
        'true',
        TOOLS_IMAGE,
      ])
      await output([engine, 'exec', `${name}-writer`, 'sh', '-c', 'until [ -e /data/done ]; do sleep 0.1; done'])

      const cwd = freshFolder(subject)
      const told = await mountbench(subject, ['volumes', ...engineFlag(subject), '--format', 'json'], { cwd })
      expect([told.exitCode, told.stderr]).toEqual([0, ''])
      const volumes: Volume[] = JSON.parse(told.stdout)
      const ours = volumes.find((volume) => volume.name === name)
      const mountpoint = await output([engine, 'volume', 'inspect', '--format', '{{.Mountpoint}}', name])
      expect(ours).toMatchObject({ engine, driver: 'local', mountpoint, sizeProblem: null, runId: null })
      // Engines count blocks or bytes, and print four digits.
      expect(Math.abs((ours?.sizeBytes ?? 0) - 3_000_000)).toBeLessThan(30_000)
      expect(ours?.usedBy.toSorted((a, b) => (a.container < b.container ? -1 : 1))).toEqual([
        { container: `${name}-waiting`, state: 'created', path: '/data', readOnly: true },
        { container: `${name}-writer`, state: 'running', path: '/data', readOnly: false },
      ])

      const table = await mountbench(subject, ['volumes', ...engineFlag(subject)], { cwd })
      expect(table.stdout).toContain(`${name}-waiting (created) at /data, read-only`)
      expect(table.stdout).toContain(`${name}: ${mountpoint}`)
      expect(await output([engine, 'volume', 'ls', '--quiet', '--filter', `name=${name}`])).toBe(name)
    })
  },
  hasImages,
)

nothingRemains()
