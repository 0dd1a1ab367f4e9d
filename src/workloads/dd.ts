import { BenchError } from '../errors.js'
import type { Sample } from '../model.js'
import type { Command, Output, Parameters, Steps } from '../scenario.js'
import { parseDd } from './parse-dd.js'

/** The block size of every dd workload. */
export const DD_BLOCK_BYTES = 2 ** 20

/** Operands of dd besides `if`, `of`, `bs` and `count`. */
export interface DdOptions {
  input: string
  output: string
  sizeBytes: number
  conv?: string
  oflag?: string
  iflag?: string
}

/** dd that moves `sizeBytes`, a whole number of MiB, in blocks of 1 MiB. */
export function dd({ input, output, sizeBytes, conv, oflag, iflag }: DdOptions): Command {
  const operands = [`if=${input}`, `of=${output}`, 'bs=1M', `count=${sizeBytes / DD_BLOCK_BYTES}`]
  if (conv) operands.push(`conv=${conv}`)
  if (oflag) operands.push(`oflag=${oflag}`)
  if (iflag) operands.push(`iflag=${iflag}`)
  return ['dd', ...operands]
}

/** Drops a file's clean pages from the page cache: GNU dd's `nocache` with nothing to copy. Says nothing of success. */
export function evict(file: string): Command {
  return ['dd', `if=${file}`, 'of=/dev/null', 'count=0', 'iflag=nocache']
}

/** A write of new bytes into a new file: the old one is removed first. */
export function ddWrite({ directory, sizeBytes }: Parameters, flags: { conv?: string; oflag?: string } = {}): Steps {
  const file = `${directory}/data`
  return {
    footprintBytes: sizeBytes,
    setup: [],
    prepare: [['rm', '-f', '--', file]],
    workload: dd({ input: '/dev/zero', output: file, sizeBytes, ...flags }),
    measure: (output) => measureDd(output, sizeBytes),
  }
}

/** A read of a file that was written, and reached the disk, before; `before` runs ahead of every trial. */
export function ddRead({ directory, sizeBytes }: Parameters, before: (file: string) => Command[]): Steps {
  const file = `${directory}/data`
  return {
    footprintBytes: sizeBytes,
    setup: [dd({ input: '/dev/urandom', output: file, sizeBytes, conv: 'fsync' })],
    prepare: before(file),
    workload: dd({ input: file, output: '/dev/null', sizeBytes }),
    measure: (output) => measureDd(output, sizeBytes),
  }
}

/** The sample of a dd that was to move `expectedBytes`. Fewer or more bytes, or no measurable time, throw. */
export function measureDd(output: Output, expectedBytes: number): Sample {
  const { bytes, seconds, bytesPerSecond } = parseDd(output)
  if (bytes !== expectedBytes) {
    throw new BenchError('too-few-bytes', `dd moved ${bytes} bytes where ${expectedBytes} were asked for`)
  }
  if (bytesPerSecond === null) {
    throw new BenchError('bad-output', `dd moved ${bytes} bytes in 0 s`, { hint: 'measure more bytes: --size' })
  }
  return { bytes, seconds, metrics: { bandwidth: bytesPerSecond, duration: seconds } }
}
