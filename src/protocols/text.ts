/** What protocols of text lines share: reading what was heard, bounded, and wording what was found. */
import type { EvidenceLine, Product } from '../model/service.ts'
import { readWire, wireOf } from './ftp/wire.ts'
import { type Heard, heardLimit, type Outcome } from './protocol.ts'

/** Longest line that any of these protocols is believed to send; RFCs allow 255 to 1,000. */
export const maxLine = 4096
const maxShown = 1024
const maxEvidence = 256

/** One character a byte, and whether more may come; at the limit nothing more is waited for. */
export function textOf({ bytes, ended }: Heard): {
  readonly text: string
  readonly ended: boolean
} {
  return {
    text: wireOf(bytes.subarray(0, heardLimit)),
    ended: ended || bytes.length >= heardLimit,
  }
}

/** A question of our own, in ASCII. */
export const wireBytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const sentText = ({ sent }: Heard): string | null =>
  sent === null ? null : wireOf(sent.subarray(0, maxLine))

export interface Lines {
  /** Without their ends, CRLF or LF. */
  readonly lines: readonly string[]
  /** After the last end: a line that may go on. */
  readonly rest: string
}

export function linesOf(text: string): Lines {
  const parts = text.split('\n')
  const rest = parts.pop() ?? ''
  return { lines: parts.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line)), rest }
}

export type FirstLine =
  | { readonly kind: 'line'; readonly line: string; readonly rest: string }
  | { readonly kind: 'more' }
  | { readonly kind: 'not' }

/**
 * The first line when it has one of these beginnings. Not before its end came, unless no more will come; `not` as soon
 * as another byte excludes them all, or the line is longer than any of these protocols sends.
 */
export function firstLine(text: string, ended: boolean, ...beginnings: string[]): FirstLine {
  const possible = beginnings.some(
    (beginning) => text.startsWith(beginning) || (!ended && beginning.startsWith(text)),
  )
  if (!possible) return { kind: 'not' }
  const end = text.indexOf('\n')
  if (end > maxLine || (end < 0 && text.length > maxLine)) return { kind: 'not' }
  if (end < 0 && !ended) return { kind: 'more' }
  const line = end < 0 ? text : text.slice(0, end)
  // A beginning may itself end in the line's end.
  if (!beginnings.some((beginning) => text.startsWith(beginning))) return { kind: 'not' }
  return { kind: 'line', line: line.replace(/\r$/, ''), rest: end < 0 ? '' : text.slice(end + 1) }
}

export interface CodedReply {
  readonly kind: 'reply'
  readonly code: number
  /** Without code and separator. */
  readonly lines: readonly string[]
  /** Its first line, code included. */
  readonly first: string
  /** What follows the reply. */
  readonly rest: string
}
const maxReplyLines = 256

/**
 * A reply with a three-digit code, of one line (`220 text`) or several (`250-text` … `250 text`), as SMTP (RFC 5321
 * §4.2.1) has it. An unfinished reply counts with the lines that came when no more will come.
 */
export function readCodedReply(
  text: string,
  ended: boolean,
): CodedReply | { readonly kind: 'more' } | { readonly kind: 'not' } {
  if (!/^[2-5](?:\d(?:\d(?:[ \-\r\n]|$)|$)|$)/.test(text)) {
    return text === '' && !ended ? { kind: 'more' } : { kind: 'not' }
  }
  const code = text.slice(0, 3)
  const lines: string[] = []
  let at = 0
  let whole = false
  while (!whole && lines.length < maxReplyLines) {
    const end = text.indexOf('\n', at)
    if ((end < 0 ? text.length : end) - at > maxLine) return { kind: 'not' }
    if (end < 0 && !ended) return { kind: 'more' }
    const line = text.slice(at, end < 0 ? text.length : end).replace(/\r$/, '')
    if (line === '' && end < 0) break
    if (!line.startsWith(code) || !/^(?:$|[ -])/.test(line.slice(3))) return { kind: 'not' }
    lines.push(line.slice(4))
    whole = line[3] !== '-'
    at = end < 0 ? text.length : end + 1
  }
  if (lines.length === 0 || code.length < 3) return { kind: 'not' }
  const [first = ''] = text.split('\n', 1)
  return {
    kind: 'reply',
    code: Number(code),
    lines,
    first: first.replace(/\r$/, ''),
    rest: text.slice(at),
  }
}

/** Whether a line is the beginning of what other text protocols greet with, so that it is no free text. */
export const isCodedGreeting = (line: string): boolean =>
  /^(?:\d{3}[ -]|\+OK|-ERR|\* |HTTP\/|RTSP\/|SIP\/|RFB |:\S|NOTICE |ERROR |SSH-)/.test(line)

/** The exchanges of the connection up to this one, in order. */
export const exchangesOf = (heard: Heard): readonly Heard[] => [...(heard.earlier ?? []), heard]

/** What the service said unasked. */
export const greetingOf = (heard: Heard): Heard | undefined =>
  exchangesOf(heard).find(({ sent }) => sent === null)

/** Whether the bytes of this exchange answer a question of ours. */
export const answers = (heard: Heard, question: string): boolean => sentText(heard) === question

/** Whether a question of ours was asked already on this connection. */
export const wasAsked = (heard: Heard, question: string): boolean =>
  exchangesOf(heard).some((exchange) => answers(exchange, question))

export interface Found {
  readonly protocol: string
  /** The line, in wire form, that decided. */
  readonly line: string
  readonly product?: Product | null
  /** Wire form. */
  readonly banner?: string | null
  /** Wire form; entries without a value are left out. */
  readonly details?: readonly (readonly [name: string, value: string | null | undefined])[]
}

/** The outcome for what was found, its texts decoded and bounded. */
export const is = ({ protocol, line, product, banner, details }: Found): Outcome => ({
  kind: 'is',
  recognised: {
    protocol,
    product: product ?? null,
    banner: banner == null || banner.trim() === '' ? null : shown(banner),
    evidence: [evidenceOf(line)],
    details: (details ?? []).flatMap(([name, value]) =>
      value ? [[name, shown(value)] as const] : [],
    ),
  },
})

export const more: Outcome = { kind: 'more' }
export const not: Outcome = { kind: 'not' }
export const ask = (text: string): Outcome => ({ kind: 'ask', send: wireBytes(text) })

/** Decisive by itself, on the scale of FTP's table. */
const decisive = 5
const evidenceOf = (line: string): EvidenceLine => ({
  line: readWire(line.slice(0, maxEvidence)),
  weight: decisive,
})

const shown = (wire: string): string => readWire(wire.slice(0, maxShown))
