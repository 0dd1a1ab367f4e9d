// biome-ignore lint/correctness/noNodejsModules: a hash is a pure function of its text
import { createHash } from 'node:crypto'
import type { Run } from '../../model.js'
import { key } from '../chart/marks.js'
import { alarms, answersPart } from './answers.js'
import { comparisonPart } from './comparison.js'
import { type Content, contentOf, isComparison } from './content.js'
import { dateText } from './facts.js'
import { figuresPart } from './figures.js'
import { latencyPart } from './latency.js'
import { type Child, element, type Markup, quoted, trusted } from './markup.js'
import { methodPart } from './method.js'
import { readingPart } from './reading.js'
import { roundsPart } from './rounds.js'
import { SCRIPT } from './script.js'
import { STYLE } from './style.js'

const PARTS: readonly (readonly [id: string, name: string, part: (content: Content) => Markup | null])[] = [
  ['answers', 'Answer', answersPart],
  ['comparison', 'Comparison', comparisonPart],
  ['rounds', 'Rounds', roundsPart],
  ['latency', 'Latency', latencyPart],
  ['figures', 'Figures', figuresPart],
  ['method', 'Method', methodPart],
  ['reading', 'Reading', readingPart],
]

/** A run as a page of its own: one file, nothing from elsewhere; the same run gives the same bytes. */
export const htmlReport = (run: Run): string => htmlReports([run])

/** Several runs side by side on one page; at least one. */
export function htmlReports(runs: readonly Run[]): string {
  const content = contentOf(runs)
  const parts = PARTS.flatMap(([id, name, part]) => {
    const markup = part(content)
    return markup === null ? [] : [{ id, name, markup }]
  })
  const links = parts.map(({ id, name }) => element('a', { href: `#${id}` }, name))
  const body = [
    element(
      'header',
      {},
      title(content),
      alarms(content),
      element('nav', { 'aria-label': 'On this page' }, links),
      legend(content),
    ),
    element(
      'main',
      {},
      parts.map(({ markup }) => markup),
    ),
    element('footer', {}, `Made by mountbench ${runs[0]?.tool.version ?? ''}.`),
  ]
  return document(`Storage by mount: ${content.columns.map(({ name }) => name).join(', ')}`, body)
}

/** A whole document with our style and script, and a policy that lets in these two and nothing else. */
export function document(name: string, body: Child): string {
  const policy = `default-src 'none'; style-src ${hashOf(STYLE)}; script-src ${hashOf(SCRIPT)}; base-uri 'none'; form-action 'none'`
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, name),
    element('style', {}, trusted(STYLE)),
  )
  const page = element('html', { lang: 'en' }, head, element('body', {}, body, element('script', {}, trusted(SCRIPT))))
  return `<!doctype html>\n${page.markup}\n`
}

const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

function title(content: Content): Child {
  const { columns, labels, scenarios } = content
  const [first] = columns
  if (!first) return null
  const { environment, startedAt } = first.run
  const one = [
    `${environment.engine.id} ${environment.engine.version}`,
    environment.engine.operatingSystem,
    `${environment.machine.cpus} CPUs`,
    dateText(startedAt),
  ]
  const facts = isComparison(content) ? [`${columns.length} runs`] : one
  const counts = [
    `${scenarios.length} ${scenarios.length === 1 ? 'scenario' : 'scenarios'}`,
    `${labels.length} ${labels.length === 1 ? 'mount' : 'mounts'}`,
  ]
  return [
    element('p', { class: 'brand' }, 'mountbench'),
    element(
      'h1',
      {},
      'Is it the mount?',
      columns.flatMap(({ run, name }) =>
        run.label === null ? [] : [' ', element('span', { class: 'run' }, quoted(name))],
      ),
    ),
    element('p', { class: 'small' }, quoted([...facts, ...counts].join(' · '))),
  ]
}

/** Which shape and colour is which target; the script makes each a switch. */
function legend({ labels, columns }: Content): Markup {
  const references = new Set(columns.map(({ run }) => run.options.reference))
  const items = labels.map((label, series) =>
    element(
      'li',
      { 'data-legend': series },
      key(series),
      quoted(label),
      references.has(label) ? element('small', {}, ' reference') : null,
    ),
  )
  return element('ul', { class: 'legend', 'aria-label': 'Targets' }, items)
}
