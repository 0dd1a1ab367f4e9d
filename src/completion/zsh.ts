import type { CommandOutline, FlagOutline, Offer, Outline } from './outline.js'

/** Text in single quotes, in which `_arguments` takes brackets and colons as they are. */
const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
const plain = (text: string) => text.replaceAll(/[[\]:\\]/g, '\\$&')

const actionOf = (offer: Offer) =>
  typeof offer === 'object' ? `(${offer.words.join(' ')})` : offer === 'file' ? '_files' : ''

/** A completion for zsh, made of its own `_arguments`. */
export function zshCompletion({ name, flags, commands }: Outline): string {
  const described = commands.map((command) => `        ${quoted(`${plain(command.name)}:${plain(command.means)}`)}`)
  return `#compdef ${name}
# Completion for zsh. To use it: source <(${name} completion zsh), after compinit; or put this in a folder of $fpath as _${name}
_${name}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C \\
${flags.map((flag) => `    ${flagSpec(flag)} \\`).join('\n')}
    '1: :->command' \\
    '*:: :->rest'
  case $state in
    command)
      local -a commands=(
${described.join('\n')}
      )
      _describe -t commands command commands
      ;;
    rest)
      case $words[1] in
${commands.map(commandCase).join('\n')}
      esac
      ;;
  esac
}
if [[ $funcstack[1] == _${name} ]]; then _${name} "$@"; else compdef _${name} ${name}; fi
`
}

function commandCase({ name, flags, offer }: CommandOutline): string {
  const specs = [...flags.map(flagSpec), ...(offer === 'none' ? [] : [quoted(`*:${name}:${actionOf(offer)}`)])]
  return `        ${name})\n          _arguments ${specs.map((spec) => `\\\n            ${spec}`).join(' ')}\n          ;;`
}

/** `'*--mount=[what it means]:mount:(volume bind)'`; one that is written once takes its short form away as well. */
function flagSpec({ long, short, means, value, offer, repeats }: FlagOutline): string {
  const behind = `[${plain(means)}]${value === null ? '' : `:${plain(value)}:${actionOf(offer)}`}`
  const takes = value === null ? '' : '='
  const before = repeats ? '*' : `(${[long, short].filter(Boolean).join(' ')})`
  const spec = quoted(`${before}${long}${takes}${behind}`)
  return short ? `${spec} ${quoted(`${before}${short}${behind}`)}` : spec
}
