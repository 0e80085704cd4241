/** Why a piece of traffic gets through, or does not: the witness's way, and every rule that admits any of it. */
import type { Address } from '../model/address.ts'
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Estate, Filter, Leg, Path, PortMapping, Rule, Stage } from '../model/estate.ts'
import type { Step } from '../model/exposure.ts'
import type { Gap } from '../model/gap.ts'
import * as portSet from '../model/port-set.ts'
import { clientsOf } from '../model/public-space.ts'
import type { Transport } from '../model/traffic-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import { type Context, contextOf, gapsOfRule, matchedBy, possibleWhat } from './context.ts'
import { eachInOrder, inOrder } from './filter.ts'
import { isTopology } from './path.ts'
import type { Piece } from './piece.ts'
import { ruleId } from './rule-id.ts'
import { sourcePortClasses } from './stage.ts'

export interface Reasons {
  readonly steps: readonly Step[]
  readonly rules: readonly Step[]
  readonly gaps: readonly Gap[]
  readonly source: Address
  readonly sourcePort: number | null
  /** In the internet's ports. */
  readonly port: number
  /** The stage that stops a blocked piece, or null. */
  readonly stoppedBy: Step | null
}

/** One packet on its way. */
interface Packet {
  readonly source: AddressSet
  readonly transport: Transport
  readonly port: number
}

const familiar = addressSet.addresses('8.8.8.8', '2001:4860:4860::8888')

export function reasonsOf(piece: Piece, path: Path, estate: Estate): Reasons {
  const candidates = addressSet.intersect(piece.sources, clientsOfPath(path, estate))
  const known = addressSet.intersect(candidates, familiar)
  const source = addressSet.firstAddress(addressSet.isEmpty(known) ? candidates : known) as Address
  const packet: Packet = {
    source: addressSet.ofAddress(source),
    transport: piece.transport,
    port: piece.ports[0] as number,
  }
  const way = wayOf(packet, piece, path, estate)
  const whole = { piece, path, estate, candidates, sourcePort: way.sourcePort }
  return {
    ...way,
    rules: admittingSteps(whole),
    gaps: piece.certainty === 'possible' ? possibleGaps(whole) : [],
    source,
    sourcePort: carriesPorts(piece.transport) ? way.sourcePort : null,
    port: packet.port,
  }
}

/** Who can be a client of this way: the internet, less the cloud's own addresses and those of the network itself. */
export function clientsOfPath({ target, inside }: Path, estate: Estate): AddressSet {
  const clients = clientsOf(estate.targets.get(target)?.resource.provider ?? 'network')
  return inside ? addressSet.subtract(clients, inside) : clients
}

const carriesPorts = (transport: Transport): boolean => transport === 'tcp' || transport === 'udp'

/** The way of the source-port class that gets furthest; the usual client port is tried first. */
function wayOf(
  packet: Packet,
  piece: Piece,
  path: Path,
  estate: Estate,
): {
  readonly steps: readonly Step[]
  readonly sourcePort: number
  readonly stoppedBy: Step | null
} {
  const kept = path.legs.filter((leg, i) => i === 0 || leg.sender.kind === 'client')
  const classes = sourcePortClasses(kept, contextOf(estate, path.legs[0] as Leg, null))
  const ways = classes.map((sourcePort) => ({
    sourcePort,
    ...walk(packet, piece, path, estate, sourcePort),
  }))
  const through = ways.find((way) => way.stoppedBy === null)
  return through ?? ways.reduce((a, b) => (b.steps.length > a.steps.length ? b : a))
}

