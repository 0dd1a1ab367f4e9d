import { z } from 'zod'
import { BenchError } from '../errors.js'
import type { Sample } from '../model.js'
import type { Output, Parameters, Steps } from '../scenario.js'
import { BACK_UP, EVICT, RESTORE } from './programs/copies.js'
import { PACK, PLANT, SOURCE_TREE } from './programs/tree.js'
import { mustHold, python, reported } from './python.js'

const MIB = 2 ** 20
const FILES_OF_DEFAULT = 3000
const DEFAULT_BYTES = 256 * MIB
const LEAST_FILES = 30
/** The mean file with its share of blocks, folder and archive; the largest file is 256 KiB. */
const BYTES_PER_FILE = 20_000
const ROOM_BYTES = 4 * MIB

/** 3,000 files for 256 MiB of `--size`, in proportion for others. */
export const filesOf = ({ sizeBytes }: Parameters) =>
  Math.max(LEAST_FILES, Math.floor((sizeBytes / DEFAULT_BYTES) * FILES_OF_DEFAULT))

const footprint = (files: number, copies: number) => files * BYTES_PER_FILE * copies + ROOM_BYTES

/** A tree that is unpacked, walked, read and removed, from an archive beside it on the same mount. */
export function sourceTreeSteps(parameters: Parameters): Steps {
  const { directory } = parameters
  const files = filesOf(parameters)
  const [archive, root] = [`${directory}/tree.tar`, `${directory}/tree`]
  return {
    footprintBytes: footprint(files, 2),
    setup: [python(PACK, archive, files)],
    prepare: fresh(root),
    workload: python(SOURCE_TREE, archive, root, files),
    measure: measureSourceTree,
  }
}

const fresh = (folder: string) => [
  ['rm', '-rf', '--', folder],
  ['mkdir', '--', folder],
]

/** A tree on the mount that a second container writes into an archive outside of it. */
export function backupSteps(parameters: Parameters): Steps {
  const files = filesOf(parameters)
  const root = `${parameters.directory}/data`
  return {
    footprintBytes: footprint(files, 1),
    setup: [...fresh(root), python(PLANT, root, files)],
    prepare: [python(EVICT, root)],
    workload: python(BACK_UP, root, archiveOf(parameters), files),
    by: 'second',
    measure: measureCopy,
  }
}

/** An archive outside of the mount that a second container unpacks into it. */
export function restoreSteps(parameters: Parameters): Steps {
  const files = filesOf(parameters)
  const root = `${parameters.directory}/restored`
  return {
    footprintBytes: footprint(files, 1),
    setup: [],
    prepare: fresh(root),
    workload: python(RESTORE, root, archiveOf(parameters), files),
    by: 'second',
    measure: measureCopy,
  }
}

/** Steps are computed for the target's own container too, which has no such folder and does not run the workload. */
const archiveOf = ({ archive }: Parameters) => archive ?? ''

const count = z.int().nonnegative()
const positive = z.number().positive()
const Tree = z.strictObject({ files: z.int().positive(), folders: z.int().positive(), bytes: z.int().positive() })

const Unpacked = z.strictObject({
  expected: Tree,
  found: Tree,
  readBytes: count,
  left: count,
  unpackSeconds: positive,
  walkSeconds: positive,
  readSeconds: positive,
  removeSeconds: positive,
})

function measureSourceTree(output: Output): Sample {
  const { expected, found, ...all } = reported(output, Unpacked)
  const same = found.files === expected.files && found.folders === expected.folders && found.bytes === expected.bytes
  const told = `${found.files} files in ${found.folders} folders with ${found.bytes} bytes`
  mustHold(
    same,
    'too-few-bytes',
    `${told} were unpacked, not ${expected.files} in ${expected.folders} with ${expected.bytes}`,
  )
  mustHold(all.readBytes === expected.bytes, 'too-few-bytes', `${all.readBytes} of ${expected.bytes} bytes were read`)
  mustHold(all.left === 0, 'bad-output', 'the tree is still there after its removal')
  const seconds = all.unpackSeconds + all.walkSeconds + all.readSeconds + all.removeSeconds
  const parts = { unpack: all.unpackSeconds, walk: all.walkSeconds, readAll: all.readSeconds }
  return { bytes: expected.bytes, seconds, metrics: { duration: seconds, ...parts, removeAll: all.removeSeconds } }
}

const Copied = z.strictObject({
  expected: Tree,
  seconds: positive,
  compared: z.strictObject({ same: count, different: count, missing: count, strange: count }),
})

/** Content bytes per second. Throws unless every file of the copy has the checksum of the original, and there is no other. */
function measureCopy(output: Output): Sample {
  const { expected, seconds, compared } = reported(output, Copied)
  const { same, different, missing, strange } = compared
  if (same !== expected.files || different + missing + strange > 0) {
    const told = `of ${expected.files} files ${different} differ, ${missing} are missing, and ${strange} are of nobody`
    throw new BenchError('bad-output', `the copy is not the original: ${told}`)
  }
  return { bytes: expected.bytes, seconds, metrics: { bandwidth: expected.bytes / seconds, duration: seconds } }
}
