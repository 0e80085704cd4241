/**
 * One resource as the checks see it: what is open on it, worked out once for all checks. Filters are judged by what they
 * admit themselves, machines by what gets all the way to their ports.
 */
import type { TrafficBounds } from '../model/bounds.ts'
import type { Attachment, Filter, Target } from '../model/estate.ts'
import type { Exposure } from '../model/exposure.ts'
import type { Outcome } from '../model/finding.ts'
import * as portSet from '../model/port-set.ts'
import type { Provider, Resource, ResourceId } from '../model/resource.ts'
import {
  type Layer,
  portsOn,
  type TrafficSet,
  type Transport,
  type TransportPorts,
  transports,
  unionOfProducts,
} from '../model/traffic-set.ts'
import { type Breadth, judgeOfBreadth } from './breadth.ts'
import type { Facts } from './check.ts'
import { checkedProviders } from './providers.ts'

/** Ports by how much of the internet may send to them; a port is open or wide, never both. */
export interface PortsByBreadth {
  readonly open: TransportPorts
  readonly wide: TransportPorts
}

interface Common {
  readonly resource: Resource
  readonly admits: TrafficBounds
  readonly certain: PortsByBreadth
  readonly possible: PortsByBreadth
  /** Nothing is or may be open or wide: nearly all resources, for which every check passes at once. */
  readonly quiet: boolean
  /** The outcome of every check that finds nothing here, made once. */
  readonly pass: Outcome
}
export interface FilterSubject extends Common {
  readonly kind: 'filter'
  readonly filter: Filter
  readonly attachment: Attachment | null
}
export interface MachineSubject extends Common {
  readonly kind: 'machine'
  /** Its interfaces and whatever else of it can be reached. */
  readonly targets: readonly Target[]
  readonly exposures: readonly Exposure[]
  readonly attachment: null
}
export type Subject = FilterSubject | MachineSubject

interface Subjects {
  readonly filters: ReadonlyMap<Provider, readonly FilterSubject[]>
  readonly machines: ReadonlyMap<Provider, readonly MachineSubject[]>
}
// Facts never change, so that what follows from them may be kept as long as they are.
const known = new WeakMap<Facts, Subjects>()

/** The filters of one provider that let traffic in. */
export const filterSubjects = (facts: Facts, provider: Provider): readonly FilterSubject[] =>
  subjectsOf(facts).filters.get(provider) ?? []

/** The machines of one provider: the instance or virtual machine where it is named, else the interface. */
export const machineSubjects = (facts: Facts, provider: Provider): readonly MachineSubject[] =>
  subjectsOf(facts).machines.get(provider) ?? []

function subjectsOf(facts: Facts): Subjects {
  const before = known.get(facts)
  if (before) return before
  const breadthOf = judgeOfBreadth(facts.thresholds)
  const ofTraffic = rememberedByTraffic((traffic) => portsByBreadth(traffic, breadthOf))
  const made = {
    filters: byProvider(readFilters(facts, ofTraffic)),
    machines: byProvider(readMachines(facts, ofTraffic)),
  }
  known.set(facts, made)
  return made
}

const byProvider = <T extends Subject>(subjects: readonly T[]): ReadonlyMap<Provider, T[]> =>
  Map.groupBy(subjects, ({ resource }) => resource.provider)

type Judge = (traffic: TrafficSet) => PortsByBreadth

function rememberedByTraffic(judge: Judge): Judge {
  const before = new Map<TrafficSet, PortsByBreadth>()
  return (traffic) => {
    const found = before.get(traffic) ?? judge(traffic)
    before.set(traffic, found)
    return found
  }
}

function readFilters(facts: Facts, judge: Judge): FilterSubject[] {
  const out: FilterSubject[] = []
  for (const [id, filter] of facts.estate.filters) {
    if (!judgedKinds.has(`${filter.resource.provider}-${filter.resource.kind}`)) continue
    const attachment = facts.estate.attachments.get(id) ?? null
    out.push({
      kind: 'filter',
      filter,
      attachment,
      ...common(filter.resource, facts.admits(id), judge),
    })
  }
  return out
}

// Other filters (network ACLs, admin rules) only limit what these let in.
const judgedKinds: ReadonlySet<string> = new Set(
  checkedProviders.map(({ provider, filter }) => `${provider}-${filter}`),
)

function readMachines(facts: Facts, judge: Judge): MachineSubject[] {
  const machines = new Map<ResourceId, { resource: Resource; targets: Target[] }>()
  for (const target of facts.estate.targets.values()) {
    const { resource, machine } = target
    if (machine === null && resource.kind !== 'network-interface') continue
    const shown = machine ?? resource
    const entry = machines.get(shown.key)
    if (entry) entry.targets.push(target)
    else machines.set(shown.key, { resource: shown, targets: [target] })
  }
  return [...machines.values()].map(({ resource, targets }) => {
    const exposures = targets.flatMap((target) => facts.exposuresOf(target.resource.key))
    const reach = reachOf(exposures)
    return {
      kind: 'machine',
      targets,
      exposures,
      attachment: null,
      ...common(resource, reach, judge),
    }
  })
}

/** What reaches the ports of a machine itself, over all of its interfaces and entries together. */
function reachOf(exposures: readonly Exposure[]): TrafficBounds {
  const reachable = exposures.filter(({ verdict }) => verdict === 'reachable')
  const perhaps = exposures.filter(
    ({ verdict }) => verdict === 'reachable' || verdict === 'unknown',
  )
  const certain = unionOfProducts(reachable.map(productOf))
  const possible =
    perhaps.length === reachable.length ? certain : unionOfProducts(perhaps.map(productOf))
  return { certain, possible }
}
const productOf = ({ transport, targetPorts, sources }: Exposure) => ({
  what: portsOn(transport, targetPorts),
  addresses: sources,
})

function common(resource: Resource, admits: TrafficBounds, judge: Judge): Common {
  const certain = judge(admits.certain)
  const possible = admits.possible === admits.certain ? certain : judge(admits.possible)
  return {
    resource,
    admits,
    certain,
    possible,
    quiet: possible === narrow && certain === narrow,
    pass: Object.freeze({ resource, status: 'pass' as const }),
  }
}

const noPortsAtAll: TransportPorts = { tcp: [], udp: [], icmp: [], icmpv6: [], other: [] }
const narrow: PortsByBreadth = { open: noPortsAtAll, wide: noPortsAtAll }

function portsByBreadth(
  traffic: TrafficSet,
  breadthOf: (set: Layer[number]['addresses']) => Breadth,
): PortsByBreadth {
  const open: Partial<Record<Transport, portSet.PortSet>> = {}
  const wide: Partial<Record<Transport, portSet.PortSet>> = {}
  let quiet = true
  for (const transport of transports) {
    const [openPairs, widePairs]: [[number, number][], [number, number][]] = [[], []]
    for (const { from, to, addresses } of traffic[transport]) {
      const breadth = breadthOf(addresses)
      if (breadth === 'narrow') continue
      quiet = false
      const pairs = breadth === 'open' ? openPairs : widePairs
      pairs.push([from, to])
    }
    if (openPairs.length > 0) open[transport] = portSet.ports(...openPairs)
    if (widePairs.length > 0) wide[transport] = portSet.ports(...widePairs)
  }
  if (quiet) return narrow
  return { open: { ...noPortsAtAll, ...open }, wide: { ...noPortsAtAll, ...wide } }
}
