/** Small estates in AWS's own JSON, and what the reader makes of them. */
import type { DocumentPart } from '../../model/document.ts'
import type { Estate } from '../../model/estate.ts'
import { pointer } from '../../model/source.ts'
import { type Draft, emptyDraft } from './draft.ts'
import { notNeeded } from './ignored.ts'
import { awsReader, resources } from './index.ts'
import { takePart } from './reading.ts'

export const account = '123456789012'
export const region = 'eu-west-1'
export const folder = `${account}/${region}/`

export type Documents = Readonly<Record<string, unknown>>

export const part = (
  document: string,
  value: unknown,
  more: Partial<DocumentPart> = {},
): DocumentPart => ({ document, value, record: null, firstIndex: 0, last: true, ...more })

/** The records of some documents, before they are linked. */
export function drafted(...parts: readonly DocumentPart[]): Draft {
  const draft = emptyDraft()
  for (const one of parts) takePart(one, { resources, notNeeded }, draft)
  return draft
}

/** Each gap as `reason document pointer`. */
export const gapsIn = ({
  gaps,
}: {
  readonly gaps: Draft['gaps'] | Estate['gaps']
}): readonly string[] =>
  [...gaps.values()].map(({ reason, source }) =>
    [reason, source ? pointer(source) : ''].join(' ').trim(),
  )

export const estateOf = (documents: Documents): Estate => {
  const reader = awsReader()
  for (const [name, value] of Object.entries(documents)) reader.take(part(folder + name, value))
  return reader.link()
}

// ---- an ordinary network: two subnets, a gateway, a default route ----

export const permission = (
  protocol: string,
  from: number | null,
  to: number | null,
  ...cidrs: readonly string[]
) => ({
  IpProtocol: protocol,
  ...(from === null ? {} : { FromPort: from }),
  ...(to === null ? {} : { ToPort: to }),
  IpRanges: cidrs.filter((cidr) => !cidr.includes(':')).map((CidrIp) => ({ CidrIp })),
  Ipv6Ranges: cidrs.filter((cidr) => cidr.includes(':')).map((CidrIpv6) => ({ CidrIpv6 })),
  PrefixListIds: [],
  UserIdGroupPairs: [],
})

export const fromGroup = (protocol: string, from: number, to: number, pair: object) => ({
  ...permission(protocol, from, to),
  UserIdGroupPairs: [{ UserId: account, ...pair }],
})

export const group = (id: string, ...permissions: readonly object[]) => ({
  GroupId: id,
  GroupName: id,
  Description: '',
  OwnerId: account,
  VpcId: 'vpc-1',
  IpPermissions: permissions,
  IpPermissionsEgress: [permission('-1', null, null, '0.0.0.0/0')],
})

export const card = (id: string, privateAddress: string, more: object = {}, publicIp?: string) => ({
  NetworkInterfaceId: id,
  InterfaceType: 'interface',
  Description: '',
  OwnerId: account,
  AvailabilityZone: `${region}a`,
  VpcId: 'vpc-1',
  SubnetId: 'subnet-a',
  Groups: [{ GroupId: 'sg-1', GroupName: 'sg-1' }],
  PrivateIpAddress: privateAddress,
  PrivateIpAddresses: [
    {
      Primary: true,
      PrivateIpAddress: privateAddress,
      ...(publicIp === undefined ? {} : { Association: { PublicIp: publicIp } }),
    },
  ],
  Ipv6Addresses: [],
  TagSet: [],
  ...more,
})

export const subnet = (id: string, cidr: string) => ({
  SubnetId: id,
  VpcId: 'vpc-1',
  OwnerId: account,
  AvailabilityZone: `${region}a`,
  CidrBlock: cidr,
})

export const table = (
  id: string,
  routes: readonly object[],
  ...associations: readonly object[]
) => ({
  RouteTableId: id,
  VpcId: 'vpc-1',
  OwnerId: account,
  Associations: associations.length > 0 ? associations : [{ Main: true }],
  Routes: [
    { DestinationCidrBlock: '10.0.0.0/16', GatewayId: 'local', State: 'active' },
    { DestinationIpv6CidrBlock: '2600:1f18::/56', GatewayId: 'local', State: 'active' },
    ...routes,
  ],
})
export const toInternet = [
  { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', State: 'active' },
  { DestinationIpv6CidrBlock: '::/0', GatewayId: 'igw-1', State: 'active' },
]

const openAcl = (direction: { readonly Egress: boolean }) => [
  { ...direction, RuleNumber: 100, Protocol: '-1', RuleAction: 'allow', CidrBlock: '0.0.0.0/0' },
  { ...direction, RuleNumber: 101, Protocol: '-1', RuleAction: 'allow', Ipv6CidrBlock: '::/0' },
]
export const acl = (id: string, subnetIds: readonly string[], entries?: readonly object[]) => ({
  NetworkAclId: id,
  VpcId: 'vpc-1',
  OwnerId: account,
  IsDefault: false,
  Associations: subnetIds.map((SubnetId) => ({ SubnetId, NetworkAclId: id })),
  Entries: entries ?? [...openAcl({ Egress: true }), ...openAcl({ Egress: false })],
})

/** Everything decisive is there, so that no verdict is unknown for want of a document. */
export const network: Documents = {
  'describe-vpcs.json': { Vpcs: [{ VpcId: 'vpc-1', OwnerId: account, CidrBlock: '10.0.0.0/16' }] },
  'describe-subnets.json': {
    Subnets: [subnet('subnet-a', '10.0.1.0/24'), subnet('subnet-b', '10.0.2.0/24')],
  },
  'describe-route-tables.json': { RouteTables: [table('rtb-1', toInternet)] },
  'describe-internet-gateways.json': {
    InternetGateways: [
      {
        InternetGatewayId: 'igw-1',
        OwnerId: account,
        Attachments: [{ VpcId: 'vpc-1', State: 'available' }],
      },
    ],
  },
  'describe-network-acls.json': { NetworkAcls: [acl('acl-1', ['subnet-a', 'subnet-b'])] },
  'describe-vpc-block-public-access-options.json': {
    VpcBlockPublicAccessOptions: {
      AwsAccountId: account,
      AwsRegion: region,
      InternetGatewayBlockMode: 'off',
    },
  },
  'describe-vpc-block-public-access-exclusions.json': { VpcBlockPublicAccessExclusions: [] },
  'describe-security-groups.json': {
    SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0', '::/0'))],
  },
  'describe-network-interfaces.json': {
    NetworkInterfaces: [card('eni-1', '10.0.1.5', {}, '198.41.0.5')],
  },
}
