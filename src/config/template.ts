import type { Command } from 'commander'
import { flagOf, SETTING_NAMES, SETTINGS, type SettingName } from './settings.js'

const HEAD = `# Settings of mountbench for this folder and all below it. Flags come before them; --no-config is without them.
# A run takes all of them; compare takes those of its gate, and whatever reads runs takes 'results'.
# Relative paths begin in this folder. Every value is written as behind its flag; a # switches a line off.
`

/** What is switched on in a new file: the defaults that people change first. */
const ON: readonly SettingName[] = ['profile', 'mounts', 'results']

/** A new configuration file: every setting with what the flag's help says of it, and an example; most of them switched off. */
export function configTemplate(run: Command): string {
  const parts = SETTING_NAMES.map((name) => {
    const line = `${name}: ${SETTINGS[name].example}`
    return `\n# ${meaningOf(name, run)}\n${ON.includes(name) ? '' : '# '}${line}\n`
  })
  return `${HEAD}${parts.join('')}`
}

function meaningOf(name: SettingName, run: Command): string {
  const option = run.options.find((candidate) => candidate.attributeName() === flagOf(name) && !candidate.negate)
  if (!option) return 'which scenarios, see: mountbench list (default: those of the profile)'
  const choices = option.argChoices ? ` (${option.argChoices.join(', ')})` : ''
  return `${option.long}: ${option.description.replaceAll('; repeat for each', '')}${choices}`
}
