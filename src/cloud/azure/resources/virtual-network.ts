/** Virtual networks with their subnets and peerings: `az network vnet list`. */
import * as addressSet from '../../../model/address-set.ts'
import { gap } from '../../../model/gap.ts'
import type { ArmKey } from '../arm-id.ts'
import {
  child,
  children,
  type Element,
  has,
  type Reference,
  reference,
  text,
  texts,
  truth,
} from '../element.ts'
import { type Identity, identityOf, type ResourceKind, withoutDetails } from '../resource-kind.ts'
import { readSubnet, subnets } from './subnet.ts'

export interface Peering {
  readonly remote: Reference | null
  /** The other network's addresses as this side knows them; null where they are not printed. */
  readonly remoteSpace: addressSet.AddressSet | null
  /** Traffic goes to and fro, and the other network counts as `VirtualNetwork`. */
  readonly isOpen: boolean
  readonly usesRemoteGateways: boolean
}
export interface VirtualNetwork extends Identity {
  readonly space: addressSet.AddressSet
  readonly peerings: readonly Peering[]
  readonly subnets: readonly ArmKey[]
}

export const virtualNetworks: ResourceKind<VirtualNetwork> = {
  collection: 'virtual-networks',
  types: ['microsoft.network/virtualnetworks'],
  read: (element, identity, draft) => {
    if (!has(element, 'addressSpace') && !has(element, 'subnets'))
      return withoutDetails(element, 'virtual network', '`az network vnet list`')
    const inside = children(element, 'subnets').map((one) => {
      const id = text(one, 'id') ?? `${identity.id}/subnets/${text(one, 'name') ?? ''}`
      const own = identityOf(one, id, id.toLowerCase())
      draft.put(subnets, readSubnet(one, { ...own, region: identity.region }))
      return own.key
    })
    return {
      ...identity,
      space: readSpace(element, 'addressSpace') ?? addressSet.empty,
      peerings: children(element, 'virtualNetworkPeerings').map(readPeering),
      subnets: inside,
    }
  },
}

function readPeering(element: Element): Peering {
  const state = text(element, 'peeringState')?.toLowerCase()
  return {
    remote: reference(element, 'remoteVirtualNetwork'),
    remoteSpace:
      readSpace(element, 'remoteVirtualNetworkAddressSpace') ??
      readSpace(element, 'remoteAddressSpace'),
    isOpen:
      (state === undefined || state === 'connected') &&
      truth(element, 'allowVirtualNetworkAccess') !== false,
    usesRemoteGateways: truth(element, 'useRemoteGateways') === true,
  }
}

function readSpace(element: Element, field: string): addressSet.AddressSet | null {
  const space = child(element, field)
  if (!space) return null
  return addressSet.unionAll(
    texts(space, 'addressPrefixes').flatMap((prefix) => readNetworkPrefix(prefix, element)),
  )
}

export function readNetworkPrefix(
  prefix: { readonly value: string; readonly at: Element['at'] },
  { note }: Element,
): readonly addressSet.AddressSet[] {
  const set = addressSet.parseAddresses(prefix.value)
  if (set) return [set]
  note(gap('bad-cidr', `not an address or prefix: ${JSON.stringify(prefix.value)}`, prefix.at))
  return []
}
