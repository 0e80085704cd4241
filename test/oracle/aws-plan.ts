/** What a random AWS estate is made of, before it is written as documents. */

import fc from 'fast-check'
import type { AclEntry, IpPermission } from './aws-documents.ts'
import { balancer } from './aws-estate-balancers.ts'

const ip4Blocks = [
  // One node of a balancer, not the other.
  '10.0.0.200/32',
  '0.0.0.0/0',
  '0.0.0.0/1',
  '128.0.0.0/1',
  '8.0.0.0/8',
  '8.8.8.0/24',
  '8.8.8.8/32',
  '10.0.0.0/8',
] as const
const ip6Blocks = [
  '::/0',
  '2000::/3',
  '2600::/12',
  '2600:8::/32',
  '2a05:d018::/56',
  'fd00::/8',
] as const
const portRanges = [
  [21, 21],
  [20, 25],
  [22, 22],
  [80, 80],
  [80, 443],
  [0, 65_535],
  [1024, 65_535],
  [8080, 8080],
] as const

/** Absent four times in five. */
const rarely = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: value })

/** Absent half the time. */
const sometimes = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.option(value, { freq: 2, nil: null })

// ---- rules ----
const peer = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .constantFrom('0.0.0.0/0', '0.0.0.0/0', ...ip4Blocks)
      .map((block) => ({ kind: 'ip4', block })),
  },
  { weight: 3, arbitrary: fc.constantFrom(...ip6Blocks).map((block) => ({ kind: 'ip6', block })) },
  { weight: 1, arbitrary: fc.nat(2).map((list) => ({ kind: 'list', block: `pl-${list}` })) },
  // The balancer's own group, where there is one.
  { weight: 2, arbitrary: fc.constant({ kind: 'front', block: 'sg-5' }) },
  { weight: 2, arbitrary: fc.nat(5).map((group) => ({ kind: 'group', block: `sg-${group}` })) },
)
type Peer = { readonly kind: string; readonly block: string }

export const what = fc.oneof(
  {
    weight: 16,
    arbitrary: fc
      .tuple(fc.constantFrom('tcp', 'tcp', 'tcp', 'udp', '6', '17'), fc.constantFrom(...portRanges))
      .map(([IpProtocol, [FromPort, ToPort]]) => ({ IpProtocol, FromPort, ToPort })),
  },
  { weight: 2, arbitrary: fc.constant({ IpProtocol: '-1' }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('icmp', '1', 'icmpv6', '58'),
        fc.constantFrom([-1, -1], [8, -1], [8, 0], [3, 4], [128, 0]),
      )
      .map(([IpProtocol, [FromPort, ToPort]]) => ({ IpProtocol, FromPort, ToPort })),
  },
  { weight: 1, arbitrary: fc.constantFrom({ IpProtocol: '47' }, { IpProtocol: '50' }) },
) as fc.Arbitrary<Pick<IpPermission, 'IpProtocol' | 'FromPort' | 'ToPort'>>

export const permission = fc
  .tuple(what, fc.array(peer, { minLength: 1, maxLength: 3 }))
  .map(([ports, peers]) => ({ ...ports, peers }))
export type Permission = Pick<IpPermission, 'IpProtocol' | 'FromPort' | 'ToPort'> & {
  readonly peers: readonly Peer[]
}

const aclEntry = fc.record({
  number: fc.integer({ min: 1, max: 12 }),
  egress: fc.boolean(),
  action: fc.constantFrom('allow', 'allow', 'deny'),
  block: fc.constantFrom('0.0.0.0/0', '0.0.0.0/0', '::/0', '::/0', ...ip4Blocks, ...ip6Blocks),
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant({ Protocol: '-1' }) },
    {
      weight: 5,
      arbitrary: fc
        .tuple(
          fc.constantFrom('6', '6', '17'),
          fc.constantFrom(
            [20, 25],
            [21, 21],
            [22, 22],
            [80, 443],
            [0, 65_535],
            [1024, 65_535],
            [32_768, 60_999],
            [1024, 1024],
          ),
        )
        .map(([Protocol, [From = 0, To = 0]]) => ({ Protocol, PortRange: { From, To } })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('1', '58'), fc.constantFrom([-1, -1], [8, -1], [0, -1], [128, -1]))
        .map(([Protocol, [Type = -1, Code = -1]]) => ({ Protocol, IcmpTypeCode: { Type, Code } })),
    },
  ) as fc.Arbitrary<Pick<AclEntry, 'Protocol' | 'PortRange' | 'IcmpTypeCode'>>,
})
export interface AclLine {
  readonly number: number
  readonly egress: boolean
  readonly action: string
  readonly block: string
  readonly what: Pick<AclEntry, 'Protocol' | 'PortRange' | 'IcmpTypeCode'>
}

// ---- networks ----
export type Hop =
  | 'igw'
  | 'other-igw'
  | 'gone-igw'
  | 'blackhole'
  | 'nat'
  | 'eni'
  | 'tgw'
  | 'vgw'
  | 'pcx'
