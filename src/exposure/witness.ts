/** The witness's way: one packet, stage by stage, with the rule that decides at each. */
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Estate, Filter, Path, PortMapping, Rule, Stage } from '../model/estate.ts'
import type { Step } from '../model/exposure.ts'
import * as portSet from '../model/port-set.ts'
import type { Transport } from '../model/traffic-set.ts'
import { addressesOf, applies, type Context, contextOf, possibleWhat } from './context.ts'
import { inOrder } from './filter.ts'
import { isTopology } from './path.ts'
import type { Piece } from './piece.ts'
import { ruleId } from './rule-id.ts'

/** One packet on its way. */
export interface Packet {
  readonly source: AddressSet
  readonly transport: Transport
  readonly port: number
}

export interface Way {
  readonly steps: readonly Step[]
  readonly sourcePort: number
  /** The stage that stops a blocked piece, or null. */
  readonly stoppedBy: Step | null
}

/**
 * The way of the source-port class that gets furthest; the usual client port is tried first. What is certain goes a certain
 * way: no rule on it only may match.
 */
export function wayOf(
  packet: Packet,
  piece: Piece,
  path: Path,
  estate: Estate,
  classes: readonly number[],
): Way {
  let furthest: Way | undefined
  for (const sourcePort of classes) {
    const way = { sourcePort, ...walk(packet, piece, path, estate, sourcePort) }
    if (way.stoppedBy === null) return way
    if (!furthest || way.steps.length > furthest.steps.length) furthest = way
  }
  if (!furthest) throw new RangeError('no class of source ports')
  return furthest
}

/** How sure the rules on a way must be. */
type Sureness = 'certain' | 'possible'

function walk(
  packet: Packet,
  piece: Piece,
  path: Path,
  estate: Estate,
  sourcePort: number,
): { readonly steps: readonly Step[]; readonly stoppedBy: Step | null } {
  const steps: Step[] = []
  const sureness = piece.verdict === 'reachable' ? 'certain' : 'possible'
  let current = packet
  for (const [index, leg] of path.legs.entries()) {
    const context = contextOf(estate, leg, sourcePort)
    if (leg.sender.kind === 'front') current = { ...current, source: leg.sender.addresses.possible }
    for (const { stage } of leg.stages) {
      if (piece.extent !== 'reach' && isTopology(stage)) continue
      const { through, told } = stepsAt(stage, current, index, context, sureness)
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

export const frontStep = ({ because }: PortMapping, { entry }: Path, leg: number): Step => ({
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
function stepsAt(
  stage: Stage,
  packet: Packet,
  leg: number,
  context: Context,
  sureness: Sureness,
): Passed {
  switch (stage.kind) {
    case 'fixed':
      return { through: stage.admits === 'everything', told: [nameless(stage, leg)] }
    case 'sources': {
      const passes = addressSet.overlaps(packet.source, stage.admits[sureness])
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
        const rule = filter.inbound.find((one) => matches(one, packet, context, sureness))
        if (rule) return { through: true, told: [stepOf(stage, leg, filter, rule)] }
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
      return orderedSteps(stage, packet, leg, context, sureness)
    case 'stateless':
      return statelessSteps(stage, packet, leg, context, sureness)
  }
}

function orderedSteps(
  stage: Extract<Stage, { kind: 'ordered' }>,
  packet: Packet,
  leg: number,
  context: Context,
  sureness: Sureness,
): Passed {
  const filter = context.estate.filters.get(stage.filter)
  if (!filter) return { through: true, told: [{ ...nameless(stage, leg), filter: stage.filter }] }
  const rule = firstMatch(filter.inbound, packet, context, sureness)
  const own = stepOf(stage, leg, filter, rule)
  if (rule?.action === 'allow') return { through: true, told: [own] }
  const goesOn =
    rule?.action === 'next' ||
    (!rule && filter.combination.kind === 'ordered' && filter.combination.otherwise === 'next')
  if (!goesOn) return { through: false, told: [own] }
  const told = rule ? [own] : []
  for (const behind of stage.behind) {
    const passed = stepsAt(behind, packet, leg, context, sureness)
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
  sureness: Sureness,
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
  const forPacket = firstMatch(own, { ...packet, source: peer }, context, sureness)
  const entering = stepOf(stage, leg, filter, forPacket)
  if (forPacket?.action !== 'allow') return { through: false, told: [entering] }
  const reply = replyOf(packet, peer, context)
  if (reply === null) return { through: true, told: [entering] }
  const forReply = firstMatch(other, reply, context, sureness)
  const leaving = { ...stepOf(stage, leg, filter, forReply), stage: `${stage.stage}-reply` }
  return { through: forReply?.action === 'allow', told: [entering, leaving] }
}

export const carriesPorts = (transport: Transport): boolean =>
  transport === 'tcp' || transport === 'udp'

/** What the machine answers, or null where nothing need be answered. */
function replyOf(packet: Packet, peer: AddressSet, { sourcePort }: Context): Packet | null {
  if (carriesPorts(packet.transport)) return { ...packet, source: peer, port: sourcePort ?? 0 }
  if (packet.transport === 'other') return { ...packet, source: peer }
  const type = packet.port >> 8
  if (packet.transport === 'icmp') return type === 8 ? { ...packet, source: peer, port: 0 } : null
  return type === 128 ? { ...packet, source: peer, port: 129 * 256 } : null
}

/**
 * The rule that decides. On a certain way a rule that only may match is passed over if it allows and ends the way if it
 * denies; on a possible one it decides if it allows and is passed over if it denies.
 */
const firstMatch = (
  rules: readonly Rule[],
  packet: Packet,
  context: Context,
  sureness: Sureness,
): Rule | undefined =>
  inOrder(rules).find((rule) =>
    matches(
      rule,
      packet,
      context,
      (rule.action === 'deny') === (sureness === 'certain') ? 'possible' : 'certain',
    ),
  )

function matches(rule: Rule, packet: Packet, context: Context, sureness: Sureness): boolean {
  const what = sureness === 'certain' ? rule.what : possibleWhat(rule)
  if (!portSet.contains(what[packet.transport], packet.port)) return false
  const application = applies(rule, context)
  if (application === 'no' || (sureness === 'certain' && application === 'maybe')) return false
  return addressSet.overlaps(addressesOf(rule.peer, context)[sureness], packet.source)
}

export const stepOf = (
  stage: Stage,
  leg: number,
  filter: Filter,
  rule: Rule | undefined,
): Step => ({
  leg,
  stage: stage.stage,
  filter: filter.resource.id,
  rule: rule ? ruleId(rule) : null,
  source: rule?.source ?? filter.source,
})
