/**
 * Sets of traffic: for each transport, disjoint ranges of ports each with the addresses it may come from. In normal form
 * no range has an empty address set and neighbours with equal sets are one, so equality is structural.
 */

import type { AddressSet } from './address-set.ts'
import * as addressSet from './address-set.ts'
import type { PortSet } from './port-set.ts'
import * as portSet from './port-set.ts'

/** `icmp` and `icmpv6` number their messages type × 256 + code; `other` numbers IP protocols but 1, 6, 17 and 58. */
export const transports = ['tcp', 'udp', 'icmp', 'icmpv6', 'other'] as const
export type Transport = (typeof transports)[number]

/** What of each transport, without addresses. */
export type TransportPorts = Readonly<Record<Transport, PortSet>>

export interface Segment {
  readonly from: number
  readonly to: number
  readonly addresses: AddressSet
}
export type Layer = readonly Segment[]
export type TrafficSet = Readonly<Record<Transport, Layer>>

const otherProtocols: PortSet = portSet.ports([0, 0], [2, 5], [7, 16], [18, 57], [59, 255])

/** Every number a transport can carry. */
export const everyPort: TransportPorts = {
  tcp: portSet.allPorts,
  udp: portSet.allPorts,
  icmp: portSet.allPorts,
  icmpv6: portSet.allPorts,
  other: otherProtocols,
}
const nothing: TransportPorts = { tcp: [], udp: [], icmp: [], icmpv6: [], other: [] }

export const transportPorts = (parts: Partial<TransportPorts>): TransportPorts => ({
  ...nothing,
  ...parts,
})
/** Ports of one transport. Member by member: a spread with a computed name takes five times as long. */
export const portsOn = (transport: Transport, own: PortSet): TransportPorts => ({
  tcp: transport === 'tcp' ? own : portSet.noPorts,
  udp: transport === 'udp' ? own : portSet.noPorts,
  icmp: transport === 'icmp' ? own : portSet.noPorts,
  icmpv6: transport === 'icmpv6' ? own : portSet.noPorts,
  other: transport === 'other' ? own : portSet.noPorts,
})
const eachTransport = <T>(make: (transport: Transport) => T): Readonly<Record<Transport, T>> => ({
  tcp: make('tcp'),
  udp: make('udp'),
  icmp: make('icmp'),
  icmpv6: make('icmpv6'),
  other: make('other'),
})
export const unionPorts = (a: TransportPorts, b: TransportPorts): TransportPorts =>
  eachTransport((t) => portSet.union(a[t], b[t]))
export const intersectPorts = (a: TransportPorts, b: TransportPorts): TransportPorts =>
  eachTransport((t) => portSet.intersect(a[t], b[t]))
export const subtractPorts = (a: TransportPorts, b: TransportPorts): TransportPorts =>
  eachTransport((t) => portSet.subtract(a[t], b[t]))
export const unionAllPorts = (all: readonly TransportPorts[]): TransportPorts =>
  eachTransport((t) => portSet.unionAll(all.map((what) => what[t])))
export const overlapPorts = (a: TransportPorts, b: TransportPorts): boolean =>
  portSet.overlaps(a.tcp, b.tcp) ||
  portSet.overlaps(a.udp, b.udp) ||
  portSet.overlaps(a.icmp, b.icmp) ||
  portSet.overlaps(a.icmpv6, b.icmpv6) ||
  portSet.overlaps(a.other, b.other)
export const noTransportPorts = (what: TransportPorts): boolean =>
  transports.every((t) => what[t].length === 0)

export const empty: TrafficSet = { tcp: [], udp: [], icmp: [], icmpv6: [], other: [] }

/** ICMP is IPv4's and ICMPv6 is IPv6's; the other transports carry both families. */
const familyOf = (transport: Transport, addresses: AddressSet): AddressSet =>
  transport === 'icmp'
    ? addressSet.onlyIp4(addresses)
    : transport === 'icmpv6'
      ? addressSet.onlyIp6(addresses)
      : addresses

/** One rule's traffic: these ports from these addresses. */
export interface Product {
  readonly what: TransportPorts
  readonly addresses: AddressSet
}

export const traffic = (what: TransportPorts, addresses: AddressSet): TrafficSet =>
  unionOfProducts([{ what, addresses }])

export const everything: TrafficSet = traffic(everyPort, addressSet.all)

/** The union of any number of rules, in bulk: the port axis is cut once and each piece unites its sets together. */
export function unionOfProducts(products: readonly Product[]): TrafficSet {
  return eachTransport((transport) => {
    const segments: Segment[] = []
    for (const { what, addresses } of products) {
      const chosen = what[transport]
      if (chosen.length === 0) continue
      const own = familyOf(transport, addresses)
      if (addressSet.isEmpty(own)) continue
      for (let i = 0; i < chosen.length; i += 2)
        segments.push({ from: chosen[i] as number, to: chosen[i + 1] as number, addresses: own })
    }
    return sweep(segments)
  })
}

/** Normal form of overlapping segments, in one pass over their sorted ends. */
function sweep(segments: readonly Segment[]): Layer {
  if (segments.length < 2) return segments
  const byStart = [...segments].sort((a, b) => a.from - b.from)
  const cuts = new Set<number>()
  for (const { from, to } of segments) {
    cuts.add(from)
    cuts.add(to + 1)
  }
  const at = [...cuts].sort((a, b) => a - b)
  const out: Segment[] = []
  let active: Segment[] = []
  let next = 0
  for (let i = 0; i + 1 < at.length; i++) {
    const [from, to] = [at[i] as number, (at[i + 1] as number) - 1]
    if (active.some((segment) => segment.to < from))
      active = active.filter((segment) => segment.to >= from)
    while (next < byStart.length && (byStart[next] as Segment).from === from)
      active.push(byStart[next++] as Segment)
    if (active.length > 0)
      append(out, from, to, addressSet.unionAll(active.map((segment) => segment.addresses)))
  }
  return out
}

