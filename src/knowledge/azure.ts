/** How to audit and mend each kind of finding on Azure. */
import type { Definition } from '../checks/definition.ts'
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

const portal =
  'Open the Azure portal at https://portal.azure.com/ and search for Network security groups.'
const eachGroup = say('Repeat for every network security group of every subscription.')

export function azureAudit(check: Definition): readonly Procedure[] {
  return [
    { tool: 'portreeve', title: 'By Portreeve', steps: portreeveSteps(check) },
    { tool: 'console', title: 'In the Azure portal', steps: portalAudit(check) },
    { tool: 'cli', title: 'By the Azure CLI', steps: cliAudit(check) },
  ]
}

const documents: readonly (readonly [string, string])[] = [
  ['nsg list', 'nsgs'],
  ['nic list', 'nics'],
  ['vnet list', 'vnets'],
  ['public-ip list', 'public-ips'],
  ['lb list', 'load-balancers'],
  ['asg list', 'application-security-groups'],
  ['route-table list', 'route-tables'],
]

function portreeveSteps({ id, about, subject }: Definition): readonly Step[] {
  const isSmall = subject === 'filter' && about.kind !== 'unattached'
  const needed = isSmall ? 1 : about.kind === 'unattached' ? 3 : documents.length
  return [
    show(
      'Export what the check needs, for every subscription:',
      'sh',
      ...documents
        .slice(0, needed)
        .map(
          ([call, file]) =>
            `az network ${call} --subscription SUBSCRIPTION_ID --output json > ${file}.json`,
        ),
      ...(subject === 'target'
        ? ['az vm list --subscription SUBSCRIPTION_ID --output json > vms.json']
        : []),
    ),
    show('Audit it; nothing leaves the machine:', 'sh', `portreeve audit . --only ${id}`),
    ...(isSmall && about.kind !== 'shadowed-rules'
      ? [
          say(
            'With network interfaces, virtual networks, public addresses and load balancers beside it, the answer also says what of it can really be reached.',
          ),
        ]
      : []),
  ]
}

function portalAudit({ about, subject }: Definition): readonly Step[] {
  switch (about.kind) {
    case 'unattached':
      return [
        say(portal),
        say(
          'Show the columns Associated with subnets and Associated with network interfaces: a group with neither is unattached.',
        ),
        eachGroup,
      ]
    case 'shadowed-rules':
      return [
        say(portal),
        say(
          'Select a group and open Inbound security rules, ordered by priority. The portal marks some overlapping rules with a warning sign, not all.',
        ),
        say(
          'A rule is dead when rules with lower priority numbers already cover all of its protocol, ports, sources and destinations, whether they allow or deny.',
        ),
        eachGroup,
      ]
    case 'without-filter':
      return [
        say('Open the Azure portal at https://portal.azure.com/ and search for Virtual machines.'),
        say(
          'Open Networking of a machine with a public address: it shows the group of the interface and that of the subnet. A machine that has neither fails.',
        ),
        say('Repeat for every machine of every subscription.'),
      ]
    default:
      return [
        ...(subject === 'target'
          ? [
              say(
                'Open the Azure portal at https://portal.azure.com/ and search for Virtual machines.',
              ),
              say(
                'Open Networking of a machine with a public address or behind a load balancer. Both groups must let a packet in: that of the subnet and that of the interface. For a load balancer the port behind it counts.',
              ),
            ]
          : [say(portal), say('Select a group and open Inbound security rules.')]),
        say(
          about.kind === 'wide-sources'
            ? 'Add up the public addresses of all sources of one port: a /8 or an IPv6 /24 and more is too wide, in one rule or in many.'
            : 'Look at each rule with Action Allow whose ports contain a port in question (Any does, and so does a range) and whose source is Any, Internet, 0.0.0.0/0, ::/0 or a list that adds up to these.',
        ),
        say(
          'A rule with a lower priority number and Action Deny closes it only for the sources and ports that the deny itself covers.',
        ),
        eachGroup,
      ]
  }
}

function cliAudit({ about, subject }: Definition): readonly Step[] {
  const list = (filter: string) =>
    `az network nsg rule list --subscription SUBSCRIPTION_ID --resource-group RESOURCE_GROUP --nsg-name NSG_NAME --include-default --output table --query "sort_by([?direction=='Inbound'${filter}], &priority)[].{priority:priority, name:name, access:access, protocol:protocol, port:destinationPortRange, ports:join(', ', destinationPortRanges || \\\`[]\\\`), source:sourceAddressPrefix, sources:join(', ', sourceAddressPrefixes || \\\`[]\\\`)}"`
  const groups = show(
    'List the groups:',
    'sh',
    'az network nsg list --subscription SUBSCRIPTION_ID --output table --query "[].{name:name, group:resourceGroup}"',
  )
  switch (about.kind) {
    case 'unattached':
      return [
        show(
          'List the groups that are on no subnet and no interface:',
          'sh',
          "az network nsg list --subscription SUBSCRIPTION_ID --output table --query '[?!subnets && !networkInterfaces].{name:name, group:resourceGroup}'",
        ),
      ]
    case 'shadowed-rules':
      return [
        groups,
        show('List the inbound rules of each in their order:', 'sh', list('')),
        say(
          'A rule is dead when those before it cover all of its protocol, ports, sources and destinations.',
        ),
      ]
    case 'without-filter':
      return [
        show(
          'List interfaces without a group of their own:',
          'sh',
          "az network nic list --subscription SUBSCRIPTION_ID --output table --query '[?!networkSecurityGroup].{name:name, group:resourceGroup, subnet:ipConfigurations[0].subnet.id}'",
        ),
        show(
          'And subnets without one; an interface in both lists has no filter:',
          'sh',
          "az network vnet list --subscription SUBSCRIPTION_ID --output tsv --query '[].subnets[?!networkSecurityGroup].id[]'",
        ),
      ]
    default:
      return [
        groups,
        show(
          'List the inbound rules of each in their order; single values and lists stand in two columns each:',
          'sh',
          list(''),
        ),
        say(
          'An allow counts when its ports contain a port in question and its source is *, Any, Internet, 0.0.0.0/0 or ::/0 (in whatever case), or a list that adds up to the internet. Denies before it count for the sources and ports that they cover themselves.',
        ),
        ...(subject === 'target'
          ? [
              show(
                'For one running machine Azure itself tells what applies:',
                'sh',
                'az network nic list-effective-nsg --subscription SUBSCRIPTION_ID --resource-group RESOURCE_GROUP --name NIC_NAME --output json',
              ),
            ]
          : []),
      ]
  }
}

export function azureRemediation(check: Definition): readonly Procedure[] {
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

function restrict(check: Definition): readonly Procedure[] {
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
