import type { Party } from '../scenario.js'
import { TOOL_VERSION } from '../version.js'

/** The labels that everything we make carries, so that it is found whatever became of the run that made it. */
export const LABELS = {
  tool: 'io.mountbench.version',
  run: 'io.mountbench.run',
  target: 'io.mountbench.target',
  owner: 'io.mountbench.owner',
  /** Folder inside the container that is ours, on storage that is not. */
  sweep: 'io.mountbench.sweep',
  /** Folder of the host that was made for a bind target. */
  folder: 'io.mountbench.folder',
} as const

/** The image with the tools that nearly all scenarios use, built from the shipped Dockerfile. */
export const TOOLS_IMAGE = `mountbench/tools:${TOOL_VERSION}`

/** What tells one image from another: our own is built anew on every machine, with another id each time, and its name has the version. */
export const imageIdentity = (image: { name: string; id: string } | null) =>
  image?.name === TOOLS_IMAGE ? image.name : (image?.id ?? null)

/** Where a target is mounted in a container. */
export const MOUNT_POINT = '/mountbench'

/** Where a party's folder of ours is mounted in its container: on the host's disk, outside of every mount under test. */
export const ARCHIVE_POINT = '/archive'

/** The name of an instance, its container and its volume: unique, readable, and a valid name for every engine. */
export function instanceName(runId: string, label: string, number: number): string {
  return `mountbench-${runId}-${label}-${number}`
}

/** The name of a party of an instance; no instance has such a name, because those end in a number. */
export const partyName = (instance: string, party: Party) => `${instance}-${party}`

/** Whether a word is a run id as owner.ts makes them: part of a path that is removed, so nothing else will do. */
export const isRunId = (word: string) => /^\d{8}-\d{6}-[0-9a-f]{6}$/.test(word)

/** Whether a word is a name that `instanceName` or `partyName` gives in this run. */
export const isInstanceName = (word: string, runId: string) =>
  word.startsWith(`mountbench-${runId}-`) && /^[\w.-]+-\d+(-(second|reader|outside))?$/.test(word)

/** `--label` arguments for what is not undefined. */
export function labelArguments(labels: Partial<Record<keyof typeof LABELS, string | undefined>>): string[] {
  return Object.entries(labels).flatMap(([key, value]) =>
    value === undefined ? [] : ['--label', `${LABELS[key as keyof typeof LABELS]}=${value}`],
  )
}

/** Whether a label set is ours: only such things are ever removed. */
export function isOurs(labels: Readonly<Record<string, string>> | null | undefined): boolean {
  return Boolean(labels?.[LABELS.run] && labels[LABELS.owner])
}
