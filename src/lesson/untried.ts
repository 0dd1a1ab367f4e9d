import { DURABILITY_QUESTIONS, type DurabilityQuestion, type DurabilityRow } from '../durability/record.js'
import { listed } from './words.js'

/** Why something was not tried, with what it is about; the mounts of which nothing is known stand apart. */
export function untriedSentences(rows: readonly DurabilityRow[]): string[] {
  const blind = rows.filter(({ answers }) => Object.values(answers).every(({ value }) => value === null))
  const open = rows.filter((row) => !blind.includes(row)).flatMap(openOf)
  const reasons = grouped(blind, ({ answers }) =>
    [...new Set(Object.values(answers).map(({ text }) => text))].join('; '),
  )
  const questions = grouped(open, ({ question, text }) => `${question}\n${text}`)
  const together = grouped(
    questions.map(([, entries]) => ({ entries, labels: entries.map(({ label }) => label) })),
    ({ entries, labels }) => `${labels.join()}\n${entries[0]?.text}`,
  )
  return [
    ...reasons.map(
      ([reason, own]) => `Nothing could be tried on ${listed(own.map(({ label }) => label))}${bracket(reason)}.`,
    ),
    ...together.map(([, own]) => {
      const asked = own.map(({ entries }) => `"${entries[0]?.question}"`)
      return `Not tried on ${listed(own[0]?.labels ?? [])}: ${listed(asked)}${bracket(own[0]?.entries[0]?.text)}.`
    }),
  ]
}

const bracket = (reason: string | undefined) => (reason ? ` (${reason})` : '')

/** What was not tried on a mount. */
const openOf = ({ label, answers }: DurabilityRow) =>
  (Object.keys(answers) as DurabilityQuestion[])
    .filter((id) => answers[id].value === null)
    .map((id) => ({ label, question: DURABILITY_QUESTIONS[id], text: answers[id].text }))

/** What has the same key, in the order in which the keys come. */
export function grouped<T>(all: readonly T[], keyOf: (one: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>()
  for (const one of all) groups.set(keyOf(one), [...(groups.get(keyOf(one)) ?? []), one])
  return [...groups]
}
