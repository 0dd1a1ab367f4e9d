import { createReadStream } from 'node:fs'

const NEWLINE = 10

/**
 * Calls `each` with every line of a file in order, one at a time, so that a file may be larger than memory. `number` counts from 1; `whole` is
 * false for a last line that no line break ends. A line break is `\n`; empty lines are passed over, an empty file has none.
 * Throws what reading throws, and what `each` throws.
 */
export async function forEachLine(
  path: string,
  each: (line: string, number: number, whole: boolean) => void,
): Promise<void> {
  let number = 0
  let rest: Buffer[] = []
  const tell = (line: string, whole: boolean) => {
    number += 1
    if (line !== '') each(line, number, whole)
  }
  for await (const part of createReadStream(path, { highWaterMark: 2 ** 20 })) {
    const chunk = part as Buffer
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const line =
        rest.length === 0
          ? chunk.toString('utf8', from, end)
          : Buffer.concat([...rest, chunk.subarray(from, end)]).toString('utf8')
      rest = []
      from = end + 1
      tell(line, true)
    }
    if (from < chunk.length) rest.push(chunk.subarray(from))
  }
  if (rest.length > 0) tell(Buffer.concat(rest).toString('utf8'), false)
}
