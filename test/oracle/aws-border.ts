/** From the internet to a subnet and back: block public access, gateway, routes, access lists. */
import { cidr, isIn } from './address.ts'
import type {
  AclEntry,
  InternetGateway,
  NetworkAcl,
  NetworkInterface,
  Route,
  RouteTable,
} from './aws-documents.ts'
import type { World } from './aws-world.ts'
import { type Answer, allOf, anyOf, firstMatch, type Packet, telling } from './packet.ts'

// ---- an interface with an address of its own ----
/** From the internet through the gateway into the interface's subnet, and the reply back out. */
export function fromInternet(world: World, card: NetworkInterface, packet: Packet): Answer {
  return allOf([
    publicAccess(world, card),
    hasGateway(world, card.VpcId),
    replyRoute(world, card, packet.source),
    borderAdmits(world, card.SubnetId, packet),
  ])
}

/** VPC block public access: ahead of everything, but for what an exclusion leaves alone. */
function publicAccess(world: World, card: NetworkInterface): Answer {
  const mode = world.block?.InternetGatewayBlockMode ?? 'off'
  if (mode === 'off') return 'yes'
  const excluded = world.exclusions.items.some(
    ({ InternetGatewayExclusionMode, ResourceArn, State }) =>
      InternetGatewayExclusionMode === 'allow-bidirectional' &&
      (State === 'create-complete' || State === 'update-complete') &&
      (ResourceArn.endsWith(`:vpc/${card.VpcId}`) ||
        ResourceArn.endsWith(`:subnet/${card.SubnetId}`)),
  )
  return excluded ? 'yes' : 'no'
}

/** Nothing comes in from the internet without a gateway on the network, wherever replies would be routed. */
function hasGateway(world: World, vpc: string): Answer {
  if (world.gateways.items.some((gateway) => isAttached(gateway, vpc))) return 'yes'
  return world.gateways.state === 'complete' ? 'no' : 'unknown'
}

const isAttached = ({ Attachments }: InternetGateway, vpc: string): boolean =>
  Attachments.some(
    ({ VpcId, State }) => VpcId === vpc && (State === 'available' || State === 'attached'),
  )

/** The reply must find its way to the internet gateway of its own network. */
function replyRoute(world: World, card: NetworkInterface, client: string): Answer {
  const table = tableOf(world, card)
  if (table === 'unknown') return 'unknown'
  if (table === 'none') return 'no'
  let best: Route | null = null
  let longest = -1
  for (const route of table.Routes) {
    const block = route.DestinationCidrBlock ?? route.DestinationIpv6CidrBlock
    if (block === undefined || !isIn(client, block)) continue
    if (cidr(block).length > longest) [best, longest] = [route, cidr(block).length]
  }
  if (best === null || best.State !== 'active') return 'no'
  if (best.NatGatewayId || best.VpcPeeringConnectionId || best.EgressOnlyInternetGatewayId)
    return 'no'
  if (best.NetworkInterfaceId || best.TransitGatewayId) return 'unknown'
  const next = best.GatewayId ?? ''
  if (next === 'local') return 'no'
  if (!next.startsWith('igw-')) return 'unknown'
  const gateway = world.gateways.items.find(({ InternetGatewayId }) => InternetGatewayId === next)
  // A network has one gateway at most: where another stands, one that is not known is not its own.
  if (gateway === undefined) return hasGateway(world, card.VpcId) === 'unknown' ? 'unknown' : 'no'
  return isAttached(gateway, card.VpcId) ? 'yes' : 'no'
}

/** A network's own addresses, by its local routes and its own document; the reply to them stays inside. */
export function staysInside(world: World, vpc: string, client: string): boolean {
  const local = world.tables.items
    .filter(({ VpcId }) => VpcId === vpc)
    .flatMap(({ Routes }) => Routes.filter(({ GatewayId }) => GatewayId === 'local'))
    .flatMap(({ DestinationCidrBlock: ip4, DestinationIpv6CidrBlock: ip6 }) => [
      ...(ip4 ? [ip4] : []),
      ...(ip6 ? [ip6] : []),
    ])
  return [...local, ...(world.networks.get(vpc) ?? [])].some((block) => isIn(client, block))
}

