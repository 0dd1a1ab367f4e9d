import type { Cell, Run, TargetRecord } from '../../model.js'
import { formatBytes } from '../../units.js'
import { type Column, type Content, code, isComparison, nameOf } from './content.js'
import { FACTS } from './facts.js'
import { type Child, element, type Markup, quoted } from './markup.js'
import { scrolled } from './rounds-table.js'

/** How it was measured: what was asked for, on what, which filesystems it really was, by which commands, and what was not comparable. */
export function methodPart(content: Content): Markup {
  return element(
    'section',
    { id: 'method' },
    element('h2', {}, 'How it was measured'),
    factsTable(content),
    element('h3', {}, 'The mounts, and what proves them'),
    element(
      'p',
      {},
      'What the kernel says of each mount, read from inside its container before anything was measured.',
    ),
    content.columns.map((column) => [heading(content, column), proofs(column.run)]),
    element('h3', {}, 'What is not compared, or not ranked'),
    content.columns.map((column) => [heading(content, column), exceptions(column.run)]),
    element('h3', {}, 'The commands'),
    element(
      'p',
      {},
      `As they ran inside the containers in the first measured round of the first run that has the scenario, on its reference.`,
    ),
    commands(content),
  )
}

const heading = (content: Content, column: Column) =>
  isComparison(content) ? element('h4', {}, nameOf(content, column)) : null

/** Facts of the runs, side by side; a row whose runs differ says so. */
function factsTable(content: Content): Markup {
  const rows = FACTS.flatMap(([name, textOf]) => {
    const texts = content.columns.map(({ run }) => textOf(run))
    if (texts.every((text) => text === null)) return []
    const differ = new Set(texts).size > 1
    const cells = texts.map((text) => element('td', {}, text === null ? 'unknown' : quoted(text)))
    const head = element(
      'th',
      { scope: 'row' },
      name,
      differ && COMPARED.has(name) ? element('em', {}, ' differs') : null,
    )
    return [element('tr', { class: differ ? 'differs' : null }, head, cells)]
  })
  const names = content.columns.map(({ name }) => element('th', { scope: 'col' }, quoted(name)))
  const head = isComparison(content) ? element('thead', {}, element('tr', {}, element('td', {}), names)) : null
  return scrolled('Facts of the run', element('table', { class: 'facts' }, head, element('tbody', {}, rows)))
}

/** Where a difference between runs matters: it may explain one between their figures. */
const COMPARED = new Set(['engine', 'image', 'machine', 'kernel', 'fingerprint', 'size and time', 'tools', 'reference'])

function proofs({ targets, options }: Run): Markup {
  const heads = ['target', 'filesystem', 'room', 'O_DIRECT', 'line of its mountinfo'].map((name) =>
    element('th', { scope: 'col' }, name),
  )
  const rows = targets.map((target) => proofRow(target, target.label === options.reference))
  return scrolled(
    'Mounts and their proof',
    element('table', {}, element('thead', {}, element('tr', {}, heads)), element('tbody', {}, rows)),
  )
}

function proofRow(target: TargetRecord, isReference: boolean): Markup {
  const { label, type, proof, problem } = target
  const asked = [type, ...Object.entries(target.options).map(([name, value]) => `${name}=${String(value)}`)].join(', ')
  const head = element(
    'th',
    { scope: 'row' },
    quoted(label),
    element('small', {}, quoted(asked), isReference ? '; reference' : ''),
  )
  if (!proof)
    return element('tr', {}, head, element('td', { colspan: 4, class: 'none' }, quoted(problem ?? 'not proved')))
  const under = proof.backing && proof.backing.filesystem !== proof.filesystem ? ` on ${proof.backing.filesystem}` : ''
  const cells: Child[] = [
    [
      quoted(`${proof.filesystem}${under}`),
      element(
        'small',
        {},
        quoted(`${proof.backing?.source ?? proof.source}, ${proof.backing?.device ?? proof.device}`),
      ),
    ],
    [formatBytes(proof.freeBytes), ' free of ', formatBytes(proof.totalBytes)],
    proof.direct === null ? 'unknown' : proof.direct ? 'accepted' : 'refused',
    element('code', { class: 'long' }, quoted(proof.mountinfo)),
  ]
  return element(
    'tr',
    {},
    head,
    cells.map((cell) => element('td', {}, cell)),
  )
}

/** What was not measured, not compared or not ranked; targets and reasons that several scenarios share stand once. */
function exceptions(run: Run): Markup {
  const scenariosOf = new Map<string, { scenarios: string[]; target: string; text: string }>()
  for (const { scenario, target, text } of run.cells.flatMap(exceptionsOf)) {
    const key = `${target} ${text}`
    const known = scenariosOf.get(key) ?? { scenarios: [], target, text }
    scenariosOf.set(key, { ...known, scenarios: [...known.scenarios, scenario] })
  }
  const items = [...scenariosOf.values()].map(({ scenarios, target, text }) => {
    const names = scenarios.flatMap((id, index) => [index === 0 ? '' : ', ', code(id)])
    return element('li', {}, quoted(target), ': ', quoted(text), ' (', names, ')')
  })
  return items.length === 0 ? element('p', {}, 'Everything was comparable.') : element('ul', {}, items)
}

function exceptionsOf({ scenario, target, flags, status, reason }: Cell) {
  const missing = status === 'measured' ? [] : [`${status}: ${reason ?? 'no reason is known'}`]
  const flagged = flags.flatMap(({ text, comparable, ranked }) => {
    if (!comparable) return [`${text}: not compared`]
    return [ranked ? text : `${text}: compared, never named the best`]
  })
  return [...missing, ...flagged].map((text) => ({ scenario, target, text }))
}

function commands(content: Content): Markup[] {
  return content.scenarios.flatMap((id) => {
    const trials = content.columns.flatMap(({ run }) =>
      run.trials.filter(({ scenario }) => scenario === id).map((trial) => ({ trial, run })),
    )
    const found =
      trials.find(({ trial, run }) => trial.phase === 'measure' && trial.target === run.options.reference) ?? trials[0]
    if (!found) return []
    const line = found.trial.command.map(shellWord).join(' ')
    return [element('div', { class: 'command' }, code(id), element('pre', {}, quoted(line)))]
  })
}

/** A word as a shell would need it; for reading, it is never run. */
const shellWord = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)
