import type { Change, RunComparison } from '../compare-runs.js'
import { failing } from '../gate.js'
import type { Cell, Run } from '../model.js'
import { changeText } from './change-text.js'

/** What became of a test case. */
interface Outcome {
  kind: 'passed' | 'failure' | 'error' | 'skipped'
  message: string
}

interface Case extends Outcome {
  scenario: string
  name: string
  seconds: number | null
}

interface Suite {
  name: string
  timestamp: string | null
  properties: Record<string, string>
  cases: Case[]
}

/**
 * A run as JUnit XML without a baseline: a test case for each cell, an `error` where it failed, `skipped` where it was not tried.
 * The form is the one of Jenkins (xunit-plugin, junit-10.xsd), which GitLab and others read too. Names are the same in every run.
 */
export const junitReport = (run: Run) => junitOf([run])

/** Several runs, a test suite each. */
export function junitOf(runs: readonly Run[]): string {
  return print(
    runs.map((run) => ({
      name: `mountbench ${run.environment.engine.id}`,
      timestamp: run.startedAt.slice(0, 19),
      properties: { run: run.runId, ...propertiesOf(run) },
      cases: run.cells.map((cell) => ({
        scenario: cell.scenario,
        name: cell.target,
        ...cellOutcome(cell),
        seconds: secondsOf(cell, run),
      })),
    })),
  )
}

/**
 * The comparison of two runs as JUnit XML, a test case for each: a regression is a `failure`, as the gate judges it (with `strict`,
 * also what is certainly worse; not what a second measurement took back); what the candidate could not measure is an `error`, with
 * its reason when `candidate` is given; what cannot be told, or has no baseline, is `skipped`.
 */
export function junitComparison(
  comparison: RunComparison,
  { strict = false, candidate }: { strict?: boolean | undefined; candidate?: Run | undefined } = {},
): string {
  const bad = failing(comparison, { strict })
  const changes = comparison.changes.map(
    (change): Case => ({
      scenario: change.scenario,
      name: `${change.target} against ${change.reference}`,
      seconds: null,
      ...changeOutcome(change, bad),
    }),
  )
  const missing = comparison.missing.map((one): Case => {
    const cell = candidate?.cells.find(({ scenario, target }) => scenario === one.scenario && target === one.target)
    const why = cell?.reason ?? 'it is in the baseline, and the candidate has no comparison of it'
    const outcome: Outcome =
      one.only === 'baseline'
        ? { kind: 'error', message: why }
        : { kind: 'skipped', message: 'the baseline did not measure it' }
    return { scenario: one.scenario, name: `${one.target} against ${one.reference}`, seconds: null, ...outcome }
  })
  const broken = candidate ? brokenCases(candidate, [...changes, ...missing]) : []
  const { baseline, candidate: id, differences } = comparison
  const properties = { baseline, candidate: id, ...(candidate && propertiesOf(candidate)) }
  const differs = Object.fromEntries(differences.map((text, index) => [`difference ${index + 1}`, text]))
  const timestamp = candidate?.startedAt.slice(0, 19) ?? null
  return print([
    {
      name: 'mountbench gate',
      timestamp,
      properties: { ...properties, ...differs },
      cases: [...changes, ...missing, ...broken],
    },
  ])
}

/** What failed in the candidate, and has no case yet because the baseline has no figure of it either. */
function brokenCases({ cells, options: { reference } }: Run, known: readonly Case[]): Case[] {
  const failed = cells.filter(({ status, target }) => status === 'failed' && target !== reference)
  return failed
    .map((cell) => ({ cell, name: `${cell.target} against ${reference}` }))
    .filter(({ cell, name }) => !known.some((one) => one.scenario === cell.scenario && one.name === name))
    .map(({ cell, name }) => ({ scenario: cell.scenario, name, seconds: null, ...cellOutcome(cell) }))
}

function changeOutcome(change: Change, bad: readonly Change[]): Outcome {
  const message = changeText(change)
  if (bad.includes(change)) return { kind: 'failure', message }
  if (change.verdict === 'inconclusive') return { kind: 'skipped', message }
  return { kind: 'passed', message }
}

function cellOutcome({ status, reason, failed, n }: Cell): Outcome {
  const why = reason ?? 'no reason is known'
  if (status === 'failed') return { kind: 'error', message: why }
  if (status === 'skipped') return { kind: 'skipped', message: why }
  return { kind: 'passed', message: failed > 0 ? `${failed} of ${n + failed} rounds failed: ${why}` : `${n} rounds` }
}

const propertiesOf = ({ environment, tool }: Run) => ({
  engine: `${environment.engine.id} ${environment.engine.version}`,
  fingerprint: environment.fingerprint,
  mountbench: tool.version,
  ...(environment.git && { commit: environment.git.commit }),
})

/** Wall time of a cell's workloads; null for a run whose trials are not at hand. */
function secondsOf({ scenario, target }: Cell, { trials }: Run): number | null {
  const own = trials.filter((trial) => trial.scenario === scenario && trial.target === target)
  return own.length > 0 ? own.reduce((total, { wallSeconds }) => total + wallSeconds, 0) : null
}

function print(suites: readonly Suite[]): string {
  const all = suites.flatMap(({ cases }) => cases)
  const { tests, failures, errors } = countsOf(all)
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    element('testsuites', { name: 'mountbench', tests, failures, errors }),
    ...suites.flatMap(suiteLines),
    '</testsuites>',
  ].join('\n')}\n`
}

const countsOf = (cases: readonly Case[]) => {
  const count = (wanted: Outcome['kind']) => String(cases.filter(({ kind }) => kind === wanted).length)
  return { tests: String(cases.length), failures: count('failure'), errors: count('error'), skipped: count('skipped') }
}

function suiteLines({ name, timestamp, properties, cases }: Suite): string[] {
  const property = ([key, value]: [string, string]) => element('property', { name: key, value }, '/>')
  return [
    ` ${element('testsuite', { name, ...countsOf(cases), ...(timestamp && { timestamp }) })}`,
    `  <properties>${Object.entries(properties).map(property).join('')}</properties>`,
    ...cases.map((one) => `  ${caseText(one)}`),
    ' </testsuite>',
  ]
}

function caseText({ scenario, name, seconds, kind, message }: Case): string {
  const classname = `mountbench.${scenario}`
  const head = element('testcase', { classname, name, ...(seconds !== null && { time: seconds.toFixed(3) }) })
  const body =
    kind === 'passed'
      ? `<system-out>${escaped(message)}</system-out>`
      : element(kind, { message, type: TYPES[kind] }, '/>')
  return `${head}${body}</testcase>`
}

const TYPES = { failure: 'regression', error: 'not-measured', skipped: 'inconclusive' } as const

const element = (name: string, attributes: Readonly<Record<string, string>>, end = '>') =>
  `<${name}${Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join('')}${end}`

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Text for XML 1.0 (section 2.2): what it has no form for, also not as a reference, becomes U+FFFD. */
const escaped = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\uFFFD')
    .replaceAll(/[&<>"]/g, (found) => ENTITIES[found] ?? found)
    .replaceAll(/[\t\n\r]/g, (found) => `&#${found.charCodeAt(0)};`)
