/** The rows of AWS's order of things, asked of the solver: what the reader says must come out as these verdicts. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeShared } from '../../../test/shared.ts'
import { solve } from '../../exposure/solve.ts'
import { formatAddress } from '../../model/address.ts'
import { addresses, contains, toCidrs } from '../../model/address-set.ts'
import type { Estate } from '../../model/estate.ts'
import { formatPorts } from '../../model/port-set.ts'
import { resourceId } from '../../model/resource.ts'
import {
  account,
  acl,
  card,
  type Documents,
  estateOf,
  fromGroup,
  group,
  network,
  part,
  permission,
  region,
  subnet,
  table,
  toInternet,
} from './documents.test.data.ts'
import { awsReader } from './index.ts'

/**
 * Each exposure as `verdict target entry transport ports[ → target ports]`. That a target has no address of its own is
 * told only where nothing else is told of it.
 */
const answers = (estate: Estate): readonly string[] => {
  const exposures = solve(estate)
  const hasEntry = ({ entry }: (typeof exposures)[number]) =>
    entry.addresses.length + entry.names.length > 0
  const told = new Set(exposures.filter(hasEntry).map(({ target }) => target.key))
  return exposures
    .filter((one) => hasEntry(one) || !told.has(one.target.key))
    .map(({ verdict, target, entry, transport, ports, targetPorts }) => {
      const where = [...entry.addresses.map(formatAddress), ...entry.names].join('+')
      const [before, behind] = [formatPorts(ports), formatPorts(targetPorts)]
      return [
        verdict,
        target.name ?? target.id,
        where,
        transport,
        before,
        before === behind ? '' : `→ ${behind}`,
      ]
        .filter((text) => text !== '')
        .join(' ')
    })
    .sort()
}

const groupsFile = 'describe-security-groups.json'
const cardsFile = 'describe-network-interfaces.json'
const aclsFile = 'describe-network-acls.json'
const without = (documents: Documents, ...names: readonly string[]): Documents =>
  Object.fromEntries(Object.entries(documents).filter(([name]) => !names.includes(name)))
const withGroups = (...groups: readonly object[]): Documents => ({
  ...network,
  [groupsFile]: { SecurityGroups: groups },
})
const withCards = (...cards: readonly object[]): Documents => ({
  ...network,
  [cardsFile]: { NetworkInterfaces: cards },
})

const ip6 = (...list: readonly string[]) => ({
  Ipv6Addresses: list.map((Ipv6Address) => ({ Ipv6Address })),
})

