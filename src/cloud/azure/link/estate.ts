/** Everything that was read, put in a row: the estate. */
import type { Estate, Filter, Peer } from '../../../model/estate.ts'
import { gap } from '../../../model/gap.ts'
import type { ResourceId } from '../../../model/resource.ts'
import { type ArmKey, nameOfId, subscriptionOf } from '../arm-id.ts'
import type { CoverageTable, CoveredCollection } from '../coverage.ts'
import type { Draft } from '../draft.ts'
import type { Reference } from '../element.ts'
import { resourceOf } from '../resource-kind.ts'
import { applicationSecurityGroups } from '../resources/application-security-group.ts'
import { networkInterfaces } from '../resources/network-interface.ts'
import {
  type NetworkSecurityGroup,
  networkSecurityGroups,
  readSecurityRules,
} from '../resources/network-security-group.ts'
import { securityAdminRules } from '../resources/security-admin-rule.ts'
import { type LooseRule, looseRules } from '../resources/security-rule.ts'
import { linkApplicationGateways } from './application-gateways.ts'
import { attachmentsOf, demoteByReferences } from './attachments.ts'
import { linkBalancers } from './balancers.ts'
import { bastionNotes } from './bastions.ts'
import { chainsOf } from './chain.ts'
import { linkFirewalls } from './firewalls.ts'
import type { Linking } from './fronts.ts'
import { groupMembers } from './group-members.ts'
import { type LinkedInterface, linkInterfaces, ownPaths, targetOf } from './interfaces.ts'
import { nameSets } from './names.ts'
import { publicAddressesOf } from './public-addresses.ts'
import { modelInterfaces } from './scale-sets.ts'
import { linkUnread } from './unread.ts'
import { azureId, groupOf, notReadTable, type World } from './world.ts'

export function linkEstate(
  draft: Draft,
  coverage: CoverageTable,
  collections: readonly CoveredCollection[],
): Estate {
  const groups = new Map([...draft.all(networkSecurityGroups), ...groupsOfLooseRules(draft)])
  const world = newWorld(draft, coverage, groups)
  for (const group of groups.values()) world.filters.set(azureId(group.key), filterOf(group))
  demoteByReferences(world)
  nameSets(world)
  noteAssumptions(world)
  const linking: Linking = {
    world,
    interfaces: linkInterfaces(world, modelInterfaces(world)),
    chains: chainsOf(world),
    addresses: publicAddressesOf(world),
  }
  groupMembers(world, linking.interfaces, [
    ...draft.all(applicationSecurityGroups).keys(),
    ...groupsNamed(world),
  ])
  const balancers = linkBalancers(linking)
  const gateways = linkApplicationGateways(linking, balancers)
  linkFirewalls(linking, balancers)
  linkUnread(linking)
  const attached = new Map<ArmKey, Set<ResourceId>>()
  for (const { target, groups: before } of gateways)
    for (const id of before) attach(attached, id.slice('azure:'.length), target)
  const bastionOf = bastionNotes(world)
  for (const nic of linking.interfaces.all) linkInterface(nic, linking, bastionOf(nic), attached)
  const attachments = attachmentsOf(world, attached)
  const accounts = [...draft.accounts].sort()
  return {
    accounts: accounts.map((id) => ({ provider: 'azure', id })),
    filters: world.filters,
    targets: world.targets,
    paths: world.paths,
    groups: world.members,
    names: world.names,
    attachments,
    coverage: coverage.lines(accounts, collections),
    gaps: draft.gaps,
  }
}

function newWorld(
  draft: Draft,
  coverage: CoverageTable,
  groups: ReadonlyMap<ArmKey, NetworkSecurityGroup>,
): World {
  const noted = new Set<string>()
  return {
    draft,
    coverage,
    groups,
    filters: new Map(),
    targets: new Map(),
    paths: [],
    members: new Map(),
    names: new Map(),
    note: draft.note,
    groupOfSubnet: groupsOfSubnets(groups),
    noteOnce: (subject, one) => {
      if (!noted.has(subject)) draft.note(one)
      noted.add(subject)
    },
    notRead: notReadTable(coverage),
  }
}

/** Application security groups that rules name: one that no interface is in has no members. */
function groupsNamed({ filters }: World): readonly ArmKey[] {
  const found = new Set<ArmKey>()
  const visit = (peer: Peer | null): void => {
    if (peer?.kind === 'group') found.add(peer.id.slice('azure:'.length))
    if (peer?.kind === 'any-of') peer.peers.forEach(visit)
  }
  for (const { inbound } of filters.values())
    for (const { peer, destination } of inbound) {
      visit(peer)
      visit(destination)
    }
  return [...found]
}

/** Groups say themselves on which subnets they stand: it is then known although the virtual network was not given. */
const groupsOfSubnets = (
  groups: ReadonlyMap<ArmKey, NetworkSecurityGroup>,
): ReadonlyMap<ArmKey, Reference> =>
  new Map(
    [...groups.values()].flatMap((group) =>
      group.subnets.map((key) => [key, { key: group.key, id: group.id, at: group.at }] as const),
    ),
  )

/** What is taken for granted where a collection whose default lets everything through was not given. */
function noteAssumptions({ draft, coverage, note }: World): void {
  // One network manager serves many subscriptions: rules from any of them may be all there are.
  if (draft.all(securityAdminRules).size > 0) return
  for (const account of draft.accounts)
    if (
      coverage.state(account, networkInterfaces.collection) !== 'absent' &&
      coverage.state(account, securityAdminRules.collection) === 'absent'
    )
      note(
        gap(
          'security-admin-rules-absent',
          `no security admin rules of subscription ${account} were given: taken for none`,
          null,
          account,
        ),
      )
}

function linkInterface(
  nic: LinkedInterface,
  { world, chains, addresses }: Linking,
  bastion: string | null,
  attached: Map<ArmKey, Set<ResourceId>>,
): void {
  const { ipConfigurations, networkSecurityGroup } = nic.record
  for (const path of ownPaths(nic, chains, addresses)) world.paths.push(path)
  const hasOwn = ipConfigurations.some((one) => addresses.ofConfiguration(one).length > 0)
  const target = targetOf(nic, chains, hasOwn, bastion)
  world.targets.set(target.resource.key, target)
  if (networkSecurityGroup) attach(attached, networkSecurityGroup.key, target.resource.key)
  for (const { subnet } of ipConfigurations) {
    const own = subnet && groupOf(world, subnet.key)
    if (own) attach(attached, own.key, target.resource.key)
  }
}

function attach(attached: Map<ArmKey, Set<ResourceId>>, group: ArmKey, target: ResourceId): void {
  const targets = attached.get(group)
  if (targets) targets.add(target)
  else attached.set(group, new Set([target]))
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
