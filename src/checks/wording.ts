/** One-line texts of the evidence. Names and ids come from outside: whoever prints these lines must make them safe. */
import { toCidrs } from '../model/address-set.ts'
import type { Peer, Rule } from '../model/estate.ts'
import type { Exposure, Step } from '../model/exposure.ts'
import { equal, formatPorts, type PortSet, toPairs } from '../model/port-set.ts'
import { everyPort, type Transport, type TransportPorts, transports } from '../model/traffic-set.ts'

/** `sgr-1 allows tcp 20-25 from 0.0.0.0/0`. */
export const ruleLine = (rule: Rule): string =>
  `${ruleName(rule)} ${verbs[rule.action]} ${formatTraffic(rule.what)} from ${formatPeer(rule.peer)}`

const verbs = { allow: 'allows', deny: 'denies', next: 'passes on' } as const

/** Names are short words in one cloud and whole descriptions in another: those are quoted. */
export function ruleName({ id, name, order }: Rule): string {
  const short = shortId(id) ?? (order > 0 ? `rule ${order}` : 'a rule')
  if (name === null) return short
  return /\s/.test(name) ? `${short} (${JSON.stringify(name)})` : name
}

/** The last part of an ARM id, since the whole would fill the line. */
const shortId = (id: string | null): string | null =>
  id && /^\/subscriptions\//i.test(id) ? (id.split('/').at(-1) ?? id) : id

/** `sg-1 sgr-2 admits tcp 2121 to tcp 21`. */
export function stepLine({ filter, rule, stage }: Step, exposure: Exposure): string {
  const who = [shortId(filter), shortId(rule)].filter(Boolean).join(' ') || stage
  const { transport, ports, targetPorts } = exposure
  const outside = formatPortsOf(transport, ports)
  const mapped = equal(ports, targetPorts) ? '' : ` to ${formatPortsOf(transport, targetPorts)}`
  const addresses = exposure.entry.names.length + exposure.entry.addresses.length
  const entry = addresses > 1 ? ` at ${addresses} entries` : ''
  return `${who} admits ${outside}${mapped}${entry}`
}

/** `tcp 20-25, udp 53`; `all traffic`. */
export function formatTraffic(what: TransportPorts): string {
  if (transports.every((transport) => equal(what[transport], everyPort[transport])))
    return 'all traffic'
  return transports
    .filter((transport) => what[transport].length > 0)
    .map((transport) => formatPortsOf(transport, what[transport]))
    .join(', ')
}

export function formatPortsOf(transport: Transport, set: PortSet): string {
  if (equal(set, everyPort[transport]))
    return transport === 'other' ? 'every other protocol' : `all ${transport}`
  switch (transport) {
    case 'tcp':
    case 'udp':
      return `${transport} ${formatPorts(set)}`
    case 'icmp':
    case 'icmpv6':
      return `${transport} ${toPairs(set).map(formatMessages).join(', ')}`
    case 'other':
      return `protocol ${formatPorts(set)}`
  }
}

/** ICMP messages are numbered type × 256 + code. */
function formatMessages([from, to]: readonly [number, number]): string {
  const type = (value: number) => Math.floor(value / 256)
  if (from === to) return `type ${type(from)} code ${from % 256}`
  if (from % 256 === 0 && to % 256 === 255)
    return type(from) === type(to) ? `type ${type(from)}` : `types ${type(from)}-${type(to)}`
  return `type ${type(from)} code ${from % 256} to type ${type(to)} code ${to % 256}`
}

const shownCidrs = 4

export function formatPeer(peer: Peer): string {
  switch (peer.kind) {
    case 'addresses': {
      const cidrs = toCidrs(peer.set)
      const shown = cidrs.slice(0, shownCidrs).join(', ')
      return cidrs.length > shownCidrs ? `${shown} and ${cidrs.length - shownCidrs} more` : shown
    }
    case 'group':
      return `the members of ${shortId(peer.id.slice(peer.id.indexOf(':') + 1))}`
    case 'named':
      return peer.name
    case 'unknown':
      return `an unknown peer (${peer.gap.message})`
    case 'any-of':
      return peer.peers.map(formatPeer).join(', ')
  }
}