const own: readonly { name: string; documents: Documents; expected: readonly string[] }[] = [
  {
    name: 'an open port on a public address',
    documents: network,
    expected: ['reachable eni-1 198.41.0.5 tcp 22'],
  },
  {
    name: 'a range holds what it holds',
    documents: withGroups(group('sg-1', permission('tcp', 20, 25, '0.0.0.0/0'))),
    expected: ['reachable eni-1 198.41.0.5 tcp 20-25'],
  },
  {
    name: 'two halves in two groups are the internet',
    documents: {
      ...withCards(
        card(
          'eni-1',
          '10.0.1.5',
          { Groups: [{ GroupId: 'sg-1' }, { GroupId: 'sg-2' }] },
          '198.41.0.5',
        ),
      ),
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', permission('tcp', 22, 22, '0.0.0.0/1')),
          group('sg-2', permission('tcp', 22, 22, '128.0.0.0/1')),
        ],
      },
    },
    expected: ['reachable eni-1 198.41.0.5 tcp 22'],
  },
  {
    name: 'a group that names itself is not the internet',
    documents: withGroups(group('sg-1', fromGroup('tcp', 22, 22, { GroupId: 'sg-1' }))),
    expected: [],
  },
  {
    name: 'a group that names an unread group is not the internet',
    documents: withGroups(
      group('sg-1', fromGroup('tcp', 22, 22, { GroupId: 'sg-9', UserId: '210987654321' })),
    ),
    expected: [],
  },
  {
    name: 'a prefix list that is not known may be anybody',
    documents: withGroups(
      group('sg-1', { ...permission('tcp', 22, 22), PrefixListIds: [{ PrefixListId: 'pl-1' }] }),
    ),
    expected: ['unknown eni-1 198.41.0.5 tcp 22'],
  },
  {
    name: 'a prefix list that is known',
    documents: {
      ...withGroups(
        group('sg-1', { ...permission('tcp', 22, 22), PrefixListIds: [{ PrefixListId: 'pl-1' }] }),
      ),
      'get-managed-prefix-list-entries-pl-1.json': { Entries: [{ Cidr: '8.8.8.0/24' }] },
    },
    expected: ['reachable eni-1 198.41.0.5 tcp 22'],
  },
  {
    name: 'a network ACL that denies',
    documents: {
      ...withGroups(group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))),
      [aclsFile]: {
        NetworkAcls: [
          acl(
            'acl-1',
            ['subnet-a'],
            [
              {
                Egress: false,
                RuleNumber: 100,
                Protocol: '-1',
                RuleAction: 'deny',
                CidrBlock: '0.0.0.0/0',
              },
            ],
          ),
        ],
      },
    },
    expected: ['blocked eni-1 198.41.0.5 tcp 22'],
  },
  {
    name: 'a network ACL that lets no reply out',
    documents: {
      ...withGroups(group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))),
      [aclsFile]: {
        NetworkAcls: [
          acl(
            'acl-1',
            ['subnet-a'],
            [
              {
                Egress: false,
                RuleNumber: 100,
                Protocol: '-1',
                RuleAction: 'allow',
                CidrBlock: '0.0.0.0/0',
              },
            ],
          ),
        ],
      },
    },
    expected: ['blocked eni-1 198.41.0.5 tcp 22'],
  },
  {
    name: 'block public access',
    documents: {
      ...withGroups(group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))),
      'describe-vpc-block-public-access-options.json': {
        VpcBlockPublicAccessOptions: {
          AwsAccountId: account,
          AwsRegion: region,
          InternetGatewayBlockMode: 'block-ingress',
        },
      },
    },
    expected: ['blocked eni-1 198.41.0.5 tcp 22'],
  },
  {
    name: 'a private subnet',
    documents: {
      ...withGroups(group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))),
      'describe-route-tables.json': { RouteTables: [table('rtb-1', [])] },
    },
    expected: ['open-but-unreachable eni-1 198.41.0.5 tcp 22'],
  },
  {
    name: 'no routes given',
    documents: without(
      withGroups(group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))),
      'describe-route-tables.json',
    ),
    expected: ['unknown eni-1 198.41.0.5 tcp 22'],
  },
  {
    name: 'an elastic address on a secondary private address',
    documents: {
      ...withGroups(group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))),
      [cardsFile]: {
        NetworkInterfaces: [
          {
            ...card('eni-1', '10.0.1.5'),
            PrivateIpAddresses: [
              { PrivateIpAddress: '10.0.1.5' },
              { PrivateIpAddress: '10.0.1.6' },
            ],
          },
        ],
      },
      'describe-addresses.json': {
        Addresses: [
          {
            PublicIp: '198.41.0.6',
            AllocationId: 'eipalloc-1',
            Domain: 'vpc',
            NetworkInterfaceId: 'eni-1',
            PrivateIpAddress: '10.0.1.6',
            NetworkInterfaceOwnerId: account,
          },
        ],
      },
    },
    expected: ['reachable eni-1 198.41.0.6 tcp 22'],
  },
  {
    name: 'IPv6 by the gateway',
    documents: {
      ...withGroups(group('sg-1', permission('tcp', 22, 22, '::/0'))),
      [cardsFile]: {
        NetworkInterfaces: [
          card('eni-1', '10.0.1.5', { Ipv6Addresses: [{ Ipv6Address: '2600:1f18::5' }] }),
        ],
      },
    },
    expected: ['reachable eni-1 2600:1f18::5 tcp 22'],
  },
  {
    name: 'IPv6 by an egress-only gateway',
    documents: {
      ...withGroups(group('sg-1', permission('tcp', 22, 22, '::/0'))),
      [cardsFile]: {
        NetworkInterfaces: [
          card('eni-1', '10.0.1.5', { Ipv6Addresses: [{ Ipv6Address: '2600:1f18::5' }] }),
        ],
      },
      'describe-route-tables.json': {
        RouteTables: [
          table('rtb-1', [
            {
              DestinationIpv6CidrBlock: '::/0',
              EgressOnlyInternetGatewayId: 'eigw-1',
              State: 'active',
            },
          ]),
        ],
      },
    },
    expected: ['open-but-unreachable eni-1 2600:1f18::5 tcp 22'],
  },
  {
    name: 'a group of an interface that was not read may admit anything',
    documents: withGroups(),
    expected: [
      'unknown eni-1 198.41.0.5 icmp all',
      'unknown eni-1 198.41.0.5 other 0, 2-5, 7-16, 18-57, 59-255',
      'unknown eni-1 198.41.0.5 tcp all',
      'unknown eni-1 198.41.0.5 udp all',
    ],
  },
  {
    name: 'a group attached to nothing',
    documents: {
      ...withGroups(group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))),
      [cardsFile]: { NetworkInterfaces: [] },
    },
    expected: ['unattached sg-1 tcp 22'],
  },
  {
    name: 'groups alone',
    documents: {
      [groupsFile]: { SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '0.0.0.0/0'))] },
    },
    expected: ['unknown sg-1 tcp 22'],
  },
]
test.each(own)('$name', ({ documents, expected }) => {
  expect(answers(estateOf(documents))).toEqual([...expected].sort())
})

