import type { Command, Option } from 'commander'

/** What a shell offers for a value: certain words, names of files, or nothing. */
export type Offer = { words: readonly string[] } | 'file' | 'none'

/** A flag. */
export interface FlagOutline {
  /** `--mount`, and `-h` where there is one. */
  long: string
  short: string | null
  means: string
  /** The name of its value; null when it takes none. */
  value: string | null
  offer: Offer
  repeats: boolean
}

/** A command with its flags. */
export interface CommandOutline {
  name: string
  /** As in its usage: `[scenario...]`. */
  usage: string
  means: string
  flags: FlagOutline[]
  /** What its arguments may be. */
  offer: Offer
}

/** A whole command line, as data: completions and the manual are made from it. */
export interface Outline {
  name: string
  means: string
  version: string
  flags: FlagOutline[]
  commands: CommandOutline[]
}

/** Words for the values that are named in angle brackets, by that name. */
export type Offers = Readonly<Record<string, Offer>>

/** The outline of a program. `offers` tell what stands for the names of values; a choice tells it itself, and what is not in it has no words. */
export function outlineOf(program: Command, offers: Offers): Outline {
  const help = program.createHelp()
  return {
    name: program.name(),
    means: program.description(),
    version: program.version() ?? '',
    flags: flagsOf(program, offers),
    commands: help.visibleCommands(program).map((command) => commandOutline(command, program, offers)),
  }
}

function commandOutline(command: Command, program: Command, offers: Offers): CommandOutline {
  const known = program.commands.map((other) => other.name())
  const [argument] = command.registeredArguments
  const choices = argument?.argChoices
  return {
    name: command.name(),
    usage: command.registeredArguments.map((one) => wrapped(one.name(), one.required, one.variadic)).join(' '),
    means: command.description() || 'show what a command takes',
    // The argument of `help` is a command.
    offer: choices
      ? { words: choices }
      : known.includes(command.name())
        ? offerOf(argument?.name(), offers)
        : { words: known },
    flags: flagsOf(command, offers),
  }
}

const wrapped = (name: string, required: boolean, variadic: boolean) =>
  `${required ? '<' : '['}${name}${variadic ? '...' : ''}${required ? '>' : ']'}`

function flagsOf(command: Command, offers: Offers): FlagOutline[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map((option) => flagOutline(option, offers))
}

function flagOutline(option: Option, offers: Offers): FlagOutline {
  const value = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1] ?? null
  return {
    long: option.long ?? option.flags,
    short: option.short ?? null,
    means: option.description,
    value,
    offer: option.argChoices ? { words: option.argChoices } : offerOf(value ?? undefined, offers),
    repeats: option.parseArg !== undefined,
  }
}

const offerOf = (name: string | undefined, offers: Offers): Offer => (name && offers[name]) || 'none'
