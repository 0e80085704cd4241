/**
 * Whether one packet gets in, walked gate by gate over Azure's own JSON (Resource Manager's form, the `az` command's and
 * Resource Graph's): plain loops and first match, no sets. It shares nothing with the product.
 */
import { cidr, isIn, isInAny } from './address.ts'
import type { Dormant, Entry, Oracle } from './aws-simulator.ts'
import {
  type Answer,
  allOf,
  anyOf,
  firstMatch,
  type NamedDocument,
  type Packet,
  telling,
} from './packet.ts'

type Node = { readonly [member: string]: unknown }

interface World {
  readonly groups: Found
  readonly cards: Found
  readonly publicAddresses: Found
  readonly networks: Found
  readonly tables: Found
  readonly balancers: Found
  readonly reading: Reading
}
/** Whether `VirtualNetwork` takes in a default route of the subnet's table: Azure says that it may. */
type Reading = 'default route counts' | 'default route does not count'
const readings: readonly Reading[] = ['default route counts', 'default route does not count']

interface Found {
  readonly items: readonly Node[]
  readonly state: 'complete' | 'partial' | 'absent'
}

interface Way extends Entry {
  admits(packet: Packet): Answer
}

/** One address configuration of one interface: what a packet that has come in is measured against. */
interface Seat {
  readonly card: Node
  readonly configuration: Node
}

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
    dormant: dormantGroups({ ...known, reading: 'default route does not count' }),
    // The tag means one thing in all rules at once: only where both readings end alike is the answer known.
    admits: (packet, target) => {
      const one = answer(first, packet, target)
      return one === answer(second, packet, target) ? one : 'unknown'
    },
  }
}

// ---- the documents ----

function gather(documents: readonly NamedDocument[]): Omit<World, 'reading'> {
  const pages = documents.map(({ value }) => page(value))
  const collect = (type: string): Found => {
    const own = pages.filter(({ items }) => items.some((item) => typeOf(item) === type))
    return {
      items: own.flatMap(({ items }) => items.filter((item) => typeOf(item) === type)),
      state: own.length === 0 ? 'absent' : own.some(({ more }) => more) ? 'partial' : 'complete',
    }
  }
  return {
    groups: collect('networksecuritygroups'),
    cards: collect('networkinterfaces'),
    publicAddresses: collect('publicipaddresses'),
    networks: collect('virtualnetworks'),
    tables: collect('routetables'),
    balancers: collect('loadbalancers'),
  }
}

function page(value: unknown): { readonly items: readonly Node[]; readonly more: boolean } {
  if (Array.isArray(value)) return { items: value.map(flat), more: false }
  const { value: rest, data, nextLink, skip_token: token } = value as Node
  const items = (rest ?? data) as unknown[] | undefined
  return items
    ? { items: items.map(flat), more: Boolean(nextLink ?? token) }
    : { items: [flat(value)], more: false }
}

/** Members of `properties` stand beside the others, as the `az` command prints them. */
function flat(value: unknown): Node {
  const lift = (part: unknown): unknown => {
    if (Array.isArray(part)) return part.map(lift)
    if (typeof part !== 'object' || part === null) return part
    const { properties, ...rest } = part as Node
    const all = { ...rest, ...(typeof properties === 'object' ? properties : {}) }
    return Object.fromEntries(Object.entries(all).map(([member, own]) => [member, lift(own)]))
  }
  return lift(value) as Node
}

const typeOf = (item: Node): string =>
  (/\/providers\/[^/]+\/([^/]+)\/[^/]+$/i.exec(text(item, 'id'))?.[1] ?? '').toLowerCase()

const text = (node: Node, member: string): string => {
  const value = node[member]
  return value === undefined || value === null ? '' : String(value)
}
const list = (node: Node, member: string): readonly Node[] =>
  (node[member] as readonly Node[] | null | undefined) ?? []
const child = (node: Node, member: string): Node | null =>
  (node[member] as Node | null | undefined) ?? null
const key = (node: Node | null): string => (node ? text(node, 'id').toLowerCase() : '')
const find = ({ items }: Found, id: string): Node | null =>
  items.find((item) => key(item) === id) ?? null
/** A member that Azure prints in the singular, in the plural, or both. */
const both = (node: Node, one: string, many: string): readonly string[] => [
  ...(text(node, one) === '' ? [] : [text(node, one)]),
  ...((node[many] as readonly string[] | null | undefined) ?? []),
]

// ---- public addresses ----

const seats = (world: World): readonly Seat[] =>
  world.cards.items.flatMap((card) =>
    list(card, 'ipConfigurations').map((configuration) => ({ card, configuration })),
  )

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

const skuOf = (node: Node): string => text(child(node, 'sku') ?? {}, 'name').toLowerCase()

interface Destination {
  readonly seat: Seat
  /** The front's address where the packet keeps it (floating IP). */
  readonly front: string | null
}

