/** One network, one subnet, one instance with a public address of each family: the ground on which single AWS cases stand. */
import type {
  AclEntry,
  BlockExclusion,
  IpPermission,
  NetworkInterface,
  Route,
} from './aws-documents.ts'
import type { NamedDocument } from './packet.ts'

const owner = '123456789012'
export const publicAddress = '198.41.0.10'
export const publicAddress6 = '2a05:d018:1::10'
export const instanceCard = 'eni-1'

export interface Scene {
  readonly permissions?: readonly IpPermission[]
  /** Permissions of a second group on the same interface. */
  readonly second?: readonly IpPermission[]
  readonly routes?: readonly Route[]
  readonly gatewayOf?: string | null
  readonly acl?: readonly AclEntry[]
  readonly block?: {
    readonly mode: string
    readonly exclusions: readonly (readonly [mode: string, arn: string])[]
  }
  readonly card?: Partial<NetworkInterface>
  readonly moreCards?: readonly NetworkInterface[]
  /** Documents beside, or instead of, those above; a null value takes one away. */
  readonly documents?: Readonly<Record<string, unknown>>
}

export const toInternet: readonly Route[] = [
  { DestinationCidrBlock: '0.0.0.0/0', GatewayId: 'igw-1', Origin: 'CreateRoute', State: 'active' },
  { DestinationIpv6CidrBlock: '::/0', GatewayId: 'igw-1', Origin: 'CreateRoute', State: 'active' },
]

export const permit = (
  IpProtocol: string,
  from: number | null,
  to: number | null,
  ...blocks: readonly string[]
): IpPermission => ({
  IpProtocol,
  ...(from === null ? {} : { FromPort: from }),
  ...(to === null ? {} : { ToPort: to }),
  IpRanges: blocks.filter((it) => !it.includes(':')).map((CidrIp) => ({ CidrIp })),
  Ipv6Ranges: blocks.filter((it) => it.includes(':')).map((CidrIpv6) => ({ CidrIpv6 })),
  PrefixListIds: [],
  UserIdGroupPairs: [],
})

export const route = (block: string, next: Partial<Route>): Route => ({
  ...(block.includes(':') ? { DestinationIpv6CidrBlock: block } : { DestinationCidrBlock: block }),
  Origin: 'CreateRoute',
  State: 'active',
  ...next,
})

export const aclLine = (
  RuleNumber: number,
  way: 'in' | 'out',
  RuleAction: 'allow' | 'deny',
  Protocol: string,
  range: readonly [number, number] | null,
  CidrBlock = '0.0.0.0/0',
): AclEntry => ({
  RuleNumber,
  Egress: way === 'out',
  RuleAction,
  Protocol,
  CidrBlock,
  ...(range === null ? {} : { PortRange: { From: range[0], To: range[1] } }),
})

export const card = (
  NetworkInterfaceId: string,
  PrivateIpAddress: string,
  PublicIp: string | null,
  groups: readonly string[],
  more: Partial<NetworkInterface> = {},
): NetworkInterface => {
  const association = PublicIp === null ? {} : { Association: { PublicIp, IpOwnerId: owner } }
  return {
    NetworkInterfaceId,
    InterfaceType: 'interface',
    Description: '',
    Status: 'in-use',
    OwnerId: owner,
    AvailabilityZone: 'eu-west-1a',
    SubnetId: 'subnet-1',
    VpcId: 'vpc-1',
    PrivateIpAddress,
    PrivateIpAddresses: [{ Primary: true, PrivateIpAddress, ...association }],
    ...association,
    Ipv6Addresses: [],
    Groups: groups.map((GroupId) => ({ GroupId, GroupName: GroupId })),
    Attachment: {
      InstanceId: NetworkInterfaceId.replace('eni', 'i'),
      DeviceIndex: 0,
      Status: 'attached',
    },
    ...more,
  }
}

