/**
 * IP addresses in the two forms the sets are made of: IPv4 as a number from 0 to 2³²−1, IPv6 as a string of eight UTF-16
 * code units, one for each 16-bit group. Strings compare by code unit, so `<` orders IPv6 addresses without a BigInt.
 */
import type { Domain } from './interval.ts'

export type Ip4 = number
export type Ip6 = string
export type Address =
  | { readonly family: 4; readonly value: Ip4 }
  | { readonly family: 6; readonly value: Ip6 }

export const ip4Domain: Domain<Ip4> = {
  min: 0,
  max: 0xffff_ffff,
  next: (value) => value + 1,
  prev: (value) => value - 1,
}
export const ip6Domain: Domain<Ip6> = {
  min: '\u0000'.repeat(8),
  max: '\uffff'.repeat(8),
  next: (value) => step6(value, 0xffff, 0, 1),
  prev: (value) => step6(value, 0, 0xffff, -1),
}

/** Adds or takes one: groups at their end roll over, the first that is not takes the step. */
function step6(value: Ip6, end: number, rolled: number, by: 1 | -1): Ip6 {
  let at = 7
  while (at > 0 && value.charCodeAt(at) === end) at--
  return (
    value.slice(0, at) +
    String.fromCharCode(value.charCodeAt(at) + by) +
    String.fromCharCode(rolled).repeat(7 - at)
  )
}

/** Dotted quad without leading zeros (they mean octal to some and decimal to others), or undefined. */
export function parseIp4(text: string): Ip4 | undefined {
  let value = 0
  let octet = -1
  let digits = 0
  let dots = 0
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : 46
    if (code === 46) {
      if (octet < 0) return undefined
      value = value * 256 + octet
      octet = -1
      digits = 0
      if (i < text.length) dots++
    } else {
      const digit = code - 48
      if (digit < 0 || digit > 9 || (octet === 0 && digits > 0)) return undefined
      octet = (octet < 0 ? 0 : octet) * 10 + digit
      digits++
      if (octet > 255) return undefined
    }
  }
  return dots === 3 ? value : undefined
}

/** Any spelling of RFC 4291 §2.2, an embedded dotted quad included; zone ids are refused. */
export function parseIp6(text: string): Ip6 | undefined {
  if (text.length > 45 || !text.includes(':')) return undefined
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const head = groups(halves[0] as string, halves.length === 1)
  const tail = halves.length === 2 ? groups(halves[1] as string, true) : []
  if (!head || !tail) return undefined
  const missing = 8 - head.length - tail.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  return String.fromCharCode(...head, ...new Array<number>(missing).fill(0), ...tail)
}

function groups(text: string, last: boolean): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const out: number[] = []
  for (const [i, part] of parts.entries()) {
    if (last && i === parts.length - 1 && part.includes('.')) {
      const quad = parseIp4(part)
      if (quad === undefined) return undefined
      out.push(Math.floor(quad / 65_536), quad % 65_536)
    } else if (/^[0-9a-f]{1,4}$/i.test(part)) out.push(Number.parseInt(part, 16))
    else return undefined
  }
  return out
}

export function parseAddress(text: string): Address | undefined {
  const v4 = parseIp4(text)
  if (v4 !== undefined) return { family: 4, value: v4 }
  const v6 = parseIp6(text)
  return v6 === undefined ? undefined : { family: 6, value: v6 }
}

export const formatIp4 = (value: Ip4): string =>
  `${Math.floor(value / 0x1_00_00_00)}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`

/** RFC 5952: lower case, no leading zeros, the longest (then first) run of two or more zero groups as `::`. */
export function formatIp6(value: Ip6): string {
  const words = Array.from({ length: 8 }, (_, i) => value.charCodeAt(i))
  let [best, bestLength] = [-1, 1]
  for (let i = 0; i < 8; i++) {
    let length = 0
    while (i + length < 8 && words[i + length] === 0) length++
    if (length > bestLength) [best, bestLength] = [i, length]
  }
  const hex = (from: number, to: number) =>
    words
      .slice(from, to)
      .map((word) => word.toString(16))
      .join(':')
  return best < 0 ? hex(0, 8) : `${hex(0, best)}::${hex(best + bestLength, 8)}`
}

const mapped = '\0\0\0\0\0\uffff'

/** IPv4 inside IPv6 (`::ffff:192.0.2.1`, RFC 4291 §2.5.5.2) is IPv4, as it is to sockets. */
export const unmapped = (address: Address): Address =>
  address.family === 6 && address.value.startsWith(mapped)
    ? {
        family: 4,
        value: address.value.charCodeAt(6) * 65_536 + address.value.charCodeAt(7),
      }
    : address

export const formatAddress = (address: Address): string =>
  address.family === 4 ? formatIp4(address.value) : formatIp6(address.value)

export const ip6ToBigInt = (value: Ip6): bigint => {
  let out = 0n
  for (let i = 0; i < 8; i++) out = (out << 16n) | BigInt(value.charCodeAt(i))
  return out
}
export const ip6FromBigInt = (value: bigint): Ip6 =>
  String.fromCharCode(
    ...Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn)),
  )
