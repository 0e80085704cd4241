/** What SITE HELP, HELP SITE and HELP list (RFC 959 §4.1.3: the text is the server's own; these are the forms in use). */
import type { Reply } from './reply.ts'
import { readWire } from './wire.ts'

export interface ListedCommands {
  /** Upper case, in the order of the reply; at most 256. */
  readonly names: readonly string[]
  /** Of these, the ones marked as known and not implemented (a `*` behind the name). */
  readonly unimplemented: readonly string[]
}

const maxNames = 256

/**
 * Names of a 211 or 214. Undefined when the reply lists nothing: another code, or prose alone. Lists come as words in
 * columns, as a name with its arguments a line, or as one line behind the code.
 */
export function parseListedCommands({ code, lines }: Reply): ListedCommands | undefined {
  if (code !== 211 && code !== 214) return undefined
  const words = lines.slice(0, 512).flatMap(namesOfLine)
  const names = [...new Set(words.map(({ name }) => name))].slice(0, maxNames)
  if (names.length === 0) return undefined
  const unimplemented = names.filter((name) =>
    words.every((word) => word.name !== name || word.starred),
  )
  return { names, unimplemented }
}

/** The server says that it has the command, and not that it lacks it. */
export const lists = ({ names, unimplemented }: ListedCommands, name: string): boolean =>
  names.includes(name) && !unimplemented.includes(name)

interface Word {
  readonly name: string
  readonly starred: boolean
}

function namesOfLine(wire: string): readonly Word[] {
  const text = readWire(wire.slice(0, 1024)).trim()
  // `CPFR <sp> pathname`, `CHMOD <sp> mode <sp> file`: what follows the name describes it.
  const [head = ''] = text.split(/\s*(?:<|\[|\s-\s|:\s)/)
  const words = head
    .replace(/^SITE\s+/i, '')
    .split(/[\s,;]+/)
    .filter((word) => word !== '')
  const found = words.map(wordOf)
  // A line of prose holds words that are no names; "HELP" in a sentence is no entry of a list.
  if (found.some((word) => word === undefined)) return []
  return found.flatMap((word) => word ?? [])
}

function wordOf(word: string): Word | undefined {
  const [, name, star] = /^([A-Z][A-Z0-9]{1,15})(\*?)$/.exec(word) ?? []
  return name === undefined ? undefined : { name, starred: star === '*' }
}
