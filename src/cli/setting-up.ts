import { Argument, type Command, Option } from 'commander'
import { COMPLETION_NAMES, type CompletionName, completionCommand } from '../commands/completion.js'
import { initCommand } from '../commands/init.js'
import { applyConfig } from '../config/apply.js'
import { findConfig } from '../config/find.js'
import { SETTING_NAMES, type SettingName } from '../config/settings.js'
import { configTemplate } from '../config/template.js'
import type { Deps } from '../deps.js'

/** Which settings of a configuration each command takes. */
const TAKES: Readonly<Record<string, readonly SettingName[]>> = {
  run: SETTING_NAMES,
  compare: ['results', 'failThreshold', 'strict', 'requireAll', 'failOnInconclusive', 'anyMachine'],
  report: ['results'],
  push: ['results'],
  history: ['results'],
  trend: ['results'],
  prune: ['results'],
  durability: ['results'],
  lesson: ['results'],
  doctor: [],
}

/** The commands that say which configuration is used even when they take nothing from it. */
const ALWAYS_SAY = ['run', 'doctor']

const COMPLETION_EXAMPLES = `
Examples:
  source <(mountbench completion bash)                              in ~/.bashrc
  source <(mountbench completion zsh)                               in ~/.zshrc, after compinit
  mountbench completion fish > ~/.config/fish/completions/mountbench.fish
  mountbench completion man > ~/.local/share/man/man1/mountbench.1`

/**
 * Adds `init` and `completion`, and to the commands that are there already --config and what a configuration file means for them.
 * `exitCodes` is the text that explains them.
 */
export function addSettingUp(program: Command, exitCodes: string, deps: Deps): void {
  const run = program.commands.find((command) => command.name() === 'run')
  if (run) {
    program
      .command('init')
      .description('write a commented mountbench.config.yaml, whose settings runs begin with')
      .action(() => initCommand(configTemplate(run), deps))
  }
  program
    .command('completion')
    .description('print a completion for a shell, or the manual page')
    .addArgument(new Argument('<for>', 'what is to read it').choices(COMPLETION_NAMES))
    .addHelpText('after', COMPLETION_EXAMPLES)
    .action((name: CompletionName) => completionCommand(name, program, exitCodes, deps))
  for (const command of program.commands) addConfig(command, deps)
}

function addConfig(command: Command, deps: Deps): void {
  const takes = TAKES[command.name()]
  if (!takes) return
  addOpposites(command, takes)
  command
    .option('--config <file>', 'take the settings from it (default: mountbench.config.yaml here or above)')
    .option('--no-config', 'take no settings from any file')
    .hook('preAction', async (_, acting) => {
      const config = await findConfig(acting.opts<{ config?: string | false }>().config, deps)
      if (!config) return
      const held = applyConfig(acting, config, takes, deps.cwd)
      if (held.length === 0 && !ALWAYS_SAY.includes(acting.name())) return
      const which = held.length > 0 ? `: ${held.join(', ')}` : ''
      deps.stderr.write(`settings from ${config.file}${which}\n`)
    })
}

/** What a configuration switches on, a flag must be able to switch off: --no-gate. Not in the help, which would be twice as long. */
function addOpposites(command: Command, takes: readonly SettingName[]): void {
  const switches = command.options.filter(
    (option) => option.isBoolean() && takes.some((name) => name === option.attributeName()),
  )
  for (const { long } of switches) command.addOption(new Option(`--no-${long?.slice(2)}`).hideHelp())
}
