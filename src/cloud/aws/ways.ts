/** The paths through a balancer: to what stands behind it, and to itself. */
import * as addressSet from '../../model/address-set.ts'
import type { Barrier, Leg, Path, PortMapping, Sender } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import * as portSet from '../../model/port-set.ts'
import { type Resource, resourceId } from '../../model/resource.ts'
import { type TransportPorts, transportPorts } from '../../model/traffic-set.ts'
import type { Forward, Forwards, Listening } from './gathering.ts'
import { numberOf } from './identity.ts'
import { filtersOf } from './link-interfaces.ts'
import type { Stages, Way } from './network.ts'
import type { BalancerRecord, InterfaceRecord } from './records.ts'
import { type Lists, legOf, type Scene } from './scene.ts'

/** A balancer with what linking knows of it. */
export interface Balancer {
  readonly record: BalancerRecord
  readonly resource: Resource
  readonly interfaces: readonly InterfaceRecord[]
  readonly forwards: Forwards
}

/** How traffic comes to a balancer. */
export interface Approach {
  readonly legs: readonly Leg[]
  /** Between those legs, and between the last of them and the balancer. */
  readonly mappings: Path['mappings']
  readonly sender: Sender
  readonly families: Path['families']
  readonly gaps: readonly Gap[]
  way(subnetId: string | null): Way
  /** `interfaces`: the balancer's own in the subnets at hand. */
  entry(interfaces: readonly InterfaceRecord[]): Path['entry']
}

export interface Ways {
  /** Adds the paths through a balancer to what stands behind it, and to itself where listeners end there. */
  through(balancer: Balancer, approach: Approach): void
  /** An internal balancer's own path, which no client can take. */
  internal(balancer: Balancer, unread: readonly Gap[]): void
}

interface Part {
  readonly subnetIds: (string | null)[]
  readonly stages: Stages
  readonly gaps: readonly Gap[]
}

