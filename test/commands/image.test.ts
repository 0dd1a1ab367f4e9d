import { expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import { TOOLS_IMAGE } from '../../src/engines/labels.js'
import type { ExecResult } from '../../src/exec.js'
import { fixture } from '../builders.js'
import { fakeDeps, fakeExec } from '../fake.js'

async function image(argv: string[], more: Record<string, Partial<ExecResult>> = {}) {
  const { exec, lines } = fakeExec({
    'docker version': { stdout: fixture('engine-json/docker-version.json') },
    'docker info': { stdout: fixture('engine-json/docker-20.10-info.json') },
    'docker image inspect': { stdout: '[{"Id": "sha256:77"}]' },
    ...more,
  })
  const deps = fakeDeps({ exec })
  const exitCode = await main(['image', '--engine', 'docker', ...argv], deps)
  return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text(), lines: lines() }
}

test('builds the image, also when it is there, and prints its name and id', async () => {
  const { exitCode, stdout, lines } = await image([])
  expect(exitCode).toBe(0)
  expect(stdout).toBe(`${TOOLS_IMAGE} sha256:77\n`)
  const built = lines.filter((line) => line.startsWith('docker build'))
  expect(built).toEqual([
    expect.stringMatching(`^docker build --tag ${TOOLS_IMAGE} --label mountbench.dockerfile=[0-9a-f]{64} -$`),
  ])
})

test('with the network that is asked for', async () => {
  const { lines } = await image(['--network', 'host'])
  expect(lines.filter((line) => line.startsWith('docker build'))).toEqual([expect.stringMatching(/ --network host -$/)])
})

test('a build that fails is exit 3 with its last words', async () => {
  const { exitCode, stdout, stderr } = await image([], {
    'docker build': { exitCode: 1, stderr: 'E: Unable to locate package fio\n' },
  })
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: '' })
  expect(stderr).toContain('cannot build')
  expect(stderr).toContain('E: Unable to locate package fio')
})
