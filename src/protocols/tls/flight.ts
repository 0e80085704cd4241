/**
 * What a server answers to a ClientHello, as far as it travels in clear: records, handshake messages over several of them,
 * alerts. A pure step: cut anywhere, the same bytes give the same answer.
 */
import { alertName } from './alert.ts'
import { concat, readerOf } from './bytes.ts'
import { parseServerHello, type ServerHello } from './server-hello.ts'

export interface FlightState {
  /** Bytes of a record that is not whole yet. */
  readonly pending: Uint8Array
  /** Handshake bytes of whole records, from the start of a message that is not whole yet. */
  readonly message: Uint8Array
  readonly hello: ServerHello | null
  /** Bytes of whole records in all. */
  readonly total: number
}

export type Flight =
  | {
      readonly kind: 'hello'
      readonly hello: ServerHello
      /** DER bytes of the server's certificate; null where it sent none, or (TLS 1.3) sends it encrypted. */
      readonly certificate: Uint8Array | null
    }
  /** It speaks TLS, and will not with us. */
  | {
      readonly kind: 'alert'
      readonly fatal: boolean
      readonly description: number
      /** `handshake_failure`, … */
      readonly name: string
      /** An alert may follow a hello. */
      readonly hello: ServerHello | null
    }
  /** An answer in the form of SSL 2.0. */
  | { readonly kind: 'sslv2' }
  | {
      readonly kind: 'not-understood'
      readonly reason: FlightFault
      /** What was understood before. */
      readonly hello: ServerHello | null
    }

export type FlightFault =
  | 'not-a-record'
  | 'record-too-long'
  | 'message-too-long'
  | 'too-long'
  | 'unexpected-record'
  | 'unexpected-message'
  | 'malformed-alert'
  | 'malformed-hello'
  | 'malformed-certificate'

export type FlightStep =
  | { readonly kind: 'more'; readonly state: FlightState }
  | { readonly kind: 'done'; readonly flight: Flight }

/** A record of TLS 1.2 may hold 2^14 + 2048 bytes; the longest chains of certificates have some 100 KB. */
export const flightLimits = { record: 18_432, message: 131_072, total: 262_144 } as const

const empty = new Uint8Array()
export const flightStart: FlightState = { pending: empty, message: empty, hello: null, total: 0 }

export function stepFlight(state: FlightState, chunk: Uint8Array): FlightStep {
  let bytes = concat(state.pending, chunk)
  let { message, hello, total } = state
  for (;;) {
    const record = readRecord(bytes)
    if (record.kind === 'fault') return notUnderstood(record.reason, hello)
    if (record.kind === 'sslv2') return done({ kind: 'sslv2' })
    if (record.kind === 'more') {
      // A copy of its own: a slice would keep the whole chunk alive.
      return { kind: 'more', state: { pending: bytes.slice(), message, hello, total } }
    }
    bytes = bytes.subarray(5 + record.body.length)
    total += 5 + record.body.length
    if (total > flightLimits.total) return notUnderstood('too-long', hello)
    if (record.type === alertType) {
      const alert = readAlert(record.body, hello)
      if (alert !== null) return done(alert)
    } else if (record.type === handshakeType) {
      const read = readMessages(concat(message, record.body), hello)
      if (read.kind === 'done') return read
      ;({ message, hello } = read)
    } else if (record.type !== changeCipherSpecType)
      return notUnderstood('unexpected-record', hello)
    // What follows is encrypted: a session is resumed, and shows no certificate (RFC 5246 §7.3).
    else if (hello !== null) return done({ kind: 'hello', hello, certificate: null })
  }
}

/** What is known when no more comes: a hello without its certificate, or nothing. */
export const lastFlight = ({ hello }: FlightState): Flight | null =>
  hello === null ? null : { kind: 'hello', hello, certificate: null }

const done = (flight: Flight): { readonly kind: 'done'; readonly flight: Flight } => ({
  kind: 'done',
  flight,
})
const notUnderstood = (reason: FlightFault, hello: ServerHello | null) =>
  done({ kind: 'not-understood', reason, hello })

const changeCipherSpecType = 20
const alertType = 21
const handshakeType = 22
const firstType = 20
const lastType = 24

