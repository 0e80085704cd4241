/** What everybody who knows AWS would say of single estates, held against the simulator and against the product. */
import { describe, expect, test } from 'vitest'
import { awsReader } from '../../src/cloud/aws/index.ts'
import {
  aclLine,
  balancerDocuments,
  card,
  documentsOf,
  frontAddress,
  frontArn,
  frontCard,
  groupPermission,
  instanceCard,
  permit,
  publicAddress,
  publicAddress6,
  route,
  type Scene,
  securityGroups,
  toInternet,
} from './aws-scene.ts'
import { awsOracle } from './aws-simulator.ts'
import { answerOf } from './comparison.ts'
import type { Answer, Packet, Transport } from './packet.ts'
import { solveDocuments } from './product.ts'

/** Source, transport, port and the answer; to the instance's own address unless the row says otherwise. */
type Expected = readonly [source: string, transport: Transport, port: number, answer: Answer]
interface Row {
  readonly name: string
  readonly scene: Scene
  readonly to?: string
  readonly target?: string
  readonly expect: readonly Expected[]
}

const anywhere = '0.0.0.0/0'
const ssh = permit('tcp', 22, 22, anywhere)
const ping = 8 * 256

const rows: readonly Row[] = [
  // ---- ports and protocols ----
  {
    name: 'the range 20-25 holds FTP, SSH, Telnet, SMTP and the uncommon 24, and nothing beside it',
    scene: { permissions: [permit('tcp', 20, 25, anywhere)] },
    expect: [
      ['8.8.8.8', 'tcp', 19, 'no'],
      ['8.8.8.8', 'tcp', 20, 'yes'],
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['8.8.8.8', 'tcp', 24, 'yes'],
      ['8.8.8.8', 'tcp', 25, 'yes'],
      ['8.8.8.8', 'tcp', 26, 'no'],
      ['8.8.8.8', 'udp', 21, 'no'],
    ],
  },
  {
    name: 'protocol -1 without ports is every transport and every port',
    scene: { permissions: [permit('-1', null, null, anywhere)] },
    expect: [
      ['8.8.8.8', 'tcp', 0, 'yes'],
      ['8.8.8.8', 'udp', 65_535, 'yes'],
      ['8.8.8.8', 'icmp', ping, 'yes'],
      ['8.8.8.8', 'other', 47, 'yes'],
    ],
  },
  {
    name: 'protocol -1 with ports -1 is the same',
    scene: { permissions: [permit('-1', -1, -1, anywhere)] },
    expect: [['8.8.8.8', 'tcp', 3389, 'yes']],
  },
  {
    name: 'protocol numbers 6 and 17 are TCP and UDP',
    scene: { permissions: [permit('6', 21, 21, anywhere), permit('17', 53, 53, anywhere)] },
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['8.8.8.8', 'udp', 21, 'no'],
      ['8.8.8.8', 'udp', 53, 'yes'],
    ],
  },
  {
    name: 'protocol 58 is ICMPv6',
    scene: { permissions: [permit('58', -1, -1, '::/0')] },
    to: publicAddress6,
    expect: [
      ['2600::1', 'icmpv6', 128 * 256, 'yes'],
      ['2600::1', 'tcp', 58, 'no'],
    ],
  },
  {
    name: 'udp/21 is not FTP',
    scene: { permissions: [permit('udp', 21, 21, anywhere)] },
    expect: [
      ['8.8.8.8', 'udp', 21, 'yes'],
      ['8.8.8.8', 'tcp', 21, 'no'],
    ],
  },
  {
    name: 'icmp with FromPort -1 is all of ICMP and no port',
    scene: { permissions: [permit('icmp', -1, -1, anywhere)] },
    expect: [
      ['8.8.8.8', 'icmp', ping, 'yes'],
      ['8.8.8.8', 'icmp', 3 * 256 + 4, 'yes'],
      ['8.8.8.8', 'tcp', 0, 'no'],
    ],
  },
  {
    name: 'icmp names its type in FromPort and its code in ToPort',
    scene: { permissions: [permit('icmp', 3, 4, anywhere)] },
    expect: [
      ['8.8.8.8', 'icmp', 3 * 256 + 4, 'yes'],
      ['8.8.8.8', 'icmp', 3 * 256 + 3, 'no'],
      ['8.8.8.8', 'icmp', 4 * 256, 'no'],
    ],
  },
  // ---- sources ----
  {
    name: 'two halves in one rule are the whole internet',
    scene: { permissions: [permit('tcp', 22, 22, '0.0.0.0/1', '128.0.0.0/1')] },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['200.1.1.1', 'tcp', 22, 'yes'],
    ],
  },
  {
    name: 'two halves in two attached groups are the whole internet',
    scene: {
      permissions: [permit('tcp', 22, 22, '0.0.0.0/1')],
      second: [permit('tcp', 22, 22, '128.0.0.0/1')],
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['200.1.1.1', 'tcp', 22, 'yes'],
    ],
  },
  {
    name: 'a public /24 admits its own addresses only',
    scene: { permissions: [permit('tcp', 22, 22, '8.8.8.0/24')] },
    expect: [
      ['8.8.8.255', 'tcp', 22, 'yes'],
      ['8.8.9.0', 'tcp', 22, 'no'],
    ],
  },
  {
    name: 'a block with host bits set is the block',
    scene: { permissions: [permit('tcp', 22, 22, '8.8.8.77/24')] },
    expect: [['8.8.8.1', 'tcp', 22, 'yes']],
  },
  {
    name: 'every spelling of ::/0, and its halves, is all of IPv6 and none of IPv4',
    scene: {
      permissions: [
        permit('tcp', 21, 21, '0:0:0:0:0:0:0:0/0'),
        permit('tcp', 22, 22, '::/1', '8000::/1'),
      ],
    },
    to: publicAddress6,
    expect: [
      ['2600::1', 'tcp', 21, 'yes'],
      ['2a00::1', 'tcp', 22, 'yes'],
    ],
  },
  {
    name: 'a known prefix list is its entries',
    scene: {
      permissions: [{ ...permit('tcp', 22, 22), PrefixListIds: [{ PrefixListId: 'pl-1' }] }],
      documents: {
        'get-managed-prefix-list-entries-pl-1.json': { Entries: [{ Cidr: '8.0.0.0/8' }] },
      },
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['9.9.9.9', 'tcp', 22, 'no'],
    ],
  },
  {
    name: 'an unknown prefix list leaves its ports unknown, not closed and not open',
    scene: {
      permissions: [
        { ...permit('tcp', 22, 22), PrefixListIds: [{ PrefixListId: 'pl-1' }] },
        permit('tcp', 80, 80, anywhere),
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'unknown'],
      ['8.8.8.8', 'tcp', 80, 'yes'],
      ['8.8.8.8', 'tcp', 21, 'no'],
    ],
  },
  {
    name: 'an unknown prefix list beside an open rule changes nothing',
    scene: {
      permissions: [
        { ...permit('tcp', 22, 22, anywhere), PrefixListIds: [{ PrefixListId: 'pl-1' }] },
      ],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'a prefix list of which a page is missing: what is there is certain, the rest unknown',
    scene: {
      permissions: [{ ...permit('tcp', 22, 22), PrefixListIds: [{ PrefixListId: 'pl-1' }] }],
      documents: {
        'get-managed-prefix-list-entries-pl-1.json': {
          Entries: [{ Cidr: '8.0.0.0/8' }],
          NextToken: 'more',
        },
      },
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['9.9.9.9', 'tcp', 22, 'unknown'],
    ],
  },
  {
    name: 'a referenced group is never the internet, be it known, itself or deleted',
    scene: {
      permissions: [
        groupPermission('tcp', 21, 'sg-1'),
        groupPermission('tcp', 22, 'sg-2'),
        groupPermission('tcp', 23, 'sg-deleted'),
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 21, 'no'],
      ['8.8.8.8', 'tcp', 22, 'no'],
      ['8.8.8.8', 'tcp', 23, 'no'],
    ],
  },
  {
    name: 'the newer list of single rules stands in for the groups',
    scene: {
      documents: {
        'describe-security-groups.json': null,
        'describe-security-group-rules.json': {
          SecurityGroupRules: [
            {
              SecurityGroupRuleId: 'sgr-1',
              GroupId: 'sg-1',
              GroupOwnerId: '123456789012',
              IsEgress: false,
              IpProtocol: 'tcp',
              FromPort: 22,
              ToPort: 22,
              CidrIpv4: anywhere,
            },
            {
              SecurityGroupRuleId: 'sgr-2',
              GroupId: 'sg-1',
              GroupOwnerId: '123456789012',
              IsEgress: true,
              IpProtocol: 'tcp',
              FromPort: 23,
              ToPort: 23,
              CidrIpv4: anywhere,
            },
          ],
        },
      },
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['8.8.8.8', 'tcp', 23, 'no'],
    ],
  },
  // ---- routes and gateways ----
  {
    name: 'no route to the internet: open but not reachable',
    scene: { permissions: [ssh], routes: [] },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'a default route in halves is a default route',
    scene: {
      permissions: [ssh],
      routes: [
        route('0.0.0.0/1', { GatewayId: 'igw-1' }),
        route('128.0.0.0/1', { GatewayId: 'igw-1' }),
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['200.1.1.1', 'tcp', 22, 'yes'],
    ],
  },
  {
    name: 'half a default route admits half of the internet',
    scene: { permissions: [ssh], routes: [route('128.0.0.0/1', { GatewayId: 'igw-1' })] },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'no'],
      ['200.1.1.1', 'tcp', 22, 'yes'],
    ],
  },
  {
    name: 'the longest prefix decides where the reply goes',
    scene: {
      permissions: [ssh],
      routes: [
        ...toInternet,
        route('8.0.0.0/8', { NatGatewayId: 'nat-1' }),
        route('8.8.8.0/24', { GatewayId: 'igw-1' }),
        route('9.0.0.0/8', { GatewayId: 'igw-1', State: 'blackhole' }),
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['8.9.9.9', 'tcp', 22, 'no'],
      ['9.9.9.9', 'tcp', 22, 'no'],
      ['1.1.1.1', 'tcp', 22, 'yes'],
    ],
  },
  ...(
    [
      ['a NAT gateway never lets anybody in', { NatGatewayId: 'nat-1' }, 'no'],
      ['a peering connection is no way to the internet', { VpcPeeringConnectionId: 'pcx-1' }, 'no'],
      ['a black hole is no way at all', { GatewayId: 'igw-1', State: 'blackhole' }, 'no'],
      ['a reply through an appliance is not known', { NetworkInterfaceId: 'eni-9' }, 'unknown'],
      ['a reply through a transit gateway is not known', { TransitGatewayId: 'tgw-1' }, 'unknown'],
      ['a reply through a VPN gateway is not known', { GatewayId: 'vgw-1' }, 'unknown'],
    ] as const
  ).map(
    ([name, next, answer]): Row => ({
      name,
      scene: { permissions: [ssh], routes: [route(anywhere, next)] },
      expect: [['8.8.8.8', 'tcp', 22, answer]],
    }),
  ),
  {
    name: 'an egress-only gateway never lets anybody in',
    scene: {
      permissions: [permit('tcp', 22, 22, '::/0')],
      routes: [route('::/0', { EgressOnlyInternetGatewayId: 'eigw-1' })],
    },
    to: publicAddress6,
    expect: [['2600::1', 'tcp', 22, 'no']],
  },
  {
    name: 'a gateway that is not attached, or attached elsewhere, leads nowhere',
    scene: { permissions: [ssh], gatewayOf: 'vpc-elsewhere' },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'without route tables nobody knows',
    scene: { permissions: [ssh], documents: { 'describe-route-tables.json': null } },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'unknown'],
      ['8.8.8.8', 'tcp', 23, 'no'],
    ],
  },
  {
    name: 'without internet gateways nobody knows',
    scene: { permissions: [ssh], documents: { 'describe-internet-gateways.json': null } },
    expect: [['8.8.8.8', 'tcp', 22, 'unknown']],
  },
  {
    name: 'without security groups nobody knows',
    scene: { documents: { 'describe-security-groups.json': null } },
    expect: [['8.8.8.8', 'tcp', 22, 'unknown']],
  },
  // ---- network access lists ----
  {
    name: 'the first matching number decides: a deny before an allow hides what it matches, no more',
    scene: {
      permissions: [ssh],
      acl: [
        aclLine(90, 'in', 'deny', '6', [22, 22], '8.0.0.0/8'),
        aclLine(100, 'in', 'allow', '-1', null),
        aclLine(100, 'out', 'allow', '-1', null),
      ],
    },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'no'],
      ['9.9.9.9', 'tcp', 22, 'yes'],
    ],
  },
  {
    name: 'a deny behind the allow is dead',
    scene: {
      permissions: [ssh],
      acl: [
        aclLine(100, 'in', 'allow', '-1', null),
        aclLine(110, 'in', 'deny', '6', [22, 22]),
        aclLine(100, 'out', 'allow', '-1', null),
      ],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'an outbound list that lets no client port out blocks',
    scene: {
      permissions: [ssh],
      acl: [aclLine(100, 'in', 'allow', '-1', null), aclLine(100, 'out', 'allow', '6', [0, 1023])],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'an outbound list that lets some client ports out does not',
    scene: {
      permissions: [ssh],
      acl: [
        aclLine(100, 'in', 'allow', '-1', null),
        aclLine(100, 'out', 'allow', '6', [50_000, 50_000]),
      ],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'ping is answered by echo reply, other ICMP by nothing',
    scene: {
      permissions: [permit('icmp', -1, -1, anywhere)],
      acl: [
        aclLine(100, 'in', 'allow', '-1', null),
        { ...aclLine(100, 'out', 'deny', '1', null), IcmpTypeCode: { Type: 0, Code: -1 } },
        aclLine(110, 'out', 'allow', '-1', null),
      ],
    },
    expect: [
      ['8.8.8.8', 'icmp', ping, 'no'],
      ['8.8.8.8', 'icmp', 3 * 256 + 4, 'yes'],
    ],
  },
  {
    name: 'lists that are not given are taken for the default, which admits',
    scene: { permissions: [ssh] },
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  // ---- block public access ----
  ...(
    [
      ['bidirectional', 'block-bidirectional', [], 'no'],
      ['of ingress', 'block-ingress', [], 'no'],
      ['that is off', 'off', [], 'yes'],
      ['with the network excluded', 'block-ingress', [['allow-bidirectional', 'vpc/vpc-1']], 'yes'],
      [
        'with the subnet excluded',
        'block-ingress',
        [['allow-bidirectional', 'subnet/subnet-1']],
        'yes',
      ],
      [
        'with another subnet excluded',
        'block-ingress',
        [['allow-bidirectional', 'subnet/subnet-2']],
        'no',
      ],
      [
        'with an exclusion for egress only',
        'block-bidirectional',
        [['allow-egress', 'vpc/vpc-1']],
        'no',
      ],
    ] as const
  ).map(
    ([name, mode, exclusions, answer]): Row => ({
      name: `block public access ${name}`,
      scene: { permissions: [ssh], block: { mode, exclusions } },
      expect: [['8.8.8.8', 'tcp', 22, answer]],
    }),
  ),
  // ---- addresses ----
  {
    name: 'an elastic address on a secondary private address is an entry of its own',
    scene: {
      permissions: [ssh],
      card: {
        PrivateIpAddresses: [
          { Primary: true, PrivateIpAddress: '10.1.0.10' },
          {
            Primary: false,
            PrivateIpAddress: '10.1.0.11',
            Association: { PublicIp: '198.41.0.11', IpOwnerId: '123456789012' },
          },
        ],
      },
    },
    to: '198.41.0.11',
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'an elastic address that only describe-addresses knows is an entry',
    scene: {
      permissions: [ssh],
      documents: {
        'describe-addresses.json': {
          Addresses: [
            {
              PublicIp: '198.41.0.12',
              AllocationId: 'eipalloc-1',
              Domain: 'vpc',
              NetworkInterfaceId: instanceCard,
              PrivateIpAddress: '10.1.0.10',
            },
          ],
        },
      },
    },
    to: '198.41.0.12',
    expect: [['8.8.8.8', 'tcp', 22, 'yes']],
  },
  {
    name: 'an interface with two groups answers to both',
    scene: { permissions: [ssh], second: [permit('tcp', 80, 80, anywhere)] },
    expect: [
      ['8.8.8.8', 'tcp', 22, 'yes'],
      ['8.8.8.8', 'tcp', 80, 'yes'],
    ],
  },
  // ---- balancers ----
  {
    name: 'behind an application balancer only what the front admits, on the port behind, from the front',
    scene: {
      moreCards: [frontCard('app/front/1a2b', 'sg-front')],
      documents: {
        ...securityGroups({
          'sg-1': [groupPermission('tcp', 8080, 'sg-front')],
          'sg-front': [permit('tcp', 80, 80, '8.0.0.0/8')],
        }),
        ...balancerDocuments({
          kind: 'app',
          group: 'sg-front',
          port: 80,
          protocol: 'HTTP',
          targetPort: 8080,
          targetType: 'instance',
          target: 'i-1',
        }),
      },
    },
    to: frontAddress,
    expect: [
      ['8.8.8.8', 'tcp', 80, 'yes'],
      ['9.9.9.9', 'tcp', 80, 'no'],
      ['8.8.8.8', 'tcp', 8080, 'no'],
    ],
  },
  {
    name: 'a target that does not admit its application balancer is not reached through it',
    scene: {
      moreCards: [frontCard('app/front/1a2b', 'sg-front')],
      documents: {
        ...securityGroups({
          'sg-1': [permit('tcp', 8080, 8080, '8.8.8.0/24')],
          'sg-front': [permit('tcp', 80, 80, anywhere)],
        }),
        ...balancerDocuments({
          kind: 'app',
          group: 'sg-front',
          port: 80,
          protocol: 'HTTP',
          targetPort: 8080,
          targetType: 'instance',
          target: 'i-1',
        }),
      },
    },
    to: frontAddress,
    expect: [['8.8.8.8', 'tcp', 80, 'no']],
  },
  {
    name: 'an application balancer that redirects is itself the target',
    scene: {
      moreCards: [frontCard('app/front/1a2b', 'sg-front')],
      documents: {
        ...securityGroups({ 'sg-1': [], 'sg-front': [permit('tcp', 80, 80, anywhere)] }),
        ...balancerDocuments({
          kind: 'app',
          group: 'sg-front',
          port: 80,
          protocol: 'HTTP',
          action: { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } },
          targetPort: 8080,
          targetType: 'instance',
          target: 'i-1',
        }),
      },
    },
    to: frontAddress,
    target: frontArn('app'),
    expect: [['8.8.8.8', 'tcp', 80, 'yes']],
  },
  {
    name: 'unhealthy targets still count',
    scene: {
      moreCards: [frontCard('app/front/1a2b', 'sg-front')],
      documents: {
        ...securityGroups({
          'sg-1': [permit('tcp', 8080, 8080, '10.0.0.0/8')],
          'sg-front': [permit('tcp', 80, 80, anywhere)],
        }),
        ...balancerDocuments({
          kind: 'app',
          group: 'sg-front',
          port: 80,
          protocol: 'HTTP',
          targetPort: 8080,
          targetType: 'ip',
          target: '10.1.0.10',
          state: 'unhealthy',
        }),
      },
    },
    to: frontAddress,
    expect: [['8.8.8.8', 'tcp', 80, 'yes']],
  },
  {
    name: 'an internal balancer has no internet leg',
    scene: {
      moreCards: [frontCard('app/front/1a2b', 'sg-front', false)],
      documents: {
        ...securityGroups({
          'sg-1': [permit('tcp', 8080, 8080, '10.0.0.0/8')],
          'sg-front': [permit('tcp', 80, 80, anywhere)],
        }),
        ...balancerDocuments({
          kind: 'app',
          scheme: 'internal',
          group: 'sg-front',
          port: 80,
          protocol: 'HTTP',
          targetPort: 8080,
          targetType: 'instance',
          target: 'i-1',
        }),
      },
    },
    to: frontAddress,
    expect: [['8.8.8.8', 'tcp', 80, 'no']],
  },
  {
    name: 'a network balancer keeps the client of instance targets: their group sees it',
    scene: {
      moreCards: [frontCard('net/front/1a2b', null)],
      documents: {
        ...securityGroups({ 'sg-1': [permit('tcp', 2121, 2121, '8.0.0.0/8')] }),
        ...balancerDocuments({
          kind: 'net',
          group: null,
          port: 21,
          protocol: 'TCP',
          targetPort: 2121,
          targetType: 'instance',
          target: 'i-1',
          keepsClient: true,
        }),
      },
    },
    to: frontAddress,
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['9.9.9.9', 'tcp', 21, 'no'],
      ['8.8.8.8', 'tcp', 2121, 'no'],
    ],
  },
  {
    name: 'a network balancer that does not keep the client sends from its own address',
    scene: {
      moreCards: [frontCard('net/front/1a2b', null)],
      documents: {
        ...securityGroups({ 'sg-1': [permit('tcp', 2121, 2121, '10.1.0.0/16')] }),
        ...balancerDocuments({
          kind: 'net',
          group: null,
          port: 21,
          protocol: 'TCP',
          targetPort: 2121,
          targetType: 'ip',
          target: '10.1.0.10',
          keepsClient: false,
        }),
      },
    },
    to: frontAddress,
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['200.1.1.1', 'tcp', 21, 'yes'],
    ],
  },
  {
    name: "a rule that names the network balancer's group admits the balancer's clients",
    scene: {
      moreCards: [frontCard('net/front/1a2b', 'sg-front')],
      documents: {
        ...securityGroups({
          'sg-1': [groupPermission('tcp', 2121, 'sg-front')],
          'sg-front': [permit('tcp', 21, 21, '8.0.0.0/8')],
        }),
        ...balancerDocuments({
          kind: 'net',
          group: 'sg-front',
          port: 21,
          protocol: 'TCP',
          targetPort: 2121,
          targetType: 'instance',
          target: 'i-1',
          keepsClient: true,
        }),
      },
    },
    to: frontAddress,
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['9.9.9.9', 'tcp', 21, 'no'],
    ],
  },
  {
    name: 'a classic balancer maps its listener to the port of the instance',
    scene: {
      moreCards: [frontCard('front', 'sg-front')],
      documents: {
        ...securityGroups({
          'sg-1': [groupPermission('tcp', 2121, 'sg-front')],
          'sg-front': [permit('tcp', 21, 21, anywhere)],
        }),
        'elb-describe-load-balancers.json': {
          LoadBalancerDescriptions: [
            {
              LoadBalancerName: 'front',
              DNSName: 'front-1.eu-west-1.elb.amazonaws.com',
              Scheme: 'internet-facing',
              VPCId: 'vpc-1',
              Subnets: ['subnet-1'],
              SecurityGroups: ['sg-front'],
              Instances: [{ InstanceId: 'i-1' }],
              ListenerDescriptions: [
                {
                  Listener: {
                    Protocol: 'TCP',
                    LoadBalancerPort: 21,
                    InstanceProtocol: 'TCP',
                    InstancePort: 2121,
                  },
                },
              ],
            },
          ],
        },
      },
    },
    to: frontAddress,
    expect: [
      ['8.8.8.8', 'tcp', 21, 'yes'],
      ['8.8.8.8', 'tcp', 2121, 'no'],
    ],
  },
  {
    name: 'the address of a NAT gateway lets nobody in',
    scene: {
      permissions: [permit('-1', null, null, anywhere)],
      moreCards: [
        card('eni-nat', '10.1.0.77', '198.41.0.77', [], {
          InterfaceType: 'nat_gateway',
          Description: 'Interface for NAT Gateway nat-1',
          RequesterManaged: true,
        }),
      ],
    },
    to: '198.41.0.77',
    target: 'eni-nat',
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'the network’s own IPv6 block is nobody on the internet',
    scene: {
      permissions: [permit('tcp', 22, 22, '2a05:d018:1::/56'), permit('tcp', 80, 80, '2a00::/12')],
      routes: [route('2a05:d018:1::/56', { GatewayId: 'local' }), ...toInternet],
    },
    to: publicAddress6,
    expect: [
      ['2a05:d018:1::99', 'tcp', 22, 'no'],
      ['2a00::1', 'tcp', 80, 'yes'],
    ],
  },
  {
    name: 'a gateway that is attached to nothing, on a page that is not the last',
    scene: {
      permissions: [permit('tcp', 22, 22, anywhere)],
      documents: {
        'describe-internet-gateways.json': {
          InternetGateways: [
            { InternetGatewayId: 'igw-1', OwnerId: '123456789012', Attachments: [] },
          ],
          NextToken: 'more',
        },
      },
    },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'replies to an appliance in a network without a gateway',
    scene: {
      permissions: [permit('tcp', 22, 22, anywhere)],
      gatewayOf: null,
      routes: [route('0.0.0.0/0', { NetworkInterfaceId: 'eni-appliance' })],
    },
    expect: [['8.8.8.8', 'tcp', 22, 'no']],
  },
  {
    name: 'a balancer’s node is not in a group that nobody knows, for its own are printed',
    scene: {
      moreCards: [frontCard('app/front/1a2b', 'sg-front')],
      documents: {
        ...securityGroups({
          'sg-1': [{ ...groupPermission('tcp', 0, 'sg-5'), ToPort: 65_535 }],
          'sg-front': [permit('tcp', 80, 80, anywhere)],
        }),
        ...balancerDocuments({
          kind: 'app',
          group: 'sg-front',
          port: 80,
          protocol: 'HTTP',
          targetPort: 22,
          targetType: 'instance',
          target: 'i-1',
        }),
      },
    },
    to: frontAddress,
    expect: [['8.8.8.8', 'tcp', 80, 'no']],
  },
]

describe.each(rows)('$name', ({ scene, to, target, expect: expected }) => {
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
    const oracle = awsOracle(documents)
    expect(answers((it) => oracle.admits(it, target ?? instanceCard))).toEqual(expected)
  })
  test('says the product', () => {
    const exposures = solveDocuments(awsReader(), documents)
    expect(answers((it) => answerOf(exposures, it, target ?? instanceCard))).toEqual(expected)
  })
})
