import { describe, expect, test } from 'vitest'
import { toCidrs } from '../../../model/address-set.ts'
import type { Peer, Rule } from '../../../model/estate.ts'
import { formatPorts } from '../../../model/port-set.ts'
import { pointer } from '../../../model/source.ts'
import { type TransportPorts, transports } from '../../../model/traffic-set.ts'
import type { JsonObject } from '../../decode.ts'
import {
  document,
  documentsOf,
  network,
  nsg,
  readAll,
  reference,
  rule,
} from '../testing/documents.ts'

const rulesOf = (given: readonly JsonObject[], rest: JsonObject = {}) => {
  const estate = readAll(documentsOf([nsg('n', given, rest)], 'flattened'))
  const [filter] = [...estate.filters.values()]
  if (!filter) throw new Error('no filter')
  const own = filter.inbound.filter(({ order }) => order < 65_000)
  return {
    filter,
    own,
    reasons: estate.gaps.map(({ reason }) => reason),
  }
}
const shown = (what: TransportPorts | null): string =>
  what === null
    ? '-'
    : transports
        .filter((transport) => what[transport].length > 0)
        .map((transport) => `${transport} ${formatPorts(what[transport])}`)
        .join('; ')
const peer = (one: Peer | null): string =>
  one === null
    ? 'any'
    : one.kind === 'addresses'
      ? toCidrs(one.set).join()
      : one.kind === 'any-of'
        ? one.peers.map(peer).join(' or ')
        : one.kind === 'unknown'
          ? 'unknown'
          : one.kind === 'named'
            ? one.name
            : (one.id.split('/').at(-1) ?? '')
const line = (one: Rule): string =>
  `${one.order} ${one.action} ${peer(one.peer)} → ${peer(one.destination)}: ${shown(one.what)} (perhaps ${shown(one.perhaps)})`

