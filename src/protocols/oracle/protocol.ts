/** Oracle's listener (TNS) is asked for its version, as `tnsping` and `lsnrctl version` do; refusals tell it as well. */
import type { Product } from '../../model/service.ts'
import { equal, field, frame, isPrintable, textOf, uint, zeros } from '../bytes.ts'
import { cpe } from '../cpe.ts'
import type { Outcome, Protocol } from '../protocol.ts'
import { foreign, judge, not, part, type Reading, recognised, whole } from '../reading.ts'

const data = '(CONNECT_DATA=(COMMAND=version))'
const body = frame(
  ...[field(310, 2), field(300, 2), field(0, 2)], // version, oldest compatible, options
  ...[field(2048, 2), field(32_767, 2), field(0x7f08, 2)], // sizes of units, characteristics
  ...[field(0, 2), field(1, 2), field(data.length, 2), field(58, 2)], // turnaround, byte order, data and its place
  ...[zeros(4), 0, 0, zeros(24), data], // most to receive, flags, trace ids
)
/** Length, checksum, type CONNECT, reserved, checksum of the header. */
const connect = frame(field(8 + body.length, 2), zeros(2), 1, 0, zeros(2), body)

export const oracle: Protocol = {
  id: 'oracle',
  title: 'Oracle TNS',
  ports: [1521, 1522, 1526],
  probe: connect,
  hear: (heard) =>
    judge(heard, readAnswer, (answer) =>
      // A refusal in Oracle's own words proves itself; the other packets have no mark.
      answer.kind === 'refused' || equal(heard.sent, connect) ? outcomeOf(answer) : not,
    ),
}

type Answer =
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'accepted'; readonly text: string | null }
  | { readonly kind: 'redirected' }
  | { readonly kind: 'resend' }

const accept = 2
const refuse = 4
const redirect = 5
const dataPacket = 6
const resend = 11
const maxPacket = 8192

function readAnswer(bytes: Uint8Array): Reading<Answer> {
  const packet = readPacket(bytes)
  if (packet.kind !== 'whole') return packet.kind === 'part' ? part() : foreign
  const { type, payload, end } = packet.value
  switch (type) {
    case refuse: {
      // Reasons (2), length (2), and the text.
      const text = payload.subarray(4)
      const isOurs = uint(payload, 2, 2) === text.length && text[0] === 0x28 && isPrintable(text)
      return isOurs ? whole({ kind: 'refused', text: textOf(text) }) : foreign
    }
    case accept:
      // Version, options, unit sizes, …: 24 bytes and more.
      return payload.length < 16 ? foreign : readAfterAccept(bytes.subarray(end))
    case redirect:
      return payload.length < 4 ? foreign : whole({ kind: 'redirected' })
    default:
      return payload.length === 0 ? whole({ kind: 'resend' }) : foreign
  }
}

/** The version comes in a packet of data after the acceptance, behind two bytes of flags. */
function readAfterAccept(bytes: Uint8Array): Reading<Answer> {
  if (bytes.length === 0) return part({ kind: 'accepted', text: null })
  const packet = readPacket(bytes)
  if (packet.kind === 'part') return part({ kind: 'accepted', text: null })
  const payload =
    packet.kind === 'whole' && packet.value.type === dataPacket ? packet.value.payload : null
  return whole({ kind: 'accepted', text: payload && textOf(payload.subarray(2)) })
}

interface Packet {
  readonly type: number
  readonly payload: Uint8Array
  readonly end: number
}

/** Length in all (2), checksum (2, zero), type, reserved, checksum (2, zero). */
function readPacket(bytes: Uint8Array): Reading<Packet> {
  const [length, type] = [uint(bytes, 0, 2), bytes[4]]
  if (length !== undefined && (length < 8 || length > maxPacket)) return foreign
  if (
    bytes.subarray(2, 4).some((byte) => byte !== 0) ||
    bytes.subarray(6, 8).some((byte) => byte !== 0)
  )
    return foreign
  if (type !== undefined && ![accept, refuse, redirect, dataPacket, resend].includes(type))
    return foreign
  if (length === undefined || type === undefined || bytes.length < length) return part()
  return whole({ type, payload: bytes.subarray(8, length), end: length })
}

function outcomeOf(answer: Answer): Outcome {
  switch (answer.kind) {
    case 'refused': {
      const number = /\(VSNNUM=(\d{1,10})\)/.exec(answer.text)?.[1]
      const error = /\(ERR=(\d{1,6})\)/.exec(answer.text)?.[1]
      const version = number === undefined || number === '0' ? null : versionOf(Number(number))
      return recognised('oracle', `TNS refuse: ${answer.text}`, {
        product: productOf(version),
        banner: answer.text,
        details:
          error === undefined
            ? []
            : [['refused', errors[error] ?? `TNS-${error.padStart(5, '0')}`]],
      })
    }
    case 'accepted': {
      const version = /Version (\d{1,3}(?:\.\d{1,3}){2,4})/.exec(answer.text ?? '')?.[1] ?? null
      const banner = /TNSLSNR[\x20-\x7e]*/.exec(answer.text ?? '')?.[0] ?? null
      return recognised('oracle', `TNS accept${banner === null ? '' : `: ${banner}`}`, {
        product: productOf(version),
        banner,
      })
    }
    case 'redirected':
      return recognised('oracle', 'TNS redirect', { product: productOf(null) })
    case 'resend':
      return recognised('oracle', 'TNS resend', { product: productOf(null) })
  }
}

/** VSNNUM packs five numbers; since 18 the second has eight bits (Oracle documentation, "About Oracle Database Release Numbers"). */
function versionOf(number: number): string {
  const bits = (from: number, count: number) => Math.floor(number / 2 ** from) % 2 ** count
  const shape: readonly (readonly [number, number])[] =
    bits(24, 8) >= 18
      ? [
          [24, 8],
          [16, 8],
          [12, 4],
          [4, 8],
          [0, 4],
        ]
      : [
          [24, 8],
          [20, 4],
          [12, 8],
          [8, 4],
          [0, 8],
        ]
  return shape.map(([from, count]) => bits(from, count)).join('.')
}

const productOf = (version: string | null): Product => ({
  vendor: 'Oracle',
  name: 'Oracle Database',
  version,
  cpe: cpe('oracle', 'database_server', version),
  confidence: version === null ? 0.7 : 0.9,
  from: ['listener'],
})

const errors: Readonly<Record<string, string>> = {
  '1153': 'the listener did not understand (TNS-01153)',
  '1169': 'the listener wants its password (TNS-01169)',
  '1189': 'the listener answers its own machine only (TNS-01189)',
  '12514': 'unknown service (TNS-12514)',
}
