/**
 * PostgreSQL, by two harmless questions: whether it offers TLS (one letter), and a start without a user name, which every
 * server refuses in its own words (PostgreSQL documentation, "Message Formats" and "Error and Notice Message Fields").
 */
import type { Product } from '../../model/service.ts'
import { begins, equal, field, frame, textOf, uint, untilZero } from '../bytes.ts'
import { cpe } from '../cpe.ts'
import type { Heard, Outcome, Protocol } from '../protocol.ts'
import { foreign, judge, likely, not, part, type Reading, recognised, whole } from '../reading.ts'

/** SSLRequest: length and the code 1234.5679. */
const tlsQuestion = frame(field(8, 4), field(80_877_103, 4))
/** StartupMessage 3.0 with no parameter at all. */
const start = frame(field(9, 4), field(3, 2), field(0, 2), 0)

export const postgresql: Protocol = {
  id: 'postgresql',
  title: 'PostgreSQL',
  ports: [5432, 5433, 6432],
  probe: tlsQuestion,
  hear(heard) {
    const [letter] = heard.bytes
    return equal(heard.sent, tlsQuestion) && heard.bytes.length === 1 && letter !== 0x45
      ? letterOutcome(heard)
      : judge(heard, readError, (error) => errorOutcome(error, heard))
  },
}

/**
 * After `S` the server waits for a TLS hello, and after `N` for the start on the same connection; it says nothing more
 * itself, so a letter that is followed by others is no answer. (`E` begins an error.)
 */
function letterOutcome({ bytes, ended }: Heard): Outcome {
  switch (bytes[0]) {
    case 0x53: // S
      if (!ended) return { kind: 'more' }
      return recognised('postgresql', 'S to the question for TLS', {
        details: [['tls', 'offered']],
        weight: likely,
      })
    case 0x4e: // N
      return ended ? not : { kind: 'ask', send: start }
    default:
      return not
  }
}

/** Values by the letters of their fields; the last of a letter counts. */
type Fields = Readonly<Record<string, string>>

const maxError = 8192

/** ErrorResponse: `E`, length (4), fields of a letter and a text that ends in a zero, and a zero. */
function readError(bytes: Uint8Array): Reading<Fields> {
  const old = readOldError(bytes)
  if (old.kind !== 'foreign') return old
  if (bytes[0] !== 0x45) return foreign
  const length = uint(bytes, 1, 4)
  if (length === undefined) return part()
  if (length < 16 || length > maxError) return foreign
  const body = bytes.subarray(5, 1 + length)
  const fields = readFields(body)
  if (fields === undefined) return foreign
  // Severity comes first, and its word is upper case in every language that has cases.
  const first = body[0]
  if (first !== undefined && first !== 0x53) return foreign
  if (body.length < length - 4) return part()
  return 'S' in fields && 'M' in fields && /^[0-9A-Z]{5}$/.test(fields['C'] ?? '')
    ? whole(fields)
    : foreign
}

/** Undefined where a letter is none; an unfinished last field is left out. */
function readFields(body: Uint8Array): Fields | undefined {
  const fields: Record<string, string> = {}
  for (let at = 0; at < body.length && body[at] !== 0; ) {
    const letter = body.subarray(at, at + 1)
    if (!/^[A-Za-z]$/.test(textOf(letter))) return undefined
    const value = untilZero(body, at + 1, maxError)
    if (!value) break
    fields[textOf(letter)] = textOf(value)
    at += value.length + 2
  }
  return fields
}

/** Protocol 2.0, also in answer to bytes that are no start: `EFATAL:  text` and a zero. */
function readOldError(bytes: Uint8Array): Reading<Fields> {
  const signature = begins(
    bytes,
    [...'EFATAL:  '].map((letter) => letter.charCodeAt(0)),
  )
  if (signature !== 'yes') return signature === 'no' ? foreign : part()
  const text = untilZero(bytes, 9, maxError)
  if (text) return whole({ S: 'FATAL', M: textOf(text).trimEnd() })
  return bytes.length > maxError ? foreign : part()
}

function errorOutcome(fields: Fields, { sent }: Heard): Outcome {
  const message = fields['M'] ?? ''
  const code = fields['C']
  // The start is sent only where the question for TLS was answered with no.
  const withoutTls = equal(sent, start)
  return recognised('postgresql', `${fields['S']}${code ? ` ${code}` : ''}: ${message}`, {
    product: productOf(fields),
    banner: message,
    details: withoutTls ? [['tls', 'not offered']] : [],
  })
}

/** The server names places in its own source; its poolers and look-alikes do not. */
function productOf({ F: file, R: routine, M: message }: Fields): Product | null {
  const isServer =
    routine === 'ProcessStartupPacket' ||
    /^(?:postmaster|backend_startup|auth|postinit)\.c$/.test(file ?? '') ||
    /PostgreSQL user name/.test(message ?? '')
  if (isServer)
    return product('PostgreSQL', 'PostgreSQL', cpe('postgresql', 'postgresql', null), 0.85)
  if (file === undefined && message === 'no username supplied')
    return product('PgBouncer', 'PgBouncer', cpe('pgbouncer', 'pgbouncer', null), 0.7)
  return null
}

const product = (vendor: string, name: string, named: string, confidence: number): Product => ({
  vendor,
  name,
  version: null,
  cpe: named,
  confidence,
  from: ['wording'],
})
