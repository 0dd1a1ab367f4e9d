import { z } from 'zod'

/** The index after the JSON value that begins at `start`, or -1 when the text ends before it. */
function endOfValue(text: string, start: number): number {
  let depth = 0
  for (const token of text.slice(start).matchAll(/"(?:[^"\\]|\\[\s\S])*"|[{}]/g)) {
    if (token[0] === '{') depth += 1
    else if (token[0] === '}') depth -= 1
    if (depth === 0) return start + token.index + token[0].length
  }
  return -1
}

/** What stdout holds: complete documents, the text around them, and whether the last document is cut off. */
export interface Found {
  documents: string[]
  text: string
  cutOff: boolean
}

/** Splits fio's stdout: notes come before the JSON, other formats after it, `status-interval` prints several documents. */
export function findDocuments(stdout: string): Found {
  const found: Found = { documents: [], text: '', cutOff: false }
  let position = 0
  for (const opening of stdout.matchAll(/(?<=(?:^|[\r\n])[ \t]*)\{(?=\s*(?:["}]|$))/g)) {
    if (opening.index < position) continue
    const end = endOfValue(stdout, opening.index)
    found.text += stdout.slice(position, opening.index)
    found.cutOff = end === -1
    position = found.cutOff ? stdout.length : end
    if (!found.cutOff) found.documents.push(stdout.slice(opening.index, end))
  }
  found.text += stdout.slice(position)
  return found
}

/** The last document that has jobs; undefined when there is none, or when one of them is not valid JSON. */
export function lastWithJobs(documents: readonly string[]): unknown {
  try {
    const parsed = documents.map((document): unknown => JSON.parse(document))
    return parsed.findLast((document) => z.object({ jobs: z.unknown() }).safeParse(document).success)
  } catch {
    return undefined
  }
}
