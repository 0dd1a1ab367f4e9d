import { type Problem, textOf, told } from './persist.js'

/** A request that may be sent twice: the second replaces the first. */
export interface PushRequest {
  /** For messages: the address without what may be secret. */
  place: string
  url: string
  method: 'PUT' | 'POST'
  headers: Readonly<Record<string, string>>
  body: string
  /** What must not be in any message. */
  secrets: readonly string[]
  /** What to try when the server answers with this status. */
  hints: Readonly<Record<number, string>>
}

/** Sends it once. Null when it was taken. A redirect is not followed: it could carry the secrets elsewhere. */
export async function send(request: PushRequest, timeoutSeconds: number, signal: AbortSignal): Promise<Problem | null> {
  const { url, method, headers, body, secrets } = request
  try {
    const response = await fetch(url, {
      method,
      headers,
      body,
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutSeconds * 1000)]),
    })
    const answer = told(await response.text(), secrets)
    return response.ok ? null : refusal(request, response, answer)
  } catch (error) {
    return unanswered(error, timeoutSeconds, secrets)
  }
}

function refusal({ hints, secrets }: PushRequest, { status, statusText, headers }: Response, answer: string): Problem {
  const target = headers.get('location')
  const where = target ? ` to ${told(target.replace(/\?.*/s, ''), secrets)}` : ''
  const what =
    status >= 300 && status < 400
      ? `it redirects${where}`
      : [`${status} ${statusText}`.trim(), answer].filter(Boolean).join(': ')
  const seconds = Number(headers.get('retry-after') ?? Number.NaN)
  return {
    what,
    hint: hints[status] ?? (target ? 'name the address that it redirects to' : undefined),
    temporary: status === 429 || status >= 500,
    waitSeconds: seconds >= 0 ? seconds : undefined,
  }
}

/** The network's errors that stay: a name that does not exist, a certificate that is not trusted, a request that cannot be sent. */
const LASTING =
  /^(ENOTFOUND|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT|ERR_SSL|UND_ERR_INVALID_ARG|ERR_INVALID_)/

function unanswered(error: unknown, timeoutSeconds: number, secrets: readonly string[]): Problem {
  if (error instanceof Error && error.name === 'TimeoutError') {
    const what = `no answer within ${timeoutSeconds} s`
    return { what, hint: 'wait longer with --timeout, or look whether the server is overloaded', temporary: true }
  }
  const cause = causeOf(error)
  const code = (cause as { code?: unknown })?.code
  const name = typeof code === 'string' ? code : ''
  const what = told([name, textOf(cause)].filter(Boolean).join(': '), secrets)
  const temporary = name !== '' && !LASTING.test(name)
  return { what, hint: 'is the address right, and does a server listen there?', temporary }
}

/** fetch wraps what happened, and an attempt over several addresses wraps it again. */
function causeOf(error: unknown): unknown {
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0])
  return error instanceof Error && error.cause !== undefined ? causeOf(error.cause) : error
}
