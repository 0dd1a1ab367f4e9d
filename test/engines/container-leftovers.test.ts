import { describe, expect, test } from 'vitest'
import { findLeftovers } from '../../src/engines/container-leftovers.js'
import { instanceName } from '../../src/engines/labels.js'
import type { ExecResult } from '../../src/exec.js'
import { fakeDeps, fakeExec } from '../fake.js'

const RUN_ID = '20261121-120000-abc123'
const NAME = instanceName(RUN_ID, 'bind', 0)
const OURS = { 'io.mountbench.run': RUN_ID, 'io.mountbench.owner': 'here/boot/1/1' }

interface Listed {
  containers?: { Name: string; labels: Record<string, string> | null }[]
  volumes?: { Name: string; Labels: Record<string, string> | null }[]
  more?: Record<string, Partial<ExecResult>>
}

/** A docker that lists these. */
function docker({ containers = [], volumes = [], more = {} }: Listed) {
  const list = (names: string[]) => ({ stdout: names.map((name) => `${name}\n`).join('') })
  const inspected = containers.map(({ Name, labels }) => ({
    Name: `/${Name}`,
    Image: 'sha256:1',
    Config: { Labels: labels },
  }))
  const execs = fakeExec({
    ...more,
    'docker ps': list(containers.map(({ Name }) => Name)),
    'docker volume ls': list(volumes.map(({ Name }) => Name)),
    'docker container inspect': { stdout: JSON.stringify(inspected) },
    'docker volume inspect': { stdout: JSON.stringify(volumes) },
  })
  return { ...execs, find: () => findLeftovers({ program: 'docker' }, fakeDeps({ exec: execs.exec })) }
}

/** What removing everything that was found runs. */
async function removing(listed: Listed) {
  const { find, lines } = docker(listed)
  const found = await find()
  const before = lines().length
  const problems = (await Promise.all(found.map(({ remove }) => remove()))).flat()
  return { commands: lines().slice(before), problems }
}

test('nothing of ours: only asked, by our label', async () => {
  const { find, lines } = docker({})
  expect(await find()).toEqual([])
  expect(lines()).toEqual([
    'docker ps --all --format {{.Names}} --filter label=io.mountbench.run',
    'docker volume ls --format {{.Name}} --filter label=io.mountbench.run',
  ])
})

test('containers come before the volumes that they hold, each with its run and owner', async () => {
  const found = await docker({
    containers: [{ Name: NAME, labels: OURS }],
    volumes: [{ Name: 'v', Labels: OURS }],
  }).find()
  expect(found.map(({ remove: _, ...rest }) => rest)).toEqual([
    { kind: 'container', name: NAME, runId: RUN_ID, owner: 'here/boot/1/1' },
    { kind: 'volume', name: 'v', runId: RUN_ID, owner: 'here/boot/1/1' },
  ])
})

test.each([
  null,
  {},
  { 'io.mountbench.run': RUN_ID },
  { 'io.mountbench.owner': 'x' },
  { 'io.mountbench.run': '', 'io.mountbench.owner': 'x' },
])('labels %j are not ours: left alone', async (labels) => {
  expect(
    await docker({ containers: [{ Name: NAME, labels }], volumes: [{ Name: 'v', Labels: labels }] }).find(),
  ).toEqual([])
})

test('a container goes with its anonymous volumes, a volume by its name; never prune', async () => {
  const { commands } = await removing({
    containers: [{ Name: NAME, labels: OURS }],
    volumes: [{ Name: 'v', Labels: OURS }],
  })
  expect(commands).toEqual([`docker rm --force --volumes ${NAME}`, 'docker volume rm v'])
})

