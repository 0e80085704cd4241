/** Routes of the reply and network security groups, with the tags that both speak of. */
import { cidr, isIn, isInAny } from './address.ts'
import {
  both,
  child,
  type Destination,
  find,
  type Group,
  key,
  list,
  type Node,
  networkOf,
  type Seat,
  subnetOf,
  text,
  type World,
} from './azure-world.ts'
import { type Answer, allOf, anyOf, firstMatch, type Packet, telling } from './packet.ts'

// ---- routes ----
export function replyRoute(world: World, seat: Seat, client: string): Answer {
  const { next } = nextHop(world, seat, client)
  if (next === 'internet') return 'yes'
  return next === 'none' || next === 'vnetlocal' ? 'no' : 'unknown'
}

/** Replies to the network's own and to peered prefixes never leave, unless a user's route says so. */
export const staysInside = (world: World, seat: Seat, client: string): boolean => {
  const { next, isOwn } = nextHop(world, seat, client)
  return isOwn && next === 'vnetlocal'
}

/** Azure's own default route leads to the internet; the longest prefix decides, the user's before Azure's own. */
function nextHop(
  world: World,
  seat: Seat,
  client: string,
): { readonly next: string; readonly isOwn: boolean } {
  const id = key(child(seat.configuration, 'subnet'))
  let [longest, next, isOwn] = [0, 'internet', false]
  const offer = (block: string, hop: string, wins: 'ties' | 'loses ties'): void => {
    if (!isIn(client, block)) return
    const { length } = cidr(block)
    if (length < longest || (length === longest && wins !== 'ties')) return
    ;[longest, next, isOwn] = [length, hop, wins !== 'ties']
  }
  const network = networkOf(world, id)
  if (network)
    for (const block of [...prefixesOf(network), ...peeredPrefixes(network)])
      offer(block, 'vnetlocal', 'loses ties')
  if (tableOf(world, id) === 'unknown') return { next: 'unknown', isOwn }
  for (const route of userRoutes(world, id))
    offer(text(route, 'addressPrefix'), text(route, 'nextHopType').toLowerCase(), 'ties')
  return { next, isOwn }
}

/** Where no table at all is given none is taken for there: Azure's default admits. One missing among others is unknown. */
function tableOf(world: World, subnet: string): Node | 'none' | 'unknown' {
  const reference = child(subnetOf(world, subnet) ?? {}, 'routeTable')
  const table = reference && find(world.tables, key(reference))
  if (table) return table
  return reference && world.tables.state !== 'absent' ? 'unknown' : 'none'
}

function userRoutes(world: World, subnet: string): readonly Node[] {
  const table = tableOf(world, subnet)
  return typeof table === 'string' ? [] : list(table, 'routes')
}

const prefixesOf = (network: Node): readonly string[] =>
  (child(network, 'addressSpace')?.['addressPrefixes'] as readonly string[] | undefined) ?? []
const peeredPrefixes = (network: Node): readonly string[] =>
  list(network, 'virtualNetworkPeerings')
    .filter((peering) => text(peering, 'peeringState') === 'Connected')
    .flatMap(
      (peering) =>
        (child(peering, 'remoteAddressSpace')?.['addressPrefixes'] as
          | readonly string[]
          | undefined) ?? [],
    )

// ---- network security groups ----
export interface Inner extends Packet {
  readonly sourcePort: number
}

export function clientPorts(packet: Packet, groups: readonly Group[]): readonly number[] {
  if (packet.sourcePort !== null) return [packet.sourcePort]
  const ranges = groups.flatMap((group) =>
    typeof group === 'string'
      ? []
      : list(group, 'securityRules').flatMap((rule) =>
          both(rule, 'sourcePortRange', 'sourcePortRanges').map(rangeOf),
        ),
  )
  return telling(ranges, 0, 65_535)
}

export function groupAdmits(world: World, group: Node, to: Destination, packet: Inner): Answer {
  const rules = [...list(group, 'securityRules'), ...defaultRules]
    .filter((rule) => text(rule, 'direction') === 'Inbound')
    .sort((a, b) => Number(a['priority']) - Number(b['priority']))
  return firstMatch(
    rules,
    (rule) => ruleMatches(world, rule, to, packet),
    (rule) => (text(rule, 'access') === 'Allow' ? 'yes' : 'no'),
    'no',
  )
}

/** What stands at the end of every group, printed or not. */
const defaultRules: readonly Node[] = [
  ['Allow', 65_000, 'VirtualNetwork', 'VirtualNetwork'],
  ['Allow', 65_001, 'AzureLoadBalancer', '*'],
  ['Deny', 65_500, '*', '*'],
].map(([access, priority, sourceAddressPrefix, destinationAddressPrefix]) => ({
  access,
  priority,
  sourceAddressPrefix,
  destinationAddressPrefix,
  direction: 'Inbound',
  protocol: '*',
  sourcePortRange: '*',
  destinationPortRange: '*',
}))

