import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import { type ComposeRequest, composeOptions } from '../../src/compose/options.js'
import { fakeDeps, fakeEngine, fakeExec } from '../fake.js'

const NO_COMPOSE = { 'docker compose version': { exitCode: 1, stderr: "docker: 'compose' is not a docker command.\n" } }
const FILE = `
services:
  app:
    volumes: [ "db:/data", "./src:/app/src" ]
  cache:
    tmpfs: /run/cache
volumes: { db: }
`

/** The options that a Compose file gives in a folder with `src` and a file; `present` are the volumes of the engine. */
async function options(
  more: Partial<ComposeRequest> = {},
  {
    text = FILE,
    present = [] as string[],
    program = 'fake',
    answers = NO_COMPOSE as Parameters<typeof fakeExec>[0],
  } = {},
) {
  const { exec, commands } = fakeExec(answers)
  const deps = fakeDeps({ exec, env: {} })
  mkdirSync(join(deps.cwd, 'shop', 'src'), { recursive: true })
  writeFileSync(join(deps.cwd, 'shop', 'nginx.conf'), '')
  writeFileSync(join(deps.cwd, 'shop', 'compose.yaml'), text)
  const objection = async ({ name }: { name?: string }) =>
    name && present.includes(name) ? null : 'there is no volume'
  const { engine } = fakeEngine({ engine: { objection, program } })
  const chosen = await composeOptions({ file: 'shop/compose.yaml', words: [], ...more }, engine, deps)
  return { ...chosen, stderr: deps.stderr.text(), commands, folder: join(deps.cwd, 'shop') }
}

describe('the mounts of a file as options of a run', () => {
  test('all services, after a fresh volume to compare with', async () => {
    const { mounts, scenarios, folder, stderr, notes } = await options(
      { words: ['fsync-latency'] },
      { present: ['shop_db'] },
    )
    expect(mounts).toEqual([
      'fresh-volume=volume',
      'app-data=volume,name=shop_db',
      `app-app-src=bind,src=${folder}/src`,
      'cache-run-cache=tmpfs',
    ])
    expect(scenarios).toEqual(['fsync-latency'])
    expect(notes).toEqual([])
    expect(stderr).toContain('is read by mountbench itself, as there is no docker compose')
  })

  test.each<[Partial<ComposeRequest>, string[]]>([
    [{ words: ['cache'] }, ['fresh-volume', 'run-cache']],
    [{ service: ['cache'] }, ['fresh-volume', 'run-cache']],
    [{ words: ['app', 'cache'] }, ['fresh-volume', 'app-data', 'app-app-src', 'cache-run-cache']],
    [{ words: ['cache'], reference: 'run-cache' }, ['run-cache']],
    [{ words: ['cache'], reference: 'fresh-volume' }, ['fresh-volume', 'run-cache']],
    [{ words: ['cache'], mount: ['host'] }, ['host', 'run-cache']],
  ])('%j', async (request, labels) => {
    expect((await options(request)).mounts.map((mount) => mount.split('=')[0])).toEqual(labels)
  })

  test('what is not there yet is said, and kept for the record', async () => {
    const { notes, stderr } = await options()
    expect(notes).toEqual(["shop/compose.yaml: app /data: there is no volume 'shop_db' yet: a fresh one is measured"])
    expect(stderr).toContain(`note: ${notes[0]}\n`)
  })

  test('a volume that a running container has is said to be in use; one that is stopped does nothing', async () => {
    const has = (name: string, status: string) => ({
      Name: `/${name}`,
      State: { Status: status },
      Mounts: [{ Type: 'volume', Name: 'shop_db', Destination: '/d', RW: true }],
    })
    const inspected = JSON.stringify([has('web', 'running'), has('old', 'exited')])
    const answers = { ...NO_COMPOSE, 'docker ps': { stdout: 'web\nold\n' }, 'docker container': { stdout: inspected } }
    const { notes } = await options({}, { present: ['shop_db'], program: 'docker', answers })
    expect(notes).toEqual(['shop/compose.yaml: app /data: in use by web, whose own work there is in the figures'])
    const silent = { ...NO_COMPOSE, 'docker ps': { exitCode: 1 } }
    expect((await options({}, { present: ['shop_db'], program: 'docker', answers: silent })).notes).toEqual([])
  })

  test('a service with the name of a scenario is named with --service', async () => {
    const text = 'services: { metadata: { tmpfs: /a }, other: { tmpfs: /b } }'
    expect(await options({ words: ['metadata'] }, { text })).toMatchObject({
      scenarios: ['metadata'],
      mounts: { length: 3 },
    })
    expect(await options({ service: ['metadata'] }, { text })).toMatchObject({ scenarios: [], mounts: { length: 2 } })
  })

  test.each<[Partial<ComposeRequest>, RegExp]>([
    [{ words: ['ap'] }, /unknown scenario or service 'ap'/],
    [{ service: ['ap'] }, /unknown service 'ap'/],
    [{ file: 'nowhere.yaml' }, /the Compose file cannot be read: .*nowhere\.yaml/],
  ])('%j is bad input', async (request, message) => {
    await expect(options(request)).rejects.toMatchObject({ code: 'bad-input', message: expect.stringMatching(message) })
  })

  test('a file without a mount to measure is refused, with the reasons before', async () => {
    const text = 'services: { web: { volumes: [ "./nginx.conf:/etc/nginx.conf" ] } }'
    await expect(options({}, { text })).rejects.toThrow(/declares no mount that can be measured/)
  })
})

describe('docker compose, where it is installed', () => {
  // The shape of `docker compose config --format json`, v2: https://github.com/docker/compose/issues/13500 shows v5 leave `bind` empty.
  const config = (folder: string) => ({
    name: 'fromenv',
    services: {
      app: {
        image: 'x',
        environment: { A: '1' },
        volumes: [
          { type: 'volume', source: 'db', target: '/data', volume: {} },
          { type: 'bind', source: folder, target: '/src', read_only: true, bind: { create_host_path: true } },
          { type: 'bind', source: folder, target: '/again', bind: {} },
          { type: 'tmpfs', target: '/t', tmpfs: { size: '1048576' } },
        ],
      },
    },
    volumes: { db: { name: 'fromenv_db' } },
  })

  test('puts the file together, .env and all', async () => {
    const answers = {
      'docker compose version': { stdout: 'Docker Compose version v2.30.0\n' },
      'docker compose': { stdout: JSON.stringify(config('/')) },
    }
    const { mounts, commands, folder, stderr } = await options({}, { answers, present: ['fromenv_db'] })
    expect(mounts).toEqual([
      'fresh-volume=volume',
      'data=volume,name=fromenv_db',
      'src=bind,src=/,ro',
      'again=bind,src=/',
      't=tmpfs,size=1048576',
    ])
    expect(commands.at(-1)).toEqual([
      'docker',
      'compose',
      '--file',
      `${folder}/compose.yaml`,
      'config',
      '--format',
      'json',
    ])
    expect(stderr).toContain('is read by docker compose config')
  })

  test('what it refuses is refused in its words', async () => {
    const answers = {
      'docker compose version': {},
      'docker compose': { exitCode: 15, stderr: 'services.app additional properties are not allowed\n' },
    }
    await expect(options({}, { answers })).rejects.toThrow(/docker compose refuses it: services\.app additional/)
  })
})

test('--service without a file is bad input', async () => {
  const deps = fakeDeps()
  expect(await main(['run', '--service', 'app'], deps)).toBe(2)
  expect(deps.stderr.text()).toMatch(/--service is one of a Compose file/)
})
