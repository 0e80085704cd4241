import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { solve } from '../../exposure/solve.ts'
import { formatAddress } from '../../model/address.ts'
import { intersect, toCidrs } from '../../model/address-set.ts'
import type { Estate } from '../../model/estate.ts'
import { formatPorts } from '../../model/port-set.ts'
import { clientsOf, defaultThresholds, isOpen } from '../../model/public-space.ts'
import type { JsonObject } from '../decode.ts'
import {
  documentsOf,
  id,
  machine,
  network,
  nsg,
  other,
  pip,
  readAll,
  reference,
  rule,
  shapes,
  subnet,
  vnet,
} from './testing/documents.ts'
import {
  adminRule,
  balanced,
  balancingRule,
  behindFirewall,
  behindGateway,
  member,
  natCollections,
  open,
} from './testing/estates.ts'

/**
 * `web 20.0.0.4 tcp 22 reachable`: every exposure in one line, sources named where they are not the whole internet. What
 * is open but unreachable is told of targets that have nothing else.
 */
function answers(estate: Estate, only: 'tcp and udp' | 'all' = 'tcp and udp'): readonly string[] {
  const exposures = solve(estate)
  const told = new Set(
    exposures
      .filter(({ verdict }) => verdict !== 'open-but-unreachable')
      .map(({ target }) => target.key),
  )
  return exposures
    .filter(({ target, verdict }) => verdict !== 'open-but-unreachable' || !told.has(target.key))
    .filter(({ transport }) => only === 'all' || transport === 'tcp' || transport === 'udp')
    .map((one) => {
      const ports = formatPorts(one.ports)
      const behind = formatPorts(one.targetPorts)
      const sources = isOpen(one.sources, defaultThresholds)
        ? ''
        : ` from ${toCidrs(intersect(one.sources, clientsOf('azure'))).join()}`
      return [
        one.target.name,
        one.entry.addresses.map(formatAddress).join() || '-',
        one.transport,
        ports === behind ? ports : `${ports}>${behind}`,
        one.verdict +
          (one.certainty === 'possible' && one.verdict !== 'unknown' ? '?' : '') +
          sources,
      ].join(' ')
    })
    .sort()
}

interface Row {
  readonly name: string
  readonly given: readonly JsonObject[]
  readonly expected: readonly string[]
}
const v6 = 'web - tcp'