const everybody = '0.0.0.0/0,::/0'
describe('one rule', () => {
  test.each<{
    name: string
    given: JsonObject
    expected: readonly string[]
    reasons?: readonly string[]
  }>([
    {
      name: 'any protocol with a port may match ICMP',
      given: { protocol: '*', destinationPortRange: '22' },
      expected: [`100 allow ${everybody} → any: tcp 22; udp 22 (perhaps icmp all; icmpv6 all)`],
    },
    {
      name: 'any protocol and any port is everything',
      given: { protocol: '*', destinationPortRange: '*' },
      expected: [
        `100 allow ${everybody} → any: tcp all; udp all; icmp all; icmpv6 all; other 0, 2-5, 7-16, 18-57, 59-255 (perhaps -)`,
      ],
    },
    {
      name: 'the whole range is any port',
      given: { protocol: '*', destinationPortRange: '0-65535' },
      expected: [
        `100 allow ${everybody} → any: tcp all; udp all; icmp all; icmpv6 all; other 0, 2-5, 7-16, 18-57, 59-255 (perhaps -)`,
      ],
    },
    {
      name: 'ICMP',
      given: { protocol: 'Icmp', destinationPortRange: '*' },
      expected: [`100 allow ${everybody} → any: icmp all (perhaps -)`],
    },
    {
      name: 'ESP',
      given: { protocol: 'Esp', destinationPortRange: '*' },
      expected: [`100 allow ${everybody} → any: other 50 (perhaps -)`],
    },
    {
      name: 'AH',
      given: { protocol: 'AH', destinationPortRange: '*' },
      expected: [`100 allow ${everybody} → any: other 51 (perhaps -)`],
    },
    {
      name: 'one rule for each source',
      given: {
        destinationPortRange: '21',
        sourceAddressPrefix: '10.0.0.0/8',
        sourceAddressPrefixes: ['VirtualNetwork', '8.8.8.8'],
        sourceApplicationSecurityGroups: [reference(network.asg('Jump'))],
      },
      expected: [
        '100 allow 10.0.0.0/8 → any: tcp 21 (perhaps -)',
        '100 allow virtualnetwork → any: tcp 21 (perhaps -)',
        '100 allow 8.8.8.8/32 → any: tcp 21 (perhaps -)',
        '100 allow jump → any: tcp 21 (perhaps -)',
      ],
    },
    {
      name: 'destinations are united',
      given: {
        destinationPortRange: '21',
        destinationAddressPrefix: '10.0.0.4',
        destinationApplicationSecurityGroups: [reference(network.asg('Jump'))],
      },
      expected: [`100 allow ${everybody} → 10.0.0.4/32 or jump: tcp 21 (perhaps -)`],
    },
    {
      name: 'a broken prefix may be anybody',
      given: { destinationPortRange: '21', sourceAddressPrefix: '10.0.0.300/8' },
      expected: ['100 allow unknown → any: tcp 21 (perhaps -)'],
      reasons: ['bad-cidr'],
    },
    {
      name: 'a broken port range may be any port, and loses no other',
      given: { destinationPortRange: '65536', destinationPortRanges: ['22', '30-20'] },
      expected: [`100 allow ${everybody} → any: tcp 22 (perhaps tcp all)`],
      reasons: ['bad-port-range', 'bad-port-range'],
    },
    {
      name: 'an unknown protocol may be all of them',
      given: { protocol: 'Sctp', destinationPortRange: '21' },
      expected: [
        `100 allow ${everybody} → any:  (perhaps tcp all; udp all; icmp all; icmpv6 all; other 0, 2-5, 7-16, 18-57, 59-255)`,
      ],
      reasons: ['unknown-protocol'],
    },
    {
      name: 'without a priority the rule may match',
      given: { priority: null, destinationPortRange: '21' },
      expected: [`0 allow ${everybody} → any:  (perhaps tcp 21)`],
      reasons: ['rule-without-priority'],
    },
    {
      name: 'neither Allow nor Deny may be either',
      given: { access: 'Audit', destinationPortRange: '21' },
      expected: [
        `100 deny ${everybody} → any:  (perhaps tcp 21)`,
        `100 allow ${everybody} → any:  (perhaps tcp 21)`,
      ],
      reasons: ['unknown-access'],
    },
    {
      name: 'without a source it may be anybody',
      given: { destinationPortRange: '21', sourceAddressPrefix: '' },
      expected: ['100 allow unknown → any: tcp 21 (perhaps -)'],
      reasons: ['rule-without-source'],
    },
    {
      name: 'without a direction it may be inbound',
      given: { destinationPortRange: '21', direction: null },
      expected: [`100 allow ${everybody} → any:  (perhaps tcp 21)`],
      reasons: ['unknown-direction'],
    },
    {
      name: 'without a port nothing is certain',
      given: { destinationPortRange: null },
      expected: [`100 allow ${everybody} → any:  (perhaps tcp all)`],
      reasons: ['rule-without-ports'],
    },
    {
      name: 'outbound rules are not inbound',
      given: { direction: 'Outbound', destinationPortRange: '21' },
      expected: [],
    },
    {
      name: 'ports and priorities as text and numbers',
      given: { priority: '100', destinationPortRange: 21 },
      expected: [`100 allow ${everybody} → any: tcp 21 (perhaps -)`],
    },
  ])('$name', ({ given, expected, reasons = [] }) => {
    const read = rulesOf([rule(100, given)])
    expect(read.own.map(line)).toEqual(expected)
    expect(read.reasons).toEqual(reasons)
  })
})

test('source ports limit the rule', () => {
  const { own } = rulesOf([
    rule(100, {
      destinationPortRange: '21',
      sourcePortRange: '',
      sourcePortRanges: ['20', '1024-65535'],
    }),
  ])
  expect(own.map(({ sourcePorts }) => formatPorts(sourcePorts))).toEqual(['20, 1024-65535'])
})

