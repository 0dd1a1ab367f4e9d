import { describe, expect, test } from 'vitest'
import { main } from '../src/cli.js'
import { dockerSizes, listVolumes, podmanSizes, untakenVolumes } from '../src/volumes.js'
import { fixture } from './builders.js'
import { fakeDeps, fakeExec } from './fake.js'

const ANONYMOUS = '59b4d4ee229280799ab4d0f9cbe988cf60d356dac828bc4bd9606a94c30fffb5'

describe('sizes as engines print them', () => {
  test('docker', () => {
    const { known, problem } = dockerSizes(fixture('engine-json/docker-20.10-system-df-volumes.json'))
    expect(problem).toBeNull()
    expect([...known]).toEqual([
      ['h4-used', 3_000_000],
      ['h4-unused', 0],
      [ANONYMOUS, 0],
    ])
  })

  test('podman: the table of volumes, and no other', () => {
    expect([...podmanSizes(fixture('engine-json/podman-4.3.1-system-df.txt'))]).toEqual([
      ['4d02be69fbecae42fca152eb009e6ff35960b9bd1d34d7838629e2ffe6b1a448', 0],
      ['h4-unused', 0],
      ['h4-used', 3_000_000],
    ])
    expect(podmanSizes('').size).toBe(0)
  })

  test('what docker does not count is not 0', () => {
    expect(dockerSizes('[{"Name":"nfs","Size":"N/A"}]').known.has('nfs')).toBe(false)
    expect(dockerSizes('[{"Name":"a","Size":"12.34kB"}]').known.get('a')).toBe(12_340)
    expect(dockerSizes('nonsense')).toMatchObject({ problem: expect.stringContaining('not known here') })
  })
})

const volume = (name: string, more: object = {}) => ({
  Name: name,
  Driver: 'local',
  Mountpoint: `/v/${name}`,
  Labels: null,
  ...more,
})
const container = (name: string, status: string, mounts: object[]) => ({
  Name: name,
  State: { Status: status },
  Mounts: mounts,
})
const mounted = (name: string, writable = true) => ({ Type: 'volume', Name: name, Destination: '/data', RW: writable })

/** A docker with two volumes, one of them used twice. */
const DOCKER = {
  'docker volume ls': { stdout: 'used\nfar\n' },
  'docker volume inspect': {
    stdout: JSON.stringify([volume('used'), volume('far', { Driver: 'nfs', Mountpoint: '' })]),
  },
  'docker system df': { stdout: '[{"Name":"used","Size":"3MB"},{"Name":"far","Size":"N/A"}]' },
  'docker ps': { stdout: 'web\nold\ngone\n' },
  // One that was removed since it was listed.
  'docker container inspect': {
    exitCode: 1,
    stderr: 'Error: No such container: gone\n',
    stdout: JSON.stringify([
      container('/web', 'running', [mounted('used'), { Type: 'bind', Destination: '/src', RW: true }]),
      container('/old', 'exited', [mounted('used', false)]),
    ]),
  },
}

