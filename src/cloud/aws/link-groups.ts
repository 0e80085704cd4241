/** Security groups and network ACLs as filters; who is a member of a group, and what a group stands before. */
import type { AddressSet } from '../../model/address-set.ts'
import * as addressSet from '../../model/address-set.ts'
import { type AddressBounds, exactly } from '../../model/bounds.ts'
import type { Attachment, Filter, Peer, Rule } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import { notInternet } from '../../model/public-space.ts'
import { type ResourceId, resourceId } from '../../model/resource.ts'
import { transports } from '../../model/traffic-set.ts'
import type { Draft } from './draft.ts'
import { type Atlas, placeKey } from './origin.ts'
import type { GroupRecord, GroupRuleRecord } from './records.ts'
import { awsResource, legOf, type Scene } from './scene.ts'

export function filtersOf(draft: Draft, atlas: Atlas): Map<ResourceId, Filter> {
  const filters = new Map<ResourceId, Filter>()
  const rulesOf = new Map<string, GroupRuleRecord[]>()
  for (const rule of draft.groupRules) {
    const rules = rulesOf.get(rule.groupId)
    if (rules) rules.push(rule)
    else rulesOf.set(rule.groupId, [rule])
  }
  const records = new Map<string, GroupRecord>()
  for (const group of draft.groups) {
    const known = records.get(group.id)
    records.set(group.id, known ? unite(known, group, draft) : group)
  }
  for (const group of records.values()) {
    const own = rulesOf.get(group.id) ?? []
    rulesOf.delete(group.id)
    filters.set(resourceId('aws', group.id), {
      resource: awsResource(
        'security-group',
        group.id,
        group.name,
        atlas.placeOf(group, group.vpcId, group.id),
      ),
      combination: { kind: 'union' },
      inbound: withIds(
        group.inbound,
        own.filter(({ isEgress }) => !isEgress),
      ),
      outbound: withIds(
        group.outbound,
        own.filter(({ isEgress }) => isEgress),
      ),
      network: group.vpcId === null ? null : resourceId('aws', group.vpcId),
      isDefault: group.name === 'default',
      source: group.at,
    })
  }
  for (const [id, rules] of rulesOf) {
    const [first] = rules
    if (!first) continue
    filters.set(resourceId('aws', id), {
      resource: awsResource('security-group', id, null, atlas.placeOf(first, id)),
      combination: { kind: 'union' },
      inbound: withIds(
        [],
        rules.filter(({ isEgress }) => !isEgress),
      ),
      outbound: withIds(
        [],
        rules.filter(({ isEgress }) => isEgress),
      ),
      network: null,
      isDefault: false,
      source: first.at,
    })
  }
  for (const acl of draft.acls)
    filters.set(resourceId('aws', acl.id), {
      resource: awsResource(
        'network-acl',
        acl.id,
        acl.name,
        atlas.placeOf(acl, acl.vpcId, ...acl.subnetIds),
      ),
      combination: { kind: 'ordered', otherwise: 'deny' },
      inbound: acl.inbound,
      outbound: acl.outbound,
      network: acl.vpcId === null ? null : resourceId('aws', acl.vpcId),
      isDefault: acl.isDefault,
      source: acl.at,
    })
  return filters
}

/** The same group in two documents: equal rules are one, and where they differ both are taken and it is said. */
function unite(a: GroupRecord, b: GroupRecord, draft: Draft): GroupRecord {
  const inbound = withoutTwins(a.inbound, b.inbound)
  const outbound = withoutTwins(a.outbound, b.outbound)
  if (inbound.length !== a.inbound.length || inbound.length !== b.inbound.length)
    draft.note(
      gap(
        'duplicate-id',
        `${a.id} stands in two documents with different rules; all of them are taken`,
        b.at,
      ),
    )
  return { ...a, inbound, outbound }
}

