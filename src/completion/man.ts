import type { CommandOutline, FlagOutline, Outline } from './outline.js'

/** Text as roff takes it: nothing in it is a request, a dash can be searched for and pasted, and every letter is ASCII. */
function roff(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/[^\n -~]/gu, (letter) => `\\[u${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}]`)
  return escaped.replaceAll(/^(?=[.'])/gm, '\\&')
}

/** The manual page, for section 1. `ending` is plain text that stands at the end: the exit codes. */
export function manPage({ name, means, version, flags, commands }: Outline, ending: string): string {
  const lines = [
    `.TH ${name.toUpperCase()} 1 "" "${name} ${version}" "User Commands"`,
    '.SH NAME',
    `${name} \\- compares container storage: volume, bind mount, tmpfs, writable layer, bare host`,
    '.SH SYNOPSIS',
    `.B ${name}`,
    '.I command',
    '[flags]',
    '.SH DESCRIPTION',
    roff(means),
    ...flags.flatMap(flagLines),
    '.SH COMMANDS',
    ...commands.flatMap((command) => commandLines(name, command)),
    '.SH EXIT STATUS',
    roff(ending.trim()),
    '.SH FILES',
    '.TP',
    '.I mountbench.config.yaml',
    'Settings, looked for from the working directory upwards.',
    '.TP',
    '.I results/',
    'A folder for each run.',
  ]
  return `${lines.join('\n')}\n`
}

function commandLines(name: string, { name: command, usage, means, flags }: CommandOutline): string[] {
  return [`.SS "${roff(`${name} ${command} ${usage}`.trim())}"`, roff(means), ...flags.flatMap(flagLines)]
}

function flagLines({ long, short, means, value, offer }: FlagOutline): string[] {
  const names = [short, long].filter((text) => text !== null).map((text) => `\\fB${roff(text)}\\fR`)
  const choices = typeof offer === 'object' && offer.words.length < 15 ? ` (${offer.words.join(', ')})` : ''
  return ['.TP', `${names.join(', ')}${value === null ? '' : ` \\fI${roff(value)}\\fR`}`, roff(`${means}${choices}`)]
}
