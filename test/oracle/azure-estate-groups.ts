import {
  asgId,
  cardId,
  groupId,
  type Json,
  ref,
  relation,
  resource,
  subnetId,
} from './azure-naming.ts'
import type { Plan, Rule } from './azure-plan.ts'

export function groups(estate: Plan): readonly Json[] {
  return estate.groups.map((rules, i) =>
    resource(groupId(i), 'Microsoft.Network/networkSecurityGroups', {
      securityRules: onePriorityOnce(rules).map((it, n) => securityRule(groupId(i), it, n)),
      ...(estate.printsDefaults ? { defaultSecurityRules: defaults(groupId(i)) } : {}),
      ...relation(
        'networkInterfaces',
        estate.cards.flatMap((it, n) =>
          it.group !== null && it.group % estate.groups.length === i ? [ref(cardId(n))] : [],
        ),
      ),
      ...relation(
        'subnets',
        estate.vnets.flatMap((it, v) =>
          it.subnets.flatMap((own, s) =>
            own.group !== null && own.group % estate.groups.length === i
              ? [ref(subnetId(v, s))]
              : [],
          ),
        ),
      ),
    }),
  )
}
const onePriorityOnce = (rules: readonly Rule[]): readonly Rule[] => {
  const seen = new Set<string>()
  return rules.filter(({ priority, direction }) => {
    const key = `${direction} ${priority}`
    return !seen.has(key) && seen.add(key)
  })
}

const securityRule = (group: string, it: Rule, n: number): Json => ({
  id: `${group}/securityRules/rule-${n}`,
  name: `rule-${n}`,
  type: 'Microsoft.Network/networkSecurityGroups/securityRules',
  properties: {
    protocol: it.what.protocol,
    access: it.access,
    priority: it.priority,
    direction: it.direction,
    sourceAddressPrefix: it.source.one,
    sourceAddressPrefixes: it.source.many,
    ...(it.source.group === null
      ? {}
      : { sourceApplicationSecurityGroups: [ref(asgId(it.source.group))] }),
    sourcePortRange: it.what.clients.one,
    sourcePortRanges: it.what.clients.many,
    destinationAddressPrefix: it.destination.one,
    destinationAddressPrefixes: [],
    ...(it.destination.group === null
      ? {}
      : { destinationApplicationSecurityGroups: [ref(asgId(it.destination.group))] }),
    destinationPortRange: it.what.ports.one,
    destinationPortRanges: it.what.ports.many,
  },
})

const defaults = (group: string): readonly Json[] =>
  [
    ['AllowVnetInBound', 'Allow', 65_000, 'VirtualNetwork', 'VirtualNetwork'],
    ['AllowAzureLoadBalancerInBound', 'Allow', 65_001, 'AzureLoadBalancer', '*'],
    ['DenyAllInBound', 'Deny', 65_500, '*', '*'],
  ].map(([name, access, priority, from, to]) => ({
    id: `${group}/defaultSecurityRules/${name}`,
    name,
    type: 'Microsoft.Network/networkSecurityGroups/defaultSecurityRules',
    properties: {
      protocol: '*',
      access,
      priority,
      direction: 'Inbound',
      sourceAddressPrefix: from,
      sourceAddressPrefixes: [],
      sourcePortRange: '*',
      sourcePortRanges: [],
      destinationAddressPrefix: to,
      destinationAddressPrefixes: [],
      destinationPortRange: '*',
      destinationPortRanges: [],
    },
  }))