const rows: readonly Row[] = [
  {
    name: 'a group on the interface opens a port of its own public address',
    given: machine({ nic: [open('21')] }),
    expected: ['web 20.0.0.4 tcp 21 reachable'],
  },
  {
    name: 'single and several port ranges are merged',
    given: machine({
      nic: [
        rule(100, {
          destinationPortRange: '20-25',
          destinationPortRanges: ['3389', '8080-8081'],
          sourceAddressPrefix: '0.0.0.0/0',
        }),
      ],
    }),
    expected: ['web 20.0.0.4 tcp 20-25, 3389, 8080-8081 reachable'],
  },
  {
    name: 'members that are null are no ranges',
    given: machine({
      nic: [
        rule(100, {
          destinationPortRange: null,
          destinationPortRanges: ['22'],
          sourceAddressPrefix: null,
          sourceAddressPrefixes: ['8.8.8.0/24', '9.9.9.9'],
        }),
      ],
    }),
    expected: ['web 20.0.0.4 tcp 22 reachable from 8.8.8.0/24,9.9.9.9/32'],
  },
  ...['TCP', 'tcp', 'Tcp'].map((protocol) => ({
    name: `protocol ${protocol}`,
    given: machine({ nic: [open('21', { protocol, sourceAddressPrefix: '0.0.0.0/0' })] }),
    expected: ['web 20.0.0.4 tcp 21 reachable'],
  })),
  ...['*', 'Any', 'any', 'Internet', 'INTERNET'].map((sourceAddressPrefix) => ({
    name: `source ${sourceAddressPrefix} is both families of the internet`,
    given: machine({ nic: [open('21', { sourceAddressPrefix })] }),
    expected: ['web 20.0.0.4 tcp 21 reachable'],
  })),
  {
    name: 'source ::/0 is only IPv6',
    given: machine({ nic: [open('21', { sourceAddressPrefix: '::/0' })] }),
    expected: [`${v6} 21 open-but-unreachable`],
  },
  {
    name: 'two halves in one rule are the whole internet',
    given: machine({
      nic: [
        open('21', {
          sourceAddressPrefix: '',
          sourceAddressPrefixes: ['0.0.0.0/1', '128.0.0.0/1'],
        }),
      ],
    }),
    expected: ['web 20.0.0.4 tcp 21 reachable'],
  },
  {
    name: 'a deny before the allow wins, for the sources that it speaks of',
    given: machine({
      nic: [
        rule(100, {
          access: 'Deny',
          sourceAddressPrefix: '10.0.0.0/8',
          destinationPortRange: '22',
        }),
        rule(200, { destinationPortRange: '22', sourceAddressPrefix: '0.0.0.0/0' }),
      ],
    }),
    expected: ['web 20.0.0.4 tcp 22 reachable'],
  },
  {
    name: 'a deny of everybody before the allow closes the port',
    given: machine({
      nic: [
        rule(100, { access: 'Deny', destinationPortRange: '22' }),
        rule(200, { destinationPortRange: '22' }),
      ],
    }),
    expected: [],
  },
  {
    name: 'both groups must allow: what one admits and the other stops is blocked',
    given: machine({
      nic: [open('22', { sourceAddressPrefix: '0.0.0.0/0' })],
      subnet: [open('80', { sourceAddressPrefix: '0.0.0.0/0' })],
    }),
    expected: ['web 20.0.0.4 tcp 22, 80 blocked'],
  },
  {
    name: 'both groups allow',
    given: machine({
      nic: [open('20-25', { sourceAddressPrefix: '0.0.0.0/0' })],
      subnet: [open('22', { sourceAddressPrefix: '0.0.0.0/0' })],
    }),
    expected: ['web 20.0.0.4 tcp 20-21, 23-25 blocked', 'web 20.0.0.4 tcp 22 reachable'],
  },
  {
    name: 'no group, Standard address: closed',
    given: machine({}),
    expected: [],
  },
  {
    name: 'no group, Basic address: open',
    given: machine({}, { sku: 'Basic' }),
    expected: ['web 20.0.0.4 tcp all reachable', 'web 20.0.0.4 udp all reachable'],
  },
  {
    name: 'a rule for another destination does not speak of this interface',
    given: machine({
      nic: [open('21', { sourceAddressPrefix: '0.0.0.0/0', destinationAddressPrefix: '10.0.0.5' })],
    }),
    expected: [],
  },
  {
    name: 'a rule for this destination, by tag and by address',
    given: machine({
      nic: [
        open('21', {
          sourceAddressPrefix: '0.0.0.0/0',
          destinationAddressPrefix: 'VirtualNetwork',
        }),
        rule(200, {
          sourceAddressPrefix: '0.0.0.0/0',
          destinationPortRange: '22',
          destinationAddressPrefixes: ['10.0.0.4', '10.9.9.9'],
          destinationAddressPrefix: null,
        }),
      ],
    }),
    expected: ['web 20.0.0.4 tcp 21-22 reachable'],
  },
  {
    name: 'an application security group as destination is its members',
    given: [
      ...machine(
        {
          nic: [
            open('21', {
              sourceAddressPrefix: '0.0.0.0/0',
              destinationAddressPrefix: '',
              destinationApplicationSecurityGroups: [reference(network.asg('web'))],
            }),
          ],
        },
        { configuration: { applicationSecurityGroups: [reference(network.asg('WEB'))] } },
      ),
      other('Microsoft.Network/applicationSecurityGroups', 'web', {}),
    ],
    expected: ['web 20.0.0.4 tcp 21 reachable'],
  },
  {
    name: 'tag AzureLoadBalancer and tag VirtualNetwork are no internet sources',
    given: machine({
      nic: [
        open('21', { sourceAddressPrefix: 'AzureLoadBalancer' }),
        rule(200, { destinationPortRange: '22', sourceAddressPrefix: 'VirtualNetwork' }),
      ],
    }),
    expected: [],
  },
  {
    name: 'another service tag is not known',
    given: machine({ nic: [open('21', { sourceAddressPrefix: 'AzureCloud' })] }),
    expected: ['web 20.0.0.4 tcp 21 unknown'],
  },
  {
    name: 'routes: next hop none',
    given: [
      ...machine(
        { nic: [open('21', { sourceAddressPrefix: '0.0.0.0/0' })] },
        { subnet: { routeTable: reference(network.routes('rt')) } },
      ),
      other('Microsoft.Network/routeTables', 'rt', {
        routes: [
          { name: 'low', addressPrefix: '0.0.0.0/1', nextHopType: 'None' },
          { name: 'high', addressPrefix: '128.0.0.0/1', nextHopType: 'None' },
        ],
      }),
    ],
    expected: ['web 20.0.0.4 tcp 21 open-but-unreachable'],
  },
  {
    name: 'routes: the longest prefix leads some replies to the internet',
    given: [
      ...machine(
        { nic: [open('21', { sourceAddressPrefix: '0.0.0.0/0' })] },
        { subnet: { routeTable: reference(network.routes('rt')) } },
      ),
      other('Microsoft.Network/routeTables', 'rt', {
        routes: [
          { name: 'default', addressPrefix: '0.0.0.0/0', nextHopType: 'None' },
          { name: 'office', addressPrefix: '8.8.8.0/24', nextHopType: 'Internet' },
        ],
      }),
    ],
    // The tag VirtualNetwork, which a default rule lets in, holds the prefixes of user-defined routes.
    expected: [
      'web 20.0.0.4 tcp 0-20, 22-65535 reachable from 8.8.8.0/24',
      'web 20.0.0.4 tcp 21 reachable from 8.8.8.0/24',
      'web 20.0.0.4 udp all reachable from 8.8.8.0/24',
    ],
  },
  {
    name: 'routes: an appliance may or may not answer',
    given: [
      ...machine(
        { nic: [open('21', { sourceAddressPrefix: '0.0.0.0/0' })] },
        { subnet: { routeTable: reference(network.routes('rt')) } },
      ),
      other('Microsoft.Network/routeTables', 'rt', {
        routes: [
          {
            name: 'default',
            addressPrefix: '0.0.0.0/0',
            nextHopType: 'VirtualAppliance',
            nextHopIpAddress: '10.0.9.4',
          },
        ],
      }),
    ],
    expected: [
      'web 20.0.0.4 tcp 0-20, 22-65535 unknown',
      'web 20.0.0.4 tcp 21 unknown',
      'web 20.0.0.4 udp all unknown',
    ],
  },
  {
    name: 'a NAT gateway does not close an own public address',
    given: [
      ...machine(
        { nic: [open('21', { sourceAddressPrefix: '0.0.0.0/0' })] },
        { subnet: { natGateway: reference(id('Microsoft.Network/natGateways', 'nat')) } },
      ),
      other('Microsoft.Network/natGateways', 'nat', {
        subnets: [reference(network.subnet('default'))],
      }),
    ],
    expected: ['web 20.0.0.4 tcp 21 reachable'],
  },
  {
    name: 'no public address: open but unreachable',
    given: machine(
      { nic: [open('21', { sourceAddressPrefix: '0.0.0.0/0' })] },
      { configuration: { publicIPAddress: null } },
    ),
    expected: ['web - tcp 21 open-but-unreachable'],
  },
  {
    name: 'a balancer maps front ports to backend ports, and the group sees the backend port',
    given: balanced({}),
    expected: ['web 20.0.0.9 tcp 80>8080 reachable'],
  },
  {
    name: 'a Standard balancer is closed without a group',
    given: balanced({ rules: null }),
    expected: [],
  },
  {
    name: 'a Basic balancer is open without a group',
    given: balanced({ rules: null, sku: 'Basic' }),
    expected: ['web 20.0.0.9 tcp 80>8080 reachable'],
  },
  {
    name: 'an inbound NAT rule leads to one interface',
    given: balanced({
      rules: [open('22', { sourceAddressPrefix: '0.0.0.0/0' })],
      balancer: {
        loadBalancingRules: [],
        inboundNatRules: [
          {
            name: 'ssh',
            protocol: 'Tcp',
            frontendPort: 50_022,
            backendPort: 22,
            frontendIPConfiguration: reference(network.frontend('lb')),
            backendIPConfiguration: reference(network.configuration('web')),
          },
        ],
      },
    }),
    expected: ['web 20.0.0.9 tcp 50022>22 reachable'],
  },
  {
    name: 'an inbound NAT rule for a pool spreads a range of front ports',
    given: balanced({
      rules: [open('3389', { sourceAddressPrefix: '0.0.0.0/0' })],
      balancer: {
        loadBalancingRules: [],
        inboundNatRules: [
          {
            name: 'rdp',
            protocol: 'Tcp',
            frontendPort: 0,
            frontendPortRangeStart: 500,
            frontendPortRangeEnd: 509,
            backendPort: 3389,
            frontendIPConfiguration: reference(network.frontend('lb')),
            backendAddressPool: reference(network.pool('lb')),
          },
        ],
      },
    }),
    expected: ['web 20.0.0.9 tcp 500-509>3389 reachable'],
  },
  {
    name: 'the port of a member of a NAT pool is exact where it is printed',
    given: balanced({
      rules: [open('3389', { sourceAddressPrefix: '0.0.0.0/0' })],
      balancer: {
        loadBalancingRules: [],
        backendAddressPools: [
          {
            name: 'pool',
            id: network.pool('lb'),
            loadBalancerBackendAddresses: [
              {
                name: 'a',
                networkInterfaceIPConfiguration: reference(network.configuration('web')),
                inboundNatRulesPortMapping: [
                  {
                    inboundNatRuleName: 'rdp',
                    frontendPort: 503,
                    backendPort: 3389,
                    protocol: 'Tcp',
                  },
                ],
              },
            ],
          },
        ],
        inboundNatRules: [
          {
            name: 'rdp',
            protocol: 'Tcp',
            frontendPortRangeStart: 500,
            frontendPortRangeEnd: 509,
            backendPort: 3389,
            frontendIPConfiguration: reference(network.frontend('lb')),
            backendAddressPool: reference(network.pool('lb')),
          },
        ],
      },
    }),
    expected: ['web 20.0.0.9 tcp 503>3389 reachable'],
  },
  {
    name: 'high availability ports pass every port as it is',
    given: balanced({
      rules: [open('21', { sourceAddressPrefix: '0.0.0.0/0' })],
      balancer: {
        loadBalancingRules: [balancingRule({ protocol: 'All', frontendPort: 0, backendPort: 0 })],
      },
    }),
    expected: ['web 20.0.0.9 tcp 21 reachable'],
  },
  {
    name: 'a floating address: a rule for the private address only may match',
    given: balanced({
      rules: [
        open('80', { sourceAddressPrefix: '0.0.0.0/0', destinationAddressPrefix: '10.0.0.4' }),
      ],
      balancer: {
        loadBalancingRules: [balancingRule({ backendPort: 80, enableFloatingIP: true })],
      },
    }),
    expected: ['web 20.0.0.9 tcp 80 unknown'],
  },
  {
    name: 'a pool by address finds the interface that has it',
    given: balanced({
      balancer: {
        backendAddressPools: [
          {
            name: 'pool',
            id: network.pool('lb'),
            loadBalancerBackendAddresses: [
              { name: 'a', ipAddress: '10.0.0.4', virtualNetwork: reference(network.vnet('vnet')) },
            ],
          },
        ],
      },
      isMember: false,
    }),
    expected: ['web 20.0.0.9 tcp 80>8080 reachable'],
  },
  {
    name: 'a cross-region balancer leads through a regional one',
    given: [
      ...balanced({}),
      other('Microsoft.Network/loadBalancers', 'global', {
        sku: { name: 'Standard', tier: 'Global' },
        frontendIPConfigurations: [
          {
            name: 'front',
            id: network.frontend('global'),
            publicIPAddress: reference(network.pip('anycast')),
          },
        ],
        backendAddressPools: [
          {
            name: 'pool',
            id: network.pool('global'),
            loadBalancerBackendAddresses: [
              {
                name: 'eu',
                loadBalancerFrontendIPConfiguration: reference(network.frontend('lb')),
              },
            ],
          },
        ],
        loadBalancingRules: [
          {
            name: 'http',
            protocol: 'Tcp',
            frontendPort: 80,
            backendPort: 80,
            enableFloatingIP: true,
            frontendIPConfiguration: reference(network.frontend('global')),
            backendAddressPool: reference(network.pool('global')),
          },
        ],
      }),
      pip('anycast', '20.0.0.99', { sku: { name: 'Standard', tier: 'Global' } }),
    ],
    expected: ['web 20.0.0.9 tcp 80>8080 reachable', 'web 20.0.0.99 tcp 80>8080 reachable'],
  },
  {
    name: 'a balancer that was not given leaves open what is behind it',
    given: balanced({}).filter(({ name }) => name !== 'lb'),
    expected: ['web - tcp 8080 unknown'],
  },
  {
    name: 'whatever the routes of the subnet behind: fronts may answer with addresses of their own',
    given: [
      ...balanced({
        rules: [
          open('8080', { sourceAddressPrefix: '8.0.0.0/8' }),
          rule(200, { access: 'Deny', protocol: '*', destinationPortRange: '*' }),
        ],
      })
        .filter(({ name }) => name !== 'lb')
        .map((one) =>
          one['name'] === 'vnet'
            ? vnet('vnet', [subnet('default', { routeTable: reference(network.routes('rt')) })])
            : one,
        ),
      other('Microsoft.Network/routeTables', 'rt', {
        routes: [{ name: 'away', addressPrefix: '8.0.0.0/8', nextHopType: 'None' }],
      }),
    ],
    expected: ['web - tcp 8080 unknown from 8.0.0.0/8'],
  },
  {
    name: 'an application gateway makes its own connection to the backend',
    given: behindGateway([]),
    expected: ['web 20.0.0.7 tcp 443>8080 reachable'],
  },
  {
    name: 'a backend that does not admit the gateway is not reached through it',
    given: behindGateway([open('8080', { access: 'Deny' })]),
    expected: [],
  },
  {
    name: 'an Azure Firewall translates address and port, for the sources of its rule',
    given: behindFirewall({ firewall: natCollections }),
    expected: ['web 20.0.0.8 tcp 2222>22 reachable from 8.8.8.0/24'],
  },
  {
    name: 'DNAT rules of a firewall policy are the same',
    given: behindFirewall({
      firewall: { firewallPolicy: reference(id('Microsoft.Network/firewallPolicies', 'policy')) },
      policy: true,
    }),
    expected: ['web 20.0.0.8 tcp 2222>22 reachable from 8.8.8.0/24'],
  },
  {
    name: 'a subnet named AzureFirewallSubnet without its firewall leaves open what it publishes',
    given: behindFirewall({}).map((one) =>
      one['name'] === 'nic-nsg'
        ? nsg('nic-nsg', [open('21', { sourceAddressPrefix: '0.0.0.0/0' })])
        : one,
    ),
    expected: ['web - tcp 21 unknown'],
  },
  {
    name: 'security admin rules: a deny ends before the groups',
    given: [
      ...machine({ nic: [open('20-25', { sourceAddressPrefix: '0.0.0.0/0' })] }),
      adminRule('Deny', ['22']),
      member,
    ],
    expected: ['web 20.0.0.4 tcp 20-21, 23-25 reachable', 'web 20.0.0.4 tcp 22 blocked'],
  },
  {
    name: 'security admin rules: AlwaysAllow opens what no group does',
    given: [...machine({ nic: [] }), adminRule('AlwaysAllow', ['22']), member],
    expected: ['web 20.0.0.4 tcp 22 reachable'],
  },
  {
    name: 'security admin rules: Allow leaves it to the groups',
    given: [
      ...machine({ nic: [open('22', { sourceAddressPrefix: '0.0.0.0/0' })] }),
      adminRule('Allow', ['21-22']),
      member,
    ],
    expected: ['web 20.0.0.4 tcp 22 reachable'],
  },
  {
    name: 'a public prefix that is the network’s own, or a peer’s, is nobody on the internet',
    given: machine({
      nic: [
        rule(100, {
          destinationPortRange: '21',
          sourceAddressPrefixes: ['20.1.2.0/25', '20.2.0.0/16'],
          sourceAddressPrefix: null,
        }),
      ],
    }).map((one) =>
      one['name'] === 'vnet'
        ? {
            ...one,
            addressSpace: { addressPrefixes: ['10.0.0.0/16', '20.1.0.0/16'] },
            virtualNetworkPeerings: [
              {
                name: 'peer',
                peeringState: 'Connected',
                allowVirtualNetworkAccess: true,
                remoteVirtualNetwork: reference(network.vnet('far')),
                remoteAddressSpace: { addressPrefixes: ['20.2.0.0/16'] },
              },
            ],
          }
        : one,
    ),
    expected: [],
  },
  {
    name: 'a route for a part of the network’s own prefix leads that part to the internet',
    given: [
      ...machine(
        { nic: [open('21', { sourceAddressPrefix: '20.1.0.0/16' })] },
        { subnet: { routeTable: reference(network.routes('rt')) } },
      ).map((one) =>
        one['name'] === 'vnet'
          ? { ...one, addressSpace: { addressPrefixes: ['10.0.0.0/16', '20.1.0.0/16'] } }
          : one,
      ),
      other('Microsoft.Network/routeTables', 'rt', {
        routes: [
          { name: 'wide', addressPrefix: '20.0.0.0/15', nextHopType: 'None' },
          { name: 'part', addressPrefix: '20.1.2.0/24', nextHopType: 'Internet' },
        ],
      }),
    ],
    // The tag VirtualNetwork, which a default rule lets in, holds the network's own prefixes too.
    expected: [
      'web 20.0.0.4 tcp all reachable from 20.1.2.0/24',
      'web 20.0.0.4 udp all reachable from 20.1.2.0/24',
    ],
  },
  {
    name: 'an address that is not allocated is no way in',
    given: machine({ nic: [open('21', { sourceAddressPrefix: '0.0.0.0/0' })] }).map((one) =>
      one['ipAddress'] === '20.0.0.4' ? { ...one, ipAddress: null } : one,
    ),
    expected: ['web - tcp 21 open-but-unreachable'],
  },
  {
    name: 'security admin rules are those of the only network that there is',
    given: [
      ...machine({ nic: [open('21-22', { sourceAddressPrefix: '0.0.0.0/0' })] }),
      adminRule('Deny', ['22']),
    ],
    expected: ['web 20.0.0.4 tcp 21 reachable', 'web 20.0.0.4 tcp 22 blocked'],
  },
  {
    name: 'security admin rules whose networks are not known may or may not deny',
    given: [
      ...machine({ nic: [open('21-22', { sourceAddressPrefix: '0.0.0.0/0' })] }),
      vnet('elsewhere', []),
      adminRule('Deny', ['22']),
    ],
    expected: ['web 20.0.0.4 tcp 21 reachable', 'web 20.0.0.4 tcp 22 unknown'],
  },
]

describe.each(shapes)('in documents of shape %s', (shape) => {
  test.each(rows)('$name', ({ given, expected }) => {
    expect(answers(readAll(documentsOf(given, shape)))).toEqual([...expected].sort())
  })
})

test('the answer is the same in every shape and every order of documents', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...rows),
      fc.constantFrom(...shapes),
      fc.integer({ min: 0, max: 1000 }),
      ({ given }, shape, turn) => {
        const parts = documentsOf(given, shape)
        const turned = parts
          .map((_, i) => parts[(i + turn) % parts.length])
          .filter((part) => part !== undefined)
        expect(answers(readAll(turned), 'all')).toEqual(
          answers(readAll(documentsOf(given, 'flattened')), 'all'),
        )
      },
    ),
    { numRuns: 200 },
  )
})
