import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { main } from '../../src/cli.js'
import type { Run } from '../../src/model.js'
import { systemDeps } from '../../src/system.js'
import { smallRun } from '../builders.js'
import { fakeStream } from '../fake.js'
import { hostileRun } from '../report/hostile.js'
import { commandLine, output, run as runProgram, start, until } from './support/program.js'
import { asOrdinary, describeWith, freePort, openFolder, type Server, startServer } from './support/servers.js'

const BIN = join(import.meta.dirname, '../../dist/src/bin.js')
const PASSWORD = 's3cret+pass/word'
const run = smallRun({ label: 'nightly' })
const slower: Run = { ...run, cells: run.cells.map((cell) => ({ ...cell, median: cell.median && cell.median / 2 })) }
const bind = run.cells.find(({ scenario, target }) => scenario === 'seq-write' && target === 'bind')!

let cwd = ''
beforeEach(() => {
  cwd = openFolder()
  save(run)
})
afterEach(() => {
  // Whatever happened, the run is as it was.
  expect(saved()).toBe(readFileSync(join(cwd, 'kept'), 'utf8'))
  rmSync(cwd, { recursive: true, force: true })
})

function save(of: Run): void {
  const folder = join(cwd, 'results', of.runId)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'run.json'), JSON.stringify(of))
  writeFileSync(join(cwd, 'kept'), JSON.stringify(of))
}
const saved = () => readFileSync(join(cwd, 'results', run.runId, 'run.json'), 'utf8')

interface Pushed {
  exitCode: number | null
  stdout: string
  stderr: string
}

/** Nothing that is said has the password in it. */
function checked(finished: Pushed): Pushed {
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)])
    expect(finished.stdout + finished.stderr).not.toContain(secret)
  return finished
}

const argvOf = (args: readonly string[]) => ['push', '--attempts', '2', ...args]

/** `mountbench push …` in this process, which starts in no time. */
async function push(args: readonly string[], env: Record<string, string> = {}): Promise<Pushed> {
  const [stdout, stderr] = [fakeStream(), fakeStream()]
  const exitCode = await main(argvOf(args), await systemDeps({ cwd, env, stdout, stderr }))
  return checked({ exitCode, stdout: stdout.text(), stderr: stderr.text() })
}

/** The same with the built program. */
const pushBuilt = async (args: readonly string[], env: Record<string, string> = {}) =>
  checked(await runProgram(commandLine({ user: null, bin: BIN }, argvOf(args)), { cwd, env }))

const fails = (stderr: RegExp) => ({ exitCode: 3, stdout: '', stderr: expect.stringMatching(stderr) })
const get = async (url: string, headers = {}) => (await fetch(url, { headers })).text()

describeWith('a Prometheus Pushgateway', ['prometheus-pushgateway'], () => {
  let plain: Server
  let guarded: Server
  // Of "test", as in Prometheus' own guide to basic authentication.
  const HASH = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay'
  const gateway = (more: (folder: string) => string[], prepare?: (folder: string) => Promise<unknown>) =>
    startServer(
      (port, folder) =>
        asOrdinary('nobody', ['prometheus-pushgateway', `--web.listen-address=127.0.0.1:${port}`, ...more(folder)]),
      undefined,
      prepare,
    )
  beforeAll(async () => {
    plain = await gateway(() => [])
    guarded = await gateway(
      (folder) => [`--web.config.file=${folder}/web.yml`],
      async (folder) => writeFileSync(join(folder, 'web.yml'), `basic_auth_users:\n  bench: ${HASH}\n`),
    )
  })
  afterAll(async () => {
    await plain?.stop()
    await guarded?.stop()
  })
  const series = async (name: string) => {
    const lines = (await get(`http://127.0.0.1:${plain.port}/metrics`)).split('\n')
    return lines.filter((line) => line.startsWith(`${name}{`))
  }

  test('has the figures, in a group of the engine and environment; a later run replaces them', async () => {
    const to = ['--to', `http://127.0.0.1:${plain.port}`]
    expect(await push(to)).toMatchObject({ exitCode: 0, stdout: '' })
    const [first] = (await series('mountbench_bandwidth_bytes_per_second')).filter((line) =>
      line.includes('target="bind"'),
    )
    for (const label of ['job="mountbench"', 'engine="docker"', 'fingerprint="0123456789ab"', 'scenario="seq-write"'])
      expect(first).toContain(label)
    expect(Number(first?.split(' ').at(-1))).toBe(bind.median)
    expect(await series('push_failure_time_seconds')).toEqual([expect.stringMatching(/ 0$/)])
    save(slower)
    await push(to)
    const after = (await series('mountbench_bandwidth_bytes_per_second')).filter((line) =>
      line.includes('target="bind"'),
    )
    expect(after.map((line) => Number(line.split(' ').at(-1)))).toEqual([(bind.median ?? 0) / 2])
  })

  test('keeps labels that others could not spell', async () => {
    const text = 'say "hi"\\\nשלום </script>'
    save({ ...hostileRun(text), runId: run.runId })
    expect(await push(['--to', `http://127.0.0.1:${plain.port}/metrics/job/other`])).toMatchObject({ exitCode: 0 })
    const lines = await series('mountbench_rounds')
    expect(lines.join('\n')).toContain('target="say \\"hi\\"\\\\\\nשלום </script>"')
  })

  test('with a password: taken with it, refused without, and told so', async () => {
    const at = (user: string) => ['--to', `http://${user}127.0.0.1:${guarded.port}`]
    expect(await push(at('bench:test@'))).toMatchObject({ exitCode: 0 })
    expect(await push(at(''))).toMatchObject(fails(/^mountbench: not pushed to http:.*: 401 Unauthorized/))
    const wrong = await push(at(`bench:${encodeURIComponent(PASSWORD)}@`))
    expect(wrong).toMatchObject(fails(/401 Unauthorized[\s\S]*hint: put user:password@ into the address/))
    expect(wrong.stderr).toContain(`the run ${run.runId} is kept as it was`)
  })
})

