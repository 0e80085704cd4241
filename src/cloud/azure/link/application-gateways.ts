/** Application gateways end the client's connection and make their own to the backend. */

import { all as everyAddress } from '../../../model/address-set.ts'
import type { Leg, PortMapping } from '../../../model/estate.ts'
import { type Gap, gap } from '../../../model/gap.ts'
import { isPort, ports as portsOf } from '../../../model/port-set.ts'
import type { ResourceId } from '../../../model/resource.ts'
import { type TransportPorts, transportPorts, unionPorts } from '../../../model/traffic-set.ts'
import { type ArmKey, parentOf } from '../arm-id.ts'
import { resourceOf } from '../resource-kind.ts'
import {
  type ApplicationGateway,
  applicationGateways,
  type GatewayPool,
  type Listener,
  type RoutingRule,
} from '../resources/application-gateway.ts'
import type { Balancers } from './balancers.ts'
import {
  entryOf,
  familiesOf,
  frontOf,
  frontSender,
  frontTarget,
  joinBarriers,
  type Linking,
  mappingStore,
  networkOf,
  pathToFront,
  placeOf,
  subnetOf,
} from './fronts.ts'
import { clients, type Place } from './interfaces.ts'
import { type Onward, onwardAt, onwardTo } from './onward.ts'
import { barrierOf } from './public-addresses.ts'
import { notReadKinds } from './world.ts'

/** Links all gateways; returns the network security groups that stand before each, as targets. */
export function linkApplicationGateways(
  linking: Linking,
  balancers: Balancers,
): readonly { readonly target: ResourceId; readonly groups: readonly ResourceId[] }[] {
  const { world, interfaces } = linking
  const gateways = [...world.draft.all(applicationGateways).values()]
  const named = new Map<ArmKey, Place[]>()
  for (const place of interfaces.byConfiguration.values())
    for (const { key } of place.configuration.gatewayPools)
      named.set(key, [...(named.get(key) ?? []), place])
  noteTraces(linking, new Set(gateways.map(({ key }) => key)))
  return gateways.flatMap((gateway) => linkGateway(gateway, named, linking, balancers))
}

function linkGateway(
  gateway: ApplicationGateway,
  named: ReadonlyMap<ArmKey, readonly Place[]>,
  linking: Linking,
  balancers: Balancers,
): readonly { readonly target: ResourceId; readonly groups: readonly ResourceId[] }[] {
  const { world, addresses, chains } = linking
  const chain = chains.of(gateway.subnet, null, 'inside')
  const sender = frontSender(subnetOf(world, gateway.subnet))
  const resource = resourceOf('application-gateway', gateway)
  const store = mappingStore()
  const listening: Leg = {
    stages: chain.stages,
    destination: null,
    scope: chain.scope,
    sender: clients,
  }
  for (const frontend of gateway.frontends) {
    const own = addresses.ofFrontend(frontend)
    if (!own) continue
    const families = familiesOf(own.known?.family ?? 4)
    const entry = entryOf(own, frontOf('application-gateway', gateway))
    const ways = waysOf(gateway, frontend.key, named, linking, balancers, sender)
    for (const { onward, parts } of ways.members.values()) {
      onward.place.nic.hasFront = true
      const key = parts.map((part) => `${part.rule.name}|${part.listener.key}|${part.to}`).join('#')
      const mappings = store(key, () => parts.flatMap((part) => mappingOf(gateway, part)))
      world.paths.push({
        target: onward.place.nic.resource.key,
        entry,
        families,
        legs: [listening, ...onward.legs],
        mappings: [mappings, ...onward.mappings],
        ports: null,
        barrier: barrierOf(joinBarriers([chain, onward.chain]), own),
        gaps: own.gaps,
      })
    }
    frontTarget(world, resource, gateway.at, chain.groups)
    for (const [ports, gaps] of [
      [ways.ends, []],
      [ways.unread, ways.gaps],
    ] as const) {
      if (ports.tcp.length === 0) continue
      world.paths.push(
        pathToFront({
          resource,
          entry,
          families,
          stages: chain.stages,
          scope: chain.scope,
          ports,
          barrier: barrierOf(joinBarriers([chain]), own),
          gaps: [...own.gaps, ...gaps],
        }),
      )
    }
  }
  return world.targets.has(resource.key) && chain.groups !== 'unknown'
    ? [{ target: resource.key, groups: chain.groups }]
    : []
}

interface WayPart {
  readonly rule: RoutingRule
  readonly listener: Listener
  readonly port: number
  readonly to: number
}
interface Ways {
  readonly members: ReadonlyMap<
    string,
    { readonly onward: Onward; readonly parts: readonly WayPart[] }
  >
  /** Listeners that answer themselves. */
  readonly ends: TransportPorts
  /** Listeners with backends that were not read. */
  readonly unread: TransportPorts
  readonly gaps: readonly Gap[]
}

