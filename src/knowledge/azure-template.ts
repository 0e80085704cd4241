/** Templates for Azure. They change one rule and leave the others of the group alone; sources are parameters. */
import { type ExampleRule, ruleLabel } from './example-rule.ts'
import type { Plain } from './yaml.ts'

const apiVersion = '2023-11-01'

/** A rule for ICMP has neither types nor codes here: it covers all messages. */
export const azureProtocol = (rule: ExampleRule): 'Tcp' | 'Udp' | 'Icmp' =>
  rule.kind === 'ping' ? 'Icmp' : rule.transport === 'tcp' ? 'Tcp' : 'Udp'
export const azurePorts = (rule: ExampleRule): string =>
  rule.kind === 'ping' ? '*' : rule.from === rule.to ? `${rule.from}` : `${rule.from}-${rule.to}`
export const azureRuleName = (rule: ExampleRule): string => `allow-${ruleLabel(rule)}`

export const armTemplate = (rules: readonly ExampleRule[]): { readonly [key: string]: Plain } => ({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: {
    networkSecurityGroupName: { type: 'string' },
    allowedPrefixes: {
      type: 'array',
      metadata: { description: 'Addresses that may connect, of one family' },
    },
    firstPriority: { type: 'int', minValue: 100, maxValue: 4000, defaultValue: 200 },
  },
  resources: rules.map((rule, i) => ({
    type: 'Microsoft.Network/networkSecurityGroups/securityRules',
    apiVersion,
    name: `[format('{0}/{1}', parameters('networkSecurityGroupName'), '${azureRuleName(rule)}')]`,
    properties: {
      priority:
        i === 0 ? "[parameters('firstPriority')]" : `[add(parameters('firstPriority'), ${i})]`,
      direction: 'Inbound',
      access: 'Allow',
      protocol: azureProtocol(rule),
      sourceAddressPrefixes: "[parameters('allowedPrefixes')]",
      sourcePortRange: '*',
      destinationAddressPrefix: '*',
      destinationPortRange: azurePorts(rule),
    },
  })),
})

export const bicep = (rules: readonly ExampleRule[]): readonly string[] => [
  'param networkSecurityGroupName string',
  '',
  "@description('Addresses that may connect, of one family')",
  'param allowedPrefixes string[]',
  '',
  '@minValue(100)',
  '@maxValue(4000)',
  'param firstPriority int = 200',
  '',
  `resource group 'Microsoft.Network/networkSecurityGroups@${apiVersion}' existing = {`,
  '  name: networkSecurityGroupName',
  '}',
  ...rules.flatMap((rule, i) => [
    '',
    `resource rule${i} 'Microsoft.Network/networkSecurityGroups/securityRules@${apiVersion}' = {`,
    '  parent: group',
    `  name: '${azureRuleName(rule)}'`,
    '  properties: {',
    `    priority: firstPriority${i === 0 ? '' : ` + ${i}`}`,
    "    direction: 'Inbound'",
    "    access: 'Allow'",
    `    protocol: '${azureProtocol(rule)}'`,
    '    sourceAddressPrefixes: allowedPrefixes',
    "    sourcePortRange: '*'",
    "    destinationAddressPrefix: '*'",
    `    destinationPortRange: '${azurePorts(rule)}'`,
    '  }',
    '}',
  ]),
]

const provider = [
  'terraform {',
  '  required_providers {',
  '    azurerm = {',
  '      source  = "hashicorp/azurerm"',
  '      version = ">= 3.0"',
  '    }',
  '  }',
  '}',
]
const variable = (name: string, type = 'string'): readonly string[] => [
  '',
  `variable "${name}" {`,
  `  type = ${type}`,
  '}',
]

export const azureTerraform = (rules: readonly ExampleRule[]): readonly string[] => [
  ...provider,
  ...variable('resource_group_name'),
  ...variable('network_security_group_name'),
  ...variable('allowed_prefixes', 'set(string)'),
  ...rules.flatMap((rule, i) => [
    '',
    `resource "azurerm_network_security_rule" "${azureRuleName(rule).replaceAll('-', '_')}" {`,
    '  resource_group_name         = var.resource_group_name',
    '  network_security_group_name = var.network_security_group_name',
    `  name                        = "${azureRuleName(rule)}"`,
    `  priority                    = ${200 + i}`,
    '  direction                   = "Inbound"',
    '  access                      = "Allow"',
    `  protocol                    = "${azureProtocol(rule)}"`,
    '  source_address_prefixes     = var.allowed_prefixes',
    '  source_port_range           = "*"',
    '  destination_address_prefix  = "*"',
    `  destination_port_range      = "${azurePorts(rule)}"`,
    '}',
  ]),
]

const interfaceProperties = {
  ipConfigurations: [
    {
      name: 'ipconfig1',
      properties: {
        subnet: { id: "[parameters('subnetId')]" },
        publicIPAddress: { id: "[parameters('publicIpAddressId')]" },
      },
    },
  ],
  networkSecurityGroup: { id: "[parameters('networkSecurityGroupId')]" },
}

export const armAttachment: { readonly [key: string]: Plain } = {
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
  contentVersion: '1.0.0.0',
  parameters: {
    networkInterfaceName: { type: 'string' },
    networkSecurityGroupId: { type: 'string' },
    subnetId: { type: 'string' },
    publicIpAddressId: { type: 'string' },
  },
  resources: [
    {
      type: 'Microsoft.Network/networkInterfaces',
      apiVersion,
      name: "[parameters('networkInterfaceName')]",
      location: '[resourceGroup().location]',
      properties: interfaceProperties,
    },
  ],
}

export const bicepAttachment: readonly string[] = [
  'param networkInterfaceName string',
  'param networkSecurityGroupId string',
  'param subnetId string',
  'param publicIpAddressId string',
  '',
  `resource networkInterface 'Microsoft.Network/networkInterfaces@${apiVersion}' = {`,
  '  name: networkInterfaceName',
  '  location: resourceGroup().location',
  '  properties: {',
  '    ipConfigurations: [',
  '      {',
  "        name: 'ipconfig1'",
  '        properties: {',
  '          subnet: { id: subnetId }',
  '          publicIPAddress: { id: publicIpAddressId }',
  '        }',
  '      }',
  '    ]',
  '    networkSecurityGroup: { id: networkSecurityGroupId }',
  '  }',
  '}',
]

export const azureTerraformAttachment: readonly string[] = [
  ...provider,
  ...variable('network_interface_id'),
  ...variable('network_security_group_id'),
  '',
  'resource "azurerm_network_interface_security_group_association" "filter" {',
  '  network_interface_id      = var.network_interface_id',
  '  network_security_group_id = var.network_security_group_id',
  '}',
]
