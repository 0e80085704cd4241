import { expect, test } from 'vitest'
import * as addressSet from '../../model/address-set.ts'
import { toCidrs } from '../../model/address-set.ts'
import type { Estate, Stage } from '../../model/estate.ts'
import { internet, notInternet } from '../../model/public-space.ts'
import { pointer } from '../../model/source.ts'
import {
  account,
  card,
  drafted,
  estateOf,
  gapsIn,
  network,
  part,
  table,
  toInternet,
} from './documents.test.data.ts'

test.each([
  { route: { GatewayId: 'igw-1' }, kind: 'internet-gateway' },
  { route: { GatewayId: 'local' }, kind: 'elsewhere' },
  { route: { NatGatewayId: 'nat-1' }, kind: 'elsewhere' },
  { route: { EgressOnlyInternetGatewayId: 'eigw-1' }, kind: 'elsewhere' },
  { route: { VpcPeeringConnectionId: 'pcx-1' }, kind: 'elsewhere' },
  { route: { NetworkInterfaceId: 'eni-1', InstanceId: 'i-1' }, kind: 'appliance' },
  { route: { TransitGatewayId: 'tgw-1' }, kind: 'appliance' },
  { route: { GatewayId: 'vgw-1' }, kind: 'appliance' },
  { route: { CarrierGatewayId: 'cagw-1' }, kind: 'appliance' },
  { route: { LocalGatewayId: 'lgw-1' }, kind: 'appliance' },
  { route: { CoreNetworkArn: 'arn:x' }, kind: 'appliance' },
  { route: { GatewayId: 'vpce-1' }, kind: 'appliance' },
  { route: { GatewayId: 'vpce-1', DestinationPrefixListId: 'pl-1' }, kind: 'gateway-endpoint' },
  { route: { State: 'blackhole' }, kind: 'elsewhere' },
])('$route leads to $kind', ({ route, kind }) => {
  const draft = drafted(
    part('a.json', {
      RouteTables: [
        table('rtb-1', [{ DestinationCidrBlock: '0.0.0.0/0', State: 'active', ...route }]),
      ],
    }),
  )
  expect(draft.routeTables[0]?.routes.at(-1)?.target.kind).toBe(kind)
  expect(gapsIn(draft)).toEqual([])
})

test('a target that nobody knows and a broken destination are gaps', () => {
  const draft = drafted(
    part('a.json', {
      RouteTables: [
        table('rtb-1', [
          { DestinationCidrBlock: '0.0.0.0/0', NewTarget: 'x' },
          { DestinationCidrBlock: '1.2', GatewayId: 'igw-1' },
        ]),
      ],
    }),
  )
  expect(gapsIn(draft)).toEqual([
    'unknown-route-target /RouteTables/0/Routes/2',
    'bad-cidr /RouteTables/0/Routes/3',
  ])
})

type Sources = Extract<Stage, { kind: 'sources' }>
const routeOf = (estate: Estate, families: 'ip4' | 'ip6' = 'ip4'): Sources => {
  const path = estate.paths.find((one) => one.families === families && one.target !== 'aws:sg-1')
  const stage = path?.legs[0]?.stages
    .map((one) => one.stage)
    .find((one) => one.kind === 'sources' && one.stage === 'route')
  if (stage?.kind !== 'sources') throw new Error('no route stage')
  return stage
}
const publicPart = (stage: Sources) => ({
  certain:
    toCidrs(addressSet.intersect(stage.admits.certain, internet)).length === 0
      ? 'none'
      : addressSet.isSubset(internet, stage.admits.certain)
        ? 'all'
        : 'some',
  possible:
    toCidrs(addressSet.intersect(stage.admits.possible, internet)).length === 0
      ? 'none'
      : addressSet.isSubset(internet, stage.admits.possible)
        ? 'all'
        : 'some',
})
const withRoutes = (routes: readonly object[], more: object = {}) =>
  estateOf({
    ...network,
    'describe-route-tables.json': { RouteTables: [table('rtb-1', routes)] },
    ...more,
  })
const to4 = (DestinationCidrBlock: string, more: object = { GatewayId: 'igw-1' }) => ({
  DestinationCidrBlock,
  State: 'active',
  ...more,
})

