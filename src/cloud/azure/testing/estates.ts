/** For tests: estates of the commoner kinds. */
import type { JsonObject } from '../../decode.ts'
import {
  configuration,
  id,
  lb,
  machine,
  network,
  nic,
  nsg,
  other,
  pip,
  reference,
  rule,
  subnet,
  vnet,
} from './documents.ts'

export const open = (port: string, rest: JsonObject = {}): JsonObject =>
  rule(100, { destinationPortRange: port, ...rest })

export function balancingRule(rest: JsonObject = {}): JsonObject {
  return {
    name: 'http',
    protocol: 'Tcp',
    frontendPort: 80,
    backendPort: 8080,
    frontendIPConfiguration: reference(network.frontend('lb')),
    backendAddressPool: reference(network.pool('lb')),
    ...rest,
  }
}
export function balanced({
  rules = [open('8080', { sourceAddressPrefix: '0.0.0.0/0' })],
  sku = 'Standard',
  balancer = {},
  isMember = true,
}: {
  readonly rules?: readonly JsonObject[] | null
  readonly sku?: string
  readonly balancer?: JsonObject
  readonly isMember?: boolean
}): readonly JsonObject[] {
  return [
    ...machine(rules ? { nic: rules } : {}, {
      configuration: {
        publicIPAddress: null,
        loadBalancerBackendAddressPools: isMember ? [reference(network.pool('lb'))] : [],
      },
    }).filter(({ name, type }) => !(name === 'web' && String(type).endsWith('publicIPAddresses'))),
    pip('front', '20.0.0.9', { sku: { name: sku } }),
    lb('lb', {
      sku: { name: sku, tier: 'Regional' },
      backendAddressPools: [
        {
          name: 'pool',
          id: network.pool('lb'),
          backendIPConfigurations: [reference(network.configuration('web').toUpperCase())],
        },
      ],
      loadBalancingRules: [balancingRule()],
      ...balancer,
    }),
  ]
}

export function behindGateway(rules: readonly JsonObject[]): readonly JsonObject[] {
  const part = (kind: string, name: string) =>
    id(`Microsoft.Network/applicationGateways/${kind}`, 'gw', name)
  return [
    nsg('nic-nsg', rules),
    vnet('vnet', [subnet('default'), subnet('gateway', { addressPrefix: '10.0.1.0/24' })]),
    nic(
      'web',
      [
        configuration('web', '10.0.0.4', {
          applicationGatewayBackendAddressPools: [reference(part('backendAddressPools', 'pool'))],
        }),
      ],
      { networkSecurityGroup: reference(network.nsg('nic-nsg')) },
    ),
    pip('gw', '20.0.0.7'),
    other('Microsoft.Network/applicationGateways', 'gw', {
      gatewayIPConfigurations: [{ name: 'gw', subnet: reference(network.subnet('gateway')) }],
      frontendIPConfigurations: [
        {
          name: 'public',
          id: part('frontendIPConfigurations', 'public'),
          publicIPAddress: reference(network.pip('gw')),
        },
      ],
      frontendPorts: [{ name: 'https', id: part('frontendPorts', 'https'), port: 443 }],
      httpListeners: [
        {
          name: 'https',
          id: part('httpListeners', 'https'),
          protocol: 'Https',
          frontendIPConfiguration: reference(part('frontendIPConfigurations', 'public')),
          frontendPort: reference(part('frontendPorts', 'https')),
        },
      ],
      backendAddressPools: [
        { name: 'pool', id: part('backendAddressPools', 'pool'), backendAddresses: [] },
      ],
      backendHttpSettingsCollection: [
        {
          name: 'http',
          id: part('backendHttpSettingsCollection', 'http'),
          port: 8080,
          protocol: 'Http',
        },
      ],
      requestRoutingRules: [
        {
          name: 'all',
          ruleType: 'Basic',
          httpListener: reference(part('httpListeners', 'https')),
          backendAddressPool: reference(part('backendAddressPools', 'pool')),
          backendHttpSettings: reference(part('backendHttpSettingsCollection', 'http')),
        },
      ],
    }),
  ]
}

const natRule: JsonObject = {
  name: 'ssh',
  sourceAddresses: ['8.8.8.0/24'],
  destinationAddresses: ['20.0.0.8'],
  destinationPorts: ['2222'],
  translatedAddress: '10.0.0.4',
  translatedPort: '22',
}
export const natCollections: JsonObject = {
  natRuleCollections: [
    {
      name: 'in',
      priority: 100,
      action: { type: 'Dnat' },
      rules: [{ ...natRule, protocols: ['TCP'] }],
    },
  ],
}
export function behindFirewall({
  firewall,
  policy = false,
}: {
  readonly firewall?: JsonObject
  readonly policy?: boolean
}): readonly JsonObject[] {
  const group = id('Microsoft.Network/firewallPolicies/ruleCollectionGroups', 'policy', 'in')
  return [
    nsg('nic-nsg', [rule(100, { destinationPortRange: '22', sourceAddressPrefix: '10.0.1.0/26' })]),
    vnet('vnet', [
      subnet('default'),
      subnet('AzureFirewallSubnet', { addressPrefix: '10.0.1.0/26' }),
    ]),
    nic('web', [configuration('web', '10.0.0.4')], {
      networkSecurityGroup: reference(network.nsg('nic-nsg')),
    }),
    pip('fw', '20.0.0.8'),
    ...(firewall
      ? [
          other('Microsoft.Network/azureFirewalls', 'fw', {
            ipConfigurations: [
              {
                name: 'fw',
                subnet: reference(network.subnet('AzureFirewallSubnet')),
                publicIPAddress: reference(network.pip('fw')),
              },
            ],
            ...firewall,
          }),
        ]
      : []),
    ...(policy
      ? [
          {
            id: group,
            name: 'in',
            type: 'Microsoft.Network/firewallPolicies/ruleCollectionGroups',
            priority: 100,
            ruleCollections: [
              {
                ruleCollectionType: 'FirewallPolicyNatRuleCollection',
                action: { type: 'DNAT' },
                rules: [{ ...natRule, ruleType: 'NatRule', ipProtocols: ['TCP'] }],
              },
            ],
          },
        ]
      : []),
  ]
}

const manager = 'Microsoft.Network/networkManagers'
const networkGroup = id(`${manager}/networkGroups`, 'avnm', 'all')
export const member: JsonObject = {
  id: `${networkGroup}/staticMembers/vnet`,
  name: 'vnet',
  type: `${manager}/networkGroups/staticMembers`,
  resourceId: network.vnet('vnet'),
}
export function adminRule(access: string, destinationPortRanges: readonly string[]): JsonObject {
  return {
    id: id(
      `${manager}/securityAdminConfigurations/ruleCollections/rules`,
      'avnm',
      'config',
      'all',
      access,
    ),
    name: access,
    kind: 'Custom',
    access,
    priority: 10,
    protocol: 'Tcp',
    direction: 'Inbound',
    sources: [{ addressPrefix: '0.0.0.0/0', addressPrefixType: 'IPPrefix' }],
    destinations: [{ addressPrefix: '*', addressPrefixType: 'IPPrefix' }],
    sourcePortRanges: ['0-65535'],
    destinationPortRanges,
    ruleCollectionAppliesToGroups: [{ networkGroupId: networkGroup }],
  }
}
