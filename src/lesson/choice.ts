import type { DurabilityRow } from '../durability/record.js'
import { cannotRun } from '../errors.js'
import type { ComparisonRecord, Run, ScenarioRecord } from '../model.js'
import type { MountType } from '../targets.js'
import { type Block, paragraph, sentences, table } from './blocks.js'
import type { Chapter } from './chapter.js'
import type { Choice } from './results.js'
import { type Need, USES, type Use } from './uses.js'
import { between, cellsOf, verdictWords } from './verdicts.js'
import { capital, listed } from './words.js'

/** Chapter 7: both answers together. */
export const choiceChapter: Chapter<'choice'> = {
  id: 'choice',
  number: 7,
  title: 'Which one to choose',
  goal: 'You have a mount for each use, with the reason that was measured here.',
  minutes: 0,
  needs: ['compared', 'keeps'],
  announce: () => [
    paragraph(
      'Nothing new is run: for each use, a mount is left out when chapter 6 found that it lacks what the use cannot do without. Among the others the speed of chapter 5 decides where it tells them apart, and what they are made for where it does not.',
    ),
  ],
  run: async ({ found }) => {
    const { compared, keeps } = found
    if (!compared || !keeps) throw cannotRun('chapters 5 and 6 have no results to choose by')
    return { compared, keeps }
  },
  render: (choice) => {
    const decisions = USES.map((use) => decide(use, choice))
    return [
      table(
        ['use', 'choose', 'because'],
        decisions.map(({ use, label, reasons }) => [use, label ?? 'cannot be told', reasons.join(' ')]),
      ),
      ...summary(decisions, choice),
    ]
  },
}

/** What was chosen for a use, with its reasons as sentences. */
export interface Decision {
  use: string
  label: string | null
  reasons: string[]
}

/** A mount that was tried in chapter 6, compared in chapter 5, or both. */
interface Candidate {
  label: string
  type: MountType
  row: DurabilityRow | null
}

/** The mount for a use: one that has all it needs. Null, with the reasons, when there is none. */
export function decide(use: Use, { compared, keeps }: Choice): Decision {
  const all = candidates(use, compared.run, keeps.rows)
  const judged = all.map((candidate) => ({ candidate, ...judge(use, candidate) }))
  const left = judged
    .filter(({ lacking, open }) => lacking.length + open.length === 0)
    .map(({ candidate }) => candidate)
  const without = [
    ...judged.flatMap(({ candidate, lacking }) => lackingText(candidate.label, lacking)),
    ...openText(judged.filter(({ lacking, open }) => lacking.length === 0 && open.length > 0)),
  ]
  const [first] = left
  if (!first)
    return { use: use.name, label: null, reasons: [...without, 'So none is known to have all that it needs.'] }
  const { label, reason } = fastest(use, left, compared.run)
  const chosen = left.find((candidate) => candidate.label === label) ?? first
  return { use: use.name, label: chosen.label, reasons: [...needText(use, chosen), reason, ...without].filter(Boolean) }
}

/** What a mount lacks for a use, and what was not tried of what it needs. */
function judge({ needs }: Use, { row }: Candidate): { lacking: Need[]; open: Need[] } {
  const value = ({ question }: Need) => row?.answers[question].value ?? null
  return {
    lacking: needs.filter((need) => value(need) === !need.value),
    open: needs.filter((need) => value(need) === null),
  }
}

/** The mounts that may serve, in the order of preference. */
function candidates({ prefer }: Use, run: Run, rows: readonly DurabilityRow[]): Candidate[] {
  return prefer.flatMap(({ type }) => {
    const target = run.targets.find((candidate) => candidate.type === type && candidate.problem === null)
    const row = rows.find((candidate) => candidate.type === type) ?? null
    const label = target?.label ?? row?.label
    return label === undefined ? [] : [{ label, type, row }]
  })
}

const lackingText = (label: string, needs: readonly Need[]) =>
  needs.length === 0 ? [] : [`${capital(label)} ${listed(needs.map(({ lacking }) => lacking))}.`]

