/**
 * MySQL and its family greet unasked, or refuse (MySQL Internals, "Protocol::HandshakeV10" and "ERR_Packet"). The newer
 * X Protocol greets with a notice of its own.
 */
import { begins, isPrintable, textOf, uint, untilZero } from '../bytes.ts'
import type { Outcome, Protocol } from '../protocol.ts'
import { foreign, judge, part, type Reading, recognised, whole } from '../reading.ts'
import { productOf, productOfRefusal } from './software.ts'

export const mysql: Protocol = {
  id: 'mysql',
  title: 'MySQL',
  ports: [3306, 33060, 4000],
  probe: null,
  hear: (heard) => judge(heard, readPacket, outcomeOf),
}

type Packet =
  | {
      readonly kind: 'greeting'
      readonly version: string
      /** Null: the packet ended before it was told. */
      readonly offersTls: boolean | null
      readonly plugin: string | null
    }
  | { readonly kind: 'error'; readonly code: number; readonly message: string }
  | { readonly kind: 'x-notice' }

const maxPacket = 1024
const maxVersion = 255
const tlsCapability = 0x0800

/** Length (3 bytes, little-endian), sequence number, then `0a` for a greeting or `ff` for an error. */
function readPacket(bytes: Uint8Array): Reading<Packet> {
  // Mysqlx.Notice.Frame "server hello", the same for every server (MySQL Internals, "X Protocol").
  const x = begins(bytes, [5, 0, 0, 0, 0x0b, 8, 5, 0x1a, 0])
  if (x === 'yes') return whole({ kind: 'x-notice' })
  const [length, sequence, type] = [uint(bytes, 0, 3, 'le'), bytes[3], bytes[4]]
  if (length === undefined || sequence === undefined || type === undefined) return part()
  const payload = bytes.subarray(4, 4 + length)
  const isWhole = payload.length === length
  if (type === 0x0a && sequence === 0 && length >= 30 && length <= maxPacket)
    return readGreeting(payload, isWhole)
  if (type === 0xff && sequence <= 3 && length >= 6 && length <= maxPacket)
    return readError(payload, isWhole)
  return x === 'partly' ? part() : foreign
}

/**
 * Version, thread id (4), first part of the scramble (8), a zero, capabilities (2), character set, status (2), more
 * capabilities (2), length of the scramble, ten zeros (MariaDB: six and its own capabilities), rest of the scramble,
 * name of the authentication plugin.
 */
function readGreeting(payload: Uint8Array, isWhole: boolean): Reading<Packet> {
  const version = untilZero(payload, 1, maxVersion)
  if (!version) return isWhole || payload.length > maxVersion + 1 ? foreign : part()
  // Every member of the family begins with a number, or clients would not know what to say.
  if (!isPrintable(version) || !/^\d+\.\d/.test(textOf(version))) return foreign
  const at = 1 + version.length + 1 + 4 + 8
  if (payload[at] !== undefined && payload[at] !== 0) return foreign
  const capabilities = uint(payload, at + 1, 2, 'le')
  const scramble = Math.max(13, (payload[at + 8] ?? 0) - 8)
  const plugin = untilZero(payload, at + 19 + scramble, 64)
  const greeting: Packet = {
    kind: 'greeting',
    version: textOf(version),
    offersTls: capabilities === undefined ? null : (capabilities & tlsCapability) !== 0,
    plugin: plugin && isPrintable(plugin) ? textOf(plugin) : null,
  }
  if (isWhole) return capabilities === undefined ? foreign : whole(greeting)
  return part(capabilities === undefined ? null : greeting)
}

/** Error number (2), `#` and five characters of SQL state where the client is known, and the message. */
function readError(payload: Uint8Array, isWhole: boolean): Reading<Packet> {
  const code = uint(payload, 1, 2, 'le')
  // Errors of the server are 1000 to 1999, 3000 to 4999 and from 10000 (MySQL Error Message Reference).
  if (code !== undefined && (code < 1000 || code > 15_000)) return foreign
  const hasState = payload[3] === 0x23
  const message = payload.subarray(hasState ? 9 : 3)
  // Controls have no place in it; the language may be any.
  if (message.some((byte) => byte < 0x20 && byte !== 0x0a)) return foreign
  if (code === undefined || !isWhole) return part()
  return message.length < 3 ? foreign : whole({ kind: 'error', code, message: textOf(message) })
}

function outcomeOf(packet: Packet): Outcome {
  switch (packet.kind) {
    case 'greeting': {
      const { version, offersTls, plugin } = packet
      return recognised('mysql', `handshake v10, version ${version}`, {
        product: productOf(version),
        banner: version,
        details: [
          ...(offersTls === null
            ? []
            : ([['tls', offersTls ? 'offered' : 'not offered']] as const)),
          ...(plugin === null ? [] : ([['authentication', plugin]] as const)),
        ],
      })
    }
    case 'error': {
      const { code, message } = packet
      return recognised('mysql', `error ${code}: ${message}`, {
        product: productOfRefusal(message),
        banner: message,
        details: [['refused', refusals[code] ?? `error ${code}`]],
      })
    }
    case 'x-notice':
      return recognised('mysql', 'X Protocol notice', { details: [['protocol', 'X Protocol']] })
  }
}

const refusals: Readonly<Record<number, string>> = {
  1040: 'too many connections',
  1129: 'this address is blocked after connection errors',
  1130: 'this address is not allowed to connect',
}