function waysOf(
  gateway: ApplicationGateway,
  frontend: ArmKey,
  named: ReadonlyMap<ArmKey, readonly Place[]>,
  linking: Linking,
  balancers: Balancers,
  sender: Leg['sender'],
): Ways {
  const members = new Map<string, { onward: Onward; parts: WayPart[] }>()
  const gaps = new Map<string, Gap>()
  let ends = transportPorts({})
  let unread = transportPorts({})
  const network = gateway.subnet && networkOf(gateway.subnet.key)
  const pools = new Map(gateway.pools.map((pool) => [pool.key, pool]))
  for (const listener of gateway.listeners) {
    const { port } = listener
    if (listener.frontend !== frontend) continue
    if (!isPort(port)) {
      linking.world.note(
        gap(
          'listener-port-unknown',
          `the port of listener ${listener.name} is not printed`,
          listener.at,
        ),
      )
      continue
    }
    const opened = transportPorts({ tcp: portsOf(port) })
    const rules = gateway.rules.filter((rule) => rule.listener === listener.key)
    let reached = 0
    for (const rule of rules)
      for (const way of rule.ways) {
        const pool = pools.get(way.pool)
        const found = pool
          ? backendsOf(pool, named, linking, balancers, network, sender)
          : noBackends
        for (const one of found.gaps) gaps.set(one.key, one)
        if (found.gaps.length > 0 || !isPort(way.port)) unread = unionPorts(unread, opened)
        if (!isPort(way.port)) continue
        for (const onward of found.onward) {
          reached++
          const key = `${onward.place.configuration.key}|${onward.legs.length}`
          const known = members.get(key) ?? { onward, parts: [] }
          known.parts.push({ rule, listener, port, to: way.port })
          members.set(key, known)
        }
      }
    // A redirect, and a listener without a backend, are answered by the gateway itself.
    if (reached === 0 || rules.some(({ redirects }) => redirects)) ends = unionPorts(ends, opened)
  }
  return { members, ends, unread, gaps: [...gaps.values()] }
}

const noBackends = { onward: [], gaps: [] }

function backendsOf(
  pool: GatewayPool,
  named: ReadonlyMap<ArmKey, readonly Place[]>,
  linking: Linking,
  balancers: Balancers,
  network: ArmKey | null,
  sender: Leg['sender'],
): { readonly onward: readonly Onward[]; readonly gaps: readonly Gap[] } {
  const onward: Onward[] = (named.get(pool.key) ?? []).map((place) =>
    onwardTo(place, sender, linking),
  )
  const gaps: Gap[] = []
  for (const reference of pool.configurations) {
    const place = placeOf(reference.key, linking)
    if (place) onward.push(onwardTo(place, sender, linking))
    else
      gaps.push(
        linking.world.notRead(
          { key: parentOf(reference.key), id: parentOf(reference.id), at: reference.at },
          notReadKinds.interface,
        ),
      )
  }
  for (const { address, fqdn, at } of pool.addresses) {
    const found = address ? onwardAt(address, network, sender, linking, balancers) : []
    onward.push(...found)
    if (found.length === 0)
      gaps.push(
        gap(
          'backend-not-read',
          fqdn === null
            ? 'a backend address belongs to no interface that was read'
            : `where the backend ${JSON.stringify(fqdn)} leads is not known`,
          at,
        ),
      )
  }
  const distinct = new Map(
    onward.map((one) => [`${one.place.configuration.key}|${one.legs.length}`, one]),
  )
  return { onward: [...distinct.values()], gaps }
}

function mappingOf(
  gateway: ApplicationGateway,
  { rule, port, to }: WayPart,
): readonly PortMapping[] {
  return [
    {
      transport: 'tcp',
      ports: portsOf(port),
      to,
      sources: null,
      because: { filter: gateway.id, rule: rule.name, set: everyAddress, source: rule.at },
    },
  ]
}

function noteTraces({ interfaces }: Linking, known: ReadonlySet<ArmKey>): void {
  const gaps = new Map<ArmKey, Gap>()
  for (const { record, traces } of interfaces.all)
    for (const { gatewayPools } of record.ipConfigurations)
      for (const { key, id, at } of gatewayPools) {
        const gateway = parentOf(key)
        if (known.has(gateway)) continue
        const made =
          gaps.get(gateway) ??
          gap(
            'front-not-read',
            `an application gateway that may publish this was not given (${parentOf(id)}): add the output of \`az network application-gateway list\``,
            at,
            gateway,
          )
        gaps.set(gateway, made)
        if (!traces.includes(made)) traces.push(made)
      }
}
