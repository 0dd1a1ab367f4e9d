import type { Cell, ScenarioRecord } from '../model.js'
import { percentText, ratioText } from '../report/verdict-text.js'
import { parseTarget } from '../targets.js'
import type { DurabilityQuestion, DurabilityRecord, DurabilityRow } from './record.js'

/** One sentence for each mount: how fast it is in the run beside, and what it costs. Everything in it comes from the record. */
export function durabilitySentences({ rows, speed }: DurabilityRecord): string[] {
  return rows.map((row) => {
    const parts = [speed && speedText(row, speed), keepsText(row), ...sideTexts(row)]
    return `${row.label}: ${parts.filter((part) => part !== null).join(', ')}.`
  })
}

type Said = boolean | null

/** What ends a mount's content, the mildest first, and what is said of it when it is the first that does. */
const LOSSES = [
  ['restart', 'loses everything on stop'],
  ['stopStart', 'loses everything on stop'],
  ['kill', 'loses everything when its container is killed'],
  ['engineRestart', 'loses everything when the engine restarts'],
  ['remove', 'loses everything when its container is removed'],
  ['removeVolumes', 'loses everything when its container is removed with -v'],
] as const satisfies readonly (readonly [DurabilityQuestion, string])[]

/** What a mount is seen to outlast, the strongest first. */
const OUTLASTED = [
  ['removeVolumes', 'keeps everything, also when its container is removed with -v'],
  ['remove', 'keeps everything when its container is removed'],
  ['newContainer', 'is found again by a new container'],
  ['kill', 'keeps everything when its container is killed'],
  ['stopStart', 'keeps everything on stop'],
  ['restart', 'keeps everything on restart'],
  ['engineRestart', 'keeps everything when the engine restarts'],
] as const satisfies readonly (readonly [DurabilityQuestion, string])[]

/** What becomes of the content; only what was tried is said. */
export function keepsText({ answers }: Pick<DurabilityRow, 'answers'>): string {
  const said = (question: DurabilityQuestion): Said => answers[question].value
  const loss = LOSSES.find(([question]) => said(question) === false)
  const outlasted = OUTLASTED.find(([question]) => said(question) === true)
  const base = loss?.[1] ?? outlasted?.[1] ?? 'what it keeps was not tried'
  // Who loses it with its container has said so already.
  const gone = LOSSES.slice(0, -1).some(([question]) => said(question) === false)
  return said('newContainer') === false && !gone ? `${base}, and a new container gets an empty one` : base
}

function sideTexts({ answers }: DurabilityRow): string[] {
  return [
    ...(answers.countsAsMemory.value === true ? ['is memory of its container'] : []),
    ...(answers.fsyncReachesDisk.value === false ? ['its fsync reaches no disk'] : []),
  ]
}

type Speed = NonNullable<DurabilityRecord['speed']>

/** How a mount compares on the first scenario that tells: what fsync costs, or else what is durable, or else any; null when none does. */
export function speedText({ type, label }: Pick<DurabilityRow, 'type' | 'label'>, speed: Speed): string | null {
  const targets = speed.options.mounts.map(parseTarget).filter((target) => target.type === type)
  const target = (targets.find((one) => one.label === label) ?? targets[0])?.label
  const { reference, threshold } = speed.options
  for (const { id } of byTrade(speed.scenarios)) {
    const cell = speed.cells.find((one) => one.scenario === id && one.target === target)
    const text = cell && cellText(cell, reference, threshold)
    if (text) return `${text} on ${id}`
  }
  return null
}

/** What a mount gains by keeping nothing shows most where others wait for the disk. */
function byTrade(scenarios: readonly ScenarioRecord[]): ScenarioRecord[] {
  const rank = ({ id, path }: ScenarioRecord) => (id === 'fsync-latency' ? 0 : path === 'durable' ? 1 : 2)
  return scenarios.toSorted((a, b) => rank(a) - rank(b))
}

function cellText({ target, comparison, status }: Cell, reference: string, threshold: number): string | null {
  if (target === reference) return status === 'measured' ? 'what the others are compared with' : null
  if (!comparison) return null
  const { ratio, verdict } = comparison
  switch (verdict) {
    case 'faster':
      return `${ratioText(ratio)} faster than ${reference}`
    case 'slower':
      return `${ratioText(1 / ratio)} slower than ${reference}`
    case 'not-told-apart':
      return `not told apart from ${reference}`
    default:
      return `as fast as ${reference} within ${percentText(threshold)}`
  }
}