describe('numbers that are the network’s own', () => {
  const both = card('eni-1', '10.0.1.5', ip6('2600:1f18::5'), '198.41.0.5')
  const ofNetwork = (more: object) => ({
    'describe-vpcs.json': {
      Vpcs: [{ VpcId: 'vpc-1', OwnerId: account, CidrBlock: '10.0.0.0/16', ...more }],
    },
  })
  const secondary = ofNetwork({
    CidrBlockAssociationSet: [{ CidrBlock: '10.0.0.0/16' }, { CidrBlock: '8.8.0.0/16' }],
  })
  const withoutRoutes = without(network, 'describe-route-tables.json')
  test.each<{ name: string; documents: Documents; expected: readonly string[] }>([
    {
      name: 'an IPv6 block, by its local route',
      documents: {
        ...withCards(both),
        [groupsFile]: {
          SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '2600:1f18::/56'))],
        },
      },
      expected: [],
    },
    {
      name: 'a part of it and somebody else',
      documents: {
        ...withCards(both),
        [groupsFile]: {
          SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '2600:1f18::/64', '2a00::/32'))],
        },
      },
      expected: ['reachable eni-1 2600:1f18::5 tcp 22'],
    },
    {
      name: 'an IPv6 block, by the network’s document alone',
      documents: {
        ...withoutRoutes,
        ...ofNetwork({ Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2600:1f18::/56' }] }),
        [cardsFile]: { NetworkInterfaces: [both] },
        [groupsFile]: {
          SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '2600:1f18::/56'))],
        },
      },
      expected: [],
    },
    {
      name: 'an IPv6 block, by its subnet alone',
      documents: {
        ...withoutRoutes,
        'describe-subnets.json': {
          Subnets: [
            {
              ...subnet('subnet-a', '10.0.1.0/24'),
              Ipv6CidrBlockAssociationSet: [{ Ipv6CidrBlock: '2600:1f18::/64' }],
            },
          ],
        },
        [cardsFile]: { NetworkInterfaces: [both] },
        [groupsFile]: {
          SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '2600:1f18::/64'))],
        },
      },
      expected: [],
    },
    {
      name: 'a public IPv4 block',
      documents: {
        ...network,
        ...secondary,
        [groupsFile]: { SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '8.8.8.0/24'))] },
      },
      expected: [],
    },
    {
      name: 'in a group that stands before nothing',
      documents: {
        ...network,
        ...secondary,
        [groupsFile]: {
          SecurityGroups: [
            group('sg-1'),
            group('sg-lone', permission('tcp', 22, 22, '8.8.8.0/24')),
            group('sg-open', permission('tcp', 22, 22, '8.0.0.0/8')),
          ],
        },
      },
      expected: ['unattached sg-open tcp 22'],
    },
    {
      name: 'another network’s numbers are others’',
      documents: {
        ...network,
        'describe-vpcs.json': {
          Vpcs: [
            { VpcId: 'vpc-1', OwnerId: account, CidrBlock: '10.0.0.0/16' },
            { VpcId: 'vpc-2', OwnerId: account, CidrBlock: '8.8.0.0/16' },
          ],
        },
        [groupsFile]: { SecurityGroups: [group('sg-1', permission('tcp', 22, 22, '8.8.8.0/24'))] },
      },
      expected: ['reachable eni-1 198.41.0.5 tcp 22'],
    },
  ])('$name', ({ documents, expected }) => {
    expect(answers(estateOf(documents))).toEqual(expected)
  })
  test('stay in the sets that are printed, and are no witness', () => {
    const documents = {
      ...network,
      ...secondary,
      [cardsFile]: { NetworkInterfaces: [both] },
    }
    const exposures = solve(estateOf(documents))
    expect(
      exposures.map(({ sources, witness }) => [
        toCidrs(sources),
        contains(addresses('8.8.0.0/16', '2600:1f18::/56'), witness.source),
      ]),
    ).toEqual([
      [['0.0.0.0/0'], false],
      [['::/0'], false],
    ])
  })
})

// ---- fronts ----

