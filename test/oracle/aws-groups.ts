/** Security groups: all rules of all groups together. */
import { isIn } from './address.ts'
import { isProtocol } from './aws-border.ts'
import type { NetworkInterface } from './aws-documents.ts'
import type { World } from './aws-world.ts'
import { type Answer, anyOf, type Packet } from './packet.ts'

interface GroupRule {
  /** As the documents have it: the peer of a permission, or the single rule. */
  readonly written: unknown
  readonly protocol: string
  readonly from: number | undefined
  readonly to: number | undefined
  readonly peer: (address: string, senders: readonly string[]) => Answer
}

/** `senders` are groups whose members the packet counts as coming from, besides those that hold its source address. */
export function groupsAdmit(
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

export function listedGroupsAdmit(
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

export function ruleSpeaksOf(
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

export function rulesOf(world: World, id: string): readonly GroupRule[] | null {
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
