/**
 * Whether one packet gets in, walked gate by gate over AWS's own JSON: plain loops, first match, any match, no sets.
 * It follows Amazon's documentation and shares nothing with the product, so that a disagreement shows a fault of one of them.
 */
import { cidr, ip, isIn } from './address.ts'
import type {
  AclEntry,
  BlockExclusion,
  BlockOptions,
  ClassicBalancer,
  Collection,
  ElasticAddress,
  InternetGateway,
  Listener,
  ListenerRule,
  LoadBalancer,
  NetworkAcl,
  NetworkInterface,
  Route,
  RouteTable,
  SecurityGroup,
  SecurityGroupRule,
  TargetGroup,
  TargetHealth,
} from './aws-documents.ts'
import {
  type Answer,
  allOf,
  anyOf,
  firstMatch,
  type NamedDocument,
  type Packet,
  telling,
} from './packet.ts'

/** A public address and what stands behind it. */
export interface Entry {
  readonly address: string
  readonly target: string
}
/** Something without a public address: what its filters admit must be listed all the same, with one of these verdicts. */
export interface Dormant {
  readonly target: string
  readonly verdicts: readonly string[]
  admits(source: string, packet: Pick<Packet, 'transport' | 'port'>): Answer
}
export interface Oracle {
  readonly entries: readonly Entry[]
  readonly dormant: readonly Dormant[]
  admits(packet: Packet, target: string): Answer
  /** The rules, as they stand in the documents, that let this packet in at an interface of its own address. */
  rulesFor(packet: Packet, target: string): readonly unknown[]
}

interface World {
  readonly groups: Collection<SecurityGroup>
  readonly groupRules: Collection<SecurityGroupRule>
  readonly interfaces: Collection<NetworkInterface>
  readonly tables: Collection<RouteTable>
  readonly gateways: Collection<InternetGateway>
  readonly acls: Collection<NetworkAcl>
  readonly addresses: Collection<ElasticAddress>
  readonly block: BlockOptions | null
  readonly exclusions: Collection<BlockExclusion>
  readonly balancers: Collection<LoadBalancer>
  readonly classic: Collection<ClassicBalancer>
  readonly listeners: Collection<Listener>
  readonly listenerRules: Collection<ListenerRule>
  readonly targetGroups: Collection<TargetGroup>
  readonly health: ReadonlyMap<string, Collection<TargetHealth>>
  readonly attributes: ReadonlyMap<string, ReadonlyMap<string, string>>
  readonly prefixLists: ReadonlyMap<string, Collection<{ readonly Cidr: string }>>
}

export function awsOracle(documents: readonly NamedDocument[]): Oracle {
  const world = gather(documents)
  const ways = [...directWays(world), ...balancerWays(world), ...classicWays(world)]
  return {
    entries: ways.map(({ address, target }) => ({ address, target })),
    rulesFor: (packet, target) => groupRulesFor(world, packet, target),
    dormant: [...dormantCards(world, ways), ...dormantGroups(world)],
    admits: (packet, target) =>
      anyOf(
        ways
          .filter((way) => way.target === target && sameAddress(way.address, packet.destination))
          .map((way) => way.admits(packet)),
      ),
  }
}

const sameAddress = (a: string, b: string): boolean =>
  ip(a).family === ip(b).family && ip(a).value === ip(b).value

interface Way extends Entry {
  admits(packet: Packet): Answer
}

// ---- the documents ----

type Json = { readonly [member: string]: unknown }

