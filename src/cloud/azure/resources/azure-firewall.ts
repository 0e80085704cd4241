/** Azure Firewalls with their own NAT rules: `az network firewall list`. */
import { type Address, parseAddress } from '../../../model/address.ts'
import type { Placed } from '../element.ts'
import {
  child,
  children,
  type Element,
  has,
  type Reference,
  reference,
  text,
  texts,
} from '../element.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'

/** One DNAT rule: what arrives at one of the destinations goes on to the translated address and port. */
export interface NatRule {
  readonly name: string
  readonly protocols: readonly string[]
  readonly sources: readonly Placed<string>[]
  readonly sourceGroups: readonly Placed<string>[]
  readonly destinations: readonly Placed<string>[]
  readonly destinationPorts: readonly Placed<string>[]
  readonly translatedAddress: string | null
  readonly translatedFqdn: string | null
  readonly translatedPort: string | null
  readonly element: Element
}
export interface AzureFirewall extends Identity {
  readonly subnets: readonly Reference[]
  readonly publicAddresses: readonly Reference[]
  /** Of a firewall in a virtual hub, which prints its addresses itself. */
  readonly hubAddresses: readonly Address[]
  readonly isInHub: boolean
  readonly policy: Reference | null
  readonly natRules: readonly NatRule[]
}

export const azureFirewalls: ResourceKind<AzureFirewall> = {
  collection: 'azure-firewalls',
  types: ['microsoft.network/azurefirewalls'],
  read: (element, identity) => {
    const policy = reference(element, 'firewallPolicy')
    if (!has(element, 'ipConfigurations') && !has(element, 'virtualHub') && !policy)
      return withoutDetails(element, 'Azure Firewall', '`az network firewall list`')
    const configurations = children(element, 'ipConfigurations')
    const hub = child(element, 'hubIPAddresses')
    const hubPublic = hub && child(hub, 'publicIPs')
    return {
      ...identity,
      subnets: configurations.flatMap((one) => reference(one, 'subnet') ?? []),
      publicAddresses: configurations.flatMap((one) => reference(one, 'publicIPAddress') ?? []),
      hubAddresses: hubPublic
        ? children(hubPublic, 'addresses').flatMap(
            (one) => parseAddress(text(one, 'address') ?? '') ?? [],
          )
        : [],
      isInHub: reference(element, 'virtualHub') !== null,
      policy,
      natRules: children(element, 'natRuleCollections').flatMap((collection) =>
        isDestinationNat(collection) ? children(collection, 'rules').map(readNatRule) : [],
      ),
    }
  },
}

const isDestinationNat = (collection: Element): boolean => {
  const action = child(collection, 'action')
  return (action && text(action, 'type'))?.toLowerCase() !== 'snat'
}

/** The classic form says `protocols`, a policy's says `ipProtocols`. */
export const readNatRule = (element: Element): NatRule => ({
  name: text(element, 'name') ?? '',
  protocols: [...texts(element, 'protocols'), ...texts(element, 'ipProtocols')].map(({ value }) =>
    value.toLowerCase(),
  ),
  sources: texts(element, 'sourceAddresses'),
  sourceGroups: texts(element, 'sourceIpGroups'),
  destinations: texts(element, 'destinationAddresses'),
  destinationPorts: texts(element, 'destinationPorts'),
  translatedAddress: text(element, 'translatedAddress'),
  translatedFqdn: text(element, 'translatedFqdn'),
  translatedPort: texts(element, 'translatedPort')[0]?.value ?? null,
  element,
})
