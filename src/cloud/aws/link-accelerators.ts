/** Global Accelerator: reaches instances and balancers of a network with an attached gateway, public or not. */
import type { Address } from '../../model/address.ts'
import * as addressSet from '../../model/address-set.ts'
import type { Leg, Path, PortMapping, Sender } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import * as portSet from '../../model/port-set.ts'
import { internet } from '../../model/public-space.ts'
import { resourceId } from '../../model/resource.ts'
import { toInstance } from './forwards.ts'
import type { Lookup } from './front-lookup.ts'
import { filtersOf } from './link-interfaces.ts'
import type { AcceleratorRecord, BalancerRecord, Endpoint, EndpointGroupRecord } from './records.ts'
import { client, type Lists, legOf, type Scene } from './scene.ts'
import type { Balancer, Ways } from './ways.ts'

export interface Accelerated {
  /** Networks that accelerators which were read lead to. */
  readonly networks: ReadonlySet<string>
  readonly hidden: ReadonlyMap<string, readonly Gap[]>
}

/** An accelerator filters nothing itself. */
const atTheEdge: Leg = legOf(
  [
    {
      stage: {
        kind: 'fixed',
        stage: 'accelerator',
        admits: 'everything',
        reason: 'accelerators do not filter',
      },
      role: 'limits',
    },
  ],
  null,
)

export function linkAccelerators(
  scene: Scene,
  shared: Lists,
  look: Lookup,
  balancers: ReadonlyMap<BalancerRecord, Balancer>,
  ways: Ways,
): Accelerated {
  const { draft } = scene
  const networks = new Set<string>()
  const hidden = new Map<string, readonly Gap[]>()
  const listeners = new Map(draft.acceleratorListeners.map((one) => [one.id, one]))
  const accelerators = new Map(draft.accelerators.map((one) => [one.id, one]))
  const groups = new Map(draft.endpointGroups.map((one) => [one.id, one]))
  for (const group of groups.values()) {
    const listener = listeners.get(group.listenerArn)
    const accelerator = listener && accelerators.get(listener.acceleratorArn)
    if (!listener || !accelerator) {
      draft.note(
        gap(
          'accelerator-not-read',
          'the listener or accelerator of this endpoint group was not read: aws globalaccelerator list-accelerators, list-listeners',
          group.at,
        ),
      )
      continue
    }
    if (!accelerator.isEnabled) continue
    const mapping = mappingOf(listener.transport, listener.ranges, group, accelerator)
    for (const endpoint of group.endpoints) {
      const one = { scene, shared, look, accelerator, endpoint, mapping }
      const balancer = balancerOf(endpoint, look, balancers)
      if (balancer) {
        if (balancer.record.vpcId !== null) {
          networks.add(balancer.record.vpcId)
          hidden.set(balancer.record.vpcId, balancer.forwards.hidden)
        }
        ways.through(balancer, approachTo(balancer, one))
      } else {
        const vpcId = toInterface(one)
        if (vpcId !== null) networks.add(vpcId)
      }
    }
  }
  return { networks, hidden }
}

interface One {
  readonly scene: Scene
  readonly shared: Lists
  readonly look: Lookup
  readonly accelerator: AcceleratorRecord
  readonly endpoint: Endpoint
  readonly mapping: readonly PortMapping[]
}

function mappingOf(
  transport: 'tcp' | 'udp',
  ranges: readonly (readonly [number, number])[],
  { overrides }: EndpointGroupRecord,
  accelerator: AcceleratorRecord,
): readonly PortMapping[] {
  const whole = portSet.unionAll(
    ranges.flatMap(([from, to]) =>
      portSet.isPort(from) && portSet.isPort(to) && from <= to ? [portSet.ports([from, to])] : [],
    ),
  )
  const valid = overrides.filter(
    ({ from, to }) => portSet.isPort(from) && portSet.isPort(to) && portSet.contains(whole, from),
  )
  const rest = portSet.subtract(whole, portSet.ports(...valid.map(({ from }) => from)))
  const because = {
    filter: accelerator.id,
    rule: `listener ${portSet.formatPorts(whole)}`,
    set: addressSet.all,
    source: accelerator.at,
  }
  const mapped = valid.map(({ from, to }) => ({
    transport,
    ports: portSet.ports(from),
    to,
    sources: null,
    because,
  }))
  const kept = { transport, ports: rest, to: 'same', sources: null, because } as const
  return portSet.isEmpty(rest) ? mapped : [...mapped, kept]
}