type ReadRecord =
  | { readonly kind: 'record'; readonly type: number; readonly body: Uint8Array }
  | { readonly kind: 'more' }
  | { readonly kind: 'sslv2' }
  | { readonly kind: 'fault'; readonly reason: FlightFault }

/** Judges each byte of the head as soon as it is there, so that a greeting is refused by its first letter. */
function readRecord(bytes: Uint8Array): ReadRecord {
  const [type, major, minor, high, low] = bytes
  if (type === undefined) return { kind: 'more' }
  if (type >= 0x80) return readSsl2(bytes)
  if (type < firstType || type > lastType) return { kind: 'fault', reason: 'not-a-record' }
  if (major === undefined) return { kind: 'more' }
  if (major !== 3) return { kind: 'fault', reason: 'not-a-record' }
  if (minor === undefined) return { kind: 'more' }
  if (minor > 4) return { kind: 'fault', reason: 'not-a-record' }
  if (high === undefined || low === undefined) return { kind: 'more' }
  const length = high * 256 + low
  if (length > flightLimits.record) return { kind: 'fault', reason: 'record-too-long' }
  if (bytes.length < 5 + length) return { kind: 'more' }
  return { kind: 'record', type, body: bytes.subarray(5, 5 + length) }
}

/** SERVER-HELLO is message 4, ERROR message 0, behind a length with its first bit set (SSL 2.0 specification, 1995). */
function readSsl2([high, low, message]: Uint8Array): ReadRecord {
  if (high === undefined || low === undefined || message === undefined) return { kind: 'more' }
  const length = (high & 0x7f) * 256 + low
  const known = (message === 4 && length >= 11) || (message === 0 && length === 3)
  return known ? { kind: 'sslv2' } : { kind: 'fault', reason: 'not-a-record' }
}

/** Null: a warning that stops nothing, such as `unrecognized_name` (RFC 6066 §3). */
function readAlert(body: Uint8Array, hello: ServerHello | null): Flight | null {
  const [level, description] = body
  if (
    body.length !== 2 ||
    level === undefined ||
    description === undefined ||
    level < 1 ||
    level > 2
  )
    return { kind: 'not-understood', reason: 'malformed-alert', hello }
  const fatal = level === 2
  if (!fatal && description !== closeNotify) return null
  return { kind: 'alert', fatal, description, name: alertName(description), hello }
}

const closeNotify = 0

type ReadMessages =
  | { readonly kind: 'more'; readonly message: Uint8Array; readonly hello: ServerHello | null }
  | { readonly kind: 'done'; readonly flight: Flight }

const serverHello = 2
const certificate = 11
/** They come after the place of a certificate: there is none. */
const afterCertificate = new Set([12, 13, 14])

function readMessages(bytes: Uint8Array, known: ServerHello | null): ReadMessages {
  let hello = known
  let rest = bytes
  while (rest.length >= 4) {
    const [type = 0, high = 0, middle = 0, low = 0] = rest
    const length = high * 65_536 + middle * 256 + low
    if (hello === null ? type !== serverHello && type !== 0 : type === serverHello)
      return notUnderstood('unexpected-message', hello)
    if (length > flightLimits.message) return notUnderstood('message-too-long', hello)
    if (rest.length < 4 + length) break
    const body = rest.subarray(4, 4 + length)
    rest = rest.subarray(4 + length)
    if (type === serverHello) {
      hello = parseServerHello(body) ?? null
      if (hello === null) return notUnderstood('malformed-hello', null)
      // All else of TLS 1.3 is encrypted, and a request to say hello again asks for what we do not have.
      if (hello.version === 'TLSv1.3' || hello.retry)
        return done({ kind: 'hello', hello, certificate: null })
    } else if (hello !== null && type === certificate) {
      const first = firstCertificate(body)
      return first === undefined
        ? notUnderstood('malformed-certificate', hello)
        : done({ kind: 'hello', hello, certificate: first })
    } else if (hello !== null && afterCertificate.has(type))
      return done({ kind: 'hello', hello, certificate: null })
  }
  return { kind: 'more', message: rest.slice(), hello }
}

/** RFC 5246 §7.4.2: the server's own comes first. Null where the list is empty. */
function firstCertificate(body: Uint8Array): Uint8Array | null | undefined {
  const list = readerOf(body).vector(3)
  if (list === undefined) return undefined
  return list.length === 0 ? null : readerOf(list).vector(3)?.slice()
}
