/** Network security groups: a rule is narrowed in place; what differs from it goes into rules right beside it. */

import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Filter, Peer, Rule } from '../model/estate.ts'
import type { PortSet } from '../model/port-set.ts'
import * as portSet from '../model/port-set.ts'
import { documentSource } from '../model/source.ts'
import {
  everyPort,
  intersectPorts,
  noTransportPorts,
  subtractPorts,
  type Transport,
  type TransportPorts,
  transportPorts,
} from '../model/traffic-set.ts'
import type { Dialect } from './dialect.ts'
import type { Cut, Edit, Plan } from './plan.ts'
import { allowedPlaceholder, command } from './shell.ts'

/** Priorities of one's own: 100 to 4096 (Azure network security groups, security rules). */
const [firstPriority, lastPriority] = [100, 4096]

export const azure: Dialect = {
  lastOwnOrder: lastPriority,
  restrict,
  drop: (filter, rules) => ({
    ...unchanged(filter),
    removed: rules,
    commands: [...new Set(rules.map(({ name }) => deleteRule(filter, name ?? '')))],
    console: [
      `Network security group ${filter.resource.name}, Inbound security rules: delete ${names(rules)}.`,
    ],
  }),
  empty: (filter) =>
    azure.drop(
      filter,
      filter.inbound.filter(({ order }) => order <= lastPriority),
    ),
  remove: (filter) => ({
    ...unchanged(filter),
    removed: filter.inbound,
    deletes: true,
    commands: [command('az network nsg delete', groupOptions(filter, '--name'))],
    console: [`Network security groups: open ${filter.resource.name}, Delete.`],
  }),
  attach: ({ name, id }) => [
    'Make a network security group that admits only what is needed, and put it before the interface:',
    command('az network nic update', [
      ['--ids', id],
      ['--network-security-group', 'NETWORK_SECURITY_GROUP'],
    ]),
    `(or before the whole subnet: az network vnet subnet update; ${name ?? 'the machine'} is then covered with its neighbours)`,
  ],
}

const unchanged = (filter: Filter): Edit => ({
  filter,
  removed: [],
  added: [],
  deletes: false,
  commands: [],
  console: [],
})

/** A rule as Azure keeps it: the reader made one of the model's for each of its sources. */
interface NativeRule {
  readonly name: string
  readonly like: Rule
  readonly peers: readonly Peer[]
  readonly what: TransportPorts
}

function restrict(filter: Filter, cuts: readonly Cut[], allowed: AddressSet): Plan {
  const plans = [...Map.groupBy(cuts, ({ rule }) => nativeKey(rule)).values()].map((own) =>
    restrictOne(filter, own, allowed),
  )
  const edits = plans.flatMap((plan) => plan.edits)
  return { edits, notes: [...new Set(plans.flatMap((plan) => plan.notes))] }
}

const nativeKey = ({ id, name, order }: Rule): string => id ?? `${name} ${order}`

function restrictOne(filter: Filter, cuts: readonly Cut[], allowed: AddressSet): Plan {
  const [first] = cuts
  if (!first) return { edits: [], notes: [] }
  const siblings = filter.inbound.filter((rule) => nativeKey(rule) === nativeKey(first.rule))
  if (first.rule.order > lastPriority)
    return {
      edits: [],
      notes: [
        `rule ${first.rule.name} is the platform's own and cannot be changed: put a deny before it`,
      ],
    }
  const cutRules = new Set(cuts.map(({ rule }) => rule))
  const keptPeers = siblings.filter((rule) => !cutRules.has(rule)).map(({ peer }) => peer)
  const peers = addressSet.isEmpty(allowed)
    ? keptPeers
    : [...keptPeers, { kind: 'addresses' as const, set: allowed }]
  const inside = intersectPorts(first.rule.what, first.ports)
  const outside = subtractPorts(first.rule.what, first.ports)
  const notes =
    outside.other.length > 0 && JSON.stringify(first.rule.what) === JSON.stringify(everyPort)
      ? [
          `rule ${first.rule.name} also admits IP protocols that no rule can name (all but TCP, UDP, ICMP, ESP and AH): they are closed with it`,
        ]
      : []
  const parts: readonly NativeRule[] = [
    ...split(outside).map((what) => ({
      name: '',
      like: first.rule,
      peers: siblings.map(({ peer }) => peer),
      what,
    })),
    ...(peers.length > 0
      ? split(inside).map((what) => ({ name: '', like: first.rule, peers, what }))
      : []),
  ]
  return placeParts(filter, siblings, parts, inside, peers, notes)
}