function append(out: Segment[], from: number, to: number, addresses: AddressSet): void {
  if (addressSet.isEmpty(addresses)) return
  const last = out.at(-1)
  if (last && last.to + 1 === from && addressSet.equal(last.addresses, addresses))
    out[out.length - 1] = { from: last.from, to, addresses: last.addresses }
  else out.push({ from, to, addresses })
}

/** Combines two layers piece by piece; where one has no segment its set is empty. */
function combine(
  a: Layer,
  b: Layer,
  operation: (x: AddressSet, y: AddressSet) => AddressSet,
): Layer {
  const out: Segment[] = []
  let i = 0
  let j = 0
  let at = 0
  while (i < a.length || j < b.length) {
    const [x, y] = [a[i], b[j]]
    at = Math.max(at, Math.min(x?.from ?? Infinity, y?.from ?? Infinity))
    const inX = x !== undefined && x.from <= at
    const inY = y !== undefined && y.from <= at
    const end = Math.min(
      x === undefined ? Infinity : inX ? x.to : x.from - 1,
      y === undefined ? Infinity : inY ? y.to : y.from - 1,
    )
    append(
      out,
      at,
      end,
      operation(inX ? x.addresses : addressSet.empty, inY ? y.addresses : addressSet.empty),
    )
    at = end + 1
    if (x && x.to < at) i++
    if (y && y.to < at) j++
  }
  return out
}

export const union = (a: TrafficSet, b: TrafficSet): TrafficSet =>
  eachTransport((t) =>
    a[t].length === 0 ? b[t] : b[t].length === 0 ? a[t] : combine(a[t], b[t], addressSet.union),
  )
export const intersect = (a: TrafficSet, b: TrafficSet): TrafficSet =>
  eachTransport((t) =>
    a[t].length === 0 || b[t].length === 0 ? [] : combine(a[t], b[t], addressSet.intersect),
  )
export const subtract = (a: TrafficSet, b: TrafficSet): TrafficSet =>
  eachTransport((t) =>
    a[t].length === 0 || b[t].length === 0 ? a[t] : combine(a[t], b[t], addressSet.subtract),
  )

/** The traffic that comes from these addresses. */
export const fromAddresses = (set: TrafficSet, addresses: AddressSet): TrafficSet =>
  mapAddresses(set, (own) => addressSet.intersect(own, addresses))

/** The traffic to these ports. */
export const toPorts = (set: TrafficSet, what: TransportPorts): TrafficSet =>
  eachTransport((t) => restrictLayer(set[t], what[t]))

function restrictLayer(layer: Layer, chosen: PortSet): Layer {
  const out: Segment[] = []
  for (const segment of layer)
    for (const [from, to] of portSet.toPairs(portSet.intersect([segment.from, segment.to], chosen)))
      append(out, from, to, segment.addresses)
  return out
}

/** Replaces each address set; pieces whose set becomes empty vanish, equal neighbours join. */
export function mapAddresses(set: TrafficSet, change: (own: AddressSet) => AddressSet): TrafficSet {
  return eachTransport((t) => {
    const out: Segment[] = []
    for (const { from, to, addresses } of set[t])
      append(out, from, to, familyOf(t, change(addresses)))
    return out
  })
}

export const isEmpty = (set: TrafficSet): boolean => transports.every((t) => set[t].length === 0)
export const equal = (a: TrafficSet, b: TrafficSet): boolean =>
  a === b || transports.every((t) => equalLayers(a[t], b[t]))
const equalLayers = (a: Layer, b: Layer): boolean =>
  a.length === b.length &&
  a.every((x, i) => {
    const y = b[i] as Segment
    return x.from === y.from && x.to === y.to && addressSet.equal(x.addresses, y.addresses)
  })
export const isSubset = (part: TrafficSet, whole: TrafficSet): boolean =>
  isEmpty(subtract(part, whole))

/** The addresses that may send to one port. */
export function sourcesOf(set: TrafficSet, transport: Transport, port: number): AddressSet {
  const segment = set[transport].find(({ from, to }) => from <= port && port <= to)
  return segment?.addresses ?? addressSet.empty
}

/** Every port that anybody may send to. */
export const portsOf = (set: TrafficSet): TransportPorts =>
  eachTransport((t) => portSet.unionAll(set[t].map(({ from, to }) => [from, to])))

/** The distinct address sets of a transport, each with all of its ports, in the order of their lowest port. */
export function groupBySources(
  layer: Layer,
): readonly { readonly ports: PortSet; readonly addresses: AddressSet }[] {
  const groups: { readonly ports: number[]; readonly addresses: AddressSet }[] = []
  const byKey = new Map<number, number[]>()
  const byHash = new Map<number, { readonly ports: number[]; readonly addresses: AddressSet }[]>()
  for (const { from, to, addresses } of layer) {
    let ports = byKey.get(addresses.key)
    if (!ports) {
      // Equal sets may be different objects: a new key is not yet a new set.
      const code = addressSet.hashOf(addresses)
      const alike = byHash.get(code) ?? []
      let group = alike.find((other) => addressSet.equal(other.addresses, addresses))
      if (!group) {
        group = { ports: [], addresses }
        groups.push(group)
        byHash.set(code, [...alike, group])
      }
      ports = group.ports
      byKey.set(addresses.key, ports)
    }
    ports.push(from, to)
  }
  return groups
}
