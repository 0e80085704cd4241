/** What is to be scanned: arguments of people, cut to the scope, as a set that is walked by index. */
import {
  type Address,
  formatAddress,
  type Ip4,
  type Ip6,
  ip6FromBigInt,
  ip6ToBigInt,
} from '../model/address.ts'
import {
  type AddressSet,
  intersect,
  isEmpty,
  ofAddress,
  parseAddresses,
  size,
  subtract,
  toCidrs,
  unionAll,
} from '../model/address-set.ts'
import { type Gap, gap } from '../model/gap.ts'
import { admit, asDialled, refusal, refusedParts, type Scope, tunnelSpace } from './scope.ts'

export interface Targets {
  readonly addresses: AddressSet
  /** The name an address was asked for by, keyed by its text; addresses given as such are absent. */
  readonly names: ReadonlyMap<string, string>
}

/** All addresses of a name; an empty list or a rejection where it has none. */
export type Resolve = (name: string) => Promise<readonly Address[]>

export type TargetsRead =
  /** Gaps tell what was asked for and is not scanned; the targets may be empty. */
  | { readonly kind: 'read'; readonly targets: Targets; readonly gaps: readonly Gap[] }
  | { readonly kind: 'wrong'; readonly errors: readonly string[] }

/** An IPv6 argument may leave so many addresses in the scope: a /64 can be named, not walked. */
export const ip6Limit = 2 ** 20
const namesAtOnce = 16
const namesLimit = 100_000

/**
 * Reads target arguments: address, `[IPv6]`, CIDR, `first-last`, `10.0.0.1-50`, or a name. Each name is resolved once,
 * each of its addresses is judged on its own: those inside the scope are targets, the others are gaps.
 */
export async function readTargets(
  texts: readonly string[],
  scope: Scope,
  resolve: Resolve,
): Promise<TargetsRead> {
  const errors: string[] = []
  const gaps: Gap[] = []
  const sets: AddressSet[] = []
  const names: string[] = []
  for (const text of texts) {
    const asked = parseTarget(text)
    switch (asked.kind) {
      case 'wrong':
        errors.push(asked.message)
        break
      case 'name':
        names.push(asked.name)
        break
      case 'addresses': {
        const inside = intersect(asked.set, scope.admitted)
        const many = size(inside).v6
        if (many > BigInt(ip6Limit)) errors.push(tooLarge(text, many))
        sets.push(inside)
        gaps.push(...gapsOutside(scope, asked.set, text))
      }
    }
  }
  if (names.length > namesLimit) errors.push(`more than ${namesLimit} names`)
  if (errors.length > 0) return { kind: 'wrong', errors }
  const named = await resolveAll([...new Set(names)], scope, resolve)
  const { addresses, refused } = withoutRefusedTunnels(
    scope,
    unionAll([...sets, ...named.addresses.map(ofAddress)]),
  )
  const { v4, v6 } = size(addresses)
  if (BigInt(v4) + v6 > 2n ** 32n)
    return { kind: 'wrong', errors: [`more than ${2 ** 32} addresses`] }
  return {
    kind: 'read',
    targets: { addresses, names: named.names },
    gaps: [...gaps, ...named.gaps, ...refused],
  }
}

export type Asked =
  | { readonly kind: 'addresses'; readonly set: AddressSet }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'wrong'; readonly message: string }

export function parseTarget(text: string): Asked {
  const bare = text.trim().replace(/^\[([0-9a-f:.]+)\](?=$|\/)/i, '$1')
  const wrong = (why: string): Asked => ({
    kind: 'wrong',
    message: `target ${JSON.stringify(text.slice(0, 300))}: ${why}`,
  })
  if (/^\[.*\]:|^[^:]+:\d+$/.test(bare)) return wrong('ports are said with --ports')
  if (bare.includes('%')) return wrong('zones are not supported')
  const set = parseAddresses(lastOctetRange(bare))
  if (set) return { kind: 'addresses', set: asDialled(set) }
  const name = bare.replace(/\.$/, '').toLowerCase()
  if (name.length > 253 || !name.split('.').every((label) => /^[a-z0-9_-]{1,63}$/.test(label)))
    return wrong(
      /[^ -~]/.test(name)
        ? 'write names with letters beyond ASCII in their xn-- form'
        : 'expected an address, a CIDR, a range first-last or a name',
    )
  // System resolvers read 127.1, 0x7f.1 or 2130706433 as IPv4 addresses of an older spelling.
  if (/(^|\.)(\d+|0x[0-9a-f]*)$/.test(name))
    return wrong('write IPv4 addresses as four decimal numbers')
  return { kind: 'name', name }
}

/** `10.0.0.1-50`, as nmap takes it. */
function lastOctetRange(text: string): string {
  const match = /^(\d+\.\d+\.\d+\.)(\d+)-(\d{1,3})$/.exec(text)
  return match ? `${match[1]}${match[2]}-${match[1]}${match[3]}` : text
}

