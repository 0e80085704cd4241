/** Rule collection groups of firewall policies: `az network firewall policy rule-collection-group list`. Only NAT is read. */
import { type ArmKey, parentOf } from '../arm-id.ts'
import { children, has, text } from '../element.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'
import { type NatRule, readNatRule } from './azure-firewall.ts'

export interface FirewallPolicyRules extends Identity {
  readonly policy: ArmKey
  readonly natRules: readonly NatRule[]
}

export const firewallPolicyRules: ResourceKind<FirewallPolicyRules> = {
  collection: 'firewall-policy-rule-collection-groups',
  types: ['microsoft.network/firewallpolicies/rulecollectiongroups'],
  read: (element, identity) => {
    if (!has(element, 'ruleCollections'))
      return withoutDetails(
        element,
        'rule collection group',
        '`az network firewall policy rule-collection-group list`',
      )
    return {
      ...identity,
      policy: parentOf(identity.key),
      natRules: children(element, 'ruleCollections')
        .filter(
          (one) =>
            text(one, 'ruleCollectionType')?.toLowerCase() === 'firewallpolicynatrulecollection',
        )
        .flatMap((one) => children(one, 'rules').map(readNatRule)),
    }
  },
}
