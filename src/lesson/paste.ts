import type { Command } from '../scenario.js'

const MIB = 2 ** 20

/** What the lines that a person can paste depend on. */
export interface PasteKit {
  /** The program of the engine as it is typed; null for namespaces. */
  program: string | null
  /** Null for an engine without images. */
  image: string | null
  /** Whether the image is the user's own: what it starts by itself is not known, and is replaced. */
  ownImage: boolean
  /** How namespaces are entered. */
  unshare: Command
  sizeBytes: number
  tmpfsBytes: number
}

/** The mounts of the lesson. */
export type LessonMount = 'volume' | 'bind' | 'tmpfs'

/** The folder, volume and prefix of everything that pasted lines make. */
export const LESSON_NAME = 'mountbench-lesson'

/** dd as the lesson has it, with what is added to it, for a file in a folder. */
export function ddText({ sizeBytes }: Pick<PasteKit, 'sizeBytes'>, folder: string, more = ''): string {
  return `dd if=/dev/zero of=${folder}/test bs=1M count=${sizeBytes / MIB}${more ? ` ${more}` : ''}`
}

/** What must be there before the other lines. */
export function preparing({ program }: PasteKit): string[] {
  const folders = ['mnt', 'volume', 'bind'].map((name) => `${LESSON_NAME}/${name}`)
  return [program === null ? `mkdir -p ${folders.join(' ')}` : `mkdir -p ${LESSON_NAME}`]
}

/** Removes what the lines made. */
export function removing({ program }: PasteKit): string[] {
  return [...(program === null ? [] : [`${program} volume rm ${LESSON_NAME}`]), `rm -rf ${LESSON_NAME}`]
}

/** One command on a mount, as a line; `command` is given the folder in which the mount is seen. */
export function onMount(kit: PasteKit, mount: LessonMount, command: (folder: string) => string): string {
  if (kit.program === null) {
    const at = `${LESSON_NAME}/mnt`
    return `${kit.unshare.join(' ')} sh -c '${mounting(kit, mount, at)} && ${command(at)}'`
  }
  const [program = '', ...rest] = command('/data').split(' ')
  const start = kit.ownImage ? `--entrypoint ${program} ${kit.image}` : `${kit.image} ${program}`
  return `${kit.program} run --rm --network none ${mountFlag(kit, mount)} ${start} ${rest.join(' ')}`
}

/** Several commands on a mount, in one shell in one container, as a line. They hold no single quote. */
export function scriptOnMount(kit: PasteKit, mount: LessonMount, script: (folder: string) => string): string {
  return onMount(kit, mount, kit.program === null ? script : (folder) => `sh -c '${script(folder)}'`)
}

const mebibytes = (bytes: number) => `${Math.ceil(bytes / MIB)}m`

function mounting({ tmpfsBytes }: PasteKit, mount: LessonMount, at: string): string {
  if (mount === 'tmpfs') return `mount -t tmpfs -o size=${mebibytes(tmpfsBytes)} tmpfs ${at}`
  return `mount --bind ${LESSON_NAME}/${mount} ${at}`
}

function mountFlag({ tmpfsBytes }: PasteKit, mount: LessonMount): string {
  if (mount === 'tmpfs') return `--tmpfs /data:size=${mebibytes(tmpfsBytes)}`
  return mount === 'volume' ? `-v ${LESSON_NAME}:/data` : `-v "$PWD/${LESSON_NAME}":/data`
}

/** A run through the tool, as a line. */
export function runLine(
  { program, image, ownImage, sizeBytes }: PasteKit,
  scenarios: readonly string[],
  { mounts, rounds }: { mounts: readonly string[]; rounds: number },
): string {
  const flags = mounts.map((mount) => `--mount ${mount}`).join(' ')
  const own = ownImage ? ` --image ${image}` : ''
  return `mountbench run ${scenarios.join(' ')} ${flags} --rounds ${rounds} --size ${mebibytes(sizeBytes)} --engine ${program ?? 'namespaces'}${own}`
}
