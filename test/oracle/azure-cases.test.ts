/** What everybody who knows Azure would say of single estates, held against the simulator and against the product. */
import { describe, expect, test } from 'vitest'
import { azureReader } from '../../src/cloud/azure/index.ts'
import { formatAddress } from '../../src/model/address.ts'
import {
  applicationGroup,
  arm,
  balancer,
  documentsOf,
  from,
  frontAddress,
  interfaceId,
  publicAddress,
  publicAddress6,
  ref,
  rule,
  type Scene,
} from './azure-scene.ts'
import { azureOracle } from './azure-simulator.ts'
import { answerOf } from './comparison.ts'
import type { Answer, Packet, Transport } from './packet.ts'
import { solveDocuments } from './product.ts'

type Expected = readonly [source: string, transport: Transport, port: number, answer: Answer]
interface Row {
  readonly name: string
  readonly scene: Scene
  readonly to?: string
  readonly expect: readonly Expected[]
}

const ssh = rule(100, 'Allow', 'Tcp', '22')
const ping = 8 * 256

const rows: readonly Row[] = [
  // ---- ports and protocols ----
  {
    name: 'the range 20-25 holds FTP and more',
    scene: { onInterface: [rule(100, 'Allow', 'Tcp', '20-25')] },
    expect: [
      ['8.8.8.8', 'tcp', 19, 'no'],
      ['8.8.8.8', 'tcp', 20, 'yes'],
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['8.8.8.8', 'tcp', 24, 'yes'],
      ['8.8.8.8', 'tcp', 26, 'no'],
      ['8.8.8.8', 'udp', 21, 'no'],
    ],
  },
  {
    name: 'a list of ports in the plural member',
    scene: { onInterface: [rule(100, 'Allow', 'Tcp', ['21', '3389'])] },
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['8.8.8.8', 'tcp', 22, 'no'],
      ['8.8.8.8', 'tcp', 3389, 'yes'],
    ],
  },
  {
    name: 'the singular and the plural member are both read',
    scene: {
      onInterface: [
        rule(100, 'Allow', 'Tcp', '21', {
          destinationPortRanges: ['22'],
          sourceAddressPrefix: '8.0.0.0/8',
          sourceAddressPrefixes: ['9.0.0.0/8'],
        }),
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['9.9.9.9', 'tcp', 22, 'yes'],
      ['1.1.1.1', 'tcp', 21, 'no'],
    ],
  },
  {
    name: 'every protocol and every port',
    scene: { onInterface: [rule(100, 'Allow', '*', '*')] },
    expect: [
      ['8.8.8.8', 'tcp', 0, 'yes'],
      ['8.8.8.8', 'udp', 65_535, 'yes'],
      ['8.8.8.8', 'icmp', ping, 'yes'],
    ],
  },
  {
    name: 'every protocol on one port: TCP and UDP there; ICMP is not settled',
    scene: { onInterface: [rule(100, 'Allow', '*', '53')] },
    expect: [
      ['8.8.8.8', 'tcp', 53, 'yes'],
      ['8.8.8.8', 'udp', 53, 'yes'],
      ['8.8.8.8', 'tcp', 54, 'no'],
      ['8.8.8.8', 'icmp', ping, 'unknown'],
    ],
  },
  {
    name: 'where two allows follow each other it does not matter which of them speaks of ICMP',
    scene: { onInterface: [rule(100, 'Allow', '*', '53'), rule(110, 'Allow', 'Icmp', '*')] },
    expect: [['8.8.8.8', 'icmp', ping, 'yes']],
  },
  ...['Tcp', 'TCP', 'tcp'].map(
    (protocol): Row => ({
      name: `${protocol} is TCP however it is written`,
      scene: { onInterface: [rule(100, 'Allow', protocol, '22')] },
      expect: [
        ['8.8.8.8', 'tcp', 22, 'yes'],
        ['8.8.8.8', 'udp', 22, 'no'],
      ],
    }),
  ),
  // ---- sources ----
  ...['*', 'Any', 'Internet', 'internet'].map(
    (prefix): Row => ({
      name: `the source ${prefix} is the internet, in IPv4`,
      scene: { onInterface: [rule(100, 'Allow', 'Tcp', '22', from(prefix))] },
      expect: [['8.8.8.8', 'tcp', 22, 'yes']],
    }),
  ),
  ...['*', 'Internet', '::/0'].map(
    (prefix): Row => ({
      name: `the source ${prefix} is the internet, in IPv6`,
      scene: { onInterface: [rule(100, 'Allow', 'Tcp', '22', from(prefix))] },
      to: publicAddress6,
      expect: [['2600::1', 'tcp', 22, 'yes']],
    }),
  ),
  {
    name: 'the source 0.0.0.0/0 is no IPv6 client',
    scene: { onInterface: [rule(100, 'Allow', 'Tcp', '22', from('0.0.0.0/0'))] },
    to: publicAddress6,
    expect: [['2600::1', 'tcp', 22, 'no']],
  },
  {
    name: 'halves in one list are the whole internet',
    scene: {
      onInterface: [
        rule(100, 'Allow', 'Tcp', '22', {
          sourceAddressPrefix: null,
          sourceAddressPrefixes: ['0.0.0.0/1', '128.0.0.0/1'],
        }),
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['200.1.1.1', 'tcp', 22, 'yes'],
    ],
  },
  {
    name: 'VirtualNetwork and AzureLoadBalancer are no clients of the internet',
    scene: {
      onInterface: [
        rule(100, 'Allow', 'Tcp', '22', from('VirtualNetwork')),
        rule(110, 'Allow', 'Tcp', '23', from('AzureLoadBalancer')),
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'no'],
      ['8.8.8.8', 'tcp', 23, 'no'],
    ],
  },
  {
    name: 'a tag that nobody resolved leaves its ports unknown',
    scene: { onInterface: [rule(100, 'Allow', 'Tcp', '22', from('AzureCloud'))] },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'unknown'],
      ['8.8.8.8', 'tcp', 23, 'no'],
    ],
  },
  {
    name: 'a tag that nobody resolved, before an allow of everybody, changes nothing',
    scene: {
      onInterface: [
        rule(100, 'Allow', 'Tcp', '22', from('AzureCloud')),
        rule(110, 'Allow', 'Tcp', '22'),
      ],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'a deny of a tag that nobody resolved leaves what follows unknown',
    scene: {
      onInterface: [
        rule(100, 'Deny', 'Tcp', '22', from('AzureCloud')),
        rule(110, 'Allow', 'Tcp', '22'),
      ],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'unknown']],
  },
  {
    name: 'an application group as source is never the internet',
    scene: {
      onInterface: [
        rule(100, 'Allow', 'Tcp', '22', {
          sourceAddressPrefix: null,
          sourceApplicationSecurityGroups: [ref(applicationGroup('web'))],
        }),
      ],
      memberOf: 'web',
    },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  // ---- priority ----
  {
    name: 'a deny at 100 wins over an allow at 200',
    scene: { onInterface: [rule(200, 'Allow', 'Tcp', '22'), rule(100, 'Deny', 'Tcp', '22')] },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'a deny of a private block does not hide a later allow from everywhere',
    scene: {
      onInterface: [
        rule(100, 'Deny', 'Tcp', '22', from('10.0.0.0/8')),
        rule(200, 'Allow', 'Tcp', '22'),
      ],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'a deny of one public block leaves the rest',
    scene: {
      onInterface: [
        rule(100, 'Deny', '*', '*', from('8.0.0.0/8')),
        rule(200, 'Allow', 'Tcp', '20-25'),
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 21, 'no'],
      ['9.9.9.9', 'tcp', 21, 'yes'],
    ],
  },
  {
    name: 'a deny of one port in the middle of a range leaves the rest of the range',
    scene: { onInterface: [rule(100, 'Deny', 'Tcp', '22'), rule(200, 'Allow', 'Tcp', '20-25')] },
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['8.8.8.8', 'tcp', 22, 'no'],
      ['8.8.8.8', 'tcp', 23, 'yes'],
    ],
  },
  {
    name: 'an outbound rule lets nobody in',
    scene: { onInterface: [rule(100, 'Allow', 'Tcp', '22', { direction: 'Outbound' })] },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  // ---- source ports ----
  {
    name: 'an allow of one source port is open: the client chooses it',
    scene: { onInterface: [rule(100, 'Allow', 'Tcp', '22', { sourcePortRange: '20' })] },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'a deny of one source port stops nobody',
    scene: {
      onInterface: [
        rule(100, 'Deny', 'Tcp', '22', { sourcePortRange: '1024-65535' }),
        rule(200, 'Allow', 'Tcp', '22'),
      ],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'two groups need a source port in common',
    scene: {
      onInterface: [rule(100, 'Allow', 'Tcp', '22', { sourcePortRange: '20' })],
      onSubnet: [rule(100, 'Allow', 'Tcp', '22', { sourcePortRange: '21' })],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  // ---- two groups, one, none ----
  {
    name: 'the group of the subnet and that of the interface must both allow',
    scene: {
      onInterface: [rule(100, 'Allow', 'Tcp', '20-25')],
      onSubnet: [rule(100, 'Allow', 'Tcp', '22-80')],
    },
    expect: [
      ['8.8.8.8', 'tcp', 21, 'no'],
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['8.8.8.8', 'tcp', 80, 'no'],
    ],
  },
  {
    name: 'a group on the subnet alone suffices',
    scene: { onSubnet: [ssh] },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['8.8.8.8', 'tcp', 23, 'no'],
    ],
  },
  {
    name: 'without a group a Standard address is closed',
    scene: { sku: 'Standard' },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'without a group a Basic address is open',
    scene: { sku: 'Basic' },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['8.8.8.8', 'udp', 53, 'yes'],
    ],
  },
  {
    name: 'an empty group lets nobody in, Basic or not',
    scene: { sku: 'Basic', onInterface: [] },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  // ---- destinations ----
  ...(
    [
      ['its own address', '10.1.0.10', 'yes'],
      ['its subnet', '10.1.0.0/24', 'yes'],
      ['another address', '10.1.0.11', 'no'],
      ['its public address, which the group never sees', publicAddress, 'no'],
      ['VirtualNetwork', 'VirtualNetwork', 'yes'],
      ['Internet', 'Internet', 'no'],
    ] as const
  ).map(
    ([name, destinationAddressPrefix, answer]): Row => ({
      name: `a rule for ${name}`,
      scene: { onInterface: [rule(100, 'Allow', 'Tcp', '22', { destinationAddressPrefix })] },
      expect: [['8.8.8.8', 'tcp', 22, answer]],
    }),
  ),
  ...(
    [
      ['is in', 'web', 'yes'],
      ['is not in', 'other', 'no'],
    ] as const
  ).map(
    ([name, memberOf, answer]): Row => ({
      name: `a rule for an application group that the interface ${name}`,
      scene: {
        onInterface: [
          rule(100, 'Allow', 'Tcp', '22', {
            destinationAddressPrefix: null,
            destinationApplicationSecurityGroups: [ref(applicationGroup('web'))],
          }),
        ],
        memberOf,
      },
      expect: [['8.8.8.8', 'tcp', 22, answer]],
    }),
  ),
  // ---- routes ----
  ...(
    [
      ['the internet', 'Internet', 'yes'],
      ['nowhere', 'None', 'no'],
      ['an appliance', 'VirtualAppliance', 'unknown'],
      ['a gateway', 'VirtualNetworkGateway', 'unknown'],
    ] as const
  ).map(
    ([name, hop, answer]): Row => ({
      name: `replies that a route of the subnet sends to ${name}`,
      scene: { onInterface: [ssh], routes: [['0.0.0.0/0', hop]] },
      expect: [['8.8.8.8', 'tcp', 22, answer]],
    }),
  ),
  {
    name: 'the longest prefix decides where the reply goes',
    scene: {
      onInterface: [ssh],
      routes: [
        ['8.0.0.0/8', 'None'],
        ['8.8.8.0/24', 'Internet'],
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['8.9.9.9', 'tcp', 22, 'no'],
      ['1.1.1.1', 'tcp', 22, 'yes'],
    ],
  },
  {
    name: 'a default route makes VirtualNetwork possibly mean everybody',
    scene: { onInterface: [], routes: [['0.0.0.0/0', 'Internet']] },
    expect: [['8.8.8.8', 'tcp', 22, 'unknown']],
  },
  {
    name: 'a default route does not make unknown what a rule allows everybody',
    scene: { onInterface: [ssh], routes: [['0.0.0.0/0', 'Internet']] },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'a prefix of the route table belongs to VirtualNetwork',
    scene: { onInterface: [], routes: [['8.0.0.0/8', 'Internet']] },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['9.9.9.9', 'tcp', 22, 'no'],
    ],
  },
  {
    name: 'a public block that is the network’s own is not on the internet',
    scene: { onInterface: [], prefixes: ['10.1.0.0/16', '8.8.8.0/24'] },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'a rule for a public block that is the network’s own admits nobody on the internet',
    scene: {
      onInterface: [rule(100, 'Allow', 'Tcp', '22', from('8.8.8.0/25'))],
      prefixes: ['10.1.0.0/16', '8.8.8.0/24'],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'a public block of a peered network is not on the internet',
    scene: { onInterface: [], peers: ['8.8.8.0/24'] },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'a shorter route for the network’s own block does not lead it out',
    scene: {
      onInterface: [
        rule(100, 'Allow', 'Tcp', '22', from('8.8.8.0/24')),
        rule(110, 'Deny', '*', '*'),
      ],
      prefixes: ['10.1.0.0/16', '8.8.8.0/24'],
      routes: [['8.0.0.0/8', 'Internet']],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'a route for the very block of the network leads it out',
    scene: {
      onInterface: [rule(100, 'Allow', 'Tcp', '22', from('8.8.8.0/24'))],
      prefixes: ['10.1.0.0/16', '8.8.8.0/24'],
      routes: [['8.8.8.0/24', 'Internet']],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  // ---- load balancers ----
  {
    name: 'a load-balancing rule: the front’s port outside, the port behind for the group',
    scene: {
      sku: null,
      onInterface: [rule(100, 'Allow', 'Tcp', '2121', from('8.0.0.0/8'))],
      balancer: balancer('Standard', [['Tcp', 21, 2121]]),
    },
    to: frontAddress,
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['9.9.9.9', 'tcp', 21, 'no'],
      ['8.8.8.8', 'tcp', 2121, 'no'],
      ['8.8.8.8', 'udp', 21, 'no'],
    ],
  },
  {
    name: 'an inbound NAT rule reaches one machine',
    scene: {
      sku: null,
      onSubnet: [rule(100, 'Allow', 'Tcp', '3389')],
      balancer: balancer('Standard', [], [['Tcp', 50_001, 3389]]),
    },
    to: frontAddress,
    expect: [
      ['8.8.8.8', 'tcp', 50_001, 'yes'],
      ['8.8.8.8', 'tcp', 3389, 'no'],
    ],
  },
  {
    name: 'behind a balancer of kind Standard a machine without a group is closed',
    scene: { sku: null, balancer: balancer('Standard', [['Tcp', 21, 21]]) },
    to: frontAddress,
    expect: [['8.8.8.8', 'tcp', 21, 'no']],
  },
  {
    name: 'behind a balancer of kind Basic it is open',
    scene: { sku: null, balancer: balancer('Basic', [['Tcp', 21, 21]]) },
    to: frontAddress,
    expect: [['8.8.8.8', 'tcp', 21, 'yes']],
  },
  {
    name: 'with floating IP a rule for everybody holds, one for the interface’s address may',
    scene: {
      sku: null,
      onInterface: [
        rule(100, 'Allow', 'Tcp', '21'),
        rule(110, 'Allow', 'Tcp', '22', { destinationAddressPrefix: '10.1.0.10' }),
      ],
      balancer: balancer('Standard', [
        ['Tcp', 21, 21, true],
        ['Tcp', 22, 22, true],
      ]),
    },
    to: frontAddress,
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['8.8.8.8', 'tcp', 22, 'unknown'],
    ],
  },
  // ---- what is missing ----
  {
    name: 'a route table, where none is given, is taken for none',
    scene: {
      onInterface: [ssh],
      routes: [['0.0.0.0/0', 'None']],
      documents: { 'route-table-list.json': null },
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['8.8.8.8', 'tcp', 23, 'no'],
    ],
  },
  {
    name: 'a route table that is missing among others may hold any route',
    scene: {
      onInterface: [ssh, rule(110, 'Deny', 'Tcp', '23')],
      routes: [['0.0.0.0/0', 'None']],
      documents: {
        'route-table-list.json': [
          {
            id: arm('routeTables', 'another'),
            name: 'another',
            location: 'westeurope',
            routes: [],
          },
        ],
      },
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'unknown'],
      ['8.8.8.8', 'tcp', 23, 'no'],
      // What a table has a route for is of the virtual network, which a default rule lets in.
      ['8.8.8.8', 'tcp', 24, 'unknown'],
    ],
  },
  {
    name: 'a rule for an application group that nothing is in speaks of nobody',
    scene: {
      onInterface: [
        rule(100, 'Deny', 'Tcp', '22', {
          destinationAddressPrefix: null,
          destinationApplicationSecurityGroups: [ref(applicationGroup('gone'))],
        }),
        rule(110, 'Allow', 'Tcp', '22-23'),
        rule(105, 'Deny', 'Tcp', '23', {
          sourceAddressPrefix: null,
          sourceApplicationSecurityGroups: [ref(applicationGroup('gone'))],
        }),
      ],
      documents: { 'asg-list.json': null },
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['8.8.8.8', 'tcp', 23, 'yes'],
    ],
  },
  {
    name: 'a group that no document holds leaves everything unknown',
    scene: { onInterface: [ssh], documents: { 'nsg-list.json': null } },
    expect: [['8.8.8.8', 'tcp', 22, 'unknown']],
  },
  {
    name: 'a group that no document holds changes nothing for whom no route answers',
    scene: {
      onInterface: [ssh],
      routes: [['8.0.0.0/8', 'None']],
      documents: { 'nsg-list.json': null },
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'no'],
      ['9.9.9.9', 'tcp', 22, 'unknown'],
    ],
  },
]

describe.each(rows)('$name', ({ scene, to, expect: expected }) => {
  const documents = documentsOf(scene)
  const packet = ([source, transport, port]: Expected): Packet => ({
    source,
    sourcePort: null,
    destination: to ?? publicAddress,
    transport,
    port,
  })
  const answers = (answer: (packet: Packet) => Answer): readonly Expected[] =>
    expected.map((line) => [line[0], line[1], line[2], answer(packet(line))])

  test('says the simulator', () => {
    const oracle = azureOracle(documents)
    expect(answers((it) => oracle.admits(it, interfaceId))).toEqual(expected)
  })
  test('says the product', () => {
    const exposures = solveDocuments(azureReader(), documents)
    expect(answers((it) => answerOf(exposures, it, interfaceId))).toEqual(expected)
  })
})

test('an address that no document holds leaves open who can come, one that is not allocated nobody', () => {
  const verdicts = (documents: NonNullable<Scene['documents']>) =>
    solveDocuments(azureReader(), documentsOf({ onInterface: [ssh], documents }))
      .filter(({ target, transport }) => target.id === interfaceId && transport === 'tcp')
      .map(({ verdict, entry }) => [verdict, entry.addresses.length])
  expect(new Set(verdicts({ 'public-ip-list.json': null }).flat())).toEqual(new Set(['unknown', 0]))
  const idle = ['ip', 'ip6'].map((name) => ({
    id: arm('publicIPAddresses', name),
    name,
    sku: { name: 'Basic' },
    publicIPAllocationMethod: 'Dynamic',
    publicIPAddressVersion: name === 'ip' ? 'IPv4' : 'IPv6',
  }))
  expect(new Set(verdicts({ 'public-ip-list.json': idle }).flat())).toEqual(
    new Set(['open-but-unreachable', 0]),
  )
})

test('who stays inside is no witness', () => {
  const documents = documentsOf({ onInterface: [ssh], peers: ['8.8.8.0/24'] })
  const [own] = solveDocuments(azureReader(), documents)
  expect(own?.verdict).toBe('reachable')
  const witness = own ? formatAddress(own.witness.source) : ''
  const oracle = azureOracle(documents)
  expect(oracle.isClient('8.8.8.8', interfaceId)).toBe(false)
  expect(oracle.isClient(witness, interfaceId)).toBe(true)
})
