/**
 * Whether the first bytes of a connection can be FTP's at all: what keeps all other traffic cheap. Each answer but `more`
 * stands for every continuation of the text, so that it is the same however the bytes are cut. Text is wire text.
 */
import { foreignLine } from '../../protocols/ftp/evidence.ts'
import { foreignVerbs, isForeignVerb, isVerb, verbs } from '../../protocols/ftp/verbs.ts'

/** So many characters decide; none behind them is looked at. */
const sniffed = 512

export type ClientSays = 'command' | 'foreign' | 'never' | 'more'
export type ServerSays = 'reply' | 'never' | 'more'

/** Bytes with which neither side of FTP begins: not text, not Telnet, not TLS. */
export const beginsOtherwise = (byte: number): boolean =>
  byte < 32 ? byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27 : byte === 127

/** A first word that FTP's clients say, or another protocol's. */
export function clientSays(text: string): ClientSays {
  const plain = plainHead(text).replace(/^[\u00f2\s]+/, '')
  if (plain === '') return text.length < sniffed ? 'more' : 'never'
  const word = /^[A-Za-z0-9]{0,13}/.exec(plain)?.[0].toUpperCase() ?? ''
  const after = plain[word.length]
  if (after === undefined && word.length < 13) return beginsVerb(word) ? 'more' : 'never'
  if (after !== ' ' && after !== '\r' && after !== '\n') return 'never'
  if (isVerb(word)) return 'command'
  return isForeignVerb(word) ? 'foreign' : 'never'
}

/** A reply, at the start or behind a banner of somebody's own making. */
export function serverSays(text: string): ServerSays {
  const head = plainHead(text).replace(/^[\r\n]+/, '')
  const wait = text.length < sniffed ? 'more' : 'never'
  if (head === '') return wait
  const code = /^\d{1,4}/.exec(head)?.[0]
  if (code !== undefined) {
    const after = head[code.length]
    if (code.length > 3) return 'never'
    if (after === undefined) return wait
    return code.length === 3 || /[ \-\r\n]/.test(after) ? 'reply' : 'never'
  }
  const reply = /\n\d{3}[ -]/.exec(head)
  const banner = reply === null ? head : head.slice(0, reply.index)
  if (isBinary(banner) || isForeign(banner)) return 'never'
  return reply === null ? wait : 'reply'
}

export type MiddleSays =
  | { readonly kind: 'client' | 'server'; readonly drop: number }
  | { readonly kind: 'never' }
  | { readonly kind: 'more'; readonly drop: number; readonly lines: number }

/**
 * From the middle of a connection, where nobody knows which end is which. The first line may be the rest of one: two that
 * tell nothing are enough, of which `before` are gone. `drop` says how many
 * characters need not be kept, and `lines` how many lines are gone then.
 */
export function middleSays(text: string, before: number): MiddleSays {
  const head = text.slice(0, sniffed)
  let at = 0
  for (let lines = before; lines < 2; lines++) {
    // Empty lines are no lines.
    while (head[at] === '\r' || head[at] === '\n') at++
    const end = head.indexOf('\n', at)
    const line = withoutTelnet(end < 0 ? head.slice(at) : head.slice(at, end + 1))
    if (clientSays(line) === 'command') return { kind: 'client', drop: at }
    if (isReplyLine(line)) return { kind: 'server', drop: at }
    if (isBinary(line)) return { kind: 'never' }
    if (end < 0)
      return text.length < sniffed ? { kind: 'more', drop: at, lines } : { kind: 'never' }
    at = end + 1
  }
  return { kind: 'never' }
}

/** Telnet commands in front do not count. */
export const isReplyLine = (text: string): boolean => /^\d{3}[ -]/.test(withoutTelnet(text))

/** A TLS record (RFC 8446 §5.1) where a line would begin; `maybe` while its head is not whole. */
export function tlsBegins(text: string): 'yes' | 'maybe' | 'no' {
  const [type, major, minor] = [text.charCodeAt(0), text.charCodeAt(1), text.charCodeAt(2)]
  if (text === '' || type < 20 || type > 23) return 'no'
  if (text.length === 1) return 'maybe'
  if (major !== 3) return 'no'
  if (text.length === 2) return 'maybe'
  return minor <= 4 ? 'yes' : 'no'
}

const known: readonly string[] = [...verbs, ...foreignVerbs]
const beginsVerb = (word: string): boolean => known.some((verb) => verb.startsWith(word))

/** Telnet commands (RFC 854): IAC and one byte, two with an option. */
const withoutTelnet = (text: string): string =>
  text.includes('\u00ff')
    ? text.replace(/\u00ff(?:[\u00fb-\u00fe][\s\S]|[\u00f0-\u00fa])/g, '')
    : text
/** What is looked at, less a Telnet command at its end that is not whole yet. */
const plainHead = (text: string): string =>
  withoutTelnet(text.slice(0, sniffed)).replace(/\u00ff[\u00fb-\u00fe]?$/, '')

/** A line without its end may go on: what only ends like another protocol's is not yet one. */
function isForeign(text: string): boolean {
  const end = text.search(/\r?\n/)
  return foreignLine(end < 0 ? `${text}x` : text.slice(0, end)) !== undefined
}

/** Control characters that text has not. */
export function isBinary(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 27) return true
  }
  return false
}
