/** Which rules of a filter to narrow so that what is wrong is open no more. */
import { addressesOf, type Context } from '../exposure/context.ts'
import type { SolvedEstate } from '../exposure/facts.ts'
import type { AddressSet } from '../model/address-set.ts'
import * as addressSet from '../model/address-set.ts'
import type { Filter, Rule } from '../model/estate.ts'
import { internet, isOpen, isWide } from '../model/public-space.ts'
import type { TrafficSet } from '../model/traffic-set.ts'
import * as trafficSet from '../model/traffic-set.ts'

export interface Chosen {
  readonly cut: readonly Rule[]
  /** A line for each rule that admits some of it and cannot be judged. */
  readonly left: readonly string[]
}

/** The rules that are open or wide by themselves, then the largest of the rest until their union is neither. */
export function rulesToCut(filter: Filter, wrong: TrafficSet, facts: SolvedEstate): Chosen {
  const context: Context = {
    estate: facts.estate,
    scope: null,
    destinations: [],
    sourcePort: null,
    groups: [],
    clients: internet,
  }
  const publicPart = trafficSet.fromAddresses(wrong, internet)
  const candidates = facts.rulesAdmitting(filter, publicPart).map((rule) => {
    const { certain, possible } = addressesOf(rule.peer, context)
    return {
      rule,
      sources: addressSet.intersect(certain, internet),
      isExact: addressSet.equal(certain, possible),
    }
  })
  const known = candidates
    .filter(({ sources }) => !addressSet.isEmpty(sources))
    .toSorted((a, b) => publicSize(b.sources) - publicSize(a.sources))
  const cut = known.filter(({ sources }) => isTooMuch(sources, facts))
  const kept = known.filter(({ sources }) => !isTooMuch(sources, facts))
  while (
    kept.length > 0 &&
    isTooMuch(addressSet.unionAll(kept.map(({ sources }) => sources)), facts)
  )
    cut.push(kept.shift() as (typeof kept)[number])
  const left = candidates
    .filter(({ isExact, sources }) => !isExact && addressSet.isEmpty(sources))
    .map(
      ({ rule }) =>
        `rule ${rule.name ?? rule.id ?? 'without id'} names addresses that are not known here; look at it by hand`,
    )
  return { cut: cut.map(({ rule }) => rule), left }
}

const isTooMuch = (sources: AddressSet, { thresholds }: SolvedEstate): boolean =>
  isOpen(sources, thresholds) || isWide(sources, thresholds)

/** IPv4 addresses, and IPv6 in units of /64 networks: only for putting rules in order. */
function publicSize(sources: AddressSet): number {
  const { v4, v6 } = addressSet.size(sources)
  return v4 + Number(v6 >> 64n)
}
