/** Network interfaces as targets, and the ways to their own addresses. */
import { type Address, formatAddress } from '../../model/address.ts'
import * as addressSet from '../../model/address-set.ts'
import type { Barrier, Path, Target } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import { type ResourceId, resourceId } from '../../model/resource.ts'
import type { Draft } from './draft.ts'
import type { Fronts } from './link-fronts.ts'
import type { Way } from './network.ts'
import type { AddressPair, ElasticAddressRecord, InterfaceRecord } from './records.ts'
import { attach, awsResource, type Lists, legOf, type Scene } from './scene.ts'

/** Each interface once: describe-network-interfaces before what instances say of it; elastic addresses added. */
export function interfacesOf(draft: Draft): readonly InterfaceRecord[] {
  const byKey = new Map<string, InterfaceRecord>()
  const add = (one: InterfaceRecord): void => {
    const known = byKey.get(one.key)
    if (!known) byKey.set(one.key, one)
    else if (isAnother(known, one)) {
      draft.note(gap('duplicate-id', `${one.id} stands for several interfaces`, one.at))
      add({ ...one, key: `${one.key}/${one.instanceId ?? addressOf(one)}` })
    }
  }
  draft.interfaces.forEach(add)
  for (const { interfaces } of draft.instances) interfaces.forEach(add)
  const elastic = new Map<string, ElasticAddressRecord[]>()
  const primaryOf = new Map<string, string>()
  for (const { id, instanceId, isPrimary } of byKey.values())
    if (instanceId !== null && (isPrimary || !primaryOf.has(instanceId)))
      primaryOf.set(instanceId, id)
  for (const address of draft.elasticAddresses) {
    const id =
      address.interfaceId ??
      (address.instanceId === null ? undefined : primaryOf.get(address.instanceId))
    if (id === undefined) continue
    const known = elastic.get(id)
    if (known) known.push(address)
    else elastic.set(id, [address])
  }
  if (elastic.size === 0) return [...byKey.values()]
  return [...byKey.values()].map((one) => {
    const own = elastic.get(one.id)
    return own ? { ...one, pairs: withElastic(one.pairs, own) } : one
  })
}

/** One id, two machines: edited exports do that. Both are looked at. */
const isAnother = (a: InterfaceRecord, b: InterfaceRecord): boolean =>
  a.instanceId !== null &&
  b.instanceId !== null &&
  a.instanceId !== b.instanceId &&
  addressOf(a) !== addressOf(b)
const addressOf = ({ pairs }: InterfaceRecord): string => {
  const address = pairs[0]?.private
  return address ? formatAddress(address) : ''
}

function withElastic(
  pairs: readonly AddressPair[],
  elastic: readonly ElasticAddressRecord[],
): readonly AddressPair[] {
  const known = new Set(pairs.flatMap((pair) => (pair.public ? [formatAddress(pair.public)] : [])))
  const more = elastic.filter(({ publicAddress }) => !known.has(formatAddress(publicAddress)))
  if (more.length === 0) return pairs
  const added = more.map(({ publicAddress, privateAddress }) => ({
    private: privateAddress ?? pairs[0]?.private ?? null,
    public: publicAddress,
  }))
  const covered = new Set(added.map((pair) => pair.private?.value))
  return [...pairs.filter((pair) => pair.public || !covered.has(pair.private?.value)), ...added]
}

/** Interfaces of the platform that never take a connection for anybody: they are no targets. */
const silent = new Set([
  'nat_gateway',
  'natgateway',
  'transit_gateway',
  'gateway_load_balancer',
  'gateway_load_balancer_endpoint',
  'global_accelerator_managed',
])
export const isSilent = ({ type }: InterfaceRecord): boolean =>
  type !== null && silent.has(type.toLowerCase())

const noIp4: Barrier = { verdict: 'open-but-unreachable', reason: 'no public IPv4 address' }
const noIp6: Barrier = { verdict: 'open-but-unreachable', reason: 'no public IPv6 address' }
const mappings: Path['mappings'] = []
const nowhere: Path['entry'] = { addresses: [], names: [], front: null }

/** Groups of such an interface are attached all the same. */
export function addSilent(scene: Scene, one: InterfaceRecord): void {
  if (one.groupIds !== null && one.groupIds.length > 0) addTarget(scene, one, 'no')
}