function walk(
  packet: Packet,
  piece: Piece,
  path: Path,
  estate: Estate,
  sourcePort: number,
): { readonly steps: readonly Step[]; readonly stoppedBy: Step | null } {
  const steps: Step[] = []
  let current = packet
  for (const [index, leg] of path.legs.entries()) {
    const context = contextOf(estate, leg, sourcePort)
    if (leg.sender.kind === 'front') current = { ...current, source: leg.sender.addresses.possible }
    for (const { stage } of leg.stages) {
      if (piece.extent !== 'reach' && isTopology(stage)) continue
      const { through, told } = stepsAt(stage, current, index, context)
      steps.push(...told)
      if (!through) return { steps, stoppedBy: told.at(-1) ?? nameless(stage, index) }
    }
    const mapping = path.mappings[index]?.find(
      (one) => one.transport === current.transport && portSet.contains(one.ports, current.port),
    )
    if (mapping) {
      steps.push(frontStep(mapping, path, index))
      current = { ...current, port: mapping.to === 'same' ? current.port : mapping.to }
    }
  }
  return { steps, stoppedBy: null }
}

const nameless = (stage: Stage, leg: number): Step => ({
  leg,
  stage: stage.stage,
  filter: null,
  rule: null,
  source: null,
})

const frontStep = ({ because }: PortMapping, { entry }: Path, leg: number): Step => ({
  leg,
  stage: 'front',
  filter: because?.filter ?? entry.front?.id ?? null,
  rule: because?.rule ?? null,
  source: because?.source ?? entry.front?.source ?? null,
})

interface Passed {
  readonly through: boolean
  readonly told: readonly Step[]
}

/** The rule of one stage that decides on the packet. */
function stepsAt(stage: Stage, packet: Packet, leg: number, context: Context): Passed {
  switch (stage.kind) {
    case 'fixed':
      return { through: stage.admits === 'everything', told: [nameless(stage, leg)] }
    case 'sources': {
      const passes = addressSet.overlaps(packet.source, stage.admits.possible)
      const rule =
        stage.because.find(({ set }) => addressSet.overlaps(set, packet.source)) ?? stage.because[0]
      return {
        through: passes,
        told: [
          {
            ...nameless(stage, leg),
            filter: rule?.filter ?? stage.filter,
            rule: rule?.rule ?? null,
            source: rule?.source ?? null,
          },
        ],
      }
    }
    case 'union': {
      for (const id of stage.filters) {
        const filter = context.estate.filters.get(id)
        if (!filter) return { through: true, told: [{ ...nameless(stage, leg), filter: id }] }
        const rule = filter.inbound.find((one) => matches(one, packet, context))
        if (rule) return { through: true, told: [step(stage, leg, filter, rule)] }
      }
      const [first] = stage.filters
      const filter = first === undefined ? undefined : context.estate.filters.get(first)
      return {
        through: false,
        told: [
          {
            ...nameless(stage, leg),
            filter: filter?.resource.id ?? null,
            source: filter?.source ?? null,
          },
        ],
      }
    }
    case 'ordered':
      return orderedSteps(stage, packet, leg, context)
    case 'stateless':
      return statelessSteps(stage, packet, leg, context)
  }
}

function orderedSteps(
  stage: Extract<Stage, { kind: 'ordered' }>,
  packet: Packet,
  leg: number,
  context: Context,
): Passed {
  const filter = context.estate.filters.get(stage.filter)
  if (!filter) return { through: true, told: [{ ...nameless(stage, leg), filter: stage.filter }] }
  const rule = firstMatch(filter.inbound, packet, context)
  const own = step(stage, leg, filter, rule)
  if (rule?.action === 'allow') return { through: true, told: [own] }
  const goesOn =
    rule?.action === 'next' ||
    (!rule && filter.combination.kind === 'ordered' && filter.combination.otherwise === 'next')
  if (!goesOn) return { through: false, told: [own] }
  const told = rule ? [own] : []
  for (const behind of stage.behind) {
    const passed = stepsAt(behind, packet, leg, context)
    told.push(...passed.told)
    if (!passed.through) return { through: false, told }
  }
  return { through: true, told }
}

