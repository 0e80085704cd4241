/** What one stage of a leg lets through. */

import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { TrafficBounds } from '../model/bounds.ts'
import * as bounds from '../model/bounds.ts'
import type { Filter, Leg, Stage } from '../model/estate.ts'
import * as portSet from '../model/port-set.ts'
import type { ResourceId } from '../model/resource.ts'
import type { Transport } from '../model/traffic-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import type { Context } from './context.ts'
import { type FilterMemo, inbound, outbound, united } from './filter.ts'

/** Clients' ports that a reply must be able to reach: RFC 6335's registered and dynamic ranges. */
export const clientPorts = portSet.ports([1024, 65_535])

export function through(stage: Stage, context: Context, memo: FilterMemo): TrafficBounds {
  switch (stage.kind) {
    case 'fixed':
      return stage.admits === 'everything' ? bounds.allTraffic : bounds.noTraffic
    case 'sources':
      return fromSources(stage)
    case 'union':
      return unionOf(stage.filters, context, memo)
    case 'ordered':
      return orderedThrough(stage, context, memo)
    case 'stateless':
      return stateless(stage, context, memo)
  }
}

const sourceTraffic = new WeakMap<Stage, TrafficBounds>()
function fromSources(stage: Extract<Stage, { kind: 'sources' }>): TrafficBounds {
  const known = sourceTraffic.get(stage)
  if (known) return known
  const { certain, possible } = stage.admits
  const made = addressSet.equal(certain, addressSet.all)
    ? bounds.allTraffic
    : {
        certain: trafficSet.traffic(trafficSet.everyPort, certain),
        possible: trafficSet.traffic(trafficSet.everyPort, possible),
      }
  sourceTraffic.set(stage, made)
  return made
}

/** A filter that is named but was not read may admit anything. */
const unreadFilter: TrafficBounds = {
  certain: trafficSet.empty,
  possible: trafficSet.everything,
}
export const filterOf = (id: ResourceId, { estate }: Context): Filter | undefined =>
  estate.filters.get(id)

function unionOf(ids: readonly ResourceId[], context: Context, memo: FilterMemo): TrafficBounds {
  const [only] = ids
  if (ids.length === 1 && only !== undefined) {
    const filter = filterOf(only, context)
    return filter ? inbound(filter, context, memo) : unreadFilter
  }
  const filters = ids.map((id) => filterOf(id, context))
  const known = filters.filter((filter) => filter !== undefined)
  const admitted = united(
    known.flatMap((filter) => filter.inbound),
    context,
  )
  return known.length === filters.length ? admitted : bounds.union(admitted, unreadFilter)
}

function orderedThrough(
  stage: Extract<Stage, { kind: 'ordered' }>,
  context: Context,
  memo: FilterMemo,
): TrafficBounds {
  const filter = filterOf(stage.filter, context)
  if (!filter) return unreadFilter
  const behind = stage.behind.map((one) => through(one, context, memo))
  return inbound(filter, context, memo, behind.reduce(bounds.intersect, bounds.allTraffic))
}

/** The packet's own list, and the other list for the reply to the client's port. */
function stateless(
  stage: Extract<Stage, { kind: 'stateless' }>,
  context: Context,
  memo: FilterMemo,
): TrafficBounds {
  const filter = filterOf(stage.filter, context)
  if (!filter) return unreadFilter
  const entering = inbound(filter, context, memo)
  const leaving = outbound(filter, context, memo)
  if (stage.packet === 'inbound')
    return bounds.intersect(
      entering,
      mapBounds(leaving, (reply) => answerable(reply, context)),
    )
  // On the way out of the front's subnet the list's peer is where the packet goes, not who sent it.
  const seen = seenBy(context)
  return bounds.intersect(
    mapBounds(leaving, (packet) => towards(packet, seen)),
    mapBounds(entering, (reply) => towards(answerable(reply, context), seen)),
  )
}

