/** Firewall policies: `az network firewall policy list`. Their rules stand in rule collection groups. */
import type { ArmKey } from '../arm-id.ts'
import { has, references } from '../element.ts'
import type { Identity, ResourceKind } from '../resource-kind.ts'

export interface FirewallPolicy extends Identity {
  /** Null where the groups are not printed. */
  readonly groups: readonly ArmKey[] | null
}

export const firewallPolicies: ResourceKind<FirewallPolicy> = {
  collection: 'firewall-policies',
  types: ['microsoft.network/firewallpolicies'],
  read: (element, identity) => ({
    ...identity,
    groups: has(element, 'ruleCollectionGroups')
      ? references(element, 'ruleCollectionGroups').map(({ key }) => key)
      : null,
  }),
}