const rows: readonly {
  name: string
  routes: readonly object[]
  certain: string
  possible: string
  gaps?: readonly string[]
}[] = [
  { name: 'default routes of both families', routes: toInternet, certain: 'all', possible: 'all' },
  {
    name: 'an IPv4 default route only',
    routes: [to4('0.0.0.0/0')],
    certain: 'some',
    possible: 'some',
  },
  {
    name: 'halves of both families',
    routes: [
      to4('0.0.0.0/1'),
      to4('128.0.0.0/1'),
      { DestinationIpv6CidrBlock: '::/1', GatewayId: 'igw-1' },
      { DestinationIpv6CidrBlock: '8000::/1', GatewayId: 'igw-1' },
    ],
    certain: 'all',
    possible: 'all',
  },
  { name: 'no route', routes: [], certain: 'none', possible: 'none' },
  {
    name: 'a NAT gateway',
    routes: [to4('0.0.0.0/0', { NatGatewayId: 'nat-1' })],
    certain: 'none',
    possible: 'none',
  },
  {
    name: 'an egress-only gateway',
    routes: [
      { DestinationIpv6CidrBlock: '::/0', EgressOnlyInternetGatewayId: 'eigw-1', State: 'active' },
    ],
    certain: 'none',
    possible: 'none',
  },
  {
    name: 'a black hole',
    routes: [to4('0.0.0.0/0', { GatewayId: 'igw-1', State: 'blackhole' })],
    certain: 'none',
    possible: 'none',
  },
  {
    name: 'another network’s gateway',
    routes: [to4('0.0.0.0/0', { GatewayId: 'igw-2' })],
    certain: 'none',
    possible: 'none',
  },
  {
    name: 'a longer black hole before a default route',
    routes: [...toInternet, to4('8.0.0.0/8', { State: 'blackhole', GatewayId: 'igw-1' })],
    certain: 'some',
    possible: 'some',
  },
  {
    name: 'a transit gateway',
    routes: [to4('0.0.0.0/0', { TransitGatewayId: 'tgw-1' })],
    certain: 'none',
    possible: 'some',
    gaps: ['reply-through-appliance'],
  },
  {
    name: 'a gateway load balancer endpoint',
    routes: [to4('0.0.0.0/0', { GatewayId: 'vpce-1' })],
    certain: 'none',
    possible: 'some',
    gaps: ['reply-through-appliance'],
  },
  {
    name: 'a private network by transit gateway',
    routes: [...toInternet, to4('192.168.0.0/16', { TransitGatewayId: 'tgw-1' })],
    certain: 'all',
    possible: 'all',
  },
  {
    name: 'the prefix list of a gateway endpoint, not known',
    routes: [
      ...toInternet,
      { DestinationPrefixListId: 'pl-1', GatewayId: 'vpce-1', State: 'active' },
    ],
    certain: 'all',
    possible: 'all',
    gaps: ['gateway-endpoint-prefixes-unresolved'],
  },
  {
    name: 'a prefix list to the gateway, not known',
    routes: [{ DestinationPrefixListId: 'pl-1', GatewayId: 'igw-1', State: 'active' }],
    certain: 'none',
    possible: 'all',
    gaps: ['unresolved-prefix-list'],
  },
  {
    name: 'a prefix list to an interface beside a default route, not known',
    routes: [
      ...toInternet,
      { DestinationPrefixListId: 'pl-1', NetworkInterfaceId: 'eni-9', State: 'active' },
    ],
    certain: 'none',
    possible: 'all',
    gaps: ['unresolved-prefix-list'],
  },
]
test.each(rows)('$name', ({ routes, certain, possible, gaps = [] }) => {
  const stage = routeOf(withRoutes(routes))
  expect(publicPart(stage)).toEqual({ certain, possible })
  expect(stage.gaps.map(({ reason }) => reason)).toEqual(gaps)
  // What is not public is no route's matter: printed sets stay as the filters admit them.
  expect(addressSet.isSubset(notInternet, stage.admits.certain)).toBe(true)
})

test('the network’s own IPv6 block does not cut a hole into a route for everybody', () => {
  expect(
    addressSet.isSubset(addressSet.allIp6, routeOf(withRoutes(toInternet)).admits.certain),
  ).toBe(true)
})

test('and no route of its own makes anybody come in', () => {
  const route = { DestinationIpv6CidrBlock: '2a00::/12', GatewayId: 'igw-1', State: 'active' }
  const stage = routeOf(withRoutes([route]))
  expect(toCidrs(addressSet.intersect(stage.admits.possible, internet))).toEqual(['2a00::/12'])
})