/** The traffic whose replies this list lets go: to the client's port, from the client's address. */
function answerable(reply: trafficSet.TrafficSet, { sourcePort }: Context): trafficSet.TrafficSet {
  const port = sourcePort ?? 0
  const toClient = (transport: Transport): AddressSet =>
    portSet.contains(clientPorts, port)
      ? trafficSet.sourcesOf(reply, transport, port)
      : addressSet.empty
  const echo = portSet.ports([8 * 256, 8 * 256 + 255])
  const echo6 = portSet.ports([128 * 256, 128 * 256 + 255])
  // Only an echo request is answered with a message of its own kind (type 0, in version 6 type 129).
  return [
    trafficSet.traffic(trafficSet.transportPorts({ tcp: portSet.allPorts }), toClient('tcp')),
    trafficSet.traffic(trafficSet.transportPorts({ udp: portSet.allPorts }), toClient('udp')),
    trafficSet.traffic(
      trafficSet.transportPorts({ icmp: echo }),
      trafficSet.sourcesOf(reply, 'icmp', 0),
    ),
    trafficSet.traffic(
      trafficSet.transportPorts({ icmpv6: echo6 }),
      trafficSet.sourcesOf(reply, 'icmpv6', 129 * 256),
    ),
    trafficSet.traffic(
      trafficSet.transportPorts({
        icmp: portSet.subtract(portSet.allPorts, echo),
        icmpv6: portSet.subtract(portSet.allPorts, echo6),
      }),
      addressSet.all,
    ),
    { ...trafficSet.empty, other: reply.other },
  ].reduce(trafficSet.union)
}

const seenBy = ({ destinations }: Context): AddressSet | null =>
  destinations.length === 0 ? null : addressSet.unionAll(destinations.map(addressSet.ofAddress))

/** All senders, to the ports that the list opens towards this address; towards an unknown address: any that it opens. */
const towards = (list: trafficSet.TrafficSet, address: AddressSet | null): trafficSet.TrafficSet =>
  trafficSet.mapAddresses(list, (own) =>
    address === null || addressSet.overlaps(own, address) ? addressSet.all : addressSet.empty,
  )

const mapBounds = (
  { certain, possible }: TrafficBounds,
  change: (set: trafficSet.TrafficSet) => trafficSet.TrafficSet,
): TrafficBounds => {
  const changed = change(certain)
  return { certain: changed, possible: certain === possible ? changed : change(possible) }
}

/** The source ports that a leg's rules tell apart: one port of each class, the commonest class first. */
export function sourcePortClasses(
  legs: readonly Leg[],
  context: Omit<Context, 'sourcePort'>,
): readonly number[] {
  const cuts: portSet.PortSet[] = []
  let hasReplies = false
  const visit = (stage: Stage): void => {
    if (stage.kind === 'union') for (const id of stage.filters) cutBySourcePorts(id)
    if (stage.kind === 'ordered') {
      cutBySourcePorts(stage.filter)
      stage.behind.forEach(visit)
    }
    if (stage.kind === 'stateless') {
      hasReplies = true
      cutByReplies(stage)
    }
  }
  const cutBySourcePorts = (id: ResourceId): void => {
    for (const rule of context.estate.filters.get(id)?.inbound ?? [])
      if (rule.sourcePorts !== portSet.allPorts) cuts.push(rule.sourcePorts)
  }
  const cutByReplies = (stage: Extract<Stage, { kind: 'stateless' }>): void => {
    const filter = context.estate.filters.get(stage.filter)
    const replies = stage.packet === 'inbound' ? filter?.outbound : filter?.inbound
    for (const { what, perhaps } of replies ?? [])
      for (const each of perhaps ? [what, perhaps] : [what]) cuts.push(each.tcp, each.udp)
  }
  for (const leg of legs) for (const { stage } of leg.stages) visit(stage)
  return representatives(cuts, hasReplies ? clientPorts : portSet.allPorts)
}

function representatives(
  cuts: readonly portSet.PortSet[],
  domain: portSet.PortSet,
): readonly number[] {
  const distinct = [...new Map(cuts.map((cut) => [cut.join(), cut])).values()]
  const from = domain[0] as number
  const edges = new Set<number>([from])
  for (const cut of distinct)
    for (let i = 0; i < cut.length; i += 2)
      for (const edge of [cut[i] as number, (cut[i + 1] as number) + 1])
        if (portSet.contains(domain, edge)) edges.add(edge)
  const classes = new Map<string, number>()
  for (const edge of [...edges].sort((a, b) => a - b)) {
    const signature = distinct.map((cut) => (portSet.contains(cut, edge) ? '1' : '0')).join('')
    if (!classes.has(signature)) classes.set(signature, edge)
  }
  // A client's usual port stands for its own class, so that witnesses look like clients.
  const usual = 40_000
  const own = distinct.map((cut) => (portSet.contains(cut, usual) ? '1' : '0')).join('')
  return [usual, ...[...classes].filter(([signature]) => signature !== own).map(([, port]) => port)]
}
