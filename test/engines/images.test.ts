import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { buildTools, findImage } from '../../src/engines/images.js'
import { TOOLS_IMAGE } from '../../src/engines/labels.js'
import type { ExecResult } from '../../src/exec.js'
import { TOOL_VERSION } from '../../src/version.js'
import { type FakeDeps, fakeDeps, fakeExec } from '../fake.js'

const NO_REGISTRY =
  'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 10.0.0.1:53: no such host\n'

const HASH = createHash('sha256').update(readFileSync('Dockerfile')).digest('hex')

/** What `image inspect` says of an image of that Dockerfile. */
const inspected = (dockerfile: string | null) =>
  JSON.stringify([
    {
      Id: 'sha256:77',
      RepoDigests: ['mine@sha256:88'],
      Config: { Labels: dockerfile === null ? null : { 'mountbench.dockerfile': dockerfile } },
    },
  ])

/** A docker without the image, until it is built or pulled. */
function docker(
  {
    has = false,
    build = {},
    pull = {},
    dockerfile = HASH,
  }: { has?: boolean; build?: Partial<ExecResult>; pull?: Partial<ExecResult>; dockerfile?: string | null },
  more: Partial<FakeDeps> = {},
) {
  let there = has
  const making = (answer: Partial<ExecResult>) => () => {
    there = (answer.exitCode ?? 0) === 0
    return answer
  }
  const execs = fakeExec({
    'docker image inspect': () =>
      there ? { stdout: inspected(dockerfile) } : { exitCode: 1, stderr: 'No such image' },
    'docker build': making(build),
    'docker pull': making(pull),
  })
  return { ...execs, deps: fakeDeps({ exec: execs.exec, ...more }) }
}

test('the tools image has the version of this tool', () => {
  expect(TOOLS_IMAGE).toBe(`mountbench/tools:${TOOL_VERSION}`)
})

describe('found', () => {
  test.each([null, 'mine:1'])('%j: its id and digests, nothing else is run', async (name) => {
    const { deps, lines } = docker({ has: true })
    expect(await findImage('docker', { name, pull: 'missing' }, deps)).toEqual({
      name: name ?? TOOLS_IMAGE,
      id: 'sha256:77',
      digests: ['mine@sha256:88'],
    })
    expect(lines()).toEqual([`docker image inspect ${name ?? TOOLS_IMAGE}`])
  })

  test('an image without digests', async () => {
    const { exec } = fakeExec({ 'docker image inspect': { stdout: '[{"Id": "sha256:77", "RepoDigests": null}]' } })
    expect(await findImage('docker', { name: null, pull: 'missing' }, fakeDeps({ exec }))).toMatchObject({
      digests: [],
    })
  })
})

describe('ours, of another Dockerfile', () => {
  test.each([['0123abc'], [null]])('%j: is built again, and this is said', async (dockerfile) => {
    const { deps, lines } = docker({ has: true, dockerfile })
    await findImage('docker', { name: null, pull: 'missing' }, deps)
    expect(lines().filter((line) => line.startsWith('docker build'))).toHaveLength(1)
    expect(deps.stderr.text()).toContain('is of another Dockerfile')
  })

  test('is used when it cannot be built, with a warning', async () => {
    const inspecting = fakeExec({
      'docker image inspect': { stdout: inspected('0123abc') },
      'docker build': { exitCode: 1, stderr: 'E: Unable to locate package fio\n' },
    })
    const deps = fakeDeps({ exec: inspecting.exec })
    expect(await findImage('docker', { name: null, pull: 'missing' }, deps)).toMatchObject({ id: 'sha256:77' })
    expect(deps.stderr.text()).toMatch(/warning: .*Unable to locate package fio; the old image is used/)
  })

  test('another image has no Dockerfile of ours', async () => {
    const { deps, lines } = docker({ has: true, dockerfile: null })
    await findImage('docker', { name: 'mine:1', pull: 'missing' }, deps)
    expect(lines()).toHaveLength(1)
  })
})

