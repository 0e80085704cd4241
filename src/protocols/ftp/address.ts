/**
 * Where the data connection goes: PORT and 227 (RFC 959), EPRT and 229 (RFC 2428). What is announced is data about the
 * announcer, never a place to connect to: 0.0.0.0 and foreign addresses are well-formed here.
 */
import { type Address, formatAddress, parseIp4, parseIp6 } from '../../model/address.ts'

export interface Endpoint {
  readonly address: Address
  readonly port: number
}

export type AddressFault =
  | 'no-numbers'
  | 'number-too-large'
  | 'port-zero'
  | 'port-too-large'
  | 'no-delimiter'
  | 'unknown-protocol'
  | 'bad-address'

export type Malformed = { readonly kind: 'malformed'; readonly reason: AddressFault }
export type ParsedEndpoint = ({ readonly kind: 'endpoint' } & Endpoint) | Malformed
export type ParsedPort = { readonly kind: 'port'; readonly port: number } | Malformed

const six = Array.from({ length: 6 }, () => '(\\d{1,10})')
const comma = new RegExp(`(?<!\\d)${six.join('\\s{0,4},\\s{0,4}')}(?!\\d)`)
const loose = new RegExp(`(?<!\\d)${six.join('[.,;:\\s]{1,4}')}(?!\\d)`)

/**
 * The text of a 227 without its code. RFC 1123 §4.1.2.6: the parentheses may be missing, so the first six numbers with
 * commas count, wherever they stand; a few servers write other separators.
 */
export const parsePassive = (text: string): ParsedEndpoint =>
  parseSix((comma.exec(text.slice(0, 1024)) ?? loose.exec(text.slice(0, 1024)))?.slice(1))

/** The argument of PORT: `h1,h2,h3,h4,p1,p2`. */
export const parsePort = (argument: string): ParsedEndpoint => parsePassive(argument)

/** The text of a 229 without its code: `(|||6446|)` with any delimiter of RFC 2428 §3; parentheses may be missing. */
export function parseExtendedPassive(text: string): ParsedPort {
  const head = text.slice(0, 1024)
  // Some servers fill in protocol and address, which RFC 2428 wants empty; clients take the port alone, and so do we.
  const [, , digits] =
    /\(([!-/:-~])\1\1(\d{1,10})\1\)/.exec(head) ??
    /\(([!-/:-~])[12]?\1[0-9A-Fa-f:.]{0,45}\1(\d{1,10})\1\)/.exec(head) ??
    /([!-/:-~])\1\1(\d{1,10})\1/.exec(head) ??
    []
  if (digits === undefined) return malformed('no-delimiter')
  const port = portOf(digits)
  return typeof port === 'number' ? { kind: 'port', port } : malformed(port.reason)
}

/** The argument of EPRT: `|1|132.235.1.2|6275|` or `|2|1080::8:800:200C:417A|5282|`. */
export function parseExtendedPort(argument: string): ParsedEndpoint {
  const text = argument.trim().slice(0, 128)
  const delimiter = text[0]
  if (delimiter === undefined || !/[!-/:-~]/.test(delimiter)) return malformed('no-delimiter')
  const fields = text.slice(1).split(delimiter)
  const [protocol = '', written = '', digits = '', ...rest] = fields
  if (fields.length < 3 || rest.some((field) => field !== '')) return malformed('no-delimiter')
  if (protocol !== '1' && protocol !== '2') return malformed('unknown-protocol')
  const address = protocol === '1' ? ip4(written) : ip6(written)
  if (!address) return malformed('bad-address')
  if (!/^\d{1,10}$/.test(digits)) return malformed('no-numbers')
  const port = portOf(digits)
  return typeof port === 'number' ? { kind: 'endpoint', address, port } : malformed(port.reason)
}

/** The argument of PORT; IPv4 only, so undefined for IPv6. */
export function formatPort({ address, port }: Endpoint): string | undefined {
  if (address.family === 6) return undefined
  return `${formatAddress(address).replaceAll('.', ',')},${port >> 8},${port & 255}`
}

/** The argument of EPRT. */
export const formatExtendedPort = ({ address, port }: Endpoint): string =>
  `|${address.family === 4 ? 1 : 2}|${formatAddress(address)}|${port}|`

function parseSix(numbers: readonly string[] | undefined): ParsedEndpoint {
  if (!numbers) return malformed('no-numbers')
  const [a = 0, b = 0, c = 0, d = 0, high = 0, low = 0] = numbers.map(Number)
  if ([a, b, c, d, high, low].some((number) => number > 255)) return malformed('number-too-large')
  const port = high * 256 + low
  if (port === 0) return malformed('port-zero')
  const value = a * 0x1_00_00_00 + b * 0x1_00_00 + c * 256 + d
  return { kind: 'endpoint', address: { family: 4, value }, port }
}

function portOf(digits: string): number | Malformed {
  const port = Number(digits)
  if (port === 0) return malformed('port-zero')
  return port > 65_535 ? malformed('port-too-large') : port
}

function ip4(text: string): Address | undefined {
  const value = parseIp4(text)
  return value === undefined ? undefined : { family: 4, value }
}

function ip6(text: string): Address | undefined {
  // A zone id names an interface of the client and says nothing to anyone else.
  const value = parseIp6(text.replace(/%.*$/, ''))
  return value === undefined ? undefined : { family: 6, value }
}

const malformed = (reason: AddressFault): Malformed => ({ kind: 'malformed', reason })
