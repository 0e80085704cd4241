/**
 * Sets of IPv4 and IPv6 addresses in normal form. Sets are interned: equal sets are nearly always the same object, and the
 * operations remember their results for pairs of objects (`interning.ts`); `equal` falls back on structure.
 */
import {
  type Address,
  formatIp4,
  formatIp6,
  type Ip4,
  type Ip6,
  ip4Domain,
  ip6Domain,
  ip6FromBigInt,
  ip6ToBigInt,
  parseAddress,
  parseIp4,
  parseIp6,
} from './address.ts'
import { type AddressSet, hash, interning, type Operation, remembering } from './interning.ts'
import * as interval from './interval.ts'

export type { AddressSet } from './interning.ts'

const intern = interning(2 ** 14)
const remembered = (compute: Operation): Operation => remembering(2 ** 14, compute)

export const empty: AddressSet = intern([], [], 'lasting')
export const allIp4: AddressSet = intern([ip4Domain.min, ip4Domain.max], [], 'lasting')
export const allIp6: AddressSet = intern([], [ip6Domain.min, ip6Domain.max], 'lasting')
export const all: AddressSet = intern(allIp4.v4, allIp6.v6, 'lasting')

const computeUnion = remembered((a, b) =>
  intern(interval.union(ip4Domain, a.v4, b.v4), interval.union(ip6Domain, a.v6, b.v6)),
)
const computeIntersection = remembered((a, b) =>
  intern(interval.intersect(a.v4, b.v4), interval.intersect(a.v6, b.v6)),
)
const computeDifference = remembered((a, b) =>
  intern(interval.subtract(ip4Domain, a.v4, b.v4), interval.subtract(ip6Domain, a.v6, b.v6)),
)

export function union(a: AddressSet, b: AddressSet): AddressSet {
  if (a === b || b === empty) return a
  return a === empty ? b : computeUnion(a, b)
}

export function intersect(a: AddressSet, b: AddressSet): AddressSet {
  if (a === b || b === all) return a
  if (a === empty || b === empty) return empty
  if (a === all) return b
  return cutNetwork(a, b) ?? cutNetwork(b, a) ?? computeIntersection(a, b)
}

/** One IPv4 range, by far the commonest set, needs no new set where it lies within the other or apart from it. */
function cutNetwork(network: AddressSet, other: AddressSet): AddressSet | undefined {
  if (network.v4.length !== 2 || network.v6.length > 0) return undefined
  switch (interval.position(other.v4, network.v4[0] as Ip4, network.v4[1] as Ip4)) {
    case 'within':
      return network
    case 'apart':
      return empty
    case 'across':
      return undefined
  }
}

export function subtract(a: AddressSet, b: AddressSet): AddressSet {
  if (a === b || a === empty || b === all) return empty
  return b === empty ? a : computeDifference(a, b)
}

/** Union of many sets at once: sort and sweep, never one by one. */
export function unionAll(sets: readonly AddressSet[]): AddressSet {
  const distinct = [...new Set(sets)]
  if (distinct.length === 0) return empty
  if (distinct.length === 1) return distinct[0] as AddressSet
  if (distinct.length === 2) return union(distinct[0] as AddressSet, distinct[1] as AddressSet)
  return intern(
    interval.unionAll(
      ip4Domain,
      distinct.map((set) => set.v4),
    ),
    interval.unionAll(
      ip6Domain,
      distinct.map((set) => set.v6),
    ),
  )
}

export const isEmpty = (set: AddressSet): boolean => set.v4.length === 0 && set.v6.length === 0
export const equal = (a: AddressSet, b: AddressSet): boolean =>
  a === b || (interval.equal(a.v4, b.v4) && interval.equal(a.v6, b.v6))
/** Equal sets have equal hashes, whatever their keys. */
export const hashOf = (set: AddressSet): number => hash(set.v4, set.v6)
export const isSubset = (part: AddressSet, whole: AddressSet): boolean =>
  isEmpty(subtract(part, whole))
export const overlaps = (a: AddressSet, b: AddressSet): boolean =>
  interval.overlaps(a.v4, b.v4) || interval.overlaps(a.v6, b.v6)
export const contains = (set: AddressSet, address: Address): boolean =>
  address.family === 4
    ? interval.contains(set.v4, address.value)
    : interval.contains(set.v6, address.value)
export const onlyIp4 = (set: AddressSet): AddressSet => intersect(set, allIp4)
export const onlyIp6 = (set: AddressSet): AddressSet => intersect(set, allIp6)

/** The first address of the set, IPv4 before IPv6. */
export function firstAddress(set: AddressSet): Address | undefined {
  if (set.v4.length > 0) return { family: 4, value: set.v4[0] as Ip4 }
  return set.v6.length > 0 ? { family: 6, value: set.v6[0] as Ip6 } : undefined
}

/** How many addresses of each family: IPv4 0 to 2³², IPv6 0 to 2¹²⁸. */
export function size(set: AddressSet): { readonly v4: number; readonly v6: bigint } {
  let v4 = 0
  for (let i = 0; i < set.v4.length; i += 2) v4 += (set.v4[i + 1] as Ip4) - (set.v4[i] as Ip4) + 1
  let v6 = 0n
  for (let i = 0; i < set.v6.length; i += 2)
    v6 += ip6ToBigInt(set.v6[i + 1] as Ip6) - ip6ToBigInt(set.v6[i] as Ip6) + 1n
  return { v4, v6 }
}

