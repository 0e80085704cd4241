/** Balancers in random estates: application, network and classic, with their nodes, listeners, rules and targets. */
import fc from 'fast-check'
import type { NetworkInterface } from './aws-documents.ts'
import { account, region, zone } from './aws-place.ts'
import type { NamedDocument } from './packet.ts'

export const balancer = fc.record({
  kind: fc.constantFrom('application', 'network', 'classic'),
  internal: fc.constantFrom(false, false, false, true),
  network: fc.constantFrom(0, 0, 0, 1, 2),
  groups: fc.array(fc.nat(4), { maxLength: 2 }),
  listeners: fc.uniqueArray(
    fc.record({
      port: fc.constantFrom(21, 80, 443, 8080),
      action: fc.constantFrom('forward', 'forward', 'forward', 'redirect', 'rule'),
      group: fc.nat(1),
    }),
    { selector: ({ port }) => port, minLength: 1, maxLength: 2 },
  ),
  targetGroups: fc.array(
    fc.record({
      port: fc.constantFrom(21, 22, 80, 8080),
      type: fc.constantFrom('instance', 'ip'),
      protocol: fc.constantFrom('TCP', 'TCP', 'TCP', 'UDP', 'TCP_UDP'),
      keeps: fc.constantFrom('default', 'default', 'true', 'false'),
      members: fc.uniqueArray(
        fc.record({ card: fc.nat(4), port: fc.constantFrom(null, null, 21, 8080) }),
        { selector: (member) => member.card, minLength: 1, maxLength: 2 },
      ),
    }),
    { minLength: 2, maxLength: 2 },
  ),
})
export type Balancer = typeof balancer extends fc.Arbitrary<infer Value> ? Value : never

export interface Front {
  readonly cards: readonly NetworkInterface[]
  readonly documents: readonly NamedDocument[]
}
export const noFront: Front = { cards: [], documents: [] }

export interface Ground {
  readonly vpc: number
  readonly subnets: readonly number[]
  readonly groups: NetworkInterface['Groups']
  /** The interfaces that may be targets. */
  readonly members: readonly NetworkInterface[]
}

const elbv2 = `arn:aws:elasticloadbalancing:${region}:${account}`

export function writeBalancer(wanted: Balancer, ground: Ground): Front {
  const { groups, members, subnets, vpc } = ground
  if (subnets.length === 0 || members.length === 0) return noFront
  if (wanted.kind !== 'network' && groups.length === 0) return noFront
  const mark = { application: 'app/front/1a2b', network: 'net/front/1a2b', classic: 'front' }[
    wanted.kind
  ]
  const nodes = subnets.map((subnet, i) => {
    const association = wanted.internal
      ? {}
      : { Association: { PublicIp: `198.41.1.${200 + i}`, IpOwnerId: 'amazon-elb' } }
    const inside = `10.${vpc}.${subnet}.200`
    return {
      NetworkInterfaceId: `eni-front${i}`,
      InterfaceType: wanted.kind === 'network' ? 'network_load_balancer' : 'interface',
      Description: `ELB ${mark}`,
      Status: 'in-use',
      OwnerId: account,
      AvailabilityZone: zone,
      SubnetId: `subnet-${subnet}`,
      VpcId: `vpc-${vpc}`,
      PrivateIpAddress: inside,
      PrivateIpAddresses: [{ Primary: true, PrivateIpAddress: inside, ...association }],
      ...association,
      Ipv6Addresses: [],
      Groups: groups,
      RequesterManaged: true,
      Attachment: { DeviceIndex: 1, Status: 'attached' },
    }
  })
  const scheme = wanted.internal ? 'internal' : 'internet-facing'
  return {
    cards: nodes,
    documents:
      wanted.kind === 'classic'
        ? classicDocuments(wanted, nodes, members, scheme)
        : secondGeneration(wanted, nodes, members, scheme, mark),
  }
}

const classicDocuments = (
  wanted: Balancer,
  nodes: readonly NetworkInterface[],
  members: readonly NetworkInterface[],
  Scheme: string,
): readonly NamedDocument[] => [
  {
    document: 'elb-describe-load-balancers.json',
    value: {
      LoadBalancerDescriptions: [
        {
          LoadBalancerName: 'front',
          DNSName: `front-1.${region}.elb.amazonaws.com`,
          Scheme,
          VPCId: nodes[0]?.VpcId,
          Subnets: nodes.map(({ SubnetId }) => SubnetId),
          AvailabilityZones: [zone],
          SecurityGroups: nodes[0]?.Groups.map(({ GroupId }) => GroupId),
          Instances: instancesOf(wanted, members),
          ListenerDescriptions: wanted.listeners.map(({ port, group: index }) => ({
            Listener: {
              Protocol: 'TCP',
              LoadBalancerPort: port,
              InstanceProtocol: 'TCP',
              InstancePort: wanted.targetGroups[index]?.port ?? port,
            },
            PolicyNames: [],
          })),
        },
      ],
    },
  },
]

