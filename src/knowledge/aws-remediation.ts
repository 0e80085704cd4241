/** How to mend each kind of finding on AWS. */

import type { EstateDefinition } from '../checks/definition.ts'
import { ec2Console } from './aws-audit.ts'
import {
  cloudFormation,
  cloudFormationInterface,
  ipPermissions,
  terraform,
  terraformAttachment,
  terraformDefaultGroup,
} from './aws-template.ts'
import { exampleRules } from './example-rule.ts'
import { type Procedure, type Reference, say, show } from './knowledge-page.ts'
import { type Plain, toYaml } from './yaml.ts'

export function awsRemediation(check: EstateDefinition): readonly Procedure[] {
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

function restrict(check: EstateDefinition): readonly Procedure[] {
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

export function purposeOf({ about }: EstateDefinition): string {
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