export function documentsOf(scene: Scene): readonly NamedDocument[] {
  const written: Readonly<Record<string, unknown>> = {
    'describe-security-groups.json': {
      SecurityGroups: [
        securityGroup('sg-1', scene.permissions ?? []),
        securityGroup('sg-2', scene.second ?? []),
      ],
    },
    'describe-network-interfaces.json': {
      NetworkInterfaces: [
        card(instanceCard, '10.1.0.10', publicAddress, scene.second ? ['sg-1', 'sg-2'] : ['sg-1'], {
          Ipv6Addresses: [{ Ipv6Address: publicAddress6 }],
          ...scene.card,
        }),
        ...(scene.moreCards ?? []),
      ],
    },
    'describe-route-tables.json': {
      RouteTables: [
        {
          RouteTableId: 'rtb-1',
          VpcId: 'vpc-1',
          OwnerId: owner,
          Associations: [
            {
              Main: true,
              RouteTableId: 'rtb-1',
              RouteTableAssociationId: 'rtbassoc-1',
              AssociationState: { State: 'associated' },
            },
          ],
          Routes: [
            route('10.1.0.0/16', { GatewayId: 'local', Origin: 'CreateRouteTable' }),
            ...(scene.routes ?? toInternet),
          ],
        },
      ],
    },
    'describe-internet-gateways.json': {
      InternetGateways: [
        {
          InternetGatewayId: 'igw-1',
          OwnerId: owner,
          Attachments:
            scene.gatewayOf === null
              ? []
              : [{ State: 'available', VpcId: scene.gatewayOf ?? 'vpc-1' }],
        },
      ],
    },
    ...(scene.acl ? { 'describe-network-acls.json': acls(scene.acl) } : {}),
    ...(scene.block
      ? {
          'describe-vpc-block-public-access-options.json': {
            VpcBlockPublicAccessOptions: {
              AwsAccountId: owner,
              AwsRegion: 'eu-west-1',
              State: 'update-complete',
              InternetGatewayBlockMode: scene.block.mode,
            },
          },
          'describe-vpc-block-public-access-exclusions.json': {
            VpcBlockPublicAccessExclusions: scene.block.exclusions.map(
              ([InternetGatewayExclusionMode, arn], i): BlockExclusion => ({
                ExclusionId: `vpcbpa-exclude-${i}`,
                InternetGatewayExclusionMode,
                ResourceArn: `arn:aws:ec2:eu-west-1:${owner}:${arn}`,
                State: 'create-complete',
              }),
            ),
          },
        }
      : {}),
    ...scene.documents,
  }
  return Object.entries(written).flatMap(([document, value]) =>
    value === null ? [] : [{ document, value }],
  )
}

const securityGroup = (GroupId: string, IpPermissions: readonly IpPermission[]): unknown => ({
  GroupId,
  GroupName: GroupId,
  Description: '',
  OwnerId: owner,
  VpcId: 'vpc-1',
  IpPermissions,
  IpPermissionsEgress: [],
})

const acls = (lines: readonly AclEntry[]): unknown => ({
  NetworkAcls: [
    {
      NetworkAclId: 'acl-1',
      VpcId: 'vpc-1',
      OwnerId: owner,
      IsDefault: false,
      Associations: [
        {
          NetworkAclAssociationId: 'aclassoc-1',
          NetworkAclId: 'acl-1',
          SubnetId: 'subnet-1',
        },
      ],
      Entries: [
        ...lines,
        aclLine(32_767, 'in', 'deny', '-1', null),
        aclLine(32_767, 'out', 'deny', '-1', null),
      ],
    },
  ],
})

// ---- balancers ----

const elb = `arn:aws:elasticloadbalancing:eu-west-1:${owner}`
export const frontAddress = '198.41.1.200'
export const frontArn = (kind: 'app' | 'net'): string => `${elb}:loadbalancer/${kind}/front/1a2b`

