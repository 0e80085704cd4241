import { describe, expect, test } from 'vitest'
import { solve } from '../../../exposure/solve.ts'
import { formatAddress } from '../../../model/address.ts'
import { toCidrs } from '../../../model/address-set.ts'
import { formatPorts } from '../../../model/port-set.ts'
import type { JsonObject } from '../../decode.ts'
import {
  configuration,
  documentsOf,
  id,
  lb,
  machine,
  network,
  nic,
  nsg,
  other,
  pip,
  readAll,
  reference,
  rule,
  subnet,
  vnet,
} from '../testing/documents.ts'
import {
  balanced,
  balancingRule,
  behindFirewall,
  behindGateway,
  natCollections,
  open,
} from '../testing/estates.ts'

/** What comes in over TCP by some public address, or may. */
const ways = (given: readonly JsonObject[]): readonly string[] =>
  solve(readAll(documentsOf(given, 'flattened')))
    .filter(({ transport, verdict }) => transport === 'tcp' && verdict !== 'open-but-unreachable')
    .map(
      (one) =>
        `${one.target.name} ${one.entry.addresses.map(formatAddress).join() || '-'} ${formatPorts(one.ports)}>${formatPorts(one.targetPorts)} ${one.verdict}`,
    )
    .sort()
const open4 = (port: string) => open(port, { sourceAddressPrefix: '0.0.0.0/0' })

describe('load balancers', () => {
  test('each frontend has its own rules', () => {
    const second = id('Microsoft.Network/loadBalancers/frontendIPConfigurations', 'lb', 'second')
    const given = balanced({
      rules: [open4('0-65535')],
      balancer: {
        frontendIPConfigurations: [
          {
            name: 'front',
            id: network.frontend('lb'),
            publicIPAddress: reference(network.pip('front')),
          },
          { name: 'second', id: second, publicIPAddress: reference(network.pip('second')) },
          { name: 'private', id: `${second}-private`, privateIPAddress: '10.0.0.9' },
        ],
        loadBalancingRules: [
          balancingRule(),
          balancingRule({
            name: 'ftp',
            frontendPort: 21,
            backendPort: 21,
            frontendIPConfiguration: reference(second),
          }),
          balancingRule({
            name: 'inside',
            frontendPort: 22,
            backendPort: 22,
            frontendIPConfiguration: reference(`${second}-private`),
          }),
        ],
      },
    })
    expect(ways([...given, pip('second', '20.0.0.10')])).toEqual([
      'web 20.0.0.10 21>21 reachable',
      'web 20.0.0.9 80>8080 reachable',
    ])
  })

  test('the rules that a NAT pool made for its instances stand for the pool', () => {
    const frontend = { frontendIPConfiguration: reference(network.frontend('lb')) }
    const natPool = id('Microsoft.Network/loadBalancers/inboundNatPools', 'lb', 'nat')
    const given = balanced({
      rules: [open4('22')],
      balancer: {
        loadBalancingRules: [],
        inboundNatPools: [
          {
            name: 'nat',
            id: natPool,
            protocol: 'Tcp',
            frontendPortRangeStart: 50_000,
            frontendPortRangeEnd: 50_099,
            backendPort: 22,
            ...frontend,
          },
        ],
        inboundNatRules: [
          {
            name: 'nat.3',
            protocol: 'Tcp',
            frontendPort: 50_003,
            backendPort: 22,
            backendIPConfiguration: reference(network.configuration('web')),
            ...frontend,
          },
        ],
      },
    }).map((one) =>
      one['name'] === 'web' && 'ipConfigurations' in one
        ? nic(
            'web',
            [
              configuration('web', '10.0.0.4', {
                loadBalancerInboundNatPools: [reference(natPool)],
              }),
            ],
            {
              networkSecurityGroup: reference(network.nsg('nic-nsg')),
            },
          )
        : one,
    )
    expect(ways(given)).toEqual(['web 20.0.0.9 50003>22 reachable'])
  })

  test('a rule may name several pools', () => {
    const [first, second] = ['pool', 'pool2'].map((name) => network.pool('lb', name))
    const given = balanced({
      balancer: {
        backendAddressPools: [
          { name: 'pool', id: first },
          { name: 'pool2', id: second },
        ],
        loadBalancingRules: [
          {
            ...balancingRule(),
            backendAddressPool: null,
            backendAddressPools: [first, second].map((one) => reference(one ?? '')),
          },
        ],
      },
      isMember: false,
    })
    const member = nic(
      'two',
      [
        configuration('two', '10.0.0.5', {
          loadBalancerBackendAddressPools: [reference(second ?? '')],
        }),
      ],
      {
        networkSecurityGroup: reference(network.nsg('nic-nsg')),
      },
    )
    expect(ways([...given, member])).toEqual(['two 20.0.0.9 80>8080 reachable'])
  })

  test('an address is looked for in the network of the pool', () => {
    const twin = nic('twin', [
      configuration('twin', '10.0.0.4', { subnet: reference(network.subnet('default', 'vnet2')) }),
    ])
    const given = balanced({
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
    })
    const others = [twin, vnet('vnet2', [subnet('default')])]
    expect(ways([...given, ...others])).toEqual(['web 20.0.0.9 80>8080 reachable'])
    expect(ways([...others, ...given])).toEqual(['web 20.0.0.9 80>8080 reachable'])
  })

  test('a frontend leads to members of its own family', () => {
    const both = nic(
      'web',
      [
        configuration('web', '10.0.0.4', {
          loadBalancerBackendAddressPools: [reference(network.pool('lb'))],
        }),
        configuration('web', 'fd00::4', {
          name: 'six',
          id: network.configuration('web', 'six'),
          primary: false,
          loadBalancerBackendAddressPools: [reference(network.pool('lb'))],
        }),
      ],
      { networkSecurityGroup: reference(network.nsg('nic-nsg')) },
    )
    const given = [
      nsg('nic-nsg', [open4('8080')]),
      vnet('vnet', [subnet('default')]),
      both,
      pip('front', '2a01::9', { publicIPAddressVersion: 'IPv6' }),
      lb('lb', {
        backendAddressPools: [{ name: 'pool', id: network.pool('lb') }],
        loadBalancingRules: [balancingRule()],
      }),
    ]
    // The rule lets in IPv4 only, and the frontend is IPv6.
    expect(ways(given)).toEqual([])
    const six = given.map((one) =>
      one['name'] === 'nic-nsg'
        ? nsg('nic-nsg', [
            open('8080', { sourceAddressPrefix: '::/0', destinationAddressPrefix: 'fd00::4' }),
          ])
        : one,
    )
    expect(ways(six)).toEqual(['web 2a01::9 80>8080 reachable'])
    const four = nsg('nic-nsg', [
      open('8080', { sourceAddressPrefix: '::/0', destinationAddressPrefix: '10.0.0.4' }),
    ])
    expect(ways(given.map((one) => (one['name'] === 'nic-nsg' ? four : one)))).toEqual([])
  })
})

