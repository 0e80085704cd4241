/**
 * What service tags mean. `VirtualNetwork` and `Internet` differ from subnet to subnet; other tags come from Microsoft's
 * file, and without it they may be anybody.
 */

import type { AddressSet } from '../../../model/address-set.ts'
import * as addressSet from '../../../model/address-set.ts'
import { exactly, unknownAddresses } from '../../../model/bounds.ts'
import type { NamedSet } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { internet, notInternet } from '../../../model/public-space.ts'
import { type ArmKey, parentOf } from '../arm-id.ts'
import { networkInterfaces, scaleSetInterfaces } from '../resources/network-interface.ts'
import { type RouteTable, routeTables } from '../resources/route-table.ts'
import { type Subnet, subnets } from '../resources/subnet.ts'
import { type VirtualNetwork, virtualNetworks } from '../resources/virtual-network.ts'
import { unreadTableGap } from './routes.ts'
import type { World } from './world.ts'

/** Azure's own address for probes, DHCP and DNS (What is IP address 168.63.129.16). */
const platform = addressSet.addresses('168.63.129.16/32')

export function nameSets(world: World): void {
  const { names, draft } = world
  names.set('azureloadbalancer', { set: exactly(platform), gap: null })
  setMeaning(null, unreadNetwork(platform), names)
  for (const [subnet, addresses] of addressesInUnreadNetworks(world))
    setMeaning(subnet, unreadNetwork(addressSet.union(platform, addresses)), names)
  for (const [name, { spelled, at }] of draft.tagsUsed)
    if (!names.has(name)) names.set(name, tagSet(name, spelled, at, world))
  const known = new Map<string, Meanings>()
  for (const subnet of draft.all(subnets).values()) {
    const key = `${subnet.network}|${subnet.routeTable?.key ?? ''}|${draft.all(virtualNetworks).has(subnet.network) ? '' : subnet.key}`
    const sets = known.get(key) ?? networkSets(subnet, world)
    known.set(key, sets)
    setMeaning(subnet.key, sets.usual, names)
    if (sets.withDefaultRoute)
      setMeaning(scopeWithDefaultRoute(subnet.key), sets.withDefaultRoute, names)
  }
}

/** What the two tags that depend on the subnet mean. */
interface Meaning {
  readonly network: NamedSet
  readonly internet: NamedSet
}
interface Meanings {
  readonly usual: Meaning
  /** Where a user-defined default route may make `VirtualNetwork` every address; else null. */
  readonly withDefaultRoute: Meaning | null
}

/** The scope of names in a subnet if its default route counts as a part of the virtual network. */
export const scopeWithDefaultRoute = (subnet: string): string => `${subnet}+default-route`

/** The other scope of a subnet's names, where its tags may have two meanings. */
export const otherScope = (scope: string | null, { names }: World): string | undefined =>
  scope !== null && names.has(`${scopeWithDefaultRoute(scope)}|virtualnetwork`)
    ? scopeWithDefaultRoute(scope)
    : undefined

/** `scope` null: the meaning in every scope that has none of its own. */
function setMeaning(
  scope: string | null,
  { network, internet }: Meaning,
  names: World['names'],
): void {
  const prefix = scope === null ? '' : `${scope}|`
  names.set(`${prefix}virtualnetwork`, network)
  names.set(`${prefix}internet`, internet)
}

/** A network that was not given: of private addresses, which ones is not known; public ones only if a route makes them so. */
const unreadNetwork = (certain: AddressSet): Meaning =>
  meaning(certain, addressSet.union(certain, notInternet), null)

function meaning(certain: AddressSet, possible: AddressSet, doubt: Gap | null): Meaning {
  // Azure's own address is nobody's client: leaving it in keeps the internet whole.
  const rest = (set: AddressSet) =>
    addressSet.subtract(addressSet.all, addressSet.subtract(set, platform))
  return {
    network: { set: { certain, possible }, gap: doubt },
    internet: { set: { certain: rest(possible), possible: rest(certain) }, gap: doubt },
  }
}

/** By subnet: what interfaces have in a network that was not given is certainly the network's. */
function addressesInUnreadNetworks({ draft }: World): ReadonlyMap<ArmKey, AddressSet> {
  const known = draft.all(subnets)
  const found = new Map<ArmKey, Map<ArmKey, AddressSet[]>>()
  for (const kind of [networkInterfaces, scaleSetInterfaces])
    for (const { ipConfigurations } of draft.all(kind).values())
      for (const { subnet, privateAddress } of ipConfigurations) {
        if (!subnet || !privateAddress || known.has(subnet.key)) continue
        const network = parentOf(subnet.key)
        const own = found.get(network) ?? new Map<ArmKey, AddressSet[]>()
        found.set(network, own)
        const addresses = own.get(subnet.key) ?? []
        own.set(subnet.key, addresses)
        addresses.push(addressSet.ofAddress(privateAddress))
      }
  const bySubnet = new Map<ArmKey, AddressSet>()
  for (const own of found.values()) {
    const whole = addressSet.intersect(addressSet.unionAll([...own.values()].flat()), notInternet)
    for (const subnet of own.keys()) bySubnet.set(subnet, whole)
  }
  return bySubnet
}

