/** How to mend each kind of finding on Azure. */

import type { EstateDefinition } from '../checks/definition.ts'
import { portal } from './azure-audit.ts'
import {
  armAttachment,
  armTemplate,
  azurePorts,
  azureProtocol,
  azureRuleName,
  azureTerraform,
  azureTerraformAttachment,
  bicep,
  bicepAttachment,
} from './azure-template.ts'
import { type ExampleRule, exampleRules } from './example-rule.ts'
import { type Procedure, type Reference, type Step, say, show } from './knowledge-page.ts'

export function azureRemediation(check: EstateDefinition): readonly Procedure[] {
  switch (check.remedy) {
    case 'delete-unused-filter':
      return deleteGroup
    case 'remove-dead-rules':
      return removeRules
    case 'attach-filter':
      return attach
    case 'restrict-ingress':
    case 'restrict-icmp':
    case 'empty-default-filter':
    case null:
      return restrict(check)
  }
}

const rule = 'az network nsg rule'
const where = '--subscription SUBSCRIPTION_ID --resource-group RESOURCE_GROUP --nsg-name NSG_NAME'

function restrict(check: EstateDefinition): readonly Procedure[] {
  const rules = exampleRules(check.about)
  const oneFamily = 'Keep IPv4 and IPv6 addresses in rules of their own.'
  const declare = `A deployment of this changes or makes these rules only and leaves the others alone; take the open rule out of its own template. ${oneFamily}`
  return [
    {
      tool: 'console',
      title: 'In the Azure portal',
      steps: [
        say(portal),
        say(
          'Select the group that the finding names, open Inbound security rules and select the rule.',
        ),
        say(
          'Set Source to IP Addresses and enter the addresses and ranges of those who use it, or Application security group; leave ports and Action as they are and choose Save. If nobody needs it, choose Delete.',
        ),
        say(
          'Where the rule covers other ports that are to stay open, first add a rule for the wrong ports with the addresses that may use them, then take those ports out of the old rule.',
        ),
        say('Open connections stay open until they end: the platform keeps track of them.'),
      ],
    },
    {
      tool: 'cli',
      title: 'By the Azure CLI',
      steps: [
        show(
          'Where the whole rule is wrong, narrow its sources (several are separated by spaces):',
          'sh',
          `${rule} update ${where} --name RULE_NAME --source-address-prefixes ALLOWED_CIDR`,
        ),
        ...(check.about.kind === 'icmp' ? [] : splitRule(rules)),
        show('Or take the rule away:', 'sh', `${rule} delete ${where} --name RULE_NAME`),
        say(
          `${oneFamily} Then see that no other rule, and no group beside this one, still admits it.`,
        ),
      ],
    },
    {
      tool: 'arm-json',
      title: 'As ARM template (JSON)',
      steps: [show(declare, 'json', JSON.stringify(armTemplate(rules), null, 2))],
    },
    { tool: 'bicep', title: 'As Bicep', steps: [show(declare, 'bicep', ...bicep(rules))] },
    {
      tool: 'terraform',
      title: 'As Terraform',
      steps: [
        show(
          `Replace the rule whose source is * or Internet by these, and do not mix them with security_rule blocks inside the group. ${oneFamily}`,
          'hcl',
          ...azureTerraform(rules),
        ),
      ],
    },
  ]
}

const splitRule = (rules: readonly ExampleRule[]): readonly Step[] => [
  show(
    'Where only some of its ports are wrong, give those a rule of their own, with a free priority:',
    'sh',
    ...rules.map(
      (one, i) =>
        `${rule} create ${where} --name ${azureRuleName(one)} --priority ${200 + i} --direction Inbound --access Allow --protocol ${azureProtocol(one)} --source-address-prefixes ALLOWED_CIDR --source-port-ranges '*' --destination-address-prefixes '*' --destination-port-ranges '${azurePorts(one)}'`,
    ),
  ),
  show(
    'and leave the old rule only what is to stay open, here HTTPS:',
    'sh',
    `${rule} update ${where} --name RULE_NAME --destination-port-ranges 443`,
  ),
]

