/** Templates for AWS. Sources are parameters, so that nothing has to be edited before use. */
import { type ExampleRule, ruleLabel } from './example-rule.ts'
import type { Plain } from './yaml.ts'

export interface Permission {
  readonly IpProtocol: string
  readonly FromPort: number
  readonly ToPort: number
}
/** ICMP puts type and code where ports stand: 8 and 128 are echo requests, code 0 is their only one. */
export const permissions = (
  rule: ExampleRule,
): { readonly v4: Permission; readonly v6: Permission } => {
  if (rule.kind === 'ping')
    return {
      v4: { IpProtocol: 'icmp', FromPort: 8, ToPort: 0 },
      v6: { IpProtocol: 'icmpv6', FromPort: 128, ToPort: 0 },
    }
  const both = { IpProtocol: rule.transport, FromPort: rule.from, ToPort: rule.to }
  return { v4: both, v6: both }
}

/** For `--ip-permissions`: one line of JSON that goes in single quotes. */
export function ipPermissions(rules: readonly ExampleRule[], v4: string, v6: string): string {
  return JSON.stringify(
    rules.flatMap((rule) => {
      const own = permissions(rule)
      const ranges4 = { IpRanges: [{ CidrIp: v4 }] }
      const ranges6 = { Ipv6Ranges: [{ CidrIpv6: v6 }] }
      return own.v4 === own.v6
        ? [{ ...own.v4, ...ranges4, ...ranges6 }]
        : [
            { ...own.v4, ...ranges4 },
            { ...own.v6, ...ranges6 },
          ]
    }),
  )
}

export const cloudFormation = (
  rules: readonly ExampleRule[],
  purpose: string,
): { readonly [key: string]: Plain } => ({
  AWSTemplateFormatVersion: '2010-09-09',
  Description: `Admits ${purpose} from named addresses only`,
  Parameters: {
    VpcId: { Type: 'AWS::EC2::VPC::Id' },
    AllowedCidr: { Type: 'String', Description: 'IPv4 addresses that may connect' },
    AllowedCidr6: { Type: 'String', Description: 'IPv6 addresses that may connect' },
  },
  Resources: {
    SecurityGroup: {
      Type: 'AWS::EC2::SecurityGroup',
      Properties: {
        GroupDescription: `${purpose} from named addresses only`,
        VpcId: { Ref: 'VpcId' },
        SecurityGroupIngress: rules.flatMap((rule) => {
          const { v4, v6 } = permissions(rule)
          return [
            { ...v4, CidrIp: { Ref: 'AllowedCidr' } },
            { ...v6, CidrIpv6: { Ref: 'AllowedCidr6' } },
          ]
        }),
      },
    },
  },
  Outputs: { SecurityGroupId: { Value: { 'Fn::GetAtt': ['SecurityGroup', 'GroupId'] } } },
})

/** Machines that name their groups never fall into the default group. */
export const cloudFormationInterface: { readonly [key: string]: Plain } = {
  AWSTemplateFormatVersion: '2010-09-09',
  Description: 'A network interface with a security group of its own',
  Parameters: {
    SubnetId: { Type: 'AWS::EC2::Subnet::Id' },
    SecurityGroupId: { Type: 'AWS::EC2::SecurityGroup::Id' },
  },
  Resources: {
    NetworkInterface: {
      Type: 'AWS::EC2::NetworkInterface',
      Properties: { SubnetId: { Ref: 'SubnetId' }, GroupSet: [{ Ref: 'SecurityGroupId' }] },
    },
  },
}

const provider = [
  'terraform {',
  '  required_providers {',
  '    aws = {',
  '      source  = "hashicorp/aws"',
  '      version = ">= 5.0"',
  '    }',
  '  }',
  '}',
]

export function terraform(rules: readonly ExampleRule[], purpose: string): readonly string[] {
  return [
    ...provider,
    '',
    'variable "vpc_id" {',
    '  type = string',
    '}',
    '',
    'variable "allowed_cidrs" {',
    '  type        = set(string)',
    '  description = "IPv4 addresses that may connect"',
    '}',
    '',
    'variable "allowed_cidrs6" {',
    '  type        = set(string)',
    '  description = "IPv6 addresses that may connect"',
    '  default     = []',
    '}',
    '',
    'resource "aws_security_group" "restricted" {',
    '  name_prefix = "restricted-"',
    `  description = "${purpose} from named addresses only"`,
    '  vpc_id      = var.vpc_id',
    '}',
    ...rules.flatMap((rule) => {
      const { v4, v6 } = permissions(rule)
      return [
        ...ingressRule(rule, v4, 'cidr_ipv4', 'ipv4'),
        ...ingressRule(rule, v6, 'cidr_ipv6', 'ipv6'),
      ]
    }),
  ]
}

const ingressRule = (
  rule: ExampleRule,
  { IpProtocol, FromPort, ToPort }: Permission,
  peer: 'cidr_ipv4' | 'cidr_ipv6',
  family: 'ipv4' | 'ipv6',
): readonly string[] => [
  '',
  `resource "aws_vpc_security_group_ingress_rule" "${ruleLabel(rule).replaceAll('-', '_')}_${family}" {`,
  `  for_each = var.${family === 'ipv4' ? 'allowed_cidrs' : 'allowed_cidrs6'}`,
  '',
  '  security_group_id = aws_security_group.restricted.id',
  `  ip_protocol       = "${IpProtocol}"`,
  `  from_port         = ${FromPort}`,
  `  to_port           = ${ToPort}`,
  `  ${peer}         = each.value`,
  '}',
]

export const terraformDefaultGroup: readonly string[] = [
  ...provider,
  '',
  'variable "vpc_id" {',
  '  type = string',
  '}',
  '',
  '# Without ingress and egress blocks the group has no rules at all.',
  'resource "aws_default_security_group" "closed" {',
  '  vpc_id = var.vpc_id',
  '}',
]

export const terraformAttachment: readonly string[] = [
  ...provider,
  '',
  'variable "security_group_id" {',
  '  type = string',
  '}',
  '',
  'variable "network_interface_id" {',
  '  type = string',
  '}',
  '',
  'resource "aws_network_interface_sg_attachment" "filter" {',
  '  security_group_id    = var.security_group_id',
  '  network_interface_id = var.network_interface_id',
  '}',
]
