/** How to audit each kind of finding on AWS. */
import type { EstateDefinition } from '../checks/definition.ts'
import { type Procedure, type Step, say, show } from './knowledge-page.ts'

export const ec2Console =
  'Open the Amazon EC2 console at https://console.aws.amazon.com/ec2/ and choose the region.'

export function awsAudit(check: EstateDefinition): readonly Procedure[] {
  return [
    { tool: 'portreeve', title: 'By Portreeve', steps: portreeveSteps(check) },
    { tool: 'console', title: 'In the AWS console', steps: consoleAudit(check) },
    { tool: 'cli', title: 'By the AWS CLI', steps: cliAudit(check) },
  ]
}

const documents = [
  'describe-security-groups',
  'describe-network-interfaces',
  'describe-instances',
  'describe-subnets',
  'describe-vpcs',
  'describe-route-tables',
  'describe-internet-gateways',
  'describe-network-acls',
  'describe-addresses',
]

function portreeveSteps({ id, about, subject }: EstateDefinition): readonly Step[] {
  const isSmall =
    subject === 'filter' && about.kind !== 'unattached' && about.kind !== 'shadowed-rules'
  const calls = isSmall
    ? documents.slice(0, 1)
    : about.kind === 'shadowed-rules'
      ? ['describe-network-acls']
      : about.kind === 'unattached'
        ? documents.slice(0, 2)
        : documents
  return [
    show(
      'Export what the check needs, for every region in use:',
      'sh',
      ...calls.map((call) => `aws ec2 ${call} --region REGION --output json > ${call}.json`),
    ),
    show('Audit it; nothing leaves the machine:', 'sh', `portreeve audit . --only ${id}`),
    ...(isSmall
      ? [
          say(
            'With network interfaces, route tables, gateways, subnets, network ACLs and addresses beside it, the answer also says what of it can really be reached.',
          ),
        ]
      : []),
  ]
}

function consoleAudit({ about, subject }: EstateDefinition): readonly Step[] {
  const groups = say('In the navigation, under Network & Security, choose Security Groups.')
  switch (about.kind) {
    case 'unattached':
      return [
        say(ec2Console),
        say(
          'Choose Network Interfaces and filter by Security group ID, once for each group of the list under Security Groups.',
        ),
        say(
          'A group that is on no interface is unattached. A group that other groups name as a source is still in use by them.',
        ),
        say('Repeat for every region.'),
      ]
    case 'shadowed-rules':
      return [
        say(
          'Open the Amazon VPC console at https://console.aws.amazon.com/vpc/ and choose the region.',
        ),
        say('Choose Network ACLs, select one, and open Inbound rules, ordered by rule number.'),
        say(
          'A rule is dead when rules with lower numbers already cover all of its protocol, ports and source, whether they allow or deny.',
        ),
        say('Repeat for every network ACL and region.'),
      ]
    case 'default-group-in-use':
      return [
        say(ec2Console),
        groups,
        say('Filter by security group name: default.'),
        say('Inbound rules and Outbound rules must both be empty.'),
        say(
          'Repeat for every region, those without machines included: each has a default network.',
        ),
      ]
    case 'without-filter':
      return [
        say(ec2Console),
        say(
          'Choose Instances, show the columns Public IPv4 address, IPv6 IPs and Security group name.',
        ),
        say('A machine with a public address and an empty last column fails.'),
        say('Repeat for every region.'),
      ]
    default:
      return [
        say(ec2Console),
        ...(subject === 'target'
          ? [
              say(
                'Choose Instances, select a machine with a public address or behind a balancer, and open its Security tab: it lists the inbound rules of all its groups.',
              ),
            ]
          : [
              groups,
              ...(about.kind === 'default-group-open'
                ? [say('Filter by security group name: default.')]
                : []),
              say('Select a group and open Inbound rules.'),
            ]),
        say(whatToLookFor(about.kind)),
        say(
          'Open every prefix list that stands as a source (VPC console, Managed prefix lists): its entries count like addresses.',
        ),
        ...(subject === 'target'
          ? [
              say(
                'Then see whether the packet gets there: the subnet’s route table leads to an internet gateway, its network ACL allows the port, and no public access block stops it.',
              ),
            ]
          : []),
        say('Repeat for every region.'),
      ]
  }
}

