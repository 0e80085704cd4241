/** Where the product's exposures and a simulator part ways on one estate. */
import { formatAddress, parseAddress } from '../../src/model/address.ts'
import * as addressSet from '../../src/model/address-set.ts'
import type { Exposure } from '../../src/model/exposure.ts'
import * as portSet from '../../src/model/port-set.ts'
import { internet } from '../../src/model/public-space.ts'
import { documentOf, pointer } from '../../src/model/source.ts'
import type { Oracle } from './oracle.ts'
import type { Answer, NamedDocument, Packet, Transport } from './packet.ts'
import { pointed } from './pointed.ts'

/** The address that Azure keeps for its own probes is public in name only. */
const clientsOfTheInternet = addressSet.subtract(internet, addressSet.addresses('168.63.129.16'))

export interface Grid {
  readonly sources: readonly string[]
  readonly ports: readonly (readonly [Transport, readonly number[]])[]
}

export interface Disagreement {
  readonly rule: string
  readonly detail: unknown
}

export interface Judged {
  readonly documents: readonly NamedDocument[]
  readonly oracle: Oracle
  readonly exposures: readonly Exposure[]
  readonly grid: Grid
}

/** The first disagreement, or null: one is enough to shrink by. */
export function disagreement(judged: Judged): Disagreement | null {
  return (
    packetDisagreement(judged) ??
    silence(judged) ??
    strayReach(judged) ??
    witnessDisagreement(judged) ??
    idleRule(judged) ??
    lostPointer(judged) ??
    silentRule(judged)
  )
}

// ---- packet by packet ----

function packetDisagreement({ oracle, exposures, grid }: Judged): Disagreement | null {
  for (const { address, target } of distinctEntries(oracle)) {
    const own = exposures.filter((it) => it.target.id === target && entersAt(it, address))
    for (const packet of packets(grid, address)) {
      if (!oracle.isClient(packet.source, target)) continue
      const covering = own.filter((it) => covers(it, packet))
      const [expected, got] = [oracle.admits(packet, target), verdict(covering)]
      if (expected !== got)
        return {
          rule: 'a packet gets in exactly where the simulator lets it in',
          detail: { packet, target, expected, got, covering: covering.map(brief) },
        }
      const twice = overlapping(covering)
      if (twice) return { rule: 'exposures of one way do not overlap', detail: { packet, twice } }
    }
  }
  return null
}

/** What the product's exposures say of one packet to one target. */
export const answerOf = (exposures: readonly Exposure[], packet: Packet, target: string): Answer =>
  verdict(
    exposures.filter(
      (it) => it.target.id === target && entersAt(it, packet.destination) && covers(it, packet),
    ),
  )

const distinctEntries = (oracle: Oracle): Oracle['entries'] => [
  ...new Map(oracle.entries.map((it) => [`${it.address} ${it.target}`, it])).values(),
]

function* packets({ sources, ports }: Grid, destination: string): Iterable<Packet> {
  const six = destination.includes(':')
  for (const source of sources) {
    if (source.includes(':') !== six) continue
    for (const [transport, list] of ports) {
      if (transport === (six ? 'icmp' : 'icmpv6')) continue
      for (const port of list) yield { source, sourcePort: null, destination, transport, port }
    }
  }
}

const entersAt = ({ entry }: Exposure, address: string): boolean =>
  entry.addresses.some((own) => formatAddress(own) === formatAddress(parsed(address)))

const covers = (it: Exposure, packet: Packet): boolean =>
  speaksOf(it, packet) && addressSet.contains(it.sources, parsed(packet.source))
const speaksOf = ({ transport, ports }: Exposure, packet: Packet): boolean =>
  transport === packet.transport && portSet.contains(ports, packet.port)

function parsed(text: string) {
  const address = parseAddress(text)
  if (!address) throw new RangeError(text)
  return address
}

function verdict(covering: readonly Exposure[]): Answer {
  if (covering.some((it) => it.verdict === 'reachable' && it.certainty === 'certain')) return 'yes'
  return covering.some((it) => it.verdict === 'unknown') ? 'unknown' : 'no'
}

/** Two exposures of one front, target and target port say the same packet twice. */
function overlapping(covering: readonly Exposure[]): unknown {
  const seen = new Set<string>()
  for (const it of covering) {
    const way = `${it.entry.front?.id ?? 'own'} ${it.targetPorts.join(' ')}`
    if (seen.has(way)) return covering.map(brief)
    seen.add(way)
  }
  return null
}

// ---- what lies open without a way in ----

/** By port, not by source: of what another filter takes away in part, only the rest is listed. */
function silence({ oracle, exposures, grid }: Judged): Disagreement | null {
  for (const { target, verdicts, admits } of oracle.dormant) {
    const own = exposures.filter((it) => it.target.id === target)
    const wrong = own.find(({ verdict: said }) => !verdicts.includes(said))
    if (wrong)
      return {
        rule: 'what has no way in is not said to have one',
        detail: { verdicts, wrong: brief(wrong) },
      }
    for (const destination of ['198.41.0.1', '2a05:d018::1']) {
      const asked = [...packets(grid, destination)]
        .filter(({ source }) => oracle.isClient(source, target))
        .map((packet) => ({ packet, answer: admits(packet.source, packet) }))
      for (const { packet, answer } of asked) {
        if (answer !== 'yes' || own.some((it) => speaksOf(it, packet))) continue
        // What is possible at the same port may lie where another filter passes it: then nothing certain is left to list.
        if (asked.some((it) => it.answer === 'unknown' && samePort(it.packet, packet))) continue
        return {
          rule: 'what filters admit is listed even without a way in',
          detail: { target, packet, own: own.map(brief) },
        }
      }
    }
  }
  return null
}

