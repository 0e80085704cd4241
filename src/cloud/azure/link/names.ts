/**
 * What service tags mean. `VirtualNetwork` and `Internet` differ from subnet to subnet; other tags come from Microsoft's
 * file, and without it they may be anybody.
 */

import type { AddressSet } from '../../../model/address-set.ts'
import * as addressSet from '../../../model/address-set.ts'
import { exactly, unknownAddresses } from '../../../model/bounds.ts'
import type { NamedSet } from '../../../model/estate.ts'
import { gap } from '../../../model/gap.ts'
import { internet, notInternet } from '../../../model/public-space.ts'
import { type RouteTable, routeTables } from '../resources/route-table.ts'
import { type Subnet, subnets } from '../resources/subnet.ts'
import { type VirtualNetwork, virtualNetworks } from '../resources/virtual-network.ts'
import type { World } from './world.ts'

/**
 * The tag `AzureLoadBalancer` is 168.63.129.16, Azure's own address for probes, DHCP and DNS, which `VirtualNetwork` holds
 * as well. It lies in public space, but nobody on the internet sends with it: as a source of these tags it is left out.
 */
const platform = addressSet.empty

export function nameSets(world: World): void {
  const { names, draft } = world
  names.set('azureloadbalancer', { set: exactly(platform), gap: null })
  // Where the subnet is not known: public addresses are certainly no virtual network's, unless a route makes them so.
  names.set('virtualnetwork', {
    set: { certain: addressSet.empty, possible: notInternet },
    gap: null,
  })
  names.set('internet', { set: { certain: internet, possible: addressSet.all }, gap: null })
  for (const [name, { spelled, at }] of draft.tagsUsed)
    if (!names.has(name)) names.set(name, tagSet(name, spelled, at, world))
  const known = new Map<string, { network: NamedSet; internet: NamedSet }>()
  for (const subnet of draft.all(subnets).values()) {
    const key = `${subnet.network}|${subnet.routeTable?.key ?? ''}|${draft.all(virtualNetworks).has(subnet.network) ? '' : subnet.key}`
    const sets = known.get(key) ?? networkSets(subnet, world)
    known.set(key, sets)
    names.set(`${subnet.key}|virtualnetwork`, sets.network)
    names.set(`${subnet.key}|internet`, sets.internet)
  }
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

function networkSets(subnet: Subnet, world: World): { network: NamedSet; internet: NamedSet } {
  const { draft } = world
  const network = draft.all(virtualNetworks).get(subnet.network)
  const table = subnet.routeTable && draft.all(routeTables).get(subnet.routeTable.key)
  const routed = table ? routedPrefixes(table) : addressSet.empty
  const isDefault =
    addressSet.isSubset(addressSet.onlyIp4(internet), routed) ||
    addressSet.isSubset(addressSet.onlyIp6(internet), routed)
  const base = network ? networkSpace(network, world) : { certain: subnet.prefix, hasOutside: true }
  const certain = addressSet.unionAll([
    base.certain,
    platform,
    isDefault ? addressSet.empty : routed,
  ])
  const mayHold = base.hasOutside ? addressSet.union(certain, notInternet) : certain
  return {
    network: {
      set: { certain, possible: isDefault ? addressSet.union(mayHold, routed) : mayHold },
      gap: isDefault
        ? gap(
            'virtual-network-tag-default-route',
            'a user-defined default route may make the tag VirtualNetwork mean every address',
            table?.at ?? subnet.at,
            subnet.routeTable?.key,
          )
        : null,
    },
    // Azure publishes no case in which a default route takes public addresses out of the tag Internet: it stays certain.
    internet: {
      set: {
        certain: addressSet.subtract(addressSet.all, mayHold),
        possible: addressSet.subtract(addressSet.all, certain),
      },
      gap: null,
    },
  }
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

const routedPrefixes = (table: RouteTable): AddressSet =>
  addressSet.unionAll(
    table.routes.flatMap(({ prefix }) => {
      const set = prefix && addressSet.parseAddresses(prefix.value)
      return set ? [set] : []
    }),
  )
