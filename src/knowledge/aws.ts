/** How to audit and mend each kind of finding on AWS. */
import type { Definition } from '../checks/definition.ts'
import {
  cloudFormation,
  cloudFormationInterface,
  ipPermissions,
  terraform,
  terraformAttachment,
  terraformDefaultGroup,
} from './aws-template.ts'
import { exampleRules } from './example-rule.ts'
import { type Procedure, type Reference, type Step, say, show } from './knowledge-page.ts'
import { type Plain, toYaml } from './yaml.ts'

const ec2Console =
  'Open the Amazon EC2 console at https://console.aws.amazon.com/ec2/ and choose the region.'

export function awsAudit(check: Definition): readonly Procedure[] {
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

function portreeveSteps({ id, about, subject }: Definition): readonly Step[] {
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

function consoleAudit({ about, subject }: Definition): readonly Step[] {
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

const whatToLookFor = (kind: Definition['about']['kind']): string =>
  kind === 'wide-sources'
    ? 'Add up the public addresses of all sources of one port: a /8 or an IPv6 /24 and more is too wide, in one rule or in many.'
    : 'Look at each rule whose port range contains a port in question (All TCP, All UDP and All traffic do) and whose source is 0.0.0.0/0 or ::/0. Rules that together make up the whole internet, such as 0.0.0.0/1 and 128.0.0.0/1, count as well.'

function cliAudit({ about, subject }: Definition): readonly Step[] {
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

export function awsRemediation(check: Definition): readonly Procedure[] {
  switch (check.remedy) {
    case 'delete-unused-filter':
      return deleteGroup
    case 'empty-default-filter':
      return emptyDefault
    case 'remove-dead-rules':
      return removeEntries
    case 'attach-filter':
      return attach
    case 'restrict-ingress':
    case 'restrict-icmp':
    case null:
      return restrict(check)
  }
}

function restrict(check: Definition): readonly Procedure[] {
  const rules = exampleRules(check.about)
  const template = cloudFormation(rules, purposeOf(check))
  const region = 'aws ec2'
  return [
    {
      tool: 'console',
      title: 'In the AWS console',
      steps: [
        say(ec2Console),
        say(
          'Choose Security Groups, select the group that the finding names, open Inbound rules and choose Edit inbound rules.',
        ),
        say(
          'Add a rule for each port or message that is still needed, with Source set to Custom and the addresses or the security group of those who use it; leave it out if nobody does. Where the old rule covers other ports or sources that stay, add rules for those as well.',
        ),
        say('Delete each rule that the finding names, the IPv6 one too, and choose Save rules.'),
        say('Open connections stay open until they end: security groups keep track of them.'),
      ],
    },
    {
      tool: 'cli',
      title: 'By the AWS CLI',
      steps: [
        show(
          'See the rules of the group with their ids:',
          'sh',
          `${region} describe-security-group-rules --region REGION --filters Name=group-id,Values=SECURITY_GROUP_ID --output table --query 'SecurityGroupRules[?!IsEgress].[SecurityGroupRuleId,IpProtocol,FromPort,ToPort,CidrIpv4,CidrIpv6]'`,
        ),
        show(
          'First admit those who need it, so that nobody is cut off (leave out the family that is not used):',
          'sh',
          `${region} authorize-security-group-ingress --region REGION --group-id SECURITY_GROUP_ID --ip-permissions '${ipPermissions(rules, 'ALLOWED_CIDR', 'ALLOWED_CIDR6')}'`,
        ),
        show(
          'Then take the open rules away by their ids, several separated by spaces:',
          'sh',
          `${region} revoke-security-group-ingress --region REGION --group-id SECURITY_GROUP_ID --security-group-rule-ids RULE_ID`,
        ),
        show(
          'Or by what they say, which must be exactly what is there:',
          'sh',
          `${region} revoke-security-group-ingress --region REGION --group-id SECURITY_GROUP_ID --ip-permissions '${ipPermissions(rules, '0.0.0.0/0', '::/0')}'`,
        ),
        say(
          'A rule cannot be narrowed in part: where one covers more ports than the wrong ones, authorise the rest again as rules of their own before revoking it.',
        ),
      ],
    },
    ...cloudFormationBoth(
      template,
      'Create a group that admits named addresses only, or change the rules of your own template to this form, and deploy it:',
    ),
    {
      tool: 'terraform',
      title: 'As Terraform',
      steps: [
        show(
          'One rule a resource keeps changes small; replace the rule that names 0.0.0.0/0 or ::/0 by these:',
          'hcl',
          ...terraform(rules, purposeOf(check)),
        ),
      ],
    },
  ]
}

export function purposeOf({ about }: Definition): string {
  switch (about.kind) {
    case 'service':
      return about.service.title.replace(/^the /, '')
    case 'icmp':
      return 'Ping'
    case 'management-ports':
      return 'SSH, RDP and WinRM'
    case 'uncommon-ports':
      return 'TCP 7070'
    default:
      return 'HTTPS'
  }
}

const cloudFormationBoth = (
  template: { readonly [key: string]: Plain },
  text: string,
): readonly Procedure[] => [
  {
    tool: 'cloudformation-json',
    title: 'As CloudFormation (JSON)',
    steps: [show(text, 'json', JSON.stringify(template, null, 2))],
  },
  {
    tool: 'cloudformation-yaml',
    title: 'As CloudFormation (YAML)',
    steps: [show(text, 'yaml', toYaml(template))],
  },
]

/** Where the remedy is that something goes, no template can show it. */
const inTemplates = (removal: string): readonly Procedure[] => [
  { tool: 'cloudformation-json', title: 'As CloudFormation (JSON)', steps: [say(removal)] },
  { tool: 'cloudformation-yaml', title: 'As CloudFormation (YAML)', steps: [say(removal)] },
]

const deleteGroup: readonly Procedure[] = [
  {
    tool: 'console',
    title: 'In the AWS console',
    steps: [
      say(ec2Console),
      say(
        'Choose Security Groups, select the group, then Actions and Delete security groups. The console refuses while an interface or another group’s rule still names it.',
      ),
      say('To keep the group, remove its open rules instead.'),
    ],
  },
  {
    tool: 'cli',
    title: 'By the AWS CLI',
    steps: [
      show(
        'See whether rules of other groups name it; those have to go first:',
        'sh',
        "aws ec2 describe-security-groups --region REGION --filters Name=ip-permission.group-id,Values=SECURITY_GROUP_ID --query 'SecurityGroups[].GroupId' --output text",
      ),
      show(
        'Try the deletion, then do it:',
        'sh',
        'aws ec2 delete-security-group --region REGION --group-id SECURITY_GROUP_ID --dry-run',
        'aws ec2 delete-security-group --region REGION --group-id SECURITY_GROUP_ID',
      ),
    ],
  },
  ...inTemplates(
    'Take the AWS::EC2::SecurityGroup resource and its outputs out of the template and update the stack.',
  ),
  {
    tool: 'terraform',
    title: 'As Terraform',
    steps: [
      say(
        'Take the aws_security_group and its rules out of the configuration and apply it; `terraform plan` must show nothing else destroyed.',
      ),
    ],
  },
]

const emptyDefault: readonly Procedure[] = [
  {
    tool: 'console',
    title: 'In the AWS console',
    steps: [
      say(ec2Console),
      say(
        'Choose Network Interfaces and filter by the id of the default group: give each interface there a group of its own first (Actions, Change security groups).',
      ),
      say(
        'Choose Security Groups, select the default group, and delete all rules under Edit inbound rules and Edit outbound rules.',
      ),
    ],
  },
  {
    tool: 'cli',
    title: 'By the AWS CLI',
    steps: [
      show(
        'See who is a member; each needs another group before its rules go:',
        'sh',
        "aws ec2 describe-network-interfaces --region REGION --filters Name=group-id,Values=SECURITY_GROUP_ID --query 'NetworkInterfaces[].[NetworkInterfaceId,Description]' --output table",
      ),
      show(
        'List the rules, then revoke them by their ids, inbound and outbound:',
        'sh',
        "aws ec2 describe-security-group-rules --region REGION --filters Name=group-id,Values=SECURITY_GROUP_ID --query 'SecurityGroupRules[].[SecurityGroupRuleId,IsEgress]' --output table",
        'aws ec2 revoke-security-group-ingress --region REGION --group-id SECURITY_GROUP_ID --security-group-rule-ids RULE_ID',
        'aws ec2 revoke-security-group-egress --region REGION --group-id SECURITY_GROUP_ID --security-group-rule-ids RULE_ID',
      ),
    ],
  },
  ...cloudFormationBoth(
    cloudFormationInterface,
    'CloudFormation cannot take rules from a default group. What it can do is name a group for everything it makes, so that nothing falls into the default one:',
  ),
  {
    tool: 'terraform',
    title: 'As Terraform',
    steps: [show('Adopt the default group without rules:', 'hcl', ...terraformDefaultGroup)],
  },
]

const removeEntries: readonly Procedure[] = [
  {
    tool: 'console',
    title: 'In the AWS console',
    steps: [
      say(
        'Open the Amazon VPC console at https://console.aws.amazon.com/vpc/, choose Network ACLs and select the one that the finding names.',
      ),
      say(
        'Decide what was meant: give the dead rule a lower number than those that shadow it, or remove it under Edit inbound rules.',
      ),
    ],
  },
  {
    tool: 'cli',
    title: 'By the AWS CLI',
    steps: [
      show(
        'Remove a dead rule; what the ACL admits does not change:',
        'sh',
        'aws ec2 delete-network-acl-entry --region REGION --network-acl-id NETWORK_ACL_ID --ingress --rule-number RULE_NUMBER',
      ),
    ],
  },
  ...inTemplates(
    'Take the AWS::EC2::NetworkAclEntry out of the template, or give it another RuleNumber, and update the stack.',
  ),
  {
    tool: 'terraform',
    title: 'As Terraform',
    steps: [
      say(
        'Take the aws_network_acl_rule (or the ingress block of the aws_network_acl) out of the configuration, or give it another rule_number, and apply it.',
      ),
    ],
  },
]

const attach: readonly Procedure[] = [
  {
    tool: 'console',
    title: 'In the AWS console',
    steps: [
      say(ec2Console),
      say(
        'Choose Network Interfaces, select the interface, then Actions and Change security groups: add a group that admits only what is needed.',
      ),
    ],
  },
  {
    tool: 'cli',
    title: 'By the AWS CLI',
    steps: [
      show(
        'Give the interface its groups; the list replaces the old one:',
        'sh',
        'aws ec2 modify-network-interface-attribute --region REGION --network-interface-id INTERFACE_ID --groups SECURITY_GROUP_ID',
      ),
    ],
  },
  ...cloudFormationBoth(cloudFormationInterface, 'Name the groups of every interface:'),
  {
    tool: 'terraform',
    title: 'As Terraform',
    steps: [show('Attach a group to the interface:', 'hcl', ...terraformAttachment)],
  },
]

export const awsReferences: readonly Reference[] = [
  {
    title: 'Amazon VPC: security groups',
    url: 'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html',
  },
  {
    title: 'Amazon VPC: security group rules',
    url: 'https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html',
  },
  {
    title: 'Amazon VPC: network ACLs',
    url: 'https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html',
  },
  {
    title: 'AWS CLI: revoke-security-group-ingress',
    url: 'https://docs.aws.amazon.com/cli/latest/reference/ec2/revoke-security-group-ingress.html',
  },
  {
    title: 'AWS CLI: authorize-security-group-ingress',
    url: 'https://docs.aws.amazon.com/cli/latest/reference/ec2/authorize-security-group-ingress.html',
  },
  {
    title: 'AWS Security Hub: controls for Amazon EC2',
    url: 'https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html',
  },
]