describe('the volumes of an engine', () => {
  test('each with its users, and a reason where there is no size', async () => {
    expect(await listVolumes('docker', fakeExec(DOCKER))).toEqual([
      {
        ...{ engine: 'docker', name: 'far', driver: 'nfs', mountpoint: null, usedBy: [], runId: null },
        ...{ sizeBytes: null, sizeProblem: 'docker does not say for driver nfs' },
      },
      {
        ...{ engine: 'docker', name: 'used', driver: 'local', mountpoint: '/v/used', runId: null },
        ...{ sizeBytes: 3_000_000, sizeProblem: null },
        usedBy: [
          { container: 'web', state: 'running', path: '/data', readOnly: false },
          { container: 'old', state: 'exited', path: '/data', readOnly: true },
        ],
      },
    ])
  })

  test('none, without asking about nothing', async () => {
    const fake = fakeExec()
    expect(await listVolumes('podman', fake)).toEqual([])
    expect(fake.lines().some((line) => line.includes('inspect'))).toBe(false)
  })

  test.each([
    [{ timedOut: true, exitCode: 143 }, /did not count it within 20 s/],
    [{ exitCode: 1, stderr: 'no permission\n' }, /does not count it: no permission/],
  ])('without the sizes the rest is told', async (answer, reason) => {
    const volumes = await listVolumes('docker', fakeExec({ ...DOCKER, 'docker system df': answer }))
    expect(volumes.map(({ sizeBytes }) => sizeBytes)).toEqual([null, null])
    for (const { sizeProblem } of volumes) expect(sizeProblem).toMatch(reason)
  })

  test('ours is one with our labels', async () => {
    const labels = { 'io.mountbench.run': 'r1', 'io.mountbench.owner': 'me' }
    const inspected = { stdout: JSON.stringify([volume('a', { Labels: labels }), volume('b', { Labels: { x: 'y' } })]) }
    const volumes = await listVolumes('docker', fakeExec({ ...DOCKER, 'docker volume inspect': inspected }))
    expect(volumes.map(({ name, runId }) => [name, runId])).toEqual([
      ['a', 'r1'],
      ['b', null],
    ])
  })

  test('that cannot be listed is an error in its own words', async () => {
    const broken = fakeExec({ 'docker volume ls': { exitCode: 1, stderr: 'daemon is gone\n' } })
    await expect(listVolumes('docker', broken)).rejects.toThrow(/docker volume ls failed: daemon is gone/)
  })
})

test("podman's volumes that no container has had", async () => {
  // podman 4.3 leaves the word out once a container had it.
  const inspected = JSON.stringify([volume('new', { NeedsChown: true }), volume('had')])
  expect([...(await untakenVolumes(['new', 'had'], fakeExec({ podman: { stdout: inspected } })))]).toEqual(['new'])
  expect([...(await untakenVolumes([], fakeExec()))]).toEqual([])
})

describe('the command', () => {
  test('without an engine: why, and exit code 3', async () => {
    const { exec } = fakeExec({ docker: { exitCode: 127 }, podman: { exitCode: 127 } })
    const deps = fakeDeps({ exec })
    expect(await main(['volumes'], deps)).toBe(3)
    expect(deps.stderr.text()).toMatch(/no engine with volumes answers[\s\S]*docker is not installed/)
  })

  test('the namespaces engine has none', async () => {
    expect(await main(['volumes', '--engine', 'namespaces'], fakeDeps())).toBe(2)
  })

  test('a table and JSON of what docker has, and nothing but questions is asked', async () => {
    const version = { stdout: fixture('engine-json/docker-version.json') }
    const info = { stdout: fixture('engine-json/docker-20.10-info.json') }
    const fake = fakeExec({ 'docker version': version, 'docker info': info, ...DOCKER, podman: { exitCode: 127 } })
    const deps = fakeDeps({ exec: fake.exec })
    expect(await main(['volumes'], deps)).toBe(0)
    const text = deps.stdout.text()
    expect(text).toMatch(/used +│ docker │ 2\.86 MiB │ web \(running\) at \/data/)
    expect(text).toContain('old (exited) at /data, read-only')
    expect(text).toContain('size not told: docker does not say for driver nfs')
    expect(deps.stderr.text()).toMatch(/not looked at: podman: podman is not installed/)
    const asked = fake.commands
      .filter(([program]) => program === 'docker')
      .map((command) => command.slice(1, 3).join(' '))
    for (const words of asked)
      expect(words).toMatch(/^(version|info|context inspect|volume (ls|inspect)|system df|ps|container inspect)/)

    const json = fakeDeps({ exec: fake.exec })
    await main(['volumes', '--engine', 'docker', '--format', 'json'], json)
    expect(JSON.parse(json.stdout.text()).map(({ name }: { name: string }) => name)).toEqual(['far', 'used'])
  })
})
