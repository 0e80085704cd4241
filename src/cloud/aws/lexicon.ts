/**
 * Words that a million rules share: each group and prefix list, each common CIDR text and each common port range becomes
 * one object, so that a rule stays a few words of memory.
 */
import * as addressSet from '../../model/address-set.ts'
import type { Peer } from '../../model/estate.ts'
import * as portSet from '../../model/port-set.ts'
import { resourceId } from '../../model/resource.ts'
import {
  everyPort,
  portsOn,
  type Transport,
  type TransportPorts,
  transportPorts,
} from '../../model/traffic-set.ts'

/** What a rule matches; `problem` where its words make no sense, and then `perhaps` holds what it may match. */
export interface What {
  readonly what: TransportPorts
  readonly perhaps: TransportPorts | null
  readonly problem: { readonly reason: string; readonly message: string } | null
}

export interface Lexicon {
  /** Undefined where the text is no CIDR. */
  cidr(text: string): Peer | undefined
  group(id: string): Peer
  prefixList(id: string): Peer
  /** Every prefix list that was named so far. */
  prefixLists(): Iterable<string>
  /** Words of one permission: protocol, FromPort, ToPort as they stand in the document. */
  what(protocol: unknown, from: unknown, to: unknown): What
}

export function lexicon(): Lexicon {
  const groups = new Map<string, Peer>()
  const lists = new Map<string, Peer>()
  // The words seen last, one a slot: what is common stays, and a million distinct ones make no table that costs more than it saves.
  const whats = new Array<Words | undefined>(slots).fill(undefined)
  return {
    cidr(text) {
      // Parsing is as quick as looking a text up, and equal sets are one object anyhow.
      const set = addressSet.parseAddresses(text)
      return set && { kind: 'addresses', set }
    },
    group: (id) => remembered(groups, id, () => ({ kind: 'group', id: resourceId('aws', id) })),
    prefixList: (id) => remembered(lists, id, () => ({ kind: 'named', name: id })),
    prefixLists: () => lists.keys(),
    what(protocol, from, to) {
      const text = typeof protocol === 'string' ? protocol : ''
      const slot = spread(text, Math.imul(Number(from) | 0, 65_599) + (Number(to) | 0))
      const known = whats[slot]
      if (known && known.protocol === protocol && known.from === from && known.to === to)
        return known.meaning
      const meaning = whatOf(protocol, from, to)
      whats[slot] = { protocol, from, to, meaning }
      return meaning
    },
  }
}

interface Words {
  readonly protocol: unknown
  readonly from: unknown
  readonly to: unknown
  readonly meaning: What
}
const slots = 2 ** 13

/** Any slot that spreads short texts well. */
function spread(text: string, seed: number): number {
  let hash = (seed + text.length) | 0
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0
  return (hash ^ (hash >>> 15)) & (slots - 1)
}

function remembered<V>(known: Map<string, V>, key: string, make: () => V): V {
  const value = known.get(key)
  if (value !== undefined) return value
  const made = make()
  known.set(key, made)
  return made
}

function whatOf(protocol: unknown, from: unknown, to: unknown): What {
  const number = protocolNumber(protocol)
  if (number === undefined)
    return broken(everyPort, 'unknown-protocol', `not a protocol: ${shown(protocol)}`)
  if (number === -1) return exact(everyPort)
  if (number === 6 || number === 17) {
    const transport = number === 6 ? 'tcp' : 'udp'
    if (portSet.isPort(from) && portSet.isPort(to) && from <= to)
      return exact(range(transport, from, to))
    return broken(
      range(transport, 0, 65_535),
      'bad-port-range',
      `not a range of ports: ${shown(from)} to ${shown(to)}`,
    )
  }
  if (number === 1 || number === 58) {
    const transport = number === 1 ? 'icmp' : 'icmpv6'
    if (from === -1) return exact(range(transport, 0, 65_535))
    if (isOctet(from) && to === -1) return exact(range(transport, from * 256, from * 256 + 255))
    if (isOctet(from) && isOctet(to))
      return exact(range(transport, from * 256 + to, from * 256 + to))
    return broken(
      range(transport, 0, 65_535),
      'bad-port-range',
      `not an ICMP type and code: ${shown(from)}, ${shown(to)}`,
    )
  }
  return exact(range('other', number, number))
}

const nothing = transportPorts({})
const range = (transport: Transport, from: number, to: number): TransportPorts =>
  portsOn(transport, [from, to])
const exact = (what: TransportPorts): What => ({ what, perhaps: null, problem: null })
const broken = (perhaps: TransportPorts, reason: string, message: string): What => ({
  what: nothing,
  perhaps,
  problem: { reason, message },
})

const isOctet = (value: unknown): value is number => portSet.isPort(value) && value <= 255
const shown = (value: unknown): string =>
  value === undefined || value === null ? 'nothing' : (JSON.stringify(value) ?? 'nothing')

const names: Readonly<Record<string, number>> = {
  all: -1,
  icmp: 1,
  tcp: 6,
  udp: 17,
  icmpv6: 58,
  icmp6: 58,
}

/** EC2 prints tcp, udp, icmp and icmpv6 by name, all others by IANA's number, all of them as -1. */
function protocolNumber(protocol: unknown): number | undefined {
  if (protocol === 'tcp') return 6
  if (protocol === 'udp') return 17
  if (typeof protocol !== 'string' && typeof protocol !== 'number') return undefined
  const text = String(protocol).toLowerCase()
  if (Object.hasOwn(names, text)) return names[text]
  if (!/^-?\d{1,3}$/.test(text)) return undefined
  const number = Number(text)
  return number >= -1 && number <= 255 ? number : undefined
}
