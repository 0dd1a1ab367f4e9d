import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readRun } from '../../src/index.js'
import { onEach } from './support/subjects.js'
import { engineFlag, freshFolder, mountbench, nothingRemains } from './support/world.js'

/**
 * Direct writes: what the engine's throttle can slow down, by more than any noise, as it lets the first bytes of a container through. Two
 * volumes, so that the ratio is about 1.
 */
const MEASURE = ['run', 'seq-write-direct', '--size', '64m', '--rounds', '12', '--mount', 'volume']
const GATE = ['--baseline', 'latest', '--gate', '--quiet']

onEach(
  'the gate',
  (subject) => {
    const call = (cwd: string, args: string[]) => mountbench(subject, [...args, ...engineFlag(subject)], { cwd })

    test('fails for a target that was slowed down, measured twice, and names it; passes for the same again', async () => {
      const cwd = freshFolder(subject)
      const results = join(cwd, 'results')
      const same = [...MEASURE, '--mount', 'other=volume']
      expect(await call(cwd, [...same, '--label', 'before', '--quiet'])).toMatchObject({ exitCode: 0 })
      const [first] = readdirSync(results)
      const { targets, cells } = await readRun(join(results, first!))
      const proof = targets[1]!.proof!
      const device = (proof.backing ?? proof).source
      const bytes = cells.find(({ target }) => target === 'other')!.median!
      const slowed = [
        ...MEASURE,
        '--mount',
        `other=volume,engine-arg=--device-write-bps=${device}:${Math.round(bytes / 8)}`,
      ]

      const again = await call(cwd, [...same, ...GATE, '--confirm'])
      expect(again, again.stderr).toMatchObject({ exitCode: 0, stderr: expect.stringMatching(/^gate: pass$/m) })

      const worse = await call(cwd, [...slowed, '--baseline', 'before', '--gate', '--confirm'])
      expect(worse, worse.stderr).toMatchObject({ exitCode: 1 })
      expect(worse.stderr).toContain('measuring seq-write-direct once more on volume, other')
      expect(worse.stderr).toMatch(
        /^gate: regression\n {2}seq-write-direct on other: regression 0\.\d+x .*measured again: regression/m,
      )
    })

    test('a run file that is none is exit 2 with one clear line, before anything is measured', async () => {
      const cwd = freshFolder(subject)
      writeFileSync(join(cwd, 'foreign.json'), '{"a":1}')
      const { exitCode, stdout, stderr } = await call(cwd, [...MEASURE, '--baseline', './foreign.json', '--gate'])
      expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
      expect(stderr).toMatch(/^mountbench: .*foreign\.json is not a run of mountbench/)
      expect(readdirSync(cwd)).toEqual(['foreign.json'])
    })
  },
  // Podman throttles only where the block controller of the control groups is its own.
  ({ engine }) => engine === 'docker',
)

nothingRemains()