function statelessSteps(
  stage: Extract<Stage, { kind: 'stateless' }>,
  packet: Packet,
  leg: number,
  context: Context,
): Passed {
  const filter = context.estate.filters.get(stage.filter)
  if (!filter) return { through: true, told: [{ ...nameless(stage, leg), filter: stage.filter }] }
  const peer =
    stage.packet === 'inbound'
      ? packet.source
      : addressSet.unionAll(context.destinations.map(addressSet.ofAddress))
  const [own, other] =
    stage.packet === 'inbound'
      ? [filter.inbound, filter.outbound]
      : [filter.outbound, filter.inbound]
  const forPacket = firstMatch(own, { ...packet, source: peer }, context)
  const entering = step(stage, leg, filter, forPacket)
  if (forPacket?.action !== 'allow') return { through: false, told: [entering] }
  const reply = replyOf(packet, peer, context)
  if (reply === null) return { through: true, told: [entering] }
  const forReply = firstMatch(other, reply, context)
  const leaving = { ...step(stage, leg, filter, forReply), stage: `${stage.stage}-reply` }
  return { through: forReply?.action === 'allow', told: [entering, leaving] }
}

/** What the machine answers, or null where nothing need be answered. */
function replyOf(packet: Packet, peer: AddressSet, { sourcePort }: Context): Packet | null {
  if (carriesPorts(packet.transport)) return { ...packet, source: peer, port: sourcePort ?? 0 }
  if (packet.transport === 'other') return { ...packet, source: peer }
  const type = packet.port >> 8
  if (packet.transport === 'icmp') return type === 8 ? { ...packet, source: peer, port: 0 } : null
  return type === 128 ? { ...packet, source: peer, port: 129 * 256 } : null
}

/** The first rule that certainly matches; one that only may match decides only if it allows. */
const firstMatch = (rules: readonly Rule[], packet: Packet, context: Context): Rule | undefined =>
  inOrder(rules).find((rule) =>
    matches(rule, packet, context, rule.action === 'deny' ? 'certain' : 'possible'),
  )

function matches(
  rule: Rule,
  packet: Packet,
  context: Context,
  which: 'certain' | 'possible' = 'possible',
): boolean {
  if (!portSet.contains(possibleWhat(rule)[packet.transport], packet.port)) return false
  const sources = trafficSet.sourcesOf(
    matchedBy(rule, context)[which],
    packet.transport,
    packet.port,
  )
  return addressSet.overlaps(sources, packet.source)
}

const step = (stage: Stage, leg: number, filter: Filter, rule: Rule | undefined): Step => ({
  leg,
  stage: stage.stage,
  filter: filter.resource.id,
  rule: rule ? ruleId(rule) : null,
  source: rule?.source ?? filter.source,
})

interface Whole {
  readonly piece: Piece
  readonly path: Path
  readonly estate: Estate
  /** The public part of the piece's sources. */
  readonly candidates: AddressSet
  readonly sourcePort: number
}

/** Visits each leg with the piece's traffic as that leg sees it. */
function eachLeg(
  { piece, path, estate, candidates }: Whole,
  visit: (leg: Leg, index: number, traffic: trafficSet.TrafficSet, context: Context) => void,
): void {
  let ports: portSet.PortSet = piece.ports
  for (const [index, leg] of path.legs.entries()) {
    const from = leg.sender.kind === 'front' ? leg.sender.addresses.possible : candidates
    const what = trafficSet.transportPorts({ [piece.transport]: ports })
    visit(leg, index, trafficSet.traffic(what, from), contextOf(estate, leg, null))
    const mappings = path.mappings[index] ?? []
    if (mappings.length > 0)
      ports = portSet.unionAll(
        mappings
          .filter((one) => one.transport === piece.transport && portSet.overlaps(one.ports, ports))
          .map((one) =>
            one.to === 'same' ? portSet.intersect(one.ports, ports) : portSet.ports(one.to),
          ),
      )
  }
}