const tooLarge = (text: string, many: bigint): string =>
  `target ${JSON.stringify(text)}: ${many} IPv6 addresses of it are in the scope, at most ${ip6Limit} can be walked: name smaller prefixes or single addresses`

function gapsOutside(scope: Scope, asked: AddressSet, text: string): readonly Gap[] {
  return refusedParts(scope, asked).map(({ reason, set }) => {
    const cidrs = toCidrs(set)
    const shown =
      cidrs.slice(0, 4).join(', ') + (cidrs.length > 4 ? `, ${cidrs.length - 4} more` : '')
    const what = `${shown}${shown === text ? '' : ` (of ${text})`}`
    return gap(reason, `not scanned: ${refusal(reason, what).message}`, null, `${text}|${shown}`)
  })
}

interface Named {
  readonly addresses: Address[]
  readonly names: Map<string, string>
  readonly gaps: Gap[]
}

async function resolveAll(
  names: readonly string[],
  scope: Scope,
  resolve: Resolve,
): Promise<Named> {
  const answers: (readonly Address[])[] = []
  let next = 0
  const work = async () => {
    while (next < names.length) {
      const at = next++
      answers[at] = await resolve(names[at] as string).catch(() => [])
    }
  }
  await Promise.all(Array.from({ length: Math.min(namesAtOnce, names.length) }, work))
  const named: Named = { addresses: [], names: new Map(), gaps: [] }
  // In the order in which they were asked for, so that a shared address keeps the first name whatever came first.
  for (const [i, name] of names.entries()) judgeAnswers(scope, name, answers[i] ?? [], named)
  return named
}

function judgeAnswers(scope: Scope, name: string, answers: readonly Address[], named: Named): void {
  if (answers.length === 0)
    named.gaps.push(gap('unresolved-name', `not scanned: ${name} has no address`, null, name))
  for (const answer of answers) {
    const admission = admit(scope, answer, name)
    if (admission.kind === 'refused') {
      const about = `${name}|${formatAddress(answer)}`
      named.gaps.push(
        gap(admission.reason, `not scanned: ${name} is ${admission.message}`, null, about),
      )
      continue
    }
    const { address, text } = admission.target
    named.addresses.push(address)
    if (!named.names.has(text)) named.names.set(text, name)
  }
}

/** Addresses that carry IPv4 are admitted one by one; their number is bounded by `ip6Limit` an argument. */
function withoutRefusedTunnels(
  scope: Scope,
  set: AddressSet,
): { readonly addresses: AddressSet; readonly refused: readonly Gap[] } {
  const doubtful = intersect(set, tunnelSpace)
  if (isEmpty(doubtful)) return { addresses: set, refused: [] }
  const walk = walkOf(doubtful)
  const wrong: AddressSet[] = []
  for (let i = 0; i < walk.size; i++) {
    const address = walk.at(i)
    if (admit(scope, address, null).kind === 'refused') wrong.push(ofAddress(address))
  }
  const refused = unionAll(wrong)
  if (isEmpty(refused)) return { addresses: set, refused: [] }
  const cidrs = toCidrs(refused)
  const shown =
    cidrs.slice(0, 4).join(', ') + (cidrs.length > 4 ? `, ${cidrs.length - 4} more` : '')
  return {
    addresses: subtract(set, refused),
    refused: [
      gap(
        'outside-scope',
        `not scanned, the IPv4 addresses within them are not in the scope file: ${shown}`,
        null,
        shown,
      ),
    ],
  }
}

/** The addresses of a set by index, IPv4 before IPv6, ascending; nothing is expanded. */
export interface Walk {
  readonly size: number
  /** 0 ≤ index < size. */
  at(index: number): Address
}

export function walkOf(set: AddressSet): Walk {
  // The index at which each range begins, and the end of all.
  const starts: number[] = []
  let total = 0
  for (let i = 0; i < set.v4.length; i += 2) {
    starts.push(total)
    total += (set.v4[i + 1] as Ip4) - (set.v4[i] as Ip4) + 1
  }
  const bases: bigint[] = []
  for (let i = 0; i < set.v6.length; i += 2) {
    starts.push(total)
    const base = ip6ToBigInt(set.v6[i] as Ip6)
    bases.push(base)
    total += Number(ip6ToBigInt(set.v6[i + 1] as Ip6) - base + 1n)
  }
  if (!Number.isSafeInteger(total)) throw new RangeError('too many addresses to walk')
  const ranges4 = set.v4.length / 2
  return {
    size: total,
    at(index) {
      const range = lastNotAfter(starts, index)
      const offset = index - (starts[range] as number)
      return range < ranges4
        ? { family: 4, value: (set.v4[2 * range] as Ip4) + offset }
        : {
            family: 6,
            value: ip6FromBigInt((bases[range - ranges4] as bigint) + BigInt(offset)),
          }
    },
  }
}

function lastNotAfter(starts: readonly number[], index: number): number {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] as number) <= index) low = middle
    else high = middle - 1
  }
  return low
}
