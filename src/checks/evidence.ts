/** Why an outcome is what it is: the rules that admit it, the exposures it makes, the gaps that leave it open. */
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Estate, Filter, Peer, Rule } from '../model/estate.ts'
import type { Exposure, Step } from '../model/exposure.ts'
import type { Because } from '../model/finding.ts'
import type { Gap } from '../model/gap.ts'
import * as portSet from '../model/port-set.ts'
import { clientsOf } from '../model/public-space.ts'
import { formatSource, type Source } from '../model/source.ts'
import {
  fromAddresses,
  overlapPorts,
  type TrafficSet,
  type TransportPorts,
  traffic as trafficFrom,
  transportPorts,
  unionPorts,
} from '../model/traffic-set.ts'
import { judgeOfBreadth } from './breadth.ts'
import type { Facts } from './check.ts'
import type { FilterSubject, MachineSubject, Subject } from './subject.ts'
import { ruleLine, stepLine } from './wording.ts'

export interface Evidence {
  readonly because: readonly Because[]
  readonly exposures: readonly Exposure[]
  /** Only of what may be: what would have to be known. */
  readonly gaps: readonly Gap[]
}

/** Evidence for this wrong traffic to these ports. */
export function evidenceFor(
  facts: Facts,
  subject: Subject,
  wrong: TrafficSet,
  what: TransportPorts,
): Evidence {
  switch (subject.kind) {
    case 'filter':
      return evidenceOfFilter(facts, subject, wrong, what)
    case 'machine':
      return evidenceOfMachine(facts, subject, what)
  }
}

function evidenceOfFilter(
  facts: Facts,
  subject: FilterSubject,
  wrong: TrafficSet,
  what: TransportPorts,
): Evidence {
  const { filter } = subject
  const rules = rulesThatMatter(facts, rulesFor(facts, subject, wrong, what))
  const exposures = facts
    .exposuresThrough(filter.resource.key, what)
    .filter((exposure) => touchesFilter(exposure, filter.resource.id, what))
  const gaps = rules.flatMap((rule) => gapsOfRule(facts.estate, rule))
  return {
    because: rules.map((rule) => ({ source: rule.source, text: ruleLine(rule) })),
    exposures,
    gaps: distinct([...gaps, ...gapsOf(exposures)]),
  }
}

/** The rules that speak of anything open or wide, sought once a filter, as one filter may fail many checks. */
const loudRules = new WeakMap<Facts, Map<FilterSubject, readonly Rule[]>>()

/**
 * The rules that admit this wrong traffic. Where rules are united each admits whatever it matches, so that the ports tell;
 * in an ordered filter the rules before it have their say as well.
 */
function rulesFor(
  facts: Facts,
  subject: FilterSubject,
  wrong: TrafficSet,
  what: TransportPorts,
): readonly Rule[] {
  const { filter } = subject
  if (filter.combination.kind === 'ordered')
    return facts.rulesAdmitting(filter, fromAddresses(wrong, clientsOf(filter.resource.provider)))
  const known = loudRules.get(facts) ?? new Map<FilterSubject, readonly Rule[]>()
  loudRules.set(facts, known)
  const loud = known.get(subject) ?? rulesOn(filter.inbound, loudPorts(subject))
  known.set(subject, loud)
  return rulesOn(loud, what)
}

const loudPorts = ({ certain, possible }: FilterSubject): TransportPorts =>
  [certain.open, certain.wide, possible.open, possible.wide].reduce(unionPorts)

const rulesOn = (rules: readonly Rule[], chosen: TransportPorts): readonly Rule[] =>
  rules.filter((rule) => allows(rule, chosen))

const allows = ({ action, what, perhaps }: Rule, chosen: TransportPorts): boolean =>
  action === 'allow' &&
  (overlapPorts(what, chosen) || (perhaps !== null && overlapPorts(perhaps, chosen)))

/**
 * Leaves out the narrow companions: the largest set of smallest rules that would not even be wide if they stood alone.
 * An office network beside 0.0.0.0/0 is not why a port is open, while both halves of a split default are.
 */
function rulesThatMatter(facts: Facts, rules: readonly Rule[]): readonly Rule[] {
  const breadthOf = judgeOfBreadth(facts.thresholds)
  const known = rules.flatMap((rule) => {
    const set = addressesOf(facts.estate, rule.peer)
    return set ? [{ rule, set }] : []
  })
  const ascending = known
    .map((entry) => ({ ...entry, size: addressSet.size(entry.set) }))
    .sort((a, b) => a.size.v4 - b.size.v4 || (a.size.v6 < b.size.v6 ? -1 : 1))
  const harmless = new Set<Rule>()
  let together = addressSet.empty
  for (const { rule, set } of ascending) {
    const next = addressSet.union(together, set)
    if (breadthOf(next) !== 'narrow') continue
    together = next
    harmless.add(rule)
  }
  const rest = rules.filter((rule) => !harmless.has(rule))
  return rest.length > 0 ? rest : rules
}

/** All that the peer may stand for, where that is known. */
function addressesOf(estate: Estate, peer: Peer): AddressSet | null {
  switch (peer.kind) {
    case 'addresses':
      return peer.set
    case 'group':
      return estate.groups.get(peer.id)?.possible ?? null
    case 'any-of': {
      const sets = peer.peers.map((part) => addressesOf(estate, part))
      return sets.every((set) => set !== null) ? addressSet.unionAll(sets) : null
    }
    // The same name means other addresses in other networks.
    case 'named':
    case 'unknown':
      return null
  }
}