const hop = fc.oneof(
  { weight: 10, arbitrary: fc.constant<Hop>('igw') },
  {
    weight: 5,
    arbitrary: fc.constantFrom<Hop>(
      'other-igw',
      'gone-igw',
      'blackhole',
      'nat',
      'eni',
      'tgw',
      'vgw',
      'pcx',
    ),
  },
)
type Line = readonly [string, Hop]
const toGateway: readonly Line[] = [
  ['0.0.0.0/0', 'igw'],
  ['::/0', 'igw'],
]
export const split: readonly Line[] = [
  ['0.0.0.0/1', 'igw'],
  ['128.0.0.0/1', 'igw'],
  ['::/0', 'igw'],
]
const ownLines = fc.uniqueArray(
  fc.tuple(
    fc.constantFrom(
      '0.0.0.0/0',
      '0.0.0.0/1',
      '128.0.0.0/1',
      '8.0.0.0/8',
      '8.8.8.0/24',
      '::/0',
      '2600::/12',
    ),
    hop,
  ),
  { selector: ([block]) => block, maxLength: 3 },
)
/** Lines of its own first; the usual ones fill what they leave. */
const routes = fc
  .tuple(ownLines, fc.constantFrom(toGateway, toGateway, toGateway, split, []))
  .map(([own, usual]): readonly Line[] => [
    ...own,
    ...usual.filter(([block]) => !own.some(([before]) => before === block)),
  ])

export const network = fc.record({
  gateway: fc.constantFrom(...Array.from({ length: 9 }, () => 'attached'), 'detached'),
  main: routes,
})
export const subnet = fc.record({
  network: fc.constantFrom(0, 0, 0, 1, 2),
  table: rarely(routes),
  acl: sometimes(
    fc.record({
      lines: fc.array(aclEntry, { minLength: 1, maxLength: 6 }),
      /** Lines that admit everything in the end, each way. */
      open: fc.constantFrom('both', 'both', 'in', 'out', 'none'),
    }),
  ),
})
export const group = fc.record({
  network: fc.constantFrom(0, 0, 0, 1, 2),
  permissions: fc.array(permission, { minLength: 1, maxLength: 4, size: 'max' }),
})
const card = fc.record({
  subnet: fc.nat(2),
  groups: fc.oneof(
    { weight: 6, arbitrary: fc.array(fc.nat(4), { minLength: 1, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.constant([]) },
  ),
  address: fc.constantFrom('public', 'public', 'public', 'elastic', 'elastic', 'none'),
  second: fc.constantFrom('none', 'none', 'private', 'elastic'),
  ip6: fc.boolean(),
  kind: fc.constantFrom(...Array.from({ length: 9 }, () => 'interface'), 'nat_gateway'),
  loose: fc.boolean(),
})

export const state = fc.oneof(
  { weight: 24, arbitrary: fc.constant<Presence>('complete') },
  { weight: 1, arbitrary: fc.constantFrom<Presence>('absent', 'partial', 'two-pages') },
)
export type Presence = 'complete' | 'absent' | 'partial' | 'two-pages'

export const plan = fc.record({
  networks: fc.oneof(
    { weight: 3, arbitrary: fc.array(network, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(network, { minLength: 2, maxLength: 3 }) },
  ),
  subnets: fc.array(subnet, { minLength: 1, maxLength: 3, size: 'max' }),
  groups: fc.array(group, { minLength: 1, maxLength: 5, size: 'max' }),
  groupForm: fc.constantFrom('groups', 'groups', 'groups', 'rules', 'both'),
  cards: fc.array(card, { minLength: 1, maxLength: 5, size: 'max' }),
  block: rarely(
    fc.record({
      mode: fc.constantFrom('off', 'block-ingress', 'block-bidirectional', 'block-bidirectional'),
      exclusions: fc.array(
        fc.record({
          mode: fc.constantFrom('allow-bidirectional', 'allow-bidirectional', 'allow-egress'),
          of: fc.constantFrom('vpc', 'subnet'),
          index: fc.constantFrom(0, 0, 0, 1, 2),
          state: fc.constantFrom('create-complete', 'create-complete', 'delete-complete'),
        }),
        { maxLength: 2 },
      ),
    }),
  ),
  lists: fc.tuple(
    ...[0, 1, 2].map(() =>
      fc.record({
        blocks: fc.uniqueArray(fc.constantFrom(...ip4Blocks), { maxLength: 2 }),
        known: fc.constantFrom('entries', 'entries', 'described', 'partial', 'unknown'),
      }),
    ),
  ),
  balancer: sometimes(balancer),
  presence: fc.record({
    interfaces: state,
    tables: state,
    gateways: state,
    acls: state,
    groups: state,
    addresses: state,
    subnets: state,
    networks: state,
  }),
})
export type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never