function tagSet(
  name: string,
  spelled: string,
  at: Parameters<typeof gap>[2],
  { draft }: World,
): NamedSet {
  const set = draft.tags.get(name)
  if (set) return { set: exactly(set), gap: null }
  const what = name.split('.')[0] === 'azurecloud' ? ' (anyone with an Azure account)' : ''
  return {
    set: unknownAddresses,
    gap: gap(
      'unresolved-service-tag',
      `which addresses service tag ${spelled}${what} stands for is not known: give Microsoft's service tag file`,
      at,
      name,
    ),
  }
}

function networkSets(subnet: Subnet, world: World): Meanings {
  const { draft } = world
  const network = draft.all(virtualNetworks).get(subnet.network)
  const table = subnet.routeTable && draft.all(routeTables).get(subnet.routeTable.key)
  const { all: routed, others } = table ? routedPrefixes(table) : noRoutes
  const base = network ? networkSpace(network, world) : { certain: subnet.prefix, hasOutside: true }
  const meaningWith = (prefixes: AddressSet, doubt: Gap | null): Meaning => {
    const certain = addressSet.unionAll([base.certain, platform, prefixes])
    return meaning(
      certain,
      base.hasOutside ? addressSet.union(certain, notInternet) : certain,
      doubt,
    )
  }
  const unread = subnet.routeTable && unreadTableGap(subnet.routeTable, world)
  // Whatever such a table's routes are for counts as the virtual network.
  if (unread)
    return {
      usual: meaningWith(addressSet.empty, unread),
      withDefaultRoute: meaningWith(addressSet.all, unread),
    }
  if (addressSet.equal(routed, others))
    return { usual: meaningWith(routed, null), withDefaultRoute: null }
  const doubt = gap(
    'virtual-network-tag-default-route',
    'a user-defined default route may make the tag VirtualNetwork mean every address',
    table?.at ?? subnet.at,
    subnet.routeTable?.key,
  )
  return { usual: meaningWith(others, doubt), withDefaultRoute: meaningWith(routed, doubt) }
}

/** The addresses of a network and its peers; `hasOutside` where a gateway may lead to networks that no document names. */
export function networkSpace(
  network: VirtualNetwork,
  { draft }: World,
): { readonly certain: AddressSet; readonly hasOutside: boolean } {
  const open = network.peerings.filter(({ isOpen }) => isOpen)
  const spaces = open.map(({ remote, remoteSpace }) => {
    const other = remote && draft.all(virtualNetworks).get(remote.key)
    return { space: other?.space ?? remoteSpace, isKnown: other != null || remoteSpace !== null }
  })
  return {
    certain: addressSet.unionAll([
      network.space,
      ...spaces.flatMap(({ space }) => (space ? [space] : [])),
    ]),
    hasOutside:
      spaces.some(({ isKnown }) => !isKnown) ||
      open.some(({ usesRemoteGateways }) => usesRemoteGateways) ||
      network.subnets.some((key) => key.endsWith('/gatewaysubnet')),
  }
}

interface RoutedPrefixes {
  readonly all: AddressSet
  /** Without those that are, alone or together, a default route. */
  readonly others: AddressSet
}
const noRoutes: RoutedPrefixes = { all: addressSet.empty, others: addressSet.empty }

/** A default route of a family: the largest prefixes, as many as it takes to cover the public addresses. */
function routedPrefixes(table: RouteTable): RoutedPrefixes {
  const sets = table.routes.flatMap(({ prefix }) => {
    const set = prefix && addressSet.parseAddresses(prefix.value)
    return set ? [set] : []
  })
  const families = [addressSet.allIp4, addressSet.allIp6].map((family) => {
    const own = sets.map((set) => addressSet.intersect(set, family)).toSorted(largestFirst)
    const wanted = addressSet.intersect(internet, family)
    const whole = addressSet.unionAll(own)
    if (!addressSet.isSubset(wanted, whole)) return { all: whole, others: whole }
    let covered = addressSet.empty
    const rest = own.filter((set) => {
      if (addressSet.isSubset(wanted, covered)) return true
      covered = addressSet.union(covered, set)
      return false
    })
    return { all: whole, others: addressSet.unionAll(rest) }
  })
  return {
    all: addressSet.unionAll(families.map(({ all }) => all)),
    others: addressSet.unionAll(families.map(({ others }) => others)),
  }
}

function largestFirst(a: AddressSet, b: AddressSet): number {
  const [x, y] = [addressSet.size(a), addressSet.size(b)]
  return y.v4 - x.v4 || (y.v6 > x.v6 ? 1 : y.v6 < x.v6 ? -1 : 0)
}