/** What every way has in common behind the address: the reply's route and the groups of subnet and interface. */
function arrives(
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

type Group = Node | 'none' | 'unknown'

function groupOfCard(world: World, card: Node): Group {
  const reference = child(card, 'networkSecurityGroup')
  return reference ? (find(world.groups, key(reference)) ?? 'unknown') : 'none'
}

function groupOfSubnet(world: World, seat: Seat): Group {
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

const networkOf = (world: World, subnet: string): Node | null =>
  find(world.networks, subnet.replace(/\/subnets\/[^/]+$/, ''))
const subnetOf = (world: World, id: string): Node | null =>
  list(networkOf(world, id) ?? {}, 'subnets').find((subnet) => key(subnet) === id) ?? null

// ---- routes ----

/** Azure's own default route leads to the internet; the longest prefix decides, the user's before Azure's own. */
function replyRoute(world: World, seat: Seat, client: string): Answer {
  const id = key(child(seat.configuration, 'subnet'))
  let [longest, next] = [0, 'internet']
  const offer = (block: string, hop: string, wins: 'ties' | 'loses ties'): void => {
    if (!isIn(client, block)) return
    const { length } = cidr(block)
    if (length > longest || (length === longest && wins === 'ties')) [longest, next] = [length, hop]
  }
  const network = networkOf(world, id)
  if (network)
    for (const block of [...prefixesOf(network), ...peeredPrefixes(network)])
      offer(block, 'vnetlocal', 'loses ties')
  for (const route of userRoutes(world, id))
    offer(text(route, 'addressPrefix'), text(route, 'nextHopType').toLowerCase(), 'ties')
  if (next === 'internet') return 'yes'
  return next === 'none' || next === 'vnetlocal' ? 'no' : 'unknown'
}

/** A table that no document holds is taken for none: Azure's default admits. */
function userRoutes(world: World, subnet: string): readonly Node[] {
  const reference = child(subnetOf(world, subnet) ?? {}, 'routeTable')
  const table = reference && find(world.tables, key(reference))
  return table ? list(table, 'routes') : []
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

interface Inner extends Packet {
  readonly sourcePort: number
}

function clientPorts(packet: Packet, groups: readonly Group[]): readonly number[] {
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

function groupAdmits(world: World, group: Node, to: Destination, packet: Inner): Answer {
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

function ruleMatches(world: World, rule: Node, to: Destination, packet: Inner): Answer {
  return allOf([
    protocolAndPort(rule, packet),
    comesFrom(world, rule, to, packet),
    goesTo(world, rule, to),
  ])
}

function protocolAndPort(rule: Node, packet: Inner): Answer {
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
      // With floating IP the packet still bears the front's address; the documents do not settle which of the two counts.
      return held === prefixHolds(world, prefix, seat, front) ? held : 'unknown'
    }),
  )
}

const isAnything = (prefix: string): boolean => ['*', 'any'].includes(prefix.toLowerCase())

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
  return world.reading === 'default route counts' && isInAny(address, defaults) ? 'yes' : 'no'
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

// ---- load balancers: the client's address stays, the port may change ----

function balancerWays(world: World): readonly Way[] {
  return world.balancers.items.flatMap((balancer) => [
    ...list(balancer, 'inboundNatRules').flatMap((rule) =>
      seats(world)
        .filter(({ configuration }) => natTargets(rule, configuration))
        .flatMap((seat) => balancedWays(world, balancer, rule, seat)),
    ),
    ...list(balancer, 'loadBalancingRules').flatMap((rule) =>
      seats(world)
        .filter((seat) => poolsOf(rule).some((pool) => inPool(world, balancer, pool, seat)))
        .flatMap((seat) => balancedWays(world, balancer, rule, seat)),
    ),
  ])
}

const natTargets = (rule: Node, configuration: Node): boolean =>
  key(child(rule, 'backendIPConfiguration')) === key(configuration) ||
  list(configuration, 'loadBalancerInboundNatRules').some((own) => key(own) === key(rule))

const poolsOf = (rule: Node): readonly string[] => [
  ...new Set([
    ...(child(rule, 'backendAddressPool') ? [key(child(rule, 'backendAddressPool'))] : []),
    ...list(rule, 'backendAddressPools').map(key),
  ]),
]

function inPool(world: World, balancer: Node, id: string, { configuration }: Seat): boolean {
  const pool = list(balancer, 'backendAddressPools').find((own) => key(own) === id)
  const subnet = key(child(configuration, 'subnet'))
  return (
    list(configuration, 'loadBalancerBackendAddressPools').some((own) => key(own) === id) ||
    list(pool ?? {}, 'backendIPConfigurations').some((own) => key(own) === key(configuration)) ||
    list(pool ?? {}, 'loadBalancerBackendAddresses').some(
      (own) =>
        text(own, 'ipAddress') === text(configuration, 'privateIPAddress') &&
        subnet.startsWith(`${key(child(own, 'virtualNetwork'))}/`) &&
        networkOf(world, subnet) !== null,
    )
  )
}

function balancedWays(world: World, balancer: Node, rule: Node, seat: Seat): readonly Way[] {
  const front = list(balancer, 'frontendIPConfigurations').find(
    (own) => key(own) === key(child(rule, 'frontendIPConfiguration')),
  )
  const reference = front && child(front, 'publicIPAddress')
  const outside = reference && find(world.publicAddresses, key(reference))
  if (!outside || text(outside, 'ipAddress') === '') return []
  const address = text(outside, 'ipAddress')
  const floating = rule['enableFloatingIP'] === true
  return [
    {
      address,
      target: text(seat.card, 'id'),
      admits: (packet) =>
        packet.transport === text(rule, 'protocol').toLowerCase() &&
        packet.port === Number(rule['frontendPort'])
          ? arrives(
              world,
              { seat, front: floating ? address : null },
              skuOf(balancer),
              packet,
              Number(rule['backendPort']),
            )
          : 'no',
    },
  ]
}
