/** Security groups: a rule cannot be changed, so what stays is authorised first and the old rule revoked then. */

import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Filter, Peer, Rule } from '../model/estate.ts'
import * as portSet from '../model/port-set.ts'
import type { Resource } from '../model/resource.ts'
import { documentSource } from '../model/source.ts'
import {
  everyPort,
  intersectPorts,
  subtractPorts,
  type Transport,
  type TransportPorts,
  transportPorts,
} from '../model/traffic-set.ts'
import type { Dialect } from './dialect.ts'
import type { Cut, Edit, Plan } from './plan.ts'
import { allowedPlaceholder, command } from './shell.ts'

export const aws: Dialect = {
  lastOwnOrder: 32_766,
  restrict,
  drop: (filter, rules) =>
    filter.resource.kind === 'network-acl' ? dropEntries(filter, rules) : revokeOnly(filter, rules),
  empty: (filter) => revokeOnly(filter, [...filter.inbound, ...filter.outbound]),
  remove: (filter) => ({
    filter,
    removed: filter.inbound,
    added: [],
    deletes: true,
    commands: [ec2('delete-security-group', filter, [['--group-id', filter.resource.id]])],
    console: [
      `EC2 console, Security Groups: select ${filter.resource.id}, Actions, Delete security groups.`,
    ],
  }),
  attach: (resource: Resource) => [
    'Give its interface a security group that admits only what is needed:',
    command('aws ec2 modify-network-interface-attribute', [
      ['--network-interface-id', resource.id.startsWith('eni-') ? resource.id : 'INTERFACE_ID'],
      ['--groups', 'SECURITY_GROUP_ID'],
    ]),
  ],
}

function restrict(filter: Filter, cuts: readonly Cut[], allowed: AddressSet): Plan {
  const notes: string[] = []
  const stays: Rule[] = []
  const closed = new Map<string, TransportPorts>()
  for (const { rule, ports } of cuts) {
    const inside = intersectPorts(rule.what, ports)
    closed.set(JSON.stringify(inside), inside)
    const outside = subtractPorts(rule.what, ports)
    stays.push(...rulesFor(outside, rule))
    if (outside.other.length > 0)
      notes.push(
        `${nameOf(rule)} also admits IP protocols other than TCP, UDP and ICMP, which a group can only name one by one: they are closed with it. Authorise those in use by number (47 GRE, 50 ESP, 51 AH).`,
      )
  }
  const kept = [...closed.values()].flatMap((inside) => allow(inside, allowed))
  const added = distinct([...stays, ...kept])
  const removed = cuts.map(({ rule }) => rule)
  if (removed.length === 0) return { edits: [], notes }
  const placeholder = addressSet.isEmpty(allowed) ? [...closed.values()] : []
  return {
    edits: [
      {
        filter,
        removed,
        added,
        deletes: false,
        commands: [
          ...authorise(filter, added),
          ...placeholder.map((inside) => authorisePlaceholder(filter, inside)),
          ...revoke(filter, removed, 'ingress'),
        ],
        console: consoleSteps(filter, removed, added),
      },
    ],
    notes: [
      ...notes,
      ...(placeholder.length > 0
        ? [
            `Replace ${allowedPlaceholder} with those who need access (or give --allow-from), or leave that command out to close the ports to everybody.`,
          ]
        : []),
      'Machines in your own networks that used these rules lose access as well: add their ranges with --allow-from where they need it.',
    ],
  }
}

/** The native rules that say this: a group's rule holds one protocol and one range. */
function rulesFor(what: TransportPorts, like: Pick<Rule, 'peer'>): readonly Rule[] {
  if (JSON.stringify(what) === JSON.stringify(everyPort)) return [newRule(what, like.peer)]
  return (['tcp', 'udp', 'icmp', 'icmpv6'] as const)
    .filter((transport) => carries(transport, like.peer))
    .flatMap((transport) =>
      portSet
        .toPairs(what[transport])
        .map((pair) => newRule(transportPorts({ [transport]: portSet.ports(pair) }), like.peer)),
    )
}

