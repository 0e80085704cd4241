/** Markup with text in it: what is put into a template is escaped, unless it is markup already. */
import { escapeMarkup } from '../escape.ts'

/** Text that has been through `markup`; the only thing that is not escaped again. */
export interface Markup {
  readonly markup: string
}
type Part = Markup | readonly Markup[] | string | number | null

export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let out = strings[0] ?? ''
  for (const [i, part] of parts.entries()) out += partText(part) + (strings[i + 1] ?? '')
  return { markup: out }
}

export const nothing: Markup = { markup: '' }

function partText(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'string') return escapeMarkup(part)
  if (typeof part === 'number') return String(part)
  if ('markup' in part) return part.markup
  return part.map((it) => it.markup).join('')
}
