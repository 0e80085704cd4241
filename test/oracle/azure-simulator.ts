/**
 * Whether one packet gets in, walked gate by gate over Azure's own JSON (Resource Manager's form, the `az` command's and
 * Resource Graph's): plain loops and first match, no sets. It shares nothing with the product.
 */
import { isIn } from './address.ts'
import { arrives, groupOfCard, groupOfSubnet } from './azure-arrival.ts'
import { balancerWays } from './azure-balanced.ts'
import {
  clientPorts,
  groupAdmits,
  type Inner,
  isAnything,
  protocolAndPort,
  ruleMatches,
  staysInside,
} from './azure-groups.ts'
import {
  both,
  child,
  type Destination,
  find,
  gather,
  key,
  list,
  type Node,
  readings,
  seats,
  skuOf,
  text,
  type World,
} from './azure-world.ts'
import type { Dormant, Oracle, Way } from './oracle.ts'
import { type Answer, anyOf, type NamedDocument, type Packet } from './packet.ts'

export function azureOracle(documents: readonly NamedDocument[]): Oracle {
  const known = gather(documents)
  const [first = [], second = []] = readings.map((reading) => {
    const world = { ...known, reading }
    return [...directWays(world), ...balancerWays(world)]
  })
  const answer = (ways: readonly Way[], packet: Packet, target: string): Answer =>
    anyOf(
      ways
        .filter((way) => way.target === target && isIn(packet.destination, way.address))
        .map((way) => way.admits(packet)),
    )
  return {
    entries: first.map(({ address, target }) => ({ address, target })),
    rulesFor: (packet, target) => rulesFor(known, packet, target),
    isClient: (source, target) => {
      const world: World = { ...known, reading: 'default route does not count' }
      const seat = seats(world).find(({ card }) => text(card, 'id') === target)
      return seat === undefined || !staysInside(world, seat, source)
    },
    dormant: dormantGroups({ ...known, reading: 'default route does not count' }),
    // The tag means one thing in all rules at once: only where both readings end alike is the answer known.
    admits: (packet, target) => {
      const one = answer(first, packet, target)
      return one === answer(second, packet, target) ? one : 'unknown'
    },
  }
}

// ---- public addresses ----
function directWays(world: World): readonly Way[] {
  return seats(world).flatMap((seat): readonly Way[] => {
    const reference = child(seat.configuration, 'publicIPAddress')
    const outside = reference && find(world.publicAddresses, key(reference))
    if (!outside || text(outside, 'ipAddress') === '') return []
    const destination: Destination = { seat, front: null }
    return [
      {
        address: text(outside, 'ipAddress'),
        target: text(seat.card, 'id'),
        admits: (packet) => arrives(world, destination, skuOf(outside), packet, packet.port),
      },
    ]
  })
}

// ---- which rules ----
/** At an interface of its own address: the rule of each group that decides, for every source port by which a packet comes in. */
function rulesFor(
  known: Omit<World, 'reading'>,
  packet: Packet,
  target: string,
): readonly unknown[] {
  const world: World = { ...known, reading: 'default route does not count' }
  const seat = seats(world).find(({ card, configuration }) => {
    const reference = child(configuration, 'publicIPAddress')
    const outside = reference && find(world.publicAddresses, key(reference))
    const address = outside ? text(outside, 'ipAddress') : ''
    return text(card, 'id') === target && address !== '' && isIn(packet.destination, address)
  })
  if (!seat) return []
  const destination: Destination = { seat, front: null }
  const filters = [groupOfSubnet(world, seat), groupOfCard(world, seat.card)].filter(
    (group) => typeof group !== 'string',
  )
  return clientPorts(packet, filters).flatMap((sourcePort) => {
    const inner = { ...packet, sourcePort }
    if (filters.some((group) => groupAdmits(world, group, destination, inner) !== 'yes')) return []
    return filters.flatMap((group) => {
      const decides = list(group, 'securityRules')
        .filter((rule) => text(rule, 'direction') === 'Inbound')
        .sort((a, b) => Number(a['priority']) - Number(b['priority']))
        .find((rule) => ruleMatches(world, rule, destination, inner) === 'yes')
      return decides && text(decides, 'access') === 'Allow' ? [text(decides, 'id')] : []
    })
  })
}

// ---- groups that stand before nothing ----
/** Only what the rules say alone: without an interface there is no network whose tags and routes could count. */
function dormantGroups(world: World): readonly Dormant[] {
  const used = new Set(
    [
      ...world.cards.items.map((card) => child(card, 'networkSecurityGroup')),
      ...world.networks.items.flatMap((network) =>
        list(network, 'subnets').map((subnet) => child(subnet, 'networkSecurityGroup')),
      ),
    ].map(key),
  )
  const complete = world.cards.state === 'complete' && world.networks.state === 'complete'
  return world.groups.items
    .filter(
      (group) =>
        !used.has(key(group)) &&
        list(group, 'networkInterfaces').length === 0 &&
        list(group, 'subnets').length === 0,
    )
    .map((group) => ({
      target: text(group, 'id'),
      verdicts: complete ? ['unattached'] : ['unattached', 'unknown'],
      admits: (source, packet) =>
        plainlyAllows(group, { ...packet, source, sourcePort: 40_000, destination: source })
          ? 'yes'
          : 'no',
    }))
}

/** The first rules are allows of every source and destination that say so with `*`: nobody could read them otherwise. */
function plainlyAllows(group: Node, packet: Inner): boolean {
  const first = list(group, 'securityRules')
    .filter((rule) => text(rule, 'direction') === 'Inbound')
    .sort((a, b) => Number(a['priority']) - Number(b['priority']))
    .find((rule) => protocolAndPort(rule, packet) !== 'no')
  return (
    first !== undefined &&
    protocolAndPort(first, packet) === 'yes' &&
    text(first, 'access') === 'Allow' &&
    both(first, 'sourceAddressPrefix', 'sourceAddressPrefixes').some(isAnything) &&
    both(first, 'destinationAddressPrefix', 'destinationAddressPrefixes').some(isAnything)
  )
}
