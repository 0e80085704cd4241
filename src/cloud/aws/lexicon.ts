/**
 * Words that a million rules share: each group and port range, and each common CIDR text, becomes one object. The solver compares such
 * objects by identity first, and a rule stays a few words of memory.
 */
import * as addressSet from '../../model/address-set.ts'
import type { Peer } from '../../model/estate.ts'
import * as portSet from '../../model/port-set.ts'
import { resourceId } from '../../model/resource.ts'
import { everyPort, type TransportPorts, transportPorts } from '../../model/traffic-set.ts'

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
  const cidrs = new Map<string, Peer>()
  const groups = new Map<string, Peer>()
  const lists = new Map<string, Peer>()
  const whats = new Map<string, What>()
  const nothing = transportPorts({})
  const ports = new Map<string, TransportPorts>()
  const transportOf = (transport: keyof TransportPorts, from: number, to: number) => {
    const key = `${transport} ${from} ${to}`
    const known = ports.get(key) ?? transportPorts({ [transport]: portSet.ports([from, to]) })
    ports.set(key, known)
    return known
  }
  const exact = (what: TransportPorts): What => ({ what, perhaps: null, problem: null })
  const broken = (perhaps: TransportPorts, reason: string, message: string): What => ({
    what: nothing,
    perhaps,
    problem: { reason, message },
  })
  const read = (protocol: unknown, from: unknown, to: unknown): What => {
    const number = protocolNumber(protocol)
    if (number === undefined)
      return broken(everyPort, 'unknown-protocol', `not a protocol: ${shown(protocol)}`)
    if (number === -1) return exact(everyPort)
    if (number === 6 || number === 17) {
      const transport = number === 6 ? 'tcp' : 'udp'
      if (portSet.isPort(from) && portSet.isPort(to) && from <= to)
        return exact(transportOf(transport, from, to))
      return broken(
        transportOf(transport, 0, 65_535),
        'bad-port-range',
        `not a range of ports: ${shown(from)} to ${shown(to)}`,
      )
    }
    if (number === 1 || number === 58) {
      const transport = number === 1 ? 'icmp' : 'icmpv6'
      if (from === -1) return exact(transportOf(transport, 0, 65_535))
      if (isOctet(from) && to === -1)
        return exact(transportOf(transport, from * 256, from * 256 + 255))
      if (isOctet(from) && isOctet(to))
        return exact(transportOf(transport, from * 256 + to, from * 256 + to))
      return broken(
        transportOf(transport, 0, 65_535),
        'bad-port-range',
        `not an ICMP type and code: ${shown(from)}, ${shown(to)}`,
      )
    }
    return exact(transportOf('other', number, number))
  }
  return {
    cidr(text) {
      const known = cidrs.get(text)
      if (known) return known
      const set = addressSet.parseAddresses(text)
      if (!set) return undefined
      const peer: Peer = { kind: 'addresses', set }
      // A table of a million texts costs more than it saves: what comes again and again comes early.
      if (cidrs.size < maxTexts) cidrs.set(text, peer)
      return peer
    },
    group: (id) => remembered(groups, id, () => ({ kind: 'group', id: resourceId('aws', id) })),
    prefixList: (id) => remembered(lists, id, () => ({ kind: 'named', name: id })),
    prefixLists: () => lists.keys(),
    what: (protocol, from, to) =>
      remembered(
        whats,
        `${typeof from}${typeof to}${String(protocol)} ${String(from)} ${String(to)}`,
        () => read(protocol, from, to),
      ),
  }
}

const maxTexts = 65_536

function remembered<V>(known: Map<string, V>, key: string, make: () => V): V {
  const value = known.get(key)
  if (value !== undefined) return value
  const made = make()
  known.set(key, made)
  return made
}

const isOctet = (value: unknown): value is number => portSet.isPort(value) && value <= 255
const shown = (value: unknown): string =>
  value === undefined || value === null ? 'nothing' : JSON.stringify(value)

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
  if (typeof protocol !== 'string' && typeof protocol !== 'number') return undefined
  const text = String(protocol).toLowerCase()
  if (Object.hasOwn(names, text)) return names[text]
  if (!/^-?\d{1,3}$/.test(text)) return undefined
  const number = Number(text)
  return number >= -1 && number <= 255 ? number : undefined
}
