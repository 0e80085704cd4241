/** Load balancers keep the client: the member's filters see who sent, the member's address and the port behind. */

import { all as everyAddress } from '../../../model/address-set.ts'
import type { Leg, Path, PortMapping } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { type PortSet, ports as portsOf } from '../../../model/port-set.ts'
import { type TransportPorts, transportPorts, unionPorts } from '../../../model/traffic-set.ts'
import type { ArmKey } from '../arm-id.ts'
import type { Reference } from '../element.ts'
import { resourceOf } from '../resource-kind.ts'
import {
  type BalancerRule,
  type Frontend,
  type LoadBalancer,
  loadBalancers,
  type PoolAddress,
} from '../resources/load-balancer.ts'
import type { Sku } from '../resources/public-ip-address.ts'
import {
  answering,
  entryOf,
  familiesOf,
  frontOf,
  frontTarget,
  joinBarriers,
  type Linking,
  mappingStore,
  networkOf,
  passing,
  passingGateway,
  pathToFront,
  placeOf,
  placesAt,
} from './fronts.ts'
import { chainTo, clients, legTo, type Place } from './interfaces.ts'
import { notReadKinds } from './world.ts'

/** Where one rule leads. */
interface Destinations {
  readonly places: readonly { readonly place: Place; readonly ports: PortSet | null }[]
  /** Frontends of other balancers (cross-region). */
  readonly frontends: readonly Reference[]
  readonly gaps: readonly Gap[]
}
export interface Balancers {
  /** Where the rules of one frontend lead: members with the rules that lead to them. */
  behind(frontend: ArmKey): readonly Member[]
  /** Frontends with this private address. */
  readonly internal: readonly { readonly balancer: LoadBalancer; readonly frontend: Frontend }[]
}
export interface Member {
  readonly place: Place
  readonly mappings: readonly PortMapping[]
  readonly isFloating: boolean
  readonly arrival: Sku
  readonly gaps: readonly Gap[]
}

export function linkBalancers(linking: Linking): Balancers {
  const { world, interfaces, addresses } = linking
  const balancers = [...world.draft.all(loadBalancers).values()]
  const byFrontend = new Map<ArmKey, { balancer: LoadBalancer; frontend: Frontend }>()
  for (const balancer of balancers)
    for (const frontend of balancer.frontends) byFrontend.set(frontend.key, { balancer, frontend })
  const named = namedPlaces(interfaces.byConfiguration.values())
  const store = mappingStore()
  const behind = remember((key: ArmKey): FrontendMembers => {
    const found = byFrontend.get(key)
    return found ? membersOf(found.balancer, key, linking, named, store) : noMembers
  })
  for (const balancer of balancers) {
    if (balancer.sku === 'gateway') continue
    for (const frontend of balancer.frontends) {
      const own = addresses.ofFrontend(frontend)
      if (!own) continue
      const front = frontOf('load-balancer', balancer)
      const { members, frontends, gaps, unread } = behind(frontend.key)
      const family = own.known?.family ?? 4
      const entry = entryOf(own, front)
      const first: Leg = {
        stages: frontend.gatewayBalancer ? passingGateway : passing,
        destination: own.known?.address ?? null,
        scope: null,
        sender: clients,
      }
      const emit = (member: Member, legs: readonly Leg[], mappings: Path['mappings']): void => {
        if (member.place.configuration.family !== family) return
        member.place.nic.hasFront = true
        member.place.nic.arrivals.add(member.arrival)
        const chain = chainTo(linking.chains, member.place, member.arrival)
        world.paths.push({
          target: member.place.nic.resource.key,
          entry,
          families: familiesOf(family),
          legs: [...legs, memberLeg(member, legTo(chain, member.place), first.destination)],
          mappings: [...mappings, member.mappings],
          ports: null,
          barrier: chain.barrier,
          gaps: [...own.gaps, ...member.gaps],
        })
      }
      for (const member of members) emit(member, [first], [])
      const doubts = [...gaps]
      let openPorts = unread
      for (const { reference, mappings, what } of frontends) {
        const regional = byFrontend.get(reference.key)
        if (!regional) {
          doubts.push(world.notRead(reference, notReadKinds.balancer))
          openPorts = unionPorts(openPorts, what)
          continue
        }
        const middle: Leg = {
          ...first,
          stages: passing,
          destination: addresses.ofFrontend(regional.frontend)?.known?.address ?? null,
        }
        for (const member of behind(reference.key).members)
          emit(member, [first, middle], [mappings])
      }
      if (doubts.length === 0) continue
      const resource = resourceOf('load-balancer', balancer)
      frontTarget(world, resource, balancer.at, 'unknown')
      world.paths.push(
        pathToFront({
          resource,
          entry,
          families: familiesOf(family),
          stages: answering,
          scope: null,
          ports: openPorts,
          barrier: joinBarriers([], doubts),
          gaps: own.gaps,
        }),
      )
    }
  }
  noteTraces(linking, balancers)
  return {
    behind: (key) => behind(key).members,
    internal: [...byFrontend.values()].filter(({ frontend }) => frontend.privateAddress !== null),
  }
}