test('each rule points at the prefix that it speaks of', () => {
  const given = [
    rule(100, { destinationPortRange: '21' }),
    rule(200, {
      destinationPortRange: '21',
      sourceAddressPrefix: null,
      sourceAddressPrefixes: ['8.8.8.8', '9.9.9.9'],
    }),
    rule(300, {
      destinationPortRange: '21',
      sourceAddressPrefix: null,
      sourceApplicationSecurityGroups: [reference(network.asg('a'))],
    }),
  ]
  const pointers = (shape: 'flattened' | 'rest') => {
    const estate = readAll(documentsOf([nsg('a', []), nsg('n', given)], shape))
    return [...estate.filters.values()]
      .flatMap(({ inbound }) => inbound.filter(({ order }) => order < 65_000))
      .map(({ source }) => pointer(source))
  }
  expect(pointers('flattened')).toEqual([
    '/1/securityRules/0/sourceAddressPrefix',
    '/1/securityRules/1/sourceAddressPrefixes/0',
    '/1/securityRules/1/sourceAddressPrefixes/1',
    '/1/securityRules/2/sourceApplicationSecurityGroups/0',
  ])
  expect(pointers('rest')).toEqual([
    '/value/1/properties/securityRules/0/properties/sourceAddressPrefix',
    '/value/1/properties/securityRules/1/properties/sourceAddressPrefixes/0',
    '/value/1/properties/securityRules/1/properties/sourceAddressPrefixes/1',
    '/value/1/properties/securityRules/2/properties/sourceApplicationSecurityGroups/0',
  ])
})

test('the default rules are there when they are not printed, and once when they are', () => {
  const printed = {
    ...rule(65_000, {
      name: 'AllowVnetInBound',
      protocol: '*',
      destinationPortRange: '*',
      sourceAddressPrefix: 'VirtualNetwork',
      destinationAddressPrefix: 'VirtualNetwork',
    }),
    id: `${network.nsg('n')}/defaultSecurityRules/AllowVnetInBound`,
  }
  for (const rest of [{}, { defaultSecurityRules: null }, { defaultSecurityRules: [printed] }]) {
    const { filter } = rulesOf([], rest)
    expect(filter.inbound.map(({ order, name, action }) => `${order} ${name} ${action}`)).toEqual([
      '65000 AllowVnetInBound allow',
      '65001 AllowAzureLoadBalancerInBound allow',
      '65500 DenyAllInBound deny',
    ])
    expect(filter.outbound).toHaveLength(3)
  }
})

test('a priority or an id that stands there twice is a gap', () => {
  const { reasons } = rulesOf([
    rule(100, { destinationPortRange: '21' }),
    rule(100, { destinationPortRange: '22' }),
    rule(100, { destinationPortRange: '22', direction: 'Outbound', name: 'out' }),
  ])
  expect(reasons).toEqual(['duplicate-id', 'duplicate-priority'])
})

test('two groups of one name in different resource groups are two', () => {
  const other = nsg('n', [rule(100, { destinationPortRange: '22' })])
  const moved = { ...other, id: String(other['id']).replace('RG1', 'RG2') }
  const estate = readAll(documentsOf([nsg('n', []), moved], 'flattened'))
  expect(estate.filters.size).toBe(2)
})

test('the same group in two documents is one, and says so where they differ', () => {
  const one = nsg('n', [rule(100, { destinationPortRange: '21' })])
  const same = readAll([
    ...documentsOf([one], 'flattened'),
    ...documentsOf([one], 'rest').map((part) => ({ ...part, document: 'b' })),
  ])
  expect(same.filters.size).toBe(1)
  expect(same.gaps).toEqual([])
  const differs = readAll([
    document('a.json', [one]),
    document('b.json', [nsg('n', [rule(100, { destinationPortRange: '22' })])]),
  ])
  expect(differs.gaps.map(({ reason }) => reason)).toContain('duplicate-id')
})

test('rules listed without their group make one', () => {
  const [loose] = [rule(100, { destinationPortRange: '21' })].map((one) => ({
    ...one,
    id: `${network.nsg('n')}/securityRules/rule-100`,
    type: 'Microsoft.Network/networkSecurityGroups/securityRules',
  }))
  const estate = readAll([document('rules.json', [loose])])
  const [filter] = [...estate.filters.values()]
  expect(filter?.resource.id).toBe(network.nsg('n'))
  expect(filter?.inbound).toHaveLength(4)
})

test('a list without details is no empty group', () => {
  const { id, name, type, location } = nsg('n', [])
  const estate = readAll([document('resources.json', [{ id, name, type, location }])])
  expect(estate.filters.size).toBe(0)
  expect(estate.gaps.map(({ reason }) => reason)).toContain('resource-without-details')
  expect(
    estate.coverage.find(({ collection }) => collection === 'network-security-groups')?.state,
  ).toBe('partial')
})
