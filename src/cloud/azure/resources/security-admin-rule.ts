/**
 * Security admin rules of a network manager: listed from their collection, or as the effective rules of one virtual
 * network (`az network manager list-effective-security-admin-rules`) or the active ones of a region.
 */

import type { Peer, Rule } from '../../../model/estate.ts'
import { gap } from '../../../model/gap.ts'
import { resourceId } from '../../../model/resource.ts'
import { documentOf } from '../../../model/source.ts'
import { type ArmKey, armKey, isArmId, parentOf } from '../arm-id.ts'
import { type Draft, saysTheSame } from '../draft.ts'
import { children, type Element, has, type Placed, text, texts } from '../element.ts'
import { destinationOf, readPrefix } from '../peers.ts'
import { readPortRanges } from '../port-ranges.ts'
import { type Identity, type ResourceKind, withoutDetails } from '../resource-kind.ts'
import { assembleRules } from '../security-rule.ts'

export interface SecurityAdminRule extends Identity {
  readonly collection: ArmKey
  readonly rules: readonly Rule[]
  /** The network groups that the printed rule itself says it applies to; null where it says nothing of them. */
  readonly appliesTo: readonly ArmKey[] | null
  /** Where it was printed: the file of an effective list is named after the virtual network. */
  readonly documents: readonly string[]
}

export const securityAdminRules: ResourceKind<SecurityAdminRule> = {
  collection: 'security-admin-rules',
  types: ['microsoft.network/networkmanagers/securityadminconfigurations/rulecollections/rules'],
  read: (element, identity, draft) => {
    if (!has(element, 'direction'))
      return withoutDetails(
        element,
        'security admin rule',
        '`az network manager security-admin-config rule-collection rule list`',
      )
    const isInbound = text(element, 'direction')?.toLowerCase() !== 'outbound'
    return {
      ...identity,
      collection: parentOf(identity.key),
      rules: isInbound ? readRules(element, draft) : [],
      appliesTo: has(element, 'ruleCollectionAppliesToGroups') ? groupsOf(element) : null,
      documents: [documentOf(identity.at).document],
    }
  },
  // The same rule, in force for several networks, stands in several documents.
  merge: (first, second) =>
    saysTheSame(first.rules, second.rules)
      ? {
          ...first,
          documents: [...first.documents, ...second.documents],
          appliesTo:
            first.appliesTo === null && second.appliesTo === null
              ? null
              : [...(first.appliesTo ?? []), ...(second.appliesTo ?? [])],
        }
      : null,
}

/** The network groups that a rule collection applies to. */
export const groupsOf = (element: Element): readonly ArmKey[] =>
  [
    ...children(element, 'ruleCollectionAppliesToGroups'),
    ...children(element, 'appliesToGroups'),
  ].flatMap((one) => {
    const id = text(one, 'networkGroupId')
    return id === null ? [] : [armKey(id)]
  })

function readRules(element: Element, draft: Draft): readonly Rule[] {
  const sources = peersOf(element, 'sources', draft)
  return assembleRules(element, {
    actions: actionsOf(element),
    isSure: true,
    peers: sources.length > 0 ? sources : [missingSource(element)],
    destination: destinationOf(peersOf(element, 'destinations', draft)),
    destinationPorts: readPortRanges(element, 'destinationPortRange', 'destinationPortRanges'),
    sourcePorts: readPortRanges(element, 'sourcePortRange', 'sourcePortRanges'),
  })
}

/** AlwaysAllow ends with allow, Deny with deny, Allow goes on to the network security groups. */
function actionsOf(element: Element): readonly Rule['action'][] {
  const spelled = text(element, 'access')
  switch (spelled?.toLowerCase()) {
    case 'alwaysallow':
      return ['allow']
    case 'allow':
      return ['next']
    case 'deny':
      return ['deny']
    default:
      element.note(
        gap(
          'unknown-access',
          `neither Allow, AlwaysAllow nor Deny: ${JSON.stringify(spelled)}`,
          element.at,
        ),
      )
      return ['deny', 'allow']
  }
}

/** A prefix, a service tag, or the networks of a network group: never the internet by itself. */
const peersOf = (element: Element, field: string, draft: Draft): readonly Placed<Peer>[] =>
  children(element, field).flatMap((one) =>
    texts(one, 'addressPrefix').map(({ value, at }) => ({
      value: isArmId(value)
        ? ({ kind: 'group', id: resourceId('azure', armKey(value)) } as const)
        : readPrefix({ value, at }, draft),
      at,
    })),
  )

function missingSource({ at, note }: Element): Placed<Peer> {
  const unknown = gap('rule-without-source', 'no source is printed', at)
  note(unknown)
  return { value: { kind: 'unknown', gap: unknown }, at }
}

export interface AdminRuleCollection extends Identity {
  readonly groups: readonly ArmKey[]
}
export const adminRuleCollections: ResourceKind<AdminRuleCollection> = {
  collection: 'security-admin-rule-collections',
  isPart: true,
  types: ['microsoft.network/networkmanagers/securityadminconfigurations/rulecollections'],
  read: (element, identity) => ({ ...identity, groups: groupsOf(element) }),
}

export interface NetworkGroupMember extends Identity {
  readonly group: ArmKey
  readonly network: ArmKey
}
/** `az network manager group static-member list`. */
export const networkGroupMembers: ResourceKind<NetworkGroupMember> = {
  collection: 'network-group-members',
  isPart: true,
  types: ['microsoft.network/networkmanagers/networkgroups/staticmembers'],
  read: (element, identity) => {
    const id = text(element, 'resourceId')
    return id === null
      ? withoutDetails(
          element,
          'network group member',
          '`az network manager group static-member list`',
        )
      : { ...identity, group: parentOf(identity.key), network: armKey(id) }
  },
}