/** ICMP is IPv4's alone, ICMPv6 is IPv6's. */
const carries = (transport: Transport, peer: Peer): boolean =>
  peer.kind !== 'addresses' ||
  (transport === 'icmp'
    ? peer.set.v4.length > 0 || peer.set.v6.length === 0
    : transport !== 'icmpv6' || peer.set.v6.length > 0)

const allow = (inside: TransportPorts, allowed: AddressSet): readonly Rule[] =>
  addressSet
    .toCidrs(allowed)
    .flatMap((cidr) =>
      rulesFor(inside, { peer: { kind: 'addresses', set: addressSet.addresses(cidr) } }),
    )

const newRule = (what: TransportPorts, peer: Peer): Rule => ({
  id: null,
  name: null,
  action: 'allow',
  order: 0,
  peer,
  what,
  perhaps: null,
  sourcePorts: portSet.allPorts,
  destination: null,
  source: documentSource('plan'),
})

const distinct = (rules: readonly Rule[]): readonly Rule[] => [
  ...new Map(rules.map((rule) => [JSON.stringify(permission(rule)), rule])).values(),
]

const authorise = (filter: Filter, rules: readonly Rule[]): readonly string[] =>
  rules.length === 0
    ? []
    : [
        ec2('authorize-security-group-ingress', filter, [
          ['--group-id', filter.resource.id],
          ['--ip-permissions', JSON.stringify(rules.map(permission))],
        ]),
      ]

function authorisePlaceholder(filter: Filter, inside: TransportPorts): string {
  const rules = rulesFor(inside, { peer: { kind: 'addresses', set: addressSet.empty } })
  return ec2('authorize-security-group-ingress', filter, [
    ['--group-id', filter.resource.id],
    [
      '--ip-permissions',
      JSON.stringify(
        rules.map((rule) => ({ ...permission(rule), IpRanges: [{ CidrIp: allowedPlaceholder }] })),
      ),
    ],
  ])
}

/** By rule ids where all are known, else by what the rules say. */
function revoke(
  filter: Filter,
  rules: readonly Rule[],
  direction: 'ingress' | 'egress',
): readonly string[] {
  const ids = rules.map(({ id }) => id).filter((id) => id?.startsWith('sgr-'))
  const nameless = rules.filter(({ id }) => !id?.startsWith('sgr-'))
  const words = `revoke-security-group-${direction}`
  const byIds =
    ids.length > 0
      ? [
          ec2(words, filter, [
            ['--group-id', filter.resource.id],
            ['--security-group-rule-ids', ...(ids as string[])],
          ]),
        ]
      : []
  const byContent =
    nameless.length > 0
      ? [
          ec2(words, filter, [
            ['--group-id', filter.resource.id],
            ['--ip-permissions', JSON.stringify(nameless.map(permission))],
          ]),
        ]
      : []
  return [...byIds, ...byContent]
}

interface Permission {
  readonly IpProtocol: string
  readonly FromPort?: number
  readonly ToPort?: number
  readonly IpRanges?: readonly { readonly CidrIp: string }[]
  readonly Ipv6Ranges?: readonly { readonly CidrIpv6: string }[]
  readonly PrefixListIds?: readonly { readonly PrefixListId: string }[]
  readonly UserIdGroupPairs?: readonly { readonly GroupId: string }[]
}

/** IpPermission of the EC2 API. */
const permission = ({ what, peer }: Rule): Permission => ({ ...protocolOf(what), ...peersOf(peer) })