describeWith('InfluxDB 1', ['influxd'], () => {
  let server: Server
  const query = async (q: string, db = 'bench') => {
    const url = `http://127.0.0.1:${server.port}/query?u=admin&p=${encodeURIComponent(PASSWORD)}&db=${db}&q=${encodeURIComponent(q)}`
    const response = await fetch(url, { method: 'POST' })
    return (await response.json()) as { results: { series?: { columns: string[]; values: unknown[][] }[] }[] }
  }
  /** The points of a query, as objects. */
  const points = async (q: string) => {
    const [found] = (await query(q)).results[0]?.series ?? []
    return (found?.values ?? []).map((values) =>
      Object.fromEntries(found?.columns.map((name, i) => [name, values[i]]) ?? []),
    )
  }
  beforeAll(async () => {
    const rpc = await freePort()
    server = await startServer(
      () => asOrdinary('nobody', ['influxd']),
      (port, folder) => ({
        HOME: folder,
        INFLUXDB_BIND_ADDRESS: `127.0.0.1:${rpc}`,
        INFLUXDB_META_DIR: `${folder}/meta`,
        INFLUXDB_DATA_DIR: `${folder}/data`,
        INFLUXDB_DATA_WAL_DIR: `${folder}/wal`,
        INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${port}`,
        INFLUXDB_HTTP_AUTH_ENABLED: 'true',
        INFLUXDB_MONITOR_STORE_ENABLED: 'false',
      }),
    )
    await query(`CREATE USER admin WITH PASSWORD '${PASSWORD}' WITH ALL PRIVILEGES`)
    await query('CREATE DATABASE bench')
  })
  afterAll(() => server?.stop())
  const to = (db = 'bench') => ['--to', `http://127.0.0.1:${server.port}/write?db=${db}`]
  const admin = { INFLUX_USERNAME: 'admin', INFLUX_PASSWORD: PASSWORD }

  test('has the points; the same run again makes no more of them', async () => {
    expect(await push(to(), admin)).toMatchObject({ exitCode: 0 })
    expect(await push(to(), admin)).toMatchObject({ exitCode: 0 })
    const all = await points('SELECT * FROM mountbench')
    expect(all).toHaveLength(run.cells.length)
    expect(all.find(({ scenario, target }) => scenario === 'seq-write' && target === 'bind')).toMatchObject({
      time: '2026-11-21T12:00:00Z',
      bandwidth_bytes_per_second: bind.median,
      bandwidth_bytes_per_second_low: bind.low,
      ratio: bind.comparison?.ratio,
      rounds: 12,
      verdict: 'faster',
      label: 'nightly',
    })
    expect(all.find(({ status }) => status === 'failed')).toMatchObject({
      target: 'bind',
      bandwidth_bytes_per_second: null,
    })
  })

  test('keeps labels that others could not spell', async () => {
    const text = 'say "hi", a=b שלום </script>'
    save({ ...hostileRun(text), runId: run.runId })
    expect(await push(to(), admin)).toMatchObject({ exitCode: 0 })
    const found = (await points('SELECT * FROM mountbench')).filter(({ scenario }) => scenario === text)
    expect(found.map(({ target }) => target)).toEqual(expect.arrayContaining([text, 'bind', 'tmpfs']))
    expect(found[0]).toMatchObject({ reference: text, label: text, commit: text })
  })

  test('the wrong password, and no database: one attempt, what to do, the run is kept', async () => {
    expect(await push(to(), { ...admin, INFLUX_PASSWORD: `${PASSWORD}x` })).toMatchObject(
      fails(
        /401 Unauthorized: .*authorization failed.*\nhint: set INFLUX_TOKEN, or INFLUX_USERNAME and INFLUX_PASSWORD/,
      ),
    )
    expect(await push(to('nothing'), admin)).toMatchObject(
      fails(/404 Not Found: .*database not found.*\nhint: create it: CREATE DATABASE "nothing"/),
    )
  })
})

// A server of somebody else that takes what InfluxDB 2 takes at this address.
describeWith('the write address of InfluxDB 2 (VictoriaMetrics)', ['victoria-metrics'], () => {
  let server: Server
  beforeAll(async () => {
    server = await startServer((port, folder) =>
      asOrdinary('nobody', [
        'victoria-metrics',
        `-httpListenAddr=127.0.0.1:${port}`,
        `-storageDataPath=${folder}/data`,
        '-retentionPeriod=100y',
        '-memory.allowedBytes=64MB',
      ]),
    )
  })
  afterAll(() => server?.stop())

  test('has the figures of every cell', async () => {
    expect(await push(['--to', `http://127.0.0.1:${server.port}/api/v2/write?org=o&bucket=b`])).toMatchObject({
      exitCode: 0,
    })
    await get(`http://127.0.0.1:${server.port}/internal/force_flush`)
    const match = encodeURIComponent('{scenario="seq-write",target="bind"}')
    const lines = (await get(`http://127.0.0.1:${server.port}/api/v1/export?match[]=${match}`)).trim().split('\n')
    const series = lines.map(
      (line) => JSON.parse(line) as { metric: Record<string, string>; values: number[]; timestamps: number[] },
    )
    const own = series.find(({ metric }) => metric.__name__ === 'mountbench_bandwidth_bytes_per_second')
    expect(own).toMatchObject({
      values: [bind.median],
      timestamps: [Date.parse(run.startedAt)],
      metric: { engine: 'docker', type: 'bind' },
    })
  })
})

describeWith('PostgreSQL', ['/usr/lib/postgresql/15/bin/postgres', 'psql', 'openssl'], () => {
  const BIN_FOLDER = '/usr/lib/postgresql/15/bin'
  let server: Server
  let certificate = ''
  const address = (parameters = '', password = PASSWORD, name = 'bench') =>
    `postgresql://bench:${encodeURIComponent(password)}@localhost:${server.port}/${name}${parameters}`
  const to = (...given: Parameters<typeof address>) => ['--postgres', address(...given)]
  const sql = (text: string) => output(['psql', '-X', '-At', '-v', 'ON_ERROR_STOP=1', '-c', text, address()])
  beforeAll(async () => {
    server = await startServer(
      (port, folder) =>
        asOrdinary('postgres', [`${BIN_FOLDER}/postgres`, '-D', `${folder}/data`, '-p', String(port), '-k', folder]),
      undefined,
      async (folder) => {
        writeFileSync(join(folder, 'password'), PASSWORD, { mode: 0o644 })
        const as = (...command: string[]) => output(asOrdinary('postgres', command), folder)
        await as(
          `${BIN_FOLDER}/initdb`,
          '-D',
          `${folder}/data`,
          '-U',
          'bench',
          '-A',
          'scram-sha-256',
          `--pwfile=${folder}/password`,
          '-N',
        )
        certificate = `${folder}/data/server.crt`
        const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
        await as(
          'openssl',
          'req',
          '-x509',
          '-newkey',
          'rsa:2048',
          '-nodes',
          '-days',
          '2',
          '-keyout',
          `${folder}/data/server.key`,
          '-out',
          certificate,
          ...names,
        )
        writeFileSync(join(folder, 'data/postgresql.conf'), "ssl = on\nfsync = off\nlisten_addresses = '127.0.0.1'\n", {
          flag: 'a',
        })
      },
    )
    await output(['psql', '-X', '-c', 'create database bench', address('', PASSWORD, 'postgres')])
  })
  afterAll(() => server?.stop())

  test('has the run and its cells; the same run again replaces them', async () => {
    expect(await push(to())).toMatchObject({ exitCode: 0 })
    save(slower)
    expect(await push(to())).toMatchObject({ exitCode: 0 })
    expect(await sql('select run_id, label, engine, reference from mountbench_run')).toBe(
      `${run.runId}|nightly|docker|volume`,
    )
    expect(await sql('select count(*), sum(rounds) from mountbench_cell')).toBe('6|48')
    const figures = await sql(
      "select median, low, ratio, verdict, unit from mountbench_cell where scenario = 'seq-write' and target = 'bind'",
    )
    expect(figures.split('|')).toEqual(
      [(bind.median ?? 0) / 2, bind.low, bind.comparison?.ratio, 'faster', 'B/s'].map(String),
    )
    expect(await sql("select median is null, reason from mountbench_cell where status = 'skipped'")).toBe(
      't|unsupported: tmpfs refuses O_DIRECT',
    )
    expect(await sql("select environment->'engine'->>'storageDriver', options->>'seed' from mountbench_run")).toBe(
      'overlay2|7',
    )
  })

  test('several at once make the tables once', async () => {
    await sql('create database race')
    const all = await Promise.all([1, 2, 3].map(() => pushBuilt(to('', PASSWORD, 'race'))))
    expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0])
  })

  test('the tables that --print-schema prints are taken as they are', async () => {
    await sql('create database byhand')
    const schema = await push(['--print-schema'])
    await output(['psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-c', schema.stdout, address('', PASSWORD, 'byhand')])
    expect(await push(to('', PASSWORD, 'byhand'))).toMatchObject({ exitCode: 0 })
  })

  test.each(['say "hi"\'; drop table mountbench_run; --', 'nul\u0000 and half \ud800', 'שלום </script>'])(
    'keeps %j as text',
    async (text) => {
      save({ ...hostileRun(text), runId: run.runId })
      expect(await push(to())).toMatchObject({ exitCode: 0 })
      expect(await sql('select label from mountbench_run')).toBe(text.replaceAll(/[\0\ud800]/g, '\uFFFD'))
    },
  )

  test.each([
    ['?sslmode=disable', 'f'],
    ['?sslmode=require', 't'],
    ['?sslmode=verify-full&sslrootcert=CERTIFICATE', 't'],
  ])('TLS is as the address says: %s', async (parameters, encrypted) => {
    // The server itself refuses what is not as it should be.
    const hba = await sql('show hba_file')
    const rule = encrypted === 't' ? 'hostssl' : 'hostnossl'
    const before = readFileSync(hba, 'utf8')
    try {
      writeFileSync(hba, `${rule} bench all all scram-sha-256\nhost postgres all all scram-sha-256\n`)
      await output(['psql', '-X', '-c', 'select pg_reload_conf()', address('', PASSWORD, 'postgres')])
      await expect.poll(() => push(to(parameters.replace('CERTIFICATE', certificate)))).toMatchObject({ exitCode: 0 })
      const other = encrypted === 't' ? '?sslmode=disable' : '?sslmode=require'
      expect(await push(to(other))).toMatchObject(fails(/28000: no pg_hba\.conf entry/))
    } finally {
      writeFileSync(hba, before)
      await output(['psql', '-X', '-c', 'select pg_reload_conf()', address('', PASSWORD, 'postgres')])
    }
  })

  test('a certificate that nobody vouches for is refused, and what can be done is said', async () => {
    expect(await push(to('?sslmode=verify-full'))).toMatchObject(
      fails(/SELF_SIGNED[\s\S]*hint: name its authority with sslrootcert=FILE/),
    )
  })

  test.each<[string, () => string[], RegExp]>([
    [
      'the wrong password',
      () => to('', `${PASSWORD}x`),
      /28P01: password authentication failed for user "bench"\nhint: check the user, and the password in PGPASSWORD/,
    ],
    [
      'no database',
      () => to('', PASSWORD, 'nothing'),
      /3D000: database "nothing" does not exist\nhint: create the database first/,
    ],
  ])('%s: one attempt, and what to do', async (_, args, stderr) => {
    expect(await push(args())).toMatchObject(fails(stderr))
  })

  test('the password may be in PGPASSWORD', async () => {
    const bare = `postgresql://bench@localhost:${server.port}/bench`
    expect(await pushBuilt(['--postgres', bare], { PGPASSWORD: PASSWORD })).toMatchObject({ exitCode: 0 })
  })

  test('tables of a newer version are left alone', async () => {
    await sql('create database newer')
    expect(await push(to('', PASSWORD, 'newer'))).toMatchObject({ exitCode: 0 })
    await output(['psql', '-X', '-c', 'insert into mountbench_schema values (99)', address('', PASSWORD, 'newer')])
    expect(await push(to('', PASSWORD, 'newer'))).toMatchObject(
      fails(/newer mountbench \(version 99, .*\nhint: update mountbench/),
    )
  })

  test('a server that is busy with the tables: the time-out ends it', async () => {
    const blocker = runProgram(
      ['psql', '-X', '-c', 'begin; lock table mountbench_run; select pg_sleep(4)', address()],
      { cwd },
    )
    await expect
      .poll(() =>
        sql(
          "select count(*) from pg_locks where mode = 'AccessExclusiveLock' and relation = 'mountbench_run'::regclass",
        ),
      )
      .toBe('1')
    const late = await push([...to(), '--timeout', '400ms'])
    expect(late).toMatchObject(
      fails(
        /not pushed to postgresql:\/\/localhost:\d+\/bench: .*timeout \(2 attempts\)\nhint: wait longer with --timeout/,
      ),
    )
    expect((await blocker).exitCode).toBe(0)
  })
})

test('nobody listens there: the attempts are said, exit 3, the run is kept', async () => {
  const port = await freePort()
  const both = [
    '--to',
    `http://127.0.0.1:${port}`,
    '--postgres',
    `postgresql://bench:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/bench`,
  ]
  const finished = await pushBuilt(both)
  expect(finished).toMatchObject(
    fails(
      /attempt 2 of 2 in 0\.5 s[\s\S]*^mountbench: not pushed to http:\/\/127\.0\.0\.1:\d+\S*: ECONNREFUSED: .* \(2 attempts\)$/m,
    ),
  )
  expect(finished.stderr).toMatch(
    /^not pushed to postgresql:\/\/127\.0\.0\.1:\d+\/bench: ECONNREFUSED: .* \(2 attempts\)$/m,
  )
  expect(readdirSync(join(cwd, 'results'))).toEqual(expect.arrayContaining([run.runId]))
})

test('a server that takes the connection and never says a word: the time-out ends it, on either way', async () => {
  const sockets: Socket[] = []
  const server = createTcpServer((socket) => sockets.push(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const { exitCode, stderr } = await push([
    '--timeout',
    '300ms',
    '--to',
    `http://127.0.0.1:${port}`,
    '--postgres',
    `postgresql://bench:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}/bench`,
  ])
  for (const socket of sockets) socket.destroy()
  server.close()
  expect(exitCode).toBe(3)
  expect(stderr).toMatch(/^mountbench: not pushed to http:\S+ no answer within 0\.3 s \(2 attempts\)$/m)
  expect(stderr).toMatch(/^not pushed to postgresql:\S+ .*timeout.* \(2 attempts\)$/m)
})

test('500 once, then fine: the run is there after a second attempt', async () => {
  let count = 0
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(++count === 1 ? 500 : 200).end('later')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const finished = await push(['--to', `http://127.0.0.1:${port}`])
  server.close()
  expect(finished).toMatchObject({
    exitCode: 0,
    stderr: expect.stringMatching(/500 Internal Server Error: later; attempt 2 of 2[\s\S]*pushed 20261121/),
  })
})

test('Ctrl-C ends the wait for a server that asks to come back later', async () => {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(503, { 'retry-after': '30' }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const program = start(commandLine({ user: null, bin: BIN }, argvOf(['--to', `http://127.0.0.1:${port}`])), { cwd })
  await until(() => program.said().includes('attempt 2 of 2 in 30 s'), 20, program.said)
  const asked = performance.now()
  process.kill(program.pid, 'SIGINT')
  const { exitCode, stderr } = await program.ended
  server.close()
  expect(exitCode).toBe(130)
  expect(performance.now() - asked).toBeLessThan(10_000)
  expect(stderr).toMatch(/interrupted before http:\S+ had the run/)
})
