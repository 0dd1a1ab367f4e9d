import { expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import { instanceName } from '../../src/engines/labels.js'
import type { ExecResult } from '../../src/exec.js'
import { ownerOf } from '../../src/owner.js'
import { fixture } from '../builders.js'
import { fakeDeps, fakeExec } from '../fake.js'

const RUN_ID = '20261121-120000-abc123'
const NAME = instanceName(RUN_ID, 'volume', 0)

/** `mountbench clean` where docker has a container and a volume of a run of this owner. */
async function clean(owner: string | null, more: Record<string, Partial<ExecResult>> = {}) {
  const Labels = { 'io.mountbench.run': RUN_ID, 'io.mountbench.owner': owner ?? '' }
  const names = owner === null ? '' : `${NAME}\n`
  const { exec, lines } = fakeExec({
    'docker version': { stdout: fixture('engine-json/docker-version.json') },
    'docker info': { stdout: fixture('engine-json/docker-20.10-info.json') },
    'docker ps': { stdout: names },
    'docker volume ls': { stdout: names },
    'docker container inspect': {
      stdout: JSON.stringify([{ Name: `/${NAME}`, Image: 'sha256:1', Config: { Labels } }]),
    },
    'docker volume inspect': { stdout: JSON.stringify([{ Name: NAME, Labels }]) },
    podman: { exitCode: 127 },
    unshare: { exitCode: 1, stderr: 'unshare: unshare failed: Operation not permitted' },
    ...more,
  })
  const deps = fakeDeps({ exec })
  const exitCode = await main(['clean'], deps)
  const removing = lines().filter((line) => / rm | prune/.test(line))
  return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text(), removing }
}

const gone = async () => (await ownerOf(process.pid)).replace(/\/\d+$/, '/1')

test('nothing there', async () => {
  expect(await clean(null)).toMatchObject({ exitCode: 0, stdout: 'nothing of ours is left behind\n', removing: [] })
})

test('engines that do not answer are told', async () => {
  expect((await clean(null)).stderr).toMatch(
    /not looked at: podman: podman is not installed\nnot looked at: namespaces: /,
  )
})

test('of a run that was killed, all', async () => {
  const { exitCode, stdout, removing } = await clean(await gone())
  expect(exitCode).toBe(0)
  expect(stdout).toBe(`removed container ${NAME}\nremoved volume ${NAME}\n`)
  expect(removing).toEqual([`docker rm --force --volumes ${NAME}`, `docker volume rm ${NAME}`])
})

test('of a run that goes on, nothing', async () => {
  const { exitCode, stdout, removing } = await clean(await ownerOf(process.pid))
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`kept container ${NAME}: its run is still going on`)
  expect(removing).toEqual([])
})

test('of a run on another host, nothing', async () => {
  const { stdout, removing } = await clean('elsewhere/boot/1/1')
  expect(stdout).toContain('its run was started on another host')
  expect(removing).toEqual([])
})

test('what cannot be removed is exit 3, and said', async () => {
  const { exitCode, stdout, stderr } = await clean(await gone(), {
    'docker rm': { exitCode: 1, stderr: 'device busy\n' },
  })
  expect(exitCode).toBe(3)
  expect(stderr).toContain(`docker rm --force --volumes ${NAME}: device busy`)
  expect(stdout).toContain(`removed volume ${NAME}`)
})

test('an engine that answers but cannot list is told, and is not called clean', async () => {
  const { stdout, stderr } = await clean(null, { 'docker ps': { exitCode: 1, stderr: 'daemon is going away\n' } })
  expect(stderr).toContain('daemon is going away')
  expect(stdout).not.toContain('nothing of ours is left behind')
})
