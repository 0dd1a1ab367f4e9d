import { messageOf } from '../errors.js'
import { targetOf } from '../plan.js'
import { type Block, commands, heading, paragraph, sentences, table } from './blocks.js'
import type { Chapter, LessonContext } from './chapter.js'
import { ddSync, ddSyncText } from './dd-sync.js'
import { wonBy } from './once.js'
import { onMount, preparing, removing, runLine } from './paste.js'
import type { Compared } from './results.js'
import { cellsOf, comparedText, cutShort, flagSentences, medianBars, scenarioSentence, valueText } from './verdicts.js'
import { capital, listed } from './words.js'

const MOUNTS = ['volume', 'bind', 'tmpfs']
const WITH_DD = ['dd-write', 'seq-write']
const WITH_FIO = ['fsync-latency', 'small-files']
const DURATION_SECONDS = 0.3
const AT_MOST_SECONDS = 200

/** Chapter 5: the lesson's question, asked properly. */
export const comparedChapter: Chapter<'compared'> = {
  id: 'compared',
  number: 5,
  title: 'The three mounts, honestly compared',
  goal: 'You see which mount is faster at what, by how much, and how sure that is.',
  minutes: 4,
  needs: [],
  announce: ({ kit, rounds }) => [
    paragraph(
      `Volume, bind mount and tmpfs, in ${rounds} rounds each: the lesson's dd (dd-write), the same until the data is safe (seq-write), and, with fio, small safe writes (fsync-latency) and many small files (small-files). Without fio, dd stands in for the small safe writes. The figures in brackets are the interval in which the ratio lies, as far as these rounds tell.`,
    ),
    commands([runLine(kit, [...WITH_DD, ...WITH_FIO], { mounts: MOUNTS, rounds })]),
  ],
  run: async (context) => {
    const { benchmark, plan, rounds, found } = context
    const withoutFio = await fioProblem(context)
    const run = await benchmark({
      scenarios: withoutFio === null ? [...WITH_DD, ...WITH_FIO] : WITH_DD,
      extraScenarios: withoutFio === null ? [] : [ddSync],
      mounts: MOUNTS,
      rounds,
      sizeBytes: plan.options.sizeBytes,
      durationSeconds: DURATION_SECONDS,
      maxTimeSeconds: AT_MOST_SECONDS,
    })
    return { run, withoutFio, once: found.once ?? null }
  },
  render: (compared) => {
    const { run, withoutFio } = compared
    return [
      ...withoutFioBlocks(withoutFio),
      ...run.scenarios.flatMap((scenario): Block[] => [
        heading(3, scenario.question),
        table(['mount', scenario.id, `against ${run.options.reference}`], rowsFor(scenario.id, compared)),
        ...medianBars(scenario, run),
        ...sentences(scenarioSentence(scenario, run), `What it does not say: ${scenario.caveat}`),
      ]),
      ...sentences(...flagSentences(run)),
      ...sentences(onceSentence(compared), cutShort(run)),
    ]
  },
}

/** Why fio's scenarios cannot be run, found in an instance of the volume; null when they can. */
async function fioProblem({ pool, plan, deps, kit }: LessonContext): Promise<Compared['withoutFio']> {
  const lines = [...preparing(kit), onMount(kit, 'volume', ddSyncText), ...removing(kit)]
  try {
    const { tools } = (await pool.take(targetOf(plan, 'volume'))).probe
    return tools.fio === undefined ? { reason: 'there is no fio here', lines } : null
  } catch (error) {
    if (deps.signal.aborted) throw error
    return { reason: `whether there is fio could not be seen (${messageOf(error)})`, lines }
  } finally {
    await pool.dropAll()
  }
}

function withoutFioBlocks(withoutFio: Compared['withoutFio']): Block[] {
  if (!withoutFio) return []
  const text = `${capital(withoutFio.reason)}, so ${listed(WITH_FIO)} were not measured. For the small safe writes dd stands in (dd-sync), as these lines do by hand:`
  return [paragraph(text), commands(withoutFio.lines)]
}

function rowsFor(scenario: string, { run }: Compared): string[][] {
  return cellsOf(run, scenario).map((cell) => [cell.target, valueText(cell, run), comparedText(cell, run)])
}

/** What chapter 1 had said, beside what the rounds say of the same dd. */
function onceSentence({ run, once }: Compared): string | null {
  const scenario = run.scenarios.find(({ id }) => id === 'dd-write')
  const said = once && wonBy(once)
  if (!scenario || !said || scenario.rounds === 0) return null
  const { winner } = scenario
  const measured = cellsOf(run, scenario.id).filter(({ median }) => median !== null)
  if (measured.length < 2) return null
  const best = measured.toSorted((a, b) => (b.median ?? 0) - (a.median ?? 0))[0]
  if (winner?.target === said) return `One dd each had named ${said} in chapter 1, and the rounds confirm it.`
  if (winner) return `One dd each had named ${said} in chapter 1; the rounds name ${winner.target}.`
  const names = listed(measured.map(({ target }) => target))
  return `One dd each had named ${said} in chapter 1; the rounds name no winner among ${names} (${best?.target} has the best median, not far enough ahead to say so).`
}
