import type { DurabilityRow } from '../durability/record.js'
import type { ComparisonRecord, Run, ScenarioRecord } from '../model.js'
import type { MountType } from '../targets.js'
import type { Choice } from './results.js'
import type { Need, Use } from './uses.js'
import { between, cellsOf, verdictWords } from './verdicts.js'
import { capital, listed } from './words.js'

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
  const failed = all.filter(({ label }) => hasFailed(label, compared.run))
  const judged = all
    .filter((candidate) => !failed.includes(candidate))
    .map((candidate) => ({ candidate, ...judge(use, candidate) }))
  const left = judged
    .filter(({ lacking, open }) => lacking.length + open.length === 0)
    .map(({ candidate }) => candidate)
  const without = [
    ...failed.map(({ label }) => `${capital(label)} could not be measured.`),
    ...judged.flatMap(({ candidate, lacking }) => lackingText(candidate.label, lacking)),
    ...openText(judged.filter(({ lacking, open }) => lacking.length === 0 && open.length > 0)),
  ]
  const [first] = left
  if (!first)
    return { use: use.name, label: null, reasons: [...without, 'So none is known to have all that it needs.'] }
  const { chosen = first, reason } = fastest(use, left, compared.run)
  return { use: use.name, label: chosen.label, reasons: [...needText(use, chosen), reason, ...without].filter(Boolean) }
}

/** Whether a mount was to be measured, and has not a single figure. */
function hasFailed(label: string, { cells }: Run): boolean {
  const own = cells.filter(({ target }) => target === label)
  return own.length > 0 && own.every(({ median }) => median === null)
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

/** The one that the rounds do not call slower than another; among several of those the preferred one. */
function fastest(use: Use, left: readonly Candidate[], run: Run): { chosen: Candidate | undefined; reason: string } {
  const [preferred] = left
  const because = (candidate: Candidate | undefined) =>
    use.prefer.find(({ type }) => type === candidate?.type)?.because ?? ''
  const others = (from: readonly Candidate[]) => listed(from.slice(1).map(({ label }) => label))
  if (left.length < 2) return { chosen: preferred, reason: '' }
  if (use.like.length === 0)
    return { chosen: preferred, reason: `Rather than ${others(left)}, because ${because(preferred)}.` }
  const scenario = scenarioFor(use, left, run)
  if (!scenario) {
    const reason = `Its speed was not compared with that of ${others(left)}; chosen because ${because(preferred)}.`
    return { chosen: preferred, reason }
  }
  const pairs = withFigure(left, scenario, run).map((candidate, _, all) => leads(candidate, all, scenario, run))
  const ahead = pairs.filter(({ against }) => against.every(({ comparison }) => comparison?.verdict !== 'slower'))
  const best = ahead[0] ?? pairs[0]
  const found = `On ${scenario.id} it is ${listed(best?.against.map((lead) => leadText(lead, run)) ?? [])}`
  const tie = ahead.length === 1 ? '' : `; chosen because ${because(best?.candidate)}`
  return { chosen: best?.candidate, reason: `${found}${tie}.${unmeasured(left, scenario, run)}` }
}

const withFigure = (left: readonly Candidate[], { id }: ScenarioRecord, run: Run) =>
  left.filter(({ label }) => cellsOf(run, id).some(({ target, median }) => target === label && median !== null))

function unmeasured(left: readonly Candidate[], scenario: ScenarioRecord, run: Run): string {
  const measured = withFigure(left, scenario, run)
  const without = left.filter((candidate) => !measured.includes(candidate)).map(({ label }) => label)
  return without.length === 0
    ? ''
    : ` ${capital(listed(without))} ${without.length === 1 ? 'has' : 'have'} no figure there.`
}

/** The first scenario of the use in which at least two of those that are left have a figure. */
function scenarioFor({ like }: Use, left: readonly Candidate[], run: Run): ScenarioRecord | undefined {
  const found = like.flatMap((id) => run.scenarios.find((scenario) => scenario.id === id) ?? [])
  return found.find((scenario) => withFigure(left, scenario, run).length >= 2)
}

interface Lead {
  other: string
  comparison: ComparisonRecord | null
}

/** How one does against each of the others. */
function leads(candidate: Candidate, all: readonly Candidate[], scenario: ScenarioRecord, run: Run) {
  const others = all.filter(({ label }) => label !== candidate.label)
  const against = others.map(
    ({ label }): Lead => ({ other: label, comparison: between(run, scenario, label, candidate.label) }),
  )
  return { candidate, against }
}

function leadText({ other, comparison }: Lead, run: Run): string {
  if (!comparison) return `not compared with ${other}`
  const [verdict = '', interval] = verdictWords(comparison, run).split(/ (?=\[)/)
  const joint = /faster|slower/.test(verdict) ? 'than' : /same/.test(verdict) ? 'as' : 'from'
  return [verdict, joint, other, interval].filter(Boolean).join(' ')
}