/** With a floating address the front's address stays as the destination; the machine may know it by its own as well. */
function memberLeg({ isFloating, place }: Member, leg: Leg, front: Leg['destination']): Leg {
  if (!isFloating) return leg
  const own = place.configuration.privateAddress
  return own && front
    ? { ...leg, destination: front, orDestination: own }
    : { ...leg, destination: null }
}

interface FrontendMembers {
  readonly members: readonly Member[]
  readonly frontends: readonly {
    readonly reference: Reference
    readonly mappings: readonly PortMapping[]
    readonly what: TransportPorts
  }[]
  /** Members that were not read, and the ports that lead to them. */
  readonly gaps: readonly Gap[]
  readonly unread: TransportPorts
}
const nothing = transportPorts({})
const noMembers: FrontendMembers = { members: [], frontends: [], gaps: [], unread: nothing }

function membersOf(
  balancer: LoadBalancer,
  frontend: ArmKey,
  linking: Linking,
  named: NamedPlaces,
  store: ReturnType<typeof mappingStore>,
): FrontendMembers {
  const rules = balancer.rules.filter((rule) => rule.frontend === frontend)
  const byPlace = new Map<string, { place: Place; isFloating: boolean; parts: RulePart[] }>()
  const frontends: FrontendMembers['frontends'][number][] = []
  const gaps: Gap[] = []
  let unread = nothing
  for (const rule of rules) {
    const found = destinationsOf(rule, balancer, linking, named)
    for (const { place, ports } of found.places) {
      const key = `${place.configuration.key}|${rule.isFloating}`
      const known = byPlace.get(key) ?? { place, isFloating: rule.isFloating, parts: [] }
      known.parts.push({ rule, ports })
      byPlace.set(key, known)
    }
    for (const reference of found.frontends)
      frontends.push({
        reference,
        mappings: store(rule.key, () => mappingsOf(balancer, { rule, ports: null })),
        what: rule.what,
      })
    if (found.gaps.length === 0) continue
    gaps.push(...found.gaps)
    unread = unionPorts(unread, rule.what)
  }
  const arrival: Sku = balancer.sku === 'gateway' ? 'standard' : balancer.sku
  const members = [...byPlace.values()].map(({ place, isFloating, parts }): Member => {
    const kept = withoutRepeats(parts)
    const key = kept.map(({ rule, ports }) => `${rule.key}:${ports?.join('-') ?? ''}`).join('|')
    return {
      place,
      isFloating,
      arrival: arrival === 'unknown' ? skuOfFrontend(balancer, frontend, linking) : arrival,
      mappings: store(key, () => kept.flatMap((part) => mappingsOf(balancer, part))),
      gaps: [
        ...(isFloating ? [floatingGap(balancer)] : []),
        ...kept.flatMap(({ rule, ports }) => (isSpread(rule) && !ports ? [spreadGap(rule)] : [])),
      ],
    }
  })
  return { members, frontends, gaps: [...new Set(gaps)], unread }
}

interface RulePart {
  readonly rule: BalancerRule
  /** The front ports that lead to this very member, where they are printed. */
  readonly ports: PortSet | null
}

/** A pool of NAT ports has a rule of its own for each instance where the balancer prints them. */
function withoutRepeats(parts: readonly RulePart[]): readonly RulePart[] {
  const single = parts.filter(({ rule }) => rule.kind === 'inbound-nat' && rule.configuration)
  return parts.filter(
    ({ rule }) =>
      rule.kind !== 'inbound-nat-pool' || !single.some((other) => other.rule.to === rule.to),
  )
}

function mappingsOf(balancer: LoadBalancer, { rule, ports }: RulePart): readonly PortMapping[] {
  const because = { filter: balancer.id, rule: rule.name, set: everyAddress, source: rule.at }
  return (['tcp', 'udp'] as const).flatMap((transport) =>
    rule.what[transport].length === 0
      ? []
      : [{ transport, ports: ports ?? rule.what[transport], to: rule.to, sources: null, because }],
  )
}

function skuOfFrontend(balancer: LoadBalancer, key: ArmKey, { addresses }: Linking): Sku {
  const frontend = balancer.frontends.find((one) => one.key === key)
  return (frontend && addresses.ofFrontend(frontend)?.known?.sku) ?? 'unknown'
}

const isSpread = ({ kind, what, configuration }: BalancerRule): boolean =>
  kind !== 'balancing' && configuration === null && hasSeveral(what)
