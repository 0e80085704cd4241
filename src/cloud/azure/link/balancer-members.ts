/** Who is behind the frontends of load balancers: by pool, by address, by inbound NAT, and which ports lead there. */
import { all as everyAddress } from '../../../model/address-set.ts'
import type { PortMapping } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { type PortSet, ports as portsOf } from '../../../model/port-set.ts'
import { type TransportPorts, transportPorts, unionPorts } from '../../../model/traffic-set.ts'
import type { ArmKey } from '../arm-id.ts'
import type { Reference } from '../element.ts'
import type {
  BalancerRule,
  Frontend,
  LoadBalancer,
  PoolAddress,
} from '../resources/load-balancer.ts'
import type { Sku } from '../resources/public-ip-address.ts'
import { type Linking, mappingStore, networkOf, placeOf, placesAt } from './fronts.ts'
import type { Place } from './interfaces.ts'
import { notReadKinds } from './world.ts'

export interface Listening {
  readonly balancer: LoadBalancer
  readonly frontend: Frontend
}
export interface Member {
  readonly place: Place
  readonly mappings: readonly PortMapping[]
  readonly isFloating: boolean
  readonly arrival: Sku
  readonly gaps: readonly Gap[]
}

export interface FrontendMembers {
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

/** A function from a frontend to what is behind it, which works out each frontend once. */
export function membersBehind(
  linking: Linking,
  byFrontend: ReadonlyMap<ArmKey, Listening>,
): (frontend: ArmKey) => FrontendMembers {
  const named = namedPlaces(linking.interfaces.byConfiguration.values())
  const store = mappingStore()
  const known = new Map<ArmKey, FrontendMembers>()
  return (frontend) => {
    const before = known.get(frontend)
    if (before) return before
    const found = byFrontend.get(frontend)
    const made = found ? membersOf(found.balancer, frontend, linking, named, store) : noMembers
    known.set(frontend, made)
    return made
  }
}

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

/** Where one rule leads. */
interface Destinations {
  readonly places: readonly { readonly place: Place; readonly ports: PortSet | null }[]
  /** Frontends of other balancers (cross-region). */
  readonly frontends: readonly Reference[]
  readonly gaps: readonly Gap[]
}
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