const inTemplates = (removal: string, terraform: string): readonly Procedure[] => [
  { tool: 'arm-json', title: 'As ARM template (JSON)', steps: [say(removal)] },
  { tool: 'bicep', title: 'As Bicep', steps: [say(removal)] },
  { tool: 'terraform', title: 'As Terraform', steps: [say(terraform)] },
]

const deleteGroup: readonly Procedure[] = [
  {
    tool: 'console',
    title: 'In the Azure portal',
    steps: [
      say(portal),
      say(
        'Select the group, see under Subnets and Network interfaces that both are empty, and choose Delete.',
      ),
      say('To keep the group, remove its open rules instead.'),
    ],
  },
  {
    tool: 'cli',
    title: 'By the Azure CLI',
    steps: [
      show(
        'Delete it; Azure refuses while something still uses it:',
        'sh',
        'az network nsg delete --subscription SUBSCRIPTION_ID --resource-group RESOURCE_GROUP --name NSG_NAME',
      ),
    ],
  },
  ...inTemplates(
    'Take the Microsoft.Network/networkSecurityGroups resource out of the template. An incremental deployment does not delete it, so delete it by hand or by a deployment stack as well.',
    'Take the azurerm_network_security_group and its rules out of the configuration and apply it; `terraform plan` must show nothing else destroyed.',
  ),
]

const removeRules: readonly Procedure[] = [
  {
    tool: 'console',
    title: 'In the Azure portal',
    steps: [
      say(portal),
      say('Select the group that the finding names and open Inbound security rules.'),
      say(
        'Decide what was meant: give the dead rule a lower priority number than those that shadow it, or delete it.',
      ),
    ],
  },
  {
    tool: 'cli',
    title: 'By the Azure CLI',
    steps: [
      show(
        'Remove a dead rule; what the group admits does not change:',
        'sh',
        `${rule} delete ${where} --name RULE_NAME`,
      ),
    ],
  },
  ...inTemplates(
    'Take the security rule out of the template, or give it another priority. A deployment of the whole group with its rules inside replaces all of them; a rule that is a resource of its own has to be deleted by hand.',
    'Take the azurerm_network_security_rule (or the security_rule block) out of the configuration, or give it another priority, and apply it.',
  ),
]

const attach: readonly Procedure[] = [
  {
    tool: 'console',
    title: 'In the Azure portal',
    steps: [
      say(
        'Open the virtual machine, then Networking and its network interface, and choose Network security group.',
      ),
      say(
        'Select a group that admits only what is needed and save. A group on the subnet serves every machine in it.',
      ),
    ],
  },
  {
    tool: 'cli',
    title: 'By the Azure CLI',
    steps: [
      show(
        'Put a group on the interface:',
        'sh',
        'az network nic update --subscription SUBSCRIPTION_ID --resource-group RESOURCE_GROUP --name NIC_NAME --network-security-group NSG_NAME',
      ),
    ],
  },
  {
    tool: 'arm-json',
    title: 'As ARM template (JSON)',
    steps: [
      show(
        'Name the group in the interface’s own template:',
        'json',
        JSON.stringify(armAttachment, null, 2),
      ),
    ],
  },
  {
    tool: 'bicep',
    title: 'As Bicep',
    steps: [show('Name the group in the interface’s own file:', 'bicep', ...bicepAttachment)],
  },
  {
    tool: 'terraform',
    title: 'As Terraform',
    steps: [show('Associate a group with the interface:', 'hcl', ...azureTerraformAttachment)],
  },
]

export const azureReferences: readonly Reference[] = [
  {
    title: 'Azure: network security groups',
    url: 'https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview',
  },
  {
    title: 'Azure: how network security groups filter traffic',
    url: 'https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works',
  },
  {
    title: 'Azure CLI: az network nsg rule',
    url: 'https://learn.microsoft.com/cli/azure/network/nsg/rule',
  },
  {
    title: 'ARM and Bicep: networkSecurityGroups/securityRules',
    url: 'https://learn.microsoft.com/azure/templates/microsoft.network/networksecuritygroups/securityrules',
  },
]