function admittingSteps(whole: Whole): readonly Step[] {
  const found: Step[] = []
  eachLeg(whole, (leg, index, traffic, context) => {
    for (const { stage } of leg.stages) found.push(...admittingAt(stage, index, traffic, context))
    for (const mapping of whole.path.mappings[index] ?? [])
      if (mapping.because && mapping.transport === whole.piece.transport)
        if (
          !trafficSet.isEmpty(
            trafficSet.toPorts(
              traffic,
              trafficSet.transportPorts({ [mapping.transport]: mapping.ports }),
            ),
          )
        )
          found.push(frontStep(mapping, whole.path, index))
  })
  return found
}

function admittingAt(
  stage: Stage,
  leg: number,
  traffic: trafficSet.TrafficSet,
  context: Context,
): readonly Step[] {
  switch (stage.kind) {
    case 'fixed':
      return []
    case 'sources':
      return stage.because
        .filter(({ set }) =>
          addressSet.overlaps(addressSet.intersect(set, stage.admits.possible), sourcesIn(traffic)),
        )
        .map(({ filter, rule, source }) => ({ leg, stage: stage.stage, filter, rule, source }))
    case 'union':
      return stage.filters.flatMap((id) => {
        const filter = context.estate.filters.get(id)
        if (!filter) return []
        return filter.inbound
          .filter(
            (rule) => rule.action === 'allow' && meets(matchedBy(rule, context).possible, traffic),
          )
          .map((rule) => step(stage, leg, filter, rule))
      })
    case 'ordered': {
      const filter = context.estate.filters.get(stage.filter)
      if (!filter) return []
      return [
        ...admittingRules(filter.inbound, traffic, context).map((rule) =>
          step(stage, leg, filter, rule),
        ),
        ...stage.behind.flatMap((behind) => admittingAt(behind, leg, traffic, context)),
      ]
    }
    case 'stateless': {
      const filter = context.estate.filters.get(stage.filter)
      if (!filter || stage.packet === 'outbound') return []
      return admittingRules(filter.inbound, traffic, context).map((rule) =>
        step(stage, leg, filter, rule),
      )
    }
  }
}

/** The allow rules that some of the traffic gets as far as. */
export function admittingRules(
  rules: readonly Rule[],
  traffic: trafficSet.TrafficSet,
  context: Context,
): readonly Rule[] {
  const found: Rule[] = []
  eachInOrder(rules, context, (rule, hit) => {
    if (rule.action === 'allow' && meets(hit, traffic)) found.push(rule)
  })
  return found
}

/** Whether two sets share any traffic. */
export const meets = (a: trafficSet.TrafficSet, b: trafficSet.TrafficSet): boolean =>
  trafficSet.transports.some(
    (t) =>
      a[t].length > 0 &&
      b[t].length > 0 &&
      a[t].some((x) =>
        b[t].some(
          (y) => x.from <= y.to && y.from <= x.to && addressSet.overlaps(x.addresses, y.addresses),
        ),
      ),
  )

const sourcesIn = (traffic: trafficSet.TrafficSet): AddressSet =>
  addressSet.unionAll(
    trafficSet.transports.flatMap((t) => traffic[t].map((segment) => segment.addresses)),
  )

/** What would have to be known to make a possible piece certain. */
function possibleGaps(whole: Whole): readonly Gap[] {
  const found = new Map<string, Gap>()
  const add = (gaps: readonly Gap[]) => {
    for (const one of gaps) found.set(one.key, one)
  }
  eachLeg(whole, (leg, _index, traffic, context) => {
    if (leg.sender.kind === 'front') add(leg.sender.gaps)
    const visit = (stage: Stage): void => {
      if (stage.kind === 'sources') add(stage.gaps)
      const ids =
        stage.kind === 'union'
          ? stage.filters
          : stage.kind === 'ordered' || stage.kind === 'stateless'
            ? [stage.filter]
            : []
      for (const id of ids)
        for (const rule of context.estate.filters.get(id)?.inbound ?? [])
          if (meets(matchedBy(rule, context).possible, traffic)) add(gapsOfRule(rule, context))
      if (stage.kind === 'ordered') stage.behind.forEach(visit)
    }
    for (const { stage } of leg.stages) visit(stage)
  })
  return [...found.values()]
}
