/**
 * Where packets may go. A scope is a set of addresses; the only way to a `ScopedAddress`, which dialling asks for, leads
 * through `admit`, so an address nobody allowed cannot be reached by mistake.
 */
import { type Address, formatAddress, type Ip4, type Ip6, unmapped } from '../model/address.ts'
import {
  type AddressSet,
  addresses,
  contains,
  empty,
  intersect,
  isEmpty,
  isSubset,
  ofIp4Range,
  overlaps,
  parseAddresses,
  subtract,
  toCidrs,
  unionAll,
} from '../model/address-set.ts'
import type { Brand } from '../model/resource.ts'

/** A literal address that the scope admits. */
export type ScopedAddress = Brand<
  {
    readonly address: Address
    /** Canonical text (RFC 5952 for IPv6). */
    readonly text: string
    /** The name it was asked for by. */
    readonly hostname: string | null
  },
  'ScopedAddress'
>

export interface Scope {
  /** `file`: what a scope file lists; `loopback`: no file was given. */
  readonly origin: 'file' | 'loopback'
  readonly allowed: AddressSet
  readonly excluded: AddressSet
  /** Allowed, less excluded, less what is always refused. */
  readonly admitted: AddressSet
}

export const refusalReasons = [
  'outside-scope',
  'excluded',
  'needs-scope-file',
  'unspecified',
  'link-local',
  'metadata',
  'multicast',
  'broadcast-or-reserved',
] as const
export type RefusalReason = (typeof refusalReasons)[number]

export interface Refusal {
  readonly kind: 'refused'
  readonly reason: RefusalReason
  /** One line for people. */
  readonly message: string
}
export type Admission = { readonly kind: 'admitted'; readonly target: ScopedAddress } | Refusal

const mappedSpace = addresses('::ffff:0:0/96')

/** 127.0.0.0/8 and ::1: what may be scanned without a scope file. */
export const loopback: AddressSet = addresses('127.0.0.0/8', '::1')

/** No scope file lifts these; the first row that holds an address names the reason. */
const refusedRows: readonly { readonly reason: RefusalReason; readonly set: AddressSet }[] = [
  {
    reason: 'metadata',
    set: addresses(
      '169.254.169.254', // AWS, Azure, Google Cloud, Oracle, DigitalOcean and others
      '169.254.170.2', // AWS: credentials of ECS tasks
      '169.254.170.23', // AWS: credentials of EKS pods
      '168.63.129.16', // Azure: wire server
      '100.100.100.200', // Alibaba Cloud
      '192.0.0.192', // Oracle Cloud classic
      'fd00:ec2::/32', // AWS: ::254 metadata, ::23 pod credentials, ::253 resolver, ::123 time
      'fd20:ce::254', // Google Cloud
      'fd00:c1::a9fe:a9fe', // Oracle Cloud
      'fd00:42::42', // Scaleway
    ),
  },
  // 0.0.0.0 reaches the machine itself on many systems; the rest of 0.0.0.0/8 is no destination (RFC 1122 §3.2.1.3).
  { reason: 'unspecified', set: addresses('0.0.0.0/8', '::') },
  { reason: 'link-local', set: addresses('169.254.0.0/16', 'fe80::/10') },
  { reason: 'multicast', set: addresses('224.0.0.0/4', 'ff00::/8') },
  // 255.255.255.255 is in it.
  { reason: 'broadcast-or-reserved', set: addresses('240.0.0.0/4') },
]
export const alwaysRefused: AddressSet = unionAll(refusedRows.map((row) => row.set))

/** What may be scanned when no scope file is given. */
export const loopbackScope: Scope = scopeOf('loopback', loopback, empty)

/** The scope of sets that were read elsewhere. */
export function scopeOf(
  origin: Scope['origin'],
  listed: AddressSet,
  exceptions: AddressSet,
): Scope {
  const [allowed, excluded] = [asDialled(listed), asDialled(exceptions)]
  return {
    origin,
    allowed,
    excluded,
    admitted: subtract(subtract(allowed, excluded), alwaysRefused),
  }
}

/**
 * The only way to a `ScopedAddress`. An IPv4-mapped address is the IPv4 address itself, because that is what a socket
 * would dial. Where IPv4 travels inside another form of IPv6 (NAT64, 6to4, Teredo, compatible, ISATAP), both the address and
 * each IPv4 address within must be admitted.
 */