test('known prefix lists are destinations like others', () => {
  const list = { DestinationPrefixListId: 'pl-1', GatewayId: 'igw-1', State: 'active' }
  const stage = routeOf(
    withRoutes([list], {
      'get-managed-prefix-list-entries-pl-1.json': {
        Entries: [{ Cidr: '8.8.8.0/24' }, { Cidr: '9.9.9.9/32' }],
      },
    }),
  )
  expect(toCidrs(addressSet.intersect(stage.admits.certain, internet))).toEqual([
    '8.8.8.0/24',
    '9.9.9.9/32',
  ])
  expect(stage.because.map(({ rule, source }) => [rule, pointer(source)])).toEqual([
    ['pl-1 (9.9.9.9/32) → igw-1', '/RouteTables/0/Routes/2'],
    ['pl-1 (8.8.8.0/24) → igw-1', '/RouteTables/0/Routes/2'],
  ])
})

test('the subnet’s own table comes before the main one', () => {
  const tables = [
    table('rtb-1', toInternet),
    table('rtb-2', [], { SubnetId: 'subnet-a', Main: false }),
  ]
  const estate = estateOf({ ...network, 'describe-route-tables.json': { RouteTables: tables } })
  expect(routeOf(estate).filter).toBe('rtb-2')
  expect(routeOf(estate).otherwise).toBe('no route to an internet gateway')
})

test('where it leads instead is said', () => {
  expect(routeOf(withRoutes([to4('0.0.0.0/0', { NatGatewayId: 'nat-1' })])).otherwise).toBe(
    'no route to an internet gateway (0.0.0.0/0 → nat-1)',
  )
})

test('a table at the gateway that sends what comes in to an appliance leaves it open', () => {
  const edge = {
    ...table('rtb-edge', [to4('10.0.1.0/24', { NetworkInterfaceId: 'eni-fw' })], {
      GatewayId: 'igw-1',
    }),
  }
  const tables = { RouteTables: [table('rtb-1', toInternet), edge] }
  const stage = routeOf(estateOf({ ...network, 'describe-route-tables.json': tables }))
  expect(publicPart(stage)).toEqual({ certain: 'none', possible: 'all' })
  expect(stage.gaps.map(({ reason }) => reason)).toEqual(['reply-through-appliance'])
  const other = estateOf({
    ...network,
    'describe-route-tables.json': tables,
    'describe-network-interfaces.json': {
      NetworkInterfaces: [card('eni-1', '10.0.2.5', { SubnetId: 'subnet-b' }, '198.41.0.5')],
    },
  })
  expect(publicPart(routeOf(other))).toEqual({ certain: 'all', possible: 'all' })
})

const withoutDocuments = (...names: readonly string[]) =>
  estateOf(Object.fromEntries(Object.entries(network).filter(([name]) => !names.includes(name))))
test.each([
  {
    name: 'tables',
    absent: ['describe-route-tables.json'],
    certain: 'none',
    possible: 'all',
    gaps: ['route-tables-absent'],
  },
  {
    name: 'gateways',
    absent: ['describe-internet-gateways.json'],
    certain: 'none',
    possible: 'all',
    gaps: ['internet-gateways-absent'],
  },
  {
    name: 'both',
    absent: ['describe-route-tables.json', 'describe-internet-gateways.json'],
    certain: 'none',
    possible: 'all',
    gaps: ['route-tables-absent', 'internet-gateways-absent'],
  },
])(
  'without $name nothing is certain and all is possible, with one gap a collection',
  ({ absent, certain, possible, gaps }) => {
    const estate = withoutDocuments(...absent)
    const stage = routeOf(estate)
    expect(publicPart(stage)).toEqual({ certain, possible })
    expect(stage.gaps.map(({ reason }) => reason)).toEqual(gaps)
    expect(estate.gaps.filter(({ reason }) => gaps.includes(reason))).toHaveLength(gaps.length)
  },
)

test('a gateway that was read and stands elsewhere is not this network’s, whatever else there is', () => {
  const gateways = {
    InternetGateways: [{ InternetGatewayId: 'igw-1', OwnerId: account, Attachments: [] }],
    NextToken: 'more',
  }
  const stage = routeOf(estateOf({ ...network, 'describe-internet-gateways.json': gateways }))
  expect(publicPart(stage)).toEqual({ certain: 'none', possible: 'none' })
})

test('without a gateway on the network nothing comes in, whatever the tables are', () => {
  const gateways = {
    InternetGateways: [{ InternetGatewayId: 'igw-2', OwnerId: account, Attachments: [] }],
  }
  const { 'describe-route-tables.json': _, ...without } = network
  const stage = routeOf(estateOf({ ...without, 'describe-internet-gateways.json': gateways }))
  expect(publicPart(stage)).toEqual({ certain: 'none', possible: 'none' })
  expect(stage.otherwise).toBe('no internet gateway is attached to the VPC')
})
