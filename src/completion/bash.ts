import type { Offer, Outline } from './outline.js'

/** The words that an offer has; names of files are left to the shell. */
const wordsOf = (offer: Offer) => (typeof offer === 'object' ? offer.words.join(' ') : '')

/**
 * A completion for bash from 3.2 on, which needs nothing else installed. Readline takes `--flag=value` apart at the `=`, so the flag of a
 * value is up to three words back: `--mount nvme=bi` is four words.
 */
export function bashCompletion({ name, flags, commands }: Outline): string {
  const names = commands.map((command) => command.name)
  const longs = (all: Outline['flags']) => all.map(({ long }) => long).join(' ')
  const values = commands.flatMap((command) =>
    command.flags
      .filter(({ value }) => value !== null)
      .map(({ long, offer }) => `  '${command.name} ${long}') words='${wordsOf(offer)}' ;;`),
  )
  const starts = commands.flatMap((command) => [
    `    '${command.name} -'*) words='${longs(command.flags)}' ;;`,
    `    '${command.name} '*) words='${wordsOf(command.offer)}' ;;`,
  ])
  return `# Completion for bash. To use it: source <(${name} completion bash)
_${name}() {
  local word=\${COMP_WORDS[COMP_CWORD]} at=$COMP_CWORD command='' flag='' words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
    ${names.join(' | ')})
      command=\${COMP_WORDS[i]}
      break
      ;;
    esac
  done
  # Words end at an equals sign, which is one itself.
  [[ $word != '=' ]] || word=''
  [[ \${COMP_WORDS[at - 1]} != '=' ]] || at=$((at - 1))
  flag=\${COMP_WORDS[at - 1]}
  if [[ \${COMP_WORDS[at]} == '=' && $flag != --* && $at -gt 1 ]]; then flag=\${COMP_WORDS[at - 2]}; fi
  case "$command $flag" in
${values.join('\n')}
  *)
    case "$command $word" in
    ' -'*) words='${longs(flags)}' ;;
    ' '*) words='${names.join(' ')}' ;;
${starts.join('\n')}
    esac
    ;;
  esac
  # The words are fixed ones without spaces.
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o bashdefault -o default -F _${name} ${name}
`
}
