/** What can be asked of a solved estate: the answers are worked out when first asked for, and kept. */
import type { TrafficBounds } from '../model/bounds.ts'
import type { Estate, Filter, Rule } from '../model/estate.ts'
import type { Exposure } from '../model/exposure.ts'
import type { Thresholds } from '../model/public-space.ts'
import type { ResourceId } from '../model/resource.ts'
import type { TrafficSet } from '../model/traffic-set.ts'
import type { FilterMemo } from './filter.ts'
import { filterTraffic, rulesAdmitting, type Shadowed, shadowedRules } from './filter-traffic.ts'

export interface SolvedEstate {
  readonly estate: Estate
  readonly thresholds: Thresholds
  exposuresOf(target: ResourceId): readonly Exposure[]
  exposuresThrough(filter: ResourceId): readonly Exposure[]
  admits(filter: ResourceId): TrafficBounds
  rulesAdmitting(filter: Filter, traffic: TrafficSet): readonly Rule[]
  shadowed(filter: Filter): readonly Shadowed[]
}

export function solvedEstate(
  estate: Estate,
  exposures: readonly Exposure[],
  thresholds: Thresholds,
  memo: FilterMemo = new Map(),
): SolvedEstate {
  const admitted = new Map<ResourceId, TrafficBounds>()
  const byTarget = Map.groupBy(exposures, ({ target }) => target.key)
  const byFilter = groupByFilter(estate, exposures)
  return {
    estate,
    thresholds,
    exposuresOf: (target) => byTarget.get(target) ?? [],
    exposuresThrough: (filter) => byFilter.get(filter) ?? [],
    admits(id) {
      const known = admitted.get(id)
      if (known) return known
      const filter = estate.filters.get(id)
      if (!filter) throw new RangeError(`no such filter: ${id}`)
      const traffic = filterTraffic(filter, estate, memo)
      admitted.set(id, traffic)
      return traffic
    },
    rulesAdmitting: (filter, traffic) => rulesAdmitting(filter, traffic, estate),
    shadowed: (filter) => shadowedRules(filter, estate),
  }
}

/** Exposures by the filters whose rules admit any of them; an exposure of a filter itself is its own. */
function groupByFilter(
  estate: Estate,
  exposures: readonly Exposure[],
): ReadonlyMap<ResourceId, readonly Exposure[]> {
  const idOf = new Map<string, ResourceId>()
  for (const [key, { resource }] of estate.filters) idOf.set(resource.id, key)
  const groups = new Map<ResourceId, Set<Exposure>>()
  for (const exposure of exposures)
    for (const native of new Set(
      [...exposure.rules, ...exposure.path].map(({ filter }) => filter),
    )) {
      const key = native === null ? undefined : idOf.get(native)
      if (key === undefined) continue
      const group = groups.get(key)
      if (group) group.add(exposure)
      else groups.set(key, new Set([exposure]))
    }
  return new Map([...groups].map(([key, group]) => [key, [...group]]))
}
