/** How answers are worded for people, the same in every format. Text from outside is in them as it is: escape what you print. */
import { type Address, formatAddress } from '../model/address.ts'
import type { AddressSet } from '../model/address-set.ts'
import { isEmpty, toCidrs } from '../model/address-set.ts'
import type { Finding } from '../model/audit.ts'
import type { Exposure, Step, Verdict, Witness } from '../model/exposure.ts'
import type { Status, WrongPorts } from '../model/finding.ts'
import { allPorts, equal, type PortSet, toPairs } from '../model/port-set.ts'
import { shares } from '../model/public-space.ts'
import type { RemedyId } from '../model/requirement.ts'
import type { Resource } from '../model/resource.ts'
import { formatSource } from '../model/source.ts'
import { everyPort, type Transport } from '../model/traffic-set.ts'
import { icmpTypes } from './icmp.ts'
import { exposuresOf, gapsOf } from './order.ts'

/** Ranges named before the rest is only counted. */
const maxRanges = 8
/** CIDRs named instead of a share. */
const maxCidrs = 3

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`

const capped = (parts: readonly string[], most: number): string =>
  parts.length <= most
    ? parts.join(', ')
    : `${parts.slice(0, most).join(', ')} and ${parts.length - most} more`

const rangeWords = (set: PortSet): string =>
  capped(
    toPairs(set).map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)),
    maxRanges,
  )

const portWords: Readonly<Record<Transport, (ports: PortSet) => string>> = {
  tcp: (ports) => (equal(ports, allPorts) ? 'every TCP port' : `tcp ${rangeWords(ports)}`),
  udp: (ports) => (equal(ports, allPorts) ? 'every UDP port' : `udp ${rangeWords(ports)}`),
  icmp: (messages) => icmpWords('ICMP', messages),
  icmpv6: (messages) => icmpWords('ICMPv6', messages),
  other: (protocols) =>
    equal(protocols, everyPort.other)
      ? 'every other protocol'
      : `protocol ${rangeWords(protocols)}`,
}

/** `tcp 20-21`, `every UDP port`, `ICMP 8/0`, `protocol 50-51`. */
export const portsPhrase = (transport: Transport, ports: PortSet): string =>
  portWords[transport](ports)

function icmpWords(name: string, messages: PortSet): string {
  if (equal(messages, allPorts)) return `all ${name}`
  const types = icmpTypes(messages).map(([type, code]) =>
    code < 0 ? `${type}` : `${type}/${code}`,
  )
  return `${name} ${capped(types, maxRanges)}`
}

/** `37 %`, `0.39 %`, `99.9 %`: cut, never rounded up, so that only the whole is called the whole. */
export function percent(share: number): string {
  const value = share * 100
  if (value <= 0) return '0 %'
  if (value >= 100) return '100 %'
  if (value < 0.01) return 'less than 0.01 %'
  const digits = value < 1 || value >= 99 ? 2 : value < 10 ? 1 : 0
  // The small addend mends binary fractions: 0.39 must not be cut to 0.38.
  const cut = Math.floor(value * 10 ** digits + 1e-9) / 10 ** digits
  return `${Math.min(cut, 99.99)} %`
}

const phrases = new WeakMap<AddressSet, string>()

/** `all of IPv4 and IPv6`, `37 % of IPv4`, `198.51.100.0/24`. */
export function sourcesPhrase(set: AddressSet): string {
  let phrase = phrases.get(set)
  if (phrase === undefined) {
    phrase = wordSources(set)
    phrases.set(set, phrase)
  }
  return phrase
}

function wordSources(set: AddressSet): string {
  if (isEmpty(set)) return 'nobody'
  const { ipv4, ipv6 } = shares(set)
  if (ipv4 === 1 && ipv6 === 1) return 'all of IPv4 and IPv6'
  const shared = [
    ipv4 === 1 ? 'all of IPv4' : ipv4 > 0 ? `${percent(ipv4)} of IPv4` : '',
    ipv6 === 1 ? 'all of IPv6' : ipv6 > 0 ? `${percent(ipv6)} of IPv6` : '',
  ].filter((part) => part !== '')
  // A set of a hundred thousand ranges is not spelt out only to be found too long.
  const ranges = (set.v4.length + set.v6.length) / 2
  const cidrs = ipv4 < 1 && ipv6 < 1 && ranges <= maxCidrs ? toCidrs(set) : []
  if (cidrs.length === 0 || cidrs.length > maxCidrs)
    return shared.join(' and ') || `${plural(ranges, 'range')} of private space`
  const named = cidrs.map((cidr) => cidr.replace(/\/(32|128)$/, '')).join(', ')
  return ipv4 >= 0.01 || ipv6 >= 0.01 ? `${named} (${shared.join(' and ')})` : named
}

/** `tcp 20-21 ← all of IPv4`. */
export const wrongPhrase = ({ transport, ports, sources }: WrongPorts): string =>
  `${portsPhrase(transport, ports)} ← ${sourcesPhrase(sources)}`

/** Ports with equal sources share them: `tcp 20-21, udp 53 ← all of IPv4`; empty where ports are not what is wrong. */
export function portsSentence({ ports = [] }: Finding): string {
  const bySources = Map.groupBy(ports, ({ sources }) => sourcesPhrase(sources))
  return [...bySources]
    .map(
      ([from, own]) =>
        `${own.map((it) => portsPhrase(it.transport, it.ports)).join(', ')} ← ${from}`,
    )
    .join('; ')
}

/** A resource's name, or its id where it has none. */
export const resourceName = ({ name, id }: Resource): string => name || id

/** `web-1 (i-0abc)`. */
export const resourcePhrase = ({ name, id }: Resource): string =>
  name && name !== id ? `${name} (${id})` : id

/** `aws security group · 123456789012 · eu-west-1`. */
export const resourcePlace = ({ provider, kind, account, region }: Resource): string =>
  [`${provider} ${kind.replaceAll('-', ' ')}`, account, region].filter(Boolean).join(' · ')

export const verdictTitles: Readonly<Record<Verdict, string>> = {
  reachable: 'reachable',
  unknown: 'unknown',
  blocked: 'blocked',
  'open-but-unreachable': 'open but unreachable',
  unattached: 'unattached',
}

/** `203.0.113.5, x.elb.amazonaws.com through load-balancer web`; null where the entry has neither address nor name. */
export function entryPhrase({ entry }: Exposure): string | null {
  const front = entry.front
    ? `through ${entry.front.kind.replaceAll('-', ' ')} ${entry.front.id}`
    : ''
  const places = [...entry.addresses.map(formatAddress), ...entry.names]
  const phrase = [capped(places, 4), front].filter(Boolean).join(' ')
  return phrase === '' ? null : phrase
}

/** `reachable at 203.0.113.5`, `open but unreachable: no public address`. */
export function verdictPhrase(exposure: Exposure): string {
  const { verdict, reason, certainty } = exposure
  const entry = entryPhrase(exposure)
  const title =
    certainty === 'possible' && verdict !== 'unknown'
      ? `possibly ${verdictTitles[verdict]}`
      : verdictTitles[verdict]
  return `${title}${entry === null ? '' : ` at ${entry}`}${reason === null ? '' : `: ${reason}`}`
}

/** `sg-0123 sgr-0456 (groups.json /SecurityGroups/0)`; a rule whose id begins with the filter's says both. */
export const stepPhrase = ({ filter, rule, source }: Step): string => {
  const both = filter !== null && rule?.toLowerCase().startsWith(filter.toLowerCase())
  return [both ? null : filter, rule, source && `(${formatSource(source)})`]
    .filter(Boolean)
    .join(' ')
}

/** `8.8.8.8:40000 → 203.0.113.5:21/tcp`, `8.8.8.8 → 203.0.113.5 ICMP 8/0`. */
export function witnessPhrase({
  source,
  sourcePort,
  destination,
  transport,
  port,
}: Witness): string {
  const from = endPhrase(source, sourcePort)
  if (transport === 'tcp' || transport === 'udp')
    return `${from} → ${destination ? endPhrase(destination, port) : `port ${port}`}/${transport}`
  const to = destination ? formatAddress(destination) : 'the target'
  return `${from} → ${to} ${portsPhrase(transport, [port, port])}`
}

const endPhrase = (address: Address, port: number | null): string => {
  const text = formatAddress(address)
  if (port === null) return text
  return address.family === 6 ? `[${text}]:${port}` : `${text}:${port}`
}

export const exemptionPhrase = (exemption: NonNullable<Finding['exemption']>): string =>
  `exempt until ${exemption.expires} by ${exemption.owner}: ${exemption.reason}`

export const statusTitles: Readonly<Record<Status, string>> = {
  fail: 'fail',
  unknown: 'unknown',
  manual: 'manual',
  pass: 'pass',
  'not-applicable': 'not applicable',
}

/** In one line, what a finding says: ports, then reasons, then reach, then what is missing. */
export function findingPhrase(finding: Finding): string {
  const because = (finding.because ?? []).map(({ text }) => text)
  const reach = exposuresOf(finding).map(verdictPhrase)
  const gaps = gapsOf(finding).map(({ message }) => message)
  return [
    portsSentence(finding),
    ...[because, reach, gaps].map((texts) => capped([...new Set(texts)], 3)),
  ]
    .filter(Boolean)
    .join('. ')
}

export const remedyPhrases: Readonly<Record<RemedyId, string>> = {
  'restrict-ingress':
    'Replace the open source by the addresses that need this port, or remove the rule.',
  'restrict-icmp':
    'Admit only the ICMP messages that are needed, from the addresses that need them.',
  'attach-filter': 'Put a filter before this machine that admits only what it must answer.',
  'delete-unused-filter': 'Delete the filter, or attach it where it is needed.',
  'empty-default-filter':
    'Remove every rule of the default filter and give each machine one of its own.',
  'remove-dead-rules':
    'Remove the rules that can never match, or move them before those that shadow them.',
}