/** The first leg meets the ports as the internet sees them, the last those of the target. */
function touchesFilter(exposure: Exposure, filter: string, what: TransportPorts): boolean {
  const chosen = what[exposure.transport]
  if (chosen.length === 0) return false
  const legs = new Set(
    exposure.rules.filter((step) => step.filter === filter).map((step) => step.leg),
  )
  const last = Math.max(...exposure.path.map((step) => step.leg), ...legs, 0)
  const atTarget = portSet.overlaps(exposure.targetPorts, chosen)
  if (legs.size === 0 || (legs.has(last) && atTarget)) return atTarget
  return [...legs].some((leg) => leg < last) && portSet.overlaps(exposure.ports, chosen)
}

function gapsOfRule(estate: Estate, { peer, destination, source }: Rule): readonly Gap[] {
  const { byName, byPlace } = gapIndex(estate)
  const of = (one: Peer): readonly Gap[] => {
    switch (one.kind) {
      case 'addresses':
        return []
      case 'group':
        return byPlace.get(formatSource(source)) ?? []
      case 'named':
        return byName.get(one.name) ?? []
      case 'unknown':
        return [one.gap]
      case 'any-of':
        return one.peers.flatMap(of)
    }
  }
  return [...of(peer), ...(destination ? of(destination) : [])]
}

interface GapIndex {
  readonly byName: ReadonlyMap<string, readonly Gap[]>
  readonly byPlace: ReadonlyMap<string, readonly Gap[]>
}
const indexes = new WeakMap<Estate, GapIndex>()

function gapIndex(estate: Estate): GapIndex {
  const before = indexes.get(estate)
  if (before) return before
  const byName = new Map<string, Gap[]>()
  for (const [key, { gap }] of estate.names)
    if (gap) add(byName, key.slice(key.lastIndexOf('|') + 1), gap)
  const byPlace = new Map<string, Gap[]>()
  for (const gap of estate.gaps) if (gap.source) add(byPlace, formatSource(gap.source), gap)
  const made = { byName, byPlace }
  indexes.set(estate, made)
  return made
}

function add(map: Map<string, Gap[]>, key: string, gap: Gap): void {
  const list = map.get(key)
  if (list) list.push(gap)
  else map.set(key, [gap])
}

function evidenceOfMachine(facts: Facts, subject: MachineSubject, what: TransportPorts): Evidence {
  const exposures = subject.exposures.filter(
    ({ transport, targetPorts, verdict }) =>
      (verdict === 'reachable' || verdict === 'unknown') &&
      portSet.overlaps(targetPorts, what[transport]),
  )
  const steps = new Map<string, { step: Step; exposure: Exposure }>()
  for (const exposure of exposures)
    for (const step of stepsThatMatter(facts, exposure, what)) {
      const key = `${step.filter}|${step.rule}|${placeOf(step.source)}`
      if (!steps.has(key)) steps.set(key, { step, exposure })
    }
  return {
    because: [...steps.values()].map(({ step, exposure }) => ({
      source: step.source,
      text: stepLine(step, exposure),
    })),
    exposures,
    gaps: gapsOf(exposures),
  }
}

/**
 * An exposure joins ports of equal reach: only the rules on the ports in question are why, and of those not the narrow
 * companions. Routes and fronts stay.
 */
function stepsThatMatter(facts: Facts, exposure: Exposure, what: TransportPorts): readonly Step[] {
  const { rules, transport, ports, targetPorts, sources, target } = exposure
  const last = Math.max(0, ...rules.map(({ leg }) => leg))
  const filters = filtersById(facts.estate)
  const clients = addressSet.intersect(sources, clientsOf(target.provider))
  const matter = new Map<string, ReadonlySet<Source>>()
  const placesOf = (filter: Filter, leg: number): ReadonlySet<Source> => {
    const key = `${leg} ${filter.resource.key}`
    const known = matter.get(key)
    if (known) return known
    const here = leg === last ? portSet.intersect(targetPorts, what[transport]) : ports
    const traffic = trafficFrom(transportPorts({ [transport]: here }), clients)
    const found = rulesThatMatter(facts, facts.rulesAdmitting(filter, traffic))
    const places = new Set(found.map(({ source }) => source))
    matter.set(key, places)
    return places
  }
  return rules.filter(({ filter: id, source, leg }) => {
    const filter = id === null ? undefined : filters.get(id)
    if (!filter || source === null) return true
    const places = placesOf(filter, leg)
    return places.size === 0 || places.has(source)
  })
}

const filterIndexes = new WeakMap<Estate, ReadonlyMap<string, Filter>>()
function filtersById(estate: Estate): ReadonlyMap<string, Filter> {
  const before = filterIndexes.get(estate)
  if (before) return before
  const made = new Map([...estate.filters.values()].map((filter) => [filter.resource.id, filter]))
  filterIndexes.set(estate, made)
  return made
}

const placeOf = (source: Source | null): string => (source ? formatSource(source) : '')

/** Every gap of these exposures, once. */
export const gapsOf = (exposures: readonly Exposure[]): readonly Gap[] =>
  distinct(exposures.flatMap((exposure) => exposure.gaps))

const distinct = (gaps: readonly Gap[]): readonly Gap[] => [
  ...new Map(gaps.map((gap) => [gap.key, gap])).values(),
]
