/** What publishes interfaces beside their own addresses: balancers, accelerators; and the traces of those not read. */
import type { Address } from '../../model/address.ts'
import type { Front, Path } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import { type Resource, type ResourceId, resourceId } from '../../model/resource.ts'
import { forwardsOf } from './forwards.ts'
import { lookup } from './front-lookup.ts'
import { linkAccelerators } from './link-accelerators.ts'
import { isGlobal } from './link-interfaces.ts'
import type { BalancerRecord, InterfaceRecord } from './records.ts'
import { attach, awsResource, client, type Lists, type Scene } from './scene.ts'
import { type Approach, type Balancer, waysThrough } from './ways.ts'

export interface Fronts {
  /** Interfaces that belong to a front that was read: no targets of their own. */
  readonly own: ReadonlySet<string>
  /** Targets that a front publishes. */
  readonly published: ReadonlySet<ResourceId>
  /** Gaps of fronts in a network that were seen but not (wholly) read. */
  unread(vpcId: string | null): readonly Gap[]
}

export function linkFronts(scene: Scene, shared: Lists): Fronts {
  const look = lookup(scene)
  const own = new Set<string>()
  const hidden = new Map<string, Gap[]>()
  const hide = (vpcId: string | null, gaps: readonly Gap[]): void => {
    if (vpcId !== null && gaps.length > 0)
      hidden.set(vpcId, [...(hidden.get(vpcId) ?? []), ...gaps])
  }
  const byDescription = new Map<string, InterfaceRecord[]>()
  for (const one of scene.interfaces)
    if (one.description?.startsWith('ELB '))
      byDescription.set(one.description, [...(byDescription.get(one.description) ?? []), one])
  const balancers = new Map<BalancerRecord, Balancer>()
  for (const record of distinct(scene)) {
    const interfaces = (byDescription.get(record.description) ?? []).filter(
      ({ vpcId }) => vpcId === null || record.vpcId === null || vpcId === record.vpcId,
    )
    for (const { id } of interfaces) own.add(id)
    const balancer = {
      record,
      interfaces,
      resource: resourceOf(record, scene),
      forwards: forwardsOf(record, scene, look),
    }
    balancers.set(record, balancer)
    addTarget(scene, balancer)
    for (const { groupIds } of interfaces) attach(scene, groupIds ?? [], balancer.resource.key)
  }
  const ways = waysThrough(scene, shared, balancers)
  for (const balancer of balancers.values()) {
    if (balancer.record.scheme === 'internet-facing') {
      hide(balancer.record.vpcId, balancer.forwards.hidden)
      ways.through(balancer, fromInternet(balancer, scene))
    }
  }
  const accelerated = linkAccelerators(scene, shared, look, balancers, ways)
  for (const [vpcId, gaps] of accelerated.hidden) hide(vpcId, gaps)
  const traces = new Map<string, InterfaceRecord[]>()
  for (const one of scene.interfaces) {
    if (own.has(one.id) || one.vpcId === null || !isTrace(one)) continue
    if (isAccelerators(one) && accelerated.networks.has(one.vpcId)) continue
    const known = traces.get(one.vpcId)
    if (known) known.push(one)
    else traces.set(one.vpcId, [one])
  }
  for (const [vpcId, interfaces] of traces) hide(vpcId, [unreadFront(interfaces)])
  const none: readonly Gap[] = []
  for (const gaps of hidden.values()) gaps.forEach(scene.draft.note)
  const lists = new Map([...hidden].map(([vpcId, gaps]) => [vpcId, shared.gaps(oneOfEach(gaps))]))
  const unread = (vpcId: string | null) => (vpcId !== null && lists.get(vpcId)) || none
  for (const balancer of balancers.values())
    if (balancer.record.scheme === 'internal')
      ways.internal(balancer, unread(balancer.record.vpcId))
  const published = new Set(
    scene.paths.flatMap(({ entry, barrier, target }) => (entry.front && !barrier ? target : [])),
  )
  return { own, published, unread }
}

