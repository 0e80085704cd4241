/** Network interfaces: `az network nic list`, and those of scale set instances: `az vmss nic list`. */
import { type Address, parseAddress } from '../../../model/address.ts'
import { gap } from '../../../model/gap.ts'
import type { ArmKey } from '../arm-id.ts'
import {
  children,
  type Element,
  has,
  type Reference,
  reference,
  references,
  text,
  truth,
} from '../element.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'

export interface IpConfiguration {
  readonly key: ArmKey
  readonly at: Element['at']
  readonly family: 4 | 6
  readonly isPrimary: boolean
  /** Null where it is not printed: the interface of a scale set's model. */
  readonly privateAddress: Address | null
  readonly subnet: Reference | null
  readonly publicAddress: Reference | null
  /** It has a public address by its scale set's model; which one is said elsewhere. */
  readonly expectsPublicAddress: boolean
  readonly balancerPools: readonly Reference[]
  readonly inboundNatRules: readonly Reference[]
  readonly inboundNatPools: readonly Reference[]
  readonly gatewayPools: readonly Reference[]
  readonly applicationSecurityGroups: readonly ArmKey[]
  /** A gateway load balancer that the traffic of this configuration is sent through. */
  readonly gatewayBalancer: Reference | null
}
export interface NetworkInterface extends Identity {
  readonly networkSecurityGroup: Reference | null
  readonly virtualMachine: Reference | null
  readonly ipConfigurations: readonly IpConfiguration[]
}

const read: ResourceKind<NetworkInterface>['read'] = (element, identity) => {
  if (!has(element, 'ipConfigurations'))
    return withoutDetails(element, 'network interface', '`az network nic list`')
  return {
    ...identity,
    networkSecurityGroup: reference(element, 'networkSecurityGroup'),
    virtualMachine: reference(element, 'virtualMachine'),
    ipConfigurations: children(element, 'ipConfigurations').map((one, i) =>
      readIpConfiguration(
        one,
        `${identity.key}/ipconfigurations/${(text(one, 'name') ?? `${i}`).toLowerCase()}`,
      ),
    ),
  }
}

export const networkInterfaces: ResourceKind<NetworkInterface> = {
  collection: 'network-interfaces',
  types: ['microsoft.network/networkinterfaces'],
  read,
}
/** Not in the list of network interfaces, so that a list of those says nothing about these. */
export const scaleSetInterfaces: ResourceKind<NetworkInterface> = {
  collection: 'scale-set-network-interfaces',
  isPart: true,
  types: ['microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces'],
  read,
}

/** `fallback` is the key where none is printed (a scale set's model). */
export function readIpConfiguration(element: Element, fallback: ArmKey): IpConfiguration {
  const version = text(element, 'privateIPAddressVersion')
  const printed = text(element, 'privateIPAddress')
  const address = printed === null ? null : parseAddress(printed)
  if (address === undefined)
    element.note(gap('bad-address', `not an IP address: ${JSON.stringify(printed)}`, element.at))
  return {
    key: text(element, 'id')?.toLowerCase() ?? fallback,
    at: element.at,
    family: address?.family ?? (version?.toLowerCase() === 'ipv6' ? 6 : 4),
    isPrimary: truth(element, 'primary') === true,
    privateAddress: address ?? null,
    subnet: reference(element, 'subnet'),
    publicAddress: reference(element, 'publicIPAddress'),
    expectsPublicAddress: has(element, 'publicIPAddressConfiguration'),
    balancerPools: references(element, 'loadBalancerBackendAddressPools'),
    inboundNatRules: references(element, 'loadBalancerInboundNatRules'),
    inboundNatPools: references(element, 'loadBalancerInboundNatPools'),
    gatewayPools: references(element, 'applicationGatewayBackendAddressPools'),
    applicationSecurityGroups: references(element, 'applicationSecurityGroups').map(
      ({ key }) => key,
    ),
    gatewayBalancer: reference(element, 'gatewayLoadBalancer'),
  }
}
