import type { Deps } from '../deps.js'
import type { EngineRecord } from '../model.js'
import { step, type Vessel, wordsOf } from './lab.js'
import { after, leave, markerIn, untried } from './marker.js'
import type { DurabilityAnswer } from './record.js'

/** A user and a group that own nothing: `nobody` of most systems. */
const NOBODY = '65534'
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', '--no-new-privs']

/** Who of the host reads what is on a mount: whoever runs this, and an ordinary user who is nobody special. */
export async function seenFromHost(vessel: Vessel, { remote, sameKernel }: EngineRecord, deps: Deps) {
  const { token, steps: left } = await leave(vessel, deps)
  const elsewhere = remote ?? (sameKernel || vessel.target.type === 'bind' ? null : 'a machine of its own')
  if (elsewhere) {
    const reason = untried(`the engine runs in ${elsewhere}: its folders are not here`)
    return { hostSees: reason, othersMayRead: reason }
  }
  const outside = await vessel.outside()
  const steps = [...left, ...outside.steps]
  const path = outside.folder && markerIn(outside.folder)
  const inProcess = outside.process && markerIn(`/proc/${outside.process}/root${vessel.mountPoint}`)
  const hostSees = path ? await readHere(path, token, deps) : await onlyInProcess(inProcess, token, deps)
  const reachable = path ?? inProcess
  const othersMayRead = reachable
    ? await readByOthers(reachable, token, path === null, deps)
    : untried('it is in no folder')
  return { hostSees: after(steps, hostSees), othersMayRead: after(steps, othersMayRead) }
}

async function readHere(path: string, token: string, deps: Deps): Promise<DurabilityAnswer> {
  const read = await step(['cat', '--', path], deps)
  if (read.output === token) return { value: true, text: path, evidence: [read] }
  return { value: false, text: `not by this user, at ${path}: ${wordsOf(read)}`, evidence: [read] }
}

/** What is in no folder of the host is still in the mounts of a process, which root may look through. */
async function onlyInProcess(path: string | null | 0, token: string, deps: Deps): Promise<DurabilityAnswer> {
  if (!path) return { value: false, text: 'it is in no folder', evidence: [] }
  const read = await step(['cat', '--', path], deps)
  const text =
    read.output === token ? 'it is in no folder; while it runs, root reads it in /proc/PID/root' : 'it is in no folder'
  return { value: false, text, evidence: [read] }
}

/** Tried as nobody where we may become that; otherwise read from the modes of the way to it. */
async function readByOthers(path: string, token: string, hidden: boolean, deps: Deps): Promise<DurabilityAnswer> {
  const way = await step(['namei', '--long', '--', path], deps)
  if (!deps.root) {
    const barred = barredAt(way.output)
    const text = hidden ? 'only root looks into a process of another user' : barredText(barred)
    return { value: !hidden && barred === null, text, evidence: [way] }
  }
  const read = await step([...AS_NOBODY, 'cat', '--', path], deps)
  const evidence = [way, read]
  if (read.exitCode === 0 && read.output === token) return { value: true, text: fileText(way.output), evidence }
  if (!/permission denied/i.test(read.output)) return untried(`nobody could not be asked: ${wordsOf(read)}`, evidence)
  return { value: false, text: hidden ? 'only root looks into it' : barredText(barredAt(way.output)), evidence }
}

/** A line of `namei --long`: `drwx--x--- root root docker`. */
const WAY_LINE = /^ *([-dlbcps])([-rwxstST]{9}) (\S+) +(\S+) +(.*)$/gm

interface Part {
  mode: string
  owner: string
  name: string
}

/** The first part of a way that others may not pass, or read when it is the file itself; null when there is none. */
export function barredAt(namei: string): Part | null {
  const parts = [...namei.matchAll(WAY_LINE)].map(([, kind = '', mode = '', owner = '', , name = '']) => ({
    mode: kind + mode,
    owner,
    name,
  }))
  return (
    parts.find(({ mode }) => (mode.startsWith('d') ? !/[xt]$/.test(mode) : mode.startsWith('-') && mode[7] !== 'r')) ??
    null
  )
}

const barredText = (part: Part | null) => (part ? `${part.name} is ${part.mode} ${part.owner}` : '')

/** Mode and owner of the file that a way ends at. */
function fileText(namei: string): string {
  const [, kind = '', mode = '', owner = ''] = [...namei.matchAll(WAY_LINE)].at(-1) ?? []
  return `${kind}${mode} ${owner}`
}