export function ruleMatches(world: World, rule: Node, to: Destination, packet: Inner): Answer {
  return allOf([
    protocolAndPort(rule, packet),
    comesFrom(world, rule, to, packet),
    goesTo(world, rule, to),
  ])
}

export function protocolAndPort(rule: Node, packet: Inner): Answer {
  const protocol = text(rule, 'protocol').toLowerCase()
  const ports = both(rule, 'destinationPortRange', 'destinationPortRanges').map(rangeOf)
  const clients = both(rule, 'sourcePortRange', 'sourcePortRanges').map(rangeOf)
  if (packet.transport === 'tcp' || packet.transport === 'udp')
    return (protocol === '*' || protocol === packet.transport) &&
      within(ports, packet.port) &&
      within(clients, packet.sourcePort)
      ? 'yes'
      : 'no'
  if (packet.transport === 'icmp' && protocol === 'icmp') return 'yes'
  if (packet.transport === 'other' && protocol === numbered[packet.port]) return 'yes'
  if (protocol !== '*') return 'no'
  // Whether a rule for every protocol with a port speaks of ICMP too is not documented.
  if (ports.some(([from, to]) => from === 0 && to === 65_535)) return 'yes'
  return packet.transport === 'icmp' ? 'unknown' : 'no'
}

/** The protocols beside TCP, UDP and ICMP that a rule can name, by IANA's number. */
const numbered: Readonly<Record<number, string>> = { 50: 'esp', 51: 'ah' }

function rangeOf(range: string): readonly [number, number] {
  if (range === '*') return [0, 65_535]
  const [from = '', to = from] = range.split('-')
  return [Number(from), Number(to)]
}
const within = (ranges: readonly (readonly [number, number])[], port: number): boolean =>
  ranges.some(([from, to]) => from <= port && port <= to)

function comesFrom(world: World, rule: Node, { seat }: Destination, packet: Inner): Answer {
  // An application security group stands for its members' private addresses: no client on the internet is one.
  if (list(rule, 'sourceApplicationSecurityGroups').length > 0) return 'no'
  return anyOf(
    both(rule, 'sourceAddressPrefix', 'sourceAddressPrefixes').map((prefix) =>
      prefixHolds(world, prefix, seat, packet.source),
    ),
  )
}

function goesTo(world: World, rule: Node, { seat, front }: Destination): Answer {
  const groups = list(rule, 'destinationApplicationSecurityGroups').map(key)
  const inside = text(seat.configuration, 'privateIPAddress')
  if (groups.length > 0) {
    const member = list(seat.configuration, 'applicationSecurityGroups').some((own) =>
      groups.includes(key(own)),
    )
    return member ? (front === null ? 'yes' : 'unknown') : 'no'
  }
  return anyOf(
    both(rule, 'destinationAddressPrefix', 'destinationAddressPrefixes').map((prefix) => {
      if (isAnything(prefix)) return 'yes'
      const held = prefixHolds(world, prefix, seat, inside)
      if (front === null) return held
      // With floating IP the packet still bears the front's address; whether a rule for the interface's own holds is open.
      return anyOf([prefixHolds(world, prefix, seat, front), held === 'no' ? 'no' : 'unknown'])
    }),
  )
}

export const isAnything = (prefix: string): boolean => ['*', 'any'].includes(prefix.toLowerCase())

function prefixHolds(world: World, prefix: string, seat: Seat, address: string): Answer {
  if (isAnything(prefix)) return 'yes'
  if (/^[0-9a-f.:]+(\/\d+)?$/i.test(prefix)) return isIn(address, prefix) ? 'yes' : 'no'
  switch (prefix.toLowerCase()) {
    case 'virtualnetwork':
      return inVirtualNetwork(world, seat, address)
    case 'internet':
      return opposite[inVirtualNetwork(world, seat, address)]
    case 'azureloadbalancer':
      return isIn(address, '168.63.129.16/32') ? 'yes' : 'no'
    default:
      return 'unknown'
  }
}
const opposite: Readonly<Record<Answer, Answer>> = { yes: 'no', no: 'yes', unknown: 'unknown' }

const privateSpace = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7']

function inVirtualNetwork(world: World, seat: Seat, address: string): Answer {
  const id = key(child(seat.configuration, 'subnet'))
  const network = networkOf(world, id)
  // What no document tells of is taken for an ordinary network: of private addresses.
  if (network === null)
    return isInAny(address, [...privateSpace, '168.63.129.16/32']) ? 'yes' : 'no'
  const routed = userRoutes(world, id).map((route) => text(route, 'addressPrefix'))
  const certain = [
    ...prefixesOf(network),
    ...peeredPrefixes(network),
    '168.63.129.16/32',
    ...routed.filter((block) => cidr(block).length > 0),
  ]
  const defaults = routed.filter((block) => cidr(block).length === 0)
  if (isInAny(address, certain)) return 'yes'
  const mayHold = tableOf(world, id) === 'unknown' || isInAny(address, defaults)
  return world.reading === 'default route counts' && mayHold ? 'yes' : 'no'
}