describe('what a label names', () => {
  const labelled = (more: Record<string, string>, name = NAME) =>
    removing({ containers: [{ Name: name, labels: { ...OURS, ...more } }] })

  test('our folder on the host is removed', async () => {
    const { commands } = await labelled({ 'io.mountbench.folder': `/home/me/.mountbench/${RUN_ID}/${NAME}` })
    expect(commands).toContain(`rm -rf -- /home/me/.mountbench/${RUN_ID}/${NAME}`)
  })

  test.each(['/etc', '/', '/home/me', `/home/me/.mountbench/${RUN_ID}`, `/x/../etc/.mountbench/${RUN_ID}/${NAME}`])(
    'the forged folder %s is not',
    async (folder) => {
      const { commands } = await labelled({ 'io.mountbench.folder': folder })
      expect(commands.filter((line) => line.startsWith('rm '))).toEqual([])
    },
  )

  test('a folder with a forged run is not', async () => {
    const { commands } = await labelled(
      { 'io.mountbench.run': '..', 'io.mountbench.folder': '/home/me/photos' },
      'photos',
    )
    expect(commands.filter((line) => line.startsWith('rm '))).toEqual([])
  })

  test('the folder of another party is swept and removed like that of an instance', async () => {
    const name = `${NAME}-second`
    const folder = `/home/me/.mountbench/${RUN_ID}/${name}`
    const labels = { 'io.mountbench.sweep': `/archive/${name}`, 'io.mountbench.folder': folder }
    const { commands } = await labelled(labels, name)
    expect(commands.filter((line) => line.endsWith(`-rf -- /archive/${name}`))).toHaveLength(1)
    expect(commands.slice(-2)).toEqual([`docker rm --force --volumes ${name}`, `rm -rf -- ${folder}`])
  })

  test.each([`/archive/${NAME}-fourth`, `/archive/../etc/${NAME}`, `/${NAME}`, `/archive/${NAME}/..`])(
    'the forged folder %s of a party is not swept',
    async (sweep) => {
      const { commands } = await labelled({ 'io.mountbench.sweep': sweep })
      expect(commands).toEqual([`docker rm --force --volumes ${NAME}`])
    },
  )

  test('our folder on a mount is swept through a second container, labelled as ours', async () => {
    const { commands } = await labelled({ 'io.mountbench.sweep': `/mountbench/${NAME}` })
    const sweep = commands.find((line) => line.includes('--volumes-from'))
    expect(sweep).toMatch(new RegExp(`-rf -- /mountbench/${NAME}$`))
    expect(sweep).toContain(`--label io.mountbench.run=${RUN_ID}`)
    expect(commands.indexOf(`docker rm --force --volumes ${NAME}`)).toBeGreaterThan(commands.indexOf(sweep!))
  })

  test.each(['/mountbench', '/', '/data', '/mountbench/other', `/mountbench/${NAME}/..`])(
    'the forged sweep %s is not run',
    async (sweep) => {
      const { commands } = await labelled({ 'io.mountbench.sweep': sweep })
      expect(commands.some((line) => line.includes('-rf'))).toBe(false)
    },
  )
})

describe('a container that has ended already, as it does when its harness is killed', () => {
  test.each([
    `Error response from daemon: Cannot kill container: ${NAME}: Container de690d is not running`,
    `Error: can only kill running containers. de690d is in state exited: container state improper`,
  ])('%s is no problem', async (stderr) => {
    const labels = { ...OURS, 'io.mountbench.sweep': `/mountbench/${NAME}` }
    const { problems } = await removing({
      containers: [{ Name: NAME, labels }],
      more: { 'docker kill': { exitCode: 1, stderr } },
    })
    expect(problems).toEqual([])
  })
})

test('what cannot be removed is told with the command and the engine’s words', async () => {
  const { problems } = await removing({
    containers: [{ Name: NAME, labels: OURS }],
    more: { 'docker rm': { exitCode: 1, stderr: 'Error: device or resource busy\n' } },
  })
  expect(problems).toEqual([`docker rm --force --volumes ${NAME}: Error: device or resource busy`])
})

test('an engine that does not list is no clean engine', async () => {
  const execs = fakeExec({ 'docker ps': { exitCode: 1, stderr: 'daemon is gone' } })
  await expect(findLeftovers({ program: 'docker' }, fakeDeps({ exec: execs.exec }))).rejects.toMatchObject({
    code: 'cannot-run',
  })
})
