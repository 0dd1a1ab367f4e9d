import type { FlagOutline, Offer, Outline } from './outline.js'

/** Text in single quotes, in which only they and the backslash mean something. */
const quoted = (text: string) => `'${text.replaceAll(/['\\]/g, '\\$&')}'`

const offered = (offer: Offer) =>
  typeof offer === 'object' ? ` -a ${quoted(offer.words.join(' '))}` : offer === 'file' ? ' -F' : ''

/** A completion for fish. */
export function fishCompletion({ name, flags, commands }: Outline): string {
  const line = (rest: string) => `complete -c ${name} ${rest}`
  const first = '-n __fish_use_subcommand'
  const lines = [
    line('-f'),
    ...flags.map((flag) => line(`${first} ${flagPart(flag)}`)),
    ...commands.map((command) => line(`${first} -a ${command.name} -d ${quoted(command.means)}`)),
    ...commands.flatMap((command) => {
      const inside = `-n ${quoted(`__fish_seen_subcommand_from ${command.name}`)}`
      const argument = command.offer === 'none' ? [] : [line(`${inside}${offered(command.offer)}`)]
      return [...argument, ...command.flags.map((flag) => line(`${inside} ${flagPart(flag)}`))]
    }),
  ]
  return `# Completion for fish. To use it: ${name} completion fish | source\n${lines.join('\n')}\n`
}

function flagPart({ long, short, means, value, offer }: FlagOutline): string {
  const letter = short ? `-s ${short.slice(1)} ` : ''
  // -x: takes a value, and no name of a file; -r: takes one.
  const takes = value === null ? '' : `${offer === 'file' ? ' -r' : ' -x'}${offered(offer)}`
  return `${letter}-l ${long.slice(2)}${takes} -d ${quoted(means)}`
}
