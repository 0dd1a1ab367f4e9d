import { badInput } from '../errors.js'

/** `$$`, `${NAME…}` or `$NAME`. Names as compose-go takes them. */
const VARIABLE = /\$(?:(?<escaped>\$)|\{(?<braced>[^{}]*)\}|(?<named>[A-Za-z_][A-Za-z0-9_]*))/g
const BRACED = /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+?])([\s\S]*))?$/

/**
 * A text with its variables put in: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:+other}`, `${NAME:?why}`,
 * and `$$` for a dollar. Throws `bad-input` for one that has no value: Compose would go on with an empty text, and another mount.
 */
export function interpolate(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(VARIABLE, (whole, ...rest) => {
    const { escaped, braced, named }: Record<string, string | undefined> = rest.at(-1)
    if (escaped) return '$'
    const [, name = named ?? '', operator, word = ''] = BRACED.exec(braced ?? named ?? '') ?? []
    if (name === '') throw badInput(`'${whole}' in '${text}' is not a variable that can be put in`)
    return valueFor(name, operator, word, env[name], text)
  })
}

function valueFor(
  name: string,
  operator: string | undefined,
  word: string,
  value: string | undefined,
  text: string,
): string {
  const given = operator?.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
  if (operator?.endsWith('+')) return given ? word : ''
  if (given && value !== undefined) return value
  if (operator?.endsWith('-')) return word
  const why = operator?.endsWith('?') && word ? `: ${word}` : ''
  throw badInput(
    `the variable ${name} in '${text}' has no value${why}`,
    `set it: ${name}=… mountbench run …; an .env file is read only where docker compose is installed`,
  )
}

/** Every text in a value, with its variables put in; what is not a text stays. */
export function interpolateAll(value: unknown, env: Readonly<Record<string, string | undefined>>): unknown {
  if (typeof value === 'string') return interpolate(value, env)
  if (Array.isArray(value)) return value.map((element) => interpolateAll(element, env))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, interpolateAll(element, env)]))
}