const instancesOf = (
  wanted: Balancer,
  members: readonly NetworkInterface[],
): readonly unknown[] => {
  const ids = (wanted.targetGroups[0]?.members ?? []).map(
    (member) => members[member.card % members.length]?.Attachment?.InstanceId,
  )
  return [...new Set(ids)].map((InstanceId) => ({ InstanceId }))
}

function secondGeneration(
  wanted: Balancer,
  nodes: readonly NetworkInterface[],
  members: readonly NetworkInterface[],
  Scheme: string,
  mark: string,
): readonly NamedDocument[] {
  const arn = `${elbv2}:loadbalancer/${mark}`
  const isHttp = wanted.kind === 'application'
  const groupArn = (i: number): string => `${elbv2}:targetgroup/tg${i}/ff0${i}`
  const forward = (i: number): object => ({
    Type: 'forward',
    TargetGroupArn: groupArn(i),
    ForwardConfig: { TargetGroups: [{ TargetGroupArn: groupArn(i), Weight: 1 }] },
  })
  const redirect = { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } }
  const listenerArn = (i: number): string => `${elbv2}:listener/${mark}/aa0${i}`
  const ends = (action: string): boolean => isHttp && action !== 'forward'
  return [
    {
      document: 'elbv2-describe-load-balancers.json',
      value: {
        LoadBalancers: [
          {
            LoadBalancerArn: arn,
            LoadBalancerName: 'front',
            DNSName: `front-1.elb.${region}.amazonaws.com`,
            Scheme,
            Type: wanted.kind,
            VpcId: nodes[0]?.VpcId,
            IpAddressType: 'ipv4',
            State: { Code: 'active' },
            AvailabilityZones: nodes.map(({ SubnetId }) => ({ ZoneName: zone, SubnetId })),
            SecurityGroups: nodes[0]?.Groups.map(({ GroupId }) => GroupId),
          },
        ],
      },
    },
    {
      document: 'elbv2-describe-listeners.json',
      value: {
        Listeners: wanted.listeners.map(({ port, action, group: index }, i) => ({
          ListenerArn: listenerArn(i),
          LoadBalancerArn: arn,
          Port: port,
          Protocol: isHttp ? 'HTTP' : (wanted.targetGroups[index]?.protocol ?? 'TCP'),
          DefaultActions: [ends(action) ? redirect : forward(index)],
        })),
      },
    },
    ...(isHttp
      ? [
          {
            document: 'elbv2-describe-rules.json',
            value: {
              Rules: wanted.listeners.flatMap(({ action, group: index }, i) => [
                ...(action === 'rule'
                  ? [
                      {
                        RuleArn: `${listenerArn(i).replace(':listener/', ':listener-rule/')}/bb01`,
                        Priority: '1',
                        IsDefault: false,
                        Conditions: [{ Field: 'path-pattern', Values: ['/ftp/*'] }],
                        Actions: [forward(index)],
                      },
                    ]
                  : []),
                {
                  RuleArn: `${listenerArn(i).replace(':listener/', ':listener-rule/')}/bb00`,
                  Priority: 'default',
                  IsDefault: true,
                  Conditions: [],
                  Actions: [ends(action) ? redirect : forward(index)],
                },
              ]),
            },
          },
        ]
      : []),
    {
      document: 'elbv2-describe-target-groups.json',
      value: {
        TargetGroups: wanted.targetGroups.map(({ port, type, protocol }, i) => ({
          TargetGroupArn: groupArn(i),
          TargetGroupName: `tg${i}`,
          Protocol: isHttp ? 'HTTP' : protocol,
          Port: port,
          VpcId: nodes[0]?.VpcId,
          TargetType: type,
          LoadBalancerArns: [arn],
        })),
      },
    },
    ...wanted.targetGroups.flatMap(({ port, type, protocol, keeps, members: chosen }, i) => [
      {
        document: `describe-target-health-tg${i}.json`,
        value: {
          TargetHealthDescriptions: chosen.map((member) => {
            const it = members[member.card % members.length]
            return {
              Target: {
                Id: type === 'instance' ? it?.Attachment?.InstanceId : it?.PrivateIpAddress,
                Port: member.port ?? port,
              },
              TargetHealth: { State: member.port === null ? 'healthy' : 'unhealthy' },
            }
          }),
        },
      },
      ...(isHttp
        ? []
        : [
            {
              document: `describe-target-group-attributes-tg${i}.json`,
              value: {
                Attributes: [
                  { Key: 'preserve_client_ip.enabled', Value: kept(type, protocol, keeps) },
                ],
              },
            },
          ]),
    ]),
  ]
}

/** The command prints the value in force, set or not; UDP always keeps the client's address. */
const kept = (type: string, protocol: string, wanted: string): string =>
  protocol !== 'TCP' ? 'true' : wanted === 'default' ? String(type === 'instance') : wanted