const balancerOf = (
  { id }: Endpoint,
  look: Lookup,
  balancers: ReadonlyMap<BalancerRecord, Balancer>,
): Balancer | undefined => {
  const record = look.balancers.get(id)
  return record && [...balancers.values()].find((one) => one.record.arn === record.arn)
}

const entryOf = ({ accelerator }: One): Path['entry'] => ({
  addresses: accelerator.addresses,
  names: accelerator.names,
  front: { kind: 'accelerator', id: accelerator.id, source: accelerator.at },
})

/** Without the client's address the accelerator sends with those of AWS's edge, which are public and many. */
const edgeSender = ({ accelerator }: One): Sender => ({
  kind: 'front',
  addresses: { certain: addressSet.empty, possible: internet },
  groups: [],
  gaps: [
    gap(
      'accelerator-addresses',
      'the accelerator does not keep the client’s address and sends with addresses of AWS’s edge',
      accelerator.at,
    ),
  ],
})

function approachTo({ record }: Balancer, one: One) {
  const { scene, accelerator, endpoint, mapping } = one
  const keeps =
    endpoint.keepsClient ?? (record.kind === 'application' || record.groupIds.length > 0)
  return {
    legs: [atTheEdge],
    mappings: [mapping],
    sender: keeps ? client : edgeSender(one),
    families: accelerator.families,
    gaps: [],
    way: (subnetId: string | null) =>
      keeps || record.scheme === 'internal'
        ? scene.network.fromAccelerator(record.vpcId, subnetId)
        : scene.network.fromInternet(record.vpcId, subnetId, null),
    entry: () => entryOf(one),
  }
}

/** An instance, or an interface by its elastic address; gives the network that it stands in. */
function toInterface(one: One): string | null {
  const { scene, shared, look, accelerator, endpoint, mapping } = one
  const elastic = scene.draft.elasticAddresses.find(
    ({ allocationId }) => allocationId === endpoint.id,
  )
  const destination = endpoint.id.startsWith('i-')
    ? toInstance(endpoint.id, look)
    : elastic && toElastic(elastic.interfaceId, elastic.privateAddress, scene)
  if (destination?.kind !== 'interface') {
    scene.draft.note(
      gap(
        'target-outside',
        `${endpoint.id}, an endpoint of an accelerator, is not in the documents`,
        endpoint.at,
      ),
    )
    return null
  }
  const { to, address } = destination
  const keeps = endpoint.keepsClient ?? elastic === undefined
  const way = keeps
    ? scene.network.fromAccelerator(to.vpcId, to.subnetId)
    : scene.network.fromInternet(to.vpcId, to.subnetId, address && addressSet.ofAddress(address))
  scene.paths.push({
    target: resourceId('aws', to.key),
    entry: entryOf(one),
    families: accelerator.families,
    legs: [
      atTheEdge,
      legOf(
        shared.stages(way.stages, filtersOf(scene, to.groupIds)),
        address,
        keeps ? client : edgeSender(one),
      ),
    ],
    mappings: [mapping],
    ports: null,
    ...scene.network.inside(to.vpcId),
    barrier: null,
    gaps: shared.gaps(way.gaps, scene.groupStages.gaps(to.groupIds ?? [])),
  })
  return to.vpcId
}

function toElastic(interfaceId: string | null, privateAddress: Address | null, scene: Scene) {
  const to = scene.interfaces.find(({ id }) => id === interfaceId)
  const address = privateAddress ?? to?.pairs[0]?.private ?? null
  return to && ({ kind: 'interface', to, address } as const)
}
