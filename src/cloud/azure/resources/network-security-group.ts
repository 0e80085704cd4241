/** Network security groups: `az network nsg list`. */
import * as addressSet from '../../../model/address-set.ts'
import type { Peer, Rule } from '../../../model/estate.ts'
import { gap } from '../../../model/gap.ts'
import { allPorts } from '../../../model/port-set.ts'
import { everyPort } from '../../../model/traffic-set.ts'
import type { ArmKey } from '../arm-id.ts'
import type { Draft } from '../draft.ts'
import { children, type Element, has, references, text } from '../element.ts'
import { anybody } from '../peers.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'
import { type Direction, readSecurityRule } from '../security-rule.ts'

export interface NetworkSecurityGroup extends Identity {
  readonly inbound: readonly Rule[]
  readonly outbound: readonly Rule[]
  /** What the group itself says it stands before. */
  readonly networkInterfaces: readonly ArmKey[]
  readonly subnets: readonly ArmKey[]
}

export const networkSecurityGroups: ResourceKind<NetworkSecurityGroup> = {
  collection: 'network-security-groups',
  types: ['microsoft.network/networksecuritygroups'],
  read: (element, identity, draft) => {
    if (!has(element, 'securityRules') && !has(element, 'defaultSecurityRules'))
      return withoutDetails(element, 'network security group', '`az network nsg list`')
    const elements = [
      ...children(element, 'securityRules'),
      ...children(element, 'defaultSecurityRules'),
    ]
    return {
      ...identity,
      ...readSecurityRules(elements, identity, draft),
      networkInterfaces: references(element, 'networkInterfaces').map(({ key }) => key),
      subnets: references(element, 'subnets').map(({ key }) => key),
    }
  },
}

/** All rules of one group by direction, the default rules among them whether they are printed or not. */
export function readSecurityRules(
  elements: readonly Element[],
  group: Identity,
  draft: Draft,
): { readonly inbound: readonly Rule[]; readonly outbound: readonly Rule[] } {
  const rules: Record<Direction, Rule[]> = { inbound: [], outbound: [] }
  const priorities = new Set<string>()
  const ids = new Set<string>()
  for (const element of elements) {
    const read = readSecurityRule(element, draft)
    const id = text(element, 'id')?.toLowerCase()
    if (id !== undefined && ids.has(id))
      draft.note(gap('duplicate-id', `a rule of this id stands here again: ${id}`, element.at))
    if (id !== undefined) ids.add(id)
    for (const direction of read.directions) {
      rules[direction].push(...read.rules)
      if (read.priority === null) continue
      const place = `${direction} ${read.priority}`
      if (priorities.has(place))
        draft.note(
          gap(
            'duplicate-priority',
            `another ${direction} rule has priority ${read.priority}`,
            element.at,
          ),
        )
      priorities.add(place)
    }
  }
  for (const direction of ['inbound', 'outbound'] as const)
    for (const make of defaultRules[direction])
      if (!priorities.has(`${direction} ${make.order}`))
        rules[direction].push({
          id: `${group.id}/defaultSecurityRules/${make.name}`,
          sourcePorts: allPorts,
          what: everyPort,
          perhaps: null,
          source: group.at,
          ...make,
        })
  return rules
}

const virtualNetwork: Peer = { kind: 'named', name: 'virtualnetwork' }
type DefaultRule = Pick<Rule, 'name' | 'action' | 'order' | 'peer' | 'destination'>

/** Azure has these in every group and nobody can remove them. */
const defaultRules: Record<Direction, readonly DefaultRule[]> = {
  inbound: [
    {
      name: 'AllowVnetInBound',
      action: 'allow',
      order: 65_000,
      peer: virtualNetwork,
      destination: virtualNetwork,
    },
    {
      name: 'AllowAzureLoadBalancerInBound',
      action: 'allow',
      order: 65_001,
      peer: { kind: 'named', name: 'azureloadbalancer' },
      destination: null,
    },
    { name: 'DenyAllInBound', action: 'deny', order: 65_500, peer: anybody, destination: null },
  ],
  outbound: [
    {
      name: 'AllowVnetOutBound',
      action: 'allow',
      order: 65_000,
      peer: virtualNetwork,
      destination: virtualNetwork,
    },
    {
      name: 'AllowInternetOutBound',
      action: 'allow',
      order: 65_001,
      peer: { kind: 'named', name: 'internet' },
      destination: null,
    },
    {
      name: 'DenyAllOutBound',
      action: 'deny',
      order: 65_500,
      peer: { kind: 'addresses', set: addressSet.all },
      destination: null,
    },
  ],
}