export function waysThrough(
  scene: Scene,
  shared: Lists,
  balancers: ReadonlyMap<BalancerRecord, Balancer>,
): Ways {
  const answering = new Map<string, TransportPorts>()
  const interned = new Map<string, readonly PortMapping[]>()
  const mappingsOf = (balancer: Balancer, { mappings }: Forward): readonly PortMapping[] => {
    const key = [
      balancer.resource.key,
      ...mappings.map(
        ({ transport, ports, to, sources }) =>
          `${transport} ${ports.join('-')} ${to} ${sources?.key ?? ''}`,
      ),
    ].join('|')
    const known = interned.get(key) ?? mappings
    interned.set(key, known)
    return known
  }
  const senders = new Map<string, Sender>()
  const senderOf = (balancer: Balancer, part: Part, keepsClient: boolean): Sender => {
    const key = `${balancer.resource.key}|${keepsClient ? '' : part.subnetIds.join()}`
    const known =
      senders.get(key) ??
      (keepsClient
        ? {
            kind: 'client' as const,
            groups: balancer.record.groupIds.map((id) => resourceId('aws', id)),
          }
        : frontSender(balancer, part, scene))
    senders.set(key, known)
    return known
  }

  const through = (balancer: Balancer, approach: Approach, depth = 0): void => {
    const { record, forwards } = balancer
    for (const part of partsOf(subnetsOf(balancer), approach.way, shared)) {
      const stages = shared.stages(part.stages, groupStage(scene, record))
      const legs = [...approach.legs, legOf(stages, null, approach.sender)]
      const here = balancer.interfaces.filter(({ subnetId }) => part.subnetIds.includes(subnetId))
      const entry = approach.entry(here)
      const gaps = shared.gaps(approach.gaps, part.gaps, scene.groupStages.gaps(record.groupIds))
      const base = {
        entry,
        families: approach.families,
        ...scene.network.inside(record.vpcId),
        barrier: null,
      }
      const ends = forwards.listening === null ? null : forwards.ends
      if (ends === null || ends.length > 0)
        scene.paths.push({
          ...base,
          target: balancer.resource.key,
          legs,
          ...endingAt(approach.mappings, ends, answering),
          gaps: shared.gaps(gaps, forwards.hidden),
        })
      for (const forward of forwards.forwards) {
        const mappings = [...approach.mappings, mappingsOf(balancer, forward)]
        const assumed = shared.gaps(gaps, [...forward.gaps])
        const { destination } = forward
        if (destination.kind === 'balancer') {
          const next = balancers.get(destination.to)
          // Only application load balancers stand behind network load balancers: chains are short.
          if (next && depth < 3)
            for (const from of part.subnetIds)
              through(
                next,
                {
                  legs,
                  mappings,
                  sender: senderOf(balancer, part, forward.keepsClient),
                  families: approach.families,
                  gaps: assumed,
                  way: (subnetId) => scene.network.between(from, subnetId),
                  entry: () => entry,
                },
                depth + 1,
              )
          continue
        }
        const { to, address } = destination
        const way = (from: string | null) => scene.network.between(from, to.subnetId)
        // A node sends with its own address: where entries tell nodes apart, so do the paths.
        const nodes =
          !forward.keepsClient && hasOwnEntries(approach, part, here)
            ? part.subnetIds.map((subnetId) => [subnetId])
            : [part.subnetIds]
        for (const last of nodes.flatMap((subnetIds) => partsOf(subnetIds, way, shared)))
          scene.paths.push({
            ...base,
            entry:
              last.subnetIds.length === part.subnetIds.length
                ? entry
                : approach.entry(here.filter(({ subnetId }) => last.subnetIds.includes(subnetId))),
            target: resourceId('aws', to.key),
            legs: [
              ...legs,
              legOf(
                shared.stages(last.stages, filtersOf(scene, to.groupIds)),
                address,
                senderOf(balancer, last, forward.keepsClient),
              ),
            ],
            mappings,
            ports: null,
            gaps: shared.gaps(assumed, last.gaps, scene.groupStages.gaps(to.groupIds ?? [])),
          })
      }
    }
  }
  return {
    through,
    internal(balancer, unread) {
      const { record, forwards, resource } = balancer
      const barrier: Barrier =
        unread.length > 0
          ? {
              verdict: 'unknown',
              reason: 'the load balancer is internal, but a front that was not read may lead to it',
              gaps: unread,
            }
          : { verdict: 'open-but-unreachable', reason: 'the load balancer is internal' }
      for (const part of partsOf(
        subnetsOf(balancer),
        (subnetId) => scene.network.fromInternet(record.vpcId, subnetId, null),
        shared,
      ))
        scene.paths.push({
          target: resource.key,
          entry: {
            addresses: [],
            names: record.dnsName === null ? [] : [record.dnsName],
            front: null,
          },
          families: record.families,
          legs: [legOf(shared.stages(part.stages, groupStage(scene, record)), null)],
          ...endingAt([], forwards.listening, answering),
          ...scene.network.inside(record.vpcId),
          barrier,
          gaps: shared.gaps(part.gaps, scene.groupStages.gaps(record.groupIds)),
        })
    },
  }
}

/** Each subnet's nodes are entered by addresses of their own: straight from the internet, by interfaces that were read. */
const hasOwnEntries = (
  { legs }: Approach,
  { subnetIds }: Part,
  here: readonly InterfaceRecord[],
): boolean =>
  legs.length === 0 &&
  subnetIds.length > 1 &&
  subnetIds.every((subnetId) => here.some((one) => one.subnetId === subnetId))

/** Its groups; a network load balancer without groups lets everything through. */
const groupStage = (scene: Scene, { kind, groupIds }: BalancerRecord): Stages =>
  groupIds.length > 0
    ? [scene.groupStages.stage(groupIds)]
    : kind === 'network'
      ? []
      : filtersOf(scene, null)

