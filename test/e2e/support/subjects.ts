import { beforeEach, describe, inject } from 'vitest'
import type { EngineId } from '../../../src/engines/ids.js'

/** What a table of tests runs on: an engine, and as whom. */
export interface Subject {
  id: string
  engine: EngineId
  /** The user to run as; null: whoever runs the tests. */
  user: { name: string; uid: number; gid: number; copy: string } | null
  /** The built program, where that user can read it. */
  bin: string
  /** Why it cannot be tested here; null when it can. */
  problem: string | null
  /** Named in MOUNTBENCH_REQUIRE_ENGINES: a problem is a failure then. */
  required: boolean
}

/** Engines with images and volumes. */
export const hasImages = ({ engine }: Subject) => engine !== 'namespaces'

/** Those that the library can drive from the tests' own process. */
export const inProcess = ({ user }: Subject) => user === null

export const usable = ({ problem }: Subject) => problem === null

export const subjects = () => inject('subjects')

/** A describe for each subject. Without its engine the tests are skipped with the reason in the title, or fail when it is required. */
export function onEach(
  title: string,
  body: (subject: Subject) => void,
  wanted: (subject: Subject) => boolean = () => true,
) {
  for (const subject of subjects().filter(wanted)) {
    const { id, problem, required } = subject
    if (problem === null) {
      describe(`${title}: ${id}`, () => body(subject))
    } else if (required) {
      describe(`${title}: ${id}`, () => {
        beforeEach(() => {
          throw new Error(`MOUNTBENCH_REQUIRE_ENGINES names it, and it cannot be used: ${problem}`)
        })
        body(subject)
      })
    } else {
      describe.skip(`${title}: ${id} (skipped: ${problem})`, () => body(subject))
    }
  }
}