export const ofAddress = (address: Address): AddressSet =>
  address.family === 4
    ? intern([address.value, address.value], [])
    : intern([], [address.value, address.value])

/** An IPv4 range given by its ends, both included. */
export const ofIp4Range = (lo: Ip4, hi: Ip4): AddressSet =>
  intern(interval.normalise(ip4Domain, [[lo, hi]]), [])

/**
 * One CIDR, bare address, or `first-last` range. Host bits below the prefix are cleared, as the clouds do.
 * Undefined where the text is none of these.
 */
export function parseAddresses(text: string): AddressSet | undefined {
  const slash = text.indexOf('/')
  if (slash >= 0 && slash === text.length - 3) {
    const quick = parseIp4Prefix(text, slash)
    if (quick) return quick
  }
  if (slash >= 0) return parsePrefix(text.slice(0, slash), text.slice(slash + 1))
  const dash = text.indexOf('-')
  if (dash >= 0) return parseRange(text.slice(0, dash).trim(), text.slice(dash + 1).trim())
  const address = parseAddress(text)
  return address && ofAddress(address)
}

/** The commonest spelling, a dotted quad and two digits, read a million times: one pass, nothing cut out of the text. */
function parseIp4Prefix(text: string, slash: number): AddressSet | undefined {
  let value = 0
  let octet = -1
  let dots = 0
  for (let i = 0; i < slash; i++) {
    const digit = text.charCodeAt(i) - 48
    if (digit === -2) {
      if (octet < 0 || octet > 255) return undefined
      value = value * 256 + octet
      octet = -1
      dots++
    } else {
      if (digit < 0 || digit > 9 || octet === 0) return undefined
      octet = (octet < 0 ? 0 : octet * 10) + digit
    }
  }
  const tens = text.charCodeAt(slash + 1) - 48
  const ones = text.charCodeAt(slash + 2) - 48
  if (dots !== 3 || octet < 0 || octet > 255 || tens < 0 || tens > 3 || ones < 0 || ones > 9)
    return undefined
  const length = tens * 10 + ones
  if (length > 32) return undefined
  const block = 2 ** (32 - length)
  const lo = Math.floor((value * 256 + octet) / block) * block
  return intern([lo, lo + block - 1], none6)
}
const none6: readonly Ip6[] = []

function parsePrefix(base: string, lengthText: string): AddressSet | undefined {
  if (!/^\d{1,3}$/.test(lengthText)) return undefined
  const length = Number(lengthText)
  const v4 = parseIp4(base)
  if (v4 !== undefined) {
    if (length > 32) return undefined
    const block = 2 ** (32 - length)
    const lo = Math.floor(v4 / block) * block
    return intern([lo, lo + block - 1], [])
  }
  const v6 = parseIp6(base)
  if (v6 === undefined || length > 128) return undefined
  return intern([], [maskIp6(v6, length, 0), maskIp6(v6, length, 0xffff)])
}

/** The address with all bits after `length` cleared (fill 0) or set (fill 0xffff). */
function maskIp6(value: Ip6, length: number, fill: number): Ip6 {
  const codes: number[] = []
  for (let i = 0; i < 8; i++) {
    const bits = Math.min(16, Math.max(0, length - 16 * i))
    const host = 0xffff >> bits
    codes.push((value.charCodeAt(i) & ~host & 0xffff) | (fill & host))
  }
  return String.fromCharCode(...codes)
}

function parseRange(first: string, last: string): AddressSet | undefined {
  const [a, b] = [parseAddress(first), parseAddress(last)]
  if (a?.family === 4 && b?.family === 4 && a.value <= b.value)
    return intern([a.value, b.value], [])
  if (a?.family === 6 && b?.family === 6 && a.value <= b.value)
    return intern([], [a.value, b.value])
  return undefined
}

/** For literals in tables: throws where `parseAddresses` gives undefined. */
export function addresses(...texts: readonly string[]): AddressSet {
  return unionAll(
    texts.map((text) => {
      const set = parseAddresses(text)
      if (!set) throw new RangeError(`not an address, CIDR or range: ${JSON.stringify(text)}`)
      return set
    }),
  )
}

/** The shortest list of CIDRs that is exactly this set, ascending, IPv4 first. */
export function toCidrs(set: AddressSet): string[] {
  const out: string[] = []
  for (let i = 0; i < set.v4.length; i += 2) {
    let lo = set.v4[i] as Ip4
    const hi = set.v4[i + 1] as Ip4
    while (lo <= hi) {
      let block = 1
      while (block < 2 ** 32 && lo % (block * 2) === 0 && lo + block * 2 - 1 <= hi) block *= 2
      out.push(`${formatIp4(lo)}/${32 - Math.log2(block)}`)
      lo += block
    }
  }
  for (let i = 0; i < set.v6.length; i += 2) {
    let lo = ip6ToBigInt(set.v6[i] as Ip6)
    const hi = ip6ToBigInt(set.v6[i + 1] as Ip6)
    while (lo <= hi) {
      let bits = 0n
      while (bits < 128n && lo % (1n << (bits + 1n)) === 0n && lo + (1n << (bits + 1n)) - 1n <= hi)
        bits++
      out.push(`${formatIp6(ip6FromBigInt(lo))}/${128n - bits}`)
      lo += 1n << bits
    }
  }
  return out
}
