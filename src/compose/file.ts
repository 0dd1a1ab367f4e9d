import { basename, dirname } from 'node:path'
import { isNode, LineCounter, parseDocument } from 'yaml'
import type { z } from 'zod'
import { BenchError, badInput, messageOf } from '../errors.js'
import { interpolateAll } from './interpolate.js'
import { ComposeFile } from './model.js'

type Env = Readonly<Record<string, string | undefined>>

/**
 * The storage of a Compose file in its text, read without docker compose. Throws `bad-input` with the file and the line: for YAML that
 * is none, for what has another shape than Compose gives it, for a variable without a value, and for parts that are in other files.
 */
export function parseComposeFile(file: string, text: string, env: Env): ComposeFile {
  const lines = new LineCounter()
  // YAML 1.1 has the octal numbers and the merge keys that Compose files use.
  const document = parseDocument(text, { version: '1.1', merge: true, lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error) throw badInput(`${file}:${lines.linePos(afterSpace(text, error.pos[0])).line}: ${error.message}`)
  const value: unknown = document.toJS()
  if (typeof value !== 'object' || value === null || !('services' in value))
    throw badInput(`${file}:1: there are no services in it`, 'name a Compose file')
  const lineOf = (path: readonly PropertyKey[]) => lineAt(document, lines, path)
  const parsed = ComposeFile.safeParse(withValues(file, text, value, env))
  if (!parsed.success) throw shapeError(file, parsed.error, lineOf)
  refuseOthers(file, parsed.data, lineOf)
  return parsed.data
}

/** The parser may point to the space before what it means. */
function afterSpace(text: string, at: number): number {
  const ahead = text.slice(at).search(/\S/)
  return ahead < 0 ? at : at + ahead
}

/** Only what is about storage: a password of another part that is not set here does no harm. */
function withValues(file: string, text: string, value: object, env: Env): unknown {
  const put = (part: unknown) => {
    try {
      return interpolateAll(part, env)
    } catch (error) {
      const message = messageOf(error)
      const at = lineWith(text, /the variable (\w+)/.exec(message)?.[1])
      throw badInput(`${file}${at}: ${message}`, error instanceof BenchError ? error.hint : undefined)
    }
  }
  const { services, volumes, name, ...rest }: Record<string, unknown> = { ...value }
  if (typeof services !== 'object' || services === null) return value
  const shown = Object.entries(services).map(([key, service]) => {
    if (typeof service !== 'object' || service === null) return [key, service]
    const { volumes: mounts, tmpfs, ...others }: Record<string, unknown> = { ...service }
    return [key, { ...others, ...defined({ volumes: put(mounts), tmpfs: put(tmpfs) }) }]
  })
  return { ...rest, ...defined({ name: put(name), volumes: put(volumes) }), services: Object.fromEntries(shown) }
}

const defined = (values: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))

/** `:12` for the first line that uses a variable; empty when none does. */
function lineWith(text: string, variable: string | undefined): string {
  if (variable === undefined) return ''
  const line = text.split('\n').findIndex((candidate) => new RegExp(`\\$\\{?${variable}\\b`).test(candidate))
  return line < 0 ? '' : `:${line + 1}`
}

/** `:12` for the value at a path, or for the nearest above it that stands in the file. */
function lineAt(document: ReturnType<typeof parseDocument>, lines: LineCounter, path: readonly PropertyKey[]): string {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true)
    if (isNode(node) && node.range) return `:${lines.linePos(node.range[0]).line}`
  }
  return ''
}

type LineOf = (path: readonly PropertyKey[]) => string

function shapeError(file: string, error: z.ZodError, lineOf: LineOf): BenchError {
  const [issue] = error.issues
  const path = issue?.path ?? []
  return badInput(`${file}${lineOf(path)}: ${path.join('.')}: ${issue?.message ?? 'is not what Compose takes'}`)
}

function refuseOthers(file: string, { include, services }: ComposeFile, lineOf: LineOf): void {
  const extending = Object.keys(services).find((name) => services[name]?.extends !== undefined)
  const path = include === undefined ? extending && ['services', extending, 'extends'] : ['include']
  if (!path) return
  throw badInput(
    `${file}${lineOf(path)}: '${path.at(-1)}' takes parts from elsewhere, which only docker compose puts together`,
    'install docker compose, or give the file that `docker compose config` prints elsewhere',
  )
}

/** The name that Compose gives a project: COMPOSE_PROJECT_NAME, or the folder's in small letters, digits, dashes and underscores. */
export function defaultProjectName(file: string, env: Env): string {
  if (env.COMPOSE_PROJECT_NAME) return env.COMPOSE_PROJECT_NAME
  const name = basename(dirname(file)).toLowerCase()
  return name.replaceAll(/[^a-z0-9_-]/g, '').replace(/^[_-]+/, '')
}
