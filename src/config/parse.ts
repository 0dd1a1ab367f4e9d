import { type Alias, isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { BenchError, messageOf } from '../errors.js'
import { unknownName } from '../units.js'
import { SETTING_NAMES, type Settings, SettingsFile } from './settings.js'

/** What is wrong on a line of a file. */
interface Complaint {
  line: number
  message: string
  hint?: string | undefined
}

/**
 * The settings in the text of a configuration file, as flags are typed; empty when it only has comments. Throws `bad-input` with the
 * file and the line of the first mistake, and the other mistakes below it.
 */
export function parseConfig(file: string, text: string): Settings {
  const lines = new LineCounter()
  // Every value is the text that stands there, as behind a flag: a label 1.10 is not 1.1, and no is not false.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false })
  // What is not closed is noticed at the end, behind the last line.
  const last = Math.max(0, text.trimEnd().length - 1)
  const complaints = document.errors.map(({ pos, message }) => ({
    line: lines.linePos(Math.min(pos[0], last)).line,
    message,
  }))
  if (complaints.length > 0) throw refused(file, complaints)
  const values = valuesOf(document, file, lines)
  if (values === null || values === '') return {}
  if (!isMap(document.contents))
    throw refused(file, [{ line: 1, message: 'this is no list of settings', hint: 'write them like profile: quick' }])
  const parsed = SettingsFile.safeParse(values)
  if (parsed.success) return parsed.data
  const lineOf = (path: readonly PropertyKey[]) => lines.linePos(startOf(document, path)).line
  const found = parsed.error.issues.flatMap((issue) => complaintsOf(issue, lineOf))
  throw refused(
    file,
    found.toSorted((a, b) => a.line - b.line),
  )
}

type Document = ReturnType<typeof parseDocument>

/** The values of a document. Throws `bad-input` for an alias that means nothing. */
function valuesOf(document: Document, file: string, lines: LineCounter): unknown {
  try {
    return document.toJS()
  } catch (error) {
    const { line } = lines.linePos(wrongAlias(document))
    throw refused(file, [{ line, message: messageOf(error), hint: 'text that begins with * is written in quotes' }])
  }
}

/** Where the first alias stands that means nothing; the first of all, when they are only too many. */
function wrongAlias(document: Document): number {
  const aliases: Alias[] = []
  visit(document, { Alias: (_, alias) => void aliases.push(alias) })
  const wrong = aliases.find((alias) => alias.resolve(document) === undefined) ?? aliases[0]
  return wrong?.range?.[0] ?? 0
}

/** Where the value at a path stands, or the nearest above it that stands in the file; of a setting it is its name. */
function startOf(document: Document, path: readonly PropertyKey[]): number {
  const [name] = path
  const pairs = isMap(document.contents) ? document.contents.items : []
  const pair = pairs.find(({ key }) => isScalar(key) && key.value === name)
  const value = path.length > 1 ? document.getIn(path, true) : undefined
  const node = isNode(value) ? value : pair?.key
  return isNode(node) ? (node.range?.[0] ?? 0) : 0
}

function complaintsOf(issue: z.core.$ZodIssue, lineOf: (path: readonly PropertyKey[]) => number): Complaint[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const { message, hint } = unknownName('setting', key, SETTING_NAMES)
      return { line: lineOf([key]), message, hint }
    })
  }
  const name = String(issue.path[0])
  const message = issue.message.startsWith(name) ? issue.message : `${name}: ${issue.message}`
  const hint = issue.code === 'custom' ? issue.params?.hint : undefined
  return [{ line: lineOf(issue.path), message, hint: typeof hint === 'string' ? hint : undefined }]
}

function refused(file: string, [first, ...others]: readonly Complaint[]): BenchError {
  const textOf = (complaint: Complaint | undefined) => `${file}:${complaint?.line}: ${complaint?.message}`
  const more = others.map((complaint) => `${textOf(complaint)}${complaint.hint ? `; ${complaint.hint}` : ''}`)
  return new BenchError('bad-input', textOf(first), { hint: first?.hint, details: more.join('\n') || undefined })
}
