/** DNS over TCP (RFC 1035 §4.2.2, RFC 7766): asks for `version.bind` of class CHAOS (RFC 4892), which any server answers or refuses. */
import { equal, field, frame, slice, textOf, uint } from '../bytes.ts'
import type { Protocol } from '../protocol.ts'
import { foreign, judge, not, part, type Reading, recognised, whole } from '../reading.ts'
import { productOf } from './software.ts'

const id = field(0x5056, 2)
const question = frame(7, 'version', 4, 'bind', 0, field(16, 2), field(3, 2))
/** No flags, one question: id, flags, counts (RFC 1035 §4.1.1). */
const query = frame(id, field(0, 2), field(1, 2), field(0, 2), field(0, 2), field(0, 2), question)
const probe = frame(field(query.length, 2), query)

export const dns: Protocol = {
  id: 'dns',
  title: 'DNS over TCP',
  ports: [53],
  probe,
  hear(heard) {
    return judge(heard, readAnswer, ({ code, recurses, version }) => {
      // The id is what ties an answer to a question, so it must be ours.
      if (!equal(heard.sent, probe)) return not
      const said = version ?? codes[code] ?? `code ${code}`
      return recognised('dns', `DNS answer to version.bind: ${said}`, {
        product: version === null ? null : productOf(version),
        banner: version,
        details: [
          ['version.bind', said],
          ...(recurses ? ([['recursion', 'offered']] as const) : []),
        ],
      })
    })
  },
}

/** RFC 1035 §4.1.1; `none` is an answer without the text. */
const codes: Readonly<Record<number, string>> = {
  0: 'none',
  1: 'format error',
  2: 'server failure',
  3: 'no such name',
  4: 'not implemented',
  5: 'refused',
  9: 'not authoritative',
}

interface Answer {
  readonly code: number
  readonly recurses: boolean
  readonly version: string | null
}

/** Length (2), then the message: header of 12 bytes, the question as it was put, and answers. */
function readAnswer(bytes: Uint8Array): Reading<Answer> {
  const length = uint(bytes, 0, 2)
  if (length !== undefined && (length < 12 || length > 4096)) return foreign
  const [first, second] = [bytes[2], bytes[3]]
  if (first !== undefined && first !== id[0]) return foreign
  if (second !== undefined && second !== id[1]) return foreign
  const [flags, questions] = [uint(bytes, 4, 2), uint(bytes, 6, 2)]
  // A response (bit 15) to a standard query (bits 11 to 14).
  if (flags !== undefined && (flags & 0xf800) !== 0x8000) return foreign
  if (questions !== undefined && questions > 1) return foreign
  if (length === undefined || bytes.length < 2 + length) return part()
  if (flags === undefined || questions === undefined) return foreign
  const message = bytes.subarray(2, 2 + length)
  const code = flags & 0xf
  const isEchoed = questions === 1 && equal(slice(message, 12, question.length) ?? null, question)
  // Servers that understand nothing may leave the question out, but then they cannot answer it.
  if (!isEchoed && (questions === 1 || code === 0)) return foreign
  return whole({
    code,
    recurses: (flags & 0x0080) !== 0,
    version:
      isEchoed && (uint(message, 6, 2) ?? 0) > 0 ? readText(message, 12 + question.length) : null,
  })
}

/** The first TXT record: a name or a pointer to one, type 16, class, time to live, length, strings with their lengths. */
function readText(message: Uint8Array, start: number): string | null {
  const at = afterName(message, start)
  if (at === undefined || uint(message, at, 2) !== 16) return null
  const data = slice(message, at + 10, uint(message, at + 8, 2) ?? 0)
  if (!data) return null
  const texts: string[] = []
  for (let next = 0; next < data.length; ) {
    const size = data[next] ?? 0
    const text = slice(data, next + 1, size)
    if (!text) return null
    texts.push(textOf(text))
    next += 1 + size
  }
  return texts.join('') || null
}

/** A pointer is two bytes and ends a name (RFC 1035 §4.1.4); it need not be followed. */
function afterName(message: Uint8Array, start: number): number | undefined {
  for (let at = start; at < message.length; ) {
    const size = message[at] ?? 0
    if (size === 0) return at + 1
    if (size >= 0xc0) return at + 2
    if (size > 63) return undefined
    at += 1 + size
  }
  return undefined
}