function gather(documents: readonly NamedDocument[]): World {
  const pages = documents.map(({ document, value }) => ({ document, value: value as Json }))
  const collect = <Item>(member: string): Collection<Item> => {
    const own = pages.filter(({ value }) => Array.isArray(value[member]))
    const partial = own.some(({ value }) => value['NextToken'] || value['NextMarker'])
    return {
      items: own.flatMap(({ value }) => value[member] as Item[]),
      state: own.length === 0 ? 'absent' : partial ? 'partial' : 'complete',
    }
  }
  const named = (prefix: string): { readonly name: string; readonly value: Json }[] =>
    pages
      .filter(({ document }) => document.startsWith(prefix))
      .map(({ document, value }) => ({
        name: document.slice(prefix.length, -'.json'.length),
        value,
      }))
  const block = pages.find(({ value }) => 'VpcBlockPublicAccessOptions' in value)
  return {
    groups: collect('SecurityGroups'),
    groupRules: collect('SecurityGroupRules'),
    interfaces: collect('NetworkInterfaces'),
    tables: collect('RouteTables'),
    gateways: collect('InternetGateways'),
    acls: collect('NetworkAcls'),
    addresses: collect('Addresses'),
    block: block ? (block.value['VpcBlockPublicAccessOptions'] as BlockOptions) : null,
    exclusions: collect('VpcBlockPublicAccessExclusions'),
    balancers: collect('LoadBalancers'),
    classic: collect('LoadBalancerDescriptions'),
    listeners: collect('Listeners'),
    listenerRules: collect('Rules'),
    targetGroups: collect('TargetGroups'),
    health: new Map(
      named('describe-target-health-').map(({ name, value }) => [
        name,
        { items: value['TargetHealthDescriptions'] as TargetHealth[], state: 'complete' },
      ]),
    ),
    attributes: new Map(
      named('describe-target-group-attributes-').map(({ name, value }) => [
        name,
        new Map(
          (value['Attributes'] as { readonly Key: string; readonly Value: string }[]).map(
            ({ Key, Value }) => [Key, Value],
          ),
        ),
      ]),
    ),
    prefixLists: new Map([
      ...named('get-managed-prefix-list-entries-').map(
        ({ name, value }): [string, Collection<{ readonly Cidr: string }>] => [
          name,
          {
            items: value['Entries'] as { readonly Cidr: string }[],
            state: value['NextToken'] ? 'partial' : 'complete',
          },
        ],
      ),
      ...collect<{ readonly PrefixListId: string; readonly Cidrs: readonly string[] }>(
        'PrefixLists',
      ).items.flatMap(
        ({ PrefixListId, Cidrs }): [string, Collection<{ readonly Cidr: string }>][] =>
          Cidrs
            ? [[PrefixListId, { items: Cidrs.map((Cidr) => ({ Cidr })), state: 'complete' }]]
            : [],
      ),
    ]),
  }
}

// ---- an interface with an address of its own ----

function directWays(world: World): readonly Way[] {
  return world.interfaces.items
    .filter((card) => !card.Description.startsWith('ELB ') && card.InterfaceType !== 'nat_gateway')
    .flatMap((card) =>
      publicAddresses(world, card).map((address) => ({
        address,
        target: card.NetworkInterfaceId,
        admits: (packet: Packet) =>
          allOf([
            fromInternet(world, card, packet),
            groupsAdmit(world, card, packet.source, [], packet),
          ]),
      })),
    )
}

function publicAddresses(world: World, card: NetworkInterface): readonly string[] {
  const found = new Set<string>()
  if (card.Association) found.add(card.Association.PublicIp)
  for (const { Association } of card.PrivateIpAddresses)
    if (Association) found.add(Association.PublicIp)
  for (const { Ipv6Address } of card.Ipv6Addresses) found.add(Ipv6Address)
  for (const elastic of world.addresses.items)
    if (elastic.NetworkInterfaceId === card.NetworkInterfaceId) found.add(elastic.PublicIp)
  return [...found]
}

