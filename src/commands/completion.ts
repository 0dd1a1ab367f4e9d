import type { Command } from 'commander'
import { scenarios } from '../../scenarios/index.js'
import { bashCompletion } from '../completion/bash.js'
import { fishCompletion } from '../completion/fish.js'
import { manPage } from '../completion/man.js'
import { type Offers, type Outline, outlineOf } from '../completion/outline.js'
import { zshCompletion } from '../completion/zsh.js'
import type { Deps } from '../deps.js'
import { GROUP_WORDS } from '../options.js'
import { MOUNT_TYPES } from '../targets.js'

/** What stands for the values of flags and arguments, by the name that their help gives them. */
function offers(): Offers {
  const ids = { words: scenarios.map(({ id }) => id) }
  const run = { words: ['latest', 'latest~1'] }
  return {
    scenario: { words: [...GROUP_WORDS, ...ids.words] },
    id: ids,
    mount: { words: MOUNT_TYPES },
    run,
    baseline: run,
    candidate: run,
    file: 'file',
    folder: 'file',
  }
}

/** What `completion` makes of the command line. */
export const COMPLETIONS = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  man: manPage,
} as const satisfies Record<string, (outline: Outline, exitCodes: string) => string>

export type CompletionName = keyof typeof COMPLETIONS
export const COMPLETION_NAMES = Object.keys(COMPLETIONS) as CompletionName[]

/** `mountbench completion`: prints what a shell, or man, reads; made from the commands as they are. */
export function completionCommand(name: CompletionName, program: Command, exitCodes: string, { stdout }: Deps): void {
  stdout.write(COMPLETIONS[name](outlineOf(program, offers()), exitCodes))
}
