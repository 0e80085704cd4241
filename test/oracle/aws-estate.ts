/** Small random estates as the documents that `aws … describe-…` prints. */

import type fc from 'fast-check'
import type { NetworkAcl, NetworkInterface, Route, RouteTable } from './aws-documents.ts'
import { type Front, noFront, writeBalancer } from './aws-estate-balancers.ts'
import { blockDocuments, groupDocuments, listDocuments } from './aws-estate-groups.ts'
import { groupsIn, named, paged, subnetOf, vpcOf, vpcOfSubnet } from './aws-naming.ts'
import { account, region, zone } from './aws-place.ts'
import { type AclLine, type Hop, type Plan, plan } from './aws-plan.ts'
import type { NamedDocument } from './packet.ts'

export const awsEstate: fc.Arbitrary<readonly NamedDocument[]> = plan.map(write)

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

/** A network may have numbers that are others' on the internet. */
const publicBlocks = (vpc: number): readonly string[] => (vpc === 1 ? ['8.9.0.0/16'] : [])

export const networks = (estate: Plan): readonly unknown[] =>
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
      ...publicBlocks(i).map((CidrBlock) => ({
        AssociationId: `vpc-cidr-assoc-9${i}`,
        CidrBlock,
        CidrBlockState: { State: 'associated' },
      })),
    ],
    Ipv6CidrBlockAssociationSet: [
      {
        AssociationId: `vpc-cidr-assoc-6${i}`,
        Ipv6CidrBlock: `2a05:d018:${i}::/56`,
        Ipv6CidrBlockState: { State: 'associated' },
      },
    ],
  }))

export const subnets = (estate: Plan): readonly unknown[] =>
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

export const tables = (estate: Plan): readonly RouteTable[] => [
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

export const table = (
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
    ...publicBlocks(vpc).map((DestinationCidrBlock) => ({
      DestinationCidrBlock,
      GatewayId: 'local',
      Origin: 'CreateRouteTable',
      State: 'active',
    })),
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

export const gateways = (estate: Plan): readonly unknown[] => [
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
export const acls = (estate: Plan): readonly NetworkAcl[] => [
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

export const acl = (
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

export const interfaces = (estate: Plan): readonly NetworkInterface[] =>
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