describe('ours, missing', () => {
  test('is built from the shipped Dockerfile, without a context, and this is said', async () => {
    const { deps, lines, inputs } = docker({})
    expect(await findImage('docker', { name: null, pull: 'missing' }, deps)).toMatchObject({ id: 'sha256:77' })
    expect(lines()[1]).toBe(`docker build --tag ${TOOLS_IMAGE} --label mountbench.dockerfile=${HASH} -`)
    expect(inputs[0]).toMatch(/^FROM debian:bookworm-slim/m)
    expect(inputs[0]).toContain('fio')
    expect(deps.stderr.text()).toContain(`building ${TOOLS_IMAGE}`)
  })

  test('a build that fails: the last line, the command, the end of its output', async () => {
    const { deps } = docker({
      build: { exitCode: 1, stdout: 'Step 2/3 : RUN apt-get\n', stderr: 'E: Unable to locate package fio\n' },
    })
    const error = await findImage('docker', { name: null, pull: 'missing' }, deps).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'cannot-run',
      message: `docker cannot build ${TOOLS_IMAGE}: E: Unable to locate package fio`,
    })
    expect(error.details).toContain(`docker build --tag ${TOOLS_IMAGE} -`)
    expect(error.details).toContain('Step 2/3')
  })

  test('without a registry the error names --image, docker load and --engine namespaces', async () => {
    const { deps } = docker({ build: { exitCode: 1, stderr: NO_REGISTRY } })
    const error = await findImage('docker', { name: null, pull: 'missing' }, deps).catch((thrown) => thrown)
    for (const word of ['--image', 'docker load', '--engine namespaces']) expect(error.hint).toContain(word)
  })

  test('Ctrl-C while building is an interruption', async () => {
    const stopping = new AbortController()
    const { deps } = docker({ build: { exitCode: 130 } }, { signal: stopping.signal })
    stopping.abort()
    await expect(buildTools('docker', [], deps)).rejects.toMatchObject({ code: 'interrupted' })
  })

  test('further arguments of the build', async () => {
    const { deps, lines } = docker({})
    await buildTools('docker', ['--network', 'host'], deps)
    expect(lines()).toEqual([
      `docker build --tag ${TOOLS_IMAGE} --label mountbench.dockerfile=${HASH} --network host -`,
    ])
  })
})

describe('another, missing', () => {
  test('is pulled when that is allowed, and this is said', async () => {
    const { deps, lines } = docker({})
    expect(await findImage('docker', { name: 'mine:1', pull: 'missing' }, deps)).toMatchObject({ id: 'sha256:77' })
    expect(lines()).toContain('docker pull mine:1')
    expect(deps.stderr.text()).toBe('pulling mine:1\n')
  })

  test('--pull never fetches nothing', async () => {
    const { deps, lines } = docker({})
    await expect(findImage('docker', { name: 'mine:1', pull: 'never' }, deps)).rejects.toMatchObject({
      code: 'cannot-run',
      message: expect.stringContaining('--pull never'),
      hint: expect.stringContaining('docker load'),
    })
    expect(lines()).toEqual(['docker image inspect mine:1'])
  })

  test('is never built', async () => {
    const { deps, lines } = docker({ pull: { exitCode: 1, stderr: NO_REGISTRY } })
    await expect(findImage('docker', { name: 'mine:1', pull: 'missing' }, deps)).rejects.toMatchObject({
      code: 'cannot-run',
      message: expect.stringContaining('no such host'),
      hint: expect.stringContaining('--engine namespaces'),
    })
    expect(lines().some((line) => line.includes('build'))).toBe(false)
  })

  test('Ctrl-C while pulling is an interruption', async () => {
    const stopping = new AbortController()
    const { deps } = docker({ pull: { exitCode: 130 } }, { signal: stopping.signal })
    stopping.abort()
    await expect(findImage('docker', { name: 'mine:1', pull: 'missing' }, deps)).rejects.toMatchObject({
      code: 'interrupted',
    })
  })
})
