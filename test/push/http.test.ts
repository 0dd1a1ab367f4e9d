import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { main } from '../../src/cli.js'
import { type PushRequest, send } from '../../src/push/http.js'
import { type Problem, persist, told } from '../../src/push/persist.js'
import { systemDeps } from '../../src/system.js'
import { type FakeDeps, fakeClock, fakeDeps, fakeStream } from '../fake.js'
import { runNumber, writeRuns } from '../history/histories.js'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

/** A server that gives these answers in turn, the last for ever; and what it was sent. */
async function server(...answers: Answer[]) {
  const requests: string[] = []
  const listening = createServer(async (request, response) => {
    let body = ''
    for await (const part of request) body += part
    requests.push(`${request.method} ${request.url} ${request.headers.authorization ?? '-'} ${body}`)
    answers[Math.min(requests.length, answers.length) - 1]?.(response, request)
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      listening.close(() => resolve())
      listening.closeAllConnections()
    })
  onTestFinished(close)
  return { close, url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`, requests }
}

const answer =
  (status: number, body = '', headers = {}): Answer =>
  (response) =>
    void response.writeHead(status, headers).end(body)
const never: Answer = () => {}
const hangUp: Answer = (response) => void response.destroy()

const request = (url: string, more: Partial<PushRequest> = {}): PushRequest => ({
  place: 'the server',
  url,
  method: 'PUT',
  headers: {},
  body: 'x 1\n',
  secrets: [],
  hints: {},
  ...more,
})

/** Pushes to a server that gives these answers, with a clock that only waiting moves. */
async function push(answers: Answer[], more: Partial<PushRequest> = {}, attempts = 4) {
  const { url, requests } = await server(...answers)
  const clock = fakeClock()
  const deps = fakeDeps({ sleep: clock.sleep })
  const from = clock.now()
  const one = request(`${url}/x`, more)
  const error = await persist(
    one.place,
    () => send(one, 0.3, deps.signal),
    { attempts, timeoutSeconds: 0.3 },
    deps,
  ).catch((thrown) => thrown)
  return { error, requests, waited: (clock.now() - from) / 1000, stderr: deps.stderr.text() }
}

describe('a push', () => {
  test('is sent once when it is taken', async () => {
    const { error, requests, waited } = await push([answer(200)], { headers: { authorization: 'Token t' } })
    expect({ error, requests, waited }).toEqual({ error: undefined, requests: ['PUT /x Token t x 1\n'], waited: 0 })
  })

  test.each<[string, Answer, RegExp]>([
    ['500', answer(500, 'oh'), /500 Internal Server Error: oh; attempt 2 of 4 in 0\.5 s/],
    ['503', answer(503), /503 Service Unavailable; attempt 2/],
    ['429', answer(429), /429 Too Many Requests; attempt 2/],
    ['no answer in time', never, /no answer within 0\.3 s; attempt 2/],
    ['a connection that ends', hangUp, /UND_ERR_SOCKET: other side closed; attempt 2/],
  ])('%s once, then fine: it is there, and the same was sent twice', async (_, first, said) => {
    const { error, requests, waited, stderr } = await push([first, answer(204)])
    expect(error).toBeUndefined()
    expect(requests).toEqual([requests[0], requests[0]])
    expect(waited).toBe(0.5)
    expect(stderr).toMatch(said)
  })

  test('waits longer each time, and ends with the last reason', async () => {
    const { error, requests, waited } = await push([answer(503, 'busy')])
    expect(error).toMatchObject({
      code: 'cannot-run',
      message: 'not pushed to the server: 503 Service Unavailable: busy (4 attempts)',
    })
    expect({ count: requests.length, waited }).toEqual({ count: 4, waited: 0.5 + 1 + 2 })
  })

  test.each([
    ['2', 2],
    ['3600', 30],
    ['soon', 0.5],
  ])('Retry-After: %s waits %d s', async (seconds, waited) => {
    expect(await push([answer(429, '', { 'retry-after': seconds }), answer(200)])).toMatchObject({ waited })
  })

  test.each([400, 401, 404, 413])('%d is not tried again', async (status) => {
    const { error, requests } = await push([answer(status, 'because')], { hints: { [status]: 'do this' } })
    expect(requests).toHaveLength(1)
    expect(error).toMatchObject({
      hint: 'do this',
      message: expect.stringMatching(new RegExp(`^not pushed to the server: ${status} .*: because$`)),
    })
  })

  test('a redirect is not followed: the secrets stay here', async () => {
    const other = await server(answer(200))
    const { error } = await push([answer(302, '', { location: `${other.url}/y?token=t` })], {
      headers: { authorization: 'Token t' },
    })
    expect(error.message).toBe(`not pushed to the server: it redirects to ${other.url}/y`)
    expect(other.requests).toEqual([])
  })

  test('what the server repeats of a secret is not shown', async () => {
    const echo: Answer = (response, { headers }) =>
      void response.writeHead(401).end(`bad <${headers.authorization}>\nagain`)
    const { error } = await push([echo], { headers: { authorization: 'Token s3cret' }, secrets: ['s3cret'] })
    expect(error.message).toBe('not pushed to the server: 401 Unauthorized: bad <Token ***> again')
  })

  test('a token that is none is not shown either', async () => {
    const { error, requests } = await push([answer(200)], {
      headers: { authorization: 'Token a\nb' },
      secrets: ['a\nb'],
    })
    expect(requests).toEqual([])
    expect(error.message).toMatch(/\*\*\*/)
  })

  test('nobody listens: every attempt, then what to look at', async () => {
    const { url, close } = await server(answer(200))
    await close()
    const dead = request(url)
    const deps = fakeDeps()
    const attempt = () => send(dead, 1, deps.signal)
    await expect(persist('there', attempt, { attempts: 3, timeoutSeconds: 1 }, deps)).rejects.toMatchObject({
      code: 'cannot-run',
      message: expect.stringMatching(/^not pushed to there: ECONNREFUSED: .* \(3 attempts\)$/),
      hint: expect.stringContaining('does a server listen there'),
    })
  })
})

describe('persisting', () => {
  const problem: Problem = { what: 'no', hint: undefined, temporary: true }

  test('ends at once when the user asks while it waits', async () => {
    const stop = new AbortController()
    const { sleep } = await systemDeps()
    const stderr = fakeStream({ write: () => void setImmediate(() => stop.abort()) })
    const outcome = persist(
      'there',
      async () => ({ ...problem, waitSeconds: 30 }),
      { attempts: 9, timeoutSeconds: 1 },
      fakeDeps({ signal: stop.signal, sleep, stderr }),
    )
    await expect(outcome).rejects.toMatchObject({ code: 'interrupted' })
  })

  test('does not wait when the user asked during the attempt', async () => {
    const stop = new AbortController()
    const attempt = async () => {
      stop.abort()
      return problem
    }
    const deps = fakeDeps({ signal: stop.signal })
    const outcome = persist('there', attempt, { attempts: 9, timeoutSeconds: 1 }, deps)
    await expect(outcome).rejects.toMatchObject({ code: 'interrupted' })
    expect(deps.stderr.text()).toBe('')
  })

  test('a defect is no problem of the server', async () => {
    const defect = async () => {
      throw new TypeError('ours')
    }
    await expect(persist('there', defect, { attempts: 9, timeoutSeconds: 1 }, fakeDeps())).rejects.toThrow(TypeError)
  })

  test('what is told is one line, not long, without secrets', () => {
    expect(told('a\n b\u0007 secret c', ['', 'secret'])).toBe('a b *** c')
    expect(told('x'.repeat(1000), [])).toHaveLength(301)
  })
})

describe('the command', () => {
  const cli = async (argv: string[], more: Partial<FakeDeps> = {}) => {
    const deps = fakeDeps(more)
    const exitCode = await main(['push', ...argv], deps)
    return { exitCode, stdout: deps.stdout.text(), stderr: deps.stderr.text() }
  }

  test.each([
    [[], /push where\?\nhint: name a server: --to URL or --postgres URL/],
    [['--to', 'http://x', '--attempts', '0'], /--attempts '0' is not a whole number from 1 to 100/],
    [['--to', 'http://x', '--timeout', '10'], /'10' is not a duration/],
    [['--to', 'http://x'], /no run 'latest'/],
    [['--postgres', 'mysql://x'], /not a postgresql/],
    [
      ['--postgres', 'postgresql://bench:12?34@db/bench'],
      /^mountbench: --postgres: an @, [^\n]* is percent-encoded[^\n]*\nhint: in a user or password % is written [^\n]*\n$/,
    ],
  ])('%j: exit 2', async (argv, message) => {
    const { exitCode, stdout, stderr } = await cli(argv)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(message)
  })

  test('an older run that is sent as the latest is sent with a word about the newer one', async () => {
    const { url, requests } = await server(answer(200))
    const deps = fakeDeps()
    const results = join(deps.cwd, 'results')
    writeRuns(results, [runNumber(0), runNumber(1)])
    writeFileSync(join(results, runNumber(1).runId, 'run.json'), '{')
    expect(await main(['push', '--to', url], deps)).toBe(0)
    expect(requests).toHaveLength(1)
    expect(deps.stderr.text()).toMatch(new RegExp(`^passed over: .*${runNumber(1).runId}.* is not JSON`))
    expect(deps.stderr.text()).toContain(`pushed ${runNumber(0).runId} to `)
  })

  test('--print-schema needs no run and no server', async () => {
    const { exitCode, stdout } = await cli(['--print-schema'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /create table mountbench_run \([\s\S]*insert into mountbench_schema \(version\) values \(1\);/,
    )
  })
})