function tableOf(world: World, card: NetworkInterface): RouteTable | 'none' | 'unknown' {
  const { items, state } = world.tables
  const own = items.find((table) =>
    table.Associations.some(({ SubnetId }) => SubnetId === card.SubnetId),
  )
  if (own) return own
  if (state !== 'complete') return 'unknown'
  const main = items.find(
    (table) => table.VpcId === card.VpcId && table.Associations.some(({ Main }) => Main),
  )
  return main ?? 'none'
}

// ---- network access lists: numbered, first match, no memory of connections ----
function borderAdmits(world: World, subnet: string, packet: Packet): Answer {
  const acl = aclOf(world, subnet)
  // The cloud's default list admits everything, and that is what a missing document stands for.
  if (acl === null) return 'yes'
  const enters = aclAdmits(acl, false, packet.source, packet.transport, packet.port)
  return allOf([
    enters,
    anyOf(
      clientPorts(packet, [acl]).map((port) =>
        replyLeaves(acl, packet.source, packet.transport, packet.port, port),
      ),
    ),
  ])
}

export const aclOf = (world: World, subnet: string): NetworkAcl | null =>
  world.acls.items.find((acl) => acl.Associations.some(({ SubnetId }) => SubnetId === subnet)) ??
  null

/** Clients choose among 1024 to 65535; only the ends of the lists' port ranges can make a difference. */
export function clientPorts(packet: Packet, acls: readonly NetworkAcl[]): readonly number[] {
  if (packet.sourcePort !== null) return [packet.sourcePort]
  const ranges = acls.flatMap((acl) =>
    acl.Entries.flatMap(({ PortRange }): (readonly [number, number])[] =>
      PortRange ? [[PortRange.From, PortRange.To]] : [],
    ),
  )
  return telling(ranges, 1024, 65_535)
}

function replyLeaves(
  acl: NetworkAcl,
  client: string,
  transport: Packet['transport'],
  port: number,
  clientPort: number,
): Answer {
  switch (transport) {
    case 'tcp':
    case 'udp':
      return aclAdmits(acl, true, client, transport, clientPort)
    case 'icmp': // echo request 8 is answered by echo reply 0; the rest needs no answer
      return port >> 8 === 8 ? aclAdmits(acl, true, client, 'icmp', 0) : 'yes'
    case 'icmpv6': // 128 by 129
      return port >> 8 === 128 ? aclAdmits(acl, true, client, 'icmpv6', 129 * 256) : 'yes'
    case 'other':
      return aclAdmits(acl, true, client, 'other', port)
  }
}

export function aclAdmits(
  acl: NetworkAcl,
  egress: boolean,
  peer: string,
  transport: Packet['transport'],
  port: number,
): Answer {
  const entries = acl.Entries.filter(({ Egress }) => Egress === egress).sort(
    (a, b) => a.RuleNumber - b.RuleNumber,
  )
  return firstMatch(
    entries,
    (entry) => (entryMatches(entry, peer, transport, port) ? 'yes' : 'no'),
    (entry) => (entry.RuleAction === 'allow' ? 'yes' : 'no'),
    'no',
  )
}

function entryMatches(
  entry: AclEntry,
  peer: string,
  transport: Packet['transport'],
  port: number,
): boolean {
  const block = entry.CidrBlock ?? entry.Ipv6CidrBlock
  if (block === undefined || !isIn(peer, block)) return false
  if (entry.Protocol === '-1') return true
  if (!isProtocol(entry.Protocol, transport, port)) return false
  if (transport === 'tcp' || transport === 'udp')
    return !entry.PortRange || (entry.PortRange.From <= port && port <= entry.PortRange.To)
  if (transport === 'other') return true
  const { Type, Code } = entry.IcmpTypeCode ?? { Type: -1, Code: -1 }
  return (Type === -1 || Type === port >> 8) && (Code === -1 || Code === (port & 255))
}

export function isProtocol(name: string, transport: Packet['transport'], port: number): boolean {
  switch (transport) {
    case 'tcp':
      return name === 'tcp' || name === '6'
    case 'udp':
      return name === 'udp' || name === '17'
    case 'icmp':
      return name === 'icmp' || name === '1'
    case 'icmpv6':
      return name === 'icmpv6' || name === '58'
    case 'other':
      return name === String(port)
  }
}
