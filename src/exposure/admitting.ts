/** Which rules admit a piece of traffic, on all of its legs. */
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Estate, Leg, Path, Rule, Stage } from '../model/estate.ts'
import type { Step } from '../model/exposure.ts'
import * as portSet from '../model/port-set.ts'
import { formatSource } from '../model/source.ts'
import type { TrafficSet } from '../model/traffic-set.ts'
import * as trafficSet from '../model/traffic-set.ts'
import { addressesOf, applies, type Context, contextOf, possibleWhat } from './context.ts'
import { eachInOrder, rulesForClients } from './filter.ts'
import { behindMappings } from './path.ts'
import type { Piece } from './piece.ts'
import { frontStep, stepOf } from './witness.ts'

/** A piece with what is asked about it. */
export interface Whole {
  readonly piece: Piece
  readonly path: Path
  readonly estate: Estate
  /** The clients among the piece's sources. */
  readonly candidates: AddressSet
  /** The source ports that the rules of the client's legs tell apart, one of each class. */
  readonly classes: readonly number[]
}

/** Visits each leg with the piece's traffic as that leg sees it, once for each class of source ports. */
export function eachLeg(
  { piece, path, estate, candidates, classes }: Whole,
  visit: (leg: Leg, index: number, traffic: TrafficSet, context: Context) => void,
): void {
  let ports: portSet.PortSet = piece.ports
  for (const [index, leg] of path.legs.entries()) {
    const from = leg.sender.kind === 'front' ? leg.sender.addresses.possible : candidates
    const what = trafficSet.portsOn(piece.transport, ports)
    const traffic = trafficSet.traffic(what, from)
    if (index > 0 && leg.sender.kind === 'front')
      visit(leg, index, traffic, contextOf(estate, leg, null))
    else for (const port of classes) visit(leg, index, traffic, contextOf(estate, leg, port))
    const mappings = path.mappings[index]
    if (mappings) ports = behindMappings(mappings, piece.transport, ports)
  }
}

/** Every rule that admits any of it, in the order of the stages. */
export function admittingSteps(whole: Whole): readonly Step[] {
  // Classes of source ports tell the same rules again: once is enough.
  const found = new Map<string, Step>()
  const add = (steps: readonly Step[]) => {
    for (const step of steps) found.set(stepKey(step), step)
  }
  eachLeg(whole, (leg, index, traffic, context) => {
    for (const { stage } of leg.stages) add(admittingAt(stage, index, traffic, context))
    for (const mapping of whole.path.mappings[index] ?? [])
      if (
        mapping.because &&
        mapping.transport === whole.piece.transport &&
        traffic[mapping.transport].some(({ from, to }) =>
          portSet.overlaps([from, to], mapping.ports),
        )
      )
        add([frontStep(mapping, whole.path, index)])
  })
  return [...found.values()]
}

const stepKey = ({ leg, stage, filter, rule, source }: Step): string =>
  `${leg}|${stage}|${filter}|${rule}|${source && formatSource(source)}`

function admittingAt(
  stage: Stage,
  leg: number,
  traffic: TrafficSet,
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
        return unitedRules(filter.inbound, traffic, context).map((rule) =>
          stepOf(stage, leg, filter, rule),
        )
      })
    case 'ordered': {
      const filter = context.estate.filters.get(stage.filter)
      if (!filter) return []
      return [
        ...admittingRules(filter.inbound, traffic, context).map((rule) =>
          stepOf(stage, leg, filter, rule),
        ),
        ...stage.behind.flatMap((behind) => admittingAt(behind, leg, traffic, context)),
      ]
    }
    case 'stateless': {
      const filter = context.estate.filters.get(stage.filter)
      if (!filter || stage.packet === 'outbound') return []
      return admittingRules(filter.inbound, traffic, context).map((rule) =>
        stepOf(stage, leg, filter, rule),
      )
    }
  }
}

/** The allow rules that match some of the traffic, where rules are united. */
export const unitedRules = (
  rules: readonly Rule[],
  traffic: TrafficSet,
  context: Context,
): readonly Rule[] =>
  (context.clients === null ? rules : rulesForClients(rules)).filter(
    (rule) => rule.action === 'allow' && mayMatch(rule, traffic, context),
  )

/** Ports first: nearly always they tell that a rule has nothing to do with it. */
export function mayMatch(rule: Rule, traffic: TrafficSet, context: Context): boolean {
  const what = possibleWhat(rule)
  for (const transport of trafficSet.transports)
    for (const { from, to, addresses } of traffic[transport])
      if (
        portSet.overlaps([from, to], what[transport]) &&
        applies(rule, context) !== 'no' &&
        addressSet.overlaps(addressesOf(rule.peer, context).possible, addresses)
      )
        return true
  return false
}

/** The allow rules that some of the traffic gets as far as. */
export function admittingRules(
  rules: readonly Rule[],
  traffic: TrafficSet,
  context: Context,
): readonly Rule[] {
  const found: Rule[] = []
  eachInOrder(rules, context, (rule, hit) => {
    if (rule.action === 'allow' && meets(hit, traffic)) found.push(rule)
  })
  return found
}

/** Whether two sets share any traffic. */
export const meets = (a: TrafficSet, b: TrafficSet): boolean =>
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

const sourcesIn = (traffic: TrafficSet): AddressSet =>
  addressSet.unionAll(
    trafficSet.transports.flatMap((t) => traffic[t].map((segment) => segment.addresses)),
  )
