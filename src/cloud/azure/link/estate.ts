/** Everything that was read, put in a row: the estate. */
import type { Estate, Filter } from '../../../model/estate.ts'
import type { ResourceId } from '../../../model/resource.ts'
import { type ArmKey, nameOfId, subscriptionOf } from '../arm-id.ts'
import type { CoverageTable } from '../coverage.ts'
import type { Draft } from '../draft.ts'
import { resourceOf } from '../resource-kind.ts'
import { applicationSecurityGroups } from '../resources/application-security-group.ts'
import {
  type NetworkSecurityGroup,
  networkSecurityGroups,
  readSecurityRules,
} from '../resources/network-security-group.ts'
import { type LooseRule, looseRules } from '../resources/security-rule.ts'
import { attachmentsOf, demoteByReferences } from './attachments.ts'
import { chainsOf } from './chain.ts'
import { groupMembers, linkInterfaces, ownAddresses, ownPaths, targetOf } from './interfaces.ts'
import { nameSets } from './names.ts'
import { azureId, notReadTable, type World } from './world.ts'

export function linkEstate(
  draft: Draft,
  coverage: CoverageTable,
  collections: readonly string[],
): Estate {
  const groups = new Map([...draft.all(networkSecurityGroups), ...groupsOfLooseRules(draft)])
  const world: World = {
    draft,
    coverage,
    groups,
    filters: new Map(),
    targets: new Map(),
    paths: [],
    members: new Map(),
    names: new Map(),
    note: draft.note,
    notRead: notReadTable(coverage),
  }
  for (const group of groups.values()) world.filters.set(azureId(group.key), filterOf(group))
  demoteByReferences(world)
  nameSets(world)
  const chains = chainsOf(world)
  const interfaces = linkInterfaces(world, [])
  groupMembers(world, interfaces, draft.all(applicationSecurityGroups).keys())
  const addressesOf = ownAddresses(world)
  const attached = new Map<ArmKey, Set<ResourceId>>()
  for (const nic of interfaces.all) {
    const hasOwn = nic.record.ipConfigurations.some((one) => addressesOf(one).length > 0)
    for (const path of ownPaths(nic, chains, addressesOf)) world.paths.push(path)
    const target = targetOf(nic, chains, hasOwn, null)
    world.targets.set(target.resource.key, target)
    attach(attached, nic, chains)
  }
  const attachments = attachmentsOf(world, attached)
  return {
    accounts: [...draft.accounts].map((id) => ({ provider: 'azure', id })),
    filters: world.filters,
    targets: world.targets,
    paths: world.paths,
    groups: world.members,
    names: world.names,
    attachments,
    coverage: coverage.lines(draft.accounts, collections),
    gaps: draft.gaps,
  }
}

function attach(
  attached: Map<ArmKey, Set<ResourceId>>,
  nic: ReturnType<typeof linkInterfaces>['all'][number],
  chains: ReturnType<typeof chainsOf>,
): void {
  const keys = new Set<ArmKey>()
  if (nic.record.networkSecurityGroup) keys.add(nic.record.networkSecurityGroup.key)
  for (const { subnet } of nic.record.ipConfigurations) {
    const { groups } = chains.of(subnet, null, 'inside')
    if (groups !== 'unknown') for (const id of groups) keys.add(id.slice('azure:'.length))
  }
  for (const key of keys) {
    const targets = attached.get(key)
    if (targets) targets.add(nic.resource.key)
    else attached.set(key, new Set([nic.resource.key]))
  }
}

const filterOf = (group: NetworkSecurityGroup): Filter => ({
  resource: resourceOf('network-security-group', group),
  combination: { kind: 'ordered', otherwise: 'deny' },
  inbound: group.inbound,
  outbound: group.outbound,
  network: null,
  isDefault: false,
  source: group.at,
})

/** Rules that were listed without their group still make one, unless the group itself was read. */
function groupsOfLooseRules(draft: Draft): Map<ArmKey, NetworkSecurityGroup> {
  const byGroup = new Map<ArmKey, LooseRule[]>()
  for (const rule of draft.all(looseRules).values()) {
    if (draft.all(networkSecurityGroups).has(rule.group)) continue
    const known = byGroup.get(rule.group)
    if (known) known.push(rule)
    else byGroup.set(rule.group, [rule])
  }
  const made = new Map<ArmKey, NetworkSecurityGroup>()
  for (const [key, rules] of byGroup) {
    const [first] = rules
    if (!first) continue
    const identity = {
      key,
      id: first.groupId,
      name: nameOfId(first.groupId),
      account: subscriptionOf(key),
      region: null,
      at: first.at,
    }
    made.set(key, {
      ...identity,
      ...readSecurityRules(
        rules.map(({ element }) => element),
        identity,
        draft,
      ),
      networkInterfaces: [],
      subnets: [],
    })
  }
  return made
}