/** What a rule says, as text. Only groups that stand in two documents need it. */
function saying({ what, perhaps, peer }: Rule): string {
  const ports = [what, perhaps].map((each) =>
    each === null ? '' : transports.map((transport) => each[transport].join()).join('/'),
  )
  return [...ports, sayingOf(peer)].join(' ')
}
function sayingOf(peer: Peer): string {
  switch (peer.kind) {
    case 'addresses':
      return addressSet.toCidrs(peer.set).join()
    case 'group':
      return peer.id
    case 'named':
      return peer.name
    case 'unknown':
      return peer.gap.key
    case 'any-of':
      return peer.peers.map(sayingOf).join('+')
  }
}
const bySaying = (rules: readonly Rule[]): ReadonlyMap<string, Rule> =>
  new Map(rules.toReversed().map((rule) => [saying(rule), rule]))

function withoutTwins(rules: readonly Rule[], more: readonly Rule[]): readonly Rule[] {
  const known = bySaying(rules)
  return [...rules, ...more.filter((rule) => !known.has(saying(rule)))]
}

/** Merges the rules that have ids of their own with those of the permissions: identical content is one rule. */
function withIds(rules: readonly Rule[], own: readonly GroupRuleRecord[]): readonly Rule[] {
  if (own.length === 0) return rules
  const distinct = [...new Map(own.map((record) => [record.id, record.rule])).values()]
  const named = bySaying(distinct)
  const twins = new Set<Rule>()
  const merged = rules.map((rule) => {
    const twin = named.get(saying(rule))
    if (!twin) return rule
    twins.add(twin)
    return { ...rule, id: twin.id, name: rule.name ?? twin.name }
  })
  return [...merged, ...distinct.filter((rule) => !twins.has(rule))]
}

/**
 * Private addresses of each group's members. Public addresses are left out, IPv6 ones too: between members of a network
 * packets never come in through its gateway, so a group is never the internet.
 */
export function membersOf(
  scene: Scene,
  filters: ReadonlyMap<ResourceId, Filter>,
): Map<ResourceId, AddressBounds> {
  const members = new Map<string, AddressSet[]>()
  for (const { groupIds, pairs, ip6 } of scene.interfaces) {
    if (!groupIds) continue
    const own = [
      ...pairs.flatMap((pair) => (pair.private ? [addressSet.ofAddress(pair.private)] : [])),
      ...ip6.map(addressSet.ofAddress),
    ]
    for (const id of groupIds) {
      const known = members.get(id)
      if (known) known.push(...own)
      else members.set(id, own.slice())
    }
  }
  const groups = new Map<ResourceId, AddressBounds>()
  const add = (id: string, isComplete: boolean): void => {
    const certain = addressSet.intersect(addressSet.unionAll(members.get(id) ?? []), notInternet)
    groups.set(
      resourceId('aws', id),
      isComplete ? exactly(certain) : { certain, possible: notInternet },
    )
  }
  const blind = blindPlaces(scene)
  for (const { resource } of filters.values()) {
    if (resource.kind !== 'security-group') continue
    const state = scene.known.state('network-interfaces', resource)
    add(resource.id, state === 'complete' && !blind.has(placeKey(resource)))
  }
  for (const [id, { at, account, isPeered }] of scene.draft.references) {
    if (groups.has(resourceId('aws', id))) continue
    // Interfaces alone tell members; a group beyond a peering may stand in a region that was not read.
    const isNear = account !== null && !isPeered
    const isKnown = isNear && blind.size === 0 && isWhollyRead(scene, account, 'network-interfaces')
    const isGone = isNear && !members.has(id) && isWhollyRead(scene, account, 'security-groups')
    if (isGone)
      scene.draft.note(
        gap('deleted-group', `${id} does not exist any more: nothing comes from it`, at),
      )
    else if (!isKnown)
      scene.draft.note(
        gap(
          'unresolved-group',
          `who the members of ${id} are is not known: aws ec2 describe-network-interfaces`,
          at,
        ),
      )
    add(id, isGone || isKnown)
  }
  return groups
}

