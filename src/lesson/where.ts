import { formatBytes } from '../units.js'
import { type Block, bars, commands, paragraph, sentences, table } from './blocks.js'
import type { Chapter } from './chapter.js'
import { problemSentence, speedBars } from './once.js'
import { ddText, type LessonMount, type PasteKit, preparing, removing, scriptOnMount } from './paste.js'
import type { WatchedTry, WhereBytesGo } from './results.js'
import { type Added, mustHaveFigures, tryWatched } from './tries.js'
import { speed, time, times } from './words.js'

const TRIES: readonly { name: string; mount: LessonMount; added: Added; text: string }[] = [
  { name: 'volume, plain', mount: 'volume', added: {}, text: '' },
  { name: 'volume, fsync', mount: 'volume', added: { conv: 'fsync' }, text: 'conv=fsync' },
  { name: 'volume, direct', mount: 'volume', added: { oflag: 'direct' }, text: 'oflag=direct' },
  { name: 'tmpfs, plain', mount: 'tmpfs', added: {}, text: '' },
]

/** Chapter 3: what dd waits for, and what it does not. */
export const whereChapter: Chapter<'where'> = {
  id: 'where',
  number: 3,
  title: 'Where the bytes went',
  goal: 'You see whether dd waited for the disk or only for memory.',
  minutes: 1,
  needs: [],
  announce: ({ kit }) => [
    paragraph(
      'A program that writes a file hands its bytes to the kernel, which keeps them in memory (the page cache) and writes them to the disk later. conv=fsync makes dd wait until the disk has them, oflag=direct goes past the page cache. Dirty and Writeback in /proc/meminfo tell how much is still waiting in memory, for the whole machine. By hand:',
    ),
    commands([...preparing(kit), ...TRIES.map(({ mount, text }) => byHand(kit, mount, text)), ...removing(kit)]),
  ],
  run: async (context) => {
    const tries: WatchedTry[] = []
    for (const { name, mount, added } of TRIES) {
      const tried = await tryWatched(context, mount, name, added)
      context.say(`${name}: ${tried.bytesPerSecond === null ? tried.problem : speed(tried.bytesPerSecond)}`)
      tries.push(tried)
    }
    mustHaveFigures(tries)
    return { sizeBytes: context.plan.options.sizeBytes, tries }
  },
  render: (where) => [
    table(['dd', 'time', 'speed', 'waiting for the disk just after', 'disk received meanwhile'], where.tries.map(row)),
    ...speedBars('Speed that dd reports, higher is faster', where.tries),
    ...waitingBars(where),
    ...sentences(waitingSentence(where), fsyncSentence(where), directSentence(where)),
    ...sentences(memorySentence(where), problemSentence(where.tries)),
  ],
}

function byHand(kit: PasteKit, mount: LessonMount, text: string): string {
  const script = (folder: string) =>
    `rm -f ${folder}/test; sync; ${ddText(kit, folder, text)} && grep -E "^(Dirty|Writeback):" /proc/meminfo`
  return scriptOnMount(kit, mount, script)
}

const bytesOr = (bytes: number | null) => (bytes === null ? 'not told' : formatBytes(bytes))

function row({ label, seconds, bytesPerSecond, waitingBytes, deviceBytes, problem }: WatchedTry): string[] {
  if (seconds === null || bytesPerSecond === null) return [label, 'failed', problem ?? '', '', '']
  return [label, time(seconds), speed(bytesPerSecond), bytesOr(waitingBytes), bytesOr(deviceBytes)]
}

function waitingBars({ tries }: WhereBytesGo): Block[] {
  const all = tries.map(({ label, waitingBytes }) => ({ label, value: waitingBytes, missing: 'not told' }))
  return bars('Bytes still waiting for the disk when dd had ended', 'B', all, 'linear')
}

const find = ({ tries }: WhereBytesGo, mount: LessonMount, added: string) =>
  tries.find((tried) => tried.label.startsWith(mount) && tried.added === added)

/** Half of it or more is most of it. */
const MOST = 0.5

function waitingSentence(where: WhereBytesGo): string | null {
  const plain = find(where, 'volume', '')
  if (!plain || plain.seconds === null) return null
  if (plain.waitingBytes === null) return 'This machine does not tell how much was waiting in memory.'
  const share = `${formatBytes(plain.waitingBytes)} of ${formatBytes(where.sizeBytes)}`
  if (plain.waitingBytes >= where.sizeBytes * MOST) {
    return `When the plain dd said it was done, ${share} were still waiting in memory: its ${speed(plain.bytesPerSecond ?? 0)} are mostly the speed of memory, and a power cut at that moment would have lost those bytes.`
  }
  return `When the plain dd said it was done, no more than ${share} were still waiting in memory: here the disk was already taking most of it while dd ran.`
}

function fsyncSentence(where: WhereBytesGo): string | null {
  const [plain, fsync] = [find(where, 'volume', ''), find(where, 'volume', 'conv=fsync')]
  if (plain?.seconds == null || fsync?.seconds == null) return null
  const both = `${time(fsync.seconds)} against ${time(plain.seconds)}`
  if (fsync.seconds > plain.seconds) {
    return `Waiting until the disk has everything made the same dd take ${times(fsync.seconds / plain.seconds)} as long (${both}).`
  }
  return `Waiting until the disk has everything did not make dd slower in these two tries (${both}); it is more work, so with one try each that is the moment speaking, not the mount.`
}

function directSentence(where: WhereBytesGo): string | null {
  const [fsync, direct] = [find(where, 'volume', 'conv=fsync'), find(where, 'volume', 'oflag=direct')]
  if (direct?.seconds == null) return null
  const found = `Past the page cache it took ${time(direct.seconds)}`
  const against = fsync?.seconds == null ? '' : `, with fsync ${time(fsync.seconds)}`
  const left =
    direct.waitingBytes === null ? '' : `, and ${formatBytes(direct.waitingBytes)} were left waiting in memory`
  return `${found}${against}${left}.`
}

function memorySentence(where: WhereBytesGo): string | null {
  const tmpfs = find(where, 'tmpfs', '')
  if (tmpfs?.seconds == null) return null
  if (tmpfs.storageBytes === null) return 'What the dd on tmpfs sent to storage is not told here.'
  if (tmpfs.storageBytes === 0) {
    return `On tmpfs the kernel puts 0 B down to dd as meant for a disk: a tmpfs is memory, its ${formatBytes(where.sizeBytes)} were not on their way to any disk.`
  }
  return `On tmpfs the kernel puts ${formatBytes(tmpfs.storageBytes)} down to dd as meant for a disk, which should be nothing: look at what is mounted there.`
}
