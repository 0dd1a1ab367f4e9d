/** Finished HTML or SVG. Only `element` and `trusted` make it, so that a text can never become markup. */
export interface Markup {
  readonly markup: string
}

export type Child = Markup | string | null | readonly Child[]

export type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Elements of HTML that have no content and no end. */
const VOID = new Set(['meta', 'br', 'hr', 'input', 'link', 'col'])

/** Characters that XML forbids or a terminal obeys; line breaks and tabs stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g

/** A text as HTML and XML hold it, also inside quotes. */
export const escaped = (text: string): string =>
  text
    .replaceAll(CONTROL, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

const inner = (child: Child): string => {
  if (child === null) return ''
  if (typeof child === 'string') return escaped(child)
  return 'markup' in child ? child.markup : child.map(inner).join('')
}

/** An attribute is left out when it is null, undefined or false, and has no value when it is true. */
function attribute([name, value]: [string, Attributes[string]]): string {
  if (value === null || value === undefined || value === false) return ''
  return value === true ? ` ${name}` : ` ${name}="${escaped(String(value))}"`
}

/** An element; every text in it and in its attributes is escaped. Tag and attribute names are ours. */
export function element(tag: string, attributes: Attributes = {}, ...children: Child[]): Markup {
  const start = `<${tag}${Object.entries(attributes).map(attribute).join('')}>`
  return { markup: VOID.has(tag) ? start : `${start}${inner(children)}</${tag}>` }
}

/** Text of ours that is markup already: the style and the script. Never anything that a run holds. */
export const trusted = (markup: string): Markup => ({ markup })

/** A text that someone else wrote: its direction cannot reorder what stands around it. */
export const quoted = (text: string): Markup => element('bdi', {}, text)

/** The same for places where no element can stand: between FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE. */
export const isolated = (text: string): string => `\u2068${text.replaceAll(/[\u202a-\u202e\u2066-\u2069]/g, '')}\u2069`
