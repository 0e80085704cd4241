/** Network interfaces as targets, and the ways in by their own public addresses. */
import { formatAddress } from '../../../model/address.ts'
import type { Barrier, Leg, Path, Sender, Target } from '../../../model/estate.ts'
import type { Gap } from '../../../model/gap.ts'
import type { Resource } from '../../../model/resource.ts'
import { type ArmKey, nameOfId, parentOf, subscriptionOf } from '../arm-id.ts'
import { resourceOf } from '../resource-kind.ts'
import {
  type IpConfiguration,
  type NetworkInterface,
  networkInterfaces,
  scaleSetInterfaces,
} from '../resources/network-interface.ts'
import { type VirtualMachine, virtualMachines } from '../resources/virtual-machine.ts'
import { type Arrival, type Chain, type Chains, closedReason } from './chain.ts'
import { gatewayStage } from './gateway-balancer.ts'
import { barrierOf, type PublicAddresses } from './public-addresses.ts'
import type { World } from './world.ts'

/** One private address of one interface: what fronts send to. */
export interface Place {
  readonly nic: LinkedInterface
  readonly configuration: IpConfiguration
}
export interface LinkedInterface {
  readonly record: NetworkInterface
  readonly resource: Resource
  readonly machine: Resource | null
  readonly note: string | null
  readonly primary: IpConfiguration | null
  /** Fronts with public addresses that lead here. */
  hasFront: boolean
  /** Platform-closed ways and others, to say what keeps the interface shut. */
  readonly arrivals: Set<Arrival>
  /** Traces of fronts that were not read. */
  readonly traces: Gap[]
}

export interface Interfaces {
  readonly all: readonly LinkedInterface[]
  readonly byConfiguration: ReadonlyMap<ArmKey, Place>
  /** By private address, in any network. */
  readonly byAddress: ReadonlyMap<string, readonly Place[]>
}

/** Every client sends with its own address. */
export const clients: Sender = { kind: 'client', groups: [] }
export const noMappings: Path['mappings'] = []

export function linkInterfaces(world: World, more: readonly NetworkInterface[]): Interfaces {
  const { draft } = world
  const machines = machinesByInterface(world)
  const all: LinkedInterface[] = []
  const byConfiguration = new Map<ArmKey, Place>()
  const byAddress = new Map<string, Place[]>()
  for (const record of [
    ...draft.all(networkInterfaces).values(),
    ...draft.all(scaleSetInterfaces).values(),
    ...more,
  ]) {
    const { machine, note } = machineOf(record, machines, world)
    const nic: LinkedInterface = {
      record,
      resource: resourceOf('network-interface', record),
      machine,
      note,
      primary:
        record.ipConfigurations.find(({ isPrimary }) => isPrimary) ??
        record.ipConfigurations[0] ??
        null,
      hasFront: false,
      arrivals: new Set(),
      traces: [],
    }
    all.push(nic)
    for (const configuration of record.ipConfigurations) {
      const place = { nic, configuration }
      byConfiguration.set(configuration.key, place)
      if (configuration.privateAddress === null) continue
      const text = formatAddress(configuration.privateAddress)
      const others = byAddress.get(text)
      if (others) others.push(place)
      else byAddress.set(text, [place])
    }
  }
  return { all, byConfiguration, byAddress }
}

function machinesByInterface({ draft }: World): ReadonlyMap<ArmKey, VirtualMachine> {
  const machines = new Map<ArmKey, VirtualMachine>()
  for (const machine of draft.all(virtualMachines).values())
    for (const key of machine.networkInterfaces) machines.set(key, machine)
  return machines
}

function machineOf(
  record: NetworkInterface,
  machines: ReadonlyMap<ArmKey, VirtualMachine>,
  { draft }: World,
): { readonly machine: Resource | null; readonly note: string | null } {
  const named = record.virtualMachine
  const known = (named && draft.all(virtualMachines).get(named.key)) ?? machines.get(record.key)
  if (known) {
    const isOff = known.power !== null && known.power !== 'running' && known.power !== 'starting'
    return {
      machine: resourceOf('virtual-machine', known),
      note: isOff ? `the machine is ${known.power}` : null,
    }
  }
  const id = named?.id ?? instanceOf(record)
  if (id === null) return { machine: null, note: null }
  const key = id.toLowerCase()
  const kind = !key.includes('/virtualmachinescalesets/')
    ? 'virtual-machine'
    : key.includes('/virtualmachines/')
      ? 'scale-set-instance'
      : 'scale-set'
  const name =
    kind === 'scale-set-instance' ? `${nameOfId(parentOf(id))}_${nameOfId(id)}` : nameOfId(id)
  return {
    machine: resourceOf(kind, {
      key,
      id,
      name,
      account: subscriptionOf(key),
      region: record.region,
    }),
    note: null,
  }
}

/** The instance of a scale set, or the set itself, that an interface is a part of, by its id. */
const instanceOf = ({ id, key }: NetworkInterface): string | null =>
  key.includes('/virtualmachinescalesets/') ? parentOf(id) : null

const inserted = new WeakMap<Chain, Leg['stages']>()
/** A gateway load balancer before the interface; one list of stages for each chain. */
function throughAppliances(chain: Chain): Leg['stages'] {
  const known = inserted.get(chain)
  if (known) return known
  const made: Leg['stages'] = [gatewayStage, ...chain.stages]
  inserted.set(chain, made)
  return made
}