function openText(open: readonly { candidate: Candidate; open: Need[] }[]): string[] {
  const words = [...new Set(open.flatMap((entry) => entry.open.map((need) => need.words)))]
  if (open.length === 0) return []
  return [`Not tried on ${listed(open.map(({ candidate }) => candidate.label))}: that ${listed(words)}.`]
}

/** What chapter 6 found of the one that was chosen: what is needed, and what it costs where that is not asked for. */
function needText({ needs }: Use, { row }: Candidate): string[] {
  const asked = needs.some(({ question }) => question === 'newContainer')
  return [
    needs.length > 0 ? `${capital(listed(needs.map(({ words }) => words)))}.` : '',
    !asked && row?.answers.newContainer.value === false ? 'It is gone with its container.' : '',
    row?.answers.countsAsMemory.value === true ? "It counts against the container's memory." : '',
  ]
}

/** The fastest of those that are left, where the rounds tell; otherwise the preferred one. */
function fastest(use: Use, left: readonly Candidate[], run: Run): { label: string; reason: string } {
  const [preferred] = left
  const label = preferred?.label ?? ''
  const made = use.prefer.find(({ type }) => type === preferred?.type)?.because ?? ''
  const scenario = scenarioFor(use, left, run)
  if (left.length < 2) return { label, reason: '' }
  const others = listed(left.slice(1).map((candidate) => candidate.label))
  if (use.like.length === 0) return { label, reason: `Rather than ${others}, because ${made}.` }
  if (!scenario) return { label, reason: `Its speed was not compared with that of ${others}; chosen because ${made}.` }
  const pairs = left.map((candidate) => ({ candidate, against: leads(candidate, left, scenario, run) }))
  const best = pairs.find(({ against }) => against.every(({ comparison }) => comparison?.verdict === 'faster'))
  const shown = best ?? pairs[0]
  const words = shown?.against.map(({ other, comparison }) => leadText(other, comparison, run)) ?? []
  if (best) return { label: best.candidate.label, reason: `On ${scenario.id} it is ${listed(words)}.` }
  return { label, reason: `On ${scenario.id} it is ${listed(words)}, which decides nothing; chosen because ${made}.` }
}

/** The first scenario of the use in which at least two of those that are left have a figure. */
function scenarioFor({ like }: Use, left: readonly Candidate[], run: Run): ScenarioRecord | undefined {
  const measured = (id: string) =>
    cellsOf(run, id).filter(({ target, median }) => median !== null && left.some(({ label }) => label === target))
  const id = like.find((candidate) => measured(candidate).length >= 2)
  return run.scenarios.find((scenario) => scenario.id === id)
}

interface Lead {
  other: string
  comparison: ComparisonRecord | null
}

/** How one does against each of the others that are left. */
function leads(candidate: Candidate, left: readonly Candidate[], scenario: ScenarioRecord, run: Run): Lead[] {
  const others = left.filter(({ label }) => label !== candidate.label)
  return others.map(({ label }) => ({ other: label, comparison: between(run, scenario, label, candidate.label) }))
}

function leadText(other: string, comparison: ComparisonRecord | null, run: Run): string {
  if (!comparison) return `not compared with ${other}`
  const [verdict = '', interval] = verdictWords(comparison, run).split(/ (?=\[)/)
  const joint = /faster|slower/.test(verdict) ? 'than' : /same/.test(verdict) ? 'as' : 'from'
  return [verdict, joint, other, interval].filter(Boolean).join(' ')
}

function summary(decisions: readonly Decision[], { compared }: Choice): Block[] {
  const labels = [...new Set(decisions.flatMap(({ label }) => label ?? []))]
  const per = labels.map((label) => {
    const uses = decisions.filter((decision) => decision.label === label).map(({ use }) => use)
    return `${capital(label)} for ${listed(uses)}.`
  })
  const engine = `${compared.run.environment.engine.id} ${compared.run.environment.engine.version}`
  return sentences(
    ...per,
    `This holds for ${engine} on this machine, as it was while the lesson ran; on another one run the lesson there.`,
  )
}