export function addInterface(
  scene: Scene,
  one: InterfaceRecord,
  fronts: Fronts,
  shared: Lists,
): void {
  const { vpcId, subnetId, groupIds } = one
  const hidden = fronts.unread(vpcId)
  const isFacing =
    one.pairs.some((pair) => pair.public) ||
    one.ip6.some(isGlobal) ||
    one.prefixes6.length > 0 ||
    fronts.published.has(resourceId('aws', one.key))
  const target = addTarget(scene, one, isFacing ? 'yes' : hidden.length > 0 ? 'unknown' : 'no')
  const paths = scene.paths.length
  const add = (
    families: 'ip4' | 'ip6',
    address: Address | null,
    entry: Path['entry'],
    barrier: Barrier | null,
  ): void => {
    // A front that was not read stands in another subnet, whose routes answer: private subnets are where such targets are.
    const mayBeBehind = entry === nowhere && barrier?.verdict === 'unknown'
    const way = mayBeBehind
      ? scene.network.fromAccelerator(vpcId, subnetId)
      : scene.network.fromInternet(vpcId, subnetId, address && addressSet.ofAddress(address))
    scene.paths.push({
      target,
      entry,
      families,
      legs: [
        legOf(shared.stages(way.stages, isOpenFront ? [] : filtersOf(scene, groupIds)), address),
      ],
      mappings,
      ports: null,
      ...scene.network.inside(vpcId),
      barrier,
      gaps: gapsOf(scene, way, groupIds, shared),
    })
  }
  // An unread network load balancer without groups lets everything through to listeners that nobody knows.
  const isOpenFront = one.type === 'network_load_balancer' && groupIds?.length === 0
  const open = isOpenFront
    ? barredBy(hidden, 'a load balancer that was not read answers here')
    : null
  const own = (address: Address): Path['entry'] => ({
    addresses: [address],
    names: [],
    front: null,
  })
  for (const pair of one.pairs) if (pair.public) add('ip4', pair.private, own(pair.public), open)
  const privateAddress = one.pairs[0]?.private ?? null
  if (scene.paths.length === paths)
    add('ip4', privateAddress, nowhere, hidden.length > 0 ? barredBy(hidden) : noIp4)
  const before = scene.paths.length
  for (const address of one.ip6)
    if (addressSet.contains(globalIp6, address)) add('ip6', address, own(address), open)
  for (const prefix of one.prefixes6)
    add('ip6', null, { addresses: [], names: [prefix], front: null }, null)
  if (scene.paths.length === before)
    add('ip6', one.ip6[0] ?? null, nowhere, hidden.length > 0 ? barredBy(hidden) : noIp6)
}

/** Global unicast (RFC 4291); unique local addresses (RFC 4193) have no way to the internet. */
const globalIp6 = addressSet.addresses('2000::/3')
export const isGlobal = (address: Address): boolean => addressSet.contains(globalIp6, address)

const barriers = new WeakMap<readonly Gap[], Map<string, Barrier>>()
const mayLeadHere = 'no public address of its own, but a front that was not read may lead here'

/** One object for equal barriers. */
function barredBy(gaps: readonly Gap[], reason = mayLeadHere): Barrier {
  const known = barriers.get(gaps) ?? new Map<string, Barrier>()
  barriers.set(gaps, known)
  const barrier = known.get(reason) ?? { verdict: 'unknown', reason, gaps }
  known.set(reason, barrier)
  return barrier
}

export const filtersOf = (scene: Scene, groupIds: readonly string[] | null) =>
  groupIds === null ? [unknownGroups] : [scene.groupStages.stage(groupIds)]

/** The solver takes a filter that nobody read for one that may admit anything. */
const unknownGroups = {
  stage: {
    kind: 'union',
    stage: 'security-group',
    filters: [resourceId('aws', 'security groups not known')],
  },
  role: 'admits',
} as const

const gapsOf = (
  scene: Scene,
  way: Way,
  groupIds: readonly string[] | null,
  shared: Lists,
): readonly Gap[] => shared.gaps(way.gaps, scene.groupStages.gaps(groupIds ?? []))

function addTarget(
  scene: Scene,
  one: InterfaceRecord,
  internetFacing: Target['internetFacing'],
): ResourceId {
  const place = scene.atlas.placeOf(one, one.vpcId, one.subnetId)
  const instance = one.instanceId === null ? undefined : scene.instances.get(one.instanceId)
  const machine =
    one.instanceId === null
      ? null
      : awsResource(
          'instance',
          one.instanceId,
          instance?.name ?? null,
          instance ? scene.atlas.placeOf(instance, instance.vpcId) : place,
        )
  const resource =
    machine?.id === one.id
      ? machine
      : awsResource('network-interface', one.id, one.name, place, resourceId('aws', one.key))
  const stopped = instance?.state === 'stopped' || instance?.state === 'stopping'
  scene.targets.set(resource.key, {
    resource,
    machine,
    privateAddresses: [...one.pairs.flatMap((pair) => pair.private ?? []), ...one.ip6],
    filters: one.groupIds?.map((id) => resourceId('aws', id)) ?? 'unknown',
    internetFacing,
    closedByPlatform: null,
    note: stopped
      ? `${one.instanceId} is ${instance?.state}`
      : one.isFree
        ? 'attached to no machine'
        : null,
    source: one.at,
  })
  attach(scene, one.groupIds ?? [], resource.key)
  return resource.key
}
