import {
  DURABILITY_QUESTIONS,
  type DurabilityAnswer,
  type DurabilityQuestion,
  type DurabilityRow,
} from '../durability/record.js'
import { type Block, bars, commands, paragraph, sentences, table } from './blocks.js'
import type { Chapter } from './chapter.js'
import { preparing, removing, scriptOnMount } from './paste.js'
import type { Keeps } from './results.js'
import { grouped, untriedSentences } from './untried.js'
import { capital, counted, listed } from './words.js'

/** What can happen to a file's container, as it is named inside a sentence. */
export const ENDS = {
  restart: 'a restart',
  stopStart: 'stop and start',
  kill: 'SIGKILL',
  remove: 'the removal of its container',
  removeVolumes: 'the removal with -v',
  newContainer: 'the way into a new container',
  engineRestart: 'a restart of the engine',
} as const satisfies Partial<Record<DurabilityQuestion, string>>

const END_IDS = Object.keys(ENDS) as (keyof typeof ENDS)[]

/** Chapter 6: the other half of the choice. */
export const keepsChapter: Chapter<'keeps'> = {
  id: 'keeps',
  number: 6,
  title: 'What each mount keeps',
  goal: 'You see which mounts still have your file afterwards, and who else can see it.',
  minutes: 2,
  needs: [],
  announce: ({ kit }) => [
    paragraph(
      'A file with a random word is written on each kind of mount, then its container is restarted, stopped, killed and removed, and each time we look whether the word is still there. By hand, a container that writes and a second one that looks:',
    ),
    commands([
      ...preparing(kit),
      ...(['volume', 'tmpfs'] as const).flatMap((mount) => [
        scriptOnMount(kit, mount, (folder) => `echo kept > ${folder}/marker`),
        scriptOnMount(kit, mount, (folder) => `cat ${folder}/marker || echo gone`),
      ]),
      ...removing(kit),
    ]),
  ],
  run: ({ durability }) => durability(),
  render: recordBlocks,
}

function recordBlocks({ rows }: Keeps): Block[] {
  if (rows.length === 0) return sentences('No mount was tried.')
  const questions = Object.entries(DURABILITY_QUESTIONS) as [DurabilityQuestion, string][]
  return [
    table(
      ['the file or mount', ...rows.map(({ label }) => label)],
      questions.map(([id, text]) => [text, ...rows.map(({ answers }) => yesNo(answers[id]))]),
    ),
    ...survivalBars(rows),
    ...sentences(...survivalSentences(rows)),
    ...sentences(...sideSentences(rows)),
    ...sentences(...untriedSentences(rows)),
  ]
}

const yesNo = ({ value }: DurabilityAnswer) => (value === null ? 'not tried' : value ? 'yes' : 'no')

/** Which ends were tried, and which of them the file survived. */
export function survived({ answers }: DurabilityRow) {
  const tried = END_IDS.filter((id) => answers[id].value !== null)
  return { tried, kept: tried.filter((id) => answers[id].value), lost: tried.filter((id) => !answers[id].value) }
}

function survivalBars(rows: readonly DurabilityRow[]): Block[] {
  const all = rows.map((row) => {
    const { tried, kept } = survived(row)
    return {
      label: `${row.label} (${counted(tried.length, 'try').replace('trys', 'tries')})`,
      value: tried.length === 0 ? null : kept.length,
      missing: 'not tried',
    }
  })
  return bars('How many ways to end a container the file survived', '', all, 'linear')
}

/** Mounts that kept and lost the same are said together. */
const survivalSentences = (rows: readonly DurabilityRow[]) =>
  grouped(rows, (row) => `${survived(row).kept.join()}/${survived(row).lost.join()}`).flatMap(([, own]) => {
    const [first] = own
    return first
      ? (survivalSentence(
          own.map(({ label }) => label),
          first,
        ) ?? [])
      : []
  })

function survivalSentence(labels: readonly string[], row: DurabilityRow): string | null {
  const { tried, lost } = survived(row)
  if (tried.length === 0) return null
  const one = labels.length === 1
  const who = capital(listed(labels))
  if (lost.length === 0) return `${who} kept the file through all ${tried.length} ends that were tried.`
  const ways = listed(
    lost.map((id) => ENDS[id]),
    'or',
  )
  if (lost.length === tried.length) return `${who} ${one ? 'has' : 'have'} lost it in every case: after ${ways}.`
  return `${who} ${one ? 'does' : 'do'} not keep the file through ${ways}.`
}

const labelsWith = (rows: readonly DurabilityRow[], id: DurabilityQuestion, value: boolean) =>
  rows.filter(({ answers }) => answers[id].value === value).map(({ label }) => label)

function sideSentences(rows: readonly DurabilityRow[]): (string | null)[] {
  const about = (id: DurabilityQuestion, value: boolean, say: (who: string) => string) => {
    const labels = labelsWith(rows, id, value)
    return labels.length === 0 ? null : say(listed(labels))
  }
  return [
    about('fsyncReachesDisk', false, (who) => `On ${who} fsync reaches no disk.`),
    about('countsAsMemory', true, (who) => `What is written on ${who} counts against the container's memory.`),
    about('hostSees', true, (who) => `The host can see the file on ${who}.`),
    about('othersMayRead', true, (who) => `Other users of the host can read it on ${who}.`),
  ]
}
