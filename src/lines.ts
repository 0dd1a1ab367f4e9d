import { createReadStream } from 'node:fs'

const NEWLINE = 10

/** A line of a file. `number` counts from 1; `whole` is false for a last line that no line break ends. */
export interface Line {
  text: string
  number: number
  whole: boolean
}

/**
 * The lines of a file in order, as many at a time as are read together, so that a file may be larger than memory. A line break is `\n`; empty
 * lines are passed over, an empty file has none. Throws what reading throws.
 */
export async function* linesIn(path: string): AsyncGenerator<Line[]> {
  let number = 0
  let rest: Buffer[] = []
  for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const chunk = part as Buffer
    const lines: Line[] = []
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const text =
        rest.length === 0
          ? chunk.toString('utf8', from, end)
          : Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8')
      rest = []
      from = end + 1
      number += 1
      if (text !== '') lines.push({ text, number, whole: true })
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
    yield lines
  }
  if (rest.length > 0) yield [{ text: Buffer.concat(rest).toString('utf8'), number: number + 1, whole: false }]
}
