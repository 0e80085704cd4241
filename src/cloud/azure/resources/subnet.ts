/** Subnets, inside their virtual network or listed alone: `az network vnet subnet list`. */
import * as addressSet from '../../../model/address-set.ts'
import { gap } from '../../../model/gap.ts'
import { type ArmKey, parentOf } from '../arm-id.ts'
import { children, type Element, type Reference, reference, references, texts } from '../element.ts'
import type { Identity, ResourceKind } from '../resource-kind.ts'

export interface Subnet extends Identity {
  readonly network: ArmKey
  readonly prefix: addressSet.AddressSet
  readonly networkSecurityGroup: Reference | null
  readonly routeTable: Reference | null
  /** Configurations of interfaces and fronts that the subnet says are in it. */
  readonly members: readonly ArmKey[]
  readonly isDelegated: boolean
}

export const subnets: ResourceKind<Subnet> = {
  collection: 'subnets',
  isPart: true,
  types: ['microsoft.network/virtualnetworks/subnets'],
  read: (element, identity) => readSubnet(element, identity),
}

export function readSubnet(element: Element, identity: Identity): Subnet {
  const prefixes = [...texts(element, 'addressPrefix'), ...texts(element, 'addressPrefixes')]
  return {
    ...identity,
    network: parentOf(identity.key),
    prefix: addressSet.unionAll(
      prefixes.flatMap(({ value, at }) => {
        const set = addressSet.parseAddresses(value)
        if (set) return [set]
        element.note(gap('bad-cidr', `not an address or prefix: ${JSON.stringify(value)}`, at))
        return []
      }),
    ),
    networkSecurityGroup: reference(element, 'networkSecurityGroup'),
    routeTable: reference(element, 'routeTable'),
    members: [
      ...references(element, 'ipConfigurations'),
      ...references(element, 'ipConfigurationProfiles'),
    ].map(({ key }) => key),
    isDelegated: children(element, 'delegations').length > 0,
  }
}