/** Places with an interface whose groups its document does not tell. */
const blindPlaces = ({ interfaces, atlas }: Scene): ReadonlySet<string> =>
  new Set(
    interfaces
      .filter(({ groupIds }) => groupIds === null)
      .map((one) => placeKey(atlas.placeOf(one, one.vpcId, one.subnetId))),
  )

/** A collection of the account was read, and nowhere only in part. */
function isWhollyRead({ known }: Scene, account: string, collection: string): boolean {
  const states = known.all.filter((one) => one.account === account && one.collection === collection)
  return states.length > 0 && states.every(({ state }) => state === 'complete')
}

/** Targets each group stands before; groups before nothing become targets themselves. */
export function attachmentsOf(
  scene: Scene,
  filters: ReadonlyMap<ResourceId, Filter>,
): Map<ResourceId, Attachment> {
  const attachments = new Map<ResourceId, Attachment>()
  const aclTargets = new Map<ResourceId, ResourceId[]>()
  for (const path of scene.paths)
    for (const { stages } of path.legs)
      for (const { stage } of stages)
        if (stage.kind === 'stateless') {
          const targets = aclTargets.get(stage.filter)
          if (!targets) aclTargets.set(stage.filter, [path.target])
          else if (targets.at(-1) !== path.target) targets.push(path.target)
        }
  const blind = blindPlaces(scene)
  for (const [key, filter] of filters) {
    const { resource } = filter
    const isGroup = resource.kind === 'security-group'
    const targets = isGroup ? scene.attached.get(resource.id) : aclTargets.get(key)
    const state = scene.known.state('network-interfaces', resource)
    if (targets) attachments.set(key, { kind: 'attached', targets: [...new Set(targets)] })
    else if (state === 'complete' && !blind.has(placeKey(resource)))
      attachments.set(key, { kind: 'unattached' })
    else {
      const unknown = scene.known.missing(
        'network-interfaces',
        resource,
        'what the security groups stand before is not known: aws ec2 describe-network-interfaces',
      )
      attachments.set(key, { kind: 'unknown', gaps: [unknown] })
    }
    if (isGroup && !targets) addLoneGroup(scene, filter, attachments.get(key) as Attachment)
  }
  return attachments
}

const lone = new WeakMap<Gap, readonly Gap[]>()

function addLoneGroup(scene: Scene, filter: Filter, attachment: Attachment): void {
  const { key } = filter.resource
  scene.targets.set(key, {
    resource: filter.resource,
    machine: null,
    privateAddresses: [],
    filters: [key],
    internetFacing: attachment.kind === 'unknown' ? 'unknown' : 'no',
    closedByPlatform: null,
    note: null,
    source: filter.source,
  })
  const gaps = attachment.kind === 'unknown' ? attachment.gaps : []
  const [first] = gaps
  const shared = first ? (lone.get(first) ?? gaps) : gaps
  if (first) lone.set(first, shared)
  scene.paths.push({
    target: key,
    entry: { addresses: [], names: [], front: null },
    families: 'both',
    legs: [legOf([scene.groupStages.stage([filter.resource.id])], null)],
    mappings: [],
    ports: null,
    ...scene.network.inside(filter.network?.slice('aws:'.length) ?? null),
    barrier:
      attachment.kind === 'unknown'
        ? { verdict: 'unknown', reason: 'what it is attached to is not known', gaps: shared }
        : { verdict: 'unattached', reason: 'attached to no network interface' },
    gaps: [],
  })
}

/** Prefix lists that rules or routes name: their entries, or a gap. */
export function gapOfList(id: string): Gap {
  return gap(
    'unresolved-prefix-list',
    `the entries of ${id} are not known: aws ec2 get-managed-prefix-list-entries --prefix-list-id ${id} > get-managed-prefix-list-entries-${id}.json`,
    null,
    id,
  )
}
