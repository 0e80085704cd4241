/** One line of a reply, as the first of it or a later one (RFC 959 §4.2). */
import type { Line } from './line.ts'

export const replyFaults = [
  'bare-lf',
  'code-out-of-range',
  'no-separator',
  'short-code',
  'telnet',
  'unterminated',
] as const
export type ReplyFault = (typeof replyFaults)[number]

export type FirstLine =
  | { readonly kind: 'not' }
  | {
      readonly kind: 'single' | 'open'
      readonly code: string
      readonly text: string
      readonly faults: readonly ReplyFault[]
    }

/** A line where a reply may begin. */
export function parseFirst(line: Line): FirstLine {
  const [, code = '', after = ''] = /^(\d{1,3})(?!\d)([\s\S]*)$/.exec(line.text) ?? []
  const separator = after[0]
  const isShort = code.length < 3
  // "1. Rules of this server" and "12:30" are no replies: a short code must be followed by what follows codes.
  if (code === '' || (isShort && separator !== undefined && separator !== ' ' && separator !== '-'))
    return { kind: 'not' }
  const hasSeparator = separator === ' ' || separator === '-'
  const own: ReplyFault[] = []
  if (isShort) own.push('short-code')
  if (isShort || !/^[1-6]/.test(code)) own.push('code-out-of-range')
  if (!hasSeparator && separator !== undefined) own.push('no-separator')
  return {
    kind: separator === '-' ? 'open' : 'single',
    code,
    text: hasSeparator ? after.slice(1) : after,
    faults: withFaults(own, line),
  }
}

export const withFaults = (
  faults: readonly ReplyFault[],
  { end, telnet }: Line,
): readonly ReplyFault[] =>
  end !== 'lf' && !telnet
    ? faults
    : [
        ...new Set([
          ...faults,
          ...(end === 'lf' ? ['bare-lf' as const] : []),
          ...(telnet ? ['telnet' as const] : []),
        ]),
      ]

/** Inner lines may begin with any other code; only the reply's own, alone or with a space, ends it. */
export const closes = (line: string, code: string): boolean =>
  line.startsWith(code) && (line.length === code.length || line[code.length] === ' ')

/** The text of a later line without the reply's own code. */
export const ownText = (line: string, code: string): string =>
  line === code ||
  (line.startsWith(code) && (line[code.length] === ' ' || line[code.length] === '-'))
    ? line.slice(code.length + 1)
    : line