/** The node on which a balancer of this kind stands, with the front's group sg-front (none where null). */
export const frontCard = (mark: string, group: string | null, outside = true): NetworkInterface =>
  card('eni-front', '10.1.0.200', outside ? frontAddress : null, group === null ? [] : [group], {
    Description: `ELB ${mark}`,
    RequesterManaged: true,
    Attachment: { DeviceIndex: 1, Status: 'attached' },
  })

export interface BalancerScene {
  readonly kind: 'app' | 'net'
  readonly scheme?: string
  readonly group: string | null
  readonly port: number
  readonly protocol: string
  /** What the listener does: forwards to the one target group, or this action. */
  readonly action?: object
  readonly targetPort: number
  readonly targetType: 'instance' | 'ip'
  readonly target: string
  readonly state?: string
  readonly keepsClient?: boolean
}

export function balancerDocuments(of: BalancerScene): Readonly<Record<string, unknown>> {
  const group = `${elb}:targetgroup/back/ff00`
  const protocol = of.kind === 'app' ? 'HTTP' : of.protocol
  return {
    'elbv2-describe-load-balancers.json': {
      LoadBalancers: [
        {
          LoadBalancerArn: frontArn(of.kind),
          LoadBalancerName: 'front',
          DNSName: 'front-1.elb.eu-west-1.amazonaws.com',
          Scheme: of.scheme ?? 'internet-facing',
          Type: of.kind === 'app' ? 'application' : 'network',
          VpcId: 'vpc-1',
          IpAddressType: 'ipv4',
          State: { Code: 'active' },
          AvailabilityZones: [{ ZoneName: 'eu-west-1a', SubnetId: 'subnet-1' }],
          SecurityGroups: of.group === null ? [] : [of.group],
        },
      ],
    },
    'elbv2-describe-listeners.json': {
      Listeners: [
        {
          ListenerArn: `${elb}:listener/${of.kind}/front/1a2b/aa00`,
          LoadBalancerArn: frontArn(of.kind),
          Port: of.port,
          Protocol: protocol,
          DefaultActions: [of.action ?? { Type: 'forward', TargetGroupArn: group }],
        },
      ],
    },
    'elbv2-describe-rules.json': {
      Rules: [
        {
          RuleArn: `${elb}:listener-rule/${of.kind}/front/1a2b/aa00/bb00`,
          Priority: 'default',
          IsDefault: true,
          Conditions: [],
          Actions: [of.action ?? { Type: 'forward', TargetGroupArn: group }],
        },
      ],
    },
    'elbv2-describe-target-groups.json': {
      TargetGroups: [
        {
          TargetGroupArn: group,
          TargetGroupName: 'back',
          Protocol: protocol,
          Port: of.targetPort,
          VpcId: 'vpc-1',
          TargetType: of.targetType,
          LoadBalancerArns: [frontArn(of.kind)],
        },
      ],
    },
    'describe-target-health-back.json': {
      TargetHealthDescriptions: [
        {
          Target: { Id: of.target, Port: of.targetPort },
          TargetHealth: { State: of.state ?? 'healthy' },
        },
      ],
    },
    ...(of.keepsClient === undefined
      ? {}
      : {
          'describe-target-group-attributes-back.json': {
            Attributes: [{ Key: 'preserve_client_ip.enabled', Value: String(of.keepsClient) }],
          },
        }),
  }
}

export const securityGroups = (
  groups: Readonly<Record<string, readonly IpPermission[]>>,
): Readonly<Record<string, unknown>> => ({
  'describe-security-groups.json': {
    SecurityGroups: Object.entries(groups).map(([id, permissions]) =>
      securityGroup(id, permissions),
    ),
  },
})
export const groupPermission = (
  IpProtocol: string,
  port: number,
  GroupId: string,
): IpPermission => ({
  ...permit(IpProtocol, port, port),
  UserIdGroupPairs: [{ GroupId, UserId: owner }],
})
