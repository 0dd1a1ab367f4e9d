import type { Client } from 'pg'
import { badInput } from '../errors.js'
import type { Run } from '../model.js'
import { decoded, ENCODE, type Problem, textOf, told } from './persist.js'
import { cellRows, json, runRow } from './rows.js'
import { MIGRATIONS } from './schema.js'

/** A database that an address of `--postgres` names. */
export interface Database {
  /** For messages: the address without user, password and parameters. */
  place: string
  url: string
  secrets: readonly string[]
}

/** Without libpq's `allow` and `prefer`: the driver does not go on in plain text when a server has no TLS. */
const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full']
const HOW = 'write it like postgresql://user@host:5432/database?sslmode=verify-full, with the password in PGPASSWORD'

/**
 * User and password, host with its port and database, parameters. An @ or # anywhere else, and a port that is none, come from a password
 * that is not encoded.
 */
const ADDRESS = /^[^:]+:\/\/(?:([^@/?#]*)@)?((?:\[[^@/?#[\]]*\]|[^@:/?#[\]]*)(?::\d*)?(?:\/[^@?#]*)?)(\?[^@#]*)?$/

/**
 * Reads an address `postgresql://…` (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS). TLS is as its
 * `sslmode` says, with libpq's meaning; without one there is none. Throws `bad-input`, never repeating the address.
 */
export function databaseAt(address: string): Database {
  if (!/^postgres(?:ql)?:\/\//.test(address)) throw badInput('--postgres is not a postgresql:// address', HOW)
  const parts = ADDRESS.exec(address)
  if (!parts)
    throw badInput('--postgres: an @, /, ? or # in a password is percent-encoded, and a port is a number', ENCODE)
  const [, userInfo = '', place = '', query = ''] = parts
  const parameters = new URLSearchParams(query)
  for (const mode of parameters.getAll('sslmode')) checkMode(mode)
  const password = userInfo.includes(':') ? userInfo.slice(userInfo.indexOf(':') + 1) : ''
  return {
    place: `postgresql://${place}`,
    // The driver gives sslmode libpq's meaning only when told to.
    url: `${address}${query === '' ? '?' : '&'}uselibpqcompat=true`,
    secrets: [password, decoded(password, '--postgres'), ...parameters.getAll('password')],
  }
}

function checkMode(mode: string): void {
  if (SSL_MODES.includes(mode)) return
  // What is no word may be the rest of a password.
  const name = /^[a-z-]+$/.test(mode) ? `'${mode}'` : 'of that name'
  throw badInput(`--postgres: there is no sslmode ${name} here`, `known: ${SSL_MODES.join(', ')}`)
}

/** Writes a run once, in one transaction: tables that are missing are made, a run of the same id is replaced. Null when it is there. */
export async function store({ url, secrets }: Database, run: Run, timeoutSeconds: number): Promise<Problem | null> {
  // Loaded here: nothing else needs the driver, and the command line would start later.
  const { Client } = await import('pg')
  const milliseconds = timeoutSeconds * 1000
  let client: Client | undefined
  try {
    client = new Client({
      connectionString: url,
      connectionTimeoutMillis: milliseconds,
      query_timeout: milliseconds,
      application_name: 'mountbench',
    })
    // A connection that ends between two queries is noticed by the next.
    client.on('error', () => {})
    await client.connect()
    await client.query('begin')
    const problem = await migrate(client)
    if (problem) return problem
    await upsert(client, run)
    await client.query('commit')
    return null
  } catch (error) {
    return problemOf(error, secrets)
  } finally {
    await client?.end().catch(() => {})
  }
}

/** Any number that is ours alone: two that push at once make the tables one after the other. */
const LOCK = 7_301_947

async function migrate(client: Client): Promise<Problem | null> {
  await client.query('select pg_advisory_xact_lock($1)', [LOCK])
  const { rows } = await client.query("select to_regclass('mountbench_schema') is not null as there")
  const version = rows[0]?.there ? await versionOf(client) : 0
  if (version > MIGRATIONS.length) {
    const what = `its tables were made by a newer mountbench (version ${version}, this one knows ${MIGRATIONS.length})`
    return { what, hint: 'update mountbench', temporary: false }
  }
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue
    await client.query(sql)
    await client.query('insert into mountbench_schema (version) values ($1)', [index + 1])
  }
  return null
}

async function versionOf(client: Client): Promise<number> {
  const { rows } = await client.query('select coalesce(max(version), 0) as version from mountbench_schema')
  return Number(rows[0]?.version ?? 0)
}

async function upsert(client: Client, run: Run): Promise<void> {
  const row = runRow(run)
  const columns = Object.keys(row)
  const others = columns.filter((column) => column !== 'run_id')
  await client.query(
    `insert into mountbench_run (${columns.join(', ')}) select ${columns.join(', ')} from jsonb_populate_record(null::mountbench_run, $1)
     on conflict (run_id) do update set pushed_at = now(), ${others.map((column) => `${column} = excluded.${column}`).join(', ')}`,
    [json(row)],
  )
  await client.query('delete from mountbench_cell where run_id = $1', [row.run_id])
  await client.query('insert into mountbench_cell select * from jsonb_populate_recordset(null::mountbench_cell, $1)', [
    json(cellRows(run)),
  ])
}

/** By SQLSTATE (https://www.postgresql.org/docs/current/errcodes-appendix.html) or the system's word. */
const HINTS: readonly [RegExp, string][] = [
  [/^28/, 'check the user, and the password in PGPASSWORD or ~/.pgpass'],
  [/^3D000/, 'create the database first: createdb NAME'],
  [/^42501/, 'let the user create tables once, or make them with the output of mountbench push --print-schema'],
  [/^42P07/, 'its tables of that name are not ours; name another database'],
  [/^(ECONN|ENOTFOUND|EAI_AGAIN|ENOENT|ETIMEDOUT)/, 'is the address right, and does a server listen there?'],
  [
    /CERT|SELF_SIGNED|UNABLE_TO_/,
    'name its authority with sslrootcert=FILE; sslmode=require encrypts without asking who it is',
  ],
]
const TEMPORARY = /^(08|53|57P0|40001|40P01|ECONN|EPIPE|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/
const TIMED_OUT = /timeout|terminated unexpectedly/i

function problemOf(error: unknown, secrets: readonly string[]): Problem {
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error
  const { code } = first as { code?: unknown }
  const name = typeof code === 'string' ? code : ''
  const message = textOf(first)
  const hint = HINTS.find(([pattern]) => pattern.test(name))?.[1]
  const slow = TIMED_OUT.test(message)
  return {
    what: told([name, message].filter(Boolean).join(': '), secrets),
    hint: hint ?? (slow ? 'wait longer with --timeout' : undefined),
    temporary: TEMPORARY.test(name) || (name === '' && slow),
  }
}