const samePort = (a: Packet, b: Packet): boolean => a.transport === b.transport && a.port === b.port

// ---- what the product says beyond the simulator's entries ----

function strayReach({ oracle, exposures }: Judged): Disagreement | null {
  const known = new Set(
    oracle.entries.map(({ address, target }) => `${formatAddress(parsed(address))} ${target}`),
  )
  for (const it of exposures) {
    if (it.verdict !== 'reachable') continue
    if (it.certainty !== 'certain')
      return { rule: 'what is only possible is not called reachable', detail: brief(it) }
    if (it.entry.addresses.length === 0 && it.entry.names.length === 0)
      return { rule: 'what is reachable has an entry', detail: brief(it) }
    if (!addressSet.overlaps(it.sources, clientsOfTheInternet))
      return { rule: 'what is reachable is so from the internet', detail: brief(it) }
    for (const address of it.entry.addresses)
      if (!known.has(`${formatAddress(address)} ${it.target.id}`))
        return {
          rule: 'every entry is one that the simulator knows',
          detail: { entry: formatAddress(address), exposure: brief(it) },
        }
  }
  return null
}

// ---- witnesses ----

function witnessDisagreement({ oracle, exposures }: Judged): Disagreement | null {
  for (const it of exposures) {
    const { witness } = it
    if (
      !addressSet.contains(it.sources, witness.source) ||
      !portSet.contains(it.ports, witness.port)
    )
      return { rule: 'a witness belongs to its exposure', detail: brief(it) }
    if (it.verdict === 'unknown') continue
    const { destination } = witness
    if (destination && it.entry.addresses.some(({ family }) => family === witness.source.family)) {
      if (!it.entry.addresses.some((own) => formatAddress(own) === formatAddress(destination)))
        return { rule: 'a witness goes to an entry', detail: brief(it) }
      const packet: Packet = {
        source: formatAddress(witness.source),
        sourcePort: witness.sourcePort,
        destination: formatAddress(destination),
        transport: it.transport,
        port: witness.port,
      }
      if (!oracle.isClient(packet.source, it.target.id))
        return { rule: 'a witness is a client', detail: brief(it) }
      const answer = oracle.admits(packet, it.target.id)
      if ((it.verdict === 'reachable') !== (answer === 'yes'))
        return {
          rule: 'the witness of what is reachable gets in, that of what is not does not',
          detail: { packet, answer, exposure: brief(it) },
        }
    }
  }
  return null
}

// ---- rules and places ----

/** Without the named rule's stage there would be no way: at least, what it names must be in the documents and admit. */
function idleRule({ exposures }: Judged): Disagreement | null {
  for (const it of exposures)
    if (
      it.verdict === 'reachable' &&
      it.rules.length === 0 &&
      it.path.some(({ stage, filter }) => filter !== null && stage.endsWith('security-group'))
    )
      return { rule: 'what is reachable names the rules that admit it', detail: brief(it) }
  return null
}

function lostPointer({ documents, exposures }: Judged): Disagreement | null {
  for (const it of exposures)
    for (const step of [...it.path, ...it.rules])
      if (step.source && pointed(documents, step.source).length === 0)
        return {
          rule: 'every step points at a place in the documents',
          detail: {
            document: documentOf(step.source).document,
            pointer: pointer(step.source),
            step: step.stage,
          },
        }
  return null
}

/** A rule with an id of its own is that id (it may be pointed at by one of its prefixes); a permission's peer is what it says. */
const identity = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'id' in value
    ? String(value.id)
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)

/** Every rule that lets a packet of an exposure in is among the exposure's rules. */
function silentRule({ documents, oracle, exposures, grid }: Judged): Disagreement | null {
  for (const it of exposures) {
    if (it.verdict !== 'reachable' || it.certainty !== 'certain') continue
    const named = it.rules.flatMap(({ source }) =>
      source ? pointed(documents, source).map(identity) : [],
    )
    for (const address of it.entry.addresses)
      for (const packet of packets(grid, formatAddress(address))) {
        if (!covers(it, packet) || !oracle.isClient(packet.source, it.target.id)) continue
        const admitting = oracle.rulesFor(packet, it.target.id)
        const missing = admitting.find((rule) => !named.includes(identity(rule)))
        if (missing !== undefined)
          return {
            rule: 'every rule that lets a packet in is named',
            detail: { packet, missing, named, exposure: brief(it) },
          }
      }
  }
  return null
}

export const brief = (it: Exposure): unknown => ({
  target: it.target.id,
  entry: it.entry.addresses.map(formatAddress),
  front: it.entry.front?.id ?? null,
  transport: it.transport,
  ports: portSet.toPairs(it.ports),
  targetPorts: portSet.toPairs(it.targetPorts),
  sources: addressSet.toCidrs(it.sources).slice(0, 12),
  verdict: it.verdict,
  certainty: it.certainty,
  reason: it.reason,
  gaps: it.gaps.map(({ reason }) => reason),
  witness: { ...it.witness, source: formatAddress(it.witness.source), destination: null },
})
