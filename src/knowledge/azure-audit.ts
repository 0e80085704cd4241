/** How to audit each kind of finding on Azure. */
import type { EstateDefinition } from '../checks/definition.ts'
import { type Procedure, type Step, say, show } from './knowledge-page.ts'

export const portal =
  'Open the Azure portal at https://portal.azure.com/ and search for Network security groups.'
const eachGroup = say('Repeat for every network security group of every subscription.')

export function azureAudit(check: EstateDefinition): readonly Procedure[] {
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

function portreeveSteps({ id, about, subject }: EstateDefinition): readonly Step[] {
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

function portalAudit({ about, subject }: EstateDefinition): readonly Step[] {
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

function cliAudit({ about, subject }: EstateDefinition): readonly Step[] {
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
