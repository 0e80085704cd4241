/** What all fronts share: where their members are, and the parts of a path through them. */

import type { Address } from '../../../model/address.ts'
import { formatAddress } from '../../../model/address.ts'
import type { AddressSet } from '../../../model/address-set.ts'
import * as addressSet from '../../../model/address-set.ts'
import type {
  Barrier,
  Front,
  Leg,
  Path,
  PortMapping,
  Sender,
  Target,
} from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { notInternet } from '../../../model/public-space.ts'
import type { Resource } from '../../../model/resource.ts'
import type { TransportPorts } from '../../../model/traffic-set.ts'
import { type ArmKey, parentOf } from '../arm-id.ts'
import type { Reference } from '../element.ts'
import type { Identity } from '../resource-kind.ts'
import { type Subnet, subnets } from '../resources/subnet.ts'
import { virtualNetworks } from '../resources/virtual-network.ts'
import type { Chain, Chains } from './chain.ts'
import { gatewayStage } from './gateway-balancer.ts'
import { clients, type Interfaces, noMappings, type Place } from './interfaces.ts'
import { modelConfiguration, type OwnAddress, type PublicAddresses } from './public-addresses.ts'
import type { World } from './world.ts'

export interface Linking {
  readonly world: World
  readonly interfaces: Interfaces
  readonly chains: Chains
  readonly addresses: PublicAddresses
}

/** A front passes on what it is told to pass on, and asks no filter. */
export const passing: Leg['stages'] = [
  {
    stage: {
      kind: 'fixed',
      stage: 'front',
      admits: 'everything',
      reason: 'the front passes it on',
    },
    role: 'limits',
  },
]
export const answering: Leg['stages'] = [
  {
    stage: { kind: 'fixed', stage: 'front', admits: 'everything', reason: 'the front listens' },
    role: 'admits',
  },
]

export const passingGateway: Leg['stages'] = [...passing, gatewayStage]

export const frontOf = (kind: string, { id, at }: Identity): Front => ({ kind, id, source: at })

export const entryOf = ({ known }: OwnAddress, front: Front): Path['entry'] => ({
  addresses: known?.address ? [known.address] : [],
  names: known?.fqdn ? [known.fqdn] : [],
  front,
})

export const familiesOf = (family: 4 | 6): Path['families'] => (family === 4 ? 'ip4' : 'ip6')

/** Mappings that are equal are the same object: what was solved for one member then holds for all. */
export function mappingStore(): (
  key: string,
  make: () => readonly PortMapping[],
) => readonly PortMapping[] {
  const known = new Map<string, readonly PortMapping[]>()
  return (key, make) => {
    const before = known.get(key)
    if (before) return before
    const made = make()
    known.set(key, made)
    return made
  }
}

/** A proxying front sends with some address of its subnet, nobody knows which. */
export function frontSender(subnet: Subnet | null): Sender {
  const possible: AddressSet =
    subnet && !addressSet.isEmpty(subnet.prefix) ? subnet.prefix : notInternet
  return {
    kind: 'front',
    addresses: { certain: addressSet.empty, possible },
    groups: [],
    gaps: subnet
      ? []
      : [gap('front-addresses-unknown', 'which addresses the front sends with is not known', null)],
  }
}

export const subnetOf = ({ draft }: World, reference: Reference | null): Subnet | null =>
  (reference && draft.all(subnets).get(reference.key)) ?? null

/** The place of a configuration; an instance that was not listed stands for the configuration of its scale set. */
export function placeOf(key: ArmKey, { interfaces }: Linking): Place | undefined {
  const model = modelConfiguration(key)
  return (
    interfaces.byConfiguration.get(key) ??
    (model === null ? undefined : interfaces.byConfiguration.get(model))
  )
}

/** The places that have an address: in this network or a peer of it, else the only one there is. */
export function placesAt(
  { world, interfaces }: Linking,
  address: Address,
  network: ArmKey | null,
): readonly Place[] {
  const found = interfaces.byAddress.get(formatAddress(address)) ?? []
  if (found.length === 0) return []
  const networks = network === null ? new Set<ArmKey>() : reachableNetworks(world, network)
  const near = found.filter(({ configuration }) =>
    networks.has(networkOf(configuration.subnet?.key ?? '')),
  )
  if (near.length > 0) return near
  return found.length === 1 ? found : []
}

/** `…/virtualNetworks/V` of a subnet's or a network's key. */
export const networkOf = (key: ArmKey): ArmKey => (key.includes('/subnets/') ? parentOf(key) : key)

/** A network and its peers. */
export function reachableNetworks({ draft }: World, network: ArmKey): ReadonlySet<ArmKey> {
  const peers = draft.all(virtualNetworks).get(network)?.peerings ?? []
  return new Set([
    network,
    ...peers.flatMap(({ isOpen, remote }) => (isOpen && remote ? [remote.key] : [])),
  ])
}

/** The front itself as a target, for what ends there or leads to something that was not read. */
export function frontTarget(
  world: World,
  resource: Resource,
  source: Target['source'],
  filters: Target['filters'],
): void {
  if (world.targets.has(resource.key)) return
  world.targets.set(resource.key, {
    resource,
    machine: null,
    privateAddresses: [],
    filters,
    internetFacing: 'yes',
    closedByPlatform: null,
    note: null,
    source,
  })
}

export interface FrontPath {
  readonly resource: Resource
  readonly entry: Path['entry']
  readonly families: Path['families']
  readonly stages: Leg['stages']
  readonly scope: string | null
  readonly ports: TransportPorts
  readonly barrier: Barrier | null
  readonly gaps: readonly Gap[]
}
/** A path that ends at the front. */
export const pathToFront = (parts: FrontPath): Path => ({
  target: parts.resource.key,
  entry: parts.entry,
  families: parts.families,
  legs: [{ stages: parts.stages, destination: null, scope: parts.scope, sender: clients }],
  mappings: noMappings,
  ports: parts.ports,
  barrier: parts.barrier,
  gaps: parts.gaps,
})

/** What is unknown on any leg of a path is unknown for the whole of it. */
export function joinBarriers(chains: readonly Chain[], more: readonly Gap[] = []): Barrier | null {
  const gaps = [...chains.flatMap(({ barrier }) => barrier?.gaps ?? []), ...more]
  const [first] = gaps
  return first ? { verdict: 'unknown', reason: first.message, gaps: [...new Set(gaps)] } : null
}