function protocolOf(what: TransportPorts): Pick<Permission, 'IpProtocol' | 'FromPort' | 'ToPort'> {
  if (JSON.stringify(what) === JSON.stringify(everyPort)) return { IpProtocol: '-1' }
  const transport = (Object.keys(what) as Transport[]).find((one) => what[one].length > 0) ?? 'tcp'
  const [from = 0, to = 0] = what[transport]
  if (transport === 'other') return { IpProtocol: String(from) }
  if (transport === 'tcp' || transport === 'udp')
    return { IpProtocol: transport, FromPort: from, ToPort: to }
  // ICMP puts the type and the code where ports stand; -1 is any.
  const isEvery = from === 0 && to === 65_535
  const isOneCode = from === to
  return {
    IpProtocol: transport === 'icmp' ? 'icmp' : '58',
    FromPort: isEvery ? -1 : from >> 8,
    ToPort: isEvery || !isOneCode ? -1 : from & 255,
  }
}

function peersOf(peer: Peer): Partial<Permission> {
  switch (peer.kind) {
    case 'addresses': {
      const cidrs = addressSet.toCidrs(peer.set)
      const [v4, v6] = [
        cidrs.filter((cidr) => !cidr.includes(':')),
        cidrs.filter((cidr) => cidr.includes(':')),
      ]
      return {
        ...(v4.length > 0 ? { IpRanges: v4.map((CidrIp) => ({ CidrIp })) } : {}),
        ...(v6.length > 0 ? { Ipv6Ranges: v6.map((CidrIpv6) => ({ CidrIpv6 })) } : {}),
      }
    }
    case 'group':
      return { UserIdGroupPairs: [{ GroupId: peer.id.replace(/^.*[:/]/, '') }] }
    case 'named':
      return { PrefixListIds: [{ PrefixListId: peer.name }] }
    case 'unknown':
    case 'any-of':
      return {}
  }
}

const revokeOnly = (filter: Filter, rules: readonly Rule[]): Edit => ({
  filter,
  removed: rules,
  added: [],
  deletes: false,
  commands: [
    ...revoke(
      filter,
      rules.filter((rule) => filter.inbound.includes(rule)),
      'ingress',
    ),
    ...revoke(
      filter,
      rules.filter((rule) => filter.outbound.includes(rule)),
      'egress',
    ),
  ],
  console: consoleSteps(filter, rules, []),
})

const dropEntries = (filter: Filter, rules: readonly Rule[]): Edit => ({
  filter,
  removed: rules,
  added: [],
  deletes: false,
  commands: rules.map(({ order }) =>
    ec2('delete-network-acl-entry', filter, [
      ['--network-acl-id', filter.resource.id],
      ['--ingress'],
      ['--rule-number', String(order)],
    ]),
  ),
  console: [
    `VPC console, Network ACLs: select ${filter.resource.id}, Inbound rules, Edit: remove ${rules.map(({ order }) => order).join(', ')}.`,
  ],
})

function ec2(
  verb: string,
  { resource }: Filter,
  options: readonly (readonly [string, ...string[]])[],
): string {
  const region: readonly (readonly [string, ...string[]])[] =
    resource.region === null ? [] : [['--region', resource.region]]
  return command(`aws ec2 ${verb}`, [...region, ...options])
}

const consoleSteps = (
  filter: Filter,
  removed: readonly Rule[],
  added: readonly Rule[],
): readonly string[] => [
  `EC2 console${filter.resource.region === null ? '' : `, region ${filter.resource.region}`}, Security Groups: select ${filter.resource.id}, Inbound rules, Edit inbound rules.`,
  ...removed.map((rule) => `Delete ${describe(rule)}.`),
  ...added.map((rule) => `Add ${describe(rule)}.`),
  'Save rules.',
]

const nameOf = (rule: Rule): string => `rule ${rule.id ?? rule.name ?? describe(rule)}`

function describe({ what, peer, id }: Rule): string {
  const { IpProtocol, FromPort, ToPort } = protocolOf(what)
  const ports =
    FromPort === undefined ? '' : ` ${FromPort === ToPort ? FromPort : `${FromPort}-${ToPort}`}`
  const from =
    peer.kind === 'addresses'
      ? addressSet.toCidrs(peer.set).join(', ')
      : JSON.stringify(peersOf(peer))
  return `${IpProtocol === '-1' ? 'all traffic' : IpProtocol}${ports} from ${from}${id === null ? '' : ` (${id})`}`
}
