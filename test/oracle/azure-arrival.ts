/** What every way has in common behind the public address. */
import { clientPorts, groupAdmits, replyRoute } from './azure-groups.ts'
import {
  child,
  type Destination,
  find,
  type Group,
  key,
  list,
  type Node,
  type Seat,
  subnetOf,
  type World,
} from './azure-world.ts'
import { type Answer, allOf, anyOf, type Packet } from './packet.ts'

/** What every way has in common behind the address: the reply's route and the groups of subnet and interface. */
export function arrives(
  world: World,
  destination: Destination,
  sku: string,
  packet: Packet,
  port: number,
): Answer {
  const { card } = destination.seat
  const [own, subnets] = [groupOfCard(world, card), groupOfSubnet(world, destination.seat)]
  const filters = [subnets, own]
  const inner = { ...packet, port }
  if (filters.every((group) => group === 'none'))
    return allOf([
      sku === 'basic' ? 'yes' : 'no',
      replyRoute(world, destination.seat, packet.source),
    ])
  return allOf([
    replyRoute(world, destination.seat, packet.source),
    anyOf(
      clientPorts(packet, filters).map((sourcePort) =>
        allOf(
          filters.map((group) => {
            if (group === 'none') return 'yes'
            if (group === 'unknown') return 'unknown'
            return groupAdmits(world, group, destination, { ...inner, sourcePort })
          }),
        ),
      ),
    ),
  ])
}

export function groupOfCard(world: World, card: Node): Group {
  const reference = child(card, 'networkSecurityGroup')
  return reference ? (find(world.groups, key(reference)) ?? 'unknown') : 'none'
}

export function groupOfSubnet(world: World, seat: Seat): Group {
  const id = key(child(seat.configuration, 'subnet'))
  const subnet = subnetOf(world, id)
  if (subnet) {
    const reference = child(subnet, 'networkSecurityGroup')
    return reference ? (find(world.groups, key(reference)) ?? 'unknown') : 'none'
  }
  const told = world.groups.items.find((group) =>
    list(group, 'subnets').some((own) => key(own) === id),
  )
  return told ?? 'unknown'
}
