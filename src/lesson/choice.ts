import { cannotRun } from '../errors.js'
import { type Block, paragraph, sentences, table } from './blocks.js'
import type { Chapter } from './chapter.js'
import { type Decision, decide } from './decision.js'
import type { Choice } from './results.js'
import { USES } from './uses.js'
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
