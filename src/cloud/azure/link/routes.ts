/**
 * Where a subnet sends its replies. User-defined routes win by longest prefix over the system's default route to the
 * internet. Sources that are not public addresses always pass: no reply to them leaves for the internet, and what filters
 * admit of them is printed as they admit it.
 */

import type { AddressSet } from '../../../model/address-set.ts'
import * as addressSet from '../../../model/address-set.ts'
import { type AddressBounds, exactly } from '../../../model/bounds.ts'
import type { SourceRule, Stage } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { notInternet } from '../../../model/public-space.ts'
import { subscriptionOf } from '../arm-id.ts'
import type { Draft } from '../draft.ts'
import type { Reference } from '../element.ts'
import { type Route, type RouteTable, routeTables } from '../resources/route-table.ts'
import { notReadKinds, type World } from './world.ts'

type RouteStage = Extract<Stage, { kind: 'sources' }>

/** No route table: Azure's own default route leads to the internet. */
export const systemRoutes: RouteStage = {
  kind: 'sources',
  stage: 'route',
  filter: null,
  admits: exactly(addressSet.all),
  because: [],
  otherwise: 'no route to the internet',
  gaps: [],
}

const stages = new WeakMap<World, Map<string, RouteStage>>()

/** One stage for each route table, the same object for all subnets that use it. */
export function routeStage(world: World, table: Reference | null): RouteStage {
  if (!table) return systemRoutes
  const known = stages.get(world) ?? new Map<string, RouteStage>()
  stages.set(world, known)
  const before = known.get(table.key)
  if (before) return before
  const read = world.draft.all(routeTables).get(table.key)
  const stage = read ? stageOf(read, world) : unreadTable(table, world)
  known.set(table.key, stage)
  return stage
}

/** Where no route tables were given the default is taken, and said; one that is missing among others may do anything. */
function unreadTable(table: Reference, world: World): RouteStage {
  const unread = unreadTableGap(table, world)
  if (unread)
    return {
      ...systemRoutes,
      filter: table.id,
      admits: { certain: notInternet, possible: addressSet.all },
      gaps: [unread],
    }
  const gap = world.notRead(table, notReadKinds.routes)
  world.noteOnce(gap.key, gap)
  return { ...systemRoutes, filter: table.id }
}

/** Why a table that others of its subscription were read without may hold any route; null where it does not matter. */
export function unreadTableGap(table: Reference, world: World): Gap | null {
  const { collection } = notReadKinds.routes
  const isRead = world.draft.all(routeTables).has(table.key)
  return isRead || world.coverage.state(subscriptionOf(table.key), collection) === 'absent'
    ? null
    : world.notRead(table, notReadKinds.routes)
}

/** The part of a network's own space that user-defined routes of its subnet lead elsewhere. */
export function routedWithin(
  space: AddressSet,
  table: Reference | null,
  { draft }: World,
): AddressSet {
  const read = table && draft.all(routeTables).get(table.key)
  if (!read) return addressSet.empty
  const within = sortedPieces(read, draft)
    .filter(({ route, set }) => route.nextHop !== 'vnetlocal' && addressSet.isSubset(set, space))
    .map(({ set }) => set)
  return addressSet.unionAll(within)
}

type Fate = 'internet' | 'dropped' | 'elsewhere'

function stageOf(table: RouteTable, { draft }: World): RouteStage {
  const pieces = sortedPieces(table, draft)
  const parts: Record<Fate, AddressSet[]> = { internet: [], dropped: [], elsewhere: [] }
  const because: SourceRule[] = []
  const gaps = new Map<string, Gap>()
  let rest = addressSet.all
  for (const { route, set } of pieces) {
    const own = addressSet.intersect(rest, set)
    if (addressSet.isEmpty(own)) continue
    rest = addressSet.subtract(rest, set)
    const fate = fateOf(route)
    parts[fate].push(own)
    if (addressSet.isSubset(own, notInternet)) continue
    because.push({ filter: table.id, rule: route.name, set: own, source: route.at })
    if (fate === 'elsewhere') gaps.set(route.name, elsewhereGap(route))
  }
  const open = addressSet.unionAll([...parts.internet, rest, notInternet])
  const doubtful = doubtfulRoutes(table, draft)
  for (const { route, gap: reason } of doubtful) gaps.set(route.name, reason)
  const unsure = addressSet.unionAll(parts.elsewhere)
  // A route for a tag without known addresses may lead any reply away, or (to the internet) bring any back.
  const mayDrop = doubtful.some(({ route }) => fateOf(route) !== 'internet')
  const mayOpen = doubtful.some(({ route }) => fateOf(route) === 'internet')
  const admits: AddressBounds = {
    certain: mayDrop ? notInternet : open,
    possible: mayOpen ? addressSet.all : addressSet.union(open, unsure),
  }
  return {
    kind: 'sources',
    stage: 'route',
    filter: table.id,
    admits,
    because,
    otherwise: 'a user-defined route drops the reply',
    gaps: [...gaps.values()],
  }
}

/** The routes cut into prefixes, longest first, so that each takes what the ones before it left. */
function sortedPieces(
  table: RouteTable,
  draft: Draft,
): readonly { readonly route: Route; readonly set: AddressSet }[] {
  const pieces = table.routes.flatMap((route) =>
    prefixesOf(route, draft).map((cidr) => {
      const [, length = ''] = cidr.split('/')
      const set = addressSet.addresses(cidr)
      const isIp6 = cidr.includes(':')
      const isTag = route.prefix?.value !== cidr
      return { route, set, length: length === '' ? (isIp6 ? 128 : 32) : Number(length), isTag }
    }),
  )
  // A route for the very prefix wins over one for a tag that holds it.
  return pieces.sort((a, b) => b.length - a.length || Number(a.isTag) - Number(b.isTag))
}

/** The CIDRs of a route: its own, or those of its service tag where they are known. */
function prefixesOf({ prefix }: Route, draft: Draft): readonly string[] {
  if (!prefix) return []
  const set = addressSet.parseAddresses(prefix.value)
  if (set) return [prefix.value]
  const tag = draft.tags.get(prefix.value.toLowerCase())
  return tag ? addressSet.toCidrs(tag) : []
}

function doubtfulRoutes(
  table: RouteTable,
  draft: Draft,
): readonly { readonly route: Route; readonly gap: Gap }[] {
  return table.routes.flatMap((route) => {
    if (prefixesOf(route, draft).length > 0) return []
    const spelled = route.prefix?.value ?? ''
    return [
      {
        route,
        gap: gap(
          'unresolved-route-prefix',
          `which addresses route ${route.name} (${JSON.stringify(spelled)}) leads away is not known: give Microsoft's service tag file`,
          route.prefix?.at ?? route.at,
        ),
      },
    ]
  })
}

function fateOf({ nextHop }: Route): Fate {
  if (nextHop === 'internet') return 'internet'
  // VnetLocal drops what is not in the virtual network.
  return nextHop === 'none' || nextHop === 'vnetlocal' ? 'dropped' : 'elsewhere'
}

const elsewhereGap = (route: Route): Gap =>
  gap(
    'reply-through-appliance',
    `route ${route.name} sends the reply through ${nextHopNames.get(route.nextHop) ?? `next hop ${JSON.stringify(route.nextHop)}`}; whether it comes back to the client is not known`,
    route.at,
  )
const nextHopNames = new Map([
  ['virtualappliance', 'a virtual appliance'],
  ['virtualnetworkgateway', 'a virtual network gateway'],
])
