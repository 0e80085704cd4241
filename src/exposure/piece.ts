/** Cuts what comes through a path into pieces of equal verdict, certainty and sources: the exposures to be. */

import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Barrier } from '../model/estate.ts'
import type { Certainty, Verdict } from '../model/exposure.ts'
import type { PortSet } from '../model/port-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import {
  type TrafficSet,
  type Transport,
  type TransportPorts,
  transports,
} from '../model/traffic-set.ts'
import type { PathTraffic } from './path.ts'

export interface Piece {
  readonly transport: Transport
  readonly ports: PortSet
  readonly sources: AddressSet
  readonly verdict: Verdict
  readonly certainty: Certainty
  /** How far it gets: through everything, through the filters only, or through one filter at least. */
  readonly extent: 'reach' | 'filtered' | 'admitted'
}

/**
 * The first verdict that fits, for each port: what certainly comes through is reachable; what only may is unknown; what
 * the filters let through but no way leads to is open but unreachable; what one filter admits and another stops is
 * blocked. Where no filter admits anything that one of the clients could use there is no piece.
 */
export function piecesOf(
  traffic: PathTraffic,
  barrier: Barrier | null,
  clients: AddressSet,
): readonly Piece[] {
  const { filtered, admitted } = traffic
  if (trafficSet.isEmpty(filtered.possible) && trafficSet.isEmpty(admitted.possible)) return []
  const open = usableBy(clients)
  return barrier === null ? openWay(traffic, open) : barred(traffic, barrier, open)
}

/** Keeps the segments that some client may use, with their sets as they are. */
type Usable = (set: TrafficSet) => TrafficSet
const usableBy =
  (clients: AddressSet): Usable =>
  (set) =>
    trafficSet.mapAddresses(set, (own) =>
      addressSet.overlaps(own, clients) ? own : addressSet.empty,
    )

function openWay({ reach, filtered, admitted }: PathTraffic, usable: Usable): readonly Piece[] {
  const certain = usable(reach.certain)
  const sure = pieces(certain, 'reachable', 'certain', 'reach')
  // One exact filter and a way for all of it: there is nothing else to tell.
  if (reach.certain === reach.possible && filtered === reach && admitted === filtered) return sure
  const possible = usable(beyond(reach.possible, certain))
  const byFilters = usable(trafficSet.intersect(possible, filtered.certain))
  const rest = usable(trafficSet.subtract(possible, byFilters))
  const told = trafficSet.portsOf(trafficSet.union(certain, possible))
  const noWay = usable(trafficSet.toPorts(filtered.certain, without(told)))
  const toldOrOpen = trafficSet.unionPorts(told, trafficSet.portsOf(usable(filtered.possible)))
  return [
    ...sure,
    ...pieces(byFilters, 'unknown', 'possible', 'reach'),
    ...pieces(rest, 'unknown', 'possible', 'reach'),
    ...pieces(noWay, 'open-but-unreachable', 'certain', 'filtered'),
    ...blocked(admitted.certain, toldOrOpen, usable),
  ]
}

/**
 * Behind a barrier that is certain only what is certainly open is told: what may be open there could at most become
 * something that cannot be reached.
 */
function barred(
  { reach, filtered, admitted }: PathTraffic,
  { verdict }: Barrier,
  usable: Usable,
): readonly Piece[] {
  // Whom no route answers cannot come in, whatever stands behind the barrier.
  const alive = trafficSet.portsOf(usable(reach.possible))
  const open = usable(filtered.certain)
  const isUnknown = verdict === 'unknown'
  const certain = isUnknown ? usable(trafficSet.intersect(open, reach.possible)) : open
  const noWay = isUnknown ? trafficSet.toPorts(open, without(alive)) : trafficSet.empty
  const possible = isUnknown ? usable(beyond(reach.possible, certain)) : trafficSet.empty
  const told = trafficSet.portsOf(usable(trafficSet.union(open, filtered.possible)))
  return [
    ...pieces(certain, verdict, isUnknown ? 'possible' : 'certain', 'filtered'),
    ...pieces(possible, 'unknown', 'possible', 'filtered'),
    ...pieces(noWay, 'open-but-unreachable', 'certain', 'filtered'),
    ...blocked(admitted.certain, told, usable),
  ]
}

/**
 * What is possible beyond the certain part. Where nothing is certain the sets stay whole, as the filters admit them;
 * elsewhere only the rest is told.
 */
function beyond(possible: TrafficSet, certain: TrafficSet): TrafficSet {
  const open = trafficSet.portsOf(certain)
  return trafficSet.union(
    trafficSet.subtract(trafficSet.toPorts(possible, open), certain),
    trafficSet.toPorts(possible, without(open)),
  )
}

const blocked = (admitted: TrafficSet, told: TransportPorts, usable: Usable): readonly Piece[] =>
  pieces(usable(trafficSet.toPorts(admitted, without(told))), 'blocked', 'certain', 'admitted')

const without = (told: TransportPorts): TransportPorts =>
  trafficSet.subtractPorts(trafficSet.everyPort, told)

function pieces(
  set: TrafficSet,
  verdict: Verdict,
  certainty: Certainty,
  extent: Piece['extent'],
): readonly Piece[] {
  return transports.flatMap((transport) =>
    trafficSet.groupBySources(set[transport]).map(({ ports, addresses: sources }) => ({
      transport,
      ports,
      sources,
      verdict,
      certainty,
      extent,
    })),
  )
}