function subnetsOf({ record, interfaces }: Balancer): readonly (string | null)[] {
  const all = new Set([
    ...record.subnetIds,
    ...interfaces.flatMap(({ subnetId }) => subnetId ?? []),
  ])
  return all.size > 0 ? [...all] : [null]
}

/** Subnets that traffic comes to in the same way. */
function partsOf(
  subnetIds: readonly (string | null)[],
  way: (subnetId: string | null) => Way,
  shared: Lists,
): readonly Part[] {
  const parts = new Map<string, Part>()
  for (const subnetId of subnetIds) {
    const own = way(subnetId)
    const stages = shared.stages(own.stages)
    const gaps = shared.gaps(own.gaps)
    const key = `${numberOf(stages)} ${numberOf(gaps)}`
    const known = parts.get(key)
    if (known) known.subnetIds.push(subnetId)
    else parts.set(key, { subnetIds: [subnetId], stages, gaps })
  }
  return [...parts.values()]
}

/** A path that ends at the balancer answers on its listeners' ports, in the ports of the entry. */
function endingAt(
  before: Path['mappings'],
  ends: readonly Listening[] | null,
  interned: Map<string, TransportPorts>,
): { readonly mappings: Path['mappings']; readonly ports: Path['ports'] } {
  if (ends === null) return { mappings: before, ports: null }
  const answering = portsOf(ends, interned)
  const last = before.at(-1)
  if (!last) return { mappings: before, ports: answering }
  const narrowed = last.flatMap((mapping) => {
    const own = answering[mapping.transport]
    if (mapping.to !== 'same') return portSet.contains(own, mapping.to) ? [mapping] : []
    const ports = portSet.intersect(mapping.ports, own)
    return portSet.isEmpty(ports) ? [] : [{ ...mapping, ports }]
  })
  return { mappings: [...before.slice(0, -1), narrowed], ports: null }
}

/** One object for equal port sets. */
function portsOf(
  listening: readonly Listening[],
  interned: Map<string, TransportPorts>,
): TransportPorts {
  const of = (transport: 'tcp' | 'udp') =>
    portSet.ports(...listening.filter((one) => one.transport === transport).map(({ port }) => port))
  const made = transportPorts({ tcp: of('tcp'), udp: of('udp') })
  const key = `${made.tcp.join()}|${made.udp.join()}`
  const known = interned.get(key) ?? made
  interned.set(key, known)
  return known
}

/** Its own addresses in these subnets; where they are not in the documents, any of the subnets' may be. */
function frontSender(balancer: Balancer, { subnetIds }: Part, scene: Scene): Sender {
  const { record, interfaces } = balancer
  const groups = record.groupIds.map((id) => resourceId('aws', id))
  const here = interfaces.filter(({ subnetId }) => subnetIds.includes(subnetId))
  const addresses = addressSet.unionAll(
    here.flatMap(({ pairs, ip6 }) => [
      ...pairs.flatMap((pair) => (pair.private ? [addressSet.ofAddress(pair.private)] : [])),
      ...ip6.map(addressSet.ofAddress),
    ]),
  )
  const place = scene.atlas.placeOf(record, record.vpcId)
  const isKnown = here.length > 0 && scene.known.state('network-interfaces', place) === 'complete'
  if (isKnown)
    return {
      kind: 'front',
      addresses: { certain: addresses, possible: addresses },
      groups,
      gaps: [],
    }
  const cidrs = subnetIds.map((id) => (id === null ? undefined : scene.network.cidrsOf(id)))
  const possible = cidrs.every((set) => set !== undefined)
    ? addressSet.unionAll([addresses, ...cidrs])
    : addressSet.all
  const missing = gap(
    'balancer-interfaces-absent',
    `the interfaces of ${record.name} are not in the documents, so the addresses it sends with are not known: aws ec2 describe-network-interfaces`,
    null,
    balancer.resource.key,
  )
  scene.draft.note(missing)
  return { kind: 'front', addresses: { certain: addresses, possible }, groups, gaps: [missing] }
}