const whatToLookFor = (kind: EstateDefinition['about']['kind']): string =>
  kind === 'wide-sources'
    ? 'Add up the public addresses of all sources of one port: a /8 or an IPv6 /24 and more is too wide, in one rule or in many.'
    : 'Look at each rule whose port range contains a port in question (All TCP, All UDP and All traffic do) and whose source is 0.0.0.0/0 or ::/0. Rules that together make up the whole internet, such as 0.0.0.0/1 and 128.0.0.0/1, count as well.'

function cliAudit({ about, subject }: EstateDefinition): readonly Step[] {
  switch (about.kind) {
    case 'unattached':
      return [
        show(
          'List all groups, and those that are on an interface; what is only in the first list is unattached:',
          'sh',
          "aws ec2 describe-security-groups --region REGION --query 'SecurityGroups[].GroupId' --output text | tr '\\t' '\\n' | sort > all.txt",
          "aws ec2 describe-network-interfaces --region REGION --query 'NetworkInterfaces[].Groups[].GroupId' --output text | tr '\\t' '\\n' | sort -u > used.txt",
          'comm -23 all.txt used.txt',
        ),
      ]
    case 'shadowed-rules':
      return [
        show(
          'List the inbound rules of each network ACL in their order:',
          'sh',
          "aws ec2 describe-network-acls --region REGION --output json --query 'NetworkAcls[].[NetworkAclId,sort_by(Entries[?!Egress],&RuleNumber)[].[RuleNumber,RuleAction,Protocol,PortRange.From,PortRange.To,CidrBlock,Ipv6CidrBlock]]'",
        ),
        say(
          'A rule is dead when those before it cover all of its protocol (-1 is all of them), ports and source.',
        ),
      ]
    case 'default-group-in-use':
      return [
        show(
          'List the rules of all default groups; the answer must be empty:',
          'sh',
          "aws ec2 describe-security-groups --region REGION --filters Name=group-name,Values=default --query 'SecurityGroups[?length(IpPermissions)>`0` || length(IpPermissionsEgress)>`0`].[GroupId,VpcId]' --output table",
        ),
      ]
    case 'without-filter':
      return [
        show(
          'List interfaces with a public address and no group; the answer must be empty:',
          'sh',
          "aws ec2 describe-network-interfaces --region REGION --query 'NetworkInterfaces[?length(Groups)==`0` && (Association.PublicIp || length(Ipv6Addresses)>`0`)].[NetworkInterfaceId,Description,Association.PublicIp]' --output table",
        ),
      ]
    default:
      return [
        show(
          'List the inbound rules whose source is everybody, with their ids:',
          'sh',
          "aws ec2 describe-security-group-rules --region REGION --output table --query \"SecurityGroupRules[?IsEgress==\\`false\\` && (CidrIpv4=='0.0.0.0/0' || CidrIpv6=='::/0')].[GroupId,SecurityGroupRuleId,IpProtocol,FromPort,ToPort,CidrIpv4,CidrIpv6]\"",
        ),
        say(
          about.kind === 'icmp'
            ? 'For ICMP the columns of ports hold type and code, -1 being all; the protocols are icmp, icmpv6, 1, 58 and -1.'
            : 'A rule counts when FromPort to ToPort contains a port in question and the protocol is the right one, by name or number (tcp is 6, udp is 17); -1 is every protocol and every port.',
        ),
        say(
          'This list does not show wide blocks that only together are the whole internet, nor prefix lists: Portreeve adds those up.',
        ),
        ...(subject === 'target'
          ? [
              show(
                'Find the machines that have such a group:',
                'sh',
                "aws ec2 describe-network-interfaces --region REGION --filters Name=group-id,Values=SECURITY_GROUP_ID --query 'NetworkInterfaces[].[NetworkInterfaceId,Attachment.InstanceId,Association.PublicIp]' --output table",
              ),
            ]
          : []),
      ]
  }
}
