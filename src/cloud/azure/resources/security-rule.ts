/** Rules listed without their group: `az network nsg rule list`. The ids tell the group. */
import { type ArmKey, parentOf } from '../arm-id.ts'
import type { Element } from '../element.ts'
import { has } from '../element.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'

export interface LooseRule extends Identity {
  readonly group: ArmKey
  readonly groupId: string
  readonly element: Element
}

export const looseRules: ResourceKind<LooseRule> = {
  collection: 'security-rules',
  isPart: true,
  types: [
    'microsoft.network/networksecuritygroups/securityrules',
    'microsoft.network/networksecuritygroups/defaultsecurityrules',
  ],
  read: (element, identity) =>
    has(element, 'direction')
      ? {
          ...identity,
          group: parentOf(identity.key),
          groupId: parentOf(identity.id),
          element,
        }
      : withoutDetails(element, 'security rule', '`az network nsg rule list`'),
}