const hasSeveral = ({ tcp, udp }: TransportPorts): boolean =>
  [tcp, udp].some((ports) => ports.length > 0 && ports[0] !== ports.at(-1))

const spreadGap = ({ name, at }: BalancerRule): Gap =>
  gap(
    'inbound-nat-port-not-printed',
    `inbound NAT ${name} gives each member one port of its range; which one is not printed, so all are listed`,
    at,
  )
const floatingGap = ({ at, id }: LoadBalancer): Gap =>
  gap(
    'floating-address',
    'a floating IP keeps the front address as destination: rules that name only the private address may not match',
    at,
    id,
  )

function destinationsOf(
  rule: BalancerRule,
  balancer: LoadBalancer,
  linking: Linking,
  named: NamedPlaces,
): Destinations {
  const places = new Map<Place, PortSet | null>()
  const frontends: Reference[] = []
  const gaps: Gap[] = []
  const add = (place: Place, ports: PortSet | null = null) => {
    if (!places.has(place)) places.set(place, ports)
  }
  const addReference = (reference: Reference) => {
    const place = placeOf(reference.key, linking)
    if (place) add(place)
    else gaps.push(linking.world.notRead(nicOf(reference), notReadKinds.interface))
  }
  for (const place of named.get(rule.key) ?? []) add(place)
  if (rule.configuration) addReference(rule.configuration)
  for (const { key } of rule.pools) {
    const pool = balancer.pools.find((one) => one.key === key)
    for (const member of pool?.addresses ?? []) {
      const ports = natPortsOf(rule, member)
      if (member.frontend) frontends.push(member.frontend)
      else if (member.configuration) {
        const place = placeOf(member.configuration.key, linking)
        if (place) add(place, ports)
        else addReference(member.configuration)
      } else if (member.address) {
        const found = placesAt(linking, member.address, member.network && networkOf(member.network))
        if (found.length === 0) gaps.push(memberGap(member))
        for (const place of found) add(place, ports)
      }
    }
    for (const place of named.get(key) ?? []) add(place)
    for (const reference of pool?.configurations ?? []) addReference(reference)
  }
  return { places: [...places].map(([place, ports]) => ({ place, ports })), frontends, gaps }
}

function natPortsOf(rule: BalancerRule, { natPorts }: PoolAddress): PortSet | null {
  const own = rule.kind === 'inbound-nat' ? natPorts.get(rule.name.toLowerCase()) : undefined
  return own ? portsOf(...own) : null
}

const nicOf = ({ key, id, at }: Reference): Reference => ({
  key: key.replace(/\/ipconfigurations\/[^/]+$/, ''),
  id: id.replace(/\/ipConfigurations\/[^/]+$/i, ''),
  at,
})

const memberGap = ({ at }: PoolAddress): Gap =>
  gap('backend-not-read', 'a backend address belongs to no interface that was read', at)

/** Places by the pools and NAT rules that they name themselves. */
type NamedPlaces = ReadonlyMap<ArmKey, readonly Place[]>
function namedPlaces(places: Iterable<Place>): NamedPlaces {
  const named = new Map<ArmKey, Place[]>()
  for (const place of places)
    for (const { key } of [
      ...place.configuration.balancerPools,
      ...place.configuration.inboundNatRules,
      ...place.configuration.inboundNatPools,
    ]) {
      const known = named.get(key)
      if (known) known.push(place)
      else named.set(key, [place])
    }
  return named
}

/** An interface that names a balancer which was not read may be published by it. */
function noteTraces({ interfaces }: Linking, balancers: readonly LoadBalancer[]): void {
  const known = new Set(balancers.map(({ key }) => key))
  const gaps = new Map<ArmKey, Gap>()
  for (const { record, traces } of interfaces.all) {
    const unread = new Map<ArmKey, Reference>()
    for (const one of record.ipConfigurations)
      for (const reference of [
        ...one.balancerPools,
        ...one.inboundNatRules,
        ...one.inboundNatPools,
      ]) {
        const key = reference.key.replace(/(\/loadbalancers\/[^/]+)\/.*$/, '$1')
        if (!known.has(key)) unread.set(key, reference)
      }
    for (const [key, { id, at }] of unread) {
      const made = gaps.get(key) ?? traceGap(id, at, key)
      gaps.set(key, made)
      traces.push(made)
    }
  }
}

const traceGap = (id: string, at: Gap['source'], key: ArmKey): Gap =>
  gap(
    'front-not-read',
    `a load balancer that may publish this was not given (${id}): add the output of \`az network lb list\``,
    at,
    key,
  )

function remember<V>(make: (key: string) => V): (key: string) => V {
  const known = new Map<string, V>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const made = make(key)
    known.set(key, made)
    return made
  }
}