function placeParts(
  filter: Filter,
  siblings: readonly Rule[],
  parts: readonly NativeRule[],
  inside: TransportPorts,
  peers: readonly Peer[],
  notes: readonly string[],
): Plan {
  const [original] = siblings as [Rule, ...Rule[]]
  const priorities = prioritiesBeside(filter, original.order, parts.length)
  if (priorities.length < parts.length)
    return {
      edits: [],
      notes: [
        ...notes,
        `rule ${original.name} (priority ${original.order}) must become ${parts.length} rules and there is no free priority beside it: move its neighbours first`,
      ],
    }
  const placed = parts.map((part, i) => ({
    ...part,
    name: i === 0 ? (original.name ?? '') : `${original.name}-${i + 1}`.slice(0, 80),
    priority: priorities[i] as number,
  }))
  const [kept, ...made] = placed
  const creates = made.map((part) => createRule(filter, part))
  const changes = kept
    ? [updateRule(filter, kept, original)]
    : [deleteRule(filter, original.name ?? '')]
  const placeholder =
    peers.length > 0
      ? []
      : [
          `To keep access for some, make a rule for them with --source-address-prefixes ${allowedPlaceholder} (or give --allow-from):\n${createRule(
            filter,
            {
              name: `${original.name}-allowed`.slice(0, 80),
              like: original,
              peers: [{ kind: 'named', name: allowedPlaceholder }],
              what: (split(inside)[0] ?? inside) as TransportPorts,
              priority:
                prioritiesBeside(filter, original.order, parts.length + 1).at(-1) ?? original.order,
            },
          )}`,
        ]
  return {
    edits: [
      {
        ...unchanged(filter),
        removed: siblings,
        added: placed.flatMap((part) => modelRules(part, part.priority)),
        commands: [...creates, ...changes],
        console: [
          `Network security group ${filter.resource.name}, Inbound security rules:`,
          ...made.map((part) => `Add ${describe(part, part.priority)}.`),
          kept
            ? `Change ${original.name} to ${describe(kept, kept.priority)}.`
            : `Delete ${original.name}.`,
        ],
      },
    ],
    notes: [...notes, ...placeholder],
  }
}

/** The rule's own priority, then free ones with no other rule between: order among disjoint ports does not matter. */
function prioritiesBeside(filter: Filter, own: number, wanted: number): readonly number[] {
  const taken = new Set(filter.inbound.map(({ order }) => order))
  const found = [own]
  for (let at = own + 1; found.length < wanted && at <= lastPriority && !taken.has(at); at++)
    found.push(at)
  for (let at = own - 1; found.length < wanted && at >= firstPriority && !taken.has(at); at--)
    found.push(at)
  return found.slice(0, Math.max(wanted, 1))
}

/** What one native rule can say: one protocol, or `*` where TCP and UDP have the same ports and nothing else differs. */
function split(what: TransportPorts): readonly TransportPorts[] {
  if (noTransportPorts(what)) return []
  if (JSON.stringify(what) === JSON.stringify(everyPort)) return [what]
  const both =
    portSet.equal(what.tcp, what.udp) &&
    what.tcp.length > 0 &&
    what.icmp.length === 0 &&
    what.other.length === 0
  if (both) return [transportPorts({ tcp: what.tcp, udp: what.udp })]
  const single = (['tcp', 'udp', 'icmp'] as const).flatMap((transport) =>
    what[transport].length > 0 ? [transportPorts({ [transport]: what[transport] })] : [],
  )
  const named = [esp, ah].filter((protocol) => portSet.contains(what.other, protocol))
  return [...single, ...named.map((protocol) => transportPorts({ other: portSet.ports(protocol) }))]
}
const [esp, ah] = [50, 51]

function protocolOf(what: TransportPorts): string {
  const filled = (Object.keys(what) as Transport[]).filter(
    (transport) => what[transport].length > 0,
  )
  if (filled.length > 1) return '*'
  switch (filled[0]) {
    case 'tcp':
      return 'Tcp'
    case 'udp':
      return 'Udp'
    case 'other':
      return portSet.contains(what.other, esp) ? 'Esp' : 'Ah'
    default:
      return 'Icmp'
  }
}

