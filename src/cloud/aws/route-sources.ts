/**
 * Whose packets a subnet answers through an internet gateway. A TCP or UDP exchange needs its reply, so the admitted
 * sources are those whose return route, longest prefix first, leads to a gateway attached to the network
 * (docs.aws.amazon.com/vpc/latest/userguide/route-tables-priority.html).
 */

import type { AddressSet } from '../../model/address-set.ts'
import * as addressSet from '../../model/address-set.ts'
import type { SourceRule } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import { internet, notInternet } from '../../model/public-space.ts'
import type { PrefixEntry, RouteRecord, RouteTableRecord } from './records.ts'

export interface Answered {
  readonly certain: AddressSet
  readonly possible: AddressSet
  readonly because: readonly SourceRule[]
  readonly gaps: readonly Gap[]
  /** Where the default route leads, for people; null where there is none. */
  readonly instead: string | null
}

export interface Gateways {
  /** Ids attached to the network; `unknown` where the collection is not there, with the gap. */
  readonly attached: ReadonlySet<string> | 'unknown'
  /** Gateways that were read, of whatever network: one of them that is not attached here certainly is not. */
  readonly read: ReadonlySet<string>
  readonly gap: Gap | null
}

type Outcome = 'yes' | 'no' | 'maybe'
interface Piece {
  readonly route: RouteRecord
  readonly text: string
  readonly set: AddressSet
  readonly length: number
}

export function answeredBy(
  table: RouteTableRecord,
  gateways: Gateways,
  entriesOf: (prefixList: string) => readonly PrefixEntry[] | null,
): Answered {
  const gaps = new Map<string, Gap>()
  const because: SourceRule[] = []
  const pieces: Piece[] = []
  let undecided = addressSet.empty
  let isShaken = false
  for (const route of table.routes) {
    if (route.destination.kind === 'cidr') {
      const { text, set } = route.destination
      pieces.push({ route, text, set, length: lengthOf(text) })
      continue
    }
    const { id } = route.destination
    const entries = entriesOf(id)
    if (entries) {
      for (const { text, set } of entries)
        pieces.push({ route, text: `${id} (${text})`, set, length: lengthOf(text) })
      continue
    }
    const problem = unresolvedList(route, id)
    gaps.set(problem.key, problem)
    // The addresses of a gateway endpoint's service are a small, known part of AWS; all else may be anything.
    if (route.target.kind === 'gateway-endpoint') continue
    if (route.target.kind === 'internet-gateway' && outcomeOf(route, gateways) !== 'no')
      undecided = addressSet.all
    else isShaken = true
  }
  // Of equal destinations a static route comes before a propagated one.
  pieces.sort(
    (a, b) => b.length - a.length || Number(a.route.isPropagated) - Number(b.route.isPropagated),
  )
  let covered = addressSet.empty
  let certain = addressSet.empty
  let possible = undecided
  for (const { route, text, set } of pieces) {
    // The network's own IPv6 block is public space that never comes in through a gateway. It goes by the route behind
    // the local one, so that a route for everybody has no hole that nobody could use.
    if (route.target.id === 'local') continue
    const own = addressSet.subtract(set, covered)
    covered = addressSet.union(covered, set)
    const outcome = outcomeOf(route, gateways)
    if (outcome === 'no' || addressSet.isEmpty(own)) continue
    if (outcome === 'yes') certain = addressSet.union(certain, own)
    else {
      if (!addressSet.overlaps(own, internet)) continue
      const problem =
        route.target.kind === 'appliance' ? throughAppliance(table, route, text) : gateways.gap
      if (problem) gaps.set(problem.key, problem)
    }
    possible = addressSet.union(possible, own)
    because.push({
      filter: table.id,
      rule: `${text} → ${route.target.id}`,
      set: own,
      source: route.at,
    })
  }
  return {
    certain: isShaken ? notInternet : addressSet.union(certain, notInternet),
    possible: addressSet.union(possible, addressSet.union(certain, notInternet)),
    because,
    gaps: [...gaps.values()],
    instead: elsewhere(pieces),
  }
}

function outcomeOf({ target, isActive }: RouteRecord, { attached, read }: Gateways): Outcome {
  if (!isActive) return 'no'
  switch (target.kind) {
    case 'internet-gateway':
      if (attached === 'unknown') return read.has(target.id) ? 'no' : 'maybe'
      return attached.has(target.id) ? 'yes' : 'no'
    case 'appliance':
      // Public addresses live at the internet gateway, those of carriers and outposts at gateways of their own.
      return attached !== 'unknown' && attached.size === 0 && !/^(cagw|lgw)-/.test(target.id)
        ? 'no'
        : 'maybe'
    case 'elsewhere':
    case 'gateway-endpoint':
      return 'no'
  }
}

const lengthOf = (cidr: string): number => {
  const [base, length] = cidr.split('/')
  return length === undefined ? (base?.includes(':') ? 128 : 32) : Number(length)
}

const throughAppliance = (table: RouteTableRecord, route: RouteRecord, text: string): Gap =>
  gap(
    'reply-through-appliance',
    `replies to ${text} leave through ${route.target.id} (${table.id}): what stands there decides`,
    route.at,
  )

const unresolvedList = (route: RouteRecord, id: string): Gap =>
  route.target.kind === 'gateway-endpoint'
    ? gap(
        'gateway-endpoint-prefixes-unresolved',
        `the prefixes of ${id} are not known; replies to them leave through ${route.target.id}: aws ec2 describe-prefix-lists`,
        route.at,
      )
    : gap(
        'unresolved-prefix-list',
        `the prefixes of ${id} are not known: aws ec2 get-managed-prefix-list-entries --prefix-list-id ${id} > get-managed-prefix-list-entries-${id}.json`,
        route.at,
      )

/** The shortest route that does not stay inside. */
function elsewhere(pieces: readonly Piece[]): string | null {
  const last = pieces.findLast(
    ({ route, set }) => route.target.id !== 'local' && addressSet.overlaps(set, internet),
  )
  if (!last) return null
  const state = last.route.isActive ? '' : ', a black hole'
  return `${last.text} → ${last.route.target.id}${state}`
}

/** Whether an edge route table sends what comes in for these addresses to an appliance first. */
export function edgeAppliance(
  tables: readonly RouteTableRecord[],
  towards: AddressSet,
): Gap | null {
  for (const table of tables) {
    let covered = addressSet.empty
    const routes = table.routes
      .flatMap((route) =>
        route.destination.kind === 'cidr' ? [{ route, ...route.destination }] : [],
      )
      .sort((a, b) => lengthOf(b.text) - lengthOf(a.text))
    for (const { route, set, text } of routes) {
      const own = addressSet.subtract(set, covered)
      covered = addressSet.union(covered, set)
      if (route.isActive && route.target.kind === 'appliance' && addressSet.overlaps(own, towards))
        return gap(
          'reply-through-appliance',
          `what comes in for ${text} goes through ${route.target.id} first (${table.id}): what stands there decides`,
          route.at,
        )
    }
  }
  return null
}