describe('behind a proxy there may be an internal balancer', () => {
  const internal = lb('inner', {
    frontendIPConfigurations: [
      {
        name: 'front',
        id: network.frontend('inner'),
        privateIPAddress: '10.0.0.99',
        subnet: reference(network.subnet('default')),
      },
    ],
    backendAddressPools: [
      {
        name: 'pool',
        id: network.pool('inner'),
        backendIPConfigurations: [reference(network.configuration('web'))],
      },
    ],
    loadBalancingRules: [
      {
        name: 'ssh',
        protocol: 'Tcp',
        frontendPort: 2022,
        backendPort: 22,
        frontendIPConfiguration: reference(network.frontend('inner')),
        backendAddressPool: reference(network.pool('inner')),
      },
    ],
  })
  test('of a firewall', () => {
    const translated = JSON.parse(
      JSON.stringify(natCollections).replace('"10.0.0.4"', '"10.0.0.99"').replace('"22"', '"2022"'),
    )
    expect(ways([...behindFirewall({ firewall: translated }), internal])).toEqual([
      'web 20.0.0.8 2222>22 reachable',
    ])
  })
  test('of an application gateway', () => {
    const given = behindGateway([]).map((one): JsonObject => {
      if (!('httpListeners' in one)) return one
      const text = JSON.stringify(one)
        .replace('"backendAddresses":[]', '"backendAddresses":[{"ipAddress":"10.0.0.99"}]')
        .replace('"port":8080', '"port":2022')
      return JSON.parse(text)
    })
    expect(ways([...given, internal])).toContain('web 20.0.0.7 443>22 reachable')
  })
})

describe('firewalls', () => {
  const policy = id('Microsoft.Network/firewallPolicies', 'policy')
  const given = behindFirewall({ firewall: { firewallPolicy: reference(policy) } }).map((one) =>
    one['name'] === 'nic-nsg' ? nsg('nic-nsg', [open4('21')]) : one,
  )
  test('a policy whose rules were not given leaves open what it publishes', () => {
    expect(ways(given)).toEqual(['web - 21>21 unknown'])
  })
  test('a policy that says it has no rules publishes nothing', () => {
    const empty = other('Microsoft.Network/firewallPolicies', 'policy', {
      ruleCollectionGroups: [],
    })
    expect(ways([...given, empty])).toEqual([])
  })
  test('IP groups are the sources of a rule where they are known', () => {
    const group = id('Microsoft.Network/ipGroups', 'office')
    const collections = {
      natRuleCollections: [
        {
          name: 'in',
          action: { type: 'Dnat' },
          rules: [
            {
              name: 'ssh',
              protocols: ['TCP'],
              sourceAddresses: [],
              sourceIpGroups: [group],
              destinationAddresses: ['20.0.0.8'],
              destinationPorts: ['2222'],
              translatedAddress: '10.0.0.4',
              translatedPort: '22',
            },
          ],
        },
      ],
    }
    const estate = behindFirewall({ firewall: collections })
    expect(ways(estate)).toEqual(['web 20.0.0.8 2222>22 unknown'])
    const office = other('Microsoft.Network/ipGroups', 'office', { ipAddresses: ['8.8.8.0/24'] })
    expect(ways([...estate, office])).toEqual(['web 20.0.0.8 2222>22 reachable'])
    const [reached] = solve(readAll(documentsOf([...estate, office], 'rest'))).filter(
      ({ verdict }) => verdict === 'reachable',
    )
    expect(reached && toCidrs(reached.sources)).toEqual(['8.8.8.0/24'])
  })
})