const albArn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/app/web/1`
const nlbArn = `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/net/net/2`
const groupArn = (name: string) =>
  `arn:aws:elasticloadbalancing:${region}:${account}:targetgroup/${name}/9`
const listenerArn = (balancer: string, port: number) =>
  `${balancer.replace(':loadbalancer/', ':listener/')}/${port}`

const balancer = (arn: string, more: object = {}) => ({
  LoadBalancerArn: arn,
  LoadBalancerName: arn.split('/').at(-2),
  DNSName: `${arn.split('/').at(-2)}.elb.amazonaws.com`,
  Scheme: 'internet-facing',
  Type: arn.includes('/net/') ? 'network' : 'application',
  IpAddressType: 'ipv4',
  VpcId: 'vpc-1',
  AvailabilityZones: [{ SubnetId: 'subnet-a' }],
  SecurityGroups: ['sg-lb'],
  ...more,
})
const listener = (arn: string, port: number, protocol: string, ...actions: readonly object[]) => ({
  ListenerArn: listenerArn(arn, port),
  LoadBalancerArn: arn,
  Port: port,
  Protocol: protocol,
  DefaultActions: actions,
})
const forward = (name: string) => ({ Type: 'forward', TargetGroupArn: groupArn(name) })
const fixed = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }
const targetGroup = (name: string, more: object = {}) => ({
  TargetGroupArn: groupArn(name),
  TargetGroupName: name,
  TargetType: 'instance',
  Protocol: 'HTTP',
  Port: 8080,
  VpcId: 'vpc-1',
  ...more,
})
const health = (...targets: readonly object[]) => ({
  TargetHealthDescriptions: targets.map((Target) => ({
    Target,
    TargetHealth: { State: 'unhealthy' },
  })),
})
const defaultRule = (arn: string, port: number, ...actions: readonly object[]) => ({
  RuleArn: `${listenerArn(arn, port).replace(':listener/', ':listener-rule/')}/d`,
  Priority: 'default',
  Conditions: [],
  Actions: actions,
})
const machine = card('eni-1', '10.0.2.5', {
  SubnetId: 'subnet-b',
  Attachment: { InstanceId: 'i-1', DeviceIndex: 0 },
})
const albCard = card(
  'eni-lb',
  '10.0.1.9',
  { Description: 'ELB app/web/1', Groups: [{ GroupId: 'sg-lb' }] },
  '198.41.0.9',
)
const nlbCard = card(
  'eni-lb',
  '10.0.1.9',
  {
    Description: 'ELB net/net/2',
    InterfaceType: 'network_load_balancer',
    Groups: [{ GroupId: 'sg-lb' }],
  },
  '198.41.0.9',
)
const open = (id: string, port: number) => group(id, permission('tcp', port, port, '0.0.0.0/0'))

const alb: Documents = {
  ...network,
  [cardsFile]: { NetworkInterfaces: [machine, albCard] },
  [groupsFile]: {
    SecurityGroups: [
      group('sg-1', fromGroup('tcp', 8080, 8080, { GroupId: 'sg-lb' })),
      open('sg-lb', 443),
    ],
  },
  'elbv2-load-balancers.json': { LoadBalancers: [balancer(albArn)] },
  'elbv2-listeners.json': { Listeners: [listener(albArn, 443, 'HTTPS', forward('web'))] },
  'elbv2-rules.json': { Rules: [defaultRule(albArn, 443, forward('web'))] },
  'elbv2-target-groups.json': { TargetGroups: [targetGroup('web')] },
  'describe-target-health-web.json': health({ Id: 'i-1', Port: 8081 }),
}
const nlb: Documents = {
  ...network,
  [cardsFile]: { NetworkInterfaces: [machine, nlbCard] },
  [groupsFile]: { SecurityGroups: [open('sg-1', 21), open('sg-lb', 2121)] },
  'elbv2-load-balancers.json': { LoadBalancers: [balancer(nlbArn)] },
  'elbv2-listeners.json': { Listeners: [listener(nlbArn, 2121, 'TCP', forward('ftp'))] },
  'elbv2-target-groups.json': { TargetGroups: [targetGroup('ftp', { Protocol: 'TCP', Port: 21 })] },
  'describe-target-health-ftp.json': health({ Id: 'i-1' }),
  'describe-target-group-attributes-ftp.json': {
    Attributes: [{ Key: 'preserve_client_ip.enabled', Value: 'true' }],
  },
}
const noKeep = {
  'describe-target-group-attributes-ftp.json': {
    Attributes: [{ Key: 'preserve_client_ip.enabled', Value: 'false' }],
  },
}
const viaAlb = 'reachable eni-1 198.41.0.9+web.elb.amazonaws.com tcp 443 → 8081'
const viaNlb = 'reachable eni-1 198.41.0.9+net.elb.amazonaws.com tcp 2121 → 21'
const admits8081 = {
  [groupsFile]: {
    SecurityGroups: [
      group('sg-1', fromGroup('tcp', 8081, 8081, { GroupId: 'sg-lb' })),
      open('sg-lb', 443),
    ],
  },
}

const fronts: typeof own = [
  {
    name: 'ALB: the port of the target, not of the group',
    documents: { ...alb, ...admits8081 },
    expected: [viaAlb],
  },
  {
    name: 'ALB: the target’s group is what counts behind',
    documents: alb,
    expected: ['blocked eni-1 198.41.0.9+web.elb.amazonaws.com tcp 443 → 8081'],
  },
  {
    name: 'ALB: the port of the group where the target has none',
    documents: { ...alb, 'describe-target-health-web.json': health({ Id: 'i-1' }) },
    expected: ['reachable eni-1 198.41.0.9+web.elb.amazonaws.com tcp 443 → 8080'],
  },
  {
    name: 'ALB: the target admits the balancer’s addresses',
    documents: {
      ...alb,
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', permission('tcp', 8081, 8081, '10.0.1.0/24')),
          open('sg-lb', 443),
        ],
      },
    },
    expected: [viaAlb],
  },
  {
    name: 'ALB: the target admits another subnet’s addresses',
    documents: {
      ...alb,
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', permission('tcp', 8081, 8081, '10.0.7.0/24')),
          open('sg-lb', 443),
        ],
      },
    },
    expected: ['blocked eni-1 198.41.0.9+web.elb.amazonaws.com tcp 443 → 8081'],
  },
  {
    name: 'ALB: its own interfaces not in the documents',
    documents: {
      ...alb,
      [cardsFile]: { NetworkInterfaces: [machine] },
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', permission('tcp', 8081, 8081, '10.0.1.9/32')),
          open('sg-lb', 443),
        ],
      },
    },
    expected: ['unknown eni-1 web.elb.amazonaws.com tcp 443 → 8081'],
  },
  {
    name: 'ALB: its own group shuts',
    documents: {
      ...alb,
      ...admits8081,
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', fromGroup('tcp', 8081, 8081, { GroupId: 'sg-lb' })),
          open('sg-lb', 80),
        ],
      },
    },
    expected: [],
  },
  {
    name: 'ALB: addresses as targets',
    documents: {
      ...alb,
      ...admits8081,
      'elbv2-target-groups.json': { TargetGroups: [targetGroup('web', { TargetType: 'ip' })] },
      'describe-target-health-web.json': health({ Id: '10.0.2.5', Port: 8081 }),
    },
    expected: [viaAlb],
  },
  {
    name: 'ALB: an address outside ends at the balancer',
    documents: {
      ...alb,
      'elbv2-target-groups.json': { TargetGroups: [targetGroup('web', { TargetType: 'ip' })] },
      'describe-target-health-web.json': health({ Id: '192.168.9.9', Port: 8081 }),
    },
    expected: ['reachable web 198.41.0.9+web.elb.amazonaws.com tcp 443'],
  },
  {
    name: 'ALB: a function ends at the balancer',
    documents: {
      ...alb,
      'elbv2-target-groups.json': { TargetGroups: [targetGroup('web', { TargetType: 'lambda' })] },
    },
    expected: ['reachable web 198.41.0.9+web.elb.amazonaws.com tcp 443'],
  },
  {
    name: 'ALB: a fixed answer ends at the balancer, another rule goes on',
    documents: {
      ...alb,
      ...admits8081,
      'elbv2-listeners.json': { Listeners: [listener(albArn, 443, 'HTTPS', fixed)] },
      'elbv2-rules.json': {
        Rules: [
          {
            RuleArn: `${listenerArn(albArn, 443).replace(':listener/', ':listener-rule/')}/1`,
            Priority: '1',
            Conditions: [{ Field: 'path-pattern', Values: ['/x'] }],
            Actions: [forward('web')],
          },
          defaultRule(albArn, 443, fixed),
        ],
      },
    },
    expected: [viaAlb, 'reachable web 198.41.0.9+web.elb.amazonaws.com tcp 443'],
  },
  {
    name: 'ALB: a group of weight 0 gets nothing',
    documents: {
      ...alb,
      ...admits8081,
      'elbv2-rules.json': {
        Rules: [
          defaultRule(albArn, 443, {
            Type: 'forward',
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: groupArn('web'), Weight: 0 },
                { TargetGroupArn: groupArn('gone'), Weight: 1 },
              ],
            },
          }),
        ],
      },
    },
    expected: ['reachable web 198.41.0.9+web.elb.amazonaws.com tcp 443'],
  },
  {
    name: 'ALB: internal has no way in',
    documents: {
      ...alb,
      ...admits8081,
      'elbv2-load-balancers.json': { LoadBalancers: [balancer(albArn, { Scheme: 'internal' })] },
    },
    expected: ['open-but-unreachable web web.elb.amazonaws.com tcp 443'],
  },
  {
    name: 'ALB: no listeners given: any port its group admits',
    documents: without(alb, 'elbv2-listeners.json', 'elbv2-rules.json'),
    expected: ['reachable web 198.41.0.9+web.elb.amazonaws.com tcp 443'],
  },
  {
    name: 'NLB keeping the client: the target’s group sees it',
    documents: nlb,
    expected: [viaNlb],
  },
  {
    name: 'NLB keeping the client: a group that names the balancer’s admits its clients',
    documents: {
      ...nlb,
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', fromGroup('tcp', 21, 21, { GroupId: 'sg-lb' })),
          open('sg-lb', 2121),
        ],
      },
    },
    expected: [viaNlb],
  },
  {
    name: 'NLB keeping the client: the balancer’s addresses are not it',
    documents: {
      ...nlb,
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', permission('tcp', 21, 21, '10.0.1.0/24')),
          open('sg-lb', 2121),
        ],
      },
    },
    expected: ['blocked eni-1 198.41.0.9+net.elb.amazonaws.com tcp 2121 → 21'],
  },
  {
    name: 'NLB without groups',
    documents: {
      ...nlb,
      'elbv2-load-balancers.json': {
        LoadBalancers: [balancer(nlbArn, { SecurityGroups: undefined })],
      },
      [cardsFile]: { NetworkInterfaces: [machine, { ...nlbCard, Groups: [] }] },
    },
    expected: [viaNlb, 'unattached sg-lb tcp 2121'],
  },
  {
    name: 'NLB not keeping the client: its addresses are what counts',
    documents: {
      ...nlb,
      ...noKeep,
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', permission('tcp', 21, 21, '10.0.1.0/24')),
          open('sg-lb', 2121),
        ],
      },
    },
    expected: [viaNlb],
  },
  {
    name: 'NLB: addresses behind TCP are not kept by default',
    documents: {
      ...without(nlb, 'describe-target-group-attributes-ftp.json'),
      'elbv2-target-groups.json': {
        TargetGroups: [targetGroup('ftp', { Protocol: 'TCP', Port: 21, TargetType: 'ip' })],
      },
      'describe-target-health-ftp.json': health({ Id: '10.0.2.5' }),
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', permission('tcp', 21, 21, '10.0.1.0/24')),
          open('sg-lb', 2121),
        ],
      },
    },
    expected: [viaNlb],
  },
  {
    name: 'NLB: TCP_UDP opens both',
    documents: {
      ...nlb,
      'elbv2-listeners.json': { Listeners: [listener(nlbArn, 2121, 'TCP_UDP', forward('ftp'))] },
      'elbv2-target-groups.json': {
        TargetGroups: [targetGroup('ftp', { Protocol: 'TCP_UDP', Port: 21 })],
      },
      [groupsFile]: {
        SecurityGroups: [
          group('sg-1', permission('-1', null, null, '8.0.0.0/7')),
          group('sg-lb', permission('-1', null, null, '8.0.0.0/7')),
        ],
      },
    },
    expected: [viaNlb, viaNlb.replace('tcp', 'udp')],
  },
  {
    name: 'an ALB behind an NLB: three legs',
    documents: {
      ...alb,
      ...admits8081,
      [cardsFile]: {
        NetworkInterfaces: [
          machine,
          { ...albCard, PrivateIpAddresses: [{ PrivateIpAddress: '10.0.1.9' }] },
          {
            ...nlbCard,
            NetworkInterfaceId: 'eni-nlb',
            PrivateIpAddress: '10.0.1.10',
            PrivateIpAddresses: [
              { PrivateIpAddress: '10.0.1.10', Association: { PublicIp: '198.41.0.10' } },
            ],
          },
        ],
      },
      'elbv2-load-balancers.json': {
        LoadBalancers: [
          balancer(albArn, { Scheme: 'internal' }),
          balancer(nlbArn, { SecurityGroups: [] }),
        ],
      },
      'elbv2-listeners.json': {
        Listeners: [
          listener(albArn, 443, 'HTTPS', forward('web')),
          listener(nlbArn, 8443, 'TCP', forward('alb')),
        ],
      },
      'elbv2-target-groups.json': {
        TargetGroups: [
          targetGroup('web'),
          targetGroup('alb', { TargetType: 'alb', Protocol: 'TCP', Port: 443 }),
        ],
      },
      'describe-target-health-alb.json': health({ Id: albArn, Port: 443 }),
    },
    expected: [
      'reachable eni-1 198.41.0.10+net.elb.amazonaws.com tcp 8443 → 8081',
      'open-but-unreachable web web.elb.amazonaws.com tcp 443',
    ],
  },
]
test.each(fronts)('$name', ({ documents, expected }) => {
  expect(answers(estateOf(documents))).toEqual([...expected].sort())
})

test('each node of a balancer sends with its own address', () => {
  const nodes = [
    nlbCard,
    {
      ...nlbCard,
      NetworkInterfaceId: 'eni-lb2',
      SubnetId: 'subnet-c',
      PrivateIpAddress: '10.0.3.9',
      PrivateIpAddresses: [
        { PrivateIpAddress: '10.0.3.9', Association: { PublicIp: '198.41.0.10' } },
      ],
    },
  ]
  const estate = estateOf({
    ...nlb,
    ...noKeep,
    [cardsFile]: { NetworkInterfaces: [machine, ...nodes] },
    [aclsFile]: { NetworkAcls: [acl('acl-1', ['subnet-a', 'subnet-b', 'subnet-c'])] },
    [groupsFile]: {
      SecurityGroups: [
        group('sg-1', permission('tcp', 21, 21, '10.0.1.9/32')),
        open('sg-lb', 2121),
      ],
    },
    'elbv2-load-balancers.json': {
      LoadBalancers: [
        balancer(nlbArn, {
          AvailabilityZones: [{ SubnetId: 'subnet-a' }, { SubnetId: 'subnet-c' }],
        }),
      ],
    },
  })
  expect(answers(estate)).toEqual([
    'blocked eni-1 198.41.0.10+net.elb.amazonaws.com tcp 2121 → 21',
    viaNlb,
  ])
})

describe('network ACLs behind a balancer', () => {
  const line = (more: object) => ({
    RuleNumber: 100,
    Protocol: '-1',
    RuleAction: 'allow',
    CidrBlock: '0.0.0.0/0',
    ...more,
  })
  const closed = acl('acl-b', ['subnet-b'], [])
  const inOnly = acl('acl-b', ['subnet-b'], [line({ Egress: false })])
  const both = acl('acl-b', ['subnet-b'], [line({ Egress: false }), line({ Egress: true })])
  const blocked = 'blocked eni-1 198.41.0.9+web.elb.amazonaws.com tcp 443 → 8081'
  test.each([
    { name: 'the target’s border lets nothing in', lists: closed, expected: [blocked] },
    { name: 'the target’s border lets no reply out', lists: inOnly, expected: [blocked] },
    { name: 'the target’s border lets both pass', lists: both, expected: [viaAlb] },
  ])('$name', ({ lists, expected }) => {
    const documents = {
      ...alb,
      ...admits8081,
      [aclsFile]: { NetworkAcls: [acl('acl-a', ['subnet-a']), lists] },
    }
    expect(answers(estateOf(documents))).toEqual(expected)
  })
  test('within one subnet there is no border', () => {
    const estate = estateOf({
      ...alb,
      ...admits8081,
      [cardsFile]: { NetworkInterfaces: [{ ...machine, SubnetId: 'subnet-a' }, albCard] },
    })
    const path = estate.paths.find(({ legs }) => legs.length === 2)
    expect(path?.legs[1]?.stages.map(({ stage }) => stage.stage)).toEqual(['security-group'])
  })
  test('between two subnets there are two', () => {
    const path = estateOf(alb).paths.find(({ legs }) => legs.length === 2)
    expect(
      path?.legs[1]?.stages.map(({ stage }) => [
        stage.stage,
        stage.kind === 'stateless' && stage.packet,
      ]),
    ).toEqual([
      ['network-acl', 'outbound'],
      ['network-acl', 'inbound'],
      ['security-group', false],
    ])
  })
})

describe('what keeps targets unknown', () => {
  test('a front that was not read leads to private subnets as well', () => {
    const documents = {
      ...without(alb, 'elbv2-load-balancers.json'),
      [groupsFile]: { SecurityGroups: [open('sg-1', 21)] },
      'describe-route-tables.json': {
        RouteTables: [table('rtb-1', []), table('rtb-2', toInternet, { SubnetId: 'subnet-a' })],
      },
    }
    expect(answers(estateOf(documents))).toContain('unknown eni-1 tcp 21')
    const closed = { 'describe-internet-gateways.json': { InternetGateways: [] } }
    expect(answers(estateOf({ ...documents, ...closed }))).toContain(
      'open-but-unreachable eni-1 tcp 21',
    )
  })
  const hidden = (documents: Documents) => {
    const path = estateOf(documents).paths.find(
      ({ target, entry }) => target === 'aws:eni-1' && entry.front === null,
    )
    return path?.barrier?.verdict === 'unknown' ? path.barrier.gaps.map(({ reason }) => reason) : []
  }
  test.each([
    { name: 'nothing, where all is read', documents: alb, expected: [] },
    {
      name: 'listeners',
      documents: without(alb, 'elbv2-listeners.json'),
      expected: ['listeners-absent'],
    },
    {
      name: 'rules',
      documents: without(alb, 'elbv2-rules.json'),
      expected: ['listener-rules-absent'],
    },
    {
      name: 'target groups',
      documents: without(alb, 'elbv2-target-groups.json'),
      expected: ['target-groups-absent'],
    },
    {
      name: 'targets',
      documents: without(alb, 'describe-target-health-web.json'),
      expected: ['target-health-absent'],
    },
    {
      name: 'the balancer itself',
      documents: without(alb, 'elbv2-load-balancers.json'),
      expected: ['front-not-read'],
    },
    {
      name: 'an accelerator',
      documents: {
        ...network,
        [cardsFile]: {
          NetworkInterfaces: [
            machine,
            card('eni-ga', '10.0.1.9', { InterfaceType: 'global_accelerator_managed', Groups: [] }),
          ],
        },
      },
      expected: ['front-not-read'],
    },
    {
      name: 'nothing by an unread balancer without public addresses',
      documents: {
        ...without(alb, 'elbv2-load-balancers.json'),
        [cardsFile]: { NetworkInterfaces: [machine, { ...albCard, PrivateIpAddresses: [] }] },
      },
      expected: [],
    },
  ])('$name', ({ documents, expected }) => {
    expect(hidden(documents)).toEqual(expected)
  })
})

describe('classic load balancers', () => {
  const classic = (more: object = {}) => ({
    LoadBalancerName: 'old',
    DNSName: 'old.elb.amazonaws.com',
    Scheme: 'internet-facing',
    VPCId: 'vpc-1',
    Subnets: ['subnet-a'],
    AvailabilityZones: [`${region}a`],
    SecurityGroups: ['sg-lb'],
    Instances: [{ InstanceId: 'i-1' }],
    ListenerDescriptions: [
      {
        Listener: {
          Protocol: 'TCP',
          LoadBalancerPort: 990,
          InstanceProtocol: 'TCP',
          InstancePort: 21,
        },
      },
    ],
    ...more,
  })
  const documents = (more: object = {}): Documents => ({
    ...network,
    [cardsFile]: { NetworkInterfaces: [machine, { ...albCard, Description: 'ELB old' }] },
    [groupsFile]: {
      SecurityGroups: [
        group('sg-1', fromGroup('tcp', 21, 21, { GroupId: 'sg-lb' })),
        open('sg-lb', 990),
      ],
    },
    'elb-load-balancers.json': { LoadBalancerDescriptions: [classic(more)] },
  })
  test.each([
    {
      name: 'listener to instance port',
      more: {},
      expected: ['reachable eni-1 198.41.0.9+old.elb.amazonaws.com tcp 990 → 21'],
    },
    {
      name: 'no instances',
      more: { Instances: [] },
      expected: ['reachable old 198.41.0.9+old.elb.amazonaws.com tcp 990'],
    },
    {
      name: 'internal',
      more: { Scheme: 'internal' },
      expected: ['open-but-unreachable old old.elb.amazonaws.com tcp 990'],
    },
  ])('$name', ({ more, expected }) => {
    expect(answers(estateOf(documents(more)))).toEqual(expected)
  })
})

describe('accelerators', () => {
  const arn = `arn:aws:globalaccelerator::${account}:accelerator/a`
  const accelerator = (endpoint: object, overrides: readonly object[] = []): Documents => ({
    'ga-accelerators.json': {
      Accelerators: [
        {
          AcceleratorArn: arn,
          Name: 'a',
          DnsName: 'a.awsglobalaccelerator.com',
          Enabled: true,
          IpAddressType: 'IPV4',
          IpSets: [{ IpAddresses: ['75.2.0.1', '99.83.0.1'] }],
        },
      ],
    },
    'ga-listeners.json': {
      Listeners: [
        {
          ListenerArn: `${arn}/listener/l`,
          Protocol: 'TCP',
          PortRanges: [{ FromPort: 2000, ToPort: 2999 }],
        },
      ],
    },
    'ga-endpoint-groups.json': {
      EndpointGroups: [
        {
          EndpointGroupArn: `${arn}/listener/l/endpoint-group/g`,
          EndpointGroupRegion: region,
          EndpointDescriptions: [endpoint],
          PortOverrides: overrides,
        },
      ],
    },
  })
  const entry = '75.2.0.1+99.83.0.1+a.awsglobalaccelerator.com'
  const privateNetwork = {
    ...network,
    [cardsFile]: { NetworkInterfaces: [machine] },
    'describe-route-tables.json': { RouteTables: [table('rtb-1', [])] },
  }
  const groups = (...list: readonly object[]) => ({ [groupsFile]: { SecurityGroups: list } })
  test.each([
    {
      name: 'a private instance, without a route',
      documents: {
        ...privateNetwork,
        ...groups(open('sg-1', 2121)),
        ...accelerator({ EndpointId: 'i-1', ClientIPPreservationEnabled: true }),
      },
      expected: [`reachable eni-1 ${entry} tcp 2121`],
    },
    {
      name: 'a port that is overridden',
      documents: {
        ...privateNetwork,
        ...groups(open('sg-1', 21)),
        ...accelerator({ EndpointId: 'i-1' }, [{ ListenerPort: 2121, EndpointPort: 21 }]),
      },
      expected: [`reachable eni-1 ${entry} tcp 2121 → 21`],
    },
    {
      name: 'a network without a gateway',
      documents: {
        ...privateNetwork,
        'describe-internet-gateways.json': { InternetGateways: [] },
        ...groups(open('sg-1', 2121)),
        ...accelerator({ EndpointId: 'i-1' }),
      },
      expected: [`open-but-unreachable eni-1 ${entry} tcp 2121`],
    },
    {
      name: 'weight 0',
      documents: {
        ...privateNetwork,
        ...groups(open('sg-1', 2121)),
        ...accelerator({ EndpointId: 'i-1', Weight: 0 }),
      },
      expected: ['open-but-unreachable eni-1 tcp 2121'],
    },
    {
      name: 'an internal balancer',
      documents: {
        ...alb,
        ...groups(
          group('sg-1', fromGroup('tcp', 8081, 8081, { GroupId: 'sg-lb' })),
          open('sg-lb', 2443),
        ),
        'elbv2-load-balancers.json': { LoadBalancers: [balancer(albArn, { Scheme: 'internal' })] },
        'elbv2-listeners.json': { Listeners: [listener(albArn, 2443, 'HTTPS', forward('web'))] },
        'elbv2-rules.json': { Rules: [defaultRule(albArn, 2443, forward('web'))] },
        ...accelerator({ EndpointId: albArn, ClientIPPreservationEnabled: true }),
      },
      expected: [
        `reachable eni-1 ${entry} tcp 2443 → 8081`,
        'open-but-unreachable web web.elb.amazonaws.com tcp 2443',
      ],
    },
  ])('$name', ({ documents, expected }) => {
    expect(answers(estateOf(documents))).toEqual([...expected].sort())
  })
})

describe('managed databases', () => {
  const database = (more: object = {}) => ({
    DBInstances: [
      {
        DBInstanceIdentifier: 'db',
        DBInstanceArn: `arn:aws:rds:${region}:${account}:db:db`,
        Engine: 'mysql',
        AvailabilityZone: `${region}a`,
        PubliclyAccessible: true,
        Endpoint: { Address: 'db.rds.amazonaws.com', Port: 3306 },
        DBSubnetGroup: {
          VpcId: 'vpc-1',
          Subnets: [
            { SubnetIdentifier: 'subnet-a', SubnetAvailabilityZone: { Name: `${region}a` } },
          ],
        },
        VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }],
        ...more,
      },
    ],
  })
  const documents = (more: object = {}): Documents => ({
    ...network,
    [cardsFile]: { NetworkInterfaces: [] },
    [groupsFile]: { SecurityGroups: [group('sg-1', permission('tcp', 1, 65_535, '0.0.0.0/0'))] },
    'rds.json': database(more),
  })
  test.each([
    {
      name: 'only its port answers, by name',
      more: {},
      expected: ['reachable db db.rds.amazonaws.com tcp 3306'],
    },
    {
      name: 'not publicly accessible',
      more: { PubliclyAccessible: false },
      expected: ['open-but-unreachable db db.rds.amazonaws.com tcp 3306'],
    },
    {
      name: 'the flag is missing',
      more: { PubliclyAccessible: undefined },
      expected: ['unknown db db.rds.amazonaws.com tcp 3306'],
    },
    { name: 'no endpoint yet', more: { Endpoint: undefined }, expected: [] },
  ])('$name', ({ more, expected }) => {
    expect(answers(estateOf(documents(more)))).toEqual(expected)
  })
  test('its interface is no target of its own, and gives it its address', () => {
    const own = card('eni-rds', '10.0.1.20', { Description: 'RDSNetworkInterface' }, '198.41.0.20')
    const others = [
      card(
        'eni-rds-2',
        '10.0.1.21',
        { Description: 'RDSNetworkInterface', Groups: [] },
        '198.41.0.21',
      ),
      card('eni-web', '10.0.1.22', {}, '198.41.0.22'),
    ]
    const estate = estateOf({
      ...documents(),
      [cardsFile]: { NetworkInterfaces: [own, ...others] },
      [groupsFile]: { SecurityGroups: [group('sg-1', permission('tcp', 3306, 3306, '0.0.0.0/0'))] },
    })
    expect(answers(estate)).toEqual([
      'reachable db 198.41.0.20+db.rds.amazonaws.com tcp 3306',
      'reachable eni-web 198.41.0.22 tcp 3306',
    ])
    expect(estate.targets.has(resourceId('aws', 'eni-rds-2'))).toBe(true)
  })
  test('a public interface is not that of a private database', () => {
    const own = card('eni-rds', '10.0.1.20', { Description: 'RDSNetworkInterface' }, '198.41.0.20')
    const estate = estateOf({
      ...documents({ PubliclyAccessible: false }),
      [cardsFile]: { NetworkInterfaces: [own] },
    })
    expect(estate.targets.has(resourceId('aws', 'eni-rds'))).toBe(true)
  })
  test('a cluster answers by name and by its leader’s address', () => {
    const cluster = {
      Clusters: [
        {
          ClusterIdentifier: 'c',
          NodeType: 'dc2.large',
          VpcId: 'vpc-1',
          AvailabilityZone: `${region}a`,
          PubliclyAccessible: true,
          Endpoint: { Address: 'c.redshift.amazonaws.com', Port: 5439 },
          VpcSecurityGroups: [{ VpcSecurityGroupId: 'sg-1' }],
          ClusterNodes: [
            { NodeRole: 'LEADER', PrivateIPAddress: '10.0.1.4', PublicIPAddress: '198.41.0.4' },
            { NodeRole: 'COMPUTE-0', PublicIPAddress: '198.41.0.5' },
          ],
        },
      ],
    }
    expect(
      answers(estateOf({ ...without(documents(), 'rds.json'), 'redshift.json': cluster })),
    ).toEqual(['reachable c 198.41.0.4+c.redshift.amazonaws.com tcp 5439'])
  })
})

// ---- estates that this project did not write ----

describeShared('the corpus', (shared) => {
  const corpus = join(shared, 'corpus')
  const linked = (folder: string) => {
    const reader = awsReader()
    const outcomes: string[] = []
    const root = join(corpus, folder)
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }))
      if (file.endsWith('.json'))
        outcomes.push(
          reader.take(
            part(relative('.', file), JSON.parse(readFileSync(join(root, file), 'utf8'))),
          ),
        )
    return { outcomes, estate: reader.link() }
  }
  test('a hybrid estate: no machine has a public address; a database is public', () => {
    const { outcomes, estate } = linked('aws-hybrid')
    expect(outcomes.filter((outcome) => outcome !== 'taken')).toEqual([])
    expect(answers(estate).filter((line) => line.startsWith('reachable'))).toEqual([
      'reachable test-rds test-rds.us-west-2.rds.amazonaws.com tcp 3306',
    ])
    expect(answers(estate).filter((line) => line.startsWith('unattached')).length).toBeGreaterThan(
      0,
    )
  })
  test('a CloudMapper account: without routes nothing is certain', () => {
    const { outcomes, estate } = linked('aws-cloudmapper-demo')
    expect(outcomes.filter((outcome) => outcome !== 'taken')).toEqual([])
    expect(answers(estate)).toEqual([
      'unknown eni-00000000 1.2.3.4 tcp 22',
      'unknown eni-00000001 3.80.3.41 tcp 443',
      'unknown webalb webalb tcp 443',
    ])
  })
})
