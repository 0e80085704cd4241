/** Data channels: announced by PORT, EPRT, 227 or 229, and the transfers that take them. */
import { type Address, formatAddress } from '../../model/address.ts'
import { contains } from '../../model/address-set.ts'
import { internet } from '../../model/public-space.ts'
import type { Endpoint } from './address.ts'
import type { TransferVerb } from './verbs.ts'

export interface Channel {
  readonly by: 'PORT' | 'EPRT' | '227' | '229'
  readonly mode: 'active' | 'passive'
  /** As announced; with 229 the address is the server's own, null when it is not known. */
  readonly announced: { readonly address: Address | null; readonly port: number }
  readonly turn: number
  /** The server refused the PORT or EPRT. */
  readonly refused: boolean
  /** Index in the session's transfers. */
  readonly transfer: number | null
}

export interface Transfer {
  /** Null when the client's side was not seen. */
  readonly verb: TransferVerb | null
  /** Wire text, at most 4,096 characters. */
  readonly argument: string | null
  /** Index in the session's channels; null when none was announced in sight. */
  readonly channel: number | null
  readonly turn: number
  readonly type: string | null
  /** Where REST told it to begin, in bytes. */
  readonly offset: number
  /** 125 or 150 was seen. */
  readonly started: boolean
  /** Bytes that the 150 promises; the server's word, not a count. */
  readonly promisedBytes: number | null
  /** The name that the server chose for STOU; wire text. */
  readonly stored: string | null
  readonly aborted: boolean
  /** The final reply's code. */
  readonly outcome: number | null
  /** The final reply says that all went well, and nobody aborted. */
  readonly complete: boolean
}

export const signNames = [
  'bounce',
  'third-party-passive',
  'nat-mismatch',
  'privileged-port',
  'clear-text-login',
] as const
export interface Sign {
  readonly sign: (typeof signNames)[number]
  readonly turn: number
  /** The first case of it, in words made of addresses and ports alone. */
  readonly detail: string
}

/** Signs of an announced endpoint; `own` is who announced it, null when that is not known. */
export function signsOf(
  { mode, announced, turn }: Pick<Channel, 'mode' | 'announced' | 'turn'>,
  own: Address | null,
): readonly Sign[] {
  const { address, port } = announced
  const signs: Sign[] = []
  if (port < 1024) signs.push({ sign: 'privileged-port', turn, detail: `${mode} port ${port}` })
  if (!address || !own || isUnspecified(address) || isSame(address, own)) return signs
  const sign = announcedElsewhere(mode, address, own)
  return [
    ...signs,
    { sign, turn, detail: `${write({ address, port })}, announced by ${formatAddress(own)}` },
  ]
}

/** Bytes in the text of a 150: `(118196 bytes)`. */
export function promisedBytes(text: string): number | null {
  const bytes = Number(/\((\d{1,16}) bytes\)/i.exec(text)?.[1] ?? Number.NaN)
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** The name in a reply to STOU: RFC 1123 §4.1.2.9 has `FILE: name`, vsftpd says it in words behind the transfer. */
export const storedName = (wire: string): string | null =>
  (/\bFILE: ?([^\r\n]{1,1024})$/m.exec(wire) ??
    /\bunique file name:\s?([^)\r\n]{1,1024})/i.exec(wire))?.[1] ?? null

/**
 * One public and one private address are two sides of a translation. Loopback from afar, or two of one kind that differ,
 * is a third party: the bounce of RFC 2577 §3 where a client names it.
 */
function announcedElsewhere(mode: Channel['mode'], address: Address, own: Address): Sign['sign'] {
  const crossesNat = contains(internet, address) !== contains(internet, own)
  if (crossesNat && !isLoopback(address)) return 'nat-mismatch'
  return mode === 'active' ? 'bounce' : 'third-party-passive'
}

const isUnspecified = (address: Address): boolean => {
  const written = formatAddress(address)
  return written === '0.0.0.0' || written === '::'
}
const isLoopback = (address: Address): boolean => /^(?:127\.|::1$)/.test(formatAddress(address))

/** IPv4 inside IPv6 is IPv4. */
const isSame = (a: Address, b: Address): boolean => asIp4(a) === asIp4(b)
const asIp4 = (address: Address): string => {
  if (address.family === 4 || !address.value.startsWith('\u0000\u0000\u0000\u0000\u0000\uffff'))
    return formatAddress(address)
  return formatAddress({
    family: 4,
    value: address.value.charCodeAt(6) * 65_536 + address.value.charCodeAt(7),
  })
}

const write = ({ address, port }: Endpoint): string =>
  address.family === 4 ? `${formatAddress(address)}:${port}` : `[${formatAddress(address)}]:${port}`