export function admit(scope: Scope, address: Address, hostname: string | null): Admission {
  const literal = unmapped(address)
  const judged: Address[] = [literal]
  if (literal.family === 6)
    for (const value of tunnelledIp4(literal.value)) judged.push({ family: 4, value })
  for (const each of judged) {
    const reason = reasonAgainst(scope, each)
    if (reason) {
      const within = each === literal ? '' : ` (within ${formatAddress(literal)})`
      return refusal(reason, `${formatAddress(each)}${within}`)
    }
  }
  return {
    kind: 'admitted',
    target: { address: literal, text: formatAddress(literal), hostname } as ScopedAddress,
  }
}

function reasonAgainst(scope: Scope, address: Address): RefusalReason | undefined {
  if (contains(scope.admitted, address)) return undefined
  for (const { reason, set } of refusedRows) if (contains(set, address)) return reason
  if (contains(scope.excluded, address)) return 'excluded'
  return scope.origin === 'loopback' ? 'needs-scope-file' : 'outside-scope'
}

const refusalWords: Readonly<Record<RefusalReason, string>> = {
  'outside-scope': 'is not in the scope file',
  excluded: 'is excluded by the scope file',
  'needs-scope-file': 'is no loopback address: a scope file (--scope) must allow it',
  unspecified: 'is no destination and is never scanned',
  'link-local': 'is link-local and is never scanned',
  metadata: "is a cloud's metadata or platform address and is never scanned",
  multicast: 'is multicast and is never scanned',
  'broadcast-or-reserved': 'is broadcast or reserved and is never scanned',
}
export const refusal = (reason: RefusalReason, what: string): Refusal => ({
  kind: 'refused',
  reason,
  message: `${what} ${refusalWords[reason]}`,
})

/** A set as sockets see it: IPv4-mapped addresses are IPv4. */
export function asDialled(set: AddressSet): AddressSet {
  const mapped = intersect(set, mappedSpace).v6
  if (mapped.length === 0) return set
  const parts = [subtract(set, mappedSpace)]
  for (let i = 0; i < mapped.length; i += 2)
    parts.push(ofIp4Range(wordsAt(mapped[i] as Ip6, 6), wordsAt(mapped[i + 1] as Ip6, 6)))
  return unionAll(parts)
}

/** Where the IPv4 address stands, as the number of its first 16-bit group. */
const tunnels: readonly {
  readonly set: AddressSet
  read(value: Ip6): readonly Ip4[]
}[] = [
  // IPv4-compatible (RFC 4291 §2.5.5.1); `::` and `::1` are addresses of their own.
  { set: subtract(addresses('::/96'), addresses('::/127')), read: (v) => [wordsAt(v, 6)] },
  // IPv4-translated (RFC 7915, formerly RFC 2765).
  { set: addresses('::ffff:0:0:0/96'), read: (v) => [wordsAt(v, 6)] },
  // NAT64, well-known prefix (RFC 6052).
  { set: addresses('64:ff9b::/96'), read: (v) => [wordsAt(v, 6)] },
  // NAT64, local use (RFC 8215): the prefix length is the operator's, so every place of RFC 6052 §2.2 counts, but those
  // in which nothing stands.
  {
    set: addresses('64:ff9b:1::/48'),
    read: (v) =>
      [
        wordsAt(v, 6),
        octetsAt(v, [6, 7, 9, 10]),
        octetsAt(v, [7, 9, 10, 11]),
        octetsAt(v, [9, 10, 11, 12]),
      ].filter((value) => value >= 2 ** 24),
  },
  // 6to4 (RFC 3056).
  { set: addresses('2002::/16'), read: (v) => [wordsAt(v, 1)] },
  // Teredo (RFC 4380): the server, and the client with its bits turned.
  { set: addresses('2001::/32'), read: (v) => [wordsAt(v, 2), 0xffff_ffff - wordsAt(v, 6)] },
]

/** Where an address is judged one by one, because what it carries decides (ISATAP, which may be anywhere, aside). */
export const tunnelSpace: AddressSet = unionAll(tunnels.map((tunnel) => tunnel.set))

function tunnelledIp4(value: Ip6): readonly Ip4[] {
  const address: Address = { family: 6, value }
  for (const { set, read } of tunnels) if (contains(set, address)) return read(value)
  // ISATAP (RFC 5214): any prefix, interface identifier 0000:5efe or 0200:5efe.
  if ((value.charCodeAt(4) & ~0x0200) === 0 && value.charCodeAt(5) === 0x5efe)
    return [wordsAt(value, 6)]
  return []
}

const wordsAt = (value: Ip6, group: number): Ip4 =>
  value.charCodeAt(group) * 65_536 + value.charCodeAt(group + 1)
