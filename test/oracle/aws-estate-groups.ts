import type { SecurityGroup, SecurityGroupRule } from './aws-documents.ts'
import { groupsIn, paged, vpcOf } from './aws-naming.ts'
import { account, region } from './aws-place.ts'
import type { Permission, Plan } from './aws-plan.ts'
import type { NamedDocument } from './packet.ts'

// ---- security groups, in the old form, the new one, or both ----
export function groupDocuments(estate: Plan): readonly NamedDocument[] {
  const { groupForm, presence } = estate
  const own = estate.groups.map((it) => withFrontNamed(estate, it))
  const groups = own.map((it, i) => securityGroup(estate, it, i))
  const rules = own.flatMap((it, i) => looseRules(it.permissions, i))
  const old = paged('describe-security-groups', 'SecurityGroups', groups, presence.groups)
  const loose = paged('describe-security-group-rules', 'SecurityGroupRules', rules, 'complete')
  if (presence.groups === 'absent') return []
  if (groupForm === 'groups' || presence.groups === 'partial') return old
  return groupForm === 'rules' ? loose : [...old, ...loose]
}

function withFrontNamed(estate: Plan, it: Plan['groups'][number]): Plan['groups'][number] {
  const [front] = estate.balancer
    ? groupsIn(estate, vpcOf(estate, estate.balancer.network), estate.balancer.groups)
    : []
  return {
    ...it,
    permissions: it.permissions.map((permission) => ({
      ...permission,
      peers: permission.peers.map((one) =>
        one.kind === 'front' ? { kind: 'group', block: `sg-${front ?? 5}` } : one,
      ),
    })),
  }
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
export function blockDocuments({ block }: Plan): readonly NamedDocument[] {
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

export const listDocuments = ({ lists }: Plan): readonly NamedDocument[] =>
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
