/**
 * One security rule of a network security group, as rules of the model: one for each source, so that each points at the
 * very prefix that lets it in. Security admin rules are read by the same means.
 */
import type { Peer, Rule } from '../../model/estate.ts'
import { type Gap, gap } from '../../model/gap.ts'
import { allPorts, equal, type PortSet, ports as portsOf } from '../../model/port-set.ts'
import {
  everyPort,
  type TransportPorts,
  transportPorts,
  unionPorts,
} from '../../model/traffic-set.ts'
import type { Draft } from './draft.ts'
import { type Element, number, type Placed, text } from './element.ts'
import { destinationFields, destinationOf, readPeers, sourceFields } from './peers.ts'
import { type PortRanges, readPortRanges } from './port-ranges.ts'

export type Direction = 'inbound' | 'outbound'
export interface SecurityRule {
  /** Both where the direction is not understood. */
  readonly directions: readonly Direction[]
  readonly priority: number | null
  readonly rules: readonly Rule[]
}

export function readSecurityRule(element: Element, draft: Draft): SecurityRule {
  const { at, note } = element
  const directions = readDirection(element)
  const isInbound = directions[0] !== 'outbound'
  const sources = readPeers(element, sourceFields, draft)
  const destinations = readPeers(element, destinationFields, draft)
  // The peer of an outbound rule is where it goes; nobody asks who inside the network sends.
  const peers = isInbound ? sources : destinations
  const limits = isInbound ? destinations : sources
  if (isInbound && destinations.length === 0)
    note(gap('rule-without-destination', 'no destination is printed: taken for any', at))
  return {
    directions,
    priority: number(element, 'priority'),
    rules: assembleRules(element, {
      actions: readAccess(element),
      isSure: directions.length === 1,
      peers: peers.length > 0 ? peers : [unknownPeer(element)],
      destination: destinationOf(limits),
      destinationPorts: readPortRanges(element, 'destinationPortRange', 'destinationPortRanges'),
      sourcePorts: readPortRanges(element, 'sourcePortRange', 'sourcePortRanges'),
    }),
  }
}

export interface RuleParts {
  /** More than one where it is not understood what the rule does. */
  readonly actions: readonly Rule['action'][]
  /** False where it is not known that the rule speaks at all: it then may match, and never surely does. */
  readonly isSure: boolean
  readonly peers: readonly Placed<Peer>[]
  readonly destination: Peer | null
  readonly destinationPorts: PortRanges
  readonly sourcePorts: PortRanges
}

export function assembleRules(element: Element, parts: RuleParts): readonly Rule[] {
  const { at, note } = element
  const priority = number(element, 'priority')
  if (priority === null)
    note(
      gap(
        'rule-without-priority',
        'no priority is printed, so the place in the order is not known',
        at,
      ),
    )
  if (parts.destinationPorts.state === 'absent' && !isPortless(text(element, 'protocol')))
    note(gap('rule-without-ports', 'no destination port range is printed', at))
  const matched = matchOf(element, parts.destinationPorts)
  const isSure = parts.isSure && parts.actions.length === 1 && priority !== null
  const perhaps = isSure
    ? matched.perhaps
    : matched.perhaps === null
      ? matched.what
      : unionPorts(matched.what, matched.perhaps)
  return parts.peers.flatMap(({ value: peer, at: place }) =>
    parts.actions.flatMap((action): readonly Rule[] =>
      bySourcePorts(parts.sourcePorts, {
        id: text(element, 'id'),
        name: text(element, 'name'),
        action,
        order: priority ?? 0,
        peer,
        what: isSure ? matched.what : nothing,
        perhaps,
        sourcePorts: allPorts,
        destination: parts.destination,
        source: place,
      }),
    ),
  )
}

const nothing = transportPorts({})

/** A broken source port range leaves open which clients the rule speaks of. */
function bySourcePorts({ set, state }: PortRanges, rule: Rule): readonly Rule[] {
  // Resource Manager asks for source ports; what leaves them out does not limit them.
  if (state === 'absent') return [rule]
  if (state === 'known') return [{ ...rule, sourcePorts: set }]
  const doubtful = {
    ...rule,
    what: nothing,
    perhaps: rule.perhaps === null ? rule.what : unionPorts(rule.what, rule.perhaps),
  }
  return set.length === 0 ? [doubtful] : [{ ...rule, sourcePorts: set }, doubtful]
}

function unknownPeer({ at, note }: Element): Placed<Peer> {
  const unknown: Gap = gap(
    'rule-without-source',
    'neither source prefixes nor groups are printed',
    at,
  )
  note(unknown)
  return { value: { kind: 'unknown', gap: unknown }, at }
}

function readDirection(element: Element): readonly Direction[] {
  const spelled = text(element, 'direction')
  const direction = spelled?.toLowerCase()
  if (direction === 'inbound' || direction === 'outbound') return [direction]
  element.note(gap('unknown-direction', `not a direction: ${JSON.stringify(spelled)}`, element.at))
  return ['inbound', 'outbound']
}

function readAccess(element: Element): readonly Rule['action'][] {
  const spelled = text(element, 'access')
  const access = spelled?.toLowerCase()
  if (access === 'allow' || access === 'deny') return [access]
  element.note(
    gap('unknown-access', `neither Allow nor Deny: ${JSON.stringify(spelled)}`, element.at),
  )
  return ['deny', 'allow']
}

interface Match {
  readonly what: TransportPorts
  readonly perhaps: TransportPorts | null
}
const isPortless = (protocol: string | null): boolean => /^(icmp|esp|ah)$/i.test(protocol ?? '')

function matchOf(element: Element, destinationPorts: PortRanges): Match {
  const { set, state } = destinationPorts
  const spelled = text(element, 'protocol')
  switch (spelled?.toLowerCase()) {
    case 'tcp':
      return portMatch(['tcp'], set, state)
    case 'udp':
      return portMatch(['udp'], set, state)
    case 'icmp':
      return { what: icmp, perhaps: null }
    case 'esp':
      return { what: esp, perhaps: null }
    case 'ah':
      return { what: ah, perhaps: null }
    case '*':
    case 'any':
    case 'all': {
      if (state === 'known' && equal(set, allPorts)) return { what: everyPort, perhaps: null }
      const match = portMatch(['tcp', 'udp'], set, state)
      // Whether a rule for any protocol with a port also matches messages without ports is documented nowhere.
      return { what: match.what, perhaps: unionPorts(match.perhaps ?? nothing, anyIcmp) }
    }
    default:
      element.note(
        gap('unknown-protocol', `not a protocol: ${JSON.stringify(spelled)}`, element.at),
      )
      return { what: nothing, perhaps: everyPort }
  }
}

const icmp = transportPorts({ icmp: allPorts })
const anyIcmp = transportPorts({ icmp: allPorts, icmpv6: allPorts })
// IP protocol numbers: RFC 4303 and RFC 4302.
const esp = transportPorts({ other: portsOf(50) })
const ah = transportPorts({ other: portsOf(51) })

function portMatch(
  transports: readonly ('tcp' | 'udp')[],
  set: PortSet,
  state: PortRanges['state'],
): Match {
  const of = (chosen: PortSet) =>
    transportPorts(Object.fromEntries(transports.map((transport) => [transport, chosen])))
  return { what: of(set), perhaps: state === 'known' ? null : of(allPorts) }
}
