/** Small random estates as the documents that `aws … describe-…` prints. */
import fc from 'fast-check'
import { balancer, type Front, noFront, writeBalancer } from './aws-balancers.ts'
import type {
  AclEntry,
  IpPermission,
  NetworkAcl,
  NetworkInterface,
  Route,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
} from './aws-documents.ts'
import { account, region, zone } from './aws-place.ts'
import type { NamedDocument } from './packet.ts'

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
const ip6Blocks = ['::/0', '2000::/3', '2600::/12', '2600:8::/32', 'fd00::/8'] as const
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
  { weight: 2, arbitrary: fc.nat(5).map((group) => ({ kind: 'group', block: `sg-${group}` })) },
)
type Peer = { readonly kind: string; readonly block: string }

const what = fc.oneof(
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

const permission = fc
  .tuple(what, fc.array(peer, { minLength: 1, maxLength: 3 }))
  .map(([ports, peers]) => ({ ...ports, peers }))
type Permission = Pick<IpPermission, 'IpProtocol' | 'FromPort' | 'ToPort'> & {
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
interface AclLine {
  readonly number: number
  readonly egress: boolean
  readonly action: string
  readonly block: string
  readonly what: Pick<AclEntry, 'Protocol' | 'PortRange' | 'IcmpTypeCode'>
}

// ---- networks ----

type Hop = 'igw' | 'other-igw' | 'gone-igw' | 'blackhole' | 'nat' | 'eni' | 'tgw' | 'vgw' | 'pcx'
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
const split: readonly Line[] = [
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

const network = fc.record({
  gateway: fc.constantFrom(...Array.from({ length: 9 }, () => 'attached'), 'detached'),
  main: routes,
})
const subnet = fc.record({
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
const group = fc.record({
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

const state = fc.oneof(
  { weight: 24, arbitrary: fc.constant<Presence>('complete') },
  { weight: 1, arbitrary: fc.constantFrom<Presence>('absent', 'partial', 'two-pages') },
)
type Presence = 'complete' | 'absent' | 'partial' | 'two-pages'

const plan = fc.record({
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
type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never

export const awsEstate: fc.Arbitrary<readonly NamedDocument[]> = plan.map(write)

// ---- writing the documents ----

function write(estate: Plan): readonly NamedDocument[] {
  const cards = interfaces(estate)
  const shape = frontOf(estate, cards)
  const all = [...cards, ...shape.cards]
  const { presence } = estate
  return [
    ...groupDocuments(estate),
    ...paged('describe-network-interfaces', 'NetworkInterfaces', all, presence.interfaces),
    ...paged('describe-route-tables', 'RouteTables', tables(estate), presence.tables),
    ...paged('describe-internet-gateways', 'InternetGateways', gateways(estate), presence.gateways),
    ...paged('describe-network-acls', 'NetworkAcls', acls(estate), presence.acls),
    ...paged('describe-addresses', 'Addresses', elastic(estate, cards), presence.addresses),
    ...paged('describe-subnets', 'Subnets', subnets(estate), presence.subnets),
    ...paged('describe-vpcs', 'Vpcs', networks(estate), presence.networks),
    ...blockDocuments(estate),
    ...listDocuments(estate),
    ...shape.documents,
  ]
}

function paged(
  call: string,
  member: string,
  items: readonly unknown[],
  presence: Presence,
): readonly NamedDocument[] {
  const page = (name: string, part: readonly unknown[], token: object): NamedDocument => ({
    document: `${name}.json`,
    value: { [member]: part, ...token },
  })
  const half = Math.ceil(items.length / 2)
  switch (presence) {
    case 'absent':
      return []
    case 'complete':
      return [page(call, items, {})]
    case 'partial':
      return [page(call, items.slice(0, half), { NextToken: 'more' })]
    case 'two-pages':
      // The command line tool joins pages and prints no token: each file is whole in itself.
      return [page(`${call}-1`, items.slice(0, half), {}), page(`${call}-2`, items.slice(half), {})]
  }
}

const vpcOf = (estate: Plan, index: number): number => index % estate.networks.length
const subnetOf = (estate: Plan, index: number): number => index % estate.subnets.length
const vpcOfSubnet = (estate: Plan, index: number): number =>
  vpcOf(estate, estate.subnets[subnetOf(estate, index)]?.network ?? 0)
const groupsIn = (estate: Plan, vpc: number, wanted: readonly number[]): readonly number[] => {
  const own = estate.groups.flatMap((it, i) => (vpcOf(estate, it.network) === vpc ? [i] : []))
  if (own.length === 0) return []
  return [...new Set(wanted.map((index) => own[index % own.length] ?? 0))]
}
const named = (indexes: readonly number[]): NetworkInterface['Groups'] =>
  indexes.map((i) => ({ GroupId: `sg-${i}`, GroupName: `group ${i}` }))

const networks = (estate: Plan): readonly unknown[] =>
  estate.networks.map((_, i) => ({
    VpcId: `vpc-${i}`,
    CidrBlock: `10.${i}.0.0/16`,
    OwnerId: account,
    State: 'available',
    IsDefault: false,
    CidrBlockAssociationSet: [
      {
        AssociationId: `vpc-cidr-assoc-${i}`,
        CidrBlock: `10.${i}.0.0/16`,
        CidrBlockState: { State: 'associated' },
      },
    ],
    Ipv6CidrBlockAssociationSet: [
      {
        AssociationId: `vpc-cidr-assoc-6${i}`,
        Ipv6CidrBlock: `2a05:d018:${i}::/56`,
        Ipv6CidrBlockState: { State: 'associated' },
      },
    ],
  }))

const subnets = (estate: Plan): readonly unknown[] =>
  estate.subnets.map((_, i) => ({
    SubnetId: `subnet-${i}`,
    VpcId: `vpc-${vpcOfSubnet(estate, i)}`,
    CidrBlock: `10.${vpcOfSubnet(estate, i)}.${i}.0/24`,
    AvailabilityZone: zone,
    OwnerId: account,
    SubnetArn: `arn:aws:ec2:${region}:${account}:subnet/subnet-${i}`,
    State: 'available',
    Ipv6CidrBlockAssociationSet: [],
  }))

const tables = (estate: Plan): readonly RouteTable[] => [
  ...estate.networks.map((it, i) => table(`rtb-main${i}`, i, it.main, [{ Main: true }])),
  ...estate.subnets.flatMap((it, i) =>
    it.table
      ? [
          table(`rtb-${i}`, vpcOfSubnet(estate, i), it.table, [
            { Main: false, SubnetId: `subnet-${i}` },
          ]),
        ]
      : [],
  ),
]

const table = (
  RouteTableId: string,
  vpc: number,
  lines: readonly (readonly [string, Hop])[],
  associations: readonly { readonly Main: boolean; readonly SubnetId?: string }[],
): RouteTable => ({
  RouteTableId,
  VpcId: `vpc-${vpc}`,
  OwnerId: account,
  Associations: associations.map((association, i) => ({
    ...association,
    RouteTableId,
    RouteTableAssociationId: `rtbassoc-${RouteTableId}-${i}`,
    AssociationState: { State: 'associated' },
  })),
  Routes: [
    {
      DestinationCidrBlock: `10.${vpc}.0.0/16`,
      GatewayId: 'local',
      Origin: 'CreateRouteTable',
      State: 'active',
    },
    {
      DestinationIpv6CidrBlock: `2a05:d018:${vpc}::/56`,
      GatewayId: 'local',
      Origin: 'CreateRouteTable',
      State: 'active',
    },
    ...lines.map(([block, next]) => route(block, next, vpc)),
  ],
})

function route(block: string, next: Hop, vpc: number): Route {
  const common = {
    ...(block.includes(':')
      ? { DestinationIpv6CidrBlock: block }
      : { DestinationCidrBlock: block }),
    Origin: 'CreateRoute',
    State: next === 'blackhole' ? 'blackhole' : 'active',
  }
  switch (next) {
    case 'igw':
    case 'blackhole':
      return { ...common, GatewayId: `igw-${vpc}` }
    case 'other-igw':
      return { ...common, GatewayId: 'igw-elsewhere' }
    case 'gone-igw':
      return { ...common, GatewayId: 'igw-gone' }
    case 'nat':
      return block.includes(':')
        ? { ...common, EgressOnlyInternetGatewayId: 'eigw-1' }
        : { ...common, NatGatewayId: 'nat-1' }
    case 'eni':
      return { ...common, NetworkInterfaceId: 'eni-appliance' }
    case 'tgw':
      return { ...common, TransitGatewayId: 'tgw-1' }
    case 'vgw':
      return { ...common, GatewayId: 'vgw-1' }
    case 'pcx':
      return { ...common, VpcPeeringConnectionId: 'pcx-1' }
  }
}

const gateways = (estate: Plan): readonly unknown[] => [
  ...estate.networks.map((it, i) => ({
    InternetGatewayId: `igw-${i}`,
    OwnerId: account,
    Attachments: it.gateway === 'attached' ? [{ State: 'available', VpcId: `vpc-${i}` }] : [],
  })),
  {
    InternetGatewayId: 'igw-elsewhere',
    OwnerId: account,
    Attachments: [{ State: 'available', VpcId: 'vpc-elsewhere' }],
  },
]

/** Subnets without a list of their own stand on the network's default one, which admits everything. */
const acls = (estate: Plan): readonly NetworkAcl[] => [
  ...estate.networks.map((_, vpc) =>
    acl(
      `acl-main${vpc}`,
      vpc,
      estate.subnets.flatMap((it, i) => (!it.acl && vpcOfSubnet(estate, i) === vpc ? [i] : [])),
      openLines('both'),
    ),
  ),
  ...estate.subnets.flatMap((it, i) =>
    it.acl
      ? [
          acl(
            `acl-${i}`,
            vpcOfSubnet(estate, i),
            [i],
            [...numbered(it.acl.lines), ...openLines(it.acl.open)],
          ),
        ]
      : [],
  ),
]

const openLines = (ways: string): readonly AclLine[] =>
  [false, true].flatMap((egress) =>
    ways === 'both' || ways === (egress ? 'out' : 'in')
      ? ['0.0.0.0/0', '::/0'].map((block, i) => ({
          number: 100 + i,
          egress,
          action: 'allow',
          block,
          what: { Protocol: '-1' },
        }))
      : [],
  )

/** A number stands once in each direction. */
const numbered = (lines: readonly AclLine[]): readonly AclLine[] => {
  const seen = new Set<string>()
  return lines.filter(({ number, egress }) => {
    const key = `${egress} ${number}`
    return !seen.has(key) && seen.add(key)
  })
}

const acl = (
  NetworkAclId: string,
  vpc: number,
  own: readonly number[],
  lines: readonly AclLine[],
): NetworkAcl => ({
  NetworkAclId,
  VpcId: `vpc-${vpc}`,
  OwnerId: account,
  IsDefault: NetworkAclId.startsWith('acl-main'),
  Associations: own.map((i) => ({
    NetworkAclAssociationId: `aclassoc-${i}`,
    NetworkAclId,
    SubnetId: `subnet-${i}`,
  })),
  Entries: [
    ...lines.map(({ number, egress, action, block, what: ports }) => ({
      RuleNumber: number,
      Egress: egress,
      RuleAction: action,
      ...(block.includes(':') ? { Ipv6CidrBlock: block } : { CidrBlock: block }),
      ...ports,
    })),
    ...[false, true].flatMap((Egress) => [
      { RuleNumber: 32_767, Egress, RuleAction: 'deny', CidrBlock: '0.0.0.0/0', Protocol: '-1' },
      { RuleNumber: 32_768, Egress, RuleAction: 'deny', Ipv6CidrBlock: '::/0', Protocol: '-1' },
    ]),
  ],
})

const interfaces = (estate: Plan): readonly NetworkInterface[] =>
  estate.cards.map((it, i) => {
    const [vpc, subnetIndex] = [vpcOfSubnet(estate, it.subnet), subnetOf(estate, it.subnet)]
    const first = `10.${vpc}.${subnetIndex}.${10 + i}`
    const isNat = it.kind === 'nat_gateway'
    const own =
      it.address === 'none' && !isNat
        ? {}
        : { Association: { PublicIp: `198.41.0.${10 + i}`, IpOwnerId: account } }
    // What an address list says and the interface does not (read at different times) still holds.
    const printed = it.address === 'elastic' && it.loose && !isNat ? {} : own
    return {
      NetworkInterfaceId: `eni-${i}`,
      InterfaceType: it.kind,
      Description: isNat ? `Interface for NAT Gateway nat-${i}` : '',
      Status: 'in-use',
      OwnerId: account,
      AvailabilityZone: zone,
      SubnetId: `subnet-${subnetIndex}`,
      VpcId: `vpc-${vpc}`,
      PrivateIpAddress: first,
      PrivateIpAddresses: [
        { Primary: true, PrivateIpAddress: first, ...printed },
        ...(it.second === 'none' || isNat
          ? []
          : [
              {
                Primary: false,
                PrivateIpAddress: `10.${vpc}.${subnetIndex}.${110 + i}`,
                ...(it.second === 'elastic'
                  ? { Association: { PublicIp: `198.41.0.${110 + i}`, IpOwnerId: account } }
                  : {}),
              },
            ]),
      ],
      ...printed,
      Ipv6Addresses: it.ip6 && !isNat ? [{ Ipv6Address: `2a05:d018:${vpc}::${i + 10}` }] : [],
      Groups: isNat ? [] : named(groupsIn(estate, vpc, it.groups)),
      ...(isNat
        ? { RequesterManaged: true }
        : { Attachment: { InstanceId: `i-${i}`, DeviceIndex: 0, Status: 'attached' } }),
    }
  })

const elastic = (estate: Plan, cards: readonly NetworkInterface[]): readonly unknown[] =>
  cards.flatMap((it, i) => [
    ...(estate.cards[i]?.address === 'elastic' && estate.cards[i]?.kind === 'interface'
      ? [elasticAddress(`198.41.0.${10 + i}`, it.NetworkInterfaceId, it.PrivateIpAddress)]
      : []),
    ...it.PrivateIpAddresses.flatMap(({ Primary, PrivateIpAddress, Association }) =>
      !Primary && Association
        ? [elasticAddress(Association.PublicIp, it.NetworkInterfaceId, PrivateIpAddress)]
        : [],
    ),
  ])
const elasticAddress = (
  PublicIp: string,
  NetworkInterfaceId: string,
  PrivateIpAddress: string,
): unknown => ({
  PublicIp,
  AllocationId: `eipalloc-${PublicIp.split('.')[3]}`,
  AssociationId: `eipassoc-${PublicIp.split('.')[3]}`,
  Domain: 'vpc',
  NetworkInterfaceId,
  NetworkInterfaceOwnerId: account,
  PrivateIpAddress,
})

// ---- security groups, in the old form, the new one, or both ----

function groupDocuments(estate: Plan): readonly NamedDocument[] {
  const { groupForm, presence } = estate
  const groups = estate.groups.map((it, i) => securityGroup(estate, it, i))
  const rules = estate.groups.flatMap((it, i) => looseRules(it.permissions, i))
  const old = paged('describe-security-groups', 'SecurityGroups', groups, presence.groups)
  const loose = paged('describe-security-group-rules', 'SecurityGroupRules', rules, 'complete')
  if (presence.groups === 'absent') return []
  if (groupForm === 'groups' || presence.groups === 'partial') return old
  return groupForm === 'rules' ? loose : [...old, ...loose]
}

const securityGroup = (estate: Plan, it: Plan['groups'][number], i: number): SecurityGroup => ({
  GroupId: `sg-${i}`,
  GroupName: `group ${i}`,
  Description: '',
  OwnerId: account,
  VpcId: `vpc-${vpcOf(estate, it.network)}`,
  IpPermissions: it.permissions.map(({ peers, ...ports }) => ({
    ...ports,
    IpRanges: peers.flatMap(({ kind, block }) => (kind === 'ip4' ? [{ CidrIp: block }] : [])),
    Ipv6Ranges: peers.flatMap(({ kind, block }) => (kind === 'ip6' ? [{ CidrIpv6: block }] : [])),
    PrefixListIds: peers.flatMap(({ kind, block }) =>
      kind === 'list' ? [{ PrefixListId: block }] : [],
    ),
    UserIdGroupPairs: peers.flatMap(({ kind, block }) =>
      kind === 'group' ? [{ GroupId: block, UserId: account }] : [],
    ),
  })),
  IpPermissionsEgress: [{ IpProtocol: '-1', IpRanges: [{ CidrIp: '0.0.0.0/0' }] }],
})

const looseRules = (
  permissions: readonly Permission[],
  i: number,
): readonly SecurityGroupRule[] => [
  ...permissions.flatMap(({ peers, IpProtocol, FromPort, ToPort }, p) =>
    peers.map(({ kind, block }, n) => ({
      SecurityGroupRuleId: `sgr-${i}-${p}-${n}`,
      GroupId: `sg-${i}`,
      GroupOwnerId: account,
      IsEgress: false,
      IpProtocol,
      FromPort: FromPort ?? -1,
      ToPort: ToPort ?? -1,
      ...(kind === 'ip4'
        ? { CidrIpv4: block }
        : kind === 'ip6'
          ? { CidrIpv6: block }
          : kind === 'list'
            ? { PrefixListId: block }
            : { ReferencedGroupInfo: { GroupId: block, UserId: account } }),
    })),
  ),
  {
    SecurityGroupRuleId: `sgr-${i}-out`,
    GroupId: `sg-${i}`,
    GroupOwnerId: account,
    IsEgress: true,
    IpProtocol: '-1',
    FromPort: -1,
    ToPort: -1,
    CidrIpv4: '0.0.0.0/0',
  },
]

// ---- public access block, prefix lists ----

function blockDocuments({ block }: Plan): readonly NamedDocument[] {
  if (!block) return []
  return [
    {
      document: 'describe-vpc-block-public-access-options.json',
      value: {
        VpcBlockPublicAccessOptions: {
          AwsAccountId: account,
          AwsRegion: region,
          State: 'update-complete',
          InternetGatewayBlockMode: block.mode,
          ManagedBy: 'account',
          ExclusionsAllowed: 'allowed',
        },
      },
    },
    {
      document: 'describe-vpc-block-public-access-exclusions.json',
      value: {
        VpcBlockPublicAccessExclusions: block.exclusions.map(
          ({ mode, of, index, state: at }, i) => ({
            ExclusionId: `vpcbpa-exclude-${i}`,
            InternetGatewayExclusionMode: mode,
            ResourceArn: `arn:aws:ec2:${region}:${account}:${of}/${of}-${index}`,
            State: at,
          }),
        ),
      },
    },
  ]
}

const listDocuments = ({ lists }: Plan): readonly NamedDocument[] =>
  lists.flatMap(({ blocks, known }, i): readonly NamedDocument[] => {
    switch (known) {
      case 'entries':
      case 'partial':
        return [
          {
            document: `get-managed-prefix-list-entries-pl-${i}.json`,
            value: {
              Entries: blocks.map((Cidr) => ({ Cidr })),
              ...(known === 'partial' ? { NextToken: 'more' } : {}),
            },
          },
        ]
      case 'described':
        return [
          {
            document: `describe-prefix-lists-${i}.json`,
            value: {
              PrefixLists: [
                { PrefixListId: `pl-${i}`, PrefixListName: `list ${i}`, Cidrs: blocks },
              ],
            },
          },
        ]
      default:
        return []
    }
  })

// ---- balancers ----

/** One node in each of two subnets of its network; its targets are interfaces of that network. */
function frontOf(estate: Plan, cards: readonly NetworkInterface[]): Front {
  const { balancer: wanted, presence } = estate
  if (!wanted || presence.interfaces !== 'complete') return noFront
  const vpc = vpcOf(estate, wanted.network)
  const own = estate.subnets.flatMap((_, i) => (vpcOfSubnet(estate, i) === vpc ? [i] : []))
  // Only a network balancer may stand without a group.
  const least = wanted.kind === 'network' ? [] : [0]
  const groups = groupsIn(estate, vpc, wanted.groups.length > 0 ? wanted.groups : least)
  return writeBalancer(wanted, {
    vpc,
    subnets: own.slice(0, 2),
    groups: named(groups),
    members: cards.filter((it) => it.VpcId === `vpc-${vpc}` && it.InterfaceType === 'interface'),
  })
}
