import type { Deps } from '../deps.js'
import { badInput } from '../errors.js'
import type { Run } from '../model.js'
import { openMetrics } from '../report/openmetrics.js'
import type { PushRequest } from './http.js'
import { lineProtocol } from './line-protocol.js'
import { decoded, ENCODE } from './persist.js'

type Env = Deps['env']

const HOW =
  'write it like http://gateway:9091, http://influx:8086/write?db=NAME or https://influx/api/v2/write?org=ORG&bucket=NAME'

/**
 * The request that pushes a run to an address of `--to`. Its path says what listens there: `…/api/v2/write` InfluxDB 2, `…/write`
 * InfluxDB 1, anything else a Prometheus Pushgateway. Throws `bad-input` for what is no such address; it is never repeated, as it
 * may hold a password.
 */
export function requestTo(address: string, run: Run, env: Env): PushRequest {
  const url = URL.canParse(address) ? new URL(address) : null
  if (!url || !/^https?:$/.test(url.protocol)) throw badInput('--to is not an http or https address', HOW)
  if (isCutShort(url)) throw badInput('--to: an @, /, ? or # in a password is percent-encoded', ENCODE)
  const { username, password } = url
  url.username = ''
  url.password = ''
  const userInfo = username === '' ? null : { user: decoded(username, '--to'), password: decoded(password, '--to') }
  const path = url.pathname.replace(/\/+$/, '')
  if (path.endsWith('/api/v2/write')) return influxRequest(url, 'bucket', run, credentials(userInfo, env))
  if (path.endsWith('/write')) return influxRequest(url, 'db', run, credentials(userInfo, env))
  return gatewayRequest(url, run, userInfo ? basic(userInfo) : NOBODY)
}

/** Whether a password that was not encoded ended the host early: `http://u:12?3@host` is host u, port 12. An @ stands before base64 and in values. */
const isCutShort = ({ pathname, searchParams, hash }: URL) =>
  hash !== '' || /@(?!base64\/)/.test(pathname) || [...searchParams.keys()].some((name) => name.includes('@'))

interface Credentials {
  headers: Record<string, string>
  secrets: string[]
}

const NOBODY: Credentials = { headers: {}, secrets: [] }

function basic({ user, password }: { user: string; password: string }): Credentials {
  const encoded = Buffer.from(`${user}:${password}`).toString('base64')
  return { headers: { authorization: `Basic ${encoded}` }, secrets: [encoded, password, encodeURIComponent(password)] }
}

/** The environment variables are those of InfluxDB's own command lines. */
function credentials(userInfo: { user: string; password: string } | null, env: Env): Credentials {
  if (userInfo) return basic(userInfo)
  const token = env.INFLUX_TOKEN?.trim()
  if (token) return { headers: { authorization: `Token ${token}` }, secrets: [token] }
  return env.INFLUX_USERNAME ? basic({ user: env.INFLUX_USERNAME, password: env.INFLUX_PASSWORD ?? '' }) : NOBODY
}

const placeOf = (url: URL) => `${url.origin}${url.pathname}`

const LOGIN = 'set INFLUX_TOKEN, or INFLUX_USERNAME and INFLUX_PASSWORD'

/** https://docs.influxdata.com/influxdb/v1/tools/api/#write-http-endpoint and https://docs.influxdata.com/influxdb/v2/api/#post-/api/v2/write */
function influxRequest(url: URL, store: 'db' | 'bucket', run: Run, { headers, secrets }: Credentials): PushRequest {
  const name = url.searchParams.get(store)
  if (!name) throw badInput(`--to ${placeOf(url)} does not say which ${store}`, HOW)
  const inQuery = url.searchParams.get('p')
  url.searchParams.set('precision', 'ms')
  const create =
    store === 'db' ? `create it: CREATE DATABASE "${name}"` : `is there a bucket ${name} in that organization?`
  return {
    place: placeOf(url),
    url: url.href,
    method: 'POST',
    headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
    body: lineProtocol(run),
    secrets: inQuery ? [...secrets, inQuery] : secrets,
    hints: { 401: LOGIN, 403: `may that user write to ${name}?`, 404: create },
  }
}

/**
 * PUT replaces the group (https://github.com/prometheus/pushgateway#put-method): the last run of an engine and environment stands there.
 * An address with `/metrics/job/…` names its own group.
 */
function gatewayRequest(url: URL, run: Run, { headers, secrets }: Credentials): PushRequest {
  const { engine, fingerprint } = run.environment
  if (!url.pathname.includes('/metrics/job'))
    url.pathname = `${url.pathname.replace(/\/+$/, '')}/metrics/job/mountbench/${group('engine', engine.id)}/${group('fingerprint', fingerprint)}`
  return {
    place: placeOf(url),
    url: url.href,
    method: 'PUT',
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', ...headers },
    body: openMetrics(run),
    secrets,
    hints: {
      401: 'put user:password@ into the address',
      404: 'is it a Pushgateway? For InfluxDB the path ends with /write?db=NAME or /api/v2/write?org=ORG&bucket=NAME',
    },
  }
}

/** A label of the group: in base64 where it could not stand in a path, as the Pushgateway's README has it. */
const group = (name: string, value: string) =>
  /^[\w.-]+$/.test(value) ? `${name}/${value}` : `${name}@base64/${Buffer.from(value).toString('base64url') || '='}`