const portsOf = ({ tcp, udp }: TransportPorts): PortSet => (tcp.length > 0 ? tcp : udp)

function portRanges(set: PortSet): readonly string[] {
  if (set.length === 0 || portSet.equal(set, portSet.allPorts)) return ['*']
  return portSet.toPairs(set).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`))
}

const modelRules = ({ like, peers, what, name }: NativeRule, priority: number): readonly Rule[] =>
  peers.map((peer) => ({
    ...like,
    id: name === like.name ? like.id : null,
    name,
    order: priority,
    peer,
    what,
    perhaps: protocolOf(what) === '*' ? like.perhaps : null,
    source: documentSource('plan'),
  }))

const updateRule = (filter: Filter, part: NativeRule, original: Rule): string =>
  command('az network nsg rule update', [
    ...groupOptions(filter, '--nsg-name'),
    ['--name', part.name],
    ...(protocolOf(part.what) === protocolOf(original.what)
      ? []
      : [['--protocol', protocolOf(part.what)] as const]),
    ...sourceOptions(part.peers),
    ['--destination-port-ranges', ...portRanges(portsOf(part.what))],
  ])

const createRule = (filter: Filter, part: NativeRule & { readonly priority: number }): string =>
  command('az network nsg rule create', [
    ...groupOptions(filter, '--nsg-name'),
    ['--name', part.name],
    ['--priority', String(part.priority)],
    ['--direction', 'Inbound'],
    ['--access', 'Allow'],
    ['--protocol', protocolOf(part.what)],
    ...sourceOptions(part.peers),
    ['--source-port-ranges', ...portRanges(part.like.sourcePorts)],
    ...destinationOptions(part.like.destination),
    ['--destination-port-ranges', ...portRanges(portsOf(part.what))],
  ])

const deleteRule = (filter: Filter, name: string): string =>
  command('az network nsg rule delete', [...groupOptions(filter, '--nsg-name'), ['--name', name]])

type Options = readonly (readonly [string, ...string[]])[]

function groupOptions({ resource }: Filter, nameFlag: string): Options {
  const group = /\/resourcegroups\/([^/]+)/i.exec(resource.id)?.[1]
  return [
    ...(resource.account === null ? [] : [['--subscription', resource.account] as const]),
    ...(group === undefined ? [] : [['--resource-group', group] as const]),
    [nameFlag, resource.name ?? resource.id],
  ]
}

const sourceOptions = (peers: readonly Peer[]): Options =>
  addressOptions(peers, '--source-address-prefixes', '--source-asgs')
const destinationOptions = (peer: Peer | null): Options =>
  peer === null
    ? [['--destination-address-prefixes', '*']]
    : addressOptions([peer], '--destination-address-prefixes', '--destination-asgs')

function addressOptions(peers: readonly Peer[], prefixFlag: string, groupFlag: string): Options {
  const flat = peers.flatMap((peer) => (peer.kind === 'any-of' ? peer.peers : [peer]))
  const prefixes = flat.flatMap((peer) => prefixesOf(peer))
  const groups = flat.flatMap((peer) =>
    peer.kind === 'group' ? [peer.id.replace(/^azure:/, '')] : [],
  )
  return [
    ...(prefixes.length > 0 ? [[prefixFlag, ...prefixes] as [string, ...string[]]] : []),
    ...(groups.length > 0 ? [[groupFlag, ...groups] as [string, ...string[]]] : []),
  ]
}

function prefixesOf(peer: Peer): readonly string[] {
  switch (peer.kind) {
    case 'addresses':
      return addressSet.equal(peer.set, addressSet.all) ? ['*'] : addressSet.toCidrs(peer.set)
    case 'named':
      return [peer.name]
    default:
      return []
  }
}

const describe = ({ what, peers, name }: NativeRule, priority: number): string =>
  `${name}: priority ${priority}, ${protocolOf(what)}, destination ports ${portRanges(portsOf(what)).join(', ')}, source ${peers.flatMap(prefixesOf).join(', ') || 'as before'}`

const names = (rules: readonly Rule[]): string =>
  [...new Set(rules.map(({ name }) => name))].join(', ')