/** The leg that ends at a place. */
export const legTo = (chain: Chain, { configuration }: Place, sender: Sender = clients): Leg => ({
  stages: configuration.gatewayBalancer ? throughAppliances(chain) : chain.stages,
  destination: configuration.privateAddress,
  scope: chain.scope,
  ...(chain.orScope !== undefined && { orScope: chain.orScope }),
  sender,
})

/** What a path takes over from its chain. */
export const insideOf = ({ inside }: Chain): Pick<Path, 'inside'> => (inside ? { inside } : {})

export const chainTo = (chains: Chains, { nic, configuration }: Place, arrival: Arrival): Chain =>
  chains.of(configuration.subnet, nic.record.networkSecurityGroup, arrival)

/** All ways to an interface that no front makes; called when the fronts are linked. */
export function* ownPaths(
  nic: LinkedInterface,
  chains: Chains,
  addresses: PublicAddresses,
): Iterable<Path> {
  const served = new Set<4 | 6>()
  for (const configuration of nic.record.ipConfigurations)
    for (const { known, gaps } of addresses.ofConfiguration(configuration)) {
      const place = { nic, configuration }
      const arrival: Arrival = known?.sku ?? 'unknown'
      const family = known?.family ?? configuration.family
      const chain = chainTo(chains, place, arrival)
      served.add(family)
      nic.arrivals.add(arrival)
      yield {
        target: nic.resource.key,
        entry: {
          addresses: known?.address ? [known.address] : [],
          names: known?.fqdn ? [known.fqdn] : [],
          front: null,
        },
        families: family === 4 ? 'ip4' : 'ip6',
        legs: [legTo(chain, place)],
        mappings: noMappings,
        ports: null,
        ...insideOf(chain),
        barrier: barrierOf(chain.barrier, { known, gaps }),
        gaps,
      }
    }
  const place = nic.primary && { nic, configuration: nic.primary }
  const families =
    served.size === 0 ? 'both' : served.has(4) ? (served.has(6) ? null : 'ip6') : 'ip4'
  if (!place || families === null) return
  const traces = tracesFor(families, nic)
  // What is closed by the platform once it gets an address is not open now; what a front publishes is.
  const chain = chainTo(chains, place, traces.length > 0 ? 'inside' : 'standard')
  yield {
    target: nic.resource.key,
    entry: noEntry,
    families,
    legs: [traces.length > 0 ? behindUnread(chain, place) : legTo(chain, place)],
    mappings: noMappings,
    ports: null,
    ...insideOf(chain),
    barrier: barrierWithoutAddress(families, traces),
    gaps: [],
  }
}

const unrouted = new WeakMap<Leg['stages'], Leg['stages']>()
/** Many fronts answer with addresses of their own: the routes of the subnet behind do not tell who is answered. */
function behindUnread(chain: Chain, place: Place): Leg {
  const leg = legTo(chain, place)
  const stages =
    unrouted.get(leg.stages) ?? leg.stages.filter(({ stage }) => stage.kind !== 'sources')
  unrouted.set(leg.stages, stages)
  return { ...leg, stages }
}

export const noEntry: Path['entry'] = { addresses: [], names: [], front: null }
const withoutAddress = {
  ip4: { verdict: 'open-but-unreachable', reason: 'no public IPv4 address' },
  ip6: { verdict: 'open-but-unreachable', reason: 'no public IPv6 address' },
  both: { verdict: 'open-but-unreachable', reason: 'no public address' },
} as const satisfies Record<Path['families'], Barrier>

/** A front that was not read may publish an IPv6 address only where there is one behind it. */
const tracesFor = (families: Path['families'], { record, traces }: LinkedInterface) =>
  families !== 'ip6' || record.ipConfigurations.some(({ family }) => family === 6) ? traces : []

function barrierWithoutAddress(families: Path['families'], traces: readonly Gap[]): Barrier {
  const [trace] = traces
  if (trace) return { verdict: 'unknown', reason: trace.message, gaps: traces }
  return withoutAddress[families]
}

/** The interface as a target of the estate, once all fronts are linked. */
export function targetOf(
  nic: LinkedInterface,
  chains: Chains,
  hasOwnAddress: boolean,
  bastion: string | null,
): Target {
  const { record, resource, machine } = nic
  const parts = record.ipConfigurations.map((configuration) =>
    chainTo(chains, { nic, configuration }, 'inside'),
  )
  const isUnknown = parts.length === 0 || parts.some(({ groups }) => groups === 'unknown')
  const filters = isUnknown
    ? 'unknown'
    : [...new Set(parts.flatMap(({ groups }) => (groups === 'unknown' ? [] : groups)))]
  const isClosed =
    filters !== 'unknown' &&
    filters.length === 0 &&
    nic.arrivals.size > 0 &&
    [...nic.arrivals].every((arrival) => arrival === 'standard')
  const notes = [nic.note, bastion].filter((note) => note !== null)
  return {
    resource,
    machine,
    privateAddresses: record.ipConfigurations.flatMap(({ privateAddress }) =>
      privateAddress ? [privateAddress] : [],
    ),
    filters,
    internetFacing:
      hasOwnAddress || nic.hasFront ? 'yes' : nic.traces.length > 0 ? 'unknown' : 'no',
    closedByPlatform: isClosed ? closedReason : null,
    note: notes.length > 0 ? notes.join('; ') : null,
    source: record.at,
  }
}