/** All are told; an interface's answer names one of each kind, because they may be hundreds. */
const oneOfEach = (gaps: readonly Gap[]): readonly Gap[] => [
  ...new Map(gaps.toReversed().map((one) => [one.reason, one])).values(),
]

function unreadFront(interfaces: readonly InterfaceRecord[]): Gap {
  const names = [
    ...new Set(interfaces.map(({ description, type, id }) => description ?? type ?? id)),
  ]
  const shown =
    names.slice(0, 3).join(', ') + (names.length > 3 ? `, and ${names.length - 3} more` : '')
  return gap(
    'front-not-read',
    `${shown}: what these fronts of ${interfaces[0]?.vpcId} publish was not read: aws elbv2 describe-load-balancers, aws elb describe-load-balancers, aws globalaccelerator list-accelerators`,
    interfaces[0]?.at ?? null,
  )
}

/** One of each balancer; a classic one is told by its place and name. */
function distinct(scene: Scene): readonly BalancerRecord[] {
  const found = new Map<string, BalancerRecord>()
  for (const record of scene.draft.balancers) {
    const key = resourceOf(record, scene).key
    if (!found.has(key)) found.set(key, record)
  }
  return [...found.values()]
}

function resourceOf(record: BalancerRecord, scene: Scene): Resource {
  const place = scene.atlas.placeOf(record, record.vpcId, ...record.subnetIds)
  const { account, region } = place
  const key =
    record.arn ??
    `arn:aws:elasticloadbalancing:${region ?? ''}:${account ?? ''}:loadbalancer/${record.name}`
  return awsResource(
    'load-balancer',
    record.arn ?? record.name,
    record.name,
    place,
    resourceId('aws', key),
  )
}

const isPublic = ({ pairs, ip6 }: InterfaceRecord): boolean =>
  pairs.some((pair) => pair.public) || ip6.some(isGlobal)
const isAccelerators = ({ type }: InterfaceRecord): boolean => type === 'global_accelerator_managed'

/** An accelerator reaches private interfaces by its own; a balancer publishes only with public addresses. */
function isTrace(one: InterfaceRecord): boolean {
  // API Gateway's and CloudFront's way into a network publishes what has no address of its own.
  if (isAccelerators(one) || one.type === 'api_gateway_managed') return true
  if (one.description?.startsWith('CloudFront')) return true
  const isBalancer =
    one.type === 'network_load_balancer' || (one.description?.startsWith('ELB ') ?? false)
  return isBalancer && isPublic(one)
}

function addTarget(scene: Scene, { record, resource, interfaces }: Balancer): void {
  scene.targets.set(resource.key, {
    resource,
    machine: null,
    privateAddresses: interfaces.flatMap(({ pairs }) =>
      pairs.flatMap((pair) => pair.private ?? []),
    ),
    filters: record.groupIds.map((id) => resourceId('aws', id)),
    internetFacing: record.scheme === 'internet-facing' ? 'yes' : 'no',
    closedByPlatform: null,
    note: null,
    source: record.at,
  })
  attach(scene, record.groupIds, resource.key)
}

function fromInternet({ record, resource }: Balancer, scene: Scene): Approach {
  const front: Front = { kind: 'load-balancer', id: resource.id, source: record.at }
  return {
    legs: [],
    mappings: [],
    sender: client,
    families: record.families,
    gaps: [],
    way: (subnetId) => scene.network.fromInternet(record.vpcId, subnetId, null),
    entry: (interfaces) => ({
      addresses: publicOf(interfaces, record.families),
      names: record.dnsName === null ? [] : [record.dnsName],
      front,
    }),
  }
}

const publicOf = (
  interfaces: readonly InterfaceRecord[],
  families: Path['families'],
): readonly Address[] => [
  ...(families === 'ip6'
    ? []
    : interfaces.flatMap(({ pairs }) => pairs.flatMap((pair) => pair.public ?? []))),
  ...(families === 'ip4' ? [] : interfaces.flatMap(({ ip6 }) => ip6.filter(isGlobal))),
]