const octetsAt = (value: Ip6, at: readonly number[]): Ip4 =>
  at.reduce((sum, i) => {
    const word = value.charCodeAt(i >> 1)
    return sum * 256 + (i % 2 === 0 ? word >> 8 : word & 255)
  }, 0)

/** Why a set that was asked for is not wholly in the scope: one row a reason, what is refused without any scope first. */
export function refusedParts(
  scope: Scope,
  asked: AddressSet,
): readonly { readonly reason: RefusalReason; readonly set: AddressSet }[] {
  let rest = subtract(asked, scope.admitted)
  const parts: { reason: RefusalReason; set: AddressSet }[] = []
  const take = (reason: RefusalReason, set: AddressSet) => {
    const part = intersect(rest, set)
    if (!isEmpty(part)) parts.push({ reason, set: part })
    rest = subtract(rest, set)
  }
  for (const { reason, set } of refusedRows) take(reason, set)
  take('excluded', scope.excluded)
  if (!isEmpty(rest))
    parts.push({
      reason: scope.origin === 'loopback' ? 'needs-scope-file' : 'outside-scope',
      set: rest,
    })
  return parts
}

export type ScopeRead =
  | { readonly kind: 'read'; readonly scope: Scope; readonly notes: readonly string[] }
  /** One line each, with the number of the line. */
  | { readonly kind: 'wrong'; readonly errors: readonly string[] }

export const scopeTextLimit = 16 * 1024 * 1024
const errorLimit = 20

/**
 * A scope file: one address, CIDR or `first-last` range a line; `!` before it excludes it, wherever the line stands; `#`
 * begins a comment. Names are no scope, because what they mean changes; neither is an empty file.
 */
export function parseScope(text: string): ScopeRead {
  if (text.length > scopeTextLimit)
    return { kind: 'wrong', errors: [`longer than ${scopeTextLimit} characters`] }
  const errors: string[] = []
  const allowed: AddressSet[] = []
  const excluded: AddressSet[] = []
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/)
  for (const [i, line] of lines.entries()) {
    const words = (line.split('#', 1)[0] as string).trim()
    if (words === '') continue
    const exclusion = words.startsWith('!')
    const read = readEntry(exclusion ? words.slice(1).trim() : words)
    if (typeof read !== 'string')
      exclusion ? excluded.push(read) : allowed.push(withoutMapped(read))
    else if (errors.length < errorLimit) errors.push(`line ${i + 1}: ${read}`)
  }
  if (errors.length > 0) return { kind: 'wrong', errors }
  const scope = scopeOf('file', unionAll(allowed), unionAll(excluded))
  if (allowed.length === 0) return { kind: 'wrong', errors: ['allows no address'] }
  if (isEmpty(scope.admitted))
    return { kind: 'wrong', errors: ['allows no address: all of them are excluded or refused'] }
  return { kind: 'read', scope, notes: notesOn(scope) }
}

function readEntry(words: string): AddressSet | string {
  const shown = JSON.stringify(words.slice(0, 80))
  const bare = words.replace(/^\[([0-9a-f:.]+)\]/i, '$1')
  if (bare.includes('%')) return `${shown}: zones are not supported`
  const set = parseAddresses(bare)
  if (!set)
    return /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(words) && /[a-z]/i.test(words)
      ? `${shown} is a name: a scope lists addresses, because what a name means changes`
      : `${shown} is no address, CIDR or range`
  const base = bare.split('/', 1)[0] as string
  const start = bare.includes('/') ? parseAddresses(base) : undefined
  // 10.1.2.3/8 may mean one address or sixteen million: the file has to say which.
  if (start && !sameFirst(set, start))
    return `${shown} has bits behind its prefix: write ${toCidrs(set)[0]} or ${base}`
  return set
}

/** Who lists ::/0 speaks of IPv6: IPv4 in its mapped form is meant by an entry of nothing else. */
const withoutMapped = (set: AddressSet): AddressSet =>
  isSubset(set, mappedSpace) ? set : subtract(set, mappedSpace)

const sameFirst = (a: AddressSet, b: AddressSet): boolean =>
  a.v4[0] === b.v4[0] && a.v6[0] === b.v6[0]

/** What a reader of the file should know: parts it lists that are refused nevertheless. */
function notesOn(scope: Scope): readonly string[] {
  const kept = subtract(scope.allowed, scope.excluded)
  return refusedRows
    .filter(({ set }) => overlaps(kept, set))
    .map(({ reason, set }) => {
      const listed = toCidrs(intersect(kept, set)).slice(0, 3).join(', ')
      return `${listed} is listed, but ${refusalWords[reason]}`
    })
}
