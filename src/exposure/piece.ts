/** Cuts what comes through a path into pieces of equal verdict, certainty and sources: the exposures to be. */

import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Barrier } from '../model/estate.ts'
import type { Certainty, Verdict } from '../model/exposure.ts'
import type { PortSet } from '../model/port-set.ts'
import { internet } from '../model/public-space.ts'
import * as trafficSet from '../model/traffic-set.ts'
import { type Transport, transports } from '../model/traffic-set.ts'
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
 * blocked. Where no filter admits anything there is no piece.
 */
export function piecesOf(traffic: PathTraffic, barrier: Barrier | null): readonly Piece[] {
  return barrier === null ? openWay(traffic) : barred(traffic, barrier)
}

function openWay({ reach, filtered, admitted }: PathTraffic): readonly Piece[] {
  const certain = publicOnly(reach.certain)
  const sure = pieces(certain, 'reachable', 'certain', 'reach')
  const open = trafficSet.portsOf(certain)
  const possible = publicOnly(beyond(reach.possible, certain))
  const byFilters = publicOnly(trafficSet.intersect(possible, filtered.certain))
  const rest = publicOnly(trafficSet.subtract(possible, byFilters))
  const maybe = [
    ...pieces(byFilters, 'unknown', 'possible', 'reach'),
    ...pieces(rest, 'unknown', 'possible', 'reach'),
  ]
  const told = trafficSet.unionPorts(open, trafficSet.portsOf(possible))
  const noWay = publicOnly(trafficSet.toPorts(filtered.certain, without(told)))
  const unreachable = pieces(noWay, 'open-but-unreachable', 'certain', 'filtered')
  const blocked = blockedPieces(
    admitted.certain,
    trafficSet.unionPorts(told, trafficSet.portsOf(publicOnly(filtered.possible))),
  )
  return [...sure, ...maybe, ...unreachable, ...blocked]
}

/**
 * Behind a barrier that is certain only what is certainly open is told: what may be open there could at most become
 * something that cannot be reached.
 */
function barred({ filtered, admitted }: PathTraffic, barrier: Barrier): readonly Piece[] {
  const certain = publicOnly(filtered.certain)
  const certainty = barrier.verdict === 'unknown' ? 'possible' : 'certain'
  const possible =
    barrier.verdict === 'unknown'
      ? publicOnly(beyond(filtered.possible, certain))
      : trafficSet.empty
  return [
    ...pieces(certain, barrier.verdict, certainty, 'filtered'),
    ...pieces(possible, 'unknown', 'possible', 'filtered'),
    ...blockedPieces(
      admitted.certain,
      trafficSet.portsOf(publicOnly(trafficSet.union(certain, filtered.possible))),
    ),
  ]
}

/**
 * What is possible beyond the certain part. Where nothing is certain the sets stay whole, as the filters admit them;
 * elsewhere only the rest is told.
 */
function beyond(
  possible: trafficSet.TrafficSet,
  certain: trafficSet.TrafficSet,
): trafficSet.TrafficSet {
  const open = trafficSet.portsOf(certain)
  return trafficSet.union(
    trafficSet.subtract(trafficSet.toPorts(possible, open), certain),
    trafficSet.toPorts(possible, without(open)),
  )
}

const blockedPieces = (
  admitted: trafficSet.TrafficSet,
  told: trafficSet.TransportPorts,
): readonly Piece[] =>
  pieces(publicOnly(trafficSet.toPorts(admitted, without(told))), 'blocked', 'certain', 'admitted')

const without = (told: trafficSet.TransportPorts): trafficSet.TransportPorts =>
  trafficSet.subtractPorts(trafficSet.everyPort, told)

/** The segments that some public address may use, with their sets as they are. */
const publicOnly = (set: trafficSet.TrafficSet): trafficSet.TrafficSet =>
  trafficSet.mapAddresses(set, (own) =>
    addressSet.overlaps(own, internet) ? own : addressSet.empty,
  )

function pieces(
  set: trafficSet.TrafficSet,
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