test('addresses by which the same comes in by different rules share an exposure that names both', () => {
  const to = (address: string) => ({
    destinationPortRange: '21',
    sourceAddressPrefix: '0.0.0.0/0',
    destinationAddressPrefix: address,
  })
  const given = [
    nsg('nic-nsg', [
      rule(100, { ...to('10.0.0.5'), sourcePortRange: '20' }),
      rule(110, to('10.0.0.4')),
    ]),
    vnet('vnet', [subnet('default')]),
    nic(
      'web',
      [
        configuration('web', '10.0.0.4', { publicIPAddress: reference(network.pip('two')) }),
        configuration('web', '10.0.0.5', {
          name: 'second',
          id: network.configuration('web', 'second'),
          primary: false,
          publicIPAddress: reference(network.pip('one')),
        }),
      ],
      { networkSecurityGroup: reference(network.nsg('nic-nsg')) },
    ),
    pip('one', '20.0.0.1'),
    pip('two', '20.0.0.2'),
  ]
  const [only, ...more] = solve(readAll(documentsOf(given, 'rest')))
  expect(more).toEqual([])
  expect(only?.entry.addresses.map(formatAddress)).toEqual(['20.0.0.1', '20.0.0.2'])
  expect(only?.rules.map(({ rule: name }) => name?.split('/').at(-1)).toSorted()).toEqual([
    'rule-100',
    'rule-110',
  ])
  // The witness is of one of the addresses, and the source port of the same.
  const { destination, sourcePort } = only?.witness ?? {}
  expect([destination && formatAddress(destination), sourcePort]).toEqual(['20.0.0.2', 40_000])
})

test('an IPv6 address of its own is an entry of its own', () => {
  const given = [
    nsg('nic-nsg', [
      open('21'),
      rule(200, { destinationPortRange: '22', sourceAddressPrefix: '::/0' }),
    ]),
    vnet('vnet', [subnet('default')]),
    nic(
      'web',
      [
        configuration('web', '10.0.0.4', { publicIPAddress: reference(network.pip('four')) }),
        configuration('web', 'fd00::4', {
          name: 'six',
          id: network.configuration('web', 'six'),
          primary: false,
          publicIPAddress: reference(network.pip('six')),
        }),
      ],
      { networkSecurityGroup: reference(network.nsg('nic-nsg')) },
    ),
    pip('four', '20.0.0.4'),
    pip('six', '2a01::4'),
  ]
  expect(ways(given)).toEqual(['web 20.0.0.4 21>21 reachable', 'web 2a01::4 21-22>21-22 reachable'])
  // Without its document the family is the configuration's.
  expect(ways(given.filter(({ name }) => name !== 'six'))).toEqual([
    'web - 21-22>21-22 unknown',
    'web 20.0.0.4 21>21 reachable',
  ])
})

test('a pool member in a subnet of a peered network is found', () => {
  const given = [
    ...machine(
      { nic: [rule(100, { destinationPortRange: '22', sourceAddressPrefix: '10.9.1.0/26' })] },
      { configuration: { publicIPAddress: null } },
    ),
    vnet('hub', [subnet('AzureFirewallSubnet', { addressPrefix: '10.9.1.0/26' })], {
      addressSpace: { addressPrefixes: ['10.9.0.0/16'] },
      virtualNetworkPeerings: [
        {
          name: 'spoke',
          peeringState: 'Connected',
          remoteVirtualNetwork: reference(network.vnet('vnet')),
        },
      ],
    }),
    nic('twin', [
      configuration('twin', '10.0.0.4', {
        subnet: reference(network.subnet('default', 'elsewhere')),
      }),
    ]),
    pip('fw', '20.0.0.8'),
    other('Microsoft.Network/azureFirewalls', 'fw', {
      ipConfigurations: [
        {
          name: 'fw',
          subnet: reference(network.subnet('AzureFirewallSubnet', 'hub')),
          publicIPAddress: reference(network.pip('fw')),
        },
      ],
      ...natCollections,
    }),
  ]
  expect(ways(given)).toEqual(['web 20.0.0.8 2222>22 reachable'])
})
