/** The head of an answer as HTTP, RTSP and SIP have it: status line, fields, an empty line (RFC 9112 §2.1). */
import { linesOf, maxLine } from '../text.ts'

export interface Head {
  readonly kind: 'head'
  readonly statusLine: string
  /** `1.1` of `HTTP/1.1`. */
  readonly version: string
  readonly status: number
  /** Names in lower case, as often and in the order they came; at most 128. */
  readonly fields: readonly (readonly [name: string, value: string])[]
  /** What came behind the head. */
  readonly body: string
}

const maxHead = 32_768
const maxFields = 128

/**
 * Decided at the empty line; of a head that is cut by the end, or longer than anybody's, by the status line and the whole
 * fields that came.
 */
export function readHead(
  text: string,
  ended: boolean,
  protocol: 'HTTP' | 'RTSP' | 'SIP',
): Head | { readonly kind: 'more' } | { readonly kind: 'not' } {
  const start = `${protocol}/`
  if (!text.startsWith(start))
    return !ended && start.startsWith(text) ? { kind: 'more' } : { kind: 'not' }
  const firstEnd = text.indexOf('\n')
  if (firstEnd > maxLine || (firstEnd < 0 && text.length > maxLine)) return { kind: 'not' }
  if (firstEnd < 0 && !ended) return { kind: 'more' }
  const statusLine = (firstEnd < 0 ? text : text.slice(0, firstEnd)).replace(/\r$/, '')
  const [, version, status] = /^[A-Z]{3,4}\/(\d(?:\.\d)?) (\d{3})(?: |$)/.exec(statusLine) ?? []
  if (version === undefined || status === undefined) return { kind: 'not' }
  const end = /\n\r?\n/.exec(text.slice(0, maxHead))
  if (!end && !ended && text.length < maxHead) return { kind: 'more' }
  const head = text.slice(0, end ? end.index : maxHead)
  const fields = linesOf(end ? `${head}\n` : head).lines.slice(1, 1 + maxFields)
  return {
    kind: 'head',
    statusLine,
    version,
    status: Number(status),
    fields: fields.flatMap(fieldOf),
    body: end ? text.slice(end.index + end[0].length) : '',
  }
}

function fieldOf(line: string): (readonly [string, string])[] {
  const colon = line.indexOf(':')
  const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase()
  return name === '' || name.length > 64 ? [] : [[name, line.slice(colon + 1).trim()]]
}

/** The first field of the name, which is in lower case. */
export const fieldNamed = ({ fields }: Head, name: string): string | undefined =>
  fields.find(([field]) => field === name)?.[1]

export const fieldsNamed = ({ fields }: Head, name: string): readonly string[] =>
  fields.flatMap(([field, value]) => (field === name ? [value] : []))
