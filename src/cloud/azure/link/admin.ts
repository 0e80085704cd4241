/**
 * Security admin rules by virtual network. A printed list of effective rules says which rules hold for the network that
 * its file is named after; active rules name network groups; rules that were listed from a configuration alone may not
 * even be deployed. What is not sure becomes a rule that may match and never surely does.
 */
import type { Filter, Rule } from '../../../model/estate.ts'
import { gap } from '../../../model/gap.ts'
import type { ResourceId } from '../../../model/resource.ts'
import { transportPorts, unionPorts } from '../../../model/traffic-set.ts'
import { type ArmKey, nameOfId, parentOf, subscriptionOf } from '../arm-id.ts'
import { resourceOf } from '../resource-kind.ts'
import {
  adminRuleCollections,
  networkGroupMembers,
  type SecurityAdminRule,
  securityAdminRules,
} from '../resources/security-admin-rule.ts'
import { virtualNetworks } from '../resources/virtual-network.ts'
import { azureId, type World } from './world.ts'

export interface AdminFilter {
  readonly filter: ResourceId
  readonly alwaysAllows: boolean
}
export interface AdminRules {
  /** Null where no rule speaks to the network. */
  of(network: ArmKey): AdminFilter | null
}

export function adminRulesOf(world: World): AdminRules {
  const { draft } = world
  const rules = [...draft.all(securityAdminRules).values()]
  const groupsOfNetwork = new Map<ArmKey, Set<ArmKey>>()
  for (const { group, network } of draft.all(networkGroupMembers).values())
    groupsOfNetwork.set(network, (groupsOfNetwork.get(network) ?? new Set()).add(group))
  const filters = new Map<ArmKey, AdminFilter | null>()
  return {
    of: (network) => {
      if (rules.length === 0) return null
      const known = filters.get(network)
      if (known !== undefined) return known
      const made = filterFor(network, rules, groupsOfNetwork.get(network) ?? new Set(), world)
      filters.set(network, made)
      return made
    },
  }
}

function filterFor(
  network: ArmKey,
  rules: readonly SecurityAdminRule[],
  groups: ReadonlySet<ArmKey>,
  world: World,
): AdminFilter | null {
  const name = nameOfId(network)
  const effective = rules.filter(({ documents }) =>
    documents.some((one) => isEffectiveOf(one, name)),
  )
  // The effective list of a network is all there is for it; with one network only there is none other they could be for,
  // but for those that stand in another's effective list.
  const isOnly = world.draft.all(virtualNetworks).size === 1
  const chosen =
    effective.length > 0
      ? effective.map((rule) => ({ rule, isSure: true }))
      : rules.map((rule) => ({
          rule,
          isSure: (isOnly && !isOfAnother(rule)) || isSure(rule, groups),
        }))
  const parts = chosen.filter(({ rule }) => rule.rules.length > 0)
  const [first] = parts
  if (!first) return null
  for (const { rule, isSure: sure } of parts)
    if (!sure) world.noteOnce(`admin|${rule.collection}`, scopeGap(rule, world))
  const collections = [...new Set(parts.map(({ rule }) => parentOf(rule.id)))].sort()
  const id = `${collections.join(' + ')} for ${network}`
  const key = azureId(id.toLowerCase())
  const inbound = parts.flatMap(({ rule, isSure: sure }) =>
    sure ? rule.rules : rule.rules.map(maybe),
  )
  world.filters.set(key, {
    resource: resourceOf('security-admin-rules', {
      key: id.toLowerCase(),
      id: collections.join(' + '),
      name: collections.map(nameOfId).join(' + '),
      account: subscriptionOf(first.rule.key),
      region: null,
    }),
    combination: { kind: 'ordered', otherwise: 'next' },
    inbound,
    outbound: [],
    network: azureId(network),
    isDefault: false,
    source: first.rule.at,
  } satisfies Filter)
  return { filter: key, alwaysAllows: inbound.some(({ action }) => action === 'allow') }
}

const effectivePrefix = 'list-effective-security-admin-rules-'
const fileName = (document: string): string =>
  (document.toLowerCase().split(/[\\/]/).at(-1) ?? '').replace(/(\.json|\.ndjson|\.gz)+$/, '')
const isEffectiveOf = (document: string, network: string): boolean =>
  fileName(document) === `${effectivePrefix}${network.toLowerCase()}`
/** Asked where no list is the network's own. */
const isOfAnother = ({ documents }: SecurityAdminRule): boolean =>
  documents.every((document) => fileName(document).startsWith(effectivePrefix))

/** Active rules name the groups they are deployed to; only static members of a group are known. */
const isSure = ({ appliesTo }: SecurityAdminRule, groups: ReadonlySet<ArmKey>): boolean =>
  appliesTo?.some((group) => groups.has(group)) ?? false

const maybe = (rule: Rule): Rule => ({
  ...rule,
  what: transportPorts({}),
  perhaps: rule.perhaps === null ? rule.what : unionPorts(rule.what, rule.perhaps),
})

function scopeGap({ collection, appliesTo, at }: SecurityAdminRule, { draft }: World) {
  const groups = appliesTo ?? draft.all(adminRuleCollections).get(collection)?.groups ?? []
  const where = groups.length > 0 ? ` (network groups ${groups.map(nameOfId).join(', ')})` : ''
  return gap(
    'security-admin-rules-scope-unknown',
    `to which virtual networks the rules of ${nameOfId(collection)}${where} apply is not known: add the output of \`az network manager list-effective-security-admin-rules\` as list-effective-security-admin-rules-<virtual network>.json`,
    at,
    collection,
  )
}