/** From the internet through the gateway into the interface's subnet, and the reply back out. */
function fromInternet(world: World, card: NetworkInterface, packet: Packet): Answer {
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

// ---- what has no way in ----

const dormantCards = (world: World, ways: readonly Way[]): readonly Dormant[] =>
  world.interfaces.items
    .filter(
      (card) =>
        !card.Description.startsWith('ELB ') &&
        ways.every(({ target }) => target !== card.NetworkInterfaceId) &&
        publicAddresses(world, card).length === 0,
    )
    .map((card) => ({
      target: card.NetworkInterfaceId,
      verdicts: ['open-but-unreachable', 'blocked', 'unknown'],
      admits: (source, packet) => groupsAdmit(world, card, source, [], packet),
    }))

/** A group that no interface has is unattached, if all interfaces are known. */
const dormantGroups = (world: World): readonly Dormant[] =>
  [...new Set([...world.groups.items, ...world.groupRules.items].map(({ GroupId }) => GroupId))]
    .filter((id) =>
      world.interfaces.items.every(({ Groups }) => Groups.every(({ GroupId }) => GroupId !== id)),
    )
    .map((id) => ({
      target: id,
      verdicts: [world.interfaces.state === 'complete' ? 'unattached' : 'unknown'],
      admits: (source, packet) => listedGroupsAdmit(world, [id], source, [], packet),
    }))

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

const aclOf = (world: World, subnet: string): NetworkAcl | null =>
  world.acls.items.find((acl) => acl.Associations.some(({ SubnetId }) => SubnetId === subnet)) ??
  null

/** Clients choose among 1024 to 65535; only the ends of the lists' port ranges can make a difference. */
function clientPorts(packet: Packet, acls: readonly NetworkAcl[]): readonly number[] {
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

function aclAdmits(
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

function isProtocol(name: string, transport: Packet['transport'], port: number): boolean {
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

// ---- security groups: all rules of all groups together ----

interface GroupRule {
  /** As the documents have it: the peer of a permission, or the single rule. */
  readonly written: unknown
  readonly protocol: string
  readonly from: number | undefined
  readonly to: number | undefined
  readonly peer: (address: string, senders: readonly string[]) => Answer
}

/** `senders` are groups whose members the packet counts as coming from, besides those that hold its source address. */
function groupsAdmit(
  world: World,
  card: NetworkInterface,
  source: string,
  senders: readonly string[],
  packet: Pick<Packet, 'transport' | 'port'>,
): Answer {
  return listedGroupsAdmit(
    world,
    card.Groups.map(({ GroupId }) => GroupId),
    source,
    senders,
    packet,
  )
}

function listedGroupsAdmit(
  world: World,
  ids: readonly string[],
  source: string,
  senders: readonly string[],
  packet: Pick<Packet, 'transport' | 'port'>,
): Answer {
  return anyOf(
    ids.flatMap((id) => {
      const rules = rulesOf(world, id)
      if (rules === null) return ['unknown'] as const
      return rules
        .filter((rule) => ruleSpeaksOf(rule, packet))
        .map((rule) => rule.peer(source, senders))
    }),
  )
}

function ruleSpeaksOf(
  { protocol, from, to }: GroupRule,
  { transport, port }: Pick<Packet, 'transport' | 'port'>,
): boolean {
  if (protocol === '-1') return true
  if (!isProtocol(protocol, transport, port)) return false
  if (transport === 'other') return true
  if (transport === 'tcp' || transport === 'udp')
    return from === undefined || to === undefined || (from <= port && port <= to)
  const [type, code] = [port >> 8, port & 255]
  return (
    from === undefined ||
    from === -1 ||
    (from === type && (to === undefined || to === -1 || to === code))
  )
}

function rulesOf(world: World, id: string): readonly GroupRule[] | null {
  const group = world.groups.items.find(({ GroupId }) => GroupId === id)
  const loose = world.groupRules.items.filter(({ GroupId }) => GroupId === id)
  if (group === undefined && loose.length === 0) return null
  const out: GroupRule[] = []
  for (const permission of group?.IpPermissions ?? []) {
    const add = (written: unknown, peer: GroupRule['peer']): void => {
      out.push({
        written,
        protocol: permission.IpProtocol,
        from: permission.FromPort,
        to: permission.ToPort,
        peer,
      })
    }
    for (const one of permission.IpRanges ?? []) add(one, inBlock(one.CidrIp))
    for (const one of permission.Ipv6Ranges ?? []) add(one, inBlock(one.CidrIpv6))
    for (const one of permission.PrefixListIds ?? []) add(one, inList(world, one.PrefixListId))
    for (const one of permission.UserIdGroupPairs ?? []) add(one, ofGroup(world, one.GroupId))
  }
  for (const rule of loose) {
    if (rule.IsEgress) continue
    const range = rule.CidrIpv4 ?? rule.CidrIpv6
    const peer =
      range !== undefined
        ? inBlock(range)
        : rule.PrefixListId !== undefined
          ? inList(world, rule.PrefixListId)
          : ofGroup(world, rule.ReferencedGroupInfo?.GroupId ?? '')
    out.push({
      written: rule,
      protocol: rule.IpProtocol,
      from: rule.FromPort,
      to: rule.ToPort,
      peer,
    })
  }
  return out
}

/** A group given in both forms tells each rule twice: then either place will do, and nothing is asked. */
function groupRulesFor(world: World, packet: Packet, target: string): readonly unknown[] {
  const card = world.interfaces.items.find(
    ({ NetworkInterfaceId }) => NetworkInterfaceId === target,
  )
  if (!card || (world.groups.items.length > 0 && world.groupRules.items.length > 0)) return []
  if (!publicAddresses(world, card).some((own) => sameAddress(own, packet.destination))) return []
  return card.Groups.flatMap(({ GroupId }) => rulesOf(world, GroupId) ?? [])
    .filter((rule) => ruleSpeaksOf(rule, packet) && rule.peer(packet.source, []) === 'yes')
    .map(({ written }) => written)
}

const inBlock =
  (block: string): GroupRule['peer'] =>
  (address) =>
    isIn(address, block) ? 'yes' : 'no'

const inList =
  (world: World, id: string): GroupRule['peer'] =>
  (address) => {
    const list = world.prefixLists.get(id)
    if (list?.items.some(({ Cidr }) => isIn(address, Cidr))) return 'yes'
    return list?.state === 'complete' ? 'no' : 'unknown'
  }

/** A group stands for the private addresses of its members, never for a client on the internet. */
const ofGroup =
  (world: World, id: string): GroupRule['peer'] =>
  (address, senders) => {
    if (senders.includes(id)) return 'yes'
    const member = world.interfaces.items.some(
      (card) =>
        card.Groups.some(({ GroupId }) => GroupId === id) &&
        card.PrivateIpAddresses.some(({ PrivateIpAddress }) => PrivateIpAddress === address),
    )
    return member ? 'yes' : 'no'
  }

// ---- balancers of the second generation ----

function balancerWays(world: World): readonly Way[] {
  return world.balancers.items
    .filter(({ Scheme }) => Scheme === 'internet-facing')
    .flatMap((balancer) => {
      const mark = balancer.LoadBalancerArn.split(':loadbalancer/')[1] ?? ''
      return world.interfaces.items
        .filter(({ Description }) => Description === `ELB ${mark}`)
        .flatMap((node) =>
          publicAddresses(world, node).flatMap((address) =>
            listenerWays(world, balancer, node, address),
          ),
        )
    })
}

function listenerWays(
  world: World,
  balancer: LoadBalancer,
  node: NetworkInterface,
  address: string,
): readonly Way[] {
  return world.listeners.items
    .filter(({ LoadBalancerArn }) => LoadBalancerArn === balancer.LoadBalancerArn)
    .flatMap((listener) => {
      const atFront = (packet: Packet): Answer =>
        allOf([
          listenerTakes(listener, packet) ? 'yes' : 'no',
          fromInternet(world, node, packet),
          node.Groups.length === 0 && balancer.Type === 'network'
            ? 'yes'
            : groupsAdmit(world, node, packet.source, [], packet),
        ])
      return actionsOf(world, listener).flatMap((action): readonly Way[] => {
        if (action.Type !== 'forward')
          return [{ address, target: balancer.LoadBalancerArn, admits: atFront }]
        return forwardedTo(action).flatMap((arn) =>
          targetWays(world, { balancer, node, address, arn, atFront }),
        )
      })
    })
}

const listenerTakes = ({ Port, Protocol }: Listener, { transport, port }: Packet): boolean =>
  Port === port &&
  (Protocol === 'TCP_UDP'
    ? transport === 'tcp' || transport === 'udp'
    : transport === (Protocol === 'UDP' ? 'udp' : 'tcp'))

function actionsOf(
  world: World,
  listener: Listener,
): readonly Listener['DefaultActions'][number][] {
  const mark = listener.ListenerArn.replace(':listener/', ':listener-rule/')
  const rules = world.listenerRules.items.filter(
    ({ RuleArn, IsDefault }) => !IsDefault && RuleArn.startsWith(`${mark}/`),
  )
  return [...listener.DefaultActions, ...rules.flatMap(({ Actions }) => Actions)]
}

const forwardedTo = (action: Listener['DefaultActions'][number]): readonly string[] => [
  ...new Set([
    ...(action.TargetGroupArn ? [action.TargetGroupArn] : []),
    ...(action.ForwardConfig?.TargetGroups ?? []).map(({ TargetGroupArn }) => TargetGroupArn),
  ]),
]

interface Forward {
  readonly balancer: LoadBalancer
  readonly node: NetworkInterface
  readonly address: string
  readonly arn: string
  readonly atFront: (packet: Packet) => Answer
}

function targetWays(world: World, forward: Forward): readonly Way[] {
  const { balancer, node, address, arn, atFront } = forward
  const group = world.targetGroups.items.find(({ TargetGroupArn }) => TargetGroupArn === arn)
  if (group === undefined) return []
  const members = world.health.get(group.TargetGroupName)?.items ?? []
  const transparent = balancer.Type === 'network' && keepsClient(world, group)
  return members.flatMap(({ Target }) => {
    const card = cardOf(world, group, Target.Id)
    if (card === null) return []
    const port = Target.Port ?? group.Port
    return {
      address,
      target: card.NetworkInterfaceId,
      admits: (packet: Packet) =>
        allOf([
          atFront(packet),
          transparent
            ? transparentLeg(world, node, card, { ...packet, port })
            : proxiedLeg(world, node, card, { ...packet, port }),
        ]),
    }
  })
}

function keepsClient(world: World, group: TargetGroup): boolean {
  if (['UDP', 'TCP_UDP'].includes(group.Protocol)) return true
  const set = world.attributes.get(group.TargetGroupName)?.get('preserve_client_ip.enabled')
  return set === undefined ? group.TargetType === 'instance' : set === 'true'
}

function cardOf(world: World, group: TargetGroup, id: string): NetworkInterface | null {
  const found = world.interfaces.items.find((card) =>
    group.TargetType === 'instance'
      ? card.Attachment?.InstanceId === id && card.Attachment.DeviceIndex === 0
      : card.VpcId === group.VpcId &&
        card.PrivateIpAddresses.some(({ PrivateIpAddress }) => PrivateIpAddress === id),
  )
  return found ?? null
}

/** The front opens a connection of its own: a second leg, from its own address. */
function proxiedLeg(
  world: World,
  node: NetworkInterface,
  card: NetworkInterface,
  packet: Packet,
): Answer {
  const inner: Packet = {
    ...packet,
    source: node.PrivateIpAddress,
    sourcePort: null,
    destination: card.PrivateIpAddress,
  }
  return allOf([
    groupsAdmit(world, card, inner.source, [], inner),
    betweenSubnets(world, node, card, inner, node.PrivateIpAddress),
  ])
}

/** The target's filters see the client; a rule that names the front's group stands for its clients. */
function transparentLeg(
  world: World,
  node: NetworkInterface,
  card: NetworkInterface,
  packet: Packet,
): Answer {
  const names = node.Groups.map(({ GroupId }) => GroupId)
  return allOf([
    groupsAdmit(world, card, packet.source, names, packet),
    betweenSubnets(world, node, card, packet, packet.source),
  ])
}

/** Lists are asked only where a packet crosses the border of a subnet: out of one, into the other, and back. */
function betweenSubnets(
  world: World,
  node: NetworkInterface,
  card: NetworkInterface,
  packet: Packet,
  sender: string,
): Answer {
  if (node.SubnetId === card.SubnetId) return 'yes'
  const [near, far] = [aclOf(world, node.SubnetId), aclOf(world, card.SubnetId)]
  const lists = [near, far].filter((acl) => acl !== null)
  const { transport, port } = packet
  const there = card.PrivateIpAddress
  return allOf([
    near === null ? 'yes' : aclAdmits(near, true, there, transport, port),
    far === null ? 'yes' : aclAdmits(far, false, sender, transport, port),
    anyOf(
      clientPorts(packet, lists).map((back) =>
        allOf([
          far === null ? 'yes' : aclAdmits(far, true, sender, transport, back),
          near === null ? 'yes' : aclAdmits(near, false, there, transport, back),
        ]),
      ),
    ),
  ])
}

// ---- classic balancers ----

function classicWays(world: World): readonly Way[] {
  return world.classic.items
    .filter(({ Scheme }) => Scheme === 'internet-facing')
    .flatMap((balancer) =>
      world.interfaces.items
        .filter(({ Description }) => Description === `ELB ${balancer.LoadBalancerName}`)
        .flatMap((node) =>
          publicAddresses(world, node).flatMap((address) =>
            classicTargets(world, balancer, node, address),
          ),
        ),
    )
}

function classicTargets(
  world: World,
  balancer: ClassicBalancer,
  node: NetworkInterface,
  address: string,
): readonly Way[] {
  return balancer.Instances.flatMap(({ InstanceId }) =>
    world.interfaces.items
      .filter(
        ({ Attachment }) => Attachment?.InstanceId === InstanceId && Attachment.DeviceIndex === 0,
      )
      .flatMap((card) =>
        balancer.ListenerDescriptions.map(({ Listener: listener }) => ({
          address,
          target: card.NetworkInterfaceId,
          admits: (packet: Packet) =>
            allOf([
              packet.transport === 'tcp' && packet.port === listener.LoadBalancerPort
                ? 'yes'
                : 'no',
              fromInternet(world, node, packet),
              groupsAdmit(world, node, packet.source, [], packet),
              proxiedLeg(world, node, card, { ...packet, port: listener.InstancePort }),
            ]),
        })),
      ),
  )
}
